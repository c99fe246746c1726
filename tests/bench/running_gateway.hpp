#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fixspec/log.hpp"
#include "gateway/app/run/gateway.hpp"
#include "tests/bench/socket_stamps.hpp"

namespace causeway::bench {

/// The gateway as `causeway run` runs it, on the main thread of this process: one client OMS1, one
/// account alpha on Deribit, three sections of limits that apply to each order, CorePoll=spin.
class RunningGateway {
 public:
  struct Options {
    std::string state_path;
    std::string ca_file = {};      ///< of the venue
    std::uint16_t venue_port = 0;  ///< of the venue
    bool audit = false;
    gateway::app::MakeVenue make_venue = {};  ///< empty: the real translator
  };
  /// Opens it, which replays the journal that the folder has.
  explicit RunningGateway(const Options& options);
  /// Runs the gateway on the calling thread until `driver`, on a thread of its own, returns; what
  /// that throws is thrown here.
  void run(const std::function<void()>& driver);
  /// True when the venue takes orders and every price has come.
  [[nodiscard]] bool ready() const { return open_ && has_prices_; }
  /// True when the venue takes orders.
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] std::uint16_t fix_port() const { return gateway_->plain_port(); }
  /// To be read after run().
  [[nodiscard]] SocketStamps& stamps() { return stamps_; }

 private:
  class WarningsToStandardError final : public fixspec::LogSink {
   public:
    void write(Level level, std::string_view event,
               std::initializer_list<fixspec::LogField> fields) override;
  };

  WarningsToStandardError log_;
  SocketStamps stamps_;
  std::atomic<bool> open_{false};
  std::atomic<bool> has_prices_{false};
  std::unique_ptr<gateway::app::Gateway> gateway_;
};

}  // namespace causeway::bench
