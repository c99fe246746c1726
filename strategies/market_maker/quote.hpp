#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "strategies/market_maker/settings.hpp"

namespace causeway::strategies::market_maker {

/// Where a quote should stand: absent where none is wanted.
struct Target {
  fixspec::Price price;
  fixspec::Quantity qty;  ///< what is to be open
};

/// The one order of a side, through its life. It makes requests and never sends them.
class Quote {
 public:
  Quote(const Settings& settings, fixspec::Side side) : settings_(settings), side_(side) {}

  enum class Phase : std::uint8_t {
    None,        ///< no order, or one that has ended
    PendingNew,  ///< D is on its way
    Working,
    PendingReplace,  ///< G is on its way
    PendingCancel,   ///< F is on its way
  };
  [[nodiscard]] fixspec::Side side() const { return side_; }
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] fixspec::Price price() const { return price_; }
  [[nodiscard]] std::int64_t changed_ns() const { return changed_ns_; }
  /// True after a cancel was refused: the next one should not follow at once.
  [[nodiscard]] bool had_cancel_refused() const { return refused_cancel_; }
  /// True where `cl_ord_id` names this order or a request on it.
  [[nodiscard]] bool is_named(const fixspec::ClOrdId& cl_ord_id) const;

  fixspec::NewOrderSingle place(fixspec::ClOrdId cl_ord_id, const Target& target,
                                std::int64_t now_ns);
  /// Only while Working.
  fixspec::OrderCancelReplaceRequest amend(fixspec::ClOrdId cl_ord_id, const Target& target,
                                           std::int64_t now_ns);
  /// In every phase but None and PendingCancel.
  fixspec::OrderCancelRequest cancel(fixspec::ClOrdId cl_ord_id, std::int64_t now_ns);

  /// The most that can still fill of what the venue has confirmed.
  [[nodiscard]] fixspec::Quantity open_qty() const {
    return phase_ == Phase::None ? fixspec::Quantity{} : order_qty_ - cum_qty_;
  }

  void on_report(const fixspec::ExecutionReport& report);
  void on_cancel_reject(const fixspec::OrderCancelReject& reject);
  /// The request of that name never left: all is as before it.
  void on_not_sent(const fixspec::ClOrdId& cl_ord_id);
  /// Nobody answered the cancel: it may be sent again.
  void give_up_cancel() { phase_ = Phase::Working; }

 private:
  void end() { phase_ = Phase::None; }

  const Settings& settings_;
  fixspec::Side side_;
  Phase phase_ = Phase::None;
  fixspec::ClOrdId cl_ord_id_;                  // of the last accepted request
  std::optional<fixspec::ClOrdId> replace_id_;  // of the G in flight
  std::optional<fixspec::ClOrdId> cancel_id_;   // of the F in flight
  fixspec::Price price_;
  fixspec::Quantity order_qty_;
  fixspec::Quantity cum_qty_;
  bool refused_cancel_ = false;
  std::int64_t changed_ns_ = 0;
};

}  // namespace causeway::strategies::market_maker
