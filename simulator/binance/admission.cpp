// Rate limits, and what faults make of answers.
#include "simulator/binance/server.hpp"

namespace causeway::simulator::binance {
namespace {
constexpr std::int64_t no_limit = 100'000'000;  // what a venue that counts nothing announces
}  // namespace

std::optional<ApiError> Server::count_weight(std::int64_t weight, UtcNanos now) {
  if (!options_.real_limits) return std::nullopt;
  const auto retry_after = [&](UtcNanos until) {
    return (until - now) / fixspec::nanos_per_second + 1;
  };
  if (now < address_.banned_until) {
    return ApiError{.code = -1003,
                    .message = "Way too many requests; IP banned until " +
                               std::to_string(millis(address_.banned_until)) +
                               ". Please use the websocket for live updates to avoid bans.",
                    .status = 418,
                    .retry_after_s = retry_after(address_.banned_until)};
  }
  if (address_.weight.has_room(weight, now)) {
    address_.weight.take(weight, now);
    if (address_.weight.used(now) == weight) address_.refusals = 0;  // a new minute
    return std::nullopt;
  }
  if (++address_.refusals >= AddressLimits::refusals_until_ban) {
    ++address_.bans;
    address_.refusals = 0;
    address_.banned_until = now + AddressLimits::first_ban * address_.bans;
  }
  return ApiError{.code = -1003,
                  .message = "Too many requests; current limit of IP is " +
                             std::to_string(address_.weight.limit()) +
                             " requests per minute. Please use the websocket for live updates to "
                             "avoid polling the API.",
                  .status = 429,
                  .retry_after_s = address_.weight.seconds_left(now)};
}

std::optional<ApiError> Server::count_orders(const Method& method, Account& account, UtcNanos now) {
  if (!options_.real_limits || method.orders == 0) return std::nullopt;
  auto& [short_window, long_window] = account.limits;
  const auto refuse = [](const Window& window, const char* period, UtcNanos at) {
    return ApiError{.code = -1015,
                    .message = "Too many new orders; current limit is " +
                               std::to_string(window.limit()) + " orders per " + period + ".",
                    .status = 429,
                    .retry_after_s = window.seconds_left(at)};
  };
  if (!short_window.has_room(method.orders, now)) return refuse(short_window, "10 SECOND", now);
  if (!long_window.has_room(method.orders_long, now)) return refuse(long_window, "1 MINUTE", now);
  short_window.take(method.orders, now);
  long_window.take(method.orders_long, now);
  return std::nullopt;
}

void Server::write_limits(JsonWriter& json, const Method& method, const Account* account,
                          UtcNanos now) {
  const auto write = [&](const char* type, const char* interval, std::int64_t number,
                         std::int64_t limit, std::int64_t count) {
    json.object()
        .field("rateLimitType", type)
        .field("interval", interval)
        .field("intervalNum", number)
        .field("limit", limit)
        .field("count", count)
        .end();
  };
  const bool real = options_.real_limits;
  json.array();
  if (method.orders == 0 || account == nullptr) {
    write("REQUEST_WEIGHT", "MINUTE", 1, real ? AddressLimits::weight_per_minute : no_limit,
          address_.weight.used(now));
  } else {
    const auto& limits = account->limits;
    write("REQUEST_WEIGHT", "MINUTE", 1, -1, -1);
    write("ORDERS", "SECOND", 10, real ? OrderLimits::per_10_seconds : no_limit,
          limits.short_window.used(now));
    write("ORDERS", "MINUTE", 1, real ? OrderLimits::per_minute : no_limit,
          limits.long_window.used(now));
  }
  json.end();
}

std::optional<ApiError> Server::fault_answer(core::FaultKind kind) {
  using core::FaultKind;
  switch (kind) {
    case FaultKind::UnknownOutcome:
    case FaultKind::UnknownOutcomeNotTaken:
      return error(-1000);
    case FaultKind::Unavailable:
      return error(-1016);
    case FaultKind::Overloaded:
      return error(-1008);
    case FaultKind::InternalError:
      return error(-1001);
    case FaultKind::TimeoutLate:
      return error(-1007);
    default:
      return std::nullopt;
  }
}

// Of the faults with an answer of their own.
bool Server::takes_anyway(core::FaultKind kind) { return kind == core::FaultKind::UnknownOutcome; }

}  // namespace causeway::simulator::binance
