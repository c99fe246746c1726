#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "gateway/app/demo/process.hpp"
#include "tests/chaos/crash_points.hpp"

// CAUSEWAY_CRASH_AT ends causeway-chaos where it says, and means nothing to the program that people
// run.
namespace causeway::chaos {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

struct Ended {
  std::string output;  // and errors
  int exit_code = -1;
  int signal = 0;
};

std::string program(const std::string& name) {
  return (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / name).string();
}

// The program `name` of the build, "bin/causeway" say, with that setting, through a shell.
Ended run(const std::string& name, const std::string& crash_at, const std::string& arguments) {
  const std::string command =
      "CAUSEWAY_CRASH_AT=" + crash_at + " exec '" + program(name) + "' " + arguments + " 2>&1";
  Ended ended;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    ended.output.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  return ended;
}

// A folder with a sessions.cfg whose gateway has no venue to reach.
class CrashAt : public testing::Test {
 protected:
  CrashAt() {
    std::string name = (fs::temp_directory_path() / "causeway-crash-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::ofstream{folder_ / "demo.key"} << "key=k\nsecret=s\n";
    fs::permissions(folder_ / "demo.key", fs::perms::owner_read | fs::perms::owner_write);
    std::ofstream{config()}
        << "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\n"
           "SenderCompID=CAUSEWAY\nSocketAcceptPort=0\nStatePath="
        << (folder_ / "var").string()
        << "\n[SESSION]\nTargetCompID=OMS1\nAccounts=alpha\n[VENUE]\n"
           "Name=DERIBIT\nUrl=ws://127.0.0.1:9/ws/api/v2\n[ACCOUNT]\nName=alpha\n"
           "Venue=DERIBIT\nKeyRef=file:"
        << (folder_ / "demo.key").string() << "\n[AUDIT]\nPath=" << (folder_ / "audit.db").string()
        << "\n";
  }
  ~CrashAt() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string config() const { return (folder_ / "sessions.cfg").string(); }

  fs::path folder_;
};

TEST_F(CrashAt, EndsTheTestProgramWhenThePointIsReached) {
  EXPECT_EQ(run("tests/causeway-chaos", "start_epoch_appended:1", "run -c " + config()).signal, 9);
  EXPECT_EQ(run("tests/causeway-chaos", "segment_named:1", "run -c " + config()).signal, 9);
}

TEST_F(CrashAt, RefusesANameThatIsNoneAndListsThem) {
  for (const char* wrong : {"nowhere:1", "run_begun", "run_begun:0", "run_begun:x", "run_begun:"}) {
    const Ended ended = run("tests/causeway-chaos", wrong, "version");
    EXPECT_EQ(ended.exit_code, 64) << wrong;
    for (const CrashPoint& point : crash_points()) {
      EXPECT_THAT(ended.output, HasSubstr(std::string{point.name} + "\n")) << wrong;
    }
  }
}

// "running" comes long after the epoch has begun.
TEST_F(CrashAt, MeansNothingToTheProgramThatPeopleRun) {
  EXPECT_EQ(run("bin/causeway", "nowhere:1", "version").exit_code, 0);
  auto started =
      gateway::app::ChildProcess::start({"/usr/bin/env", "CAUSEWAY_CRASH_AT=start_epoch_appended:1",
                                         program("bin/causeway"), "run", "-c", config()},
                                        (folder_ / "log").string());
  ASSERT_TRUE(started) << started.error().text;
  const auto up = started->wait_for_line("running", std::chrono::seconds{20});
  EXPECT_TRUE(up) << up.error().text;
}

// ---- the table ---------------------------------------------------------------------------------

std::set<std::string> points_in_sources() {
  const std::regex call{R"rx(crash_point\("([a-z_]+)"\))rx"};
  std::set<std::string> names;
  for (const char* room : {"fixspec", "risk", "translators", "gateway", "strategies"}) {
    for (const auto& entry : fs::recursive_directory_iterator(room)) {
      if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>{file}, {}};
      for (std::sregex_iterator at{text.begin(), text.end(), call}, end; at != end; ++at) {
        EXPECT_TRUE(names.insert((*at)[1]).second)
            << (*at)[1] << " stands in " << entry.path() << " and elsewhere";
      }
    }
  }
  return names;
}

TEST(CrashPoints, TheTableHasEveryPointOfTheSourcesAndNoOther) {
  std::set<std::string> in_table;
  for (const CrashPoint& point : crash_points()) {
    EXPECT_TRUE(in_table.insert(std::string{point.name}).second) << point.name;
  }
  EXPECT_EQ(in_table, points_in_sources());
}

}  // namespace
}  // namespace causeway::chaos
