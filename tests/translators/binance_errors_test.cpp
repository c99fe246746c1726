#include "translators/binance/errors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace causeway::translators::binance {
namespace {

using enum fixspec::RejectCode;
using enum AskKind;

Judgement judged(std::int64_t status, std::int64_t code, AskKind kind) {
  return judge(status, {.code = code, .message = {}}, kind);
}

constexpr bool look_up = true;
constexpr bool later = true;

TEST(BinanceErrors, CodesMeanWhatTheVenueSays) {
  struct Case {
    std::int64_t code;
    AskKind kind;
    Judgement judgement;
  };
  for (const auto& [code, kind, judgement] : std::initializer_list<Case>{
           {-1000, Place, {Verdict::Unknown, VenueRejected, false, false}},
           {-1001, Place, {Verdict::Refused, VenueRejected, false, later}},
           {-1002, Place, {Verdict::Unauthorized, NotPermitted, false, false}},
           {-1003, Place, {Verdict::RateLimited, VenueRateLimit, false, later}},
           {-1003, Cancel, {Verdict::RateLimited, VenueRateLimit, false, later}},
           {-1006, Place, {Verdict::Unknown, VenueRejected, false, false}},
           {-1007, Cancel, {Verdict::Unknown, VenueRejected, false, false}},
           {-1008, Place, {Verdict::Refused, VenueRateLimit, false, later}},
           {-1015, Place, {Verdict::RateLimited, VenueRateLimit, false, later}},
           {-1021, Place, {Verdict::Stale, StaleRequest, false, later}},
           {-5028, Place, {Verdict::Stale, StaleRequest, false, later}},
           {-1022, Place, {Verdict::Unauthorized, NotPermitted, false, false}},
           {-2015, Cancel, {Verdict::Unauthorized, NotPermitted, false, false}},
           {-1102, Place, {Verdict::Refused, VenueRejected, false, false}},
           {-1111, Place, {Verdict::Refused, QuantityOffStep, false, false}},
           {-1121, Place, {Verdict::Refused, UnknownSymbol, false, false}},
           {-2010, Place, {Verdict::Refused, VenueRejected, false, false}},
           {-2011, Cancel, {Verdict::NotFound, UnknownOrder, look_up, false}},
           {-2013, Amend, {Verdict::NotFound, UnknownOrder, look_up, false}},
           {-2013, AskKind::QueryOrder, {Verdict::NotFound, UnknownOrder, false, false}},
           {-2013, Place, {Verdict::Unknown, UnknownOrder, false, false}},
           {-2018, Place, {Verdict::Refused, InsufficientMargin, false, false}},
           {-2019, Place, {Verdict::Refused, InsufficientMargin, false, false}},
           {-2021, Place, {Verdict::Refused, VenueRejected, false, false}},
           {-2022, Place, {Verdict::Refused, ReduceOnly, false, false}},
           {-2025, Place, {Verdict::Refused, OpenOrders, false, false}},
           {-2027, Place, {Verdict::Refused, PositionLimit, false, false}},
           {-4003, Place, {Verdict::Refused, QuantityTooSmall, false, false}},
           {-4005, Place, {Verdict::Refused, QuantityTooLarge, false, false}},
           {-4014, Amend, {Verdict::Refused, PriceOffTick, false, false}},
           {-4016, Place, {Verdict::Refused, PriceCollar, false, false}},
           {-4023, Place, {Verdict::Refused, QuantityOffStep, false, false}},
           {-4046, Place, {Verdict::AlreadySo, VenueRejected, false, false}},
           {-4059, Place, {Verdict::AlreadySo, VenueRejected, false, false}},
           {-4109, Place, {Verdict::Refused, UnknownAccount, false, false}},
           // An earlier order of this client id exists: whether it is this one has to be asked.
           {-4116, Place, {Verdict::Unknown, DuplicateClOrdId, false, false}},
           {-4117, Cancel, {Verdict::NotFound, TooLate, look_up, later}},
           {-4120, Place, {Verdict::Refused, VenueCannot, false, false}},
           {-4131, Place, {Verdict::Refused, PriceCollar, false, false}},
           {-4164, Place, {Verdict::Refused, NotionalTooSmall, false, false}},
           {-4192, Place, {Verdict::Refused, NotPermitted, false, false}},
           {-5021, Place, {Verdict::Refused, VenueRejected, false, false}},
           {-5022, Place, {Verdict::Refused, PostOnlyWouldTake, false, false}},
           // The venue cancels the order whose new price would take.
           {-5022, Amend, {Verdict::Refused, PostOnlyWouldTake, look_up, false}},
           {-5024, Amend, {Verdict::Refused, InstrumentNotTrading, false, false}},
           {-5043, Amend, {Verdict::Refused, AlreadyPending, look_up, later}},
           {-424242, Place, {Verdict::Unknown, VenueRejected, false, false}},
           {-424242, Cancel, {Verdict::Unknown, VenueRejected, false, false}},
       }) {
    EXPECT_EQ(judged(400, code, kind), judgement) << code;
  }
}

TEST(BinanceErrors, TheVenuesOwnTroubleIsUnknownUnlessItSaysThatNothingWasDone) {
  struct Case {
    std::int64_t status;
    std::optional<std::int64_t> code;
    std::string_view message;
    Verdict verdict;
  };
  for (const auto& [status, code, message, verdict] : std::initializer_list<Case>{
           {503, -1000, "Unknown error, please check your request or try again later.",
            Verdict::Unknown},
           {503, std::nullopt, "Unknown error, please check your request or try again later.",
            Verdict::Unknown},
           {503, std::nullopt, "Service Unavailable.", Verdict::Refused},
           {503, -1001, "Internal error; unable to process your request. Please try again.",
            Verdict::Refused},
           {503, std::nullopt, "Internal error; unable to process your request. Please try again.",
            Verdict::Refused},
           {503, -1008,
            "Request throttled by system-level protection. Reduce-only/close-position orders are "
            "exempt. Please try again.",
            Verdict::Refused},
           {503, std::nullopt, "", Verdict::Unknown},
           {503, -2019, "Margin is insufficient.", Verdict::Unknown},
           {502, std::nullopt, "", Verdict::Unknown},
           {500, -424242, "?", Verdict::Unknown},
           {408, -1007, "Timeout waiting for response from backend server.", Verdict::Unknown},
           {408, std::nullopt, "", Verdict::Unknown},
           {400, std::nullopt, "", Verdict::Unknown},
           {403, std::nullopt, "", Verdict::Unknown},
           {418, std::nullopt, "", Verdict::Unknown},
           {429, std::nullopt, "", Verdict::Unknown},
           {429, -1003, "Too many requests; current limit is 2400 requests per minute.",
            Verdict::RateLimited},
           {429, -1015, "Too many new orders.", Verdict::RateLimited},
           {418, -1003, "Way too many requests; IP banned until 1659146400000.",
            Verdict::RateLimited},
           {401, -2015, "Invalid API-key, IP, or permissions for action.", Verdict::Unauthorized},
       }) {
    const wire::Failure failure{.code = code, .message = message};
    EXPECT_EQ(judge(status, failure, Place).verdict, verdict) << status << " " << message;
    const Verdict about_cancel = judge(status, failure, Cancel).verdict;
    EXPECT_EQ(about_cancel, verdict) << status << " " << message;
  }
  // A question that was not looked at has done nothing.
  EXPECT_EQ(judge(429, {}, AskKind::QueryPositions),
            (Judgement{Verdict::RateLimited, VenueRateLimit, false, true}));
  EXPECT_EQ(judge(502, {}, AskKind::QueryPositions).verdict, Verdict::Unknown);
}

TEST(BinanceErrors, ARefusalNamesTheVenuesCodeAndWords) {
  const auto detail =
      to_detail(400, {.code = -2019, .message = "Margin is insufficient."}, InsufficientMargin);
  EXPECT_EQ(detail.code, InsufficientMargin);
  EXPECT_EQ(detail.text, "Binance refused: Margin is insufficient.");
  EXPECT_EQ(detail.venue_error_code, "-2019");
  EXPECT_EQ(detail.venue_error_text, "Margin is insufficient.");
  EXPECT_EQ(to_detail(429, {}, VenueRateLimit).text, "Binance refused: status 429");
}

}  // namespace
}  // namespace causeway::translators::binance
