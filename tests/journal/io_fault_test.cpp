// Full disks, failing system calls, power cuts: what was reported as done is there afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <random>

#include "gateway/journal/journal.hpp"
#include "gateway/journal/reader.hpp"
#include "support.hpp"

namespace causeway::gateway::journal {
namespace {

using testing::HasSubstr;

/// Fails the call number `first` (and, if `for_good`, all after it) with `error`.
class FailingIo final : public Io {
 public:
  FailingIo(int first, bool for_good, int error)
      : first_(first), for_good_(for_good), error_(error) {}

  int open(const std::string& path, int flags) override {
    return fails() ? -error_ : Io::open(path, flags);
  }
  ssize_t pread(int file, std::span<std::byte> bytes, std::uint64_t offset) override {
    return fails() ? -error_ : Io::pread(file, bytes, offset);
  }
  ssize_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) override {
    if (!fails()) return Io::pwrite(file, bytes, offset);
    // Half of it arrives, as on a disk that fills up or breaks on the way.
    Io::pwrite(file, bytes.first(bytes.size() / 2), offset);
    return -error_;
  }
  int ftruncate(int file, std::uint64_t size) override {
    return fails() ? -error_ : Io::ftruncate(file, size);
  }
  int sync(int file) override { return fails() ? -error_ : Io::sync(file); }
  int rename(const std::string& from, const std::string& to) override {
    return fails() ? -error_ : Io::rename(from, to);
  }
  int unlink(const std::string& path) override { return fails() ? -error_ : Io::unlink(path); }
  int allocate(int file, std::uint64_t size) override {
    return fails() ? -error_ : Io::allocate(file, size);
  }

  [[nodiscard]] bool was_reached() const { return calls_ > first_; }

 private:
  bool fails() {
    const int call = calls_++;
    return call == first_ || (for_good_ && call > first_);
  }
  std::atomic<int> calls_{0};
  int first_;
  bool for_good_;
  int error_;
};

/// A journal's life under faults: answers what flush() reported as written.
std::vector<Record> live_with(Io& io, const std::string& directory, Durability durability) {
  Journal::Options options = quiet_options();
  options.io = &io;
  options.durability = durability;
  options.reserve_bytes = 4096;
  auto journal = Journal::open(directory, options, nullptr);
  if (!journal) return {};
  std::vector<Record> appended;
  std::size_t reported = 0;
  for (int i = 0; i < 60; ++i) {
    appended.push_back(append(**journal, std::string(200, static_cast<char>('a' + i % 26))));
    if (i % 3 == 2 && (*journal)->flush()) reported = appended.size();
  }
  // What one flush could not write, the next one does, if it can.
  if ((*journal)->flush()) reported = appended.size();
  EXPECT_GE((*journal)->flushed_sequence(), reported);
  appended.resize(static_cast<std::size_t>((*journal)->flushed_sequence()));
  return appended;
}

class EachCallFails : public testing::TestWithParam<std::tuple<bool, int, Durability>> {};

TEST_P(EachCallFails, NothingReportedIsLostAndNothingIsInvented) {
  const auto [for_good, error, durability] = GetParam();
  int call = 0;
  for (bool reached = true; reached; ++call) {
    ASSERT_LT(call, 5000);
    const TemporaryDirectory directory;
    FailingIo io{call, for_good, error};
    const std::vector<Record> written = live_with(io, directory.path(), durability);
    reached = io.was_reached();
    std::vector<Record> replayed;
    const auto reopened = open_journal(directory.path(), &replayed);
    ASSERT_GE(replayed.size(), written.size()) << "call " << call;
    ASSERT_TRUE(std::equal(written.begin(), written.end(), replayed.begin())) << "call " << call;
    ASSERT_LE(replayed.size(), 60U);
  }
  EXPECT_GT(call, 30);
}

INSTANTIATE_TEST_SUITE_P(Faults, EachCallFails,
                         testing::Combine(testing::Bool(), testing::Values(EIO, ENOSPC),
                                          testing::Values(Durability::Process, Durability::Disk)),
                         [](const auto& parameters) {
                           return std::string{std::get<0>(parameters.param) ? "ForGood" : "Once"} +
                                  (std::get<1>(parameters.param) == EIO ? "Eio" : "Enospc") +
                                  (std::get<2>(parameters.param) == Durability::Disk ? "Disk"
                                                                                     : "Process");
                         });

/// A disk with room for so many bytes.
class SmallDisk final : public Io {
 public:
  explicit SmallDisk(std::int64_t room) : room_(room) {}

