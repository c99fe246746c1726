#include "tests/chaos/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace causeway::chaos {

Program::Program(const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment, std::string output,
                 const std::string& log)
    : started_at_(Clock::now()), output_path_(std::move(output)) {
  std::vector<std::string> settings;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string setting = *entry;
    if (!environment.contains(setting.substr(0, setting.find('=')))) settings.push_back(setting);
  }
  for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
  const auto pointers = [](const std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
  };
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_path_.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0640);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0640);
  auto argv = pointers(arguments);
  auto envp = pointers(settings);
  const int error = posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(arguments[0] + ": " + std::strerror(error));
}

Program::~Program() { kill(); }

bool Program::is_running() {
  if (ended_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return false;
}

void Program::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

void Program::kill() {
  if (ended_) return;
  signal(SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool Program::stop(std::chrono::seconds limit) {
  signal(SIGTERM);
  const auto until = Clock::now() + limit;
  while (is_running()) {
    if (Clock::now() > until) {
      kill();
      return false;
    }
    poll(nullptr, 0, 5);
  }
  return true;
}

void Program::read_output() {
  std::ifstream input{output_path_};
  input.seekg(read_until_);
  for (std::string line; std::getline(input, line) && !input.eof();) {
    read_until_ += static_cast<std::streamoff>(line.size()) + 1;
    lines_.push_back(line);
  }
}

bool Program::has_said(const std::string& line) {
  if (std::find(lines_.begin(), lines_.end(), line) != lines_.end()) return true;
  read_output();
  return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
}

std::string Program::said_after(const std::string& start) {
  read_output();
  for (const std::string& line : lines_) {
    if (line.starts_with(start)) return line.substr(start.size());
  }
  return {};
}

}  // namespace causeway::chaos
