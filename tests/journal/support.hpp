#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/journal/journal.hpp"

namespace causeway::gateway::journal {

/// A directory of its own that goes when the test ends.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] std::string path(std::string_view name = "") const;

 private:
  std::filesystem::path path_;
};

/// A record as a value, to compare whole lists of them.
struct Record {
  std::uint64_t sequence = 0;
  RecordType type = RecordType::EngineInput;
  std::uint16_t version = 0;
  fixspec::Timestamp at;
  std::string payload;

  friend bool operator==(const Record&, const Record&) = default;
};
void PrintTo(const Record& record, std::ostream* out);
Record to_record(const RecordView& view);

std::span<const std::byte> as_bytes(std::string_view text);
/// Appends `payload` as an engine input at a time made from the next sequence number.
Record append(Journal& journal, std::string_view payload,
              RecordType type = RecordType::EngineInput);

/// Options for tests: small segments, no reserve, the sync thread only at the end.
Journal::Options quiet_options();
/// Opens the journal, which must succeed; `records` receives what it replays.
std::unique_ptr<Journal> open_journal(const std::string& directory,
                                      std::vector<Record>* records = nullptr,
                                      Journal::Options options = quiet_options());
/// The error of an open that must fail.
std::string open_error(const std::string& directory);

/// Copies a journal as a crash at this moment would leave it: without its lock.
void copy_journal(const std::string& from, const std::string& to);
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

}  // namespace causeway::gateway::journal