  ssize_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) override {
    const std::int64_t take = std::min(room_.load(), static_cast<std::int64_t>(bytes.size()));
    if (take == 0 && !bytes.empty()) return -ENOSPC;
    room_ -= take;
    return Io::pwrite(file, bytes.first(static_cast<std::size_t>(take)), offset);
  }
  int ftruncate(int file, std::uint64_t size) override {
    const File copy{::dup(file)};
    room_ += copy.size() - static_cast<std::int64_t>(size);
    return Io::ftruncate(file, size);
  }
  int allocate(int file, std::uint64_t size) override {
    if (room_ < static_cast<std::int64_t>(size)) return -ENOSPC;
    room_ -= static_cast<std::int64_t>(size);
    return Io::allocate(file, size);
  }
  int unlink(const std::string& path) override {
    if (path.ends_with(Reserve::file_name)) {
      room_ += static_cast<std::int64_t>(std::filesystem::file_size(path));
    }
    return Io::unlink(path);
  }
  std::int64_t free_bytes(const std::string&) override { return room_; }

  void give(std::int64_t bytes) { room_ += bytes; }

 private:
  std::atomic<std::int64_t> room_;
};

TEST(FullDisk, ReserveKeepsTheJournalGoingUntilItIsStuckAndThenItResumes) {
  const TemporaryDirectory directory;
  SmallDisk disk{40'000};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Health> seen;
  Journal::Options options = quiet_options();
  options.io = &disk;
  options.reserve_bytes = 8192;
  options.sync_interval = std::chrono::milliseconds{1};
  options.on_health = [&](Health health, const std::string& reason) {
    EXPECT_FALSE(reason.empty());
    const std::lock_guard lock{mutex};
    seen.push_back(health);
    changed.notify_all();
  };
  std::vector<Record> appended;
  {
    const auto journal = open_journal(directory.path(), nullptr, options);
    EXPECT_EQ(journal->health(), Health::Good);
    const auto fill_until = [&](Health health) {
      for (int i = 0; i < 1000 && journal->health() != health; ++i) {
        appended.push_back(append(*journal, std::string(300, 'f')));
        const auto flushed = journal->flush();
        EXPECT_EQ(flushed.has_value(), journal->health() != Health::Stuck);
      }
      EXPECT_EQ(journal->health(), health);
    };
    fill_until(Health::LowSpace);
    EXPECT_EQ(journal->flushed_sequence(), appended.size());
    fill_until(Health::Stuck);
    EXPECT_LT(journal->flushed_sequence(), appended.size());
    EXPECT_GT(journal->pending_bytes(), 0U);
    // Nothing of a record in half stays behind.
    auto reader = JournalReader::open(directory.path()).value();
    while (reader.next().value()) {
    }
    EXPECT_EQ(reader.end().torn_bytes, 0U);
    EXPECT_EQ(reader.end().last_sequence, journal->flushed_sequence());

    disk.give(100'000);
    EXPECT_TRUE(journal->flush());
    EXPECT_EQ(journal->flushed_sequence(), appended.size());
    std::unique_lock lock{mutex};
    EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds{10},
                                 [&] { return seen.back() == Health::Good; }));
  }
  EXPECT_EQ(seen.front(), Health::LowSpace);
  std::vector<Record> replayed;
  open_journal(directory.path(), &replayed);
  EXPECT_EQ(replayed, appended);
}

TEST(FullDisk, FileSizeLimitIsAnErrorAndNotTheEnd) {
  const auto child = [] {
    const TemporaryDirectory directory;
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit before = limit;
    limit.rlim_cur = 20'000;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Journal::Options options = quiet_options();
    options.segment_bytes = 1024 * 1024;
    std::vector<Record> appended;
    std::string error;
    {
      const auto journal = open_journal(directory.path(), nullptr, options);
      while (error.empty() && appended.size() < 200) {
        appended.push_back(append(*journal, std::string(300, 'f')));
        const auto flushed = journal->flush();
        if (!flushed) error = flushed.error().text;
      }
      ::setrlimit(RLIMIT_FSIZE, &before);
      if (!journal->flush()) return 2;
    }
    std::vector<Record> replayed;
    open_journal(directory.path(), &replayed);
    if (error.find("File too large") == std::string::npos) return 3;
    return replayed == appended ? 0 : 4;
  };
  // In a process of its own, since the limit and the signal are the whole process's.
  EXPECT_EXIT(std::_Exit(child()), testing::ExitedWithCode(0), "");
}

