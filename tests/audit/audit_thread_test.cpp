#include "gateway/audit/audit_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "gateway/audit/rebuild.hpp"
#include "gateway/audit/schema.hpp"
#include "support.hpp"

namespace causeway::gateway::audit {
namespace {

using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

/// A journal's steps, a thread that projects them, and a database that things happen to.
class Audit : public testing::Test {
 protected:
  void SetUp() override {
    steps_ = story();
    for (Step& step : many_orders(steps_.back().input.sequence + 1, 400)) {
      steps_.push_back(std::move(step));
    }
    // What the database must come to hold, by another way.
    ASSERT_TRUE(rebuild(directory_.path("expected.db"), replay_of(steps_)));
    expected_ = contents(directory_.path("expected.db"));
  }

  AuditThread::Options options() const {
    AuditThread::Options options;
    options.path = database_;
    options.instance = 7;
    options.commit_interval = std::chrono::milliseconds{0};
    options.retry_interval = std::chrono::milliseconds{0};
    options.poll_interval = std::chrono::milliseconds{1};
    return options;
  }
  void make(const AuditThread::Options& options) {
    audit_ = std::make_unique<AuditThread>(
        options,
        [this](std::uint64_t from, const StepSink& sink) {
          ++replays_;
          return replay_of(steps_)(from, sink);
        },
        log_);
  }
  /// Hands over steps [begin, end), working after each.
  void push(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      audit_->push(Step{steps_[i]});
      audit_->do_work(false);
    }
  }
  /// Works until everything is in the database.
  void drain() {
    for (int round = 0; round < 1000 && audit_->projected_sequence() < last(); ++round) {
      audit_->do_work(true);
    }
    EXPECT_EQ(audit_->projected_sequence(), last());
  }
  std::uint64_t last() const { return steps_.back().input.sequence; }
  void expect_everything() {
    drain();
    audit_.reset();
    EXPECT_EQ(contents(database_), expected_);
  }

