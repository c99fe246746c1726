#include "tests/bench/running_gateway.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/bench/figures.hpp"

namespace causeway::bench {
namespace {

namespace fs = std::filesystem;

std::string config_text(const RunningGateway::Options& options) {
  const std::string key_file = options.state_path + "/bench.key";
  fs::create_directories(options.state_path);
  std::ofstream{key_file} << "key=bench\nsecret=not-a-secret\n";
  chmod(key_file.c_str(), S_IRUSR | S_IWUSR);
  std::string text =
      "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=CAUSEWAY\n"
      "SocketAcceptPort=0\nCorePoll=spin\nTimestampPrecision=6\nStatePath=" +
      options.state_path +
      "\n[SESSION]\nTargetCompID=OMS1\nAccounts=alpha\nSymbols=BTC-PERPETUAL\n" +
      "MaxOutboundQueue=100000000\n[VENUE]\nName=DERIBIT\nUrl=wss://127.0.0.1:" +
      std::to_string(options.venue_port == 0 ? 1 : options.venue_port) + "/ws/api/v2\n";
  if (!options.ca_file.empty()) text += "CAFile=" + options.ca_file + "\n";
  text += "[ACCOUNT]\nName=alpha\nVenue=DERIBIT\nKeyRef=file:" + key_file + "\n";
  text +=
      "[RISK]\nMaxOrderValue=250000\nPriceCollarPercent=5\nReferenceMaxAgeMs=3600000\n"
      "DuplicateMax=100000\nDuplicateWindowMs=500\nMaxOpenOrders=1000000\n"
      "MaxOrdersPerSecond=1000000\n"
      "[RISK]\nSymbol=BTC-PERPETUAL\nMaxOrderQty=200000\nMaxPosition=1000000000000\n"
      "[RISK]\nSession=OMS1\nMaxOrderValue=50000\nMaxOrdersPerSecond=1000000\n";
  text += options.audit ? "[AUDIT]\nPath=" + options.state_path + "/audit.db\n"
                        : std::string{"[AUDIT]\nEnabled=N\n"};
  return text;
}

}  // namespace

void RunningGateway::WarningsToStandardError::write(
    Level level, std::string_view event, std::initializer_list<fixspec::LogField> fields) {
  if (level < Level::Warning) return;
  std::string line{event};
  for (const auto& [name, value] : fields) line.append(" ").append(name).append("=").append(value);
  std::fprintf(stderr, "%s\n", line.c_str());
}

RunningGateway::RunningGateway(const Options& options) {
  const std::string text = config_text(options);
  const auto config = gateway::app::parse_config(text);
  if (!config) throw std::runtime_error(gateway::app::to_text(config.error(), "bench config"));
  auto opened = gateway::app::Gateway::open(
      *config, log_,
      [this](const std::string& line) {
        if (line == "venue DERIBIT open") open_ = true;
        if (line == "venue DERIBIT halted") open_ = false;
        if (line == "prices complete") has_prices_ = true;
      },
      {.make_venue = options.make_venue});
  if (!opened) throw std::runtime_error(opened.error().text);
  gateway_ = std::move(*opened);
  stamps_.fix_port = gateway_->plain_port();
  stamps_.venue_port = options.venue_port;
}

void RunningGateway::run(const std::function<void()>& driver) {
  std::exception_ptr failure;
  std::thread driving{[&] {
    try {
      driver();
    } catch (...) {
      failure = std::current_exception();
    }
    gateway_->stop();
  }};
  {
    const OnCore pinned{gateway_core};
    stamp_sockets_of_this_thread(stamps_.venue_port == 0 ? nullptr : &stamps_);
    gateway_->run();
    stamp_sockets_of_this_thread(nullptr);
  }
  driving.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace causeway::bench
