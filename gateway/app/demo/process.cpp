#include "gateway/app/demo/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace causeway::gateway::app {
namespace {

constexpr std::chrono::seconds stop_limit{5};

}  // namespace

fixspec::Result<ChildProcess, fixspec::Error> ChildProcess::start(
    const std::vector<std::string>& arguments, const std::string& log) {
  const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (log_file < 0) {
    return fixspec::Unexpected{fixspec::Error{log + ": " + std::strerror(errno)}};
  }
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    close(log_file);
    return fixspec::Unexpected{fixspec::Error{std::string{"pipe: "} + std::strerror(errno)}};
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, log_file, STDERR_FILENO);
  // Ctrl-C is for us; the children end when we end them. And they take signals as usual.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pipe_ends[1]);
  if (error != 0) {
    close(pipe_ends[0]);
    close(log_file);
    return fixspec::Unexpected{fixspec::Error{arguments[0] + ": " + std::strerror(error)}};
  }
  return ChildProcess{pid, pipe_ends[0], log_file, arguments[0]};
}

ChildProcess::ChildProcess(pid_t pid, int output, int log, std::string name)
    : pid_(pid), output_(output), log_(log), name_(std::move(name)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      log_(std::exchange(other.log_, -1)),
      name_(std::move(other.name_)),
      unread_(std::move(other.unread_)),
      printed_(std::move(other.printed_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    const auto until = std::chrono::steady_clock::now() + stop_limit;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      take_output(20);
      if (std::chrono::steady_clock::now() > until) {
        kill(pid_, SIGKILL);
        waitpid(pid_, &status, 0);
        break;
      }
    }
  }
  if (output_ >= 0) close(output_);
  if (log_ >= 0) close(log_);
}

bool ChildProcess::is_running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

bool ChildProcess::take_output(int wait_ms) {
  pollfd waiting{.fd = output_, .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, wait_ms) <= 0) return true;
  std::array<char, 4096> buffer{};
  const ssize_t count = read(output_, buffer.data(), buffer.size());
  if (count <= 0) {
    // The other end is closed: nothing to wait for, but the caller's loop must not spin.
    poll(nullptr, 0, wait_ms);
    return false;
  }
  const std::string_view text{buffer.data(), static_cast<std::size_t>(count)};
  unread_ += text;
  // The log is for people; losing a line of it is no reason to stop.
  [[maybe_unused]] const ssize_t written = write(log_, text.data(), text.size());
  return true;
}

fixspec::Result<fixspec::Done, fixspec::Error> ChildProcess::wait_for_line(
    const std::string& line, std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!printed_.contains(line)) {
    if (std::chrono::steady_clock::now() > until) {
      return fixspec::Unexpected{fixspec::Error{name_ + " did not say '" + line + "' within " +
                                                std::to_string(limit.count()) + " s"}};
    }
    const bool open = take_output(50);
    for (std::size_t end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
      printed_.insert(unread_.substr(0, end));
      unread_.erase(0, end + 1);
    }
    if ((!open || !is_running()) && !printed_.contains(line)) {
      return fixspec::Unexpected{fixspec::Error{name_ + " ended before it was ready"}};
    }
  }
  return fixspec::Done{};
}

}  // namespace causeway::gateway::app
