// The acceptor over the real journal: what a client is owed survives the process.
#include "gateway/journal/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

class JournalFolder {
 public:
  JournalFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "causeway-fix-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~JournalFolder() { std::filesystem::remove_all(path_); }
  JournalFolder(const JournalFolder&) = delete;
  JournalFolder& operator=(const JournalFolder&) = delete;
  [[nodiscard]] std::unique_ptr<gateway::journal::Journal> open() const {
    auto opened = gateway::journal::Journal::open(path_, {}, [](const auto&) {});
    if (!opened) throw std::runtime_error(opened.error().text);
    (*opened)->start_epoch({.utc_ns = 1, .mono_ns = 1}, 7);
    return std::move(*opened);
  }
  /// Alters a byte of the journal where `text` stands first.
  void damage(const std::string& text) const {
    std::fstream file{path_ + "/0000000001.journal", std::ios::in | std::ios::out};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    file.seekp(static_cast<std::streamoff>(bytes.find(text)) + 3);
    file.put('X');
  }

 private:
  std::string path_;
};

TEST(FixOverJournal, RestartKeepsNumbersMessagesAndKeys) {
  const JournalFolder folder;
  std::unique_ptr<gateway::journal::Journal> journal = folder.open();
  const auto store = [&](const fixspec::SessionId& id) -> gateway::journal::SessionStore& {
    return journal->session(id.view(), 1);
  };
  const auto flush = [&] { ASSERT_TRUE(journal->flush()); };
  std::vector<std::string> first_time;
  {
    TestGateway gateway{TestGateway::default_settings(), store, flush};
    RawClient client = gateway.connect();
    client.log_on();
    ASSERT_EQ(value_of(client.receive().value(), 35), "A");
    for (int i = 0; i < 50; ++i) {
      client.send("35=D|11=o" + std::to_string(i) +
                  "|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=1|38=10|");
      for (int report = 0; report < 3; ++report) {
        first_time.push_back(value_of(client.receive().value(), 17));
      }
    }
    EXPECT_TRUE(journal->was_sent({.input_sequence = 50, .index = 2}));
  }
  journal.reset();
  journal = folder.open();

  TestGateway gateway{TestGateway::default_settings(), store, flush};
  EXPECT_TRUE(journal->was_sent({.input_sequence = 50, .index = 2}));
  EXPECT_FALSE(journal->was_sent({.input_sequence = 51, .index = 0}));
  RawClient client = gateway.connect();
  client.next_msg_seq_num = 52;
  client.log_on();
  EXPECT_EQ(value_of(client.receive().value(), 34), "152");
  client.send("35=2|7=1|16=0|");
  EXPECT_EQ(value_of(client.receive().value(), 36), "2");
  std::vector<std::string> again;
  for (std::size_t i = 0; i < first_time.size(); ++i) {
    const std::string report = client.receive().value();
    EXPECT_EQ(value_of(report, 43), "Y");
    again.push_back(value_of(report, 17));
  }
  EXPECT_EQ(again, first_time);
  EXPECT_EQ(value_of(client.receive().value(), 36), "153");
}

// A gap fill over it would tell the client that there was nothing.
TEST(FixOverJournal, AMessageThatCannotBeReadBackIsNotPassedOver) {
  const JournalFolder folder;
  std::unique_ptr<gateway::journal::Journal> journal = folder.open();
  const auto store = [&](const fixspec::SessionId& id) -> gateway::journal::SessionStore& {
    return journal->session(id.view(), 1);
  };
  const auto flush = [&] { ASSERT_TRUE(journal->flush()); };
  TestGateway gateway{TestGateway::default_settings(), store, flush};
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  for (const char* id : {"first", "second"}) {
    client.send(std::string{"35=D|11="} + id +
                "|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=1|38=10|");
    for (int report = 0; report < 3; ++report) ASSERT_TRUE(client.receive());
  }
  folder.damage("11=second");
  client.send("35=2|7=2|16=0|");
  for (int report = 0; report < 3; ++report) {
    EXPECT_EQ(value_of(client.receive().value(), 11), "first");
  }
  const std::string answer = client.receive().value();
  EXPECT_EQ(value_of(answer, 35), "5") << answer;
  EXPECT_NE(value_of(answer, 58).find("cannot be read"), std::string::npos) << answer;
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_THAT(gateway.log.events, testing::Contains(testing::HasSubstr("the record cannot be")));
  EXPECT_EQ(journal->health(), gateway::journal::Health::Good) << "others are not concerned";
  RawClient other = gateway.connect({.comp_id = "OTHER"});
  other.log_on();
  EXPECT_EQ(value_of(other.receive().value(), 35), "A");
}

}  // namespace
}  // namespace causeway::tests::fix
