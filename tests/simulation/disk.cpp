#include "tests/simulation/disk.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "tests/simulation/ground.hpp"

namespace causeway::simulation {
namespace {

constexpr std::size_t sector = 512;

}  // namespace

int Disk::open(const std::string& path, int flags) {
  const int file = Io::open(path, flags);
  if (file >= 0) paths_[file] = path;
  return file;
}

ssize_t Disk::pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
  Ground& ground = Ground::get();
  const auto all = static_cast<ssize_t>(bytes.size());
  if (ground.process_ended()) return all;
  if (full) {
    behind_ = true;
    return -ENOSPC;
  }
  ++writes_;
  behind_ = false;
  const bool survives = ground.effect();
  if (!survives) {
    // The end came in the middle of the write.
    bytes = bytes.first(static_cast<std::size_t>(ground.random.between(0, all)));
    ground.count("torn write");
  }
  Unsynced write{.path = paths_[file], .offset = offset, .before = {}};
  write.before.resize(bytes.size());
  static_cast<void>(gateway::journal::read_fully(*this, file, write.before, offset));
  unsynced_.push_back(std::move(write));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = Io::pwrite(file, bytes.subspan(done), offset + done);
    if (wrote <= 0) return wrote;
    done += static_cast<std::size_t>(wrote);
  }
  return all;
}

int Disk::ftruncate(int file, std::uint64_t size) {
  return Ground::get().effect() ? Io::ftruncate(file, size) : 0;
}

// Nothing in a simulation really has to reach a disk.
int Disk::sync(int file) {
  if (!Ground::get().effect()) return 0;
  std::erase_if(unsynced_, [&](const Unsynced& write) { return write.path == paths_[file]; });
  return 0;
}

int Disk::rename(const std::string& from, const std::string& to) {
  return Ground::get().effect() ? Io::rename(from, to) : 0;
}
int Disk::unlink(const std::string& path) { return Ground::get().effect() ? Io::unlink(path) : 0; }
int Disk::allocate(int file, std::uint64_t size) {
  if (full) return -ENOSPC;
  // A sparse file does: the space is not what is tested.
  return Ground::get().effect() ? Io::ftruncate(file, size) : 0;
}
std::int64_t Disk::free_bytes(const std::string& path) { return full ? 0 : Io::free_bytes(path); }

void Disk::lose_power() {
  behind_ = false;
  Ground& ground = Ground::get();
  while (!unsynced_.empty()) {
    const Unsynced write = std::move(unsynced_.back());
    unsynced_.pop_back();
    const gateway::journal::File file{Io::open(write.path, O_RDWR)};
    if (!file.is_open()) continue;
    for (std::size_t at = 0; at < write.before.size(); at += sector) {
      if (ground.chance(500)) continue;
      const auto part =
          std::span{write.before}.subspan(at, std::min(sector, write.before.size() - at));
      static_cast<void>(Io::pwrite(file.get(), part, write.offset + at));
      ground.count("sector lost");
    }
  }
}

}  // namespace causeway::simulation
