// What a journal makes of damaged, torn, swapped and missing files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "gateway/journal/crc32c.hpp"
#include "gateway/journal/journal.hpp"
#include "gateway/journal/reader.hpp"
#include "support.hpp"

namespace causeway::gateway::journal {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A live journal of some records whose copy is what a crash leaves: no chain entry covers the end.
class Damage : public testing::Test {
 protected:
  void write_records(int count, std::size_t payload_size = 100) {
    journal_ = open_journal(directory_.path("live"));
    for (int i = 0; i < count; ++i) {
      records_.push_back(
          append(*journal_, std::string(payload_size, static_cast<char>('a' + i % 26))));
      ASSERT_TRUE(journal_->flush());
    }
  }
  /// The copy that is damaged.
  std::string crashed(std::string_view file = "") const {
    return directory_.path("crashed") + (file.empty() ? "" : "/" + std::string{file});
  }
  void crash() { copy_journal(directory_.path("live"), crashed()); }
  /// As crash(), but the gateway ended well: the chain covers every record.
  void stop() {
    journal_.reset();
    crash();
  }
  std::vector<std::string> segments() const {
    std::vector<std::string> names;
    for (std::uint64_t n = 1; std::filesystem::exists(crashed(segment_file_name(n))); ++n) {
      names.push_back(segment_file_name(n));
    }
    return names;
  }

  const TemporaryDirectory directory_;
  std::unique_ptr<Journal> journal_;
  std::vector<Record> records_;
};

TEST_F(Damage, TailTornAtEachByteIsCutAndReported) {
  write_records(3);
  crash();
  const std::string name = segment_file_name(1);
  const std::string whole = read_file(crashed(name));
  const std::size_t last = whole.size() - record_size(100);
  const std::vector<Record> before(records_.begin(), records_.end() - 1);
  for (std::size_t size = last; size < whole.size(); ++size) {
    crash();
    write_file(crashed(name), whole.substr(0, size));
    std::vector<Record> replayed;
    auto journal = open_journal(crashed(), &replayed);
    ASSERT_EQ(replayed, before) << "cut at " << size;
    EXPECT_EQ(journal->report().torn_bytes, size - last);
    if (size > last) {
      EXPECT_EQ(journal->report().torn_offset, last);
      EXPECT_THAT(journal->report().torn_file, HasSubstr(name));
    }
    // And the journal goes on as if the record had never been begun.
    const Record next = append(*journal, "after the crash");
    EXPECT_EQ(next.sequence, 3U);
    journal.reset();
    replayed.clear();
    open_journal(crashed(), &replayed);
    ASSERT_EQ(replayed, (std::vector{before[0], before[1], next}));
  }
}

TEST_F(Damage, LastRecordChangedAtEachByteIsCutAfterACrashAndRefusedAfterAGoodEnd) {
  write_records(3, 50);
  for (const bool ended_well : {false, true}) {
    ended_well ? stop() : crash();
    const std::string name = segment_file_name(1);
    const std::string whole = read_file(crashed(name));
    const std::string chain = read_file(crashed(ChainFile::file_name));
    for (std::size_t at = whole.size() - record_size(50); at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 0x10);
      write_file(crashed(name), changed);
      write_file(crashed(ChainFile::file_name), chain);
      if (ended_well) {
        ASSERT_THAT(open_error(crashed()),
                    AllOf(HasSubstr(name), HasSubstr("offset"), HasSubstr("whole on disk")));
      } else {
        std::vector<Record> replayed;
        const auto journal = open_journal(crashed(), &replayed);
        ASSERT_EQ(replayed, (std::vector{records_[0], records_[1]})) << at;
        ASSERT_EQ(journal->report().torn_bytes, record_size(50));
      }
    }
  }
}

TEST_F(Damage, ChangedByteBeforeTheLastRecordIsRefusedWithItsPlace) {
  write_records(4, 60);
  crash();
  const std::string name = segment_file_name(1);
  const std::string whole = read_file(crashed(name));
  for (std::size_t at = 0; at < whole.size() - record_size(60); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    write_file(crashed(name), changed);
    const std::string error = open_error(crashed());
    ASSERT_THAT(error, AllOf(HasSubstr(name), HasSubstr("offset "))) << at;
    ASSERT_EQ(read_file(crashed(name)), changed) << "a refusal changes nothing";
    if (at >= segment_header_size) {
      const std::size_t record =
          segment_header_size + (at - segment_header_size) / record_size(60) * record_size(60);
      ASSERT_THAT(error, HasSubstr("offset " + std::to_string(record) + ":")) << at;
    }
  }
}

