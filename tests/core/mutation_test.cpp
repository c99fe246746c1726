// Ten thousand changes of a journal in which orders were traded, anywhere in its files: a start
// knows what it knew after some record up to which everything was kept, and says what it cut off;
// or it refuses, and says which file, where, and what to do. Never anything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gateway/core/state.hpp"
#include "gateway/journal/reader.hpp"
#include "gateway/journal/snapshot.hpp"
#include "tests/core/story.hpp"
#include "tests/journal/support.hpp"

namespace causeway::gateway::core {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr std::size_t inputs = 110;
constexpr int mutations = 10'000;

using Files = std::map<std::string, std::string>;

Files read_files(const std::string& directory) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name != "lock") {
      files[name] = journal::read_file(entry.path().string());
    }
  }
  return files;
}

void write_files(const std::string& directory, const Files& files) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directory(directory);
  for (const auto& [name, bytes] : files) journal::write_file(directory + "/" + name, bytes);
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  /// Changes one thing; says what.
  std::string mutate(Files& files) {
    const std::string& name = any_name(files);
    std::string& bytes = files[name];
    if (bytes.empty()) bytes = "x";
    const std::size_t at = bytes.empty() ? 0 : any(bytes.size());
    const std::size_t length = std::min(bytes.size() - at, 1 + any(700));
    const auto place = " of " + name + " at " + std::to_string(at);
    switch (any(14)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << any(8)));
        return "flip a bit" + place;
      case 1:
        for (std::size_t i = 0; i < length; ++i) bytes[at + i] = static_cast<char>(any(256));
        return "overwrite" + place;
      case 2:
        bytes.resize(at);
        return "truncate" + place;
      case 3:
        bytes.append(1 + any(300), any(2) == 0 ? '\0' : static_cast<char>(any(256)));
        return "extend " + name;
      case 4:
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length, '\0');
        return "zero" + place;
      case 5:
        bytes.erase(at, length);
        return "take out" + place;
      case 6:
        bytes.insert(any(bytes.size() + 1), bytes.substr(at, length));
        return "repeat a block" + place;
      case 7: {
        const std::string block = bytes.substr(at, length);
        const std::size_t to = any(bytes.size() - length + 1);
        bytes.replace(to, length, block);
        return "copy a block over another" + place;
      }
      case 8: {
        // Whole pages, as a disk that mixes them up.
        const std::size_t page = 512;
        if (bytes.size() < 2 * page) break;
        const std::size_t a = any(bytes.size() / page) * page;
        const std::size_t b = any(bytes.size() / page) * page;
        std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(a),
                         bytes.begin() + static_cast<std::ptrdiff_t>(a + page),
                         bytes.begin() + static_cast<std::ptrdiff_t>(b));
        return "swap pages" + place;
      }
      case 9:
        files.erase(std::string{name});
        return "delete a file";
      case 10: {
        const std::string& other = any_name(files);
        std::swap(bytes, files[other]);
        return "swap " + name + " and " + other;
      }
      case 11:
        files[any_name(files)] = std::string{bytes};
        return "copy " + name + " over another";
      case 12:
        files[journal::segment_file_name(1 + any(files.size() + 2))] = std::string{bytes};
        return "copy " + name + " to some segment";
      default:
        bytes[at] = static_cast<char>(any(256));
        files[any_name(files)].append("\0\1\2", 3);
        return "change a byte" + place + " and extend another file";
    }
    return "nothing";
  }

 private:
  std::size_t any(std::size_t below) { return random_() % below; }
  const std::string& any_name(const Files& files) {
    return std::next(files.begin(), static_cast<std::ptrdiff_t>(any(files.size())))->first;
  }

  std::mt19937_64 random_;
};

// What a start knows after each record: the hash of its state; and each record.
struct Truth {
  std::vector<std::uint64_t> hash_after{0};
  std::vector<journal::Record> records;
};
Truth truth_of(const std::string& directory) {
  Truth truth;
  engine::Engine engine;
  Replayer replayer{engine};
  auto reader = journal::JournalReader::open(directory).value();
  truth.hash_after[0] = engine.state_hash();
  while (true) {
    const auto record = reader.next();
    if (!record || !*record) break;
    replayer.on_record(**record);
    truth.hash_after.push_back(engine.state_hash());
    truth.records.push_back(to_record(**record));
  }
  return truth;
}

