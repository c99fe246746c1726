#include "gateway/journal/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "fixspec/assert.hpp"
#include "fixspec/crash_point.hpp"
#include "gateway/journal/log_scanner.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Timestamp;
using fixspec::Unexpected;

constexpr std::uint16_t checkpoint_version = 1;
constexpr std::uint64_t min_segment_bytes = 4096;
constexpr std::uint64_t max_segment_bytes = 1024 * 1024 * 1024;
/// One read brings most FIX messages whole.
constexpr std::size_t fetch_guess = 1024;

Result<File, Error> lock_directory(Io& io, const std::string& directory) {
  const std::string path = directory + "/lock";
  File file{io.open(path, O_RDWR | O_CREAT)};
  if (!file.is_open()) {
    return Unexpected{Error{"journal: can't open " + path + ": " + describe_error(file.get())}};
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    std::array<std::byte, 32> holder{};
    const ssize_t size = std::max<ssize_t>(read_fully(io, file.get(), holder, 0), 0);
    return Unexpected{Error{
        "journal: " + directory + " is in use by process " +
        std::string{reinterpret_cast<const char*>(holder.data()), static_cast<std::size_t>(size)} +
        "; one gateway a directory: stop it, or set another StatePath"}};
  }
  const std::string pid = std::to_string(::getpid());
  io.ftruncate(file.get(), 0);
  io.pwrite(file.get(), std::as_bytes(std::span{pid}), 0);
  return file;
}

void ignore_file_size_signal() {
  struct sigaction current {};
  if (::sigaction(SIGXFSZ, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
    ::signal(SIGXFSZ, SIG_IGN);
  }
}

}  // namespace

std::string_view to_text(Health health) {
  switch (health) {
    case Health::Good:
      return "good";
    case Health::LowSpace:
      return "low space";
    case Health::Stuck:
      return "stuck";
    case Health::Failed:
      return "failed";
  }
  return {};
}

Journal::Journal(Io& io, std::string directory, Options options, File lock)
    : io_(&io),
      directory_(std::move(directory)),
      options_(std::move(options)),
      lock_(std::move(lock)),
      reserve_(io, directory_, options_.reserve_bytes),
      writer_(io, directory_, options_.segment_bytes, options_.durability == Durability::Disk,
              [this] { return reserve_.release(); }),
      memory_(*this) {}

Journal::~Journal() {
  // A failure has been told before, or is about to be: what waits is lost with this process.
  if (sync_thread_) static_cast<void>(flush());
  sync_thread_.reset();
}

Result<std::unique_ptr<Journal>, Error> Journal::open(const std::string& directory, Options options,
                                                      const Replay& replay) {
  static Io system_io;
  Io& io = options.io != nullptr ? *options.io : system_io;
  if (options.segment_bytes < min_segment_bytes || options.segment_bytes > max_segment_bytes) {
    return Unexpected{Error{"journal: a segment of " + std::to_string(options.segment_bytes) +
                            " bytes: 4096 to 1073741824 are allowed"}};
  }
  ignore_file_size_signal();
  std::error_code error;
  if (std::filesystem::create_directories(directory, error)) ::chmod(directory.c_str(), S_IRWXU);
  if (error) {
    return Unexpected{Error{"journal: can't make " + directory + ": " + error.message()}};
  }
  auto lock = lock_directory(io, directory);
  if (!lock) return Unexpected{lock.error()};
  std::unique_ptr<Journal> journal{
      new Journal{io, directory, std::move(options), *std::move(lock)}};
  if (auto recovered = journal->recover(replay); !recovered) return Unexpected{recovered.error()};
  return journal;
}

