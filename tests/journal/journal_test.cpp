#include "gateway/journal/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "gateway/journal/crc32c.hpp"
#include "gateway/journal/reader.hpp"
#include "support.hpp"

namespace causeway::gateway::journal {
namespace {

using testing::HasSubstr;

std::vector<Record> read_all(const std::string& directory, std::uint64_t from = 1) {
  std::vector<Record> records;
  auto reader = JournalReader::open(directory, from).value();
  while (true) {
    const auto next = reader.next();
    EXPECT_TRUE(next) << next.error().text;
    if (!next || !next->has_value()) return records;
    records.push_back(to_record(**next));
  }
}

TEST(Crc32c, InstructionAndTableAgreeWithThePublishedValue) {
  EXPECT_EQ(crc32c(0, as_bytes("123456789")), 0xe3069283U);
  std::mt19937 random{7};
  std::string text;
  for (std::size_t size = 0; size < 100; ++size) {
    EXPECT_EQ(crc32c(5, as_bytes(text)), crc32c_by_table(5, as_bytes(text)));
    EXPECT_EQ(
        crc32c(crc32c(0, as_bytes(text.substr(0, size / 2))), as_bytes(text.substr(size / 2))),
        crc32c(0, as_bytes(text)));
    text += static_cast<char>(random());
  }
}

TEST(Journal, ReplaysWhatWasAppendedAndGoesOnBehindIt) {
  const TemporaryDirectory directory;
  std::vector<Record> appended;
  for (int run = 0; run < 3; ++run) {
    std::vector<Record> replayed;
    const auto journal = open_journal(directory.path(), &replayed);
    EXPECT_EQ(replayed, appended);
    EXPECT_EQ(journal->report().records, appended.size());
    EXPECT_EQ(journal->report().torn_bytes, 0U);
    for (std::size_t size = 0; size < 40; ++size) {
      appended.push_back(append(*journal, std::string(size, 'x')));
    }
    ASSERT_TRUE(journal->flush());
    EXPECT_EQ(journal->flushed_sequence(), appended.size());
    EXPECT_EQ(journal->durable_sequence(), appended.size());
    EXPECT_EQ(journal->pending_bytes(), 0U);
  }
  EXPECT_EQ(read_all(directory.path()), appended);
  EXPECT_GT(verify(directory.path()).value().segments, 1U);
}

TEST(Journal, SegmentsHoldAnyMixOfSizes) {
  const TemporaryDirectory directory;
  std::mt19937 random{11};
  std::vector<Record> appended;
  for (int run = 0; run < 5; ++run) {
    std::vector<Record> replayed;
    const auto journal = open_journal(directory.path(), &replayed);
    ASSERT_EQ(replayed, appended);
    for (int i = 0; i < 200; ++i) {
      // Some are longer than a segment.
      const std::size_t size = random() % (random() % 20 == 0 ? 9000 : 300);
      appended.push_back(append(*journal, std::string(size, static_cast<char>(random()))));
      if (random() % 7 == 0) {
        ASSERT_TRUE(journal->flush());
      }
    }
  }
  EXPECT_EQ(read_all(directory.path()), appended);
  for (const std::uint64_t from : {2U, 17U, 500U, 1000U, 1001U}) {
    const std::vector<Record> rest(appended.begin() + static_cast<std::ptrdiff_t>(from - 1),
                                   appended.end());
    EXPECT_EQ(read_all(directory.path(), from), rest) << from;
  }
}

TEST(Journal, WhatWasNotFlushedIsNotThereAfterACrash) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path("live"));
  const Record first = append(*journal, "flushed");
  ASSERT_TRUE(journal->flush());
  append(*journal, "not flushed");
  copy_journal(directory.path("live"), directory.path("crashed"));
  std::vector<Record> replayed;
  open_journal(directory.path("crashed"), &replayed);
  EXPECT_EQ(replayed, std::vector{first});
}

TEST(Journal, SecondProcessIsRefused) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path());
  EXPECT_THAT(open_error(directory.path()), HasSubstr("is in use by process"));
}

TEST(Journal, EpochsCountRunsAndKeepTheInstance) {
  const TemporaryDirectory directory;
  const fixspec::Timestamp now{.utc_ns = 1, .mono_ns = 1};
  for (std::uint32_t run = 1; run <= 3; ++run) {
    const auto journal = open_journal(directory.path());
    EXPECT_EQ(journal->start_epoch(now, 100 + run), (Epoch{.instance = 101, .epoch = run}));
    append(*journal, "input");
  }
  const VerifyReport report = verify(directory.path()).value();
  EXPECT_EQ(report.records, 9U);
  EXPECT_EQ(report.chain_checkpoints, 3U);
  EXPECT_EQ(report.records_after_chain, 0U);
}

TEST(Journal, DirectoryIsPrivate) {
  const TemporaryDirectory directory;
  open_journal(directory.path("new"));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(directory.path("new")).permissions() &
                (perms::group_all | perms::others_all),
            perms::none);
}

TEST(JournalReader, ReadsWhileTheGatewayWrites) {
  const TemporaryDirectory directory;
  const auto journal = open_journal(directory.path());
  std::vector<Record> appended;
  for (int i = 0; i < 100; ++i) {
    appended.push_back(append(*journal, "record"));
    ASSERT_TRUE(journal->flush());
    ASSERT_EQ(read_all(directory.path()), appended);
  }
}

TEST(JournalReader, EmptyDirectoryHasNoRecords) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(read_all(directory.path()).empty());
  const auto missing = JournalReader::open(directory.path("nowhere"));
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace causeway::gateway::journal
