#include "tests/translators/sim_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "translators/net/http.hpp"

namespace causeway::translators {

SimProcess::SimProcess(const std::vector<std::string>& options) {
  std::string pattern = (std::filesystem::temp_directory_path() / "causeway-sim-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  folder_ = pattern;
  std::vector<std::string> arguments{CAUSEWAY_SIM, "--port-deribit", "0", "--control-port", "0",
                                     "--state",    folder_.string()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  process_ = fork();
  if (process_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  read_ports(ends[0]);
}

SimProcess::~SimProcess() {
  if (process_ > 0) {
    kill(process_, SIGTERM);
    int status = 0;
    waitpid(process_, &status, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void SimProcess::read_ports(int out) {
  FILE* const lines = fdopen(out, "r");
  char line[512];
  bool ready = false;
  while (!ready && fgets(line, sizeof line, lines) != nullptr) {
    std::string text{line};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    const std::string listening = "listening ";
    if (text.starts_with(listening)) {
      const auto end = text.find(' ', listening.size());
      ports_[text.substr(listening.size(), end - listening.size())] =
          static_cast<std::uint16_t>(std::stoi(text.substr(text.rfind(':') + 1)));
    }
    if (text.starts_with("ca ")) ca_file_ = text.substr(3);
    ready = text == "ready";
  }
  fclose(lines);
  if (!ready) throw std::runtime_error("causeway-sim did not start");
}

std::string SimProcess::websocket_url() const {
  return "wss://127.0.0.1:" + std::to_string(port("deribit")) + "/ws/api/v2";
}

std::string SimProcess::https_url() const {
  return "https://127.0.0.1:" + std::to_string(port("deribit"));
}

std::string SimProcess::control(const std::string& method, const std::string& path,
                                const std::string& body) {
  boost::asio::io_context io;
  const auto endpoint = net::parse_endpoint("http://127.0.0.1:" + std::to_string(port("control")));
  net::HttpClient client(io, nullptr, {.endpoint = endpoint.value()});
  std::optional<fixspec::Result<net::HttpResponse, net::HttpError>> answer;
  client.send({.method = method,
               .target = path,
               .headers = {{"Content-Type", "application/json"}},
               .body = body},
              [&](auto result) { answer = std::move(result); });
  run_until(io, [&] { return answer.has_value(); });
  if (!answer || !*answer) throw std::runtime_error("the simulator's control API does not answer");
  if ((*answer)->status != 200) throw std::runtime_error(path + ": " + (*answer)->body);
  return (*answer)->body;
}

}  // namespace causeway::translators
