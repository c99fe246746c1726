#include "gateway/journal/snapshot.hpp"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "fixspec/crash_point.hpp"
#include "gateway/journal/crc32c.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

constexpr std::string_view magic = "CSWYSNAP";
constexpr std::uint16_t layout = 1;
constexpr std::size_t header_size = 64;
constexpr std::size_t header_crc_at = 60;
constexpr std::string_view prefix = "snapshot-";
constexpr std::size_t digits = 20;
constexpr std::size_t kept_snapshots = 2;
// What must stay free on the disk behind a snapshot that is written: the journal comes first.
constexpr std::int64_t spare_bytes = std::int64_t{256} * 1024 * 1024;

Unexpected<Error> fault(const std::string& path, const std::string& what) {
  return Unexpected{Error{"journal: " + path + ": " + what}};
}

std::uint32_t crc_of(std::span<const std::byte> bytes) { return crc32c(0, bytes); }

void write(Writer& writer, const Snapshot& snapshot) {
  writer.u64(snapshot.entry.sequence);
  writer.u64(snapshot.entry.segment);
  writer.u64(snapshot.entry.end_offset);
  for (const std::byte byte : snapshot.entry.hash) writer.u8(std::to_integer<std::uint8_t>(byte));
  writer.u64(snapshot.place.offset);
  writer.u32(snapshot.place.crc);
  const auto text_of = [](std::span<const std::byte> bytes) {
    return std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  };
  writer.text(text_of(snapshot.memory));
  writer.u16(snapshot.app.version);
  writer.text(text_of(snapshot.app.bytes));
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

bool read(Reader& reader, Snapshot& snapshot) {
  snapshot.entry.sequence = reader.u64();
  snapshot.entry.segment = reader.u64();
  snapshot.entry.end_offset = reader.u64();
  for (std::byte& byte : snapshot.entry.hash) byte = static_cast<std::byte>(reader.u8());
  snapshot.place.offset = reader.u64();
  snapshot.place.crc = reader.u32();
  snapshot.place.sequence = snapshot.entry.sequence;
  snapshot.place.segment = snapshot.entry.segment;
  snapshot.place.end_offset = snapshot.entry.end_offset;
  snapshot.memory = bytes_of(reader.text_view());
  snapshot.app.version = reader.u16();
  snapshot.app.bytes = bytes_of(reader.text_view());
  return reader.done() && snapshot.place.offset < snapshot.place.end_offset;
}

// The header of a snapshot whose body is `body`.
std::vector<std::byte> header_of(std::uint64_t sequence, std::span<const std::byte> body) {
  Writer writer;
  for (const char character : magic) writer.u8(static_cast<std::uint8_t>(character));
  writer.u16(layout);
  writer.u16(header_size);
  writer.u32(crc_of(body));
  writer.u64(sequence);
  writer.u64(body.size());
  while (writer.bytes().size() < header_crc_at) writer.u8(0);
  writer.u32(crc_of(writer.bytes()));
  return {writer.bytes().begin(), writer.bytes().end()};
}

std::int64_t write_fully(Io& io, int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t wrote = io.pwrite(file, bytes, offset);
    if (wrote <= 0) return wrote < 0 ? wrote : -EIO;
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    offset += static_cast<std::uint64_t>(wrote);
  }
  return 0;
}

bool sync_directory(Io& io, const std::string& directory) {
  const File folder{io.open(directory, O_RDONLY | O_DIRECTORY)};
  return folder.is_open() && io.sync(folder.get()) >= 0;
}

// A log without a gateway: sessions are only ever replayed.
class NoLog final : public SessionLog {
 public:
  RecordPlace append_session_record(RecordType, std::span<const std::byte>, ReportKey) override {
    return {};
  }
  std::optional<std::span<const std::byte>> fetch(RecordPlace) override { return std::nullopt; }
  bool scan(RecordPlace, RecordPlace, const OnMessage&) override { return false; }
  std::string take_read_error() override { return {}; }
};

// Segments that the older of two snapshots does not need go to the archive, oldest first, so that
// at each moment what is missing here is there.
Result<std::size_t, Error> archive_segments(Io& io, const std::string& directory,
                                            std::uint64_t before) {
  auto numbers = list_segments(directory);
  if (!numbers) return Unexpected{numbers.error()};
  std::sort(numbers->begin(), numbers->end());
  const std::string archive = directory + "/" + archive_name;
  std::size_t moved = 0;
  for (const std::uint64_t number : *numbers) {
    if (number >= before) break;
    std::error_code error;
    std::filesystem::create_directory(archive, error);
    if (error) return fault(archive, "can't make it: " + error.message());
    const std::string name = segment_file_name(number);
    const std::string target = archive + "/" + name;
    if (std::filesystem::exists(target, error)) {
      return fault(target, "is there already; move it away: " + name + " is to be archived");
    }
    if (const int failed = io.rename(directory + "/" + name, target); failed < 0) {
      return fault(target, "can't archive: " + describe_error(failed));
    }
    fixspec::crash_point("segment_archived");
    ++moved;
  }
  if (moved > 0 && (!sync_directory(io, archive) || !sync_directory(io, directory))) {
    return fault(directory, "can't sync the folder");
  }
  return moved;
}

