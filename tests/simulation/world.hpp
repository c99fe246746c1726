#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fixspec/log.hpp"
#include "gateway/app/run/gateway.hpp"
#include "gateway/engine/engine.hpp"
#include "simulator/binance/server.hpp"
#include "simulator/deribit/server.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/fix_network.hpp"
#include "tests/simulation/ground.hpp"
#include "tests/simulation/oms.hpp"
#include "tests/simulation/venue_network.hpp"

namespace causeway::simulation {

/// What a seed has shown.
struct Outcome {
  std::string broken;  ///< the rule that did not hold; empty: all did
  std::uint64_t steps = 0;
  std::uint64_t orders = 0;
  std::uint64_t fills = 0;
  std::uint64_t trace_hash = 0;
  std::map<std::string, std::uint64_t> counts;  ///< faults by kind, and "state ..." reached
  std::vector<std::string> log;                 ///< the newest lines of the gateway's log
};

/// A venue as the simulation trades on it: one row is all that a further venue needs, besides its
/// server.
struct Market {
  std::string fix_name;
  std::string account;
  std::string symbol;
  std::uint16_t port = 0;
  std::string config;       ///< of its [VENUE] section
  std::int64_t lot = 1;     ///< the smallest quantity used, in `lot_text`
  std::string lot_suffix;   ///< what follows a count of lots to make a quantity
  std::string user_events;  ///< the notifications that tell of the account
  simulator::core::Venue* venue = nullptr;
};

/// One seed's story: gateway, venues, clients, networks, disk and clock; then peace; then the
/// proof.
class World {
 public:
  /// `folder`: for the journal; emptied first.
  World(std::uint64_t seed, std::filesystem::path folder, bool keep_log);
  ~World();

  Outcome run();

 private:
  class Log final : public fixspec::LogSink {
   public:
    explicit Log(bool keep) : keep_(keep) {}
    void write(Level level, std::string_view event,
               std::initializer_list<fixspec::LogField> fields) override;
    std::deque<std::string> lines;

   private:
    bool keep_;
  };

  // ---- the course of time
  void run_until(std::int64_t elapsed);
  void turn();
  void start_gateway();
  void stop_gateway(bool power_lost);
  void check_replay(std::optional<std::uint64_t> live_hash);

  // ---- the story
  void act();
  void client_acts();
  void inject();
  void settle();

  // ---- the rules
  void check_engine();
  void check_end();
  void check_venue(const Market& market);
  /// What its client was told of an order.
  [[nodiscard]] const Oms::Order* told_of(const gateway::engine::Order& order) const;
  [[noreturn]] void broken(const std::string& rule) const { throw Broken(rule); }

  Ground ground_;
  Disk disk_;
  VenueNetwork venue_network_;
  FixNetwork fix_network_;
  simulator::deribit::Server deribit_;
  simulator::binance::Server binance_;
  std::vector<Market> markets_;
  std::filesystem::path folder_;
  Log log_;
  bool disk_durability_ = false;
  std::vector<std::unique_ptr<Oms>> clients_;
  std::unique_ptr<gateway::app::Gateway> gateway_;
  std::int64_t next_tick_ = 0;
  std::int64_t next_second_ = 0;
  std::int64_t paused_until_ = 0;
  std::int64_t restart_at_ = 0;
  bool peace_ = false;
  std::uint64_t checked_writes_ = 0;
  std::map<std::uint64_t, fixspec::Quantity> cum_of_;
  std::uint64_t steps_ = 0;
};

}  // namespace causeway::simulation
