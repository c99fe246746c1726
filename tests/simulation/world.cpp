#include "tests/simulation/world.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "gateway/app/config.hpp"
#include "gateway/core/core.hpp"
#include "gateway/journal/reader.hpp"

namespace causeway::simulation {
namespace {

using fixspec::nanos_per_milli;
using fixspec::nanos_per_second;
using simulator::core::Fault;
using simulator::core::FaultKind;

constexpr std::int64_t tick = 10 * nanos_per_milli;
constexpr std::int64_t longest_peace = 400 * nanos_per_second;

std::string config_text(const std::filesystem::path& folder, const std::vector<Market>& markets,
                        const std::vector<std::unique_ptr<Oms>>& clients, bool disk) {
  const auto key = folder / "demo.key";
  std::ofstream{key} << "key=" << simulator::deribit::demo_key
                     << "\nsecret=" << simulator::deribit::demo_secret << "\n";
  chmod(key.c_str(), 0600);
  std::string accounts, venues;
  for (const Market& market : markets) {
    accounts += (accounts.empty() ? "" : ",") + market.account;
    venues += "[VENUE]\nName=" + market.fix_name + "\n" + market.config +
              "[ACCOUNT]\nName=" + market.account + "\nVenue=" + market.fix_name +
              "\nKeyRef=file:" + key.string() + "\n";
  }
  std::string text =
      "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=CAUSEWAY\n"
      "SocketAcceptPort=0\nStatePath=" +
      (folder / "var").string() +
      "\nCheckLatency=N\nKeepEndedOrders=1000\nKeepClOrdIDs=10000\nDurability=" +
      (disk ? "disk" : "process") + "\n";
  bool venue_only = false;  // every other client does not want pending states
  for (const auto& client : clients) {
    text += "[SESSION]\nTargetCompID=" + client->comp_id() + "\nAccounts=" + accounts + "\n" +
            (venue_only ? "AckMode=venue\n" : "");
    venue_only = !venue_only;
  }
  return text + venues + "[AUDIT]\nEnabled=N\n";
}

char status_of(const gateway::engine::Order& order) {
  return static_cast<char>(order.ord_status());
}

}  // namespace

void World::Log::write(Level level, std::string_view event,
                       std::initializer_list<fixspec::LogField> fields) {
  if (!keep_ && level < Level::Warning) return;
  std::string line = std::to_string(Ground::get().elapsed() / 1'000) + " us " + std::string{event};
  for (const auto& [name, value] : fields) line.append(" ").append(name).append("=").append(value);
  lines.push_back(std::move(line));
  if (!keep_ && lines.size() > 12) lines.pop_front();
}

World::World(std::uint64_t seed, std::filesystem::path folder, bool keep_log)
    : ground_(seed),
      deribit_({.seed = seed, .real_limits = false, .flow = true}, ground_.true_utc()),
      binance_({.seed = seed, .real_limits = false, .flow = true}, ground_.true_utc()),
      folder_(std::move(folder)),
      log_(keep_log) {
  markets_ = {{.fix_name = "DERIBIT",
               .account = "alpha",
               .symbol = "BTC-PERPETUAL",
               .port = 7104,
               .config = "Url=ws://127.0.0.1:7104/ws/api/v2\n",
               .lot_suffix = "0",
               .user_events = "user.",
               .venue = &deribit_},
              {.fix_name = "BINANCE",
               .account = "beta",
               .symbol = "BTCUSDT",
               .port = 7101,
               .config = "Url=http://127.0.0.1:7101\nApiUrl=ws://127.0.0.1:7101/ws-fapi/v1\n"
                         "StreamUrl=ws://127.0.0.1:7101\n",
               .lot_suffix = "e-2",
               .user_events = "ORDER_TRADE_UPDATE",
               .venue = &binance_}};
  for (const Market& market : markets_) venue_network_.add(market.port, *market.venue);
  for (const char* name : {"OMS1", "OMS2", "OMS3"}) clients_.push_back(std::make_unique<Oms>(name));
  disk_durability_ = ground_.chance(300);
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
}

World::~World() {
  ground_.end_process();
  gateway_.reset();
  fix_network_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// ---- the course of time ------------------------------------------------------------------------

void World::start_gateway() {
  ground_.begin_process();
  paused_until_ = 0;
  const auto config =
      gateway::app::parse_config(config_text(folder_, markets_, clients_, disk_durability_));
  if (!config) broken(gateway::app::to_text(config.error(), "configuration"));
  auto opened = gateway::app::Gateway::open(
      *config, log_, [](const std::string&) {},
      {.make_venue = {}, .journal_io = &disk_, .one_thread = true, .instance = 7});
  if (!opened) {
    // A full disk may keep it from starting; it is tried again. Nothing else may.
    if (!disk_.full) broken("the gateway does not start: " + opened.error().text);
    ground_.end_process();
    restart_at_ = ground_.elapsed() + 500 * nanos_per_milli;
    return;
  }
  gateway_ = std::move(*opened);
  gateway_->begin();
}

void World::stop_gateway(bool power_lost) {
  // What a step in the middle of which the process ended had done to the memory says nothing.
  std::optional<std::uint64_t> live_hash;
  if (!ground_.process_ended() && !power_lost && !disk_.behind()) {
    live_hash = gateway_->engine().state_hash();
  }
  ground_.end_process();
  gateway_.reset();
  fix_network_.reset();
  if (power_lost) disk_.lose_power();
  check_replay(live_hash);
  cum_of_.clear();
  restart_at_ = ground_.elapsed() + ground_.random.between(10, 1'000) * nanos_per_milli;
}

// What the journal says is what the memory said.
void World::check_replay(std::optional<std::uint64_t> live_hash) {
  if (!live_hash) return;
  auto reader = gateway::journal::JournalReader::open((folder_ / "var/journal").string());
  if (!reader) broken("the journal can't be read: " + reader.error().text);
  gateway::engine::Engine engine;
  gateway::core::Replayer replayer{engine};
  while (true) {
    const auto record = reader->next();
    if (!record) broken("the journal is damaged: " + record.error().text);
    if (!*record) break;
    replayer.on_record(**record);
  }
  if (!replayer.error().empty()) broken("the journal can't be replayed: " + replayer.error());
  ground_.count("replay compared");
  if (engine.state_hash() != *live_hash) broken("a replay of the journal gives another state");
}

void World::turn() {
  if (!gateway_ || paused_until_ > ground_.elapsed()) return;
  for (int i = 0; i < 1'000 && !ground_.process_ended(); ++i) {
    const bool polled = gateway_->poll() > 0;
    const bool wrote = fix_network_.end_turn();
    if (!polled && !wrote) break;
  }
  if (ground_.process_ended()) return stop_gateway(false);
  check_engine();
}

void World::run_until(std::int64_t elapsed) {
  while (ground_.elapsed() < elapsed) {
    ++steps_;
    // What comes for a process that is stopped waits until it goes on.
    const bool paused = gateway_ && paused_until_ > ground_.elapsed();
    const auto event = std::max(ground_.next_due(), ground_.elapsed());
    ground_.advance_to(std::min({elapsed, next_tick_, paused ? paused_until_ : event}));
    while (ground_.elapsed() >= next_tick_) {
      next_tick_ += tick;
      venue_network_.tick();
    }
    if (paused) continue;
    ground_.run_one();
    if (gateway_ && ground_.process_ended()) stop_gateway(false);
    if (!gateway_ && ground_.elapsed() >= restart_at_) start_gateway();
    if (ground_.elapsed() >= next_second_) {
      next_second_ += nanos_per_second / 2;
      for (auto& client : clients_) {
        client->connect();
        client->on_second();
      }
    }
    turn();
  }
}

// ---- the story ---------------------------------------------------------------------------------

Outcome World::run() {
  Outcome outcome;
  try {
    start_gateway();
    run_until(2 * nanos_per_second);
    const auto end = ground_.elapsed() + ground_.random.between(10, 30) * nanos_per_second;
    while (ground_.elapsed() < end) {
      act();
      run_until(ground_.elapsed() + ground_.random.between(1, 150) * nanos_per_milli);
    }
    settle();
    check_end();
  } catch (const Broken& error) {
    outcome.broken = error.what();
  }
  for (const auto& client : clients_) {
    outcome.orders += client->orders().size();
    for (const auto& [id, order] : client->orders()) {
      outcome.fills += order.trades.size();
      ++ground_.counts["state 39=" +
                       (order.status == 0 ? std::string{"none"} : std::string(1, order.status))];
    }
  }
  outcome.steps = steps_;
  outcome.trace_hash = ground_.trace_hash();
  outcome.counts = ground_.counts;
  outcome.log.assign(log_.lines.begin(), log_.lines.end());
  return outcome;
}

void World::act() {
  const auto dice = ground_.random.between(1, 1'000);
  const Market& market = markets_[static_cast<std::size_t>(ground_.random.between(0, 1))];
  if (dice <= 850) return client_acts();
  if (dice <= 910) return inject();
  if (dice <= 918) {
    ground_.count("venue link cut");
    return venue_network_.cut_one(market.port);
  }
  if (dice <= 925) {
    ground_.count("venue unreachable");
    venue_network_.refuse_until(
        market.port, ground_.elapsed() + ground_.random.between(1, 2'500) * nanos_per_milli);
    return venue_network_.cut(market.port);
  }
  if (dice <= 960) {
    ground_.count("client link cut");
    return clients_[static_cast<std::size_t>(ground_.random.between(0, 2))]->cut();
  }
  if (dice <= 965) {
    if (paused_until_ > ground_.elapsed()) return;
    ground_.count("process stopped for a while");
    paused_until_ = ground_.elapsed() + ground_.random.between(100, 8'000) * nanos_per_milli;
    return;
  }
  if (dice <= 970) {
    ground_.count("disk full for a while");
    disk_.full = true;
    return ground_.after(ground_.random.between(10, 1'500) * nanos_per_milli,
                         [this] { disk_.full = false; });
  }
  if (dice <= 973) {
    const bool far = ground_.chance(250);
    ground_.count(far ? "wall clock set far off" : "wall clock set");
    const std::int64_t most_ms = far ? 3'600'000 : 700;
    return ground_.set_wall_clock_error(ground_.random.between(-most_ms, most_ms) *
                                        nanos_per_milli);
  }
  if (!gateway_) return;
  if (dice <= 977) {
    const bool power_lost = disk_durability_ && ground_.chance(500);
    ground_.count(power_lost ? "machine lost power" : "process killed between steps");
    return stop_gateway(power_lost);
  }
  if (dice <= 985) return;
  ground_.count("process killed within a step");
  ground_.end_process_at(static_cast<std::uint64_t>(ground_.random.between(1, 120)));
}

void World::client_acts() {
  Oms& client = *clients_[static_cast<std::size_t>(ground_.random.between(0, 2))];
  const Market& market = markets_[static_cast<std::size_t>(ground_.random.between(0, 1))];
  auto& random = ground_.random;
  const auto dice = random.between(1, 100);
  const auto& exchange = market.venue->exchange();
  const auto mark = exchange.quote(*exchange.find_instrument(market.symbol)).mark;
  const auto dollars = static_cast<std::int64_t>(mark.value().units() / 1'000'000'000'000);
  const auto price = [&] { return std::to_string(dollars + random.between(-40, 40)); };
  const auto quantity = [&](std::int64_t lots) {
    // 12 lots are 120 contracts of ten dollars, or 0.12 bitcoin.
    if (market.lot_suffix == "0") return std::to_string(lots) + "0";
    return "0." + std::string(lots < 10 ? "0" : "") + std::to_string(lots);
  };
  std::vector<Oms::Order*> open;
  for (auto& [id, order] : client.orders()) {
    if (order.is_open() && order.venue == market.fix_name) open.push_back(&order);
  }
  if (dice <= 50 || open.empty()) {
    const std::string side = random.chance(50) ? "1" : "2";
    const auto kind = random.between(1, 100);
    std::string terms = "38=" + quantity(random.between(1, 30)) + "|";
    if (kind <= 60) {
      terms += "40=2|44=" + price() + "|";
    } else if (kind <= 72) {
      terms += "40=1|";
    } else if (kind <= 80) {
      terms += "40=2|59=3|44=" + price() + "|";
    } else if (kind <= 84) {
      terms += "40=2|59=4|44=" + price() + "|";
    } else if (kind <= 90) {
      terms += "40=2|18=6|44=" + price() + "|";
    } else {
      const auto away = random.between(1, 30);
      terms += "40=3|99=" + std::to_string(side == "1" ? dollars + away : dollars - away) + "|";
    }
    return client.send_order(market.account, market.fix_name, market.symbol, side, terms);
  }
  Oms::Order& order = *open[static_cast<std::size_t>(
      random.between(0, static_cast<std::int64_t>(open.size()) - 1))];
  if (dice <= 72) return client.send_cancel(order);
  if (dice <= 92) return client.send_replace(order, quantity(random.between(1, 30)), price());
  if (dice <= 96) {
    ground_.count("order repeated");
    return client.repeat(order);
  }
  if (dice <= 97) client.send_mass_cancel();
}

void World::inject() {
  constexpr std::array kinds{FaultKind::Delay,
                             FaultKind::DelayRequest,
                             FaultKind::DropReply,
                             FaultKind::ReplyLostAccepted,
                             FaultKind::ReplyLostNotAccepted,
                             FaultKind::DropNotification,
                             FaultKind::DuplicateNotification,
                             FaultKind::Disconnect,
                             FaultKind::DisconnectAccepted,
                             FaultKind::HttpError,
                             FaultKind::TruncatedReply,
                             FaultKind::GarbageFrame,
                             FaultKind::UnknownOutcome,
                             FaultKind::UnknownOutcomeNotTaken,
                             FaultKind::Unavailable,
                             FaultKind::Overloaded,
                             FaultKind::InternalError,
                             FaultKind::TimeoutLate,
                             FaultKind::DelayNotification,
                             FaultKind::ListenKeyExpired,
                             FaultKind::CloseConnections};
  const Market& market = markets_[static_cast<std::size_t>(ground_.random.between(0, 1))];
  const FaultKind kind = kinds[static_cast<std::size_t>(
      ground_.random.between(0, static_cast<std::int64_t>(kinds.size()) - 1))];
  if (!market.venue->suffers(kind)) return;
  Fault fault{.kind = kind,
              .count = static_cast<std::uint32_t>(ground_.random.between(1, 4)),
              .delay_ms = ground_.random.between(1, 4'000)};
  if (simulator::core::concerns_notifications(kind)) fault.filter = market.user_events;
  ground_.count("venue: " + std::string{to_text(kind)});
  market.venue->faults().add(std::move(fault));
}

// Everything works again; what was lost is found by the next recovery.
void World::settle() {
  peace_ = true;
  disk_.full = false;
  ground_.set_wall_clock_error(0);
  paused_until_ = 0;
  ground_.end_process_at(0);
  for (const Market& market : markets_) {
    market.venue->faults().clear();
    venue_network_.refuse_until(market.port, 0);
  }
  run_until(ground_.elapsed() + 5 * nanos_per_second);
  for (const Market& market : markets_) venue_network_.cut(market.port);
  const auto limit = ground_.elapsed() + longest_peace;
  std::string unsettled;
  do {
    if (ground_.elapsed() > limit) broken("not settled after the last fault: " + unsettled);
    run_until(ground_.elapsed() + 2 * nanos_per_second);
    unsettled.clear();
    for (const auto& client : clients_) {
      if (!client->logged_on()) unsettled += client->comp_id() + " is not logged on; ";
      for (const std::string& line : client->unsettled()) unsettled += line + "; ";
    }
    for (const auto& status : gateway_->engine().venue_statuses()) {
      if (status.status != fixspec::TradSesStatus::Open)
        unsettled += "venue: " + status.text + "; ";
    }
  } while (!unsettled.empty());
  // The market stands still, and what it did last is told.
  for (const Market& market : markets_) market.venue->flow().pause();
  run_until(ground_.elapsed() + 3 * nanos_per_second);
}

// ---- the rules ---------------------------------------------------------------------------------

void World::check_engine() {
  if (disk_.writes() == checked_writes_) return;
  checked_writes_ = disk_.writes();
  const auto& engine = gateway_->engine();
  using Key = std::pair<fixspec::AccountId, fixspec::InstrumentKey>;
  std::map<Key, risk::InstrumentExposure> reserved;
  for (const std::uint64_t number : engine.orders().open()) {
    const auto& order = engine.orders().all().at(number);
    auto& cum = cum_of_[number];
    if (order.cum_qty < cum) broken("CumQty of " + order.order_id.to_string() + " fell");
    cum = order.cum_qty;
    if (order.cum_qty > order.order_qty) {
      broken("CumQty of " + order.order_id.to_string() + " is above OrderQty");
    }
    auto& sides = reserved[{order.account, order.instrument}];
    (order.side == fixspec::Side::Buy ? sides.open_buy : sides.open_sell) += order.reserved;
    if (order.reserved < order.leaves_qty()) {
      broken("less is reserved for " + order.order_id.to_string() + " than may still fill");
    }
  }
  for (const auto& [key, sides] : reserved) {
    const auto counted = engine.exposure(key.first, key.second);
    if (counted.open_buy != sides.open_buy || counted.open_sell != sides.open_sell) {
      broken("what risk has reserved on " + key.second.symbol.to_string() +
             " is not the sum of the open orders: " + counted.open_buy.to_string() + "/" +
             counted.open_sell.to_string() + " and " + sides.open_buy.to_string() + "/" +
             sides.open_sell.to_string());
    }
  }
}

void World::check_end() {
  const auto& engine = gateway_->engine();
  for (const auto& client : clients_) {
    for (const auto& [id, told] : client->orders()) {
      const auto* order = engine.orders().find(fixspec::SessionId::parse(client->comp_id()).value(),
                                               fixspec::ClOrdId::parse(id).value());
      if (order == nullptr) {
        if (told.order_id.empty() && told.status == '8') continue;
        broken("the gateway does not know " + id +
               ", which it has reported with 39=" + std::string(1, told.status));
      }
      if (order->cum_qty != told.cum_qty || status_of(*order) != told.status) {
        broken(id + ": the client was told 39=" + std::string(1, told.status) +
               " 14=" + told.cum_qty.to_string() + ", the gateway has 39=" +
               std::string(1, status_of(*order)) + " 14=" + order->cum_qty.to_string());
      }
    }
  }
  for (const Market& market : markets_) check_venue(market);
  stop_gateway(false);
}

const Oms::Order* World::told_of(const gateway::engine::Order& order) const {
  for (const auto& client : clients_) {
    if (client->comp_id() != order.session.to_string()) continue;
    for (const auto& name : order.chain) {
      const auto found = client->orders().find(name.to_string());
      if (found != client->orders().end()) return &found->second;
    }
  }
  return nullptr;
}

// The venue's own record against what the clients were told.
void World::check_venue(const Market& market) {
  const auto& engine = gateway_->engine();
  const auto& exchange = market.venue->exchange();
  std::map<std::string, const gateway::engine::Order*> by_client_id;
  for (const auto& [number, order] : engine.orders().all()) {
    if (order.account.to_string() == market.account) {
      by_client_id[order.client_id.to_string()] = &order;
    }
  }
  // An order, or what its trigger made of it.
  struct Record {
    const simulator::core::Order* newest = nullptr;
    std::string label;
  };
  std::map<std::string, Record> records;
  std::map<simulator::core::OrderNumber, std::string> label_of;
  for (const auto& order : exchange.client_orders()) {
    std::string label = order.request.label;
    if (order.trigger_order != 0) {
      label = label_of.at(order.trigger_order);
    } else if (records.contains(label)) {
      broken(market.fix_name + " has two orders " + label);
    }
    label_of[order.number] = label;
    records[label] = {&order, label};
  }
  for (const auto& [label, record] : records) {
    const auto found = by_client_id.find(label);
    if (found == by_client_id.end()) broken("nobody knows the order " + label + " at the venue");
    const auto& order = *found->second;
    const auto& theirs = *record.newest;
    const bool open = !is_closed(theirs.state);
    const std::string both =
        label + " (" + order.order_id.to_string() + "): the venue has " +
        theirs.filled.to_string() + " of " + theirs.request.amount.to_string() + " filled, " +
        (open ? "open" : "ended") + "; the gateway has 39=" + std::string(1, status_of(order)) +
        " 14=" + order.cum_qty.to_string() + " 38=" + order.order_qty.to_string();
    if (order.cum_qty.to_string() != theirs.filled.to_string()) broken("fills differ: " + both);
    if (open == order.is_final()) broken("states differ: " + both);
    if (const Oms::Order* told = told_of(order); told != nullptr && told->was_rejected) {
      broken("the client was told that it is rejected: " + both);
    }
    if (open && order.order_qty.to_string() != theirs.request.amount.to_string()) {
      broken("quantities differ: " + both);
    }
  }
  for (const auto& [label, order] : by_client_id) {
    if (records.contains(label)) continue;
    if (!order->is_final() || order->cum_qty.is_positive()) {
      broken("the venue does not know " + label + " (" + order->order_id.to_string() + ")");
    }
  }
  std::size_t told = 0;
  for (const auto& client : clients_) {
    for (const auto& [id, order] : client->orders()) {
      if (order.venue == market.fix_name) told += order.trades.size();
    }
  }
  fixspec::Quantity position;
  std::size_t happened = 0;
  for (const auto& execution : exchange.executions()) {
    ++happened;
    const auto& order = *by_client_id.at(label_of.at(execution.order));
    const std::string trade_id = market.venue->trade_id(execution.trade);
    const Oms::Order* const theirs = told_of(order);
    if (theirs == nullptr || !theirs->trades.contains(trade_id)) {
      broken("trade " + trade_id + " of " + order.order_id.to_string() + " was never told");
    }
    if (execution.side == simulator::core::Side::Buy) {
      position += fixspec::Quantity{execution.trade.amount.value()};
    } else {
      position -= fixspec::Quantity{execution.trade.amount.value()};
    }
  }
  if (told != happened) {
    broken(market.fix_name + ": " + std::to_string(told) + " trades were told, " +
           std::to_string(happened) + " happened");
  }
  for (const auto& [number, order] : engine.orders().all()) {
    if (order.account.to_string() != market.account) continue;
    if (engine.instruments().find(order.instrument) == nullptr) continue;
    const auto counted = engine.exposure(order.account, order.instrument);
    if (counted.position.to_string() != position.to_string()) {
      broken(market.fix_name + ": the position is " + position.to_string() +
             ", the gateway counts " + counted.position.to_string());
    }
    break;
  }
}

}  // namespace causeway::simulation
