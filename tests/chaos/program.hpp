#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace causeway::chaos {

/// A program that runs beside the test and may die at any time. What it prints goes to files, so
/// that nothing of it blocks and all of it is there for a look afterwards.
class Program {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts `arguments[0]` with more environment. Standard output goes to `output`, errors are
  /// appended to `log`. Throws std::runtime_error where it cannot be started.
  Program(const std::vector<std::string>& arguments,
          const std::map<std::string, std::string>& environment, std::string output,
          const std::string& log);
  /// SIGKILL, if it still runs.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] bool is_running();
  /// Whether it has printed the line `line` so far.
  [[nodiscard]] bool has_said(const std::string& line);
  /// The rest of the first line that begins with `start`; empty where there is none.
  [[nodiscard]] std::string said_after(const std::string& start);
  void signal(int number) const;
  /// SIGKILL, and waits until it is gone.
  void kill();
  /// SIGTERM; false where it did not end within the limit, and was killed then.
  bool stop(std::chrono::seconds limit);

  [[nodiscard]] Clock::time_point started_at() const { return started_at_; }
  /// How it ended: its exit code, or minus the signal. nullopt while it runs.
  [[nodiscard]] std::optional<int> ended() const { return ended_; }

 private:
  void read_output();

  pid_t pid_ = -1;
  Clock::time_point started_at_;
  std::string output_path_;
  std::streamoff read_until_ = 0;
  std::vector<std::string> lines_;
  std::optional<int> ended_;
};

}  // namespace causeway::chaos
