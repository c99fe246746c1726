#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "gateway/journal/journal.hpp"
#include "gateway/journal/message_index.hpp"
#include "gateway/journal/sent_keys.hpp"
#include "support.hpp"

namespace causeway::gateway::journal {

bool operator==(const StoredMessage& a, const StoredMessage& b) {
  return a.msg_seq_num == b.msg_seq_num && a.bytes == b.bytes;
}
void PrintTo(const StoredMessage& message, std::ostream* out) {
  *out << message.msg_seq_num << ": " << message.bytes.substr(0, 40);
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

StoredMessage message(std::uint64_t number, std::string bytes) {
  return {.msg_seq_num = number, .bytes = std::move(bytes)};
}

/// Sends as a FIX session does: the message is kept, then the number is raised.
void send(SessionStore& store, std::string_view bytes, ReportKey key = {}) {
  const auto number = store.next_sender_msg_seq_num();
  store.append(number, bytes, key);
  store.set_next_sender_msg_seq_num(number + 1);
}

TEST(SessionStore, NewSessionBeginsAtOne) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path());
  const SessionStore& store = journal->session("OMS", 77);
  EXPECT_EQ(store.next_sender_msg_seq_num(), 1U);
  EXPECT_EQ(store.next_target_msg_seq_num(), 1U);
  EXPECT_EQ(store.creation_time(), 77);
  EXPECT_THAT(store.read(1, 100, 100), IsEmpty());
  EXPECT_EQ(&journal->session("OMS", 99), &store);
}

TEST(SessionStore, RemembersNumbersAndMessagesAcrossRestarts) {
  const TemporaryDirectory directory;
  for (const char* run : {"first", "second"}) {
    const auto journal = open_journal(directory.path());
    SessionStore& store = journal->session("OMS", 5);
    const bool is_first = std::string_view{run} == "first";
    EXPECT_EQ(store.next_sender_msg_seq_num(), is_first ? 1U : 3U);
    EXPECT_EQ(store.next_target_msg_seq_num(), is_first ? 1U : 10U);
    EXPECT_EQ(store.creation_time(), 5);
    if (!is_first) {
      EXPECT_THAT(store.read(1, 9, 9), ElementsAre(message(1, "logon"), message(2, "report")));
      break;
    }
    send(store, "logon");
    send(store, "report");
    store.set_next_target_msg_seq_num(10);
    journal->session("OTHER", 6).set_next_target_msg_seq_num(4);
    ASSERT_TRUE(journal->flush());
  }
  EXPECT_EQ(open_journal(directory.path())->session("OTHER", 0).next_target_msg_seq_num(), 4U);
}

TEST(SessionStore, MessagesAreReadableBeforeTheyAreFlushed) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path());
  SessionStore& store = journal->session("OMS", 0);
  send(store, "one");
  ASSERT_TRUE(journal->flush());
  send(store, "two");
  EXPECT_THAT(store.read(1, 2, 10), ElementsAre(message(1, "one"), message(2, "two")));
}

TEST(SessionStore, ReadsInSlicesAndLeavesGapsOut) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path());
  SessionStore& store = journal->session("OMS", 0);
  for (const std::uint64_t number : {2U, 3U, 7U, 8U, 9U}) {
    store.append(number, std::to_string(number), {});
  }
  EXPECT_THAT(store.read(1, 100, 2), ElementsAre(message(2, "2"), message(3, "3")));
  EXPECT_THAT(store.read(4, 8, 10), ElementsAre(message(7, "7"), message(8, "8")));
  EXPECT_THAT(store.read(4, 6, 10), IsEmpty());
  EXPECT_THAT(store.read(10, 20, 10), IsEmpty());
}

std::string long_text(std::uint64_t number) {
  return std::to_string(number) + std::string(number % 300, 'x');
}

