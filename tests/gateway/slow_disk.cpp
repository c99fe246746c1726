#include <dlfcn.h>
#include <poll.h>
#include <unistd.h>

#include <cstdlib>

// Preloaded into a program: while the file that SLOW_DISK names exists, the disk takes no sync.
// What is written stays where a write leaves it, as with a disk that hangs.
namespace {

void wait_while_it_hangs() {
  const char* const file = std::getenv("SLOW_DISK");
  while (file != nullptr && access(file, F_OK) == 0) poll(nullptr, 0, 5);
}

using Sync = int (*)(int);

}  // namespace

extern "C" int fdatasync(int file) {
  static const auto real = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, "fdatasync"));
  wait_while_it_hangs();
  return real(file);
}

extern "C" int fsync(int file) {
  static const auto real = reinterpret_cast<Sync>(dlsym(RTLD_NEXT, "fsync"));
  wait_while_it_hangs();
  return real(file);
}
