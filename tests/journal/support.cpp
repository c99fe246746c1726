#include "support.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>

namespace causeway::gateway::journal {

// In memory where that is possible: these tests sync thousands of times.
TemporaryDirectory::TemporaryDirectory() {
  const std::filesystem::path in_memory = "/dev/shm";
  const bool has_memory = ::access(in_memory.c_str(), W_OK) == 0;
  const auto parent = has_memory ? in_memory : std::filesystem::temp_directory_path();
  std::string name = (parent / "causeway-test-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::path(std::string_view name) const {
  return name.empty() ? path_.string() : (path_ / name).string();
}

void PrintTo(const Record& record, std::ostream* out) {
  *out << record.sequence << ' ' << to_text(record.type) << " v" << record.version << ' '
       << record.at.utc_ns << '/' << record.at.mono_ns << ' ' << record.payload.size() << " bytes";
}

Record to_record(const RecordView& view) {
  return {.sequence = view.sequence,
          .type = view.type,
          .version = view.version,
          .at = view.at,
          .payload = {reinterpret_cast<const char*>(view.payload.data()), view.payload.size()}};
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

Record append(Journal& journal, std::string_view payload, RecordType type) {
  const auto next = static_cast<std::int64_t>(journal.last_sequence() + 1);
  const fixspec::Timestamp at{.utc_ns = 1'700'000'000'000'000'000 + next, .mono_ns = next};
  const std::uint64_t sequence = journal.append(type, 3, at, as_bytes(payload));
  return {
      .sequence = sequence, .type = type, .version = 3, .at = at, .payload = std::string{payload}};
}

Journal::Options quiet_options() {
  Journal::Options options;
  options.segment_bytes = 4096;
  options.reserve_bytes = 0;
  options.sync_interval = std::chrono::hours{1};
  return options;
}

std::unique_ptr<Journal> open_journal(const std::string& directory, std::vector<Record>* records,
                                      Journal::Options options) {
  auto journal = Journal::open(directory, std::move(options), [&](const RecordView& view) {
    if (records != nullptr) records->push_back(to_record(view));
  });
  if (!journal) {
    ADD_FAILURE() << journal.error().text;
    std::abort();
  }
  return *std::move(journal);
}

std::string open_error(const std::string& directory) {
  const auto journal = Journal::open(directory, quiet_options(), nullptr);
  return journal ? "" : journal.error().text;
}

void copy_journal(const std::string& from, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace causeway::gateway::journal