// Thousands of changes anywhere in the directory: each open answers an error, or the records as
// they were up to a tail that it reports, or the very same records. Nothing else, ever.
TEST_F(Damage, RandomMutationsAreNeverSilent) {
  write_records(90);
  crash();
  std::map<std::string, std::string> files;
  for (const std::string& name : segments()) files[name] = read_file(crashed(name));
  files[ChainFile::file_name] = read_file(crashed(ChainFile::file_name));
  ASSERT_GE(files.size(), 4U);
  std::mt19937_64 random{2026};
  int refused = 0;
  int cut = 0;
  for (int round = 0; round < 3000; ++round) {
    auto file = std::next(files.begin(), static_cast<std::ptrdiff_t>(random() % files.size()));
    std::string changed = file->second;
    switch (random() % 4) {
      case 0:
        changed[random() % changed.size()] ^= static_cast<char>(1 + random() % 255);
        break;
      case 1:
        changed.resize(random() % changed.size());
        break;
      case 2: {
        const std::size_t at = random() % changed.size();
        std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(at),
                    std::min<std::size_t>(changed.size() - at, 1 + random() % 600), '\0');
        break;
      }
      default:
        changed.erase(random() % changed.size(), 1 + random() % 200);
    }
    for (const auto& [name, bytes] : files) write_file(crashed(name), bytes);
    write_file(crashed(file->first), changed);
    std::vector<Record> replayed;
    const auto journal = Journal::open(crashed(), quiet_options(), [&](const RecordView& view) {
      replayed.push_back(to_record(view));
    });
    if (!journal) {
      ++refused;
      ASSERT_THAT(journal.error().text, HasSubstr(file->first));
      continue;
    }
    ASSERT_LE(replayed.size(), records_.size());
    ASSERT_TRUE(std::equal(replayed.begin(), replayed.end(), records_.begin())) << round;
    const OpenReport& report = (*journal)->report();
    if (report.torn_bytes > 0) ++cut;
    const bool at_a_boundary =
        file->first == segments().back() && replayed.size() < records_.size();
    ASSERT_TRUE(replayed == records_ || report.torn_bytes > 0 || at_a_boundary) << round;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(cut, 50);
}

TEST_F(Damage, CutAtARecordsEndIsRefusedWhereTheChainKnowsMore) {
  write_records(5);
  stop();
  const std::string name = segment_file_name(1);
  const std::string whole = read_file(crashed(name));
  write_file(crashed(name), whole.substr(0, whole.size() - record_size(100)));
  EXPECT_THAT(open_error(crashed()), AllOf(HasSubstr("ends with record 4"), HasSubstr("record 5")));
}

TEST_F(Damage, MissingSegmentsAreRefused) {
  write_records(90);
  crash();
  const auto names = segments();
  ASSERT_GE(names.size(), 3U);
  for (const std::string& name : names) {
    crash();
    std::filesystem::remove(crashed(name));
    const std::string error = open_error(crashed());
    // Without a chain entry nobody can know that there was one more.
    if (name == names.back()) {
      EXPECT_EQ(error, "");
    } else {
      EXPECT_THAT(error, HasSubstr(name + " is missing"));
    }
  }
  stop();
  std::filesystem::remove(crashed(names.back()));
  EXPECT_THAT(open_error(crashed()), HasSubstr("was on disk"));
  stop();
  for (const std::string& name : names) std::filesystem::remove(crashed(name));
  EXPECT_THAT(open_error(crashed()), HasSubstr("was on disk"));
}

TEST_F(Damage, SwappedAndDuplicatedSegmentsAreRefused) {
  write_records(90);
  crash();
  const auto names = segments();
  const std::string first = read_file(crashed(names[0]));
  const std::string second = read_file(crashed(names[1]));
  write_file(crashed(names[0]), second);
  write_file(crashed(names[1]), first);
  EXPECT_THAT(open_error(crashed()), AllOf(HasSubstr(names[0]), HasSubstr("holds segment 2")));
  write_file(crashed(names[0]), first);
  EXPECT_THAT(open_error(crashed()), AllOf(HasSubstr(names[1]), HasSubstr("holds segment 1")));
  crash();
  std::filesystem::copy(crashed(names.back()), crashed(segment_file_name(names.size() + 1)));
  EXPECT_THAT(open_error(crashed()), HasSubstr("holds segment " + std::to_string(names.size())));
  crash();
  std::filesystem::copy(crashed(names[1]), crashed("0000000002.journal.copy"));
  EXPECT_THAT(open_error(crashed()), HasSubstr("0000000002.journal.copy"));
}