  const TemporaryDirectory directory_;
  const std::string database_ = directory_.path("audit.db");
  std::vector<Step> steps_;
  std::string expected_;
  EventLog log_;
  int replays_ = 0;
  std::unique_ptr<AuditThread> audit_;
};

TEST_F(Audit, ProjectsWhatIsPushedWithoutTheJournal) {
  make(options());
  push(0, steps_.size());
  expect_everything();
  EXPECT_EQ(replays_, 0);
}

TEST_F(Audit, CatchesUpWithTheJournalAtTheStart) {
  auto at_start = options();
  at_start.last_sequence = last();
  make(at_start);
  expect_everything();
  EXPECT_EQ(replays_, 1);
}

TEST_F(Audit, GoesOnExactlyWhereTheLastRunEnded) {
  make(options());
  push(0, 150);
  while (audit_->do_work(true)) {
  }
  auto second_run = options();
  second_run.last_sequence = steps_[199].input.sequence;
  make(second_run);
  push(200, steps_.size());
  expect_everything();
  EXPECT_EQ(replays_, 1);
}

TEST_F(Audit, FullQueueLosesNothing) {
  auto small = options();
  small.queue_capacity = 16;
  make(small);
  for (const Step& step : steps_) audit_->push(Step{step});
  EXPECT_EQ(audit_->overflowed(), steps_.size() - 16);
  expect_everything();
  EXPECT_EQ(replays_, 1);
}

TEST_F(Audit, QueueThatOverflowsAgainAndAgainLosesNothing) {
  auto small = options();
  small.queue_capacity = 4;
  make(small);
  std::mt19937 random{3};
  for (const Step& step : steps_) {
    audit_->push(Step{step});
    if (random() % 9 == 0) audit_->do_work(random() % 2 == 0);
  }
  EXPECT_GT(audit_->overflowed(), 0U);
  expect_everything();
}

TEST_F(Audit, LockedDatabaseDelaysNothingAndDrainsAfterwards) {
  make(options());
  push(0, 100);
  auto other = Database::open(database_, Database::Mode::ReadWrite).value();
  // In WAL mode this keeps every other writer out; the audit must neither wait nor lose a row.
  ASSERT_TRUE(other->execute("BEGIN EXCLUSIVE"));
  const auto before = audit_->projected_sequence();
  push(100, 300);
  EXPECT_EQ(audit_->projected_sequence(), before);
  EXPECT_TRUE(log_.has("audit_database_failed"));
  ASSERT_TRUE(other->execute("COMMIT"));
  other.reset();
  push(300, steps_.size());
  expect_everything();
  EXPECT_TRUE(log_.has("audit_database_works_again"));
}

TEST_F(Audit, DatabaseLockedAtTheStartIsWaitedFor) {
  make(options());
  push(0, 10);
  while (audit_->do_work(true)) {
  }
  audit_.reset();
  auto other = Database::open(database_, Database::Mode::ReadWrite).value();
  ASSERT_TRUE(other->execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"));
  auto second_run = options();
  second_run.last_sequence = steps_[9].input.sequence;
  make(second_run);
  push(10, 50);
  EXPECT_EQ(audit_->projected_sequence(), 0U);
  other.reset();
  push(50, steps_.size());
  expect_everything();
}

TEST_F(Audit, DeletedDatabaseComesBackWhole) {
  make(options());
  push(0, 200);
  std::filesystem::remove(database_);
  push(200, steps_.size());
  expect_everything();
  EXPECT_GE(replays_, 1);
  EXPECT_TRUE(log_.has("audit_database_replaced"));
}

TEST_F(Audit, DatabaseDeletedWithItsLogComesBackWhole) {
  make(options());
  push(0, 200);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(database_ + suffix);
  push(200, steps_.size());
  expect_everything();
}

void overwrite(const std::string& path) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  const std::string garbage(64 * 1024, '\x5a');
  file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
}

TEST_F(Audit, CorruptedDatabaseIsPutAsideAndMadeAnew) {
  make(options());
  push(0, 200);
  audit_.reset();
  overwrite(database_);
  auto second_run = options();
  second_run.last_sequence = steps_[199].input.sequence;
  make(second_run);
  push(200, steps_.size());
  expect_everything();
  EXPECT_TRUE(log_.has("audit_database_put_aside"));
  EXPECT_TRUE(std::filesystem::exists(database_ + ".damaged"));
}

TEST_F(Audit, DatabaseCorruptedWhileItIsOpenIsMadeAnew) {
  make(options());
  push(0, 200);
  ASSERT_TRUE(Database::open(database_, Database::Mode::ReadWrite)
                  .value()
                  ->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  overwrite(database_);
  push(200, steps_.size());
  expect_everything();
  EXPECT_TRUE(log_.has("audit_database_put_aside"));
}

TEST_F(Audit, RebuildUnderneathIsNoticed) {
  make(options());
  push(0, 200);
  const std::vector<Step> so_far(steps_.begin(), steps_.begin() + 200);
  ASSERT_TRUE(rebuild(database_, replay_of(so_far)));
  push(200, steps_.size());
  expect_everything();
}

TEST_F(Audit, DatabaseOfAnotherJournalIsPutAside) {
  make(options());
  push(0, 50);
  audit_.reset();
  auto other_journal = options();
  other_journal.instance = 8;
  other_journal.last_sequence = last();
  make(other_journal);
  audit_->do_work(false);
  EXPECT_TRUE(log_.has("audit_database_put_aside"));
}

// The end of the machine took records from the journal that the database had seen.
TEST_F(Audit, DatabaseThatIsAheadOfItsJournalIsMadeAnew) {
  make(options());
  push(0, steps_.size());
  drain();
  audit_.reset();
  steps_.resize(300);
  ASSERT_TRUE(rebuild(directory_.path("expected.db"), replay_of(steps_)));
  expected_ = contents(directory_.path("expected.db"));
  auto second_run = options();
  second_run.last_sequence = last();
  make(second_run);
  expect_everything();
}

TEST_F(Audit, NewerSchemaIsLeftAlone) {
  make(options());
  push(0, 20);
  audit_.reset();
  ASSERT_TRUE(Database::open(database_, Database::Mode::ReadWrite)
                  .value()
                  ->execute("PRAGMA user_version = 99"));
  const std::string before = contents(database_);
  auto second_run = options();
  second_run.last_sequence = steps_[19].input.sequence;
  make(second_run);
  push(20, steps_.size());
  audit_.reset();
  EXPECT_EQ(contents(database_), before);
  EXPECT_THAT(log_.text(), HasSubstr("schema version 99"));
}

TEST_F(Audit, OlderSchemaIsMadeAnew) {
  ASSERT_TRUE(Database::open(database_, Database::Mode::Create)
                  .value()
                  ->execute("CREATE TABLE orders(x); PRAGMA user_version = 0"));
  make(options());
  push(0, steps_.size());
  expect_everything();
}

TEST_F(Audit, PathThatCannotBeOpenedIsTriedUntilItCan) {
  auto elsewhere = options();
  elsewhere.path = directory_.path("later/audit.db");
  make(elsewhere);
  push(0, 100);
  EXPECT_EQ(audit_->projected_sequence(), 0U);
  EXPECT_TRUE(log_.has("audit_database_failed"));
  std::filesystem::create_directory(directory_.path("later"));
  push(100, steps_.size());
  drain();
  audit_.reset();
  EXPECT_EQ(contents(elsewhere.path), expected_);
}

TEST_F(Audit, ThreadEndsWithItsQueueWritten) {
  auto slow = options();
  slow.commit_interval = std::chrono::hours{1};
  slow.poll_interval = std::chrono::hours{1};
  make(slow);
  audit_->start();
  for (const Step& step : steps_) audit_->push(Step{step});
  audit_.reset();
  EXPECT_EQ(contents(database_), expected_);
  EXPECT_EQ(replays_, 0);
}

TEST_F(Audit, ThreadKeepsUpThroughOverflows) {
  for (int round = 0; round < 20; ++round) {
    std::filesystem::remove(database_);
    auto small = options();
    small.queue_capacity = 64;
    small.commit_interval = std::chrono::milliseconds{50};
    small.retry_interval = std::chrono::milliseconds{1};
    make(small);
    audit_->start();
    for (const Step& step : steps_) audit_->push(Step{step});
    const auto deadline = Clock::now() + std::chrono::seconds{30};
    while (audit_->projected_sequence() < last() && Clock::now() < deadline) {
      std::this_thread::yield();
    }
    audit_.reset();
    ASSERT_EQ(contents(database_), expected_);
  }
}

}  // namespace
}  // namespace causeway::gateway::audit
