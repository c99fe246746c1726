#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "gateway/journal/io.hpp"

namespace causeway::simulation {

/// The journal's disk: real files in a folder, but what the end of the process or of the machine
/// leaves of them is drawn from the seed.
class Disk final : public gateway::journal::Io {
 public:
  int open(const std::string& path, int flags) override;
  ssize_t pwrite(int file, std::span<const std::byte> bytes, std::uint64_t offset) override;
  int ftruncate(int file, std::uint64_t size) override;
  int sync(int file) override;
  int rename(const std::string& from, const std::string& to) override;
  int unlink(const std::string& path) override;
  int allocate(int file, std::uint64_t size) override;
  std::int64_t free_bytes(const std::string& path) override;

  /// No space is left while this is true.
  bool full = false;
  /// The machine lost its power: of what was not synced, each sector may be there or not.
  void lose_power();
  /// Something that could not be written still waits in the gateway's memory.
  [[nodiscard]] bool behind() const { return behind_; }
  [[nodiscard]] std::uint64_t writes() const { return writes_; }

 private:
  struct Unsynced {
    std::string path;
    std::uint64_t offset = 0;
    std::vector<std::byte> before;  ///< zeros where the file ended
  };
  std::map<int, std::string> paths_;
  std::deque<Unsynced> unsynced_;
  std::uint64_t writes_ = 0;
  bool behind_ = false;
};

}  // namespace causeway::simulation