/// Remembers how long each file was when it was last synced.
class SyncWatch final : public Io {
 public:
  int sync(int file) override {
    const File copy{::dup(file)};
    const auto size = copy.size();
    const int result = Io::sync(file);
    if (fail_.load()) return -EIO;
    synced_ = std::max(synced_.load(), size);
    return result;
  }
  [[nodiscard]] std::int64_t synced() const { return synced_; }
  void fail() { fail_ = true; }

 private:
  std::atomic<std::int64_t> synced_{0};
  std::atomic<bool> fail_{false};
};

TEST(DiskDurability, CallbackComesInOrderAndOnlyAfterTheSync) {
  const TemporaryDirectory directory;
  SyncWatch io;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::uint64_t> durable;
  Journal::Options options = quiet_options();
  options.io = &io;
  options.segment_bytes = 1024 * 1024;
  options.durability = Durability::Disk;
  options.on_durable = [&](std::uint64_t sequence) {
    const auto end = segment_header_size + sequence * record_size(100);
    EXPECT_LE(end, static_cast<std::uint64_t>(io.synced()));
    const std::lock_guard lock{mutex};
    durable.push_back(sequence);
    changed.notify_all();
  };
  const auto journal = open_journal(directory.path(), nullptr, options);
  for (std::uint64_t i = 1; i <= 500; ++i) {
    append(*journal, std::string(100, 'd'));
    EXPECT_LT(journal->durable_sequence(), i);
    ASSERT_TRUE(journal->flush());
    if (i % 50 != 0) continue;
    std::unique_lock lock{mutex};
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds{10},
                                 [&] { return !durable.empty() && durable.back() == i; }));
    EXPECT_EQ(journal->durable_sequence(), i);
  }
  EXPECT_TRUE(std::is_sorted(durable.begin(), durable.end()));
  EXPECT_EQ(std::adjacent_find(durable.begin(), durable.end()), durable.end());
}

TEST(DiskDurability, NothingIsDurableAfterASyncFailed) {
  const TemporaryDirectory directory;
  SyncWatch io;
  std::mutex mutex;
  std::condition_variable changed;
  bool failed = false;
  Journal::Options options = quiet_options();
  options.io = &io;
  options.durability = Durability::Disk;
  options.on_health = [&](Health health, const std::string& reason) {
    EXPECT_EQ(health, Health::Failed);
    EXPECT_THAT(reason, HasSubstr("can't sync"));
    const std::lock_guard lock{mutex};
    failed = true;
    changed.notify_all();
  };
  const auto journal = open_journal(directory.path(), nullptr, options);
  append(*journal, "durable");
  ASSERT_TRUE(journal->flush());
  io.fail();
  append(*journal, "never durable");
  ASSERT_TRUE(journal->flush());
  std::unique_lock lock{mutex};
  ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds{10}, [&] { return failed; }));
  EXPECT_LT(journal->durable_sequence(), 2U);
  EXPECT_EQ(journal->health(), Health::Failed);
}

// A gap is taken for a power cut only where no later record says that the gap was on disk.
TEST(DiskDurability, DamageOfARecordThatWasOnDiskIsRefused) {
  const TemporaryDirectory directory;
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t durable = 0;
  Journal::Options options = quiet_options();
  options.durability = Durability::Disk;
  options.on_durable = [&](std::uint64_t sequence) {
    const std::lock_guard lock{mutex};
    durable = sequence;
    changed.notify_all();
  };
  const auto journal = open_journal(directory.path("live"), nullptr, options);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    append(*journal, std::string(50, 'd'));
    ASSERT_TRUE(journal->flush());
    std::unique_lock lock{mutex};
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds{10}, [&] { return durable == i; }));
  }
  const std::string path = directory.path("crashed/" + segment_file_name(1));
  for (std::size_t record = 0; record < 19; ++record) {
    copy_journal(directory.path("live"), directory.path("crashed"));
    std::string bytes = read_file(path);
    bytes[segment_header_size + record * record_size(50) + 45] ^= 1;
    write_file(path, bytes);
    EXPECT_THAT(open_error(directory.path("crashed")), HasSubstr("a whole record")) << record;
  }
}

