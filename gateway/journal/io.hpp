#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace causeway::gateway::journal {

/// The file operations of this room. One object of Io's own class does them by system calls; tests
/// put one in its place that fails where they want. Every function answers as the system call of
/// its name does, but with -errno for an error. Called on the core thread and on the sync thread.
class Io {
 public:
  virtual ~Io() = default;

  virtual int open(const std::string& path, int flags);
  virtual ssize_t pread(int file, std::span<std::byte> bytes, std::uint64_t offset);
  virtual ssize_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset);
  virtual int ftruncate(int file, std::uint64_t size);
  /// Data and what is needed to find them again (fdatasync).
  virtual int sync(int file);
  virtual int rename(const std::string& from, const std::string& to);
  virtual int unlink(const std::string& path);
  /// Reserves the bytes [0, size) of a file (posix_fallocate).
  virtual int allocate(int file, std::uint64_t size);
  /// Bytes that an ordinary user can still write on the file system of `path`.
  virtual std::int64_t free_bytes(const std::string& path);
};

/// Owns a file descriptor.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  /// -1 where the size can't be told.
  [[nodiscard]] std::int64_t size() const;

 private:
  int descriptor_ = -1;
};

/// Reads until `bytes` is full or the file ends; how many there were, or -errno.
ssize_t read_fully(Io& io, int file, std::span<std::byte> bytes, std::uint64_t offset);
/// "No space left on device" for -ENOSPC.
std::string describe_error(std::int64_t negative_errno);

}  // namespace causeway::gateway::journal
