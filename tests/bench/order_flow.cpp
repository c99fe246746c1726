#include "tests/bench/order_flow.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tests/bench/figures.hpp"

namespace causeway::bench {
namespace {

constexpr std::size_t batch = 32;
constexpr std::int64_t limit_ns = 60'000'000'000;

}  // namespace

void wait_until_open(const RunningGateway& gateway) {
  const std::int64_t until = now_ns() + limit_ns;
  while (!gateway.open()) {
    if (now_ns() > until) throw std::runtime_error("the gateway does not get ready");
  }
}

double drive(FixDriver& client, std::size_t count, char last) {
  const OnCore pinned{driver_core};
  const std::int64_t start = now_ns();
  std::size_t sent = 0;
  std::size_t ended = 0;
  while (ended < count) {
    if (sent < count && sent - ended + batch <= outstanding_most) {
      const std::size_t now = std::min(batch, count - sent);
      client.send_orders(now);
      sent += now;
    }
    while (const auto message = client.next_message()) {
      if (field(*message, "150") == std::string_view{&last, 1}) ++ended;
    }
    if (now_ns() - start > limit_ns) {
      throw std::runtime_error("only " + std::to_string(ended) + " of " + std::to_string(count) +
                               " orders came to their end");
    }
  }
  return static_cast<double>(count) / (static_cast<double>(now_ns() - start) / 1e9);
}

}  // namespace causeway::bench
