#include "translators/deribit/errors.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace causeway::translators::deribit {
namespace {

using fixspec::RejectCode;

// Sorted by code.
constexpr ErrorRow errors[] = {
    {-32700, "parse_error", Verdict::Refused, RejectCode::VenueRejected},
    {-32602, "invalid_params", Verdict::Refused, RejectCode::VenueRejected},
    {-32601, "method_not_found", Verdict::Refused, RejectCode::VenueCannot},
    {-32600, "request_entity_too_large", Verdict::Refused, RejectCode::VenueRejected},
    {-32000, "missing_params", Verdict::Refused, RejectCode::VenueRejected},
    {10000, "authorization_required", Verdict::Refused, RejectCode::NotPermitted},
    {10001, "error", Verdict::Unknown, RejectCode::VenueRejected},
    {10002, "qty_too_low", Verdict::Refused, RejectCode::QuantityTooSmall},
    {10003, "order_overlap", Verdict::Refused, RejectCode::VenueRejected},
    {10004, "order_not_found", Verdict::NotFound, RejectCode::UnknownOrder},
    {10005, "price_too_low", Verdict::Refused, RejectCode::PriceCollar},
    {10006, "price_too_low4idx", Verdict::Refused, RejectCode::PriceCollar},
    {10007, "price_too_high", Verdict::Refused, RejectCode::PriceCollar},
    {10009, "not_enough_funds", Verdict::Refused, RejectCode::InsufficientMargin},
    {10010, "already_closed", Verdict::NotFound, RejectCode::TooLate},
    {10011, "price_not_allowed", Verdict::Refused, RejectCode::VenueRejected},
    {10012, "book_closed", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {10013, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10014, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10015, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10016, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10017, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10018, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10019, "locked_by_admin", Verdict::Refused, RejectCode::NotPermitted},
    {10020, "invalid_or_unsupported_instrument", Verdict::Refused, RejectCode::UnknownSymbol},
    {10021, "invalid_amount", Verdict::Refused, RejectCode::QuantityOffStep},
    {10022, "invalid_quantity", Verdict::Refused, RejectCode::QuantityOffStep},
    {10023, "invalid_price", Verdict::Refused, RejectCode::PriceOffTick},
    {10025, "invalid_order_id", Verdict::NotFound, RejectCode::UnknownOrder},
    {10026, "price_precision_exceeded", Verdict::Refused, RejectCode::PriceOffTick},
    {10027, "non_integer_contract_amount", Verdict::Refused, RejectCode::QuantityOffStep},
    {10028, "too_many_requests", Verdict::RateLimited, RejectCode::VenueRateLimit},
    {10029, "not_owner_of_order", Verdict::Refused, RejectCode::NotPermitted},
    {10030, "must_be_websocket_request", Verdict::Refused, RejectCode::VenueCannot},
    {10034, "trigger_price_too_high", Verdict::Refused, RejectCode::PriceCollar},
    {10035, "trigger_price_too_low", Verdict::Refused, RejectCode::PriceCollar},
    {10037, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10038, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {10039, "not_enough_funds_in_currency", Verdict::Refused, RejectCode::InsufficientMargin},
    {10040, "retry", Verdict::Refused, RejectCode::VenueRejected},
    {10041, "settlement_in_progress", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {10043, "price_wrong_tick", Verdict::Refused, RejectCode::PriceOffTick},
    {10044, "trigger_price_wrong_tick", Verdict::Refused, RejectCode::PriceOffTick},
    {10045, "can_not_cancel_liquidation_order", Verdict::Refused, RejectCode::VenueRejected},
    {10046, "can_not_edit_liquidation_order", Verdict::Refused, RejectCode::VenueRejected},
    {10047, "matching_engine_queue_full", Verdict::Refused, RejectCode::VenueRejected},
    {10049, "failed_to_enable_cancel_on_disconnect", Verdict::Refused, RejectCode::VenueRejected},
    {10066, "too_many_concurrent_requests", Verdict::Refused, RejectCode::VenueRejected},
    {10072, "disabled_while_position_lock", Verdict::Refused, RejectCode::VenueRejected},
    {11008, "already_filled", Verdict::NotFound, RejectCode::TooLate},
    {11013, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {11021, "post_only_price_cannot_be_changed", Verdict::Refused, RejectCode::PostOnlyWouldTake},
    {11022, "open_order_or_size_limit", Verdict::Refused, RejectCode::OpenOrders},
    {11029, "invalid_arguments", Verdict::Refused, RejectCode::VenueRejected},
    {11030, "other_reject", Verdict::Refused, RejectCode::VenueRejected},
    {11031, "other_error", Verdict::Unknown, RejectCode::VenueRejected},
    {11035, "no_more_triggers", Verdict::Refused, RejectCode::OpenOrders},
    {11036, "invalid_trigger_price", Verdict::Refused, RejectCode::PriceOffTick},
    {11037, "outdated_instrument_for_IV_order", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {11038, "no_adv_for_futures", Verdict::Refused, RejectCode::VenueCannot},
    {11039, "no_adv_postonly", Verdict::Refused, RejectCode::VenueCannot},
    {11041, "not_adv_order", Verdict::Refused, RejectCode::VenueCannot},
    {11042, "permission_denied", Verdict::Refused, RejectCode::NotPermitted},
    {11043, "bad_argument", Verdict::Refused, RejectCode::VenueRejected},
    {11044, "not_open_order", Verdict::NotFound, RejectCode::TooLate},
    {11046, "outdated_instrument_for_IV_order", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {11047, "unsupported_arguments_combination", Verdict::Refused, RejectCode::VenueRejected},
    {11048, "wrong_max_show_for_option", Verdict::Refused, RejectCode::VenueCannot},
    {11049, "bad_arguments", Verdict::Refused, RejectCode::VenueRejected},
    {11050, "bad_request", Verdict::Refused, RejectCode::VenueRejected},
    {11051, "system_maintenance", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {11052, "subscribe_error_unsubscribed", Verdict::Refused, RejectCode::VenueRejected},
    {11054, "post_only_reject", Verdict::Refused, RejectCode::PostOnlyWouldTake},
    {11055, "post_only_not_allowed", Verdict::Refused, RejectCode::VenueCannot},
    {11056, "unauthenticated_public_requests_temporarily_disabled", Verdict::Refused,
     RejectCode::NotPermitted},
    {11094, "internal_server_error", Verdict::Unknown, RejectCode::VenueRejected},
    {11098, "account_locked", Verdict::Refused, RejectCode::NotPermitted},
    {13004, "invalid_credentials", Verdict::Unauthorized, RejectCode::NotPermitted},
    {13009, "unauthorized", Verdict::Unauthorized, RejectCode::NotPermitted},
    {13019, "orderbook_closed", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {13020, "not_found", Verdict::Refused, RejectCode::UnknownSymbol},
    {13021, "forbidden", Verdict::Refused, RejectCode::NotPermitted},
    {13025, "method_switched_off_by_admin", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {13028, "temporarily_unavailable", Verdict::Unknown, RejectCode::VenueRejected},
    {13030, "mmp_trigger", Verdict::Refused, RejectCode::VenueRejected},
    {13032, "non_unique_order_label", Verdict::Refused, RejectCode::VenueRejected},
    {13035, "combo_limit", Verdict::Refused, RejectCode::OpenOrders},
    {13036, "unavailable_for_combo_books", Verdict::Refused, RejectCode::VenueCannot},
    {13040, "mmp_required", Verdict::Refused, RejectCode::VenueCannot},
    {13042, "cod_not_enabled", Verdict::Refused, RejectCode::VenueCannot},
    {13043, "quotes_frozen", Verdict::Refused, RejectCode::VenueRejected},
    {13403, "scope_exceeded", Verdict::Refused, RejectCode::NotPermitted},
    {13503, "unavailable", Verdict::Refused, RejectCode::InstrumentNotTrading},
    {13666, "request_cancelled_by_user", Verdict::NotFound, RejectCode::TooLate},
    {13777, "replaced", Verdict::Refused, RejectCode::AlreadyPending},
    {13778, "raw_subscriptions_not_available_for_unauthorized", Verdict::Refused,
     RejectCode::NotPermitted},
    {13780, "move_positions_over_limit", Verdict::Refused, RejectCode::VenueRejected},
    {13888, "timed_out", Verdict::Refused, RejectCode::StaleRequest},
    {13901, "no_more_oto_orders", Verdict::Refused, RejectCode::OpenOrders},
    {13902, "mass_quotes_disabled", Verdict::Refused, RejectCode::VenueCannot},
    {13903, "too_many_quotes", Verdict::Refused, RejectCode::VenueRejected},
};

constexpr bool sorted() {
  for (std::size_t i = 1; i < std::size(errors); ++i) {
    if (errors[i - 1].code >= errors[i].code) return false;
  }
  return true;
}
static_assert(sorted());

// What is over in seconds or minutes, whatever was asked.
bool is_passing(std::int64_t code) {
  constexpr std::int64_t passing[] = {10028, 10040, 10041, 10047, 10066, 11051, 13503};
  return std::find(std::begin(passing), std::end(passing), code) != std::end(passing);
}

bool is_about_an_open_order(AskKind kind) {
  return kind == AskKind::Amend || kind == AskKind::Cancel;
}

}  // namespace

std::optional<ErrorRow> find_error(std::int64_t code) {
  const auto found =
      std::lower_bound(std::begin(errors), std::end(errors), code,
                       [](const ErrorRow& row, std::int64_t wanted) { return row.code < wanted; });
  if (found == std::end(errors) || found->code != code) return std::nullopt;
  return *found;
}

Judgement judge(std::int64_t code, AskKind kind) {
  const auto row = find_error(code);
  if (!row) return {};
  Judgement judgement{.verdict = row->verdict,
                      .code = row->reject_code,
                      .order_may_be_closed = false,
                      .may_pass_later = is_passing(code)};
  if (row->verdict == Verdict::NotFound) {
    judgement.order_may_be_closed = is_about_an_open_order(kind);
    // "Closed", "filled" or "cancelled" about an order that is only being placed: look it up.
    if (kind == AskKind::Place) judgement.verdict = Verdict::Unknown;
  }
  // An edit that may not take cancels the order instead.
  if (row->reject_code == RejectCode::PostOnlyWouldTake && kind == AskKind::Amend) {
    judgement.order_may_be_closed = true;
  }
  return judgement;
}

fixspec::RejectDetail to_detail(const wire::Failure& failure, RejectCode code) {
  std::string text{failure.message};
  if (!failure.reason.empty()) text.append(": ").append(failure.reason);
  if (!failure.parameter.empty()) text.append(" (").append(failure.parameter).append(")");
  return {.code = code,
          .text = "Deribit refused: " + text,
          .venue_error_code = std::to_string(failure.code),
          .venue_error_text = std::move(text),
          .risk_limit = {},
          .risk_used = {}};
}

}  // namespace causeway::translators::deribit