Result<Done, Error> Journal::recover(const Replay& replay) {
  const bool is_new =
      !std::filesystem::exists(segment_path(directory_, 1)) && list_snapshots(directory_).empty();
  auto chain = ChainFile::open(*io_, directory_, is_new, true);
  if (!chain) return Unexpected{chain.error()};
  const std::optional<ChainEntry> last_entry = chain->last();
  std::optional<ChainEntry> snapshot;
  auto scanner = open_log(*io_, directory_, last_entry, options_.restore, memory_, snapshot,
                          report_.passed_over);
  options_.restore = nullptr;
  if (!scanner) return Unexpected{scanner.error()};
  fixspec::crash_point("start_snapshot_taken");
  if (snapshot) report_.snapshot_sequence = snapshot->sequence;

  // Records that the chain file covers are checked by their checksums; the rest is hashed now.
  ChainHasher hasher{last_entry ? last_entry->hash : Hash{}};
  ChainEntry position = last_entry.value_or(
      ChainEntry{.sequence = 0, .segment = 1, .end_offset = segment_header_size, .hash = {}});
  while (true) {
    auto next = scanner->next();
    if (!next) return Unexpected{next.error()};
    if (!next->has_value()) break;
    const RecordView& record = **next;
    const std::uint64_t end_offset = record.offset + record.whole.size();
    if (last_entry && record.sequence == last_entry->sequence &&
        (record.segment != last_entry->segment || end_offset != last_entry->end_offset)) {
      return Unexpected{
          Error{"journal: " + scanner->path() + ", offset " + std::to_string(record.offset) +
                ": record " + std::to_string(record.sequence) +
                " is not where the chain file has it: restore the journal from a copy"}};
    }
    if (record.sequence > position.sequence) {
      hasher.add(record.whole);
      position.sequence = record.sequence;
      position.segment = record.segment;
      position.end_offset = end_offset;
    }
    if (auto taken = memory_.take_in(record); !taken) return taken;
    if (replay) replay(record);
  }
  position.hash = hasher.hash();
  fixspec::crash_point("start_journal_read");
  report_.records = memory_.records;
  report_.segments = scanner->segment_count();
  report_.torn_chain_entry = chain->had_torn_entry();
  if (auto cut = cut_torn_tail(scanner->end()); !cut) return cut;
  if (auto resumed = writer_.resume(scanner->end()); !resumed) return resumed;
  fixspec::crash_point("start_tail_cut");
  opened_at_ = position;
  start_sync_thread(*std::move(chain), position);
  return Done{};
}

Result<Done, Error> Journal::cut_torn_tail(const LogEnd& end) {
  if (end.torn_bytes == 0) return Done{};
  const auto failed = [](const std::string& path, int error) {
    return Unexpected{
        Error{"journal: can't cut the torn tail off " + path + ": " + describe_error(error)}};
  };
  // From the back, so that a crash in between leaves no gap.
  for (auto number = end.torn_segments.rbegin(); number != end.torn_segments.rend(); ++number) {
    const std::string path = directory_ + "/" + segment_file_name(*number);
    if (const int error = io_->unlink(path); error < 0) return failed(path, error);
  }
  const std::string path = directory_ + "/" + segment_file_name(end.segment->number);
  const File file{io_->open(path, O_RDWR)};
  const int error = file.is_open() ? io_->ftruncate(file.get(), end.offset) : file.get();
  if (error < 0) return failed(path, error);
  report_.torn_bytes = end.torn_bytes;
  report_.torn_file = path;
  report_.torn_offset = end.offset;
  return Done{};
}

void Journal::start_sync_thread(ChainFile chain, const ChainEntry& position) {
  reserve_.make();
  SyncThread::Callbacks callbacks;
  if (options_.durability == Durability::Disk) callbacks.on_durable = options_.on_durable;
  callbacks.on_failure = [this](const Error& error) {
    failed_.store(true);
    update_health(error.text);
  };
  callbacks.on_interval = [this] {
    if (reserve_.is_held() || !reserve_.make()) return;
    update_health("there is space again");
  };
  sync_thread_ = std::make_unique<SyncThread>(
      *io_, directory_, std::move(chain), position,
      SyncThread::Options{.sync_each_flush = options_.durability == Durability::Disk,
                          .interval = options_.sync_interval},
      std::move(callbacks));
  update_health("the disk has too little space for the journal's reserve");
  // Before the first append, so that no new record claims less to be on disk than there is.
  sync_thread_->do_work(true);
  if (options_.own_thread) sync_thread_->start();
}

Epoch Journal::start_epoch(Timestamp now, std::uint32_t instance_if_new) {
  CAUSEWAY_ASSERT(writer_.last_sequence() == opened_at_.sequence);
  Writer payload;
  payload.u64(opened_at_.sequence);
  for (const std::byte byte : opened_at_.hash) payload.u8(std::to_integer<std::uint8_t>(byte));
  append(RecordType::ChainCheckpoint, checkpoint_version, now, payload.bytes());

  memory_.epoch =
      memory_.epoch ? Epoch{.instance = memory_.epoch->instance, .epoch = memory_.epoch->epoch + 1}
                    : Epoch{.instance = instance_if_new, .epoch = 1};
  payload.clear();
  payload.u32(memory_.epoch->instance);
  payload.u32(memory_.epoch->epoch);
  append(RecordType::EpochStart, epoch_version, now, payload.bytes());
  fixspec::crash_point("start_epoch_appended");
  return *memory_.epoch;
}

std::uint64_t Journal::append(RecordType type, std::uint16_t version, Timestamp at,
                              std::span<const std::byte> payload) {
  memory_.last_time = at;
  return writer_.append(type, version, at, payload, known_durable()).sequence;
}

