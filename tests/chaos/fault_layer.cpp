// Loaded with LD_PRELOAD in front of the C library: a disk that fills up and a clock that is set,
// without a disk or a clock of one's own. What stands in the control file counts from the moment it
// is written.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "tests/chaos/fault_control.hpp"

namespace {

using causeway::chaos::FaultControl;

FaultControl* map_control() {
  const char* path = std::getenv(causeway::chaos::fault_control_variable);
  if (path == nullptr) return nullptr;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const mapped =
      mmap(nullptr, sizeof(FaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<FaultControl*>(mapped);
}

FaultControl* control() {
  static FaultControl* const mapped = map_control();
  return mapped;
}

template <class Function>
Function next(Function, const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// Standard output and error are the test's, and sockets fill no disk.
bool counts(int file) {
  struct stat status {};
  return file > STDERR_FILENO && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

// How many of `wanted` bytes there is room for.
std::size_t take_space(int file, std::size_t wanted) {
  FaultControl* const faults = control();
  if (faults == nullptr || faults->space_left.load() < 0 || !counts(file)) return wanted;
  std::int64_t left = faults->space_left.load();
  while (left >= 0) {
    const auto taken = std::min(left, static_cast<std::int64_t>(wanted));
    if (faults->space_left.compare_exchange_weak(left, left - taken)) {
      return static_cast<std::size_t>(taken);
    }
  }
  return wanted;
}

void give_space(std::int64_t bytes) {
  FaultControl* const faults = control();
  if (faults != nullptr && faults->space_left.load() >= 0) faults->space_left.fetch_add(bytes);
}

template <class Write>
ssize_t write_what_fits(int file, std::size_t size, const Write& write) {
  const std::size_t room = take_space(file, size);
  if (room == 0 && size > 0) {
    errno = ENOSPC;
    return -1;
  }
  return write(room);
}

std::int64_t clock_offset() {
  FaultControl* const faults = control();
  return faults == nullptr ? 0 : faults->clock_offset_ns.load(std::memory_order_relaxed);
}

constexpr std::int64_t nanos = 1'000'000'000;

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto original = next(&clock_gettime, "clock_gettime");
  const int result = original(clock, time);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
  const std::int64_t now = time->tv_sec * nanos + time->tv_nsec + clock_offset();
  *time = {.tv_sec = now / nanos, .tv_nsec = now % nanos};
  return 0;
}

int gettimeofday(timeval* time, void*) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

std::time_t time(std::time_t* told) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (told != nullptr) *told = now.tv_sec;
  return now.tv_sec;
}

ssize_t write(int file, const void* bytes, std::size_t size) {
  static const auto original = next(&write, "write");
  return write_what_fits(file, size, [&](std::size_t room) { return original(file, bytes, room); });
}

ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  static const auto original = next(&pwrite, "pwrite");
  return write_what_fits(file, size,
                         [&](std::size_t room) { return original(file, bytes, room, offset); });
}

ssize_t pwrite64(int file, const void* bytes, std::size_t size, off64_t offset) {
  static const auto original = next(&pwrite64, "pwrite64");
  return write_what_fits(file, size,
                         [&](std::size_t room) { return original(file, bytes, room, offset); });
}

int posix_fallocate(int file, off_t offset, off_t size) {
  static const auto original = next(&posix_fallocate, "posix_fallocate");
  const auto wanted = static_cast<std::size_t>(size);
  const std::size_t room = take_space(file, wanted);
  if (room == wanted) return original(file, offset, size);
  give_space(static_cast<std::int64_t>(room));
  return ENOSPC;
}

int unlink(const char* path) noexcept {
  static const auto original = next(&unlink, "unlink");
  struct stat status {};
  const bool known = stat(path, &status) == 0 && S_ISREG(status.st_mode);
  const int result = original(path);
  if (result == 0 && known) give_space(status.st_size);
  return result;
}

int statvfs(const char* path, struct statvfs* status) noexcept {
  static const auto original = next(&statvfs, "statvfs");
  const int result = original(path, status);
  FaultControl* const faults = control();
  if (result != 0 || faults == nullptr || faults->space_left.load() < 0) return result;
  status->f_bavail = static_cast<fsblkcnt_t>(faults->space_left.load()) / status->f_frsize;
  return 0;
}

}  // extern "C"
