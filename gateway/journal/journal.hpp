#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/result.hpp"
#include "fixspec/time.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/io.hpp"
#include "gateway/journal/log_writer.hpp"
#include "gateway/journal/memory.hpp"
#include "gateway/journal/reserve.hpp"
#include "gateway/journal/session_store.hpp"
#include "gateway/journal/sessions.hpp"
#include "gateway/journal/snapshot.hpp"
#include "gateway/journal/sync_thread.hpp"

namespace causeway::gateway::journal {

/// When a record counts as kept.
enum class Durability : std::uint8_t {
  Process,  ///< when the kernel has it (flush() returned): survives the end of the process
  Disk,     ///< when the disk has it (fdatasync, many at a time): survives the end of the machine
};

/// How the journal fares, for whoever admits new orders.
enum class Health : std::uint8_t {
  Good,
  LowSpace,  ///< the disk is full, the reserve is in use: no new orders; cancels and facts go on
  Stuck,     ///< nothing can be written: flush() fails until there is space again
  Failed,    ///< a sync failed, or what was written reads back wrong: stop, look at the disk
};
std::string_view to_text(Health health);

/// What open() found and did.
struct OpenReport {
  std::uint64_t records = 0;
  std::size_t segments = 0;
  /// What a crash left of the last writes was cut off: how many bytes, of which file, from where
  /// (segments after that file are gone).
  std::uint64_t torn_bytes = 0;
  std::string torn_file;
  std::uint64_t torn_offset = 0;
  /// The snapshot from which the state was taken; 0: from the first record on.
  std::uint64_t snapshot_sequence = 0;
  /// Snapshots that could not be used, and why.
  std::vector<std::string> passed_over;
  /// True where the chain file ended in an unfinished entry (it is written over).
  bool torn_chain_entry = false;
};

/// The write-ahead log: whatever can change the engine's state, and every FIX message sent, is here
/// before it counts. One directory, one process at a time. All calls on the core thread; callbacks
/// where they say so.
class Journal final : private SessionLog {
 public:
  struct Options {
    Durability durability = Durability::Process;
    /// A new file is begun when the next record would make one longer. 4 KiB to 1 GiB.
    std::uint64_t segment_bytes = 64 * 1024 * 1024;
    /// Disk space kept back for Health::LowSpace; 0: none.
    std::uint64_t reserve_bytes = 16 * 1024 * 1024;
    /// How often the sync thread looks by itself: at Durability::Process, what the end of the
    /// machine may cost.
    std::chrono::milliseconds sync_interval{1000};
    /// Durability::Disk: records up to this one became durable. On the sync thread.
    std::function<void(std::uint64_t)> on_durable;
    /// Health changed, with the reason. On the core thread or the sync thread.
    std::function<void(Health, const std::string&)> on_health;
    /// Takes the application's state from a snapshot, before the records behind it are replayed;
    /// null: snapshots are left alone, and everything is replayed.
    Restore restore = nullptr;
    /// Tests put file operations that fail here; null: the system's.
    Io* io = nullptr;
    /// False: what the sync thread does is done inside flush(), for a simulation, where one thread
    /// is all there is.
    bool own_thread = true;
  };
  using Replay = journal::Replay;

  /// Opens or makes the journal in `directory`, replays it and goes on behind its end. A torn tail
  /// is cut off (report()); any other damage, a second process, a newer format is an error that
  /// names file and offset, and nothing was changed. SIGXFSZ is ignored from now on where it had
  /// its default: a file size limit is an error like a full disk, not an end.
  static fixspec::Result<std::unique_ptr<Journal>, fixspec::Error> open(
      const std::string& directory, Options options, const Replay& replay);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  /// Flushes, syncs, writes the last chain entry.
  ~Journal() override;

  [[nodiscard]] const OpenReport& report() const { return report_; }

