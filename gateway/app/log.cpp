#include "gateway/app/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace causeway::gateway::app {
namespace {

// How long the thread rests when nothing waits. Writers never wake it: that would cost them a
// system call.
constexpr std::chrono::milliseconds rest{10};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Log::Log(int descriptor, Options options)
    : descriptor_(descriptor), options_(std::move(options)), queue_(options_.capacity) {
  if (!options_.now) options_.now = utc_now;
  if (options_.own_thread) thread_ = std::thread([this] { run(); });
}

Log::~Log() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  do_work();
}

void Log::write(Level level, std::string_view event,
                std::initializer_list<fixspec::LogField> fields) {
  if (level < options_.level) return;
  LogLine line{.utc_ns = options_.now(), .level = level, .event = std::string{event}, .fields = {}};
  line.fields.reserve(fields.size());
  for (const auto& [name, value] : fields) line.fields.emplace_back(name, value);
  if (!queue_.try_push(std::move(line))) ++dropped_;
}

void Log::run() {
  while (!stop_) {
    if (do_work() == 0) std::this_thread::sleep_for(rest);
  }
}

std::size_t Log::do_work() {
  std::size_t count = 0;
  LogLine line;
  while (queue_.try_pop(line)) {
    if (!write_out(line)) ++dropped_;
    ++count;
  }
  say_drops();
  return count;
}

bool Log::write_out(const LogLine& line) {
  const std::string text =
      options_.format == Format::Json ? to_json(line, redactor_) : to_human(line, redactor_);
  return write_all(descriptor_, text + "\n");
}

void Log::say_drops() {
  const std::uint64_t dropped = dropped_;
  if (dropped == said_dropped_) return;
  const bool written = write_out({.utc_ns = options_.now(),
                                  .level = Level::Warning,
                                  .event = "log_lines_dropped",
                                  .fields = {{"lines", std::to_string(dropped - said_dropped_)},
                                             {"total", std::to_string(dropped)}}});
  // What could not be said now is said later.
  if (written) said_dropped_ = dropped;
}

fixspec::Result<int, fixspec::Error> open_log_file(const std::string& path) {
  std::error_code error;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) {
    return fixspec::Unexpected{
        fixspec::Error{"log folder " + folder.string() + ": " + error.message()}};
  }
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) {
    return fixspec::Unexpected{fixspec::Error{"log file " + path + ": " + std::strerror(errno)}};
  }
  return descriptor;
}

fixspec::UtcNanos utc_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace causeway::gateway::app