// What a crash left of snapshots that were never finished.
void remove_unfinished(Io& io, const std::string& directory) {
  std::error_code error;
  std::vector<std::string> paths;
  for (std::filesystem::directory_iterator entry{directory, error}, last; !error && entry != last;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".new")) paths.push_back(entry->path().string());
  }
  for (const std::string& path : paths) io.unlink(path);
}

// Keeps the newest snapshots; answers how many segments were archived.
Result<std::size_t, Error> tidy_up(Io& io, const std::string& directory) {
  auto snapshots = list_snapshots(directory);
  while (snapshots.size() > kept_snapshots) {
    const std::string path = directory + "/" + snapshot_file_name(snapshots.front());
    if (const int error = io.unlink(path); error < 0) {
      return fault(path, "can't remove: " + describe_error(error));
    }
    fixspec::crash_point("snapshot_removed");
    snapshots.erase(snapshots.begin());
  }
  if (snapshots.size() < kept_snapshots) return std::size_t{0};
  const auto oldest = read_snapshot(io, directory, snapshots.front());
  if (!oldest) return Unexpected{oldest.error()};
  return archive_segments(io, directory, oldest->entry.segment);
}

}  // namespace

std::string snapshot_file_name(std::uint64_t sequence) {
  std::string number = std::to_string(sequence);
  number.insert(0, digits - number.size(), '0');
  return std::string{prefix} + number;
}

std::vector<std::uint64_t> list_snapshots(const std::string& directory) {
  std::vector<std::uint64_t> sequences;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{directory, error}, last; !error && entry != last;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix) || name.size() != prefix.size() + digits) continue;
    std::uint64_t sequence = 0;
    const auto* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + prefix.size(), end, sequence);
    if (parsed.ec == std::errc{} && parsed.ptr == end) sequences.push_back(sequence);
  }
  std::sort(sequences.begin(), sequences.end());
  return sequences;
}

Result<Snapshot, Error> read_snapshot(Io& io, const std::string& directory,
                                      std::uint64_t sequence) {
  const std::string path = directory + "/" + snapshot_file_name(sequence);
  const File file{io.open(path, O_RDONLY)};
  if (!file.is_open()) return fault(path, "can't open: " + describe_error(file.get()));
  const std::int64_t size = file.size();
  if (size < static_cast<std::int64_t>(header_size)) return fault(path, "is not whole");
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (const ssize_t got = read_fully(io, file.get(), bytes, 0); got != size) {
    return fault(path, "can't read: " + describe_error(got < 0 ? got : -EIO));
  }
  const auto body = std::span<const std::byte>{bytes}.subspan(header_size);
  Reader head{std::span<const std::byte>{bytes}.subspan(magic.size())};
  const bool is_ours = std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  if (is_ours && head.u16() > layout) {
    return fault(path, "was written by a newer version of causeway");
  }
  const auto expected = header_of(sequence, body);
  if (std::memcmp(bytes.data(), expected.data(), header_size) != 0) {
    return fault(path, "is damaged: its header and checksum do not fit what is in it");
  }
  Snapshot snapshot;
  Reader reader{body};
  if (!read(reader, snapshot) || snapshot.entry.sequence != sequence) {
    return fault(path, "does not fit its layout");
  }
  return snapshot;
}

Result<Done, Error> write_snapshot(Io& io, const std::string& directory, const Snapshot& snapshot) {
  const std::string path = directory + "/" + snapshot_file_name(snapshot.entry.sequence);
  const std::string unfinished = path + ".new";
  Writer body;
  write(body, snapshot);
  if (io.free_bytes(directory) < static_cast<std::int64_t>(body.bytes().size()) + spare_bytes) {
    return fault(path, "too little space on the disk for a snapshot");
  }
  File file{io.open(unfinished, O_RDWR | O_CREAT | O_TRUNC)};
  if (!file.is_open()) return fault(unfinished, "can't create: " + describe_error(file.get()));
  std::int64_t error =
      write_fully(io, file.get(), header_of(snapshot.entry.sequence, body.bytes()), 0);
  if (error == 0) error = write_fully(io, file.get(), body.bytes(), header_size);
  fixspec::crash_point("snapshot_written");
  if (error == 0) error = io.sync(file.get());
  fixspec::crash_point("snapshot_synced");
  if (error == 0) error = io.rename(unfinished, path);
  if (error < 0) {
    io.unlink(unfinished);
    return fault(path, "can't write: " + describe_error(error));
  }
  fixspec::crash_point("snapshot_named");
  if (!sync_directory(io, directory)) return fault(directory, "can't sync the folder");
  return Done{};
}

