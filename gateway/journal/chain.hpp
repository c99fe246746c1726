#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "fixspec/result.hpp"
#include "gateway/journal/io.hpp"

struct evp_md_ctx_st;
struct evp_md_st;

namespace causeway::gateway::journal {

/// A SHA-256 digest.
using Hash = std::array<std::byte, 32>;
/// Lower-case hexadecimal.
std::string to_hex(const Hash& hash);

/// Computes the chain: after each record, hash = SHA-256(hash before ‖ SHA-256(record)), where
/// record is the record's bytes as they are in the file. The chain begins with 32 zero bytes.
class ChainHasher {
 public:
  explicit ChainHasher(const Hash& start = {});
  ChainHasher(ChainHasher&&) = default;
  ChainHasher& operator=(ChainHasher&&) = default;
  ~ChainHasher() = default;

  void add(std::span<const std::byte> record);
  [[nodiscard]] const Hash& hash() const { return hash_; }

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
    void operator()(evp_md_st* algorithm) const;
  };
  void digest(std::span<const std::byte> bytes, std::byte* to);

  std::unique_ptr<evp_md_st, Free> algorithm_;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  Hash hash_;
};

/// The chain as it stood after record `sequence`, whose last byte is before `end_offset` of segment
/// `segment`. Written only when the record is on disk, so a journal that lacks it was damaged.
struct ChainEntry {
  std::uint64_t sequence = 0;
  std::uint64_t segment = 0;
  std::uint64_t end_offset = 0;
  Hash hash{};

  friend bool operator==(const ChainEntry&, const ChainEntry&) = default;
};

/// The file `chain` beside the segments: one entry about once a second, and at each end of a run.
class ChainFile {
 public:
  static constexpr const char* file_name = "chain";

  /// Opens the directory's chain file; `create`: makes one, empty, where there is none.
  static fixspec::Result<ChainFile, fixspec::Error> open(Io& io, const std::string& directory,
                                                         bool create, bool writable);

  /// The newest entry; nullopt where there is none yet.
  [[nodiscard]] const std::optional<ChainEntry>& last() const { return last_; }
  [[nodiscard]] std::size_t size() const { return count_; }
  /// Entry `index` (from 0), or nullopt where it can't be read or its checksum is wrong.
  [[nodiscard]] std::optional<ChainEntry> read(std::size_t index) const;
  /// True where the end of the file held an entry that was never finished (it is written over).
  [[nodiscard]] bool had_torn_entry() const { return had_torn_entry_; }
  /// Adds an entry and syncs it. An error leaves the file as it was; it may be tried again.
  fixspec::Result<fixspec::Done, fixspec::Error> append(const ChainEntry& entry);

 private:
  ChainFile(Io& io, std::string path, File file)
      : io_(&io), path_(std::move(path)), file_(std::move(file)) {}
  fixspec::Result<fixspec::Done, fixspec::Error> load();

  Io* io_;
  std::string path_;
  File file_;
  std::size_t count_ = 0;
  std::optional<ChainEntry> last_;
  bool had_torn_entry_ = false;
};

}  // namespace causeway::gateway::journal
