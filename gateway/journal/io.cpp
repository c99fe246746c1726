#include "gateway/journal/io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace causeway::gateway::journal {
namespace {

/// Only the owner may read what is in a journal.
constexpr mode_t file_mode = 0600;

template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result < 0 ? static_cast<decltype(result)>(-errno) : result;
}

}  // namespace

int Io::open(const std::string& path, int flags) {
  return retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, file_mode); });
}
ssize_t Io::pread(int file, std::span<std::byte> bytes, std::uint64_t offset) {
  return retry_interrupted(
      [&] { return ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
}
ssize_t Io::pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  return retry_interrupted(
      [&] { return ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
}
int Io::ftruncate(int file, std::uint64_t size) {
  return retry_interrupted([&] { return ::ftruncate(file, static_cast<off_t>(size)); });
}
int Io::sync(int file) {
  return retry_interrupted([&] { return ::fdatasync(file); });
}
int Io::rename(const std::string& from, const std::string& to) {
  return retry_interrupted([&] { return std::rename(from.c_str(), to.c_str()); });
}
int Io::unlink(const std::string& path) {
  return retry_interrupted([&] { return ::unlink(path.c_str()); });
}
int Io::allocate(int file, std::uint64_t size) {
  return -::posix_fallocate(file, 0, static_cast<off_t>(size));
}
std::int64_t Io::free_bytes(const std::string& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return -errno;
  return static_cast<std::int64_t>(status.f_bavail * status.f_frsize);
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}
File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
std::int64_t File::size() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) == 0 ? static_cast<std::int64_t>(status.st_size) : -1;
}

ssize_t read_fully(Io& io, int file, std::span<std::byte> bytes, std::uint64_t offset) {
  std::size_t count = 0;
  while (count < bytes.size()) {
    const ssize_t got = io.pread(file, bytes.subspan(count), offset + count);
    if (got < 0) return got;
    if (got == 0) break;
    count += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(count);
}

std::string describe_error(std::int64_t negative_errno) {
  return std::generic_category().message(static_cast<int>(-negative_errno));
}

}  // namespace causeway::gateway::journal