// More messages than have their places in memory, of two sessions among other records, over many
// segments: each is found, before and after a restart, in whatever slices, and what was said again
// is the newer one.
TEST(SessionStore, FindsOldMessagesInTheLogItself) {
  constexpr std::uint64_t count = 3 * MessageIndex::newest_kept;
  const TemporaryDirectory directory;
  std::map<std::uint64_t, std::string> sent;
  for (int run = 0; run < 2; ++run) {
    Journal::Options options = quiet_options();
    options.segment_bytes = 1 << 20;
    const auto journal = open_journal(directory.path(), nullptr, options);
    SessionStore& store = journal->session("OMS", 0);
    SessionStore& other = journal->session("OTHER", 0);
    if (run == 0) {
      std::mt19937 random{3};
      for (std::uint64_t number = 1; number <= count; ++number) {
        if (number % 7 == 0) continue;  // a session-level message
        sent[number] = long_text(number);
        store.append(number, sent[number], {});
        if (number % 3 == 0) other.append(number, "other", {});
        if (number % 5 == 0) append(*journal, "an input");
        if (random() % 5'000 == 0) {
          const std::uint64_t again = 1 + random() % number;
          sent[again] = "again";
          store.append(again, "again", {});
        }
        if (number % 1'000 == 0) {
          ASSERT_TRUE(journal->flush());
        }
      }
      store.append(3, "again and last", {});
      sent[3] = "again and last";
    }
    ASSERT_EQ(journal->health(), Health::Good);
    for (const std::size_t slice : {100U, 256U, 1'000U}) {
      auto expected = sent.begin();
      std::uint64_t next = 1;
      while (next <= count) {
        const auto messages = store.read(next, count, slice);
        if (messages.empty()) break;
        for (const StoredMessage& one : messages) {
          ASSERT_NE(expected, sent.end());
          ASSERT_EQ(one, message(expected->first, expected->second)) << "slices of " << slice;
          ++expected;
        }
        next = messages.back().msg_seq_num + 1;
      }
      EXPECT_EQ(expected, sent.end());
    }
    EXPECT_EQ(other.read(1, 9, 9).size(), 3U);
    EXPECT_THAT(store.read(count - 1, count, 5).size(), testing::Le(2U));
  }
}

TEST(MessageIndex, OfManyMessagesKeepsFewEntries) {
  MessageIndex index;
  for (std::uint32_t number = 1; number <= 1'000'000; ++number) {
    index.put(number, {.segment = 1, .unit = number});
  }
  EXPECT_LE(index.size(), MessageIndex::newest_kept + MessageIndex::block_size +
                              1'000'000 / MessageIndex::block_size);
  const auto block = index.block_of(1'000);
  ASSERT_TRUE(block);
  EXPECT_LE(block->first, 1'000U);
  EXPECT_GT(block->behind, 1'000U);
  EXPECT_LE(block->behind - block->first, 2 * MessageIndex::block_size);
  EXPECT_FALSE(index.block_of(1'000'000));
  EXPECT_EQ(index.at_or_after(1'000'000)->place.unit, 1'000'000U);
  EXPECT_EQ(index.at_or_after(1'000'001), nullptr);
}

TEST(SessionStore, ResetForgetsForGood) {
  const TemporaryDirectory directory;
  for (int run = 0; run < 2; ++run) {
    const auto journal = open_journal(directory.path());
    SessionStore& store = journal->session("OMS", 1);
    if (run == 0) {
      send(store, "before");
      store.set_next_target_msg_seq_num(8);
      ASSERT_TRUE(journal->flush());
      store.reset(42);
    }
    EXPECT_EQ(store.next_sender_msg_seq_num(), 1U);
    EXPECT_EQ(store.next_target_msg_seq_num(), 1U);
    EXPECT_EQ(store.creation_time(), 42);
    EXPECT_THAT(store.read(1, 100, 100), IsEmpty());
  }
}

TEST(SessionStore, NumberOfAKeptMessageIsUsedEvenIfTheNumbersWereLost) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path("live"));
  SessionStore& store = journal->session("OMS", 0);
  store.append(1, "sent, and then the process was killed", {});
  // The log without the record of the numbers: as after a torn flush.
  ASSERT_TRUE(journal->flush());
  copy_journal(directory.path("live"), directory.path("crashed"));
  const std::string path = directory.path("crashed/" + segment_file_name(1));
  const std::string bytes = read_file(path);
  Writer numbers;
  encode(numbers, FixNumbers{.session = "OMS", .next_sender = 1, .next_target = 1});
  write_file(path, bytes.substr(0, bytes.size() - record_size(numbers.bytes().size())));
  const auto reopened = open_journal(directory.path("crashed"));
  EXPECT_EQ(reopened->session("OMS", 0).next_sender_msg_seq_num(), 2U);
}

TEST(SessionStore, OneRecordForEachMessageSent) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path());
  SessionStore& store = journal->session("OMS", 0);
  ASSERT_TRUE(journal->flush());
  const auto before = journal->last_sequence();
  for (int i = 0; i < 10; ++i) {
    send(store, "report");
    ASSERT_TRUE(journal->flush());
  }
  EXPECT_EQ(journal->last_sequence(), before + 10);
}

