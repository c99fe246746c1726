#include "simulator/binance/server.hpp"

#include <algorithm>

#include "simulator/core/listing.hpp"

namespace causeway::simulator::binance {
namespace {

using fixspec::nanos_per_milli;
using fixspec::nanos_per_second;

constexpr UtcNanos ping_interval = 180 * nanos_per_second;
constexpr UtcNanos pong_limit = 600 * nanos_per_second;
constexpr UtcNanos longest_connection = core::nanos_per_day;
constexpr UtcNanos nanos_per_update = 100'000;  // of books; fewer are made in that time
constexpr std::int64_t default_leverage = 20;
constexpr const char* demo_deposit = "1000000";

}  // namespace

Server::Server(const ServerOptions& options, UtcNanos now)
    : options_(options),
      symbols_(make_catalog(now).symbols),
      exchange_(make_catalog(now).exchange),
      flow_(exchange_, options.seed),
      candles_(exchange_.config().instruments),
      orders_(static_cast<std::int64_t>(core::number_at(now, nanos_per_milli))),
      markets_(view(), faults_, frames_,
               static_cast<std::int64_t>(core::number_at(now, nanos_per_update))),
      users_(view(), orders_, faults_, frames_),
      random_(options.seed ^ static_cast<std::uint64_t>(now)),
      next_amendment_(static_cast<std::int64_t>(core::number_at(now, nanos_per_milli))) {
  const auto id = exchange_.open_account("demo");
  exchange_.account(id).deposit(0, core::dec(demo_deposit));
  auto& account = accounts_[id];
  account.id = id;
  account.symbols.resize(symbols_.size());
  for (InstrumentIndex at = 0; at < symbols_.size(); ++at) {
    for (const auto side : core::position_sides) {
      exchange_.account(id).position(at, side).leverage = default_leverage;
    }
  }
  add_key({.id = std::string{demo_key}, .secret = std::string{demo_secret}});
  if (!options.ed25519_public_key.empty()) {
    add_key({.id = std::string{demo_ed25519_key}, .public_key = options.ed25519_public_key});
  }
  flow_.start(now);
  if (!options.flow) flow_.pause();
  drain(now);
}

void Server::add_key(ApiKey key) {
  key.account = accounts_.begin()->first;
  keys_.add(std::move(key));
}

core::ConnectionId Server::on_open(std::string_view target, UtcNanos now) {
  const auto id = next_connection_++;
  Connection connection;
  connection.id = id;
  connection.target = parse_target(target);
  connection.opened = connection.last_pong = now;
  connection.next_ping = now + ping_interval;
  connection.wrapped = connection.target.wrapped;
  auto& kept = connections_.emplace(id, std::move(connection)).first->second;
  constexpr std::int64_t handshake_weight = 5;
  switch (kept.target.kind) {
    case Target::Kind::Unknown:
      cut(id, false);
      break;
    case Target::Kind::Api:
      if (count_weight(handshake_weight, now)) cut(id, false);
      break;
    case Target::Kind::Streams:
      for (const auto& name : std::vector(kept.target.streams)) listen(kept, name, now);
      for (const auto& user : kept.target.users) listen_user(kept, user);
      break;
  }
  return id;
}

void Server::on_close(core::ConnectionId id, UtcNanos /*now*/) {
  connections_.erase(id);
  markets_.drop(id);
  users_.drop(id);
  std::erase_if(late_, [&](const Late& late) { return late.connection == id; });
}

void Server::on_pong(core::ConnectionId id, UtcNanos now) {
  if (const auto found = connections_.find(id); found != connections_.end()) {
    found->second.last_pong = now;
  }
}

void Server::on_frame(core::ConnectionId id, std::string_view bytes, UtcNanos now) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (found->second.target.kind == Target::Kind::Api) {
    on_api_frame(found->second, bytes, now, now, true);
  } else {
    on_stream_frame(found->second, bytes, now);
  }
}

std::string Server::order_id(const Order& order) const {
  if (const auto* algo = orders_.algo_of(order.number)) return std::to_string(algo->id);
  return std::to_string(order.number);
}

std::string Server::trade_id(const core::Trade& trade) const {
  return std::to_string(binance::trade_id(view(), trade));
}

void Server::drain(UtcNanos now) {
  const auto events = exchange_.take_events();
  for (const auto& event : events) {
    if (const auto* traded = std::get_if<core::Traded>(&event.what)) {
      candles_.on_trade(traded->trade);
    }
  }
  users_.publish(events, accounts_, now);
  markets_.publish(events, now);
}

void Server::send(core::ConnectionId connection, std::string text) {
  frames_.push_back({.connection = connection, .text = std::move(text)});
}

void Server::cut(core::ConnectionId connection, bool abrupt) {
  frames_.push_back({.connection = connection, .close_after = true, .abrupt = abrupt});
}

std::string Server::random_text(std::size_t size) {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  while (text.size() < size) text += letters[random_.next() % letters.size()];
  return text;
}

void Server::on_timer(UtcNanos now) {
  flow_.advance(now);
  run_deadlines(now);
  drain(now);
  run_late(now);
  run_faults(now);
  run_pings(now);
  markets_.flush(now);
}

void Server::run_late(UtcNanos now) {
  std::vector<Late> due;
  for (auto& late : late_) {
    if (late.due <= now) due.push_back(std::move(late));
  }
  std::erase_if(late_, [&](const Late& late) { return late.due <= now; });
  for (const auto& late : due) {
    if (late.connection == 0) {
      serve_late(late, now);
      continue;
    }
    const auto found = connections_.find(late.connection);
    if (found != connections_.end()) {
      on_api_frame(found->second, late.frame, late.received, now, false, late.silent);
    }
  }
}

// Listen keys that end, orders that are good till now, and countdowns that ran out.
void Server::run_deadlines(UtcNanos now) {
  while (!good_till_.empty() && good_till_.begin()->first <= millis(now)) {
    const auto number = good_till_.begin()->second;
    good_till_.erase(good_till_.begin());
    for (const auto& [id, account] : accounts_) {
      (void)exchange_.cancel(id, number, core::CancelReason::Expired, now);
    }
  }
  for (auto& [id, account] : accounts_) {
    if (account.listen_key && account.listen_key->expires <= now) {
      users_.expire(account.listen_key->text, now);
      account.listen_key.reset();
    }
    for (const auto& [at, deadline] : account.countdowns) {
      if (deadline > now) continue;
      core::OrderFilter filter;
      filter.instrument = at;
      filter.triggered = false;
      exchange_.cancel_all(id, filter, core::CancelReason::UserRequest, now);
    }
    std::erase_if(account.countdowns, [&](const auto& entry) { return entry.second <= now; });
  }
}

void Server::run_pings(UtcNanos now) {
  for (auto& [id, connection] : connections_) {
    if (now - connection.opened >= longest_connection || now - connection.last_pong > pong_limit) {
      cut(id, false);
      connection.opened = connection.last_pong = now;  // told once
      continue;
    }
    if (now < connection.next_ping) continue;
    connection.next_ping = now + ping_interval;
    frames_.push_back({.connection = id, .text = std::to_string(millis(now)), .ping = true});
  }
}

void Server::run_faults(UtcNanos now) {
  while (const auto fault = faults_.on_turn()) {
    if (fault->kind == core::FaultKind::ListenKeyExpired) {
      for (auto& [id, account] : accounts_) {
        if (!account.listen_key) continue;
        users_.expire(account.listen_key->text, now);
        account.listen_key.reset();
      }
    } else {
      for (const auto& [id, connection] : connections_) cut(id, false);
    }
  }
}

}  // namespace causeway::simulator::binance
