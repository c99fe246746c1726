#include "gateway/audit/audit_thread.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "fixspec/crash_point.hpp"
#include "gateway/audit/schema.hpp"

namespace causeway::gateway::audit {
namespace {

using fixspec::Done;
using fixspec::Unexpected;
using Clock = std::chrono::steady_clock;

}  // namespace

AuditThread::AuditThread(Options options, ReplaySteps replay, fixspec::LogSink& log)
    : options_(std::move(options)),
      replay_(std::move(replay)),
      log_(log),
      queue_(options_.queue_capacity),
      last_given_(options_.last_sequence),
      newest_(options_.last_sequence) {}

AuditThread::~AuditThread() {
  {
    const std::lock_guard lock{mutex_};
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void AuditThread::start() {
  thread_ = std::thread{[this] { run(); }};
}

void AuditThread::push(Step&& step) {
  const std::uint64_t sequence = step.input.sequence;
  QueuedStep queued{.step = std::move(step), .previous = std::exchange(last_given_, sequence)};
  if (!queue_.try_push(std::move(queued))) overflowed_.fetch_add(1, std::memory_order_relaxed);
  newest_.store(sequence, std::memory_order_release);
}

void AuditThread::run() {
  while (true) {
    {
      const std::lock_guard lock{mutex_};
      if (stop_) break;
    }
    if (do_work(false)) continue;
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, options_.poll_interval, [this] { return stop_; });
  }
  // What the queue holds, as long as the database takes it; the rest is caught up at the next
  // start.
  if (!ensure_open()) return;
  while ((take_from_queue() || !batch_.empty()) && commit()) {
  }
}

bool AuditThread::do_work(bool flush) {
  const auto now = Clock::now();
  if (!flush && now < retry_at_) return false;
  if (!ensure_open()) return false;
  bool did_something = take_from_queue();
  const bool is_due =
      batch_rows_ >= options_.rows_per_commit || now - batch_started_ >= options_.commit_interval;
  if (!batch_.empty() && (flush || is_due)) did_something = commit() || did_something;
  if (batch_.empty() && is_behind() && connection_ == Connection::Open && now >= retry_at_) {
    catch_up();
    did_something = true;
  }
  return did_something;
}

// A queued step knows the input before it, so a gap shows when what follows it is taken; one at the
// end of the queue shows in newest_.
bool AuditThread::take_from_queue() {
  bool took = false;
  while (batch_rows_ < options_.rows_per_commit) {
    if (!held_) {
      QueuedStep next;
      if (!queue_.try_pop(next)) break;
      held_ = std::move(next);
    }
    if (held_->previous > batch_end_) break;
    if (held_->step.input.sequence > batch_end_) {
      if (batch_.empty()) batch_started_ = Clock::now();
      batch_end_ = held_->step.input.sequence;
      batch_rows_ += Projector::weight(held_->step);
      batch_.push_back(std::move(held_->step));
    }
    held_.reset();
    took = true;
  }
  return took;
}

bool AuditThread::is_behind() const {
  if (held_) return held_->previous > projected_sequence();
  return queue_.size() == 0 && newest_.load(std::memory_order_acquire) > projected_sequence();
}

void AuditThread::catch_up() {
  const std::uint64_t from = projected_sequence() + 1;
  log_.info("audit_catching_up", {{"from_sequence", std::to_string(from)}});
  bool failed = false;
  const auto replayed = replay_(from, [&](const Step& step) {
    if (step.input.sequence <= batch_end_) return true;
    batch_.push_back(step);
    batch_end_ = step.input.sequence;
    batch_rows_ += Projector::weight(step);
    if (batch_rows_ < options_.rows_per_commit) return true;
    failed = !commit();
    return !failed;
  });
  if (!replayed) on_error({.fault = DatabaseFault::Other, .text = replayed.error().text});
  if (!failed && !batch_.empty()) commit();
  if (is_behind()) retry_at_ = Clock::now() + options_.retry_interval;
}

bool AuditThread::commit() {
  if (file_was_replaced()) {
    log_.warning("audit_database_replaced", {{"path", options_.path}});
    close_database();
    return false;
  }
  auto written = write_batch();
  if (!written) {
    static_cast<void>(database_->execute("ROLLBACK"));
    on_error(written.error());
    return false;
  }
  batch_.clear();
  batch_rows_ = 0;
  projected_.store(batch_end_, std::memory_order_release);
  if (!last_error_.empty()) {
    last_error_.clear();
    log_.info("audit_database_works_again", {{"path", options_.path}});
  }
  return true;
}

DatabaseDone AuditThread::write_batch() {
  auto begun = database_->execute("BEGIN IMMEDIATE");
  if (!begun) return begun;
  for (const Step& step : batch_) {
    auto projected = projector_->project(step);
    if (!projected) return projected;
  }
  fixspec::crash_point("audit_commit_due");
  auto committed = database_->execute("COMMIT");
  fixspec::crash_point("audit_committed");
  return committed;
}

bool AuditThread::ensure_open() {
  if (connection_ == Connection::Open) {
    if (!file_was_replaced()) return true;
    log_.warning("audit_database_replaced", {{"path", options_.path}});
    close_database();
  }
  if (connection_ == Connection::Refused) return false;
  const auto opened = open_database();
  if (opened) return true;
  close_database();
  on_error(opened.error());
  return false;
}

DatabaseDone AuditThread::open_database() {
  auto database = open_for_writing(options_.path);
  if (!database) return Unexpected{database.error()};
  database_ = *std::move(database);
  const auto watermark = read_watermark(*database_);
  if (!watermark) return Unexpected{watermark.error()};
  const bool is_of_this_journal =
      watermark->instance == 0 || watermark->instance == options_.instance;
  const std::uint64_t known =
      std::max(newest_.load(std::memory_order_acquire), projected_sequence());
  if (!is_of_this_journal || watermark->sequence > known) {
    return Unexpected{DatabaseError{.fault = DatabaseFault::Damaged,
                                    .text = "audit: " + options_.path + " is of another journal"}};
  }
  auto projector = Projector::make(*database_);
  if (!projector) return Unexpected{projector.error()};
  projector_ = *std::move(projector);
  struct stat status {};
  if (::stat(options_.path.c_str(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  connection_ = Connection::Open;
  // What an earlier connection had not committed comes again, from the journal.
  batch_.clear();
  batch_rows_ = 0;
  batch_end_ = watermark->sequence;
  projected_.store(watermark->sequence, std::memory_order_release);
  return Done{};
}

void AuditThread::close_database() {
  projector_.reset();
  database_.reset();
  connection_ = Connection::Closed;
}

// SQLite goes on writing into a file that was deleted or replaced; nobody would ever read it.
bool AuditThread::file_was_replaced() const {
  struct stat status {};
  if (::stat(options_.path.c_str(), &status) != 0) return true;
  return status.st_dev != device_ || status.st_ino != inode_;
}

void AuditThread::on_error(const DatabaseError& error) {
  retry_at_ = Clock::now() + options_.retry_interval;
  // Once for each new reason: a lock that stays is not a line every time.
  if (error.text != last_error_) {
    last_error_ = error.text;
    log_.warning("audit_database_failed", {{"reason", error.text}});
  }
  switch (error.fault) {
    case DatabaseFault::Busy:
      return;
    case DatabaseFault::Damaged:
      put_aside(error.text);
      return;
    case DatabaseFault::Refused:
      connection_ = Connection::Refused;
      return;
    case DatabaseFault::Other:
      close_database();
      return;
  }
}

// Kept for whoever wants to look at it; the journal has everything that was in it.
void AuditThread::put_aside(const std::string& reason) {
  close_database();
  const std::string aside = options_.path + ".damaged";
  std::error_code error;
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(aside + suffix, error);
    std::filesystem::rename(options_.path + suffix, aside + suffix, error);
  }
  std::filesystem::rename(options_.path, aside, error);
  if (error) return;
  retry_at_ = {};
  log_.warning("audit_database_put_aside", {{"reason", reason}, {"kept_as", aside}});
}

}  // namespace causeway::gateway::audit
