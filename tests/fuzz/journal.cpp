#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "gateway/journal/journal.hpp"
#include "gateway/journal/reader.hpp"
#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {
namespace {

namespace journal = gateway::journal;
namespace fs = std::filesystem;

// Between the segments of an input, and before its chain file, where it has one.
constexpr std::string_view next_segment{"\0NEXT\0", 6};
constexpr std::string_view chain_file{"\0CHAIN\0", 7};

// A folder of this process that goes with it.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "causeway-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void clear() const {
    for (const auto& entry : fs::directory_iterator{path_}) fs::remove(entry.path());
  }
  void write(const std::string& name, std::string_view bytes) const {
    std::ofstream file{path_ + "/" + name, std::ios::binary};
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Nothing of this has to outlive the machine.
class UnsyncedIo final : public journal::Io {
 public:
  int sync(int) override { return 0; }
};

std::unique_ptr<journal::Journal> start_on(const std::string& directory,
                                           const journal::Journal::Replay& replay = {}) {
  static UnsyncedIo io;
  auto opened = journal::Journal::open(
      directory, {.reserve_bytes = 0, .sync_interval = std::chrono::hours{1}, .io = &io}, replay);
  return opened ? *std::move(opened) : nullptr;
}

struct Files {
  std::vector<std::string> segments;
  std::optional<std::string> chain;  ///< none: one without entries
};

Files files_in(std::string_view bytes) {
  Files files;
  if (const auto at = bytes.find(chain_file); at != std::string_view::npos) {
    files.chain = bytes.substr(at + chain_file.size());
    bytes = bytes.substr(0, at);
  }
  while (true) {
    const auto end = bytes.find(next_segment);
    files.segments.emplace_back(bytes.substr(0, end));
    if (end == std::string_view::npos) return files;
    bytes.remove_prefix(end + next_segment.size());
  }
}

// Gives every header, link and record the checksum that fits, as far as their lengths lead: what is
// behind the checksums is looked at, too.
void seal(std::vector<std::string>& segments) {
  std::uint32_t last_crc = 0;
  std::uint64_t last_sequence = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    std::string& segment = segments[i];
    if (segment.size() < journal::segment_header_size) return;
    const std::span bytes = std::as_writable_bytes(std::span{segment.data(), segment.size()});
    journal::SegmentHeader header{
        .number = i + 1, .first_sequence = last_sequence + 1, .previous_crc = last_crc};
    header.waits_for_disk = (segment[40] & 1) != 0;
    const auto head = journal::encode(header);
    std::copy(head.begin(), head.end(), bytes.begin());
    std::size_t at = journal::segment_header_size;
    while (bytes.size() - at >= journal::record_header_size) {
      const auto record = journal::decode_record_header(bytes.subspan(at));
      if (record.payload_size > bytes.size()) break;
      const std::size_t size = journal::record_size(record.payload_size);
      if (size > bytes.size() - at) break;
      last_crc =
          journal::seal_record(bytes.subspan(at, size), record.payload_size, record, header.crc);
      last_sequence = record.sequence;
      at += size;
    }
  }
}

struct Record {
  std::uint64_t sequence = 0;
  journal::RecordType type{};
  std::string payload;
  friend bool operator==(const Record&, const Record&) = default;
};

Record to_record(const journal::RecordView& view) {
  return {view.sequence,
          view.type,
          {reinterpret_cast<const char*>(view.payload.data()), view.payload.size()}};
}

struct Read {
  std::vector<Record> records;
  bool whole = false;  ///< up to the end, or to a torn tail
  std::uint64_t torn_bytes = 0;
};

Read read_all(const std::string& directory) {
  Read read;
  auto reader = journal::JournalReader::open(directory);
  while (reader) {
    const auto next = reader->next();
    if (!next) break;
    read.whole = !next->has_value();
    if (read.whole) break;
    read.records.push_back(to_record(**next));
  }
  if (read.whole) read.torn_bytes = reader->end().torn_bytes;
  return read;
}

std::uint64_t verified_so_far = 0;

void check(const Folder& folder, const Files& files) {
  folder.clear();
  for (std::size_t i = 0; i < files.segments.size(); ++i) {
    folder.write(journal::segment_file_name(i + 1), files.segments[i]);
  }
  if (files.chain) {
    folder.write(journal::ChainFile::file_name, *files.chain);
  } else {
    UnsyncedIo io;
    const auto made = journal::ChainFile::open(io, folder.path(), true, true);
    if (!made) throw std::runtime_error{made.error().text};
  }

  const Read read = read_all(folder.path());
  for (std::size_t i = 0; i < read.records.size(); ++i) {
    require(read.records[i].sequence == i + 1, "the reader jumps over a record");
  }
  const auto verified = journal::verify(folder.path());
  if (verified) {
    ++verified_so_far;
    require(read.whole, "verify accepts what cannot be read to the end");
    require(verified->records == read.records.size(), "verify and the reader count differently");
    require(verified->torn_bytes == read.torn_bytes, "verify and the reader end at other places");
  }

  // What a start of the gateway makes of it.
  std::vector<Record> replayed;
  const auto opened = start_on(
      folder.path(), [&](const journal::RecordView& view) { replayed.push_back(to_record(view)); });
  if (!opened) return;
  require(read.whole, "the gateway starts on what cannot be read to the end");
  require(replayed == read.records, "the gateway and the reader see other records");
  require(opened->report().torn_bytes == read.torn_bytes,
          "the gateway cuts off what the reader does not call torn");
}

void check_after_start(const Folder& folder) {
  const auto before = journal::verify(folder.path());
  if (!before) return;
  start_on(folder.path());
  const auto after = journal::verify(folder.path());
  require(after.has_value(), "a start made a good journal a bad one");
  require(after->records == before->records && after->hash == before->hash,
          "a start changed what is in the journal");
}

}  // namespace

std::uint64_t verified_by_journal() { return verified_so_far; }

void run_journal(std::string_view bytes) {
  static const Folder folder;
  Files files = files_in(bytes);
  check(folder, files);
  seal(files.segments);
  files.chain.reset();
  check(folder, files);
  check_after_start(folder);
}

}  // namespace causeway::fuzz
