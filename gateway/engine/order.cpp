#include "gateway/engine/order.hpp"

#include <algorithm>

namespace causeway::gateway::engine {

using fixspec::OrdStatus;
using fixspec::Quantity;

OrdStatus Order::base_status() const {
  if (final_status) return *final_status;
  if (!acknowledged) return OrdStatus::PendingNew;
  if (cum_qty >= order_qty) return OrdStatus::Filled;
  return cum_qty.is_positive() ? OrdStatus::PartiallyFilled : OrdStatus::New;
}

OrdStatus Order::ord_status() const {
  if (cancel && cancel->cl_ord_id) return OrdStatus::PendingCancel;
  if (replace) return OrdStatus::PendingReplace;
  return base_status();
}

Quantity Order::leaves_qty() const {
  if (final_status || cum_qty >= order_qty) return Quantity{};
  return order_qty - cum_qty;
}

fixspec::Price Order::avg_px() const {
  if (cum_qty.is_zero()) return fixspec::Price{};
  const auto average =
      fixspec::Decimal::divide(gross, cum_qty.value(), fixspec::Rounding::HalfEven);
  return average ? fixspec::Price{*average} : fixspec::Price{};
}

bool Order::is_unknown() const {
  return place_unknown || (replace && replace->unknown) ||
         (cancel && cancel->request_id == 0 && cancel->attempts > 0) ||
         (!final_status && venue_cum_qty > cum_qty);
}

Quantity Order::to_reserve() const {
  if (final_status) return Quantity{};
  Quantity total = order_qty;
  if (replace && replace->order_qty > total) total = replace->order_qty;
  return cum_qty >= total ? Quantity{} : total - cum_qty;
}

risk::OrderTerms Order::terms() const {
  return {.session = session,
          .account = account,
          .instrument = instrument,
          .side = side,
          .ord_type = ord_type,
          .order_qty = order_qty,
          .price = price};
}

}  // namespace causeway::gateway::engine