  /// Marks the start of a run: the chain as it stands and the next epoch, the first being 1.
  /// `instance_if_new` is kept when the journal is new, else the instance it has is answered.
  /// Before any other append.
  Epoch start_epoch(fixspec::Timestamp now, std::uint32_t instance_if_new);

  /// Gives the record its number. It is in memory only: nothing may follow from it before flush()
  /// has succeeded (and, at Durability::Disk, before durable_sequence() reaches it).
  std::uint64_t append(RecordType type, std::uint16_t version, fixspec::Timestamp at,
                       std::span<const std::byte> payload);
  /// Writes what was appended, sessions' numbers included. After an error everything unwritten
  /// waits for the next flush(); flushed_sequence() says how far it got. Records keep their
  /// numbers.
  fixspec::Result<fixspec::Done, fixspec::Error> flush();

  [[nodiscard]] std::uint64_t last_sequence() const { return writer_.last_sequence(); }
  [[nodiscard]] std::uint64_t flushed_sequence() const { return writer_.flushed_sequence(); }
  /// What the chosen durability guarantees: flushed_sequence(), or how far the disk has it.
  [[nodiscard]] std::uint64_t durable_sequence() const;
  /// What waits for flush(). Grows while the journal is Stuck.
  [[nodiscard]] std::size_t pending_bytes() const { return writer_.pending_bytes(); }
  /// On any thread.
  [[nodiscard]] Health health() const;

  /// The memory of the FIX session `name`, which lives as long as the journal. A session that the
  /// journal does not know is made, with `now` as its creation time.
  SessionStore& session(std::string_view name, fixspec::UtcNanos now);
  /// True where a FIX session was given the output named `key`, now or before a restart. Of the
  /// newest 65 536 inputs exactly; earlier ones count as sent.
  [[nodiscard]] bool was_sent(ReportKey key) const { return memory_.sent.contains(key); }

 private:
  Journal(Io& io, std::string directory, Options options, File lock);
  fixspec::Result<fixspec::Done, fixspec::Error> recover(const Replay& replay);
  fixspec::Result<fixspec::Done, fixspec::Error> cut_torn_tail(const LogEnd& end);
  void start_sync_thread(ChainFile chain, const ChainEntry& position);
  [[nodiscard]] std::optional<std::uint64_t> known_durable() const;
  RecordPlace append_session_record(RecordType type, std::span<const std::byte> payload,
                                    ReportKey key) override;
  std::optional<std::span<const std::byte>> fetch(RecordPlace place) override;
  bool scan(RecordPlace from, RecordPlace until, const OnMessage& on_message) override;
  std::string take_read_error() override { return std::exchange(read_error_, {}); }
  /// Notes it as read_error_; false. What was written long ago cannot be read, which says nothing
  /// of what is written now.
  bool cannot_read(RecordPlace place, std::string_view why);
  struct ReadFile {
    std::uint32_t segment = 0;
    File file;
    SegmentHeader header;
  };
  [[nodiscard]] bool is_taken_away(std::uint32_t segment) const;
  /// That segment, open; null where it can't be.
  ReadFile* open_for_reading(std::uint32_t segment);
  /// The record at `place` of a segment; empty where it can't be read or is damaged.
  std::span<const std::byte> read_back(const ReadFile& from, RecordPlace place);
  void update_health(const std::string& reason);

  Io* io_;
  std::string directory_;
  Options options_;
  File lock_;
  OpenReport report_;
  Reserve reserve_;
  LogWriter writer_;
  Memory memory_;
  ChainEntry opened_at_;

  std::array<ReadFile, 8> read_files_;  // segment n in slot n modulo 8
  std::vector<std::byte> fetched_;
  std::string read_error_;

  std::atomic<bool> stuck_{false};
  std::atomic<bool> failed_{false};
  std::mutex health_mutex_;
  Health reported_health_ = Health::Good;
  std::unique_ptr<SyncThread> sync_thread_;  // last: it uses the others
};

}  // namespace causeway::gateway::journal
