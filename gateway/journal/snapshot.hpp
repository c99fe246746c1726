#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/result.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/io.hpp"
#include "gateway/journal/log_scanner.hpp"
#include "gateway/journal/memory.hpp"

// Snapshots: what a start would otherwise have to make of old records. They are made from the files
// alone, by whoever has a thread to spare, also while a gateway writes them; the order path has no
// part in it.
namespace causeway::gateway::journal {

/// What the application keeps in a snapshot, in a layout of its own with a number of its own.
struct AppState {
  std::uint16_t version = 0;
  std::vector<std::byte> bytes;
};
/// Puts the application into that state, or says why it can't.
using Restore = std::function<fixspec::Result<fixspec::Done, fixspec::Error>(
    std::uint16_t version, std::span<const std::byte> bytes)>;

/// One snapshot, as its file has it.
struct Snapshot {
  /// The newest record that is in it, as the chain file has it, and its place.
  ChainEntry entry;
  LogStart place;
  /// Memory::write().
  std::vector<std::byte> memory;
  AppState app;
};

/// "snapshot-00000000000000001234"
std::string snapshot_file_name(std::uint64_t sequence);
/// The sequences of the snapshots in the directory, ascending, whatever is in their files.
std::vector<std::uint64_t> list_snapshots(const std::string& directory);
/// Reads a snapshot and checks all that its file claims. An error names the file.
fixspec::Result<Snapshot, fixspec::Error> read_snapshot(Io& io, const std::string& directory,
                                                        std::uint64_t sequence);
/// Writes a snapshot so that it has its name only once it is whole and on disk.
fixspec::Result<fixspec::Done, fixspec::Error> write_snapshot(Io& io, const std::string& directory,
                                                              const Snapshot& snapshot);

/// The scanner of a journal's records behind the newest snapshot that can be used, whose state
/// `memory` and `restore` have taken; from the first record on where there is none. Each snapshot
/// that cannot be used adds why to `passed_over`.
fixspec::Result<LogScanner, fixspec::Error> open_log(Io& io, const std::string& directory,
                                                     const std::optional<ChainEntry>& last_entry,
                                                     const Restore& restore, Memory& memory,
                                                     std::optional<ChainEntry>& from,
                                                     std::vector<std::string>& passed_over);

/// Who makes snapshots, and of what.
struct SnapshotMaker {
  /// Puts the maker's own application into a state; only where there is a snapshot to go on from.
  Restore restore;
  Replay replay;
  /// The state after the records so far. `was_sent` is true of outputs that sessions were given.
  std::function<fixspec::Result<AppState, fixspec::Error>(
      const std::function<bool(ReportKey)>& was_sent)>
      save;
  /// True: stop reading, no snapshot is wanted any more.
  std::function<bool()> is_stopped = [] { return false; };
};

/// What make_snapshot() did.
struct MadeSnapshot {
  std::uint64_t sequence = 0;  ///< 0: none was due
  std::uint64_t bytes = 0;
  std::size_t archived_segments = 0;
  std::vector<std::string> passed_over;  ///< snapshots that could not be used, and why
};

/// Makes a snapshot of the journal in `directory` up to its newest chain entry, where the newest
/// snapshot is `every` records or more behind that. Of snapshots the two newest are kept; segments
/// that the older of them does not need are moved to the archive. On any one thread at a time.
fixspec::Result<MadeSnapshot, fixspec::Error> make_snapshot(Io& io, const std::string& directory,
                                                            std::uint64_t every,
                                                            const SnapshotMaker& maker);

}  // namespace causeway::gateway::journal
