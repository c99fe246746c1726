// A start from a snapshot knows what a start from the first record on knows, whatever happened to
// snapshots and archive on the way.
#include "gateway/journal/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "fixspec/crash_point.hpp"
#include "gateway/core/state.hpp"
#include "gateway/journal/reader.hpp"
#include "tests/core/story.hpp"
#include "tests/journal/support.hpp"

namespace {

// The crash point that ends what is being done, and those that were met.
std::string crash_at;                // NOLINT: crash_point() is a free function
std::set<std::string> crash_points;  // NOLINT: as above
struct Crash {};

}  // namespace

namespace causeway::fixspec {

void crash_point(std::string_view name) {
  if (!name.starts_with("snapshot_") && name != "segment_archived") return;
  crash_points.emplace(name);
  if (name == crash_at) throw Crash{};
}

}  // namespace causeway::fixspec

namespace causeway::gateway::core {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

journal::Io& system_io() {
  static journal::Io io;
  return io;
}

fixspec::Result<journal::MadeSnapshot, fixspec::Error> snapshot(const std::string& directory,
                                                                journal::Io& io = system_io()) {
  SnapshotSource source;
  return journal::make_snapshot(io, directory, 1, source.maker());
}

std::string bytes_of(const engine::Engine& engine) {
  journal::Writer writer;
  encode_state(engine, 0, {}, writer);
  return {reinterpret_cast<const char*>(writer.bytes().data()), writer.bytes().size()};
}

void expect_same(const Started& one, const Started& other) {
  EXPECT_EQ(one.error, "");
  EXPECT_EQ(other.error, "");
  EXPECT_EQ(one.state_hash, other.state_hash);
  EXPECT_TRUE(one.state == other.state);
  EXPECT_EQ(one.sessions, other.sessions);
  EXPECT_EQ(one.last_sequence, other.last_sequence);
  EXPECT_EQ(one.report.records, other.report.records);
}

class Snapshots : public testing::Test {
 protected:
  // Writes the journal run by run and makes a snapshot behind each run.
  void write(std::uint64_t seed, std::size_t steps, std::size_t runs) {
    story_ = random_story(seed, steps, 2);
    for (std::size_t run = 1; run <= runs; ++run) {
      const std::size_t count = steps * run / runs;
      write_journal(path(), {story_.begin(), story_.begin() + static_cast<std::ptrdiff_t>(count)},
                    1);
      if (run == runs) break;
      const auto made = snapshot(path());
      ASSERT_TRUE(made) << made.error().text;
      EXPECT_EQ(made->sequence, count * 2);
      EXPECT_THAT(made->passed_over, IsEmpty());
      archived_ += made->archived_segments;
    }
  }
  [[nodiscard]] std::string path(std::string_view name = "live") const {
    return directory_.path(name);
  }
  void copy(const std::string& to) const { journal::copy_journal(path(), path(to)); }
  [[nodiscard]] std::vector<std::string> snapshot_paths(const std::string& name) const {
    std::vector<std::string> paths;
    for (const auto sequence : journal::list_snapshots(path(name))) {
      paths.push_back(path(name) + "/" + journal::snapshot_file_name(sequence));
    }
    return paths;
  }

  const journal::TemporaryDirectory directory_;
  std::vector<engine::Input> story_;
  std::size_t archived_ = 0;
};

TEST(State, IsTheSameFromASnapshotAtAnyInputOnAsFromTheFirst) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto story = random_story(seed, 300);
    engine::Engine engine;
    engine::Outputs outputs;
    for (std::size_t i = 0; i < story.size(); ++i) {
      engine.apply(story[i], outputs);
      if (i % 29 != seed) continue;
      journal::Writer writer;
      encode_state(engine, story[i].sequence, {}, writer);
      engine::Engine restored;
      RecentReports none;
      const auto last = decode_state(state_version, writer.bytes(), restored, none);
      ASSERT_TRUE(last) << last.error().text;
      EXPECT_EQ(*last, story[i].sequence);
      ASSERT_EQ(bytes_of(restored), bytes_of(engine)) << "seed " << seed << ", input " << i;
      // And it goes on as the other does.
      engine::Engine other;
      engine::Outputs others;
      for (std::size_t before = 0; before <= i; ++before) other.apply(story[before], others);
      for (std::size_t next = i + 1; next < story.size(); ++next) {
        outputs.clear();
        others.clear();
        restored.apply(story[next], outputs);
        other.apply(story[next], others);
        ASSERT_TRUE(outputs == others) << "seed " << seed << ", input " << next;
      }
      ASSERT_EQ(bytes_of(restored), bytes_of(other));
      ASSERT_EQ(restored.state_hash(), other.state_hash());
    }
  }
}