TEST_F(Damage, SegmentOfAnotherJournalIsRefused) {
  write_records(90);
  crash();
  const std::string name = segment_file_name(2);
  // The same records at the same places, but another history before them.
  const auto other = open_journal(directory_.path("other"));
  for (int i = 0; i < 90; ++i) append(*other, std::string(100, static_cast<char>('A' + i % 26)));
  ASSERT_TRUE(other->flush());
  write_file(crashed(name), read_file(directory_.path("other/" + name)));
  EXPECT_THAT(open_error(crashed()), AllOf(HasSubstr(name), HasSubstr("does not continue")));
}

TEST_F(Damage, EmptyAndHeaderlessSegmentsAreRefused) {
  write_records(90);
  crash();
  const auto names = segments();
  for (const std::string& name : names) {
    for (const std::size_t size : {0U, 1U, 63U}) {
      crash();
      write_file(crashed(name), read_file(crashed(name)).substr(0, size));
      EXPECT_THAT(open_error(crashed()), AllOf(HasSubstr(name), HasSubstr("too few")));
    }
  }
}

TEST_F(Damage, NewerFormatIsRefusedAsSuch) {
  write_records(3);
  crash();
  std::string bytes = read_file(crashed(segment_file_name(1)));
  bytes[8] = 2;
  write_file(crashed(segment_file_name(1)), bytes);
  EXPECT_THAT(open_error(crashed()), HasSubstr("newer version of causeway"));
  crash();
  bytes = read_file(crashed(ChainFile::file_name));
  bytes[8] = 2;
  write_file(crashed(ChainFile::file_name), bytes);
  EXPECT_THAT(open_error(crashed()), AllOf(HasSubstr("chain"), HasSubstr("newer version")));
}

TEST_F(Damage, MissingChainFileIsRefused) {
  write_records(3);
  crash();
  std::filesystem::remove(crashed(ChainFile::file_name));
  EXPECT_THAT(open_error(crashed()), HasSubstr("chain: is missing"));
}

TEST_F(Damage, UnfinishedChainEntryIsWrittenOver) {
  write_records(3);
  stop();
  const std::string chain = read_file(crashed(ChainFile::file_name));
  for (std::size_t size = chain.size() - 63; size < chain.size(); ++size) {
    write_file(crashed(ChainFile::file_name), chain.substr(0, size));
    EXPECT_TRUE(open_journal(crashed())->report().torn_chain_entry);
    EXPECT_EQ(read_file(crashed(ChainFile::file_name)), chain);
  }
}

TEST_F(Damage, VerifyFindsRecordsThatWereAlteredWithTheirChecksums) {
  write_records(3, 40);
  stop();
  const std::string name = segment_file_name(1);
  std::string bytes = read_file(crashed(name));
  EXPECT_EQ(verify(crashed()).value().chain_entries, 1U);

  const std::size_t offset = segment_header_size + record_size(40);
  bytes[offset + record_header_size] = 'X';
  const auto all = as_bytes(bytes);
  SegmentHeader header;
  ASSERT_EQ(decode(all.first(segment_header_size), header), HeaderFault::None);
  const std::uint32_t crc = crc32c(header.crc, all.subspan(offset + 4, record_size(40) - 4));
  for (std::size_t i = 0; i < 4; ++i) bytes[offset + i] = static_cast<char>(crc >> (8 * i));
  write_file(crashed(name), bytes);

  const auto verified = verify(crashed());
  ASSERT_FALSE(verified);
  EXPECT_THAT(verified.error().text, HasSubstr("a record from 1 to 3 was altered"));
}

TEST_F(Damage, ReaderOfATruncatedFileEndsAtItsLastWholeRecord) {
  write_records(3);
  crash();
  const std::string name = segment_file_name(1);
  const std::string whole = read_file(crashed(name));
  for (std::size_t size = segment_header_size; size < whole.size(); ++size) {
    write_file(crashed(name), whole.substr(0, size));
    auto reader = JournalReader::open(crashed()).value();
    std::size_t count = 0;
    while (true) {
      const auto next = reader.next();
      ASSERT_TRUE(next) << next.error().text;
      if (!next->has_value()) break;
      ASSERT_EQ(to_record(**next), records_[count++]);
    }
    ASSERT_EQ(count, (size - segment_header_size) / record_size(100));
    ASSERT_EQ(reader.end().torn_bytes, (size - segment_header_size) % record_size(100));
  }
}

}  // namespace
}  // namespace causeway::gateway::journal
