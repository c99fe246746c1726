#include "translators/binance/errors.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace causeway::translators::binance {
namespace {

using fixspec::RejectCode;

// What a row says beside verdict and code.
constexpr std::uint8_t later = ErrorRow::may_pass_later;
constexpr std::uint8_t look_up = ErrorRow::order_may_be_closed;
constexpr std::uint8_t any_status = ErrorRow::whatever_status;

// Sorted by code. Those of them that only concern what we never ask (options, transfers) are left
// out; the meaning of each is on the venue's page.
constexpr ErrorRow errors[] = {
    {-5043, Verdict::Refused, RejectCode::AlreadyPending, later | look_up},
    {-5041, Verdict::Refused, RejectCode::VenueRejected},
    {-5040, Verdict::Refused, RejectCode::VenueCannot},
    {-5039, Verdict::Refused, RejectCode::VenueCannot},
    {-5038, Verdict::Refused, RejectCode::VenueCannot},
    {-5037, Verdict::Refused, RejectCode::VenueCannot},
    {-5029, Verdict::Refused, RejectCode::NotionalTooSmall},
    {-5028, Verdict::Stale, RejectCode::StaleRequest, later},
    {-5027, Verdict::Refused, RejectCode::VenueRejected, look_up},
    {-5026, Verdict::Refused, RejectCode::VenueCannot},
    {-5025, Verdict::Refused, RejectCode::VenueCannot},
    {-5024, Verdict::Refused, RejectCode::InstrumentNotTrading},
    {-5022, Verdict::Refused, RejectCode::PostOnlyWouldTake},
    {-5021, Verdict::Refused, RejectCode::VenueRejected},
    {-4531, Verdict::Refused, RejectCode::VenueRejected, later},
    {-4403, Verdict::Refused, RejectCode::NotPermitted},
    {-4402, Verdict::Refused, RejectCode::NotPermitted},
    {-4401, Verdict::Refused, RejectCode::PositionLimit},
    {-4400, Verdict::Refused, RejectCode::NotPermitted},
    {-4211, Verdict::Refused, RejectCode::PriceCollar},
    {-4210, Verdict::Refused, RejectCode::PriceCollar},
    {-4209, Verdict::Refused, RejectCode::NotPermitted},
    {-4208, Verdict::Refused, RejectCode::NotPermitted},
    {-4206, Verdict::Refused, RejectCode::NotPermitted},
    {-4205, Verdict::Refused, RejectCode::NotPermitted},
    {-4203, Verdict::Refused, RejectCode::NotPermitted},
    {-4202, Verdict::Refused, RejectCode::NotPermitted},
    {-4192, Verdict::Refused, RejectCode::NotPermitted},
    {-4189, Verdict::Refused, RejectCode::NotPermitted},
    {-4184, Verdict::Refused, RejectCode::PriceCollar},
    {-4183, Verdict::Refused, RejectCode::PriceCollar},
    {-4172, Verdict::Refused, RejectCode::VenueRejected},
    {-4171, Verdict::AlreadySo, RejectCode::VenueRejected},
    {-4170, Verdict::Refused, RejectCode::VenueRejected},
    {-4169, Verdict::Refused, RejectCode::VenueRejected},
    {-4168, Verdict::Refused, RejectCode::VenueRejected},
    {-4167, Verdict::Refused, RejectCode::VenueRejected},
    {-4165, Verdict::Refused, RejectCode::VenueRejected},
    {-4164, Verdict::Refused, RejectCode::NotionalTooSmall},
    {-4161, Verdict::Refused, RejectCode::VenueRejected},
    {-4144, Verdict::Refused, RejectCode::UnknownSymbol},
    {-4142, Verdict::Refused, RejectCode::VenueRejected},
    {-4141, Verdict::Refused, RejectCode::InstrumentNotTrading},
    {-4140, Verdict::Refused, RejectCode::InstrumentNotTrading},
    {-4139, Verdict::Refused, RejectCode::VenueCannot},
    {-4138, Verdict::Refused, RejectCode::VenueCannot},
    {-4137, Verdict::Refused, RejectCode::VenueCannot},
    {-4135, Verdict::Refused, RejectCode::VenueRejected},
    {-4131, Verdict::Refused, RejectCode::PriceCollar},
    {-4120, Verdict::Refused, RejectCode::VenueCannot},
    {-4118, Verdict::Refused, RejectCode::ReduceOnly},
    {-4117, Verdict::NotFound, RejectCode::TooLate, later | look_up},
    {-4116, Verdict::NotFound, RejectCode::DuplicateClOrdId},
    {-4109, Verdict::Refused, RejectCode::UnknownAccount},
    {-4107, Verdict::Refused, RejectCode::NotPermitted},
    {-4106, Verdict::Refused, RejectCode::NotPermitted},
    {-4105, Verdict::Refused, RejectCode::NotPermitted},
    {-4104, Verdict::Refused, RejectCode::VenueCannot},
    {-4088, Verdict::Refused, RejectCode::NotPermitted},
    {-4087, Verdict::Refused, RejectCode::NotPermitted},
    {-4084, Verdict::Refused, RejectCode::VenueCannot},
    {-4083, Verdict::Unknown, RejectCode::VenueRejected},
    {-4082, Verdict::Refused, RejectCode::VenueRejected},
    {-4068, Verdict::Refused, RejectCode::VenueRejected},
    {-4067, Verdict::Refused, RejectCode::VenueRejected},
    {-4062, Verdict::Refused, RejectCode::VenueCannot},
    {-4061, Verdict::Refused, RejectCode::VenueCannot},
    {-4060, Verdict::Refused, RejectCode::VenueCannot},
    {-4059, Verdict::AlreadySo, RejectCode::VenueRejected},
    {-4057, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-4056, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-4055, Verdict::Refused, RejectCode::VenueRejected},
    {-4054, Verdict::Refused, RejectCode::VenueRejected},
    {-4053, Verdict::Refused, RejectCode::VenueRejected},
    {-4052, Verdict::AlreadySo, RejectCode::VenueRejected},
    {-4051, Verdict::Refused, RejectCode::InsufficientMargin},
    {-4050, Verdict::Refused, RejectCode::InsufficientMargin},
    {-4049, Verdict::Refused, RejectCode::VenueRejected},
    {-4048, Verdict::Refused, RejectCode::VenueRejected},
    {-4047, Verdict::Refused, RejectCode::VenueRejected},
    {-4046, Verdict::AlreadySo, RejectCode::VenueRejected},
    {-4045, Verdict::Refused, RejectCode::OpenOrders},
    {-4032, Verdict::Refused, RejectCode::VenueRejected},
    {-4031, Verdict::Refused, RejectCode::VenueCannot},
    {-4030, Verdict::Refused, RejectCode::QuantityOffStep},
    {-4029, Verdict::Refused, RejectCode::PriceOffTick},
    {-4028, Verdict::Refused, RejectCode::VenueRejected},
    {-4024, Verdict::Refused, RejectCode::PriceCollar},
    {-4023, Verdict::Refused, RejectCode::QuantityOffStep},
    {-4022, Verdict::Refused, RejectCode::InstrumentNotTrading},
    {-4021, Verdict::Refused, RejectCode::VenueRejected},
    {-4020, Verdict::Refused, RejectCode::VenueCannot},
    {-4016, Verdict::Refused, RejectCode::PriceCollar},
    {-4015, Verdict::Refused, RejectCode::VenueRejected},
    {-4014, Verdict::Refused, RejectCode::PriceOffTick},
    {-4013, Verdict::Refused, RejectCode::PriceCollar},
    {-4007, Verdict::Refused, RejectCode::PriceCollar},
    {-4006, Verdict::Refused, RejectCode::VenueRejected},
    {-4005, Verdict::Refused, RejectCode::QuantityTooLarge},
    {-4004, Verdict::Refused, RejectCode::QuantityTooSmall},
    {-4003, Verdict::Refused, RejectCode::QuantityTooSmall},
    {-4002, Verdict::Refused, RejectCode::PriceCollar},
    {-4001, Verdict::Refused, RejectCode::VenueRejected},
    {-4000, Verdict::Refused, RejectCode::VenueRejected},
    {-2028, Verdict::Refused, RejectCode::InsufficientMargin},
    {-2027, Verdict::Refused, RejectCode::PositionLimit},
    {-2026, Verdict::Refused, RejectCode::VenueCannot},
    {-2025, Verdict::Refused, RejectCode::OpenOrders},
    {-2024, Verdict::Refused, RejectCode::InsufficientMargin},
    {-2023, Verdict::Refused, RejectCode::NotPermitted},
    {-2022, Verdict::Refused, RejectCode::ReduceOnly},
    {-2021, Verdict::Refused, RejectCode::VenueRejected},
    {-2020, Verdict::Refused, RejectCode::VenueRejected},
    {-2019, Verdict::Refused, RejectCode::InsufficientMargin},
    {-2018, Verdict::Refused, RejectCode::InsufficientMargin},
    {-2017, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-2016, Verdict::Refused, RejectCode::InstrumentNotTrading},
    {-2015, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-2014, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-2013, Verdict::NotFound, RejectCode::UnknownOrder, look_up},
    {-2012, Verdict::Unknown, RejectCode::VenueRejected},
    {-2011, Verdict::NotFound, RejectCode::UnknownOrder, look_up},
    {-2010, Verdict::Refused, RejectCode::VenueRejected},
    {-1136, Verdict::Refused, RejectCode::VenueRejected},
    {-1131, Verdict::Refused, RejectCode::VenueRejected},
    {-1130, Verdict::Refused, RejectCode::VenueRejected},
    {-1128, Verdict::Refused, RejectCode::VenueRejected},
    {-1127, Verdict::Refused, RejectCode::VenueRejected},
    {-1126, Verdict::Refused, RejectCode::VenueRejected},
    {-1125, Verdict::Refused, RejectCode::VenueRejected},
    {-1122, Verdict::Refused, RejectCode::InstrumentNotTrading},
    {-1121, Verdict::Refused, RejectCode::UnknownSymbol},
    {-1120, Verdict::Refused, RejectCode::VenueRejected},
    {-1119, Verdict::Refused, RejectCode::VenueRejected},
    {-1118, Verdict::Refused, RejectCode::VenueRejected},
    {-1117, Verdict::Refused, RejectCode::VenueCannot},
    {-1116, Verdict::Refused, RejectCode::VenueCannot},
    {-1115, Verdict::Refused, RejectCode::VenueCannot},
    {-1114, Verdict::Refused, RejectCode::VenueCannot},
    {-1112, Verdict::Refused, RejectCode::VenueRejected},
    {-1111, Verdict::Refused, RejectCode::QuantityOffStep},
    {-1110, Verdict::Refused, RejectCode::VenueRejected},
    {-1109, Verdict::Refused, RejectCode::UnknownAccount},
    {-1108, Verdict::Refused, RejectCode::VenueRejected},
    {-1106, Verdict::Refused, RejectCode::VenueRejected},
    {-1105, Verdict::Refused, RejectCode::VenueRejected},
    {-1104, Verdict::Refused, RejectCode::VenueRejected},
    {-1103, Verdict::Refused, RejectCode::VenueRejected},
    {-1102, Verdict::Refused, RejectCode::VenueRejected},
    {-1101, Verdict::Refused, RejectCode::VenueRejected},
    {-1100, Verdict::Refused, RejectCode::VenueRejected},
    {-1099, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-1023, Verdict::Refused, RejectCode::VenueRejected},
    {-1022, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-1021, Verdict::Stale, RejectCode::StaleRequest, later},
    {-1020, Verdict::Refused, RejectCode::VenueCannot},
    {-1016, Verdict::Refused, RejectCode::InstrumentNotTrading, later},
    {-1015, Verdict::RateLimited, RejectCode::VenueRateLimit, later | any_status},
    {-1014, Verdict::Refused, RejectCode::VenueCannot},
    {-1013, Verdict::Refused, RejectCode::VenueRejected},
    {-1011, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-1010, Verdict::Unknown, RejectCode::VenueRejected},
    {-1008, Verdict::Refused, RejectCode::VenueRateLimit, later | any_status},
    {-1007, Verdict::Unknown, RejectCode::VenueRejected},
    {-1006, Verdict::Unknown, RejectCode::VenueRejected},
    {-1003, Verdict::RateLimited, RejectCode::VenueRateLimit, later | any_status},
    {-1002, Verdict::Unauthorized, RejectCode::NotPermitted},
    {-1001, Verdict::Refused, RejectCode::VenueRejected, later | any_status},
    {-1000, Verdict::Unknown, RejectCode::VenueRejected},
};

constexpr bool sorted() {
  for (std::size_t i = 1; i < std::size(errors); ++i) {
    if (errors[i - 1].code >= errors[i].code) return false;
  }
  return true;
}
static_assert(sorted());

// The venue's words for a request that it has not carried out, though the status says 5xx. They
// count inside the venue's own JSON only: a proxy's page may say the same.
constexpr std::string_view failed_for_certain[] = {
    "Service Unavailable",
    "Internal error; unable to process your request",
};

bool changes_orders(AskKind kind) {
  return kind == AskKind::Place || kind == AskKind::Amend || kind == AskKind::Cancel ||
         kind == AskKind::CancelAll;
}

bool is_about_an_open_order(AskKind kind) {
  return kind == AskKind::Amend || kind == AskKind::Cancel;
}

bool is_limit(std::int64_t status) { return status == 429 || status == 418; }

bool is_venue_side(std::int64_t status) { return status == 408 || status >= 500; }

Judgement by_status(std::int64_t status, AskKind kind) {
  if (!is_limit(status) || changes_orders(kind)) return {};
  return {.verdict = Verdict::RateLimited,
          .code = RejectCode::VenueRateLimit,
          .order_may_be_closed = false,
          .may_pass_later = true};
}

Judgement by_row(const ErrorRow& row, AskKind kind) {
  Judgement judgement{
      .verdict = row.verdict,
      .code = row.reject_code,
      .order_may_be_closed = row.has(ErrorRow::order_may_be_closed) && is_about_an_open_order(kind),
      .may_pass_later = row.has(ErrorRow::may_pass_later)};
  // "Unknown", "triggering" or "taken" about an order that is only being placed: an earlier copy of
  // it may exist, so it is looked up.
  if (row.verdict == Verdict::NotFound && kind == AskKind::Place) {
    judgement.verdict = Verdict::Unknown;
  }
  // A post-only order whose new price would take is cancelled by the venue.
  if (row.reject_code == RejectCode::PostOnlyWouldTake && kind == AskKind::Amend) {
    judgement.order_may_be_closed = true;
  }
  return judgement;
}

}  // namespace

