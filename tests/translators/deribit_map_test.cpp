#include "translators/deribit/map.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "translators/deribit/codec.hpp"
#include "translators/deribit/errors.hpp"
#include "translators/deribit/sign.hpp"

namespace causeway::translators::deribit {
namespace {

// Every enumerator from the first on, until to_text has no more.
template <class Enum, class FromText>
std::size_t both_ways(const FromText& from_text) {
  std::set<std::string_view> names;
  for (int i = 0; i < 64; ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string_view name = to_text(value);
    if (name.empty()) break;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(from_text(name), value) << name;
  }
  EXPECT_EQ(from_text("no such word"), std::nullopt);
  EXPECT_EQ(from_text(""), std::nullopt);
  return names.size();
}

TEST(DeribitMap, EveryWordHasOneMeaningBothWays) {
  EXPECT_EQ(both_ways<wire::Direction>(direction_from_text), 2u);
  EXPECT_EQ(both_ways<wire::OrderType>(order_type_from_text), 8u);
  EXPECT_EQ(both_ways<wire::OrderState>(order_state_from_text), 6u);
  EXPECT_EQ(both_ways<wire::TimeInForce>(time_in_force_from_text), 4u);
  EXPECT_EQ(both_ways<wire::Trigger>(trigger_from_text), 3u);
  EXPECT_EQ(both_ways<wire::Advanced>(advanced_from_text), 2u);
  EXPECT_EQ(both_ways<wire::Kind>(kind_from_text), 5u);
}

TEST(DeribitMap, EveryMethodIsFoundByItsName) {
  const auto last = static_cast<int>(wire::Method::DisableHeartbeat);
  for (int i = 0; i <= last; ++i) {
    const auto method = static_cast<wire::Method>(i);
    const std::string_view name = to_text(method);
    EXPECT_TRUE(name.starts_with("private/") || name.starts_with("public/")) << name;
    EXPECT_EQ(method_from_text(name), method);
    std::set<wire::Parameter> seen;
    for (const wire::Parameter parameter : parameters_of(method)) {
      EXPECT_TRUE(seen.insert(parameter).second) << name << " " << to_text(parameter);
    }
  }
  EXPECT_EQ(method_from_text("private/withdraw"), std::nullopt);
}

TEST(DeribitMap, OurWordsGoOutAndComeBack) {
  for (const fixspec::Side side : {fixspec::Side::Buy, fixspec::Side::Sell}) {
    EXPECT_EQ(to_side(to_wire(side)), side);
  }
  for (const fixspec::OrdType type : {fixspec::OrdType::Market, fixspec::OrdType::Limit,
                                      fixspec::OrdType::Stop, fixspec::OrdType::StopLimit}) {
    EXPECT_EQ(to_ord_type(to_wire(type)), type);
  }
  EXPECT_EQ(to_text(to_wire(fixspec::TimeInForce::GoodTillDate)), "good_til_cancelled");
  EXPECT_EQ(to_text(to_wire(fixspec::TimeInForce::FillOrKill)), "fill_or_kill");
  EXPECT_EQ(to_text(to_wire(fixspec::TimeInForce::ImmediateOrCancel)), "immediate_or_cancel");
  EXPECT_EQ(to_text(to_wire(fixspec::TriggerRef::LastTrade)), "last_price");
  EXPECT_EQ(to_text(to_wire(fixspec::TriggerRef::Mark)), "mark_price");
  EXPECT_EQ(to_text(to_wire(fixspec::TriggerRef::Index)), "index_price");
}

TEST(DeribitMap, SymbolsTellTheirSegmentAndCurrency) {
  struct Case {
    std::string_view name;
    std::optional<fixspec::Segment> segment;
    std::string_view currency;
  };
  using enum fixspec::Segment;
  for (const auto& [name, segment, currency] : std::initializer_list<Case>{
           {"BTC-PERPETUAL", Inverse, "BTC"},
           {"BTC-25DEC26", Inverse, "BTC"},
           {"ETH-1NOV24", Inverse, "ETH"},
           {"ETH_USDC-PERPETUAL", Linear, "USDC"},
           {"BTC_USDC-25DEC26", Linear, "USDC"},
           {"BTC-25DEC26-100000-C", Option, "BTC"},
           {"XRP_USDC-30JUN23-0d625-P", Option, "USDC"},
           {"BTC_USDC", Spot, "USDC"},
           {"BTC-FS-25DEC26_PERP", std::nullopt, "BTC"},
           {"BTC-CS-19MAY26-70000_75000", std::nullopt, "BTC"},
           {"BTC-STRG-19MAY26-70000_75000", std::nullopt, "BTC"},
           {"BTC", std::nullopt, "BTC"},
           {"", std::nullopt, ""},
           {"-C", std::nullopt, ""},
       }) {
    EXPECT_EQ(segment_of(name), segment) << name;
    EXPECT_EQ(currency_of(name), currency) << name;
  }
}

// The venue writes "never" as a time in the year 3000: more nanoseconds than 64 bits hold.
TEST(DeribitMap, ATimeBeyondOursIsTheLatestThatThereIs) {
  wire::PublicTrade trade;
  trade.trade_id = "1";
  trade.instrument_name = "BTC-PERPETUAL";
  trade.price = "90000";
  trade.amount = "10";
  trade.timestamp_ms = 32'503'708'800'000;
  const auto mapped = to_public_trade(trade);
  ASSERT_TRUE(mapped) << mapped.error().text;
  EXPECT_GT(mapped->venue_time, 9'223'372'036'000'000'000);
  trade.timestamp_ms = -1;
  EXPECT_EQ(to_public_trade(trade)->venue_time, 0);
}

TEST(DeribitMap, OnlyWhatCouldBeOursIsAClientId) {
  EXPECT_EQ(client_id_of("ABC123")->view(), "ABC123");
  EXPECT_EQ(client_id_of(std::string(32, 'A'))->view(), std::string(32, 'A'));
  EXPECT_EQ(client_id_of(std::string(33, 'A')), std::nullopt);
  EXPECT_EQ(client_id_of(""), std::nullopt);
  EXPECT_EQ(client_id_of("O-1"), std::nullopt);
}

// ---- encoding
// -----------------------------------------------------------------------------------------

TEST(DeribitCodec, TextsAreEscapedInBothForms) {
  wire::NewOrder order;
  order.instrument_name = "A\"B\\\n/&= ";
  std::string frame;
  encode_frame(frame, 7, order);
  EXPECT_EQ(frame,
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"private/buy\",\"params\":"
            "{\"instrument_name\":\"A\\\"B\\\\\\u000A/&= \"}}");
  EXPECT_EQ(encode_http_target(order),
            "/api/v2/private/buy?instrument_name=A%22B%5C%0A%2F%26%3D%20");
}

TEST(DeribitCodec, DecimalsAreWrittenExactly) {
  wire::NewOrder order;
  order.direction = wire::Direction::Sell;
  order.instrument_name = "X";
  order.amount = fixspec::Decimal::parse("0.000000000001").value();
  order.price = fixspec::Decimal::parse("123456789012345.123456789012").value();
  std::string frame;
  encode_frame(frame, 1, order);
  EXPECT_NE(frame.find(R"("amount":0.000000000001,"price":123456789012345.123456789012)"),
            std::string::npos)
      << frame;
}

TEST(DeribitCodec, ABufferThatIsKeptIsNotAllocatedAgain) {
  std::string frame;
  frame.reserve(512);
  const char* const before = frame.data();
  wire::NewOrder order;
  order.instrument_name = "BTC-PERPETUAL";
  order.label = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  for (std::uint64_t id = 1; id < 100; ++id) encode_frame(frame, id, order);
  EXPECT_EQ(frame.data(), before);
}

// ---- signatures: the examples that the venue publishes
// ------------------------------------------------

TEST(DeribitSign, LogonExampleOfTheDocumentation) {
  HmacKey key{"AMANDASECRECT"};
  EXPECT_EQ(key.sign(auth_string_to_sign(1576074319000, "1iqt2wls", "")).view(),
            "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1");
}

TEST(DeribitSign, HttpExampleOfTheDocumentation) {
  HmacKey key{"AMANDASECRECT"};
  const std::string wanted = "9bfbc51a2bc372d72cc396cf1a213dc78d42eb74cb7dc272351833ad0de276ab";
  // The key is used more than once: each signature starts anew.
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(http_authorization(key, "AMANDA", 1576074319000, "1iqt2wls", "GET",
                                 "/api/v2/private/get_account_summary?currency=BTC", ""),
              "deri-hmac-sha256 id=AMANDA,ts=1576074319000,sig=" + wanted + ",nonce=1iqt2wls");
  }
}

// ---- errors
// ---------------------------------------------------------------------------------------------

TEST(DeribitErrors, CodesMeanWhatTheCompleteTableSays) {
  struct Case {
    std::int64_t code;
    AskKind kind;
    Judgement judgement;
  };
  using enum fixspec::RejectCode;
  using enum AskKind;
  for (const auto& [code, kind, judgement] : std::initializer_list<Case>{
           {10001, Place, {Verdict::Unknown, VenueRejected, false}},
           {10002, Place, {Verdict::Refused, QuantityTooSmall, false}},
           {10004, Cancel, {Verdict::NotFound, UnknownOrder, true}},
           {10004, AskKind::QueryOrder, {Verdict::NotFound, UnknownOrder, false}},
           {10009, Place, {Verdict::Refused, InsufficientMargin, false}},
           {10009, Amend, {Verdict::Refused, InsufficientMargin, false}},
           {10010, Amend, {Verdict::NotFound, TooLate, true}},
           {10028, Place, {Verdict::RateLimited, VenueRateLimit, false, true}},
           {10041, Cancel, {Verdict::Refused, InstrumentNotTrading, false, true}},
           {11008, Cancel, {Verdict::NotFound, TooLate, true}},
           {11031, Place, {Verdict::Unknown, VenueRejected, false}},
           {11044, Cancel, {Verdict::NotFound, TooLate, true}},
           {11054, Place, {Verdict::Refused, PostOnlyWouldTake, false}},
           {11054, Amend, {Verdict::Refused, PostOnlyWouldTake, true}},
           {11094, Cancel, {Verdict::Unknown, VenueRejected, false}},
           {13009, Place, {Verdict::Unauthorized, NotPermitted, false}},
           {13028, Place, {Verdict::Unknown, VenueRejected, false}},
           {13666, Amend, {Verdict::NotFound, TooLate, true}},
           {13666, Place, {Verdict::Unknown, TooLate, false}},
           {13777, Amend, {Verdict::Refused, AlreadyPending, false}},
           {13888, Place, {Verdict::Refused, StaleRequest, false}},
           {-32602, Place, {Verdict::Refused, VenueRejected, false}},
           {424242, Place, {Verdict::Unknown, VenueRejected, false}},
       }) {
    EXPECT_EQ(judge(code, kind), judgement) << code;
  }
}

TEST(DeribitErrors, TheWrongTableOfTheSamePageIsNotUsed) {
  // It calls 10002 insufficient funds, 11000 order not found and 11006 a post-only reject.
  EXPECT_EQ(find_error(10002)->message, "qty_too_low");
  EXPECT_EQ(find_error(11000), std::nullopt);
  EXPECT_EQ(find_error(11006), std::nullopt);
}

TEST(DeribitErrors, ARefusalNamesTheVenuesCodeAndWords) {
  wire::Failure failure;
  failure.code = 11050;
  failure.message = "bad_request";
  failure.reason = "too small";
  failure.parameter = "amount";
  const auto detail = to_detail(failure, fixspec::RejectCode::VenueRejected);
  EXPECT_EQ(detail.text, "Deribit refused: bad_request: too small (amount)");
  EXPECT_EQ(detail.venue_error_code, "11050");
  EXPECT_EQ(detail.venue_error_text, "bad_request: too small (amount)");
}

}  // namespace
}  // namespace causeway::translators::deribit