TEST(State, EveryTruncationIsAnErrorAndLeavesAnEmptyEngine) {
  const auto story = random_story(3, 60);
  engine::Engine engine;
  engine::Outputs outputs;
  for (const auto& input : story) engine.apply(input, outputs);
  journal::Writer writer;
  encode_state(engine, 60, {}, writer);
  const std::string empty = bytes_of(engine::Engine{});
  for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
    ASSERT_FALSE(decode_state(state_version, writer.bytes().first(size), engine,
                              *std::make_unique<RecentReports>()));
    ASSERT_EQ(bytes_of(engine), empty);
  }
  RecentReports none;
  const auto newer = decode_state(state_version + 1, writer.bytes(), engine, none);
  ASSERT_FALSE(newer);
  EXPECT_THAT(newer.error().text, HasSubstr("a state of version 2"));
}

TEST_F(Snapshots, AStartFromOneKnowsWhatAStartFromTheFirstRecordKnows) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    std::filesystem::remove_all(path());
    archived_ = 0;
    write(seed, 400, 5 + seed);
    EXPECT_GT(archived_, 0U);
    EXPECT_EQ(snapshot_paths("live").size(), 2U);
    const Started whole = start_on(path(), false);
    const Started started = start_on(path());
    expect_same(started, whole);
    EXPECT_GT(started.report.snapshot_sequence, 0U);
    EXPECT_EQ(whole.report.snapshot_sequence, 0U);
    const auto verified = journal::verify(path());
    ASSERT_TRUE(verified) << verified.error().text;
    EXPECT_EQ(verified->records, 800U);
    EXPECT_EQ(verified->archived_segments, archived_);
    EXPECT_EQ(verified->snapshots, 2U);
  }
}

TEST_F(Snapshots, WithoutItsArchiveAJournalStartsFromTheSnapshotAndVerifiesFromThere) {
  write(7, 400, 6);
  const Started whole = start_on(path(), false);
  std::filesystem::remove_all(path() + "/archive");
  const Started started = start_on(path());
  EXPECT_EQ(started.error, "");
  EXPECT_TRUE(started.state == whole.state);
  const auto verified = journal::verify(path());
  ASSERT_TRUE(verified) << verified.error().text;
  EXPECT_GT(verified->first_sequence, 1U);
  EXPECT_EQ(verified->last_sequence, 800U);
  EXPECT_THAT(start_on(path(), false).error, HasSubstr("0000000001.journal is missing"));
}

// What is to be hashed then begins in the archive.
TEST_F(Snapshots, AChainThatIsCutDoesNotStopTheJournal) {
  write(9, 400, 6);
  ASSERT_GT(archived_, 0U);
  std::string chain = journal::read_file(path() + "/chain");
  const std::size_t one_entry = 128;  // its header and the first
  ASSERT_GT(chain.size(), one_entry);
  chain.resize(one_entry);
  journal::write_file(path() + "/chain", chain);
  {
    auto opened = journal::Journal::open(path(), {}, [](const auto&) {});
    ASSERT_TRUE(opened) << opened.error().text;
    (*opened)->start_epoch({.utc_ns = 1, .mono_ns = 1}, 7);
    ASSERT_TRUE((*opened)->flush());
  }  // its end hashes up to the last record
  const auto verified = journal::verify(path());
  ASSERT_TRUE(verified) << verified.error().text;
  EXPECT_GT(verified->last_sequence, 800U);
  EXPECT_EQ(verified->records_after_chain, 0U);
}

TEST_F(Snapshots, ADamagedOneIsPassedOverForTheOlderOneAndThenForTheRecords) {
  write(8, 300, 5);
  const Started whole = start_on(path(), false);
  std::mt19937_64 random{8};
  for (int round = 0; round < 300; ++round) {
    copy("damaged");
    const auto paths = snapshot_paths("damaged");
    const std::size_t damaged = 1 + random() % paths.size();
    for (std::size_t i = 0; i < damaged; ++i) {
      const std::string& file = paths[paths.size() - 1 - i];
      std::string bytes = journal::read_file(file);
      if (random() % 3 == 0) {
        bytes.resize(random() % bytes.size());
      } else {
        bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
      }
      journal::write_file(file, bytes);
    }
    const Started started = start_on(path("damaged"));
    expect_same(started, whole);
    EXPECT_EQ(started.report.passed_over.size(), damaged);
    EXPECT_EQ(started.report.snapshot_sequence == 0, damaged == paths.size());
    EXPECT_FALSE(journal::verify(path("damaged")));
    if (HasFailure()) FAIL() << "round " << round;
  }
}

