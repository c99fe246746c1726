// The acceptor over the real journal: what a client is owed survives the process.
#include "gateway/journal/journal.hpp"

#include <gtest/gtest.h>

#include <filesystem>

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

}  // namespace
}  // namespace causeway::tests::fix
