#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "gateway/engine/engine.hpp"
#include "risk/exposure_fields.hpp"

// Everything that an engine remembers between two inputs, in the order in which a snapshot lays it
// down. One list serves writing and reading, as for records: an archive takes each field by
// reference (its `reads` tells which way). What follows from other fields is not laid down but made
// again. The fields of a struct are taken apart by all their names, so that a new one that is
// missing here does not compile. Read into new objects only.
namespace causeway::gateway::engine {

// The fields of `Plain`, constant or not.
template <class T, class Plain>
concept IsState = std::same_as<std::remove_const_t<T>, Plain>;

template <class Archive>
void fields(Archive& a, IsState<PendingCancel> auto& v) {
  auto& [cause, cl_ord_id, request_id, refused, attempts] = v;
  a(cause, cl_ord_id, request_id, refused, attempts);
}

template <class Archive>
void fields(Archive& a, IsState<PendingReplace> auto& v) {
  auto& [cl_ord_id, order_qty, price, stop_px, cancel_rest, request_id, unknown, refused,
         valid_until] = v;
  a(cl_ord_id, order_qty, price, stop_px, cancel_rest, request_id, unknown, refused, valid_until);
}

template <class Archive>
void fields(Archive& a, IsState<VenueFinal> auto& v) {
  auto& [state, cum_qty, venue_time, reason, reject_code, origin] = v;
  a(state, cum_qty, venue_time, reason, reject_code, origin);
}

template <class Archive>
void fields(Archive& a, IsState<Order> auto& v) {
  auto& [number, parent, order_id, client_id, venue_order_id, venue_order_ids, session, account,
         instrument, cl_ord_id, chain, side, ord_type, time_in_force, trigger_ref, exec_inst,
         exec_inst_text, price, stop_px, expire_time, order_qty, cum_qty, gross, acknowledged,
         triggered, final_status, cancel, replace, venue_final, place_request, place_unknown, held,
         hold_timer, hold_until, place_valid_until, query_request, query_attempts, query_sent,
         verify, reopened, missing_alarmed, venue_cum_qty, last_venue_time, trades, reserved,
         counted_open, resolve_timer, expiry_timer, created_utc_ns] = v;
  a(number, parent, order_id, client_id, venue_order_id, venue_order_ids, session, account,
    instrument, cl_ord_id, chain, side, ord_type, time_in_force, trigger_ref, exec_inst,
    exec_inst_text, price, stop_px, expire_time, order_qty, cum_qty, gross, acknowledged, triggered,
    final_status, cancel, replace, venue_final, place_request, place_unknown, held, hold_timer,
    hold_until, place_valid_until, query_request, query_attempts, query_sent, verify, reopened,
    missing_alarmed, venue_cum_qty, last_venue_time, trades, reserved, counted_open, resolve_timer,
    expiry_timer, created_utc_ns);
}

template <class Archive>
void fields(Archive& a, IsState<PastName> auto& v) {
  auto& [name, number, epoch, final_status, ended_utc_ns, cum_qty, avg_px] = v;
  a(name, number, epoch, final_status, ended_utc_ns, cum_qty, avg_px);
}

template <class Archive, class Self>
void PastNames::fields(Archive& a, Self& v) {
  [[maybe_unused]] const auto& [ring, first, size, index] = v;
  std::uint64_t capacity = ring.size();
  std::vector<PastName> oldest_first;
  if constexpr (!Archive::reads) v.for_each([&](const PastName& n) { oldest_first.push_back(n); });
  a(capacity, oldest_first);
  if constexpr (Archive::reads) {
    if (capacity > most_capacity || oldest_first.size() > capacity) return a.fail();
    if (capacity > 0) v.set_capacity(capacity);
    for (const PastName& name : oldest_first) v.put(name, std::numeric_limits<std::int64_t>::max());
  }
}

template <class Archive>
void fields(Archive& a, IsState<OrderTable::Retention> auto& v) {
  auto& [ended_orders, past_names] = v;
  a(ended_orders, past_names);
}

template <class Archive, class Self>
void OrderTable::fields(Archive& a, Self& v) {
  auto& [retention, orders, by_venue_order_id, by_cl_ord_id, open, ended, past] = v;
  a(retention, orders, open, ended, past);
  if constexpr (Archive::reads) {
    by_cl_ord_id.reserve(orders.size());
    by_venue_order_id.reserve(orders.size());
  }
  for (auto& [number, order] : orders) {
    // An id that two orders carry names the one that had it first.
    for (const fixspec::ClOrdId& id : order.chain) {
      bool is_named = false;
      if constexpr (!Archive::reads) {
        const auto found = by_cl_ord_id.find(Name{order.session, id});
        is_named = found != by_cl_ord_id.end() && found->second == number;
      }
      a(is_named);
      if constexpr (Archive::reads) {
        if (is_named) by_cl_ord_id.emplace(Name{order.session, id}, number);
      }
    }
    if constexpr (Archive::reads) {
      for (const fixspec::VenueOrderId& id : order.venue_order_ids) {
        by_venue_order_id.emplace(VenueName{order.account, id}, number);
      }
    }
  }
}

template <class Archive, class Self>
void InstrumentTable::fields(Archive& a, Self& v) {
  auto& [all_instruments, by_symbol] = v;
  // Instruments of one symbol stay in the order in which they came.
  std::map<fixspec::Symbol, std::vector<fixspec::InstrumentKey>> alike;
  if constexpr (!Archive::reads) {
    for (const auto& [symbol, instruments] : by_symbol) {
      if (instruments.size() < 2) continue;
      for (const fixspec::Instrument* instrument : instruments) {
        alike[symbol].push_back(instrument->key);
      }
    }
  }
  a(all_instruments, alike);
  if constexpr (Archive::reads) {
    for (const auto& [key, instrument] : all_instruments) {
      if (!alike.contains(key.symbol)) by_symbol[key.symbol].push_back(&instrument);
    }
    for (const auto& [symbol, keys] : alike) {
      for (const fixspec::InstrumentKey& key : keys) {
        const fixspec::Instrument* const instrument = v.find(key);
        if (instrument == nullptr) return a.fail();
        by_symbol[symbol].push_back(instrument);
      }
    }
  }
}

template <class Archive, class Self>
void Engine::Difference::fields(Archive& a, Self& v) {
  auto& [by, times, rested] = v;
  a(by, times, rested);
}

template <class Archive, class Self>
void Engine::Comparison::fields(Archive& a, Self& v) {
  auto& [attempts, again, asked_venue_time, differences, moved] = v;
  a(attempts, again, asked_venue_time, differences, moved);
}

template <class Archive, class Self>
void Engine::Account::fields(Archive& a, Self& v) {
  auto& [venue, link_up, phase, trades_request, open_orders_request, positions_request,
         balances_request, trades, open_orders, buffered, resolving, fill_watermark, venue_time,
         position_known, counted_from, failed_queries, comparison, audit_request, recount_request,
         audit_timer, held, take_position] = v;
  a(venue, link_up, phase, trades_request, open_orders_request, positions_request, balances_request,
    trades, open_orders, buffered, resolving, fill_watermark, venue_time, position_known,
    counted_from, failed_queries, comparison, audit_request, recount_request, audit_timer, held,
    take_position);
}

template <class Archive, class Self>
void RecentTrades::fields(Archive& a, Self& v) {
  auto& [known, oldest_first] = v;
  using Where = std::pair<fixspec::InstrumentKey, fixspec::TradeId>;
  std::vector<std::pair<Where, std::pair<fixspec::Side, std::uint64_t>>> trades;
  if constexpr (!Archive::reads) {
    for (const Key& key : oldest_first) {
      const auto& [instrument, trade, side] = key;
      trades.push_back({{instrument, trade}, {side, known.at(key)}});
    }
  }
  a(trades);
  if constexpr (Archive::reads) {
    for (const auto& [where, counted] : trades) {
      v.insert(where.first, where.second, counted.first, counted.second);
    }
  }
}

template <class Archive>
void fields(Archive& a, IsState<ExternalOrder> auto& v) {
  auto& [shown, reserved, told_at, cancel_sent] = v;
  a(shown, reserved, told_at, cancel_sent);
}

template <class Archive>
void fields(Archive& a, IsState<Halt> auto& v) {
  auto& [number, check, account, instrument, why, venue_position] = v;
  a(number, check, account, instrument, why, venue_position);
}

template <class Archive>
void fields(Archive& a, IsState<ReservationSweep::Sums> auto& v) {
  auto& [buy, sell] = v;
  a(buy, sell);
}

template <class Archive>
void fields(Archive& a, IsState<ReservationSweep> auto& v) {
  auto& [passed, sums, rest] = v;
  a(passed, sums, rest);
}

template <class Archive, class Self>
void Engine::Task::fields(Archive& a, Self& v) {
  auto& [kind, order, account, at_utc_ns] = v;
  a(kind, order, account, at_utc_ns);
}

template <class Archive, class Self>
void Engine::fields(Archive& a, Self& v) {
  // Those of the input that is being applied are nothing between two inputs.
  auto& [instance, epoch, request_validity_ns, permissions, capabilities, instruments, orders,
         exposure, accounts, account_settings, external_trades, own_trades, external_orders, halts,
         sweep, fill_sums, announced, timers, next_timer_id, names_were_lost, sequence, now,
         steady_ns, outputs, next_exec_index, next_report_index, next_request_index] = v;
  a(instance, epoch, request_validity_ns, permissions, capabilities, instruments, orders, exposure,
    accounts, account_settings, external_trades, own_trades, external_orders, halts, sweep,
    fill_sums, announced, timers, next_timer_id, names_were_lost, now.utc_ns, now.mono_ns,
    steady_ns);
}

}  // namespace causeway::gateway::engine