TEST_F(Snapshots, OneOfAnotherJournalIsPassedOver) {
  write(9, 300, 5);
  const Started whole = start_on(path(), false);
  const auto paths = snapshot_paths("live");
  std::filesystem::create_directory(path("mine"));
  for (const auto& file : paths) std::filesystem::copy(file, path("mine"));
  std::filesystem::remove_all(path());
  write(10, 300, 5);
  const Started other = start_on(path(), false);
  std::filesystem::copy(
      path("mine"), path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  const Started started = start_on(path());
  expect_same(started, other);
  EXPECT_EQ(started.report.passed_over.size(), 2U);
}

TEST_F(Snapshots, AfterACrashAtEachStepOfMakingOneTheJournalStartsAndGoesOn) {
  write(11, 400, 4);
  const Started whole = start_on(path(), false);
  copy("tried");
  crash_points.clear();
  ASSERT_TRUE(snapshot(path("tried")));
  const std::set<std::string> points = crash_points;
  EXPECT_EQ(points, (std::set<std::string>{"segment_archived", "snapshot_named", "snapshot_removed",
                                           "snapshot_synced", "snapshot_written"}));
  for (const std::string& point : points) {
    copy("crashed");
    crash_at = point;
    EXPECT_THROW(static_cast<void>(snapshot(path("crashed"))), Crash);
    crash_at.clear();
    expect_same(start_on(path("crashed")), whole);
    expect_same(start_on(path("crashed"), false), whole);
    EXPECT_TRUE(journal::verify(path("crashed"))) << point;
    // And the next one is made, and nothing unfinished is left.
    const auto made = snapshot(path("crashed"));
    ASSERT_TRUE(made) << point << ": " << made.error().text;
    expect_same(start_on(path("crashed")), whole);
    for (const auto& file : std::filesystem::directory_iterator{path("crashed")}) {
      EXPECT_THAT(file.path().string(), Not(testing::EndsWith(".new"))) << point;
    }
  }
}

// Fails one operation, and all that follow.
class FailingIo final : public journal::Io {
 public:
  explicit FailingIo(int good) : left_(good) {}

  int open(const std::string& path, int flags) override {
    return fails() ? -EIO : Io::open(path, flags);
  }
  ssize_t pread(int file, std::span<std::byte> bytes, std::uint64_t offset) override {
    return fails() ? -EIO : Io::pread(file, bytes, offset);
  }
  ssize_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) override {
    if (!fails()) return Io::pwrite(file, bytes, offset);
    // A full disk takes a part.
    Io::pwrite(file, bytes.first(bytes.size() / 2), offset);
    return -ENOSPC;
  }
  int sync(int file) override { return fails() ? -EIO : Io::sync(file); }
  int rename(const std::string& from, const std::string& to) override {
    return fails() ? -EIO : Io::rename(from, to);
  }
  int unlink(const std::string& path) override { return fails() ? -EIO : Io::unlink(path); }

 private:
  bool fails() { return left_-- <= 0; }
  int left_;
};

TEST_F(Snapshots, WhereTheDiskFailsAtAnyOperationTheJournalStartsAllTheSame) {
  write(12, 400, 4);
  const Started whole = start_on(path(), false);
  int failures = 0;
  for (int good = 0; true; ++good) {
    copy("failed");
    FailingIo io{good};
    const auto made = snapshot(path("failed"), io);
    expect_same(start_on(path("failed")), whole);
    expect_same(start_on(path("failed"), false), whole);
    if (HasFailure()) FAIL() << "after " << good << " operations";
    if (made) break;
    ++failures;
  }
  EXPECT_GT(failures, 20);
}

TEST_F(Snapshots, NoneIsMadeBeforeItIsDueOrOfNothing) {
  story_ = random_story(13, 100, 2);
  write_journal(path(), story_, 1);
  SnapshotSource early;
  EXPECT_EQ(journal::make_snapshot(system_io(), path(), 201, early.maker()).value().sequence, 0U);
  SnapshotSource due;
  EXPECT_EQ(journal::make_snapshot(system_io(), path(), 200, due.maker()).value().sequence, 200U);
  EXPECT_EQ(snapshot(path()).value().sequence, 0U);
}

}  // namespace
}  // namespace causeway::gateway::core
