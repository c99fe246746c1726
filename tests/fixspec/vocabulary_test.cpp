#include <gtest/gtest.h>

#include <set>

#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "fixspec/reject_code.hpp"
#include "fixspec/report.hpp"

namespace causeway::fixspec {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
static_assert(Addable<Price, Price>);
static_assert(!Addable<Price, Quantity>, "a price and a quantity have no sum");

TEST(Vocabulary, EveryVenueHasOneNameBothWays) {
  std::set<std::string_view> names;
  for (const Venue venue : all_venues) {
    names.insert(to_fix(venue));
    EXPECT_EQ(venue_from_fix(to_fix(venue)), venue);
  }
  EXPECT_EQ(names.size(), std::size(all_venues));
  EXPECT_EQ(venue_from_fix("deribit"), std::nullopt);
}

TEST(Vocabulary, EnumeratorsAreTheCharactersOfTheWire) {
  EXPECT_EQ(side_from_fix("1"), Side::Buy);
  EXPECT_EQ(side_from_fix("5"), std::nullopt);
  EXPECT_EQ(ord_type_from_fix("4"), OrdType::StopLimit);
  EXPECT_EQ(ord_type_from_fix("P"), std::nullopt);
  EXPECT_EQ(time_in_force_from_fix("6"), TimeInForce::GoodTillDate);
  EXPECT_EQ(time_in_force_from_fix("0"), std::nullopt);
  EXPECT_EQ(time_in_force_from_fix("11"), std::nullopt);
}

TEST(Vocabulary, IdRefusesWhatDoesNotFit) {
  EXPECT_EQ(ClOrdId::parse(""), std::nullopt);
  EXPECT_EQ(ClOrdId::parse(std::string(65, 'x')), std::nullopt);
  EXPECT_EQ(ClOrdId::parse(std::string(64, 'x'))->view(), std::string(64, 'x'));
  EXPECT_LT(ClOrdId{"a"}, ClOrdId{"b"});
}

Instrument option() {
  Instrument instrument;
  instrument.security_type = SecurityType::Option;
  instrument.contract_type = ContractType::Inverse;
  instrument.tick = parse_price("0.0001").value();
  instrument.tick_steps = {{parse_price("0.005").value(), parse_price("0.0005").value()}};
  return instrument;
}

TEST(Instrument, TickGrowsAboveItsStep) {
  EXPECT_EQ(tick_at(option(), parse_price("0.005").value()).to_string(), "0.0001");
  EXPECT_EQ(tick_at(option(), parse_price("0.0051").value()).to_string(), "0.0005");
}

TEST(Instrument, NotionalOfEachKind) {
  Instrument linear;
  linear.contract_type = ContractType::Linear;
  Instrument inverse;
  inverse.contract_type = ContractType::Inverse;
  const Price price = parse_price("60000.5").value();
  const auto value = [&](const Instrument& instrument, std::string_view qty) {
    return notional(instrument, parse_quantity(qty).value(), price).value().to_string();
  };
  EXPECT_EQ(value(linear, "0.5"), "30000.25");
  EXPECT_EQ(value(inverse, "1000"), "1000");
  EXPECT_EQ(value(option(), "-2"), "120001");
}

TEST(RejectCode, EveryCodeHasItsOwnText) {
  std::set<std::string_view> texts;
  std::size_t count = 0;
  for (const RejectCode code : {RejectCode::MissingField,
                                RejectCode::MalformedField,
                                RejectCode::UnsupportedValue,
                                RejectCode::NotPermitted,
                                RejectCode::DuplicateClOrdId,
                                RejectCode::UnknownOrder,
                                RejectCode::AlreadyPending,
                                RejectCode::TooLate,
                                RejectCode::StaleRequest,
                                RejectCode::FieldMismatch,
                                RejectCode::UnknownAccount,
                                RejectCode::UnknownSymbol,
                                RejectCode::AmbiguousSymbol,
                                RejectCode::InstrumentNotTrading,
                                RejectCode::PriceOffTick,
                                RejectCode::QuantityOffStep,
                                RejectCode::QuantityTooSmall,
                                RejectCode::QuantityTooLarge,
                                RejectCode::NotionalTooSmall,
                                RejectCode::MaxOrderQty,
                                RejectCode::MaxOrderValue,
                                RejectCode::PriceCollar,
                                RejectCode::NoReferencePrice,
                                RejectCode::DuplicateOrder,
                                RejectCode::PositionLimit,
                                RejectCode::OpenOrders,
                                RejectCode::OrderRate,
                                RejectCode::ReduceOnly,
                                RejectCode::TradingHalted,
                                RejectCode::PositionMismatch,
                                RejectCode::VenueDown,
                                RejectCode::Recovering,
                                RejectCode::NotSent,
                                RejectCode::Overloaded,
                                RejectCode::VenueCannot,
                                RejectCode::NotAcceptedInTime,
                                RejectCode::VenueRejected,
                                RejectCode::PostOnlyWouldTake,
                                RejectCode::InsufficientMargin,
                                RejectCode::VenueRateLimit}) {
    texts.insert(to_text(code));
    ++count;
  }
  EXPECT_EQ(texts.size(), count);
  EXPECT_EQ(ord_rej_reason(RejectCode::DuplicateClOrdId), OrdRejReason::DuplicateOrder);
  EXPECT_EQ(cxl_rej_reason(RejectCode::UnknownOrder), CxlRejReason::UnknownOrder);
}

}  // namespace
}  // namespace causeway::fixspec
