#include "gateway/journal/chain.hpp"

#include <fcntl.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstring>

#include "fixspec/assert.hpp"
#include "gateway/journal/binary.hpp"
#include "gateway/journal/crc32c.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

constexpr std::string_view magic = "CSWYCHAN";
constexpr std::uint16_t chain_version = 1;
constexpr std::size_t unit = 64;  // the header, and each entry

std::vector<std::byte> encode_header() {
  Writer writer;
  for (const char c : magic) writer.u8(static_cast<std::uint8_t>(c));
  writer.u16(chain_version);
  writer.u16(unit);
  while (writer.bytes().size() < unit - 4) writer.u8(0);
  writer.u32(crc32c(0, writer.bytes()));
  return {writer.bytes().begin(), writer.bytes().end()};
}

std::vector<std::byte> encode_entry(const ChainEntry& entry) {
  Writer writer;
  writer.u64(entry.sequence);
  writer.u64(entry.segment);
  writer.u64(entry.end_offset);
  for (const std::byte byte : entry.hash) writer.u8(std::to_integer<std::uint8_t>(byte));
  writer.u32(0);
  writer.u32(crc32c(0, writer.bytes()));
  return {writer.bytes().begin(), writer.bytes().end()};
}

std::optional<ChainEntry> decode_entry(std::span<const std::byte> bytes) {
  Reader reader{bytes};
  ChainEntry entry;
  entry.sequence = reader.u64();
  entry.segment = reader.u64();
  entry.end_offset = reader.u64();
  for (std::byte& byte : entry.hash) byte = static_cast<std::byte>(reader.u8());
  if (reader.u32() != 0 || reader.u32() != crc32c(0, bytes.first(unit - 4))) return std::nullopt;
  return entry;
}

Unexpected<Error> fault(const std::string& path, const std::string& what) {
  return Unexpected{Error{"journal: " + path + ": " + what}};
}

/// Makes an empty chain file under a name of its own first, so that the file is whole or not there.
Result<Done, Error> create_file(Io& io, const std::string& path) {
  const std::string unfinished = path + ".new";
  const File file{io.open(unfinished, O_RDWR | O_CREAT | O_TRUNC)};
  if (!file.is_open()) return fault(unfinished, "can't create: " + describe_error(file.get()));
  const auto header = encode_header();
  const ssize_t wrote = io.pwrite(file.get(), header, 0);
  if (wrote < 0) return fault(unfinished, "can't write: " + describe_error(wrote));
  if (static_cast<std::size_t>(wrote) != header.size()) return fault(unfinished, "disk is full");
  if (const int error = io.sync(file.get()); error < 0) {
    return fault(unfinished, "can't sync: " + describe_error(error));
  }
  if (const int error = io.rename(unfinished, path); error < 0) {
    return fault(path, "can't rename into place: " + describe_error(error));
  }
  return Done{};
}

}  // namespace

std::string to_hex(const Hash& hash) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : hash) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0x0f})];
  }
  return text;
}

void ChainHasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }
void ChainHasher::Free::operator()(evp_md_st* algorithm) const { EVP_MD_free(algorithm); }

// The algorithm is fetched once: EVP_sha256() would look it up for every record.
ChainHasher::ChainHasher(const Hash& start)
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      context_(EVP_MD_CTX_new()),
      hash_(start) {
  CAUSEWAY_ASSERT(algorithm_ != nullptr && context_ != nullptr);
}

void ChainHasher::digest(std::span<const std::byte> bytes, std::byte* to) {
  const bool done =
      EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1 &&
      EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1 &&
      EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(to), nullptr) == 1;
  CAUSEWAY_ASSERT(done);
}

void ChainHasher::add(std::span<const std::byte> record) {
  std::array<std::byte, 2 * sizeof(Hash)> joined;
  std::memcpy(joined.data(), hash_.data(), hash_.size());
  digest(record, joined.data() + hash_.size());
  digest(joined, hash_.data());
}

Result<ChainFile, Error> ChainFile::open(Io& io, const std::string& directory, bool create,
                                         bool writable) {
  std::string path = directory + "/" + file_name;
  const int flags = writable ? O_RDWR : O_RDONLY;
  File file{io.open(path, flags)};
  if (file.get() == -ENOENT && create) {
    if (auto created = create_file(io, path); !created) return Unexpected{created.error()};
    file = File{io.open(path, flags)};
  }
  if (file.get() == -ENOENT) {
    return fault(
        path,
        "is missing, so nobody can tell whether records are missing too: restore it from a "
        "copy of the journal");
  }
  if (!file.is_open()) return fault(path, "can't open: " + describe_error(file.get()));
  ChainFile chain{io, std::move(path), std::move(file)};
  if (auto loaded = chain.load(); !loaded) return Unexpected{loaded.error()};
  return chain;
}

Result<Done, Error> ChainFile::load() {
  std::array<std::byte, unit> header{};
  const ssize_t got = read_fully(*io_, file_.get(), header, 0);
  if (got < 0) return fault(path_, "can't read: " + describe_error(got));
  const auto expected = encode_header();
  const auto version_at = magic.size();
  if (got == static_cast<ssize_t>(unit) &&
      std::memcmp(header.data(), expected.data(), version_at) == 0) {
    Reader reader{std::span{header}.subspan(version_at)};
    if (reader.u16() > chain_version) {
      return fault(path_,
                   "was written by a newer version of causeway; use that version or a newer one");
    }
  }
  if (std::memcmp(header.data(), expected.data(), unit) != 0) {
    return fault(path_, "offset 0: the header is damaged: restore the file from a copy");
  }
  const auto body = static_cast<std::size_t>(file_.size()) - unit;
  count_ = body / unit;
  had_torn_entry_ = body % unit != 0;
  if (count_ == 0) return Done{};
  last_ = read(count_ - 1);
  // Each entry is synced before the next is begun: only the last can be unfinished.
  if (!last_ && !had_torn_entry_) {
    had_torn_entry_ = true;
    --count_;
    if (count_ == 0) return Done{};
    last_ = read(count_ - 1);
  }
  if (!last_) {
    return fault(path_, "offset " + std::to_string(count_ * unit) +
                            ": the entry's checksum is wrong: restore the file from a copy");
  }
  return Done{};
}

std::optional<ChainEntry> ChainFile::read(std::size_t index) const {
  std::array<std::byte, unit> bytes{};
  const ssize_t got = read_fully(*io_, file_.get(), bytes, (index + 1) * unit);
  if (got != static_cast<ssize_t>(unit)) return std::nullopt;
  return decode_entry(bytes);
}

Result<Done, Error> ChainFile::append(const ChainEntry& entry) {
  const auto bytes = encode_entry(entry);
  const std::uint64_t offset = (count_ + 1) * unit;
  const ssize_t wrote = io_->pwrite(file_.get(), bytes, offset);
  if (wrote != static_cast<ssize_t>(unit)) {
    if (wrote > 0) io_->ftruncate(file_.get(), offset);
    return fault(path_, "can't write: " + describe_error(wrote < 0 ? wrote : -ENOSPC));
  }
  if (const int error = io_->sync(file_.get()); error < 0) {
    return fault(path_, "can't sync: " + describe_error(error));
  }
  ++count_;
  last_ = entry;
  return Done{};
}

}  // namespace causeway::gateway::journal