struct Counts {
  int same = 0;
  int cut = 0;
  int refused = 0;
  int without_snapshot = 0;
};

// How far back a start may fall without a word: to the end of some record that nobody knows of
// besides the segment itself. The chain's newest entry is beyond all that may be lost.
void judge(const Started& started, const Truth& truth, std::uint64_t known, Counts& counts) {
  if (!started.error.empty()) {
    ++counts.refused;
    EXPECT_THAT(started.error, AnyOf(HasSubstr("offset"), HasSubstr("is missing"),
                                     HasSubstr("not a segment"), HasSubstr("chain")));
    EXPECT_THAT(started.error,
                AnyOf(HasSubstr("restore"), HasSubstr("use that"), HasSubstr("move the file")));
    return;
  }
  ASSERT_LE(started.last_sequence, truth.records.size());
  ASSERT_GE(started.last_sequence, known);
  ASSERT_EQ(started.state_hash, truth.hash_after[started.last_sequence]);
  if (started.report.snapshot_sequence == 0) ++counts.without_snapshot;
  if (started.last_sequence == truth.records.size()) {
    ++counts.same;
    return;
  }
  ++counts.cut;
}

TEST(Mutations, TenThousandAreCutAndReportedOrRefusedWithTheirPlace) {
  const journal::TemporaryDirectory directory;
  const auto story = random_story(2026, inputs, 2);
  // Covered by the chain, with snapshots, up to two thirds.
  const std::string live = directory.path("live");
  for (const std::size_t part : {inputs / 3, inputs * 2 / 3}) {
    write_journal(live, {story.begin(), story.begin() + static_cast<std::ptrdiff_t>(part)}, 1);
    SnapshotSource source;
    journal::Io io;
    ASSERT_TRUE(journal::make_snapshot(io, live, 1, source.maker()));
  }
  // Whole segments again, so that damage in each can be seen by a start without a snapshot.
  if (std::filesystem::exists(live + "/archive")) {
    for (const auto& entry : std::filesystem::directory_iterator{live + "/archive"}) {
      std::filesystem::rename(entry.path(), live + "/" + entry.path().filename().string());
    }
    std::filesystem::remove(live + "/archive");
  }
  Files files = read_files(live);
  const std::string chain = files.at(journal::ChainFile::file_name);
  write_journal(live, story, 1);
  const Truth truth = truth_of(live);
  ASSERT_EQ(truth.records.size(), inputs * 2);
  // As the machine's end leaves it: the newest entries of the chain are not there.
  files = read_files(live);
  files[journal::ChainFile::file_name] = chain;
  ASSERT_GE(files.size(), 8U);

  Mutator mutator{1};
  Counts counts;
  for (int round = 0; round < mutations; ++round) {
    Files changed = files;
    std::string what = mutator.mutate(changed);
    if (round % 5 == 0) what += ", then " + mutator.mutate(changed);
    const auto chain_file = changed.find(journal::ChainFile::file_name);
    const bool chain_is_whole = chain_file != changed.end() && chain_file->second == chain;
    write_files(directory.path("mutated"), changed);
    const bool with_snapshots = round % 2 == 0;
    const Started started = start_on(directory.path("mutated"), with_snapshots);
    const std::uint64_t known = chain_is_whole ? inputs * 2 / 3 * 2 : 0;
    judge(started, truth, known, counts);
    const bool reported = started.report.torn_bytes > 0 || !started.error.empty();
    const bool cut_short = started.error.empty() && started.last_sequence < truth.records.size();
    // What ends between two records of the newest segments looks as if it had never been longer.
    bool at_a_boundary = false;
    if (cut_short && !reported) {
      const auto& next = truth.records[started.last_sequence];
      at_a_boundary = next.sequence > known;
    }
    EXPECT_TRUE(!cut_short || reported || at_a_boundary);
    if (testing::Test::HasFailure()) FAIL() << "round " << round << ": " << what;
  }
  std::cout << mutations << " mutations: " << counts.same << " changed nothing that is read, "
            << counts.cut << " cut, " << counts.refused << " refused\n";
  EXPECT_GT(counts.refused, 3'000);
  EXPECT_GT(counts.cut, 200);
  EXPECT_GT(counts.same, 200);
}

}  // namespace
}  // namespace causeway::gateway::core