std::optional<ErrorRow> find_error(std::int64_t code) {
  const auto found =
      std::lower_bound(std::begin(errors), std::end(errors), code,
                       [](const ErrorRow& row, std::int64_t wanted) { return row.code < wanted; });
  if (found == std::end(errors) || found->code != code) return std::nullopt;
  return *found;
}

Judgement judge(std::int64_t status, const wire::Failure& failure, AskKind kind) {
  const auto row = failure.code ? find_error(*failure.code) : std::nullopt;
  if (is_venue_side(status)) {
    if (row && row->has(ErrorRow::whatever_status)) return by_row(*row, kind);
    for (const std::string_view words : failed_for_certain) {
      if (failure.message.starts_with(words)) {
        return {.verdict = Verdict::Refused,
                .code = RejectCode::VenueRejected,
                .order_may_be_closed = false,
                .may_pass_later = true};
      }
    }
    return {};
  }
  return row ? by_row(*row, kind) : by_status(status, kind);
}

fixspec::RejectDetail to_detail(std::int64_t status, const wire::Failure& failure,
                                RejectCode code) {
  const std::string words =
      failure.message.empty() ? "status " + std::to_string(status) : std::string{failure.message};
  return {.code = code,
          .text = "Binance refused: " + words,
          .venue_error_code = std::to_string(failure.code.value_or(status)),
          .venue_error_text = words,
          .risk_limit = {},
          .risk_used = {}};
}

}  // namespace causeway::translators::binance
