#include "gateway/app/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "gateway/app/hide_secrets.hpp"

namespace causeway::gateway::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using Level = fixspec::LogSink::Level;

// 2026-11-21T01:02:03.004005Z
constexpr fixspec::UtcNanos some_time = 1'795'222'923'004'005'006;

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "logXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    descriptor_ = open_log_file(path()).value();
  }
  void TearDown() override {
    ::close(descriptor_);
    std::filesystem::remove_all(folder_);
  }
  [[nodiscard]] std::string path() const { return folder_ + "/sub/a.log"; }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static Log::Options by_hand() {
    return {.now = [] { return some_time; }, .own_thread = false};
  }

  std::string folder_;
  int descriptor_ = -1;
};

TEST_F(LogTest, ALineIsOneJsonObject) {
  Log log(descriptor_, by_hand());
  log.warning("venue_lost", {{"venue", "DERIBIT"}, {"reason", "a \"b\"\n\\c\x01"}});
  EXPECT_EQ(log.do_work(), 1u);
  EXPECT_EQ(text(),
            "{\"@timestamp\":\"2026-11-21T01:02:03.004005Z\",\"log.level\":\"warning\","
            "\"event\":\"venue_lost\",\"venue\":\"DERIBIT\","
            "\"reason\":\"a \\\"b\\\"\\n\\\\c\\u0001\"}\n");
}

TEST_F(LogTest, AnyBytesMakeValidJson) {
  Log log(descriptor_, by_hand());
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  log.info("bytes", {{"value", bytes}, {"euro", "\xe2\x82\xac"}});
  log.do_work();
  rapidjson::Document document;
  ASSERT_FALSE(
      document.Parse<rapidjson::kParseValidateEncodingFlag>(text().c_str()).HasParseError());
  EXPECT_STREQ(document["euro"].GetString(), "\xe2\x82\xac");
}

TEST_F(LogTest, LessImportantLinesAreLeftOut) {
  Log::Options options = by_hand();
  options.level = Level::Warning;
  Log log(descriptor_, options);
  log.info("chatter");
  log.write(Level::Debug, "chatter", {});
  log.error("trouble");
  EXPECT_EQ(log.do_work(), 1u);
  EXPECT_THAT(text(), Not(HasSubstr("chatter")));
}

TEST_F(LogTest, AFullQueueDropsCountsAndSaysSo) {
  Log::Options options = by_hand();
  options.capacity = 4;
  Log log(descriptor_, options);
  for (int i = 0; i < 7; ++i) log.info("line");
  EXPECT_EQ(log.dropped(), 3u);
  EXPECT_EQ(log.do_work(), 4u);
  EXPECT_THAT(text(), HasSubstr("\"event\":\"log_lines_dropped\",\"lines\":\"3\",\"total\":\"3\""));
  const auto size = text().size();
  log.do_work();
  EXPECT_EQ(text().size(), size) << "a drop is said once";
}

TEST_F(LogTest, LinesThatCannotBeWrittenAreCounted) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    Log log(full, by_hand());
    log.info("line");
    log.do_work();
    log.do_work();
    EXPECT_EQ(log.dropped(), 1u);
  }
  ::close(full);
}

TEST_F(LogTest, ManyWritersLoseNothingThatIsNotCounted) {
  constexpr int writers = 4, lines = 5'000;
  std::uint64_t dropped = 0;
  {
    Log log(descriptor_, {.capacity = 256, .now = {}});
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < lines; ++k) log.info("line", {{"k", std::to_string(k)}});
      });
    }
    for (auto& thread : threads) thread.join();
    dropped = log.dropped();
  }
  const std::string all = text();
  std::size_t written = 0;
  for (std::size_t at = all.find("\"event\":\"line\""); at != std::string::npos;
       at = all.find("\"event\":\"line\"", at + 1)) {
    ++written;
  }
  EXPECT_EQ(written + dropped, static_cast<std::size_t>(writers * lines));
}

