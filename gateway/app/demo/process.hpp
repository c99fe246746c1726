#pragma once

#include <sys/types.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "fixspec/result.hpp"

namespace causeway::gateway::app {

/// A program that runs beside us; it is ended with SIGTERM when this goes, and with SIGKILL if that
/// takes too long.
class ChildProcess {
 public:
  /// Starts `arguments[0]`. What it prints goes to the file `log`, standard output also to us.
  static fixspec::Result<ChildProcess, fixspec::Error> start(
      const std::vector<std::string>& arguments, const std::string& log);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ChildProcess(const ChildProcess&) = delete;
  ~ChildProcess();

  /// Waits until it has printed the line `line`, in whatever order to others; an error says that it
  /// did not, or that it ended.
  fixspec::Result<fixspec::Done, fixspec::Error> wait_for_line(const std::string& line,
                                                               std::chrono::seconds limit);
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// False once it has ended.
  [[nodiscard]] bool is_running();

 private:
  ChildProcess(pid_t pid, int output, int log, std::string name);
  // Copies what has been printed to the log and to unread_; false at the end of the output.
  bool take_output(int wait_ms);

  pid_t pid_;
  int output_;
  int log_;
  std::string name_;
  std::string unread_;
  std::set<std::string> printed_;  // whole lines
};

}  // namespace causeway::gateway::app
