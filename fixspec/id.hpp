#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fixspec/assert.hpp"

namespace causeway::fixspec {

/// A short text that names one kind of thing, kept in place (no allocation). Empty only by default
/// construction; an optional says "none" where that is legal.
template <class Tag>
class Id {
 public:
  static constexpr std::size_t capacity = 64;

  constexpr Id() = default;
  /// `text` must fit (capacity); use parse() for what comes from outside.
  explicit Id(std::string_view text) {
    CAUSEWAY_ASSERT(text.size() <= capacity);
    if (!text.empty()) std::memcpy(text_.data(), text.data(), text.size());
    size_ = static_cast<std::uint8_t>(text.size());
  }
  /// The id, or nullopt where `text` is empty or longer than capacity.
  static std::optional<Id> parse(std::string_view text) {
    if (text.empty() || text.size() > capacity) return std::nullopt;
    return Id{text};
  }

  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
  [[nodiscard]] std::string to_string() const { return std::string{view()}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  friend bool operator==(const Id& a, const Id& b) { return a.view() == b.view(); }
  friend std::strong_ordering operator<=>(const Id& a, const Id& b) {
    return a.view() <=> b.view();
  }

 private:
  std::array<char, capacity> text_{};
  std::uint8_t size_ = 0;
};

/// ClOrdID(11): the client's own id of an order or request, unique within its session.
using ClOrdId = Id<struct ClOrdIdTag>;
/// OrderID(37): ours, `<epoch>-<sequence>`, unique for ever.
using OrderId = Id<struct OrderIdTag>;
/// ExecID(17): ours, `<epoch>-<sequence>-<n>`, unique for ever and sorted in time.
using ExecId = Id<struct ExecIdTag>;
/// SecondaryOrderID(198): the venue's id of an order.
using VenueOrderId = Id<struct VenueOrderIdTag>;
/// The client id that we give to the venue: [A-Za-z0-9], at most 32 characters, unique for ever.
using VenueClOrdId = Id<struct VenueClOrdIdTag>;
/// SecondaryExecID(527): the venue's id of a trade.
using TradeId = Id<struct TradeIdTag>;
/// Account(1): the name of an [ACCOUNT] of sessions.cfg.
using AccountId = Id<struct AccountIdTag>;
/// The counterparty's CompID of a FIX session (SenderCompID(49) of what it sends).
using SessionId = Id<struct SessionIdTag>;
/// Symbol(55): the venue-native symbol.
using Symbol = Id<struct SymbolTag>;
/// Currency(15), SettlCurrency(120): an asset as the venue spells it, e.g. USD, BTC, USDC.
using Currency = Id<struct CurrencyTag>;

}  // namespace causeway::fixspec

template <class Tag>
struct std::hash<causeway::fixspec::Id<Tag>> {
  std::size_t operator()(const causeway::fixspec::Id<Tag>& id) const noexcept {
    return std::hash<std::string_view>{}(id.view());
  }
};