Result<LogScanner, Error> open_log(Io& io, const std::string& directory,
                                   const std::optional<ChainEntry>& last_entry,
                                   const Restore& restore, Memory& memory,
                                   std::optional<ChainEntry>& from,
                                   std::vector<std::string>& passed_over) {
  const std::uint64_t whole_until = last_entry ? last_entry->sequence : 0;
  const auto snapshots = restore ? list_snapshots(directory) : std::vector<std::uint64_t>{};
  for (auto sequence = snapshots.rbegin(); sequence != snapshots.rend(); ++sequence) {
    auto snapshot = read_snapshot(io, directory, *sequence);
    if (!snapshot) {
      passed_over.push_back(snapshot.error().text);
      continue;
    }
    const std::string path = directory + "/" + snapshot_file_name(*sequence);
    const bool is_covered =
        snapshot->entry.sequence < whole_until || (last_entry && snapshot->entry == *last_entry);
    if (!is_covered) {
      passed_over.push_back("journal: " + path + ": the chain file does not reach as far");
      continue;
    }
    auto scanner =
        LogScanner::open(io, directory, {.whole_until = whole_until, .start = snapshot->place});
    if (!scanner) {
      passed_over.push_back("journal: " + path + ": " + scanner.error().text);
      continue;
    }
    Reader reader{snapshot->memory};
    if (!memory.read(reader) || !reader.done()) {
      memory.clear();
      passed_over.push_back("journal: " + path + ": does not fit its layout");
      continue;
    }
    if (const auto restored = restore(snapshot->app.version, snapshot->app.bytes); !restored) {
      memory.clear();
      passed_over.push_back("journal: " + path + ": " + restored.error().text);
      continue;
    }
    from = snapshot->entry;
    return scanner;
  }
  return LogScanner::open(io, directory, {.whole_until = whole_until});
}

Result<MadeSnapshot, Error> make_snapshot(Io& io, const std::string& directory, std::uint64_t every,
                                          const SnapshotMaker& maker) {
  MadeSnapshot made;
  const auto chain = ChainFile::open(io, directory, false, false);
  if (!chain) return Unexpected{chain.error()};
  const auto target = chain->last();
  const auto present = list_snapshots(directory);
  const std::uint64_t newest = present.empty() ? 0 : present.back();
  if (!target || target->sequence < newest + every || target->sequence == newest) return made;

  remove_unfinished(io, directory);
  NoLog no_log;
  Memory memory{no_log};
  std::optional<ChainEntry> from;
  auto scanner = open_log(io, directory, target, maker.restore, memory, from, made.passed_over);
  if (!scanner) return Unexpected{scanner.error()};
  Snapshot snapshot{.entry = *target, .place = {}, .memory = {}, .app = {}};
  while (snapshot.place.sequence < target->sequence) {
    if (maker.is_stopped()) return made;
    const auto next = scanner->next();
    if (!next) return Unexpected{next.error()};
    if (!next->has_value()) return fault(directory, "ends before its newest chain entry");
    const RecordView& record = **next;
    snapshot.place = {.sequence = record.sequence,
                      .segment = record.segment,
                      .offset = record.offset,
                      .end_offset = record.offset + record.whole.size(),
                      .crc = record.crc};
    if (const auto taken = memory.take_in(record); !taken) return Unexpected{taken.error()};
    maker.replay(record);
  }
  if (snapshot.place.segment != target->segment ||
      snapshot.place.end_offset != target->end_offset) {
    return fault(directory, "its newest chain entry is at another place than the record");
  }
  Writer writer;
  memory.write(writer);
  snapshot.memory = {writer.bytes().begin(), writer.bytes().end()};
  auto app = maker.save([&memory](ReportKey key) { return memory.sent.contains(key); });
  if (!app) return Unexpected{app.error()};
  snapshot.app = *std::move(app);
  made.bytes = snapshot.memory.size() + snapshot.app.bytes.size();
  if (const auto written = write_snapshot(io, directory, snapshot); !written) {
    return Unexpected{written.error()};
  }
  made.sequence = target->sequence;
  const auto archived = tidy_up(io, directory);
  if (!archived) return Unexpected{archived.error()};
  made.archived_segments = *archived;
  return made;
}

}  // namespace causeway::gateway::journal
