#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/time.hpp"
#include "risk/limits.hpp"
#include "risk/proposal.hpp"

namespace causeway::risk {

/// The terms that make two orders alike, and the scope fields that sections match by.
struct OrderTerms {
  fixspec::SessionId session;
  fixspec::AccountId account;
  fixspec::InstrumentKey instrument;
  fixspec::Side side = fixspec::Side::Buy;
  fixspec::OrdType ord_type = fixspec::OrdType::Limit;
  fixspec::Quantity order_qty;
  std::optional<fixspec::Price> price;

  friend bool operator==(const OrderTerms&, const OrderTerms&) = default;
};

/// What is used under every limit: positions, open quantities and counts. The engine tells it each
/// change as it happens, so that a decision costs the same however many orders are open.
class Exposure {
 public:
  /// Replaces the limits; counts of open orders start again from the open() calls that follow, and
  /// rates from zero.
  void set_limits(Limits limits);

  /// The sections that apply to these terms, with their use at `now`.
  [[nodiscard]] std::vector<Usage> usages(const OrderTerms& terms, fixspec::Timestamp now);
  [[nodiscard]] InstrumentExposure of(const fixspec::AccountId& account,
                                      const fixspec::InstrumentKey& instrument) const;

  /// A new order or replacement was accepted: counts against rates (and duplicates, if new).
  void count_message(const OrderTerms& terms, bool is_new, fixspec::Timestamp now);
  /// An order is open from now on, with `leaves` reserved on its side.
  void open(const OrderTerms& terms, fixspec::Quantity leaves);
  /// The quantity reserved for an open order changed by `difference` (negative: less).
  void reserve(const OrderTerms& terms, fixspec::Quantity difference);
  /// An order ended; what is left of its reservation goes with it.
  void close(const OrderTerms& terms, fixspec::Quantity remaining);
  /// A trade moved the position.
  void trade(const fixspec::AccountId& account, const fixspec::InstrumentKey& instrument,
             fixspec::Side side, fixspec::Quantity qty);
  /// The instruments on which the account holds something, in their order.
  [[nodiscard]] std::map<fixspec::InstrumentKey, fixspec::Quantity> positions(
      const fixspec::AccountId& account) const;
  /// Calls `visit(account, instrument, exposure)` for each that ever was, in no order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const auto& [key, exposure] : by_instrument_) visit(key.first, key.second, exposure);
  }
  [[nodiscard]] std::size_t instruments() const { return by_instrument_.size(); }
  void set_position(const fixspec::AccountId& account, const fixspec::InstrumentKey& instrument,
                    fixspec::Quantity position);
  /// What it remembers, for a snapshot: exposure_fields.hpp.
  template <class Archive, class Self>
  static void fields(Archive& a, Self& v);

 private:
  struct Recent {
    std::int64_t at_mono_ns = 0;
    OrderTerms terms;

    template <class Archive, class Self>
    static void fields(Archive& a, Self& v);
  };
  // Two orders are alike for the market: who sent them does not matter.
  struct Alike {
    bool operator()(const OrderTerms& a, const OrderTerms& b) const;
  };
  // Not noexcept, nor the other one: then the library keeps hashes instead of computing them again.
  struct AlikeHash {
    std::size_t operator()(const OrderTerms& terms) const;
  };
  // What is used under one [RISK] section.
  struct Section {
    LimitSet limits;
    std::uint32_t open_orders = 0;
    std::deque<std::int64_t> messages{};  // of the last second, by monotonic time
    std::deque<Recent> news{};            // new orders of the duplicate window
    std::unordered_map<OrderTerms, std::uint32_t, AlikeHash, Alike> alike{};  // counts of `news`

    template <class Archive, class Self>
    static void fields(Archive& a, Self& v);
  };
  using Key = std::pair<fixspec::AccountId, fixspec::InstrumentKey>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<fixspec::AccountId>{}(key.first) * 31 +
             std::hash<fixspec::InstrumentKey>{}(key.second);
    }
  };

  std::vector<Section> sections_;
  std::unordered_map<Key, InstrumentExposure, KeyHash> by_instrument_;
};

}  // namespace causeway::risk
