#include "strategies/client/numbers.hpp"

#include <sys/file.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <thread>

namespace causeway::strategies::client {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) {
  throw FIX::IOException("sequence number file " + path + ": " + why);
}

// "<sender> <target>\n", each ten digits wide, so that a save is one write of one length.
constexpr std::size_t file_size = 22;

// Older messages than these are gap-filled too, so that memory is bounded.
constexpr std::size_t max_kept = 20'000;

// Whether the file could be locked for this process in time. The lock ends with the descriptor.
bool locked(int descriptor, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return true;
}

int parsed(const std::string& path, std::string_view digits) {
  int value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || stop != digits.data() + digits.size() || value < 1) {
    fail(path, "is damaged; remove it to start the session over");
  }
  return value;
}

}  // namespace

Numbers::Numbers(std::string path, std::chrono::milliseconds patience) : path_(std::move(path)) {
  if (!path_.empty()) open(patience);
}

Numbers::~Numbers() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Numbers::open(std::chrono::milliseconds patience) {
  const auto folder = std::filesystem::path(path_).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) fail(path_, std::strerror(errno));
  if (!locked(descriptor_, patience)) fail(path_, "another process has this session");
  std::array<char, file_size + 1> text{};
  const ssize_t count = ::pread(descriptor_, text.data(), text.size(), 0);
  if (count < 0) fail(path_, std::strerror(errno));
  if (count == 0) return;
  const std::string_view view{text.data(), static_cast<std::size_t>(count)};
  if (view.size() != file_size || view[10] != ' ' || view[21] != '\n') {
    fail(path_, "is damaged; remove it to start the session over");
  }
  next_sender_ = parsed(path_, view.substr(0, 10));
  next_target_ = parsed(path_, view.substr(11, 10));
}

void Numbers::save() {
  if (descriptor_ < 0) return;
  std::array<char, file_size + 1> text{};
  std::snprintf(text.data(), text.size(), "%010d %010d\n", next_sender_, next_target_);
  if (::pwrite(descriptor_, text.data(), file_size, 0) != static_cast<ssize_t>(file_size)) {
    fail(path_, std::strerror(errno));
  }
}

bool Numbers::set(int number, const std::string& message) {
  sent_[number] = message;
  if (sent_.size() > max_kept) sent_.erase(sent_.begin());
  return true;
}

void Numbers::get(int begin, int end, std::vector<std::string>& messages) const {
  for (auto it = sent_.lower_bound(begin); it != sent_.end() && it->first <= end; ++it) {
    messages.push_back(it->second);
  }
}

void Numbers::setNextSenderMsgSeqNum(int number) {
  next_sender_ = number;
  save();
}

void Numbers::setNextTargetMsgSeqNum(int number) {
  next_target_ = number;
  save();
}

void Numbers::reset() {
  sent_.clear();
  next_sender_ = next_target_ = 1;
  save();
}

}  // namespace causeway::strategies::client