Result<Done, Error> Journal::flush() {
  memory_.sessions.write_numbers();
  const std::uint64_t before = writer_.flushed_sequence();
  const bool held = reserve_.is_held();
  auto flushed = writer_.flush();
  if (writer_.flushed_sequence() != before) {
    sync_thread_->publish(writer_.flushed_sequence(), writer_.flushed_segment());
    if (!options_.own_thread) sync_thread_->do_work(false);
  }
  if (!options_.own_thread && flushed && !held) sync_thread_->pass_interval();
  const bool was_stuck = stuck_.exchange(!flushed, std::memory_order_relaxed);
  if (!flushed) {
    update_health(flushed.error().text);
  } else if (was_stuck || held != reserve_.is_held()) {
    update_health(was_stuck ? "the journal can be written again"
                            : "the disk is full: the journal's reserve is in use");
  }
  return flushed;
}

std::optional<std::uint64_t> Journal::known_durable() const {
  if (options_.durability != Durability::Disk) return std::nullopt;
  return sync_thread_->durable_sequence();
}

std::uint64_t Journal::durable_sequence() const {
  return options_.durability == Durability::Disk ? sync_thread_->durable_sequence()
                                                 : writer_.flushed_sequence();
}

Health Journal::health() const {
  if (failed_.load(std::memory_order_relaxed)) return Health::Failed;
  if (stuck_.load(std::memory_order_relaxed)) return Health::Stuck;
  return reserve_.is_held() ? Health::Good : Health::LowSpace;
}

void Journal::update_health(const std::string& reason) {
  const std::lock_guard lock{health_mutex_};
  const Health now = health();
  if (now == reported_health_) return;
  reported_health_ = now;
  if (options_.on_health) options_.on_health(now, reason);
}

SessionStore& Journal::session(std::string_view name, fixspec::UtcNanos now) {
  return memory_.sessions.get(name, now);
}

RecordPlace Journal::append_session_record(RecordType type, std::span<const std::byte> payload,
                                           ReportKey key) {
  memory_.sent.add(key);
  return writer_.append(type, session_record_version, memory_.last_time, payload, known_durable())
      .place;
}

std::optional<std::span<const std::byte>> Journal::fetch(RecordPlace place) {
  const auto payload_of = [](std::span<const std::byte> record) {
    return record.subspan(record_header_size, decode_record_header(record).payload_size);
  };
  if (const auto waiting = writer_.pending(place)) return payload_of(*waiting);
  if (is_taken_away(place.segment)) return std::nullopt;
  const ReadFile* const file = open_for_reading(place.segment);
  const auto record = file != nullptr ? read_back(*file, place) : std::span<const std::byte>{};
  if (!record.empty()) return payload_of(record);
  cannot_read(place, "the record cannot be read back");
  return std::nullopt;
}

std::span<const std::byte> Journal::read_back(const ReadFile& from, RecordPlace place) {
  if (fetched_.size() < fetch_guess) fetched_.resize(fetch_guess);
  const ssize_t guessed = read_fully(*io_, from.file.get(), fetched_, place.offset());
  if (guessed < static_cast<ssize_t>(record_header_size)) return {};
  const std::size_t payload_size = decode_record_header(fetched_).payload_size;
  if (payload_size > max_payload) return {};
  const std::size_t size = record_size(payload_size);
  if (static_cast<std::size_t>(guessed) < size) {
    if (fetched_.size() < size) fetched_.resize(size);
    const auto whole = std::span{fetched_}.first(size);
    if (read_fully(*io_, from.file.get(), whole, place.offset()) != static_cast<ssize_t>(size)) {
      return {};
    }
  }
  const auto record = std::span<const std::byte>{fetched_}.first(size);
  return crc_matches(record, from.header.crc) ? record : std::span<const std::byte>{};
}

// Whoever takes segments out of the archive has decided that nobody is to be sent their messages
// again; those numbers are then filled as gaps.
bool Journal::is_taken_away(std::uint32_t segment) const {
  const ReadFile& slot = read_files_[segment % read_files_.size()];
  if (slot.segment == segment && slot.file.is_open()) return false;
  std::error_code error;
  return segment < opened_at_.segment && report_.snapshot_sequence > 0 &&
         !std::filesystem::exists(segment_path(directory_, segment), error);
}

Journal::ReadFile* Journal::open_for_reading(std::uint32_t segment) {
  ReadFile& slot = read_files_[segment % read_files_.size()];
  if (slot.segment == segment && slot.file.is_open()) return &slot;
  slot.file = File{io_->open(segment_path(directory_, segment), O_RDONLY)};
  slot.segment = segment;
  SegmentHeaderBytes bytes{};
  if (!slot.file.is_open() ||
      read_fully(*io_, slot.file.get(), bytes, 0) != static_cast<ssize_t>(bytes.size()) ||
      decode(bytes, slot.header) != HeaderFault::None || slot.header.number != segment) {
    slot.file = File{};
    return nullptr;
  }
  return &slot;
}

}  // namespace causeway::gateway::journal