TEST_F(LogTest, NoCanaryReachesTheFile) {
  for (const auto format : {Log::Format::Json, Log::Format::Human}) {
    Log::Options options = by_hand();
    options.format = format;
    options.level = Level::Debug;
    Log log(descriptor_, options);
    log.redactor().hide(fixspec::Secret{"CANARY/1+x"});
    for (const auto* name : {"secret", "client_secret", "Password", "access-token", "signature",
                             "sig", "key", "api_key", "apiKey", "private.key", "Authorization"}) {
      log.info("field_name", {{name, "CANARY-2"}});
    }
    log.info("anywhere", {{"reason", "told us CANARY/1+x was wrong, CANARY/1+x!"}});
    log.info("encoded", {{"url", "/x?s=CANARY%2F1%2Bx"},
                         {"hex", "43414e4152592f312b78"},
                         {"base64", "Q0FOQVJZLzEreA=="}});
    log.info("fix", {{"message",
                      "35=A\x01"
                      "553=me\x01"
                      "554=CANARY-3\x01"
                      "96=CANARY-4\x01"
                      "10=1"}});
    log.info("fix", {{"message", "35=A|554=CANARY-3|925=CANARY-5|141=Y"}});
    log.do_work();
  }
  EXPECT_THAT(text(), Not(HasSubstr("CANARY")));
  EXPECT_THAT(text(), Not(HasSubstr("43414e41")));
  EXPECT_THAT(text(), Not(HasSubstr("Q0FOQV")));
  EXPECT_THAT(text(), HasSubstr("553=me"));
  EXPECT_THAT(text(), HasSubstr("|141=Y"));
}

TEST_F(LogTest, SecretsThatTheConfigNamesAreHidden) {
  const auto write = [&](const std::string& name, const std::string& content) {
    const std::string file = folder_ + "/" + name;
    std::ofstream(file) << content;
    ::chmod(file.c_str(), 0600);
    return file;
  };
  const auto config = parse_config(
      "[VENUE]\nName=DERIBIT\nUrl=wss://127.0.0.1:1/ws/api/v2\n[ACCOUNT]\nName=alpha\n"
      "Venue=DERIBIT\nKeyRef=file:" +
      write("k", "key=me\nsecret=CANARY-KEY\n") +
      "\n[SESSION]\nTargetCompID=OMS1\nAccounts=alpha\nPasswordRef=file:" +
      write("p", "password=CANARY-PASSWORD\n") + "\n");
  ASSERT_TRUE(config) << to_text(config.error(), "sessions.cfg");
  Log log(descriptor_, by_hand());
  hide_secrets(*config, log.redactor());
  log.error("surprise", {{"reason", "CANARY-KEY or CANARY-PASSWORD"}});
  log.do_work();
  EXPECT_THAT(text(), HasSubstr("*** or ***"));
}

TEST(Redactor, OrdinaryNamesAreShown) {
  for (const auto* name : {"venue", "order_id", "session", "key_file", "reason", "cl_ord_id"}) {
    EXPECT_FALSE(Redactor::is_secret_name(name)) << name;
  }
}

TEST(LogLine, AHumanLineQuotesOnlyWhatNeedsIt) {
  const LogLine line{.utc_ns = some_time,
                     .level = Level::Error,
                     .event = "port_in_use",
                     .fields = {{"port", "5001"}, {"text", "a b"}, {"none", ""}}};
  EXPECT_EQ(to_human(line, Redactor{}),
            "01:02:03.004 ERROR port_in_use port=5001 text=\"a b\" none=\"\"");
}

TEST(LogFile, AnImpossiblePathIsAnErrorWithItsName) {
  EXPECT_THAT(open_log_file("/dev/null/x/a.log").error().text, HasSubstr("/dev/null/x"));
}

}  // namespace
}  // namespace causeway::gateway::app