// As with market data: many numbers are used and nothing is kept under them.
TEST(SessionStore, NumbersAheadSpareRecordsAndACrashSkipsThem) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path("live"));
  SessionStore& store = journal->session("OMS", 0);
  store.set_sender_numbers_ahead(100);
  ASSERT_TRUE(journal->flush());
  const auto before = journal->last_sequence();
  for (std::uint64_t number = 2; number <= 90; ++number) {
    store.set_next_sender_msg_seq_num(number);
    ASSERT_TRUE(journal->flush());
  }
  EXPECT_EQ(journal->last_sequence(), before + 1) << "one record for all of them";
  send(store, "a report among them");
  ASSERT_TRUE(journal->flush());
  copy_journal(directory.path("live"), directory.path("crashed"));
  {
    const auto crashed = open_journal(directory.path("crashed"));
    const SessionStore& after = crashed->session("OMS", 0);
    EXPECT_EQ(after.next_sender_msg_seq_num(), 102U) << "above every number that was used";
    EXPECT_THAT(after.read(1, 200, 10), testing::SizeIs(1));
  }
  store.set_sender_numbers_ahead(0);
  ASSERT_TRUE(journal->flush());
  copy_journal(directory.path("live"), directory.path("ended"));
  const auto ended = open_journal(directory.path("ended"));
  EXPECT_EQ(ended->session("OMS", 0).next_sender_msg_seq_num(), 91U)
      << "exact after an orderly end";
}

// The store against a plain map, through random operations, flushes, restarts and rotations.
TEST(SessionStore, BehavesAsAMapThroughRestarts) {
  const TemporaryDirectory directory;
  std::mt19937 random{5};
  std::map<std::uint64_t, std::string> expected;
  std::uint64_t sender = 1;
  std::uint64_t target = 1;
  for (int run = 0; run < 20; ++run) {
    const auto journal = open_journal(directory.path());
    SessionStore& store = journal->session("OMS", 0);
    ASSERT_EQ(store.next_sender_msg_seq_num(), sender);
    ASSERT_EQ(store.next_target_msg_seq_num(), target);
    for (int step = 0; step < 100; ++step) {
      const auto choice = random() % 100;
      if (choice < 60) {
        const std::string bytes(random() % 3000, static_cast<char>('a' + random() % 26));
        expected[sender] = bytes;
        ++sender;
        send(store, bytes);
      } else if (choice < 80) {
        store.set_next_target_msg_seq_num(++target);
      } else if (choice < 81) {
        store.reset(step);
        expected.clear();
        sender = target = 1;
      } else if (choice < 83) {
        sender += random() % 5;
        store.set_next_sender_msg_seq_num(sender);
      } else if (choice < 84 && sender > 3) {
        sender -= 2;
        store.set_next_sender_msg_seq_num(sender);
      } else {
        ASSERT_TRUE(journal->flush());
      }
      const std::uint64_t begin = random() % (sender + 1);
      const std::uint64_t end = begin + random() % 10;
      std::vector<StoredMessage> slice;
      for (const auto& [number, bytes] : expected) {
        if (number >= begin && number <= end && slice.size() < 5) {
          slice.push_back(message(number, bytes));
        }
      }
      ASSERT_EQ(store.read(begin, end, 5), slice);
    }
  }
}

TEST(ReportKeys, AreKnownAcrossARestart) {
  const TemporaryDirectory directory;
  for (int run = 0; run < 2; ++run) {
    const auto journal = open_journal(directory.path());
    SessionStore& store = journal->session("OMS", 0);
    if (run == 0) {
      send(store, "first report of input 4", {.input_sequence = 4, .index = 0});
      send(store, "heartbeat");
    }
    EXPECT_TRUE(journal->was_sent({.input_sequence = 4, .index = 0}));
    EXPECT_FALSE(journal->was_sent({.input_sequence = 4, .index = 1}));
    EXPECT_FALSE(journal->was_sent({.input_sequence = 5, .index = 0}));
    EXPECT_FALSE(journal->was_sent({}));
  }
}

TEST(SentKeys, KeepsTheNewestInputsExactlyAndCountsOlderOnesAsSent) {
  SentKeys keys{100};
  for (std::uint64_t input = 1; input <= 10'000; ++input) {
    if (input % 3 != 0) keys.add({.input_sequence = input, .index = 1});
    ASSERT_LE(keys.size(), 101U);
  }
  EXPECT_TRUE(keys.contains({.input_sequence = 3, .index = 7}));
  EXPECT_TRUE(keys.contains({.input_sequence = 9'998, .index = 1}));
  EXPECT_FALSE(keys.contains({.input_sequence = 9'998, .index = 0}));
  EXPECT_FALSE(keys.contains({.input_sequence = 9'999, .index = 1}));
  keys.add({.input_sequence = 9'950, .index = 0});  // late, and out of order
  EXPECT_TRUE(keys.contains({.input_sequence = 9'950, .index = 0}));
}

}  // namespace
}  // namespace causeway::gateway::journal