/// Keeps every write since the last sync of its file, to make what a power cut leaves.
class PowerCutIo final : public Io {
 public:
  int open(const std::string& path, int flags) override {
    const int file = Io::open(path, flags);
    const std::lock_guard lock{mutex_};
    if (file >= 0) paths_[file] = path;
    return file;
  }
  ssize_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) override {
    const std::lock_guard lock{mutex_};
    unsynced_[paths_[file]].push_back({offset, bytes.size()});
    return Io::pwrite(file, bytes, offset);
  }
  int sync(int file) override {
    const std::lock_guard lock{mutex_};
    unsynced_.erase(paths_[file]);
    return Io::sync(file);
  }
  int rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock{mutex_};
    for (auto& [file, path] : paths_) {
      if (path == from) path = to;
    }
    if (auto moved = unsynced_.extract(from)) {
      moved.key() = to;
      unsynced_.insert(std::move(moved));
    }
    return Io::rename(from, to);
  }

  /// The directory as the power cut leaves it: of each file's unsynced sectors some are there and
  /// some are zero; the file may be shorter. `durable` is asked at the moment of the cut.
  std::uint64_t cut(const std::string& from, const std::string& to, std::mt19937_64& random,
                    const Journal& journal) {
    const std::lock_guard lock{mutex_};
    const std::uint64_t durable = journal.durable_sequence();
    copy_journal(from, to);
    for (const auto& [path, writes] : unsynced_) {
      const std::string copy = to + path.substr(from.size());
      if (!std::filesystem::exists(copy)) continue;
      std::string bytes = read_file(copy);
      std::uint64_t first = bytes.size();
      for (const auto& [offset, size] : writes) first = std::min(first, offset);
      const bool in_order = random() % 2 == 0;
      if (in_order) {
        bytes.resize(first + random() % (bytes.size() - first + 1));
      } else {
        for (std::uint64_t at = first; at < bytes.size();) {
          const std::uint64_t end = std::min<std::uint64_t>((at / 512 + 1) * 512, bytes.size());
          if (random() % 3 == 0) std::fill(&bytes[at], &bytes[at] + (end - at), '\0');
          at = end;
        }
      }
      write_file(copy, bytes);
    }
    return durable;
  }

 private:
  struct Write {
    std::uint64_t offset = 0;
    std::size_t size = 0;
  };
  std::mutex mutex_;
  std::map<int, std::string> paths_;
  std::map<std::string, std::vector<Write>> unsynced_;
};

TEST(PowerCut, DurableRecordsAreThereAndTheJournalStarts) {
  std::mt19937_64 random{99};
  for (int round = 0; round < 1000; ++round) {
    const TemporaryDirectory directory;
    PowerCutIo io;
    Journal::Options options = quiet_options();
    options.io = &io;
    options.durability = Durability::Disk;
    const auto journal = open_journal(directory.path("live"), nullptr, options);
    std::vector<Record> appended;
    const auto steps = 1 + random() % 60;
    for (std::uint64_t i = 0; i < steps; ++i) {
      appended.push_back(append(*journal, std::string(random() % 400, 'p')));
      if (random() % 3 == 0) {
        ASSERT_TRUE(journal->flush());
      }
    }
    const std::uint64_t durable =
        io.cut(directory.path("live"), directory.path("cut"), random, *journal);
    std::vector<Record> replayed;
    const auto reopened =
        Journal::open(directory.path("cut"), quiet_options(),
                      [&](const RecordView& view) { replayed.push_back(to_record(view)); });
    ASSERT_TRUE(reopened) << "round " << round << ": " << reopened.error().text;
    ASSERT_GE(replayed.size(), durable) << "round " << round;
    ASSERT_LE(replayed.size(), appended.size());
    ASSERT_TRUE(std::equal(replayed.begin(), replayed.end(), appended.begin()));
  }
}

}  // namespace
}  // namespace causeway::gateway::journal
