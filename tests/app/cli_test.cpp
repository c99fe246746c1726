// The program itself, as a user or script meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

using testing::HasSubstr;
using testing::Not;

struct Ran {
  int code = -1;
  std::string output;  // both streams, or standard output alone
};

Ran causeway(const std::string& arguments, const char* errors_to = "&1") {
  const std::string line = std::string{CAUSEWAY_PROGRAM} + " " + arguments + " 2>" + errors_to;
  std::FILE* pipe = ::popen(line.c_str(), "r");
  Ran ran;
  std::array<char, 4096> bytes;
  for (std::size_t count = 0; (count = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;) {
    ran.output.append(bytes.data(), count);
  }
  const int status = ::pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

class Cli : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "cliXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text, mode_t mode = 0600) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  std::string config_with_key(const std::string& key_file) {
    return write("s.cfg",
                 "[VENUE]\nName=DERIBIT\nUrl=wss://127.0.0.1:1/ws/api/v2\n[ACCOUNT]\nName=alpha\n"
                 "Venue=DERIBIT\nKeyRef=file:" +
                     key_file + "\n[SESSION]\nTargetCompID=OMS1\nAccounts=alpha\n");
  }

  std::string folder_;
};

TEST_F(Cli, AUsageErrorIsTwoAndHelpIsZero) {
  EXPECT_EQ(causeway("").code, 2);
  EXPECT_EQ(causeway("no-such-command").code, 2);
  EXPECT_EQ(causeway("order").code, 2);
  EXPECT_EQ(causeway("order buy 10").code, 2);
  EXPECT_EQ(causeway("order buy ten BTC-PERPETUAL@1").code, 2);
  EXPECT_EQ(causeway("order buy 10 BTC-PERPETUAL@1 --tif DAY").code, 2);
  EXPECT_EQ(causeway("order replace c1").code, 2);
  for (const auto* command : {"--help", "check --help", "order --help", "order buy --help",
                              "order cancel --help", "order cancel-all --help",
                              "order replace --help", "order status --help", "version --help"}) {
    const Ran ran = causeway(command);
    EXPECT_EQ(ran.code, 0) << command;
    if (std::string_view{command} != "--help") {
      EXPECT_THAT(ran.output, HasSubstr("Example")) << command;
    }
  }
}

TEST_F(Cli, VersionIsTextOrJson) {
  EXPECT_THAT(causeway("version").output, testing::StartsWith("causeway "));
  rapidjson::Document document;
  document.Parse(causeway("version --json").output.c_str());
  ASSERT_FALSE(document.HasParseError());
  EXPECT_STREQ(document["name"].GetString(), "causeway");
}

TEST_F(Cli, CheckReportsMistakesWithSeventyEight) {
  const std::string path = write("bad.cfg", "[DEFAULT]\nSocketAcceptPrt=1\n[SESSION]\nTrade=yes\n");
  const Ran ran = causeway("check -c " + path);
  EXPECT_EQ(ran.code, 78);
  EXPECT_THAT(ran.output,
              HasSubstr(path + ":2: unknown key 'SocketAcceptPrt' in [DEFAULT]; did you "
                               "mean 'SocketAcceptPort'?\n"));
  EXPECT_THAT(ran.output, HasSubstr(path + ":4: Trade=yes: expected N, Y\n"));
  EXPECT_EQ(causeway("check -c " + folder_ + "/none.cfg").code, 78);
}

TEST_F(Cli, CheckOfTheShippedFileIsGood) {
  const Ran ran = causeway("check");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.output, HasSubstr("sessions.cfg is good"));
  EXPECT_THAT(ran.output, HasSubstr("[SESSION] OMS1"));
}

TEST_F(Cli, CheckTellsABadKeyFileFromAMissingOne) {
  const std::string key = write("a.key", "key=CANARY\nsecret=CANARY\n", 0644);
  const Ran open = causeway("check -c " + config_with_key(key));
  EXPECT_EQ(open.code, 78);
  EXPECT_THAT(open.output, HasSubstr("s.cfg:7: key file " + key + " has mode 0644"));
  EXPECT_THAT(open.output, HasSubstr("chmod 600 " + key));
  const Ran missing = causeway("check -c " + config_with_key(folder_ + "/b.key"));
  EXPECT_EQ(missing.code, 0);
  EXPECT_THAT(missing.output, HasSubstr("b.key does not exist yet"));
  ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
  const Ran good = causeway("check -c " + config_with_key(key));
  EXPECT_EQ(good.code, 0);
  EXPECT_THAT(open.output + good.output, Not(HasSubstr("CANARY")));
}

TEST_F(Cli, CheckPrintsJson) {
  const std::string path = folder_ + "/out.json";
  const std::string config = config_with_key(write("a.key", "key=a\nsecret=b\n"));
  rapidjson::Document document;
  document.Parse(causeway("check --output json -c " + config, "/dev/null").output.c_str());
  ASSERT_TRUE(document.IsArray());
  bool found = false;
  for (const auto& row : document.GetArray()) {
    if (std::string_view{row["key"].GetString()} != "TargetCompID") continue;
    found = true;
    EXPECT_STREQ(row["section"].GetString(), "[SESSION] OMS1");
    EXPECT_EQ(row["line"].GetInt(), 9);
  }
  EXPECT_TRUE(found);
}

TEST_F(Cli, AnOrderWithoutAGatewayIsSixtyNine) {
  const Ran ran = causeway("order buy 10 BTC-PERPETUAL@1 --port 1 --state " + folder_);
  EXPECT_EQ(ran.code, 69);
  EXPECT_THAT(ran.output, HasSubstr("cannot connect to 127.0.0.1:1"));
}

TEST_F(Cli, APasswordFileThatOthersMayReadIsSeventyEight) {
  const std::string file = write("p", "password=CANARY\n", 0644);
  const Ran ran = causeway("order status --port 1 --state " + folder_ + " --password-file " + file);
  EXPECT_EQ(ran.code, 78);
  EXPECT_THAT(ran.output, HasSubstr("chmod 600"));
  EXPECT_THAT(ran.output, Not(HasSubstr("CANARY")));
}

}  // namespace
