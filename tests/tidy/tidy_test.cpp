#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/tidy/rules.hpp"

namespace causeway::tidy {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

constexpr const char* folders[] = {"fixspec", "risk",      "translators", "strategies",
                                   "gateway", "simulator", "tests",       "docs",
                                   "scripts", "cmake",     ".ci"};

// Every text file of the project, as its path from the root.
std::vector<std::string> project_files() {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(".")) {
    const std::string name = entry.path().filename().string();
    // A worktree has its .git as a file.
    if (entry.is_regular_file() && name != ".git") files.push_back(name);
  }
  for (const auto* folder : folders) {
    if (!fs::exists(folder)) continue;
    for (fs::recursive_directory_iterator it(folder), end; it != end; ++it) {
      if (it->path().filename() == "node_modules") {
        it.disable_recursion_pending();
      } else if (it->is_regular_file()) {
        files.push_back(it->path().generic_string());
      }
    }
  }
  return files;
}

bool is_source(const std::string& path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

bool is_text(const std::string& path) {
  static const std::set<std::string> kinds = {".cpp", ".hpp", ".md",  ".txt", ".cmake", ".sh",
                                              ".cfg", ".xml", ".mjs", ".js",  ".sql",   ""};
  return kinds.contains(fs::path(path).extension().string());
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string to_text(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.what + "\n";
  }
  return text;
}

TEST(Tidy, EverySourceKeepsTheRules) {
  std::size_t sources = 0;
  Findings findings;
  for (const std::string& path : project_files()) {
    if (!is_source(path)) continue;
    ++sources;
    for (Finding& finding : check_source(path, content_of(path))) {
      findings.push_back(std::move(finding));
    }
  }
  EXPECT_GT(sources, 30u) << "the walk over the tree finds nothing";
  EXPECT_EQ(to_text(findings), "");
}

TEST(Tidy, NoFileHoldsUnfinishedWorkOrMachinePaths) {
  Findings findings;
  for (const std::string& path : project_files()) {
    if (!is_text(path)) continue;
    for (Finding& finding : check_text(path, content_of(path))) {
      findings.push_back(std::move(finding));
    }
  }
  EXPECT_EQ(to_text(findings), "");
}

// What check_source says about a file of one line (besides the header's #pragma once).
std::string said(std::string_view path, std::string_view line) {
  return to_text(check_source(path, "#pragma once\n" + std::string{line} + "\n"));
}

TEST(TidyRules, ARoomMayIncludeWhatStandsAboveItAndItself) {
  for (const auto& [path, line] : std::initializer_list<std::pair<const char*, const char*>>{
           {"risk/decide.cpp", "#include \"fixspec/order.hpp\""},
           {"risk/checks/tick.cpp", "#include \"risk/limits.hpp\""},
           {"translators/deribit/venue.cpp", "#include \"translators/net/http.hpp\""},
           {"translators/deribit/venue.cpp", "#include \"translators/venue.hpp\""},
           {"gateway/engine/engine.cpp", "#include \"translators/venue.hpp\""},
           {"gateway/fix/acceptor.cpp", "#include \"fixspec/quickfix.hpp\""},
           {"strategies/client/client.cpp", "#include \"fixspec/quickfix.hpp\""},
           {"gateway/app/core.cpp", "#include \"translators/deribit/venue.hpp\""},
           {"gateway/app/core.cpp", "#include \"gateway/audit/projection.hpp\""},
           {"risk/guard/main.cpp", "#include \"gateway/app/config.hpp\""},
           {"simulator/deribit/server.cpp", "#include \"simulator/core/book.hpp\""},
           {"tests/engine/e.cpp", "#include \"gateway/engine/engine.hpp\""},
           {"fixspec/quickfix.hpp", "#include <quickfix/Session.h>"},
           {"translators/deribit/venue.cpp", "#include <boost/asio/steady_timer.hpp>"},
           {"translators/net/tls.cpp", "#include <boost/asio/ssl.hpp>"}}) {
    EXPECT_EQ(said(path, line), "") << path;
  }
}

TEST(TidyRules, ARoomMayNotIncludeWhatTheTableForbids) {
  for (const auto& [path, line] : std::initializer_list<std::pair<const char*, const char*>>{
           {"fixspec/order.hpp", "#include \"risk/limits.hpp\""},
           {"fixspec/order.hpp", "#include \"fixspec/quickfix.hpp\""},
           {"risk/decide.cpp", "#include \"translators/venue.hpp\""},
           {"risk/decide.cpp", "#include \"gateway/engine/order.hpp\""},
           {"translators/venue.hpp", "#include \"translators/net/http.hpp\""},
           {"translators/net/http.cpp", "#include \"translators/deribit/wire.hpp\""},
           {"translators/deribit/map.cpp", "#include \"translators/okx/map.hpp\""},
           {"translators/deribit/map.cpp", "#include \"gateway/engine/engine.hpp\""},
           {"gateway/journal/log.cpp", "#include \"gateway/engine/input.hpp\""},
           {"gateway/engine/engine.cpp", "#include \"translators/deribit/venue.hpp\""},
           {"gateway/engine/engine.cpp", "#include \"gateway/journal/log.hpp\""},
           {"gateway/engine/engine.cpp", "#include \"fixspec/quickfix.hpp\""},
           {"gateway/fix/acceptor.cpp", "#include \"translators/net/tls.hpp\""},
           {"gateway/fix/acceptor.cpp", "#include \"gateway/app/config.hpp\""},
           {"gateway/app/core.cpp", "#include \"simulator/core/book.hpp\""},
           {"gateway/app/core.cpp", "#include \"fixspec/quickfix.hpp\""},
           {"strategies/funding/f.cpp", "#include \"translators/venue.hpp\""},
           {"strategies/funding/f.cpp", "#include \"fixspec/quickfix.hpp\""},
           {"risk/guard/main.cpp", "#include \"gateway/engine/engine.hpp\""},
           {"simulator/core/book.cpp", "#include \"translators/venue.hpp\""},
           {"simulator/deribit/server.cpp", "#include \"simulator/net/listener.hpp\""},
           {"tests/simulator/s.cpp", "#include \"translators/deribit/wire.hpp\""},
           {"risk/decide.cpp", "#include \"decide.hpp\""},
           {"elsewhere/x.cpp", "#include \"fixspec/order.hpp\""},
           {"gateway/fix/codec.cpp", "#include <quickfix/Message.h>"},
           {"gateway/app/status.cpp", "#include <sqlite3.h>"},
           {"gateway/engine/engine.cpp", "#include <boost/asio.hpp>"},
           {"gateway/engine/engine.cpp", "#include <chrono>"},
           {"translators/deribit/venue.cpp", "#include <boost/asio/ip/tcp.hpp>"},
           {"translators/deribit/venue.cpp", "#include <boost/beast/websocket.hpp>"},
           {"risk/decide.cpp", "  #  include <sys/stat.h>"}}) {
    EXPECT_THAT(said(path, line), HasSubstr(std::string{path} + ":")) << line;
  }
}

TEST(TidyRules, StyleIsCheckedInCodeAndNotInCommentsOrStrings) {
  EXPECT_THAT(said("risk/a.hpp", "using namespace std;"), HasSubstr("using namespace"));
  EXPECT_THAT(said("risk/a.cpp", "auto x = std::stod(text);"), HasSubstr("stod"));
  EXPECT_THAT(said("gateway/engine/a.cpp", "double price = 0;"), HasSubstr("double"));
  EXPECT_THAT(said("gateway/fix/a.cpp", "std::cout << 1;"), HasSubstr("cout"));
  EXPECT_THAT(to_text(check_source("risk/a.hpp", "int x;\n")), HasSubstr("no #pragma once"));
  EXPECT_THAT(to_text(check_source("risk/a.cpp", std::string(601, '\n'))), HasSubstr("601"));
  EXPECT_EQ(said("risk/a.cpp", "int x = 1'000;  // a double, never"), "");
  EXPECT_EQ(said("risk/a.cpp", "/* double\n float */ int x;"), "");
  EXPECT_EQ(said("risk/a.cpp", "auto x = \"double // \\\" float\"; int double_entry;"), "");
  EXPECT_EQ(said("risk/a.cpp", "auto x = R\"(double\n\" float)\";"), "");
  EXPECT_EQ(said("risk/a.cpp", "// #include \"gateway/app/config.hpp\""), "");
  EXPECT_THAT(said("risk/a.cpp", "char c = '\"'; double x; char d = '\"';"), HasSubstr("double"));
  EXPECT_THAT(said("risk/a.cpp", "/* x */ double y;"), HasSubstr("risk/a.cpp:2: double"));
  EXPECT_EQ(said("gateway/app/commands/check.cpp", "std::cout << 1;"), "");
}

TEST(TidyRules, UnfinishedWorkAndMachinePathsAreFound) {
  EXPECT_THAT(to_text(check_text("a.md",
                                 "one\n// TO"
                                 "DO: two\n")),
              HasSubstr("a.md:2: unfinished"));
  EXPECT_THAT(to_text(check_text("a.md",
                                 "see /ho"
                                 "me/me/x\n")),
              HasSubstr("a.md:1: a path"));
  EXPECT_EQ(to_text(check_text("a.md", "AUTODOC mentions nothing\n")), "");
}

TEST(TidyRules, EveryVenueFolderIsItsOwnRoom) {
  EXPECT_EQ(room_of("translators/okx/map.cpp"), "translators/okx/");
  EXPECT_EQ(room_of("translators/venue.hpp"), "translators/venue.");
  EXPECT_EQ(room_of("risk/guard/main.cpp"), "risk/guard/");
  EXPECT_EQ(room_of("unheard/of.cpp"), "");
}

}  // namespace
}  // namespace causeway::tidy
