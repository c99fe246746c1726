#include <string_view>

#include "gateway/engine/engine.hpp"

namespace causeway::gateway::engine {
namespace {

// FNV-1a, 64 bits.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char character : text) mix(static_cast<unsigned char>(character));
    mix(0);
  }
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) mix(static_cast<unsigned char>(number >> (8 * i)));
  }
  template <class Tag>
  void add(const fixspec::Amount<Tag>& amount) {
    add(static_cast<std::uint64_t>(amount.value().units()));
    add(static_cast<std::uint64_t>(amount.value().units() >> 64));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void mix(unsigned char byte) { value_ = (value_ ^ byte) * 1'099'511'628'211ULL; }
  std::uint64_t value_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace

std::uint64_t Engine::state_hash() const {
  Hash hash;
  hash.add(epoch_);
  for (const auto& [number, order] : orders_.all()) {
    hash.add(number);
    hash.add(order.client_id.view());
    hash.add(order.cl_ord_id.view());
    hash.add(static_cast<std::uint64_t>(order.ord_status()));
    hash.add(static_cast<std::uint64_t>(order.is_unknown()));
    hash.add(order.venue_order_id ? order.venue_order_id->view() : std::string_view{});
    hash.add(order.order_qty);
    hash.add(order.cum_qty);
    hash.add(order.reserved);
    hash.add(order.avg_px());
    if (order.price) hash.add(*order.price);
    if (order.stop_px) hash.add(*order.stop_px);
    hash.add(order.trades.size());
    hash.add(order.chain.size());
    hash.add(static_cast<std::uint64_t>(order.held));
    const auto exposure = exposure_.of(order.account, order.instrument);
    hash.add(exposure.position);
    hash.add(exposure.open_buy);
    hash.add(exposure.open_sell);
  }
  for (const auto& [id, account] : accounts_) {
    hash.add(id.view());
    hash.add(static_cast<std::uint64_t>(account.phase));
    hash.add(static_cast<std::uint64_t>(account.position_known));
    hash.add(account.held);
    hash.add(static_cast<std::uint64_t>(account.fill_watermark));
    hash.add(static_cast<std::uint64_t>(account.venue_time));
    for (const auto& [instrument, position] : exposure_.positions(id)) {
      hash.add(instrument.symbol.view());
      hash.add(position);
    }
    for (const auto& [venue_order_id, order] : external_orders(id)) {
      hash.add(venue_order_id.view());
      hash.add(order.reserved);
    }
  }
  for (const Halt& halt : halts_) {
    hash.add(halt.number);
    hash.add(static_cast<std::uint64_t>(halt.check));
    hash.add(halt.account.view());
  }
  orders_.past_names().for_each([&](const PastName& past) {
    hash.add(past.name);
    hash.add(past.cum_qty);
  });
  hash.add(timers_.size());
  hash.add(next_timer_id_);
  return hash.value();
}

}  // namespace causeway::gateway::engine
