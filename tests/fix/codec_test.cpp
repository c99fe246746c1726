#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "fixspec/dictionary.hpp"
#include "gateway/fix/decode.hpp"
#include "gateway/fix/encode.hpp"
#include "gateway/fix/frame.hpp"
#include "gateway/fix/report_text.hpp"
#include "gateway/fix/time_text.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using namespace fixspec;
using gateway::fix::decode;
using gateway::fix::DecodeContext;
using gateway::fix::FrameFields;
using gateway::fix::Undecodable;
using testing::HasSubstr;

const FIX::DataDictionary& dictionary() {
  static const FIX::DataDictionary* const loaded = [] {
    std::istringstream text{std::string{fix44_dictionary()}};
    return new FIX::DataDictionary{text};
  }();
  return *loaded;
}

// Messages are looked at this many seconds after the 122 that the tests use.
constexpr std::string_view first_sent = "20261121-10:00:00";
constexpr std::int64_t max_age_ns = 5 * nanos_per_second;

FIX::Message parse(const std::string& body, const std::string& header = "") {
  const std::size_t type_end = body.find('|') + 1;
  const std::string whole =
      gateway::fix::make_frame("FIX.4.4", with_delimiters(body.substr(0, type_end) +
                                                          "34=2|49=OMS|52=20261121-10:00:00|56=C|" +
                                                          header + body.substr(type_end)));
  FIX::Message message{whole, dictionary(), true};
  dictionary().validate(message);
  return message;
}

Result<ClientRequest, Undecodable> decoded(const std::string& body, const std::string& header = "",
                                           std::int64_t age_s = 0, bool known = false) {
  static const Desk desk;
  const DecodeContext context{
      .now = gateway::fix::parse_fix_time(first_sent).value() + age_s * nanos_per_second,
      .poss_dup_max_age_ns = max_age_ns,
      .instruments_named = [](const Symbol& symbol) { return desk.instruments_named(symbol); },
      .knows_cl_ord_id = [known](const ClOrdId&) { return known; }};
  const FIX::Message message = parse(body, header);
  return decode(FrameFields{message}, context);
}

const std::string order = "35=D|11=a|1=main|55=BTC-PERPETUAL|54=1|60=20261121-00:00:00|38=20|";

template <class Request>
Request decoded_as(const std::string& body, const std::string& header = "", std::int64_t age_s = 0,
                   bool known = false) {
  const auto result = decoded(body, header, age_s, known);
  EXPECT_TRUE(result) << body;
  if (!result) return {};
  const auto* const refused = std::get_if<RefusedRequest>(&*result);
  if (refused != nullptr && !std::is_same_v<Request, RefusedRequest>) {
    ADD_FAILURE() << "refused: " << refused->text;
  }
  const auto* const request = std::get_if<Request>(&*result);
  EXPECT_NE(request, nullptr) << body;
  return request == nullptr ? Request{} : *request;
}

// ---- D ------------------------------------------------------------------------------------------

TEST(FixDecode, LimitOrderWithEverything) {
  const auto request =
      decoded_as<NewOrderSingle>(order +
                                 "207=DERIBIT|100=DERIBIT|167=FUT|15=USD|21=1|40=2|44=60000.5|59=6|"
                                 "126=20261231-23:59:59.5|18=6 E|58=note|423=2|");
  EXPECT_EQ(request, (NewOrderSingle{
                         .cl_ord_id = ClOrdId{"a"},
                         .account = AccountId{"main"},
                         .instrument = {Symbol{"BTC-PERPETUAL"}, Venue::Deribit, Segment::Inverse},
                         .side = Side::Buy,
                         .ord_type = OrdType::Limit,
                         .time_in_force = TimeInForce::GoodTillDate,
                         .order_qty = parse_quantity("20").value(),
                         .price = parse_price("60000.5").value(),
                         .exec_inst = {.participate_dont_initiate = true, .do_not_increase = true},
                         .exec_inst_text = "6 E",
                         .expire_time = 1'798'761'599'500'000'000,
                     }));
}

TEST(FixDecode, BareMarketOrderIsGoodTillCancel) {
  const auto request = decoded_as<NewOrderSingle>(order + "40=1|");
  EXPECT_EQ(request.time_in_force, TimeInForce::GoodTillCancel);
  EXPECT_EQ(request.instrument, (InstrumentRef{Symbol{"BTC-PERPETUAL"}, {}, {}}));
  EXPECT_FALSE(request.price);
  EXPECT_FALSE(request.poss_resend);
}

TEST(FixDecode, StopOrdersHaveTheirTrigger) {
  const auto stop = decoded_as<NewOrderSingle>(order + "40=3|99=1.5|");
  EXPECT_EQ(stop.trigger_ref, TriggerRef::LastTrade);
  EXPECT_EQ(stop.stop_px->to_string(), "1.5");
  const auto limit = decoded_as<NewOrderSingle>(order + "40=4|99=1|44=2|20045=M|");
  EXPECT_EQ(limit.trigger_ref, TriggerRef::Mark);
  EXPECT_EQ(limit.price->to_string(), "2");
}

TEST(FixDecode, EveryDigitOfAPriceSurvives) {
  const auto request = decoded_as<NewOrderSingle>(order + "40=2|44=12345678901234.123456789012|");
  EXPECT_EQ(request.price->to_string(), "12345678901234.123456789012");
}

TEST(FixDecode, ExecInstInAnyOrder) {
  const std::vector<std::tuple<std::string, bool, bool>> cases = {
      {"6", true, false},   {"A", true, false},    {"6 A", true, false},
      {"A 6", true, false}, {"E", false, true},    {"E 6", true, true},
      {"6 E", true, true},  {"A E 6", true, true}, {"6 A E", true, true}};
  for (const auto& [text, post_only, reduce_only] : cases) {
    const auto request = decoded_as<NewOrderSingle>(order + "40=2|44=1|18=" + text + "|");
    EXPECT_EQ(request.exec_inst.participate_dont_initiate, post_only) << text;
    EXPECT_EQ(request.exec_inst.do_not_increase, reduce_only) << text;
    EXPECT_EQ(request.exec_inst_text, text);
  }
}

TEST(FixDecode, SecurityTypeChoosesTheSegment) {
  const auto segment = [](const std::string& symbol, const std::string& fields) {
    return decoded_as<NewOrderSingle>(
               "35=D|11=a|1=main|54=1|60=20261121-00:00:00|38=20|40=1|55=" + symbol + "|" + fields)
        .instrument.segment;
  };
  EXPECT_EQ(segment("BTC-PERPETUAL", "167=FUT|"), Segment::Inverse);
  EXPECT_EQ(segment("BTC-PERPETUAL", "167=PERP|"), Segment::Inverse);
  EXPECT_EQ(segment("BTC_USDC-PERPETUAL", "461=FFCCSX|"), Segment::Linear);
  EXPECT_EQ(segment("BTC-25DEC26-100000-C", "167=OPT|461=OCECCS|"), Segment::Option);
  EXPECT_EQ(segment("NOBODY-KNOWS", "167=FUT|"), std::nullopt);
}

struct RefusedCase {
  std::string name;
  std::string body;
  RejectCode code;
  std::string text;
};

class FixDecodeRefusal : public testing::TestWithParam<RefusedCase> {};

TEST_P(FixDecodeRefusal, KeepsTheIdAndNamesTheField) {
  const auto refused = decoded_as<RefusedRequest>(GetParam().body);
  EXPECT_EQ(refused.msg_type, GetParam().body[3]);
  EXPECT_FALSE(refused.cl_ord_id.empty());
  EXPECT_EQ(refused.code, GetParam().code) << refused.text;
  EXPECT_THAT(refused.text, HasSubstr(GetParam().text));
}

const std::string replace =
    "35=G|11=b|41=a|55=BTC-PERPETUAL|54=1|60=20261121-00:00:00|38=20|40=2|44=1|";

INSTANTIATE_TEST_SUITE_P(
    Table, FixDecodeRefusal,
    testing::Values(
        RefusedCase{"NoAccount", "35=D|11=a|55=X|54=1|60=20261121-00:00:00|38=20|40=1|",
                    RejectCode::MissingField, "Account(1) is missing"},
        RefusedCase{"NoQuantity", "35=D|11=a|1=m|55=X|54=1|60=20261121-00:00:00|40=1|",
                    RejectCode::MissingField, "OrderQty(38) is missing"},
        RefusedCase{"QuantityZero", "35=D|11=a|1=m|55=X|54=1|60=20261121-00:00:00|40=1|38=0|",
                    RejectCode::QuantityTooSmall, "OrderQty(38)=0"},
        RefusedCase{"QuantityNegative", "35=D|11=a|1=m|55=X|54=1|60=20261121-00:00:00|40=1|38=-1|",
                    RejectCode::QuantityTooSmall, "OrderQty(38)=-1"},
        RefusedCase{"TooManyDecimals", order + "40=2|44=0.1234567890123|",
                    RejectCode::MalformedField, "Price(44)=0.1234567890123"},
        RefusedCase{"LimitWithoutPrice", order + "40=2|", RejectCode::MissingField,
                    "Price(44) is missing: OrdType(40)=2"},
        RefusedCase{"MarketWithPrice", order + "40=1|44=1|", RejectCode::UnsupportedValue,
                    "Price(44) is not allowed"},
        RefusedCase{"LimitWithStopPx", order + "40=2|44=1|99=1|", RejectCode::UnsupportedValue,
                    "StopPx(99) is not allowed"},
        RefusedCase{"StopWithoutStopPx", order + "40=3|", RejectCode::MissingField,
                    "StopPx(99) is missing"},
        RefusedCase{"StopLimitWithoutPrice", order + "40=4|99=1|", RejectCode::MissingField,
                    "Price(44) is missing"},
        RefusedCase{"TriggerWithoutStop", order + "40=2|44=1|20045=M|",
                    RejectCode::UnsupportedValue, "TriggerRef(20045) is not allowed"},
        RefusedCase{"GtdWithoutTime", order + "40=1|59=6|", RejectCode::MissingField,
                    "ExpireTime(126) is missing"},
        RefusedCase{"TimeWithoutGtd", order + "40=1|126=20261231-00:00:00|",
                    RejectCode::UnsupportedValue, "ExpireTime(126) is not allowed"},
        RefusedCase{"Day", order + "40=1|59=0|", RejectCode::UnsupportedValue, "TimeInForce(59)=0"},
        RefusedCase{"Pegged", order + "40=P|", RejectCode::UnsupportedValue, "OrdType(40)=P"},
        RefusedCase{"SellShort", "35=D|11=a|1=m|55=X|54=5|60=20261121-00:00:00|40=1|38=1|",
                    RejectCode::UnsupportedValue, "Side(54)=5"},
        RefusedCase{"ExecInstUnknown", order + "40=1|18=6 G|", RejectCode::UnsupportedValue,
                    "ExecInst(18)=6 G"},
        RefusedCase{"ExecInstTwoSpaces", order + "40=1|18=6  E|", RejectCode::UnsupportedValue,
                    "ExecInst(18)"},
        RefusedCase{"ExecInstJoined", order + "40=1|18=6A|", RejectCode::UnsupportedValue,
                    "ExecInst(18)=6A"},
        RefusedCase{"VenuesDisagree", order + "40=1|207=DERIBIT|100=OKX|",
                    RejectCode::FieldMismatch, "disagree"},
        RefusedCase{"UnknownVenue", order + "40=1|207=NYSE|", RejectCode::UnknownSymbol,
                    "SecurityExchange(207)=NYSE"},
        RefusedCase{"WrongSecurityType", order + "40=1|167=OPT|", RejectCode::UnknownSymbol,
                    "SecurityType(167)=OPT"},
        RefusedCase{"UnknownSecurityType", order + "40=1|167=CS|", RejectCode::UnsupportedValue,
                    "SecurityType(167)=CS"},
        RefusedCase{"TypesDisagree", order + "40=1|167=FUT|461=OCECCS|", RejectCode::FieldMismatch,
                    "disagree"},
        RefusedCase{"UnknownCfi", order + "40=1|461=ESXXXX|", RejectCode::UnsupportedValue,
                    "CFICode(461)=ESXXXX"},
        RefusedCase{"WrongCurrency", order + "40=1|15=EUR|", RejectCode::FieldMismatch,
                    "quoted in USD"},
        RefusedCase{"CashOrderQty", order + "40=1|152=1000|", RejectCode::UnsupportedValue,
                    "CashOrderQty(152)=1000 is not supported"},
        RefusedCase{"ExpireDate", order + "40=1|432=20261231|", RejectCode::UnsupportedValue,
                    "ExpireDate(432)"},
        RefusedCase{"PriceTypePercent", order + "40=1|423=1|", RejectCode::UnsupportedValue,
                    "PriceType(423)=1"},
        RefusedCase{"Iceberg", order + "40=2|44=1|1138=1|", RejectCode::UnsupportedValue,
                    "DisplayQty(1138)"},
        RefusedCase{"Discretion", order + "40=2|44=1|389=1|", RejectCode::UnsupportedValue,
                    "DiscretionOffsetValue(389)"},
        RefusedCase{"ClOrdIdCharacters",
                    "35=D|11=a b|1=m|55=X|54=1|60=20261121-00:00:00|40=1|38=1|",
                    RejectCode::MalformedField, "ClOrdID(11)=a b"},
        RefusedCase{"ReplaceWithoutQuantity",
                    "35=G|11=b|41=a|55=X|54=1|60=20261121-00:00:00|40=2|44=1|",
                    RejectCode::MissingField, "OrderQty(38) is missing"},
        RefusedCase{"ReplaceTrigger", replace + "126=20261231-00:00:00|",
                    RejectCode::UnsupportedValue, "ExpireTime(126) cannot be amended"},
        RefusedCase{"ReplaceCash", replace + "152=1|", RejectCode::UnsupportedValue,
                    "CashOrderQty(152)"},
        RefusedCase{"CancelOfNothing", "35=F|11=b|55=X|54=1|", RejectCode::MissingField,
                    "OrigClOrdID(41) and OrderID(37) are missing"},
        RefusedCase{"MassCancelByProduct", "35=q|11=b|530=3|", RejectCode::UnsupportedValue,
                    "MassCancelRequestType(530)=3"},
        RefusedCase{"MassCancelWithoutSymbol", "35=q|11=b|530=1|", RejectCode::MissingField,
                    "Symbol(55) is missing"},
        RefusedCase{"MassCancelWithoutMarket", "35=q|11=b|530=8|", RejectCode::MissingField,
                    "MarketID(1301) is missing"}),
    [](const auto& case_info) { return case_info.param.name; });

TEST(FixDecode, RefusalTellsWhatCouldBeRead) {
  const auto refused = decoded_as<RefusedRequest>(order + "207=DERIBIT|40=1|59=0|");
  EXPECT_EQ(refused.account, AccountId{"main"});
  EXPECT_EQ(refused.side, Side::Buy);
  EXPECT_EQ(refused.order_qty, parse_quantity("20").value());
  EXPECT_EQ(refused.instrument,
            (InstrumentRef{Symbol{"BTC-PERPETUAL"}, Venue::Deribit, std::nullopt}));
}

TEST(FixDecode, ClOrdIdThatIsNoneIsAReject) {
  for (const std::string& id : {std::string(65, 'x'), std::string{"a\tb"}}) {
    const auto result = decoded("35=D|11=" + id + "|1=m|55=X|54=1|60=20261121-00:00:00|40=1|38=1|");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Undecodable::Kind::BadValue);
    EXPECT_EQ(result.error().tag, 11);
  }
}

// ---- repetitions --------------------------------------------------------------------------------

const std::string market = order + "40=1|";
const std::string dup = "43=Y|122=20261121-10:00:00|";

TEST(FixDecode, PossResendIsMarked) {
  EXPECT_TRUE(decoded_as<NewOrderSingle>(market, "97=Y|").poss_resend);
  EXPECT_FALSE(decoded_as<NewOrderSingle>(market, "97=N|").poss_resend);
}

TEST(FixDecode, YoungPossDupIsNewUnlessItsIdIsKnown) {
  EXPECT_FALSE(decoded_as<NewOrderSingle>(market, dup, 5).poss_resend);
  EXPECT_TRUE(decoded_as<NewOrderSingle>(market, dup, 5, true).poss_resend);
}

TEST(FixDecode, OldPossDupIsNeverNew) {
  EXPECT_EQ(decoded_as<RefusedRequest>(market, dup, 6).code, RejectCode::StaleRequest);
  EXPECT_TRUE(decoded_as<NewOrderSingle>(market, dup, 6, true).poss_resend);
  EXPECT_EQ(decoded_as<RefusedRequest>(replace, dup, 6).code, RejectCode::StaleRequest);
  EXPECT_EQ(decoded_as<RefusedRequest>("35=q|11=m|530=7|", dup, 6).code, RejectCode::StaleRequest);
}

TEST(FixDecode, CancelIsNeverTooOld) {
  const auto request = decoded_as<OrderCancelRequest>("35=F|11=b|41=a|", dup, 3600);
  EXPECT_EQ(request.orig_cl_ord_id, ClOrdId{"a"});
}

// ---- G, F, q, H, AF -----------------------------------------------------------------------------

TEST(FixDecode, Replace) {
  EXPECT_EQ(decoded_as<OrderCancelReplaceRequest>(replace + "37=1-1|59=1|18=6|207=DERIBIT|1=main|"),
            (OrderCancelReplaceRequest{
                .cl_ord_id = ClOrdId{"b"},
                .orig_cl_ord_id = ClOrdId{"a"},
                .order_id = OrderId{"1-1"},
                .instrument = {Symbol{"BTC-PERPETUAL"}, Venue::Deribit, {}},
                .side = Side::Buy,
                .ord_type = OrdType::Limit,
                .time_in_force = TimeInForce::GoodTillCancel,
                .order_qty = parse_quantity("20").value(),
                .price = parse_price("1").value(),
                .exec_inst = ExecInst{.participate_dont_initiate = true},
            }));
}

TEST(FixDecode, CancelByOrderIdAlone) {
  EXPECT_EQ(decoded_as<OrderCancelRequest>("35=F|11=b|37=1-7|"),
            (OrderCancelRequest{.cl_ord_id = ClOrdId{"b"}, .order_id = OrderId{"1-7"}}));
}

TEST(FixDecode, MassCancelOfEachScope) {
  EXPECT_EQ(decoded_as<OrderMassCancelRequest>("35=q|11=m|530=7|1=main|54=2|"),
            (OrderMassCancelRequest{.cl_ord_id = ClOrdId{"m"},
                                    .type = MassCancelRequestType::All,
                                    .account = AccountId{"main"},
                                    .side = Side::Sell}));
  EXPECT_EQ(decoded_as<OrderMassCancelRequest>("35=q|11=m|530=8|1301=DERIBIT|").market,
            Venue::Deribit);
  EXPECT_EQ(decoded_as<OrderMassCancelRequest>("35=q|11=m|530=1|55=BTC-PERPETUAL|207=DERIBIT|")
                .instrument->symbol,
            Symbol{"BTC-PERPETUAL"});
}

TEST(FixDecode, StatusRequests) {
  EXPECT_EQ(decoded_as<OrderStatusRequest>("35=H|11=a|790=q1|"),
            (OrderStatusRequest{.cl_ord_id = ClOrdId{"a"}, .ord_status_req_id = "q1"}));
  EXPECT_EQ(decoded_as<OrderStatusRequest>("35=H|37=1-1|").order_id, OrderId{"1-1"});
  const auto nothing = decoded("35=H|790=q1|");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, Undecodable::Kind::MissingField);
  EXPECT_EQ(decoded_as<OrderMassStatusRequest>("35=AF|584=s|585=8|1=main|"),
            (OrderMassStatusRequest{.mass_status_req_id = "s",
                                    .type = MassStatusReqType::Account,
                                    .account = AccountId{"main"}}));
  const auto by_product = decoded("35=AF|584=s|585=3|");
  ASSERT_FALSE(by_product);
  EXPECT_EQ(by_product.error().kind, Undecodable::Kind::Unsupported);
  EXPECT_THAT(by_product.error().text, HasSubstr("MassStatusReqType(585)=3"));
}

// ---- what we send -------------------------------------------------------------------------------

// The body of a whole message, after the dictionary has had no objection to it and FIX::Message
// writes it in the same order.
std::string body_of_text(const std::string& text) {
  const FIX::Message parsed{text, dictionary(), true};
  EXPECT_NO_THROW(dictionary().validate(parsed)) << with_bars(text);
  EXPECT_EQ(with_bars(parsed.toString()), with_bars(text));
  const std::string bars = with_bars(text);
  const std::size_t start = bars.find("|56=OMS|") + 8;
  return bars.substr(start, bars.rfind("10=") - start);
}

std::string body(FIX::Message message) {
  message.getHeader().setField(8, "FIX.4.4");
  message.getHeader().setField(34, "2");
  message.getHeader().setField(49, "CAUSEWAY");
  message.getHeader().setField(52, "20261121-10:00:00.000000");
  message.getHeader().setField(56, "OMS");
  return body_of_text(message.toString());
}

std::string body(const Report& report, int time_digits) {
  gateway::fix::ReportFrame frame{{"FIX.4.4", "CAUSEWAY", "OMS"}};
  const UtcNanos now = gateway::fix::parse_fix_time(first_sent).value();
  return body_of_text(std::string{frame.make(report, 2, now, time_digits)});
}

ExecutionReport full_report() {
  return ExecutionReport{
      .order_id = OrderId{"1-5"},
      .exec_id = ExecId{"1-5-1"},
      .cl_ord_id = ClOrdId{"b"},
      .orig_cl_ord_id = ClOrdId{"a"},
      .venue_order_id = VenueOrderId{"V9"},
      .exec_type = ExecType::Trade,
      .ord_status = OrdStatus::PartiallyFilled,
      .account = AccountId{"main"},
      .instrument = InstrumentKey{Venue::Deribit, Segment::Linear, Symbol{"BTC_USDC-PERPETUAL"}},
      .side = Side::Sell,
      .ord_type = OrdType::StopLimit,
      .time_in_force = TimeInForce::GoodTillDate,
      .price = parse_price("60000.5").value(),
      .stop_px = parse_price("61000").value(),
      .exec_inst = "6 E",
      .expire_time = 1'798'761'599'500'000'000,
      .order_qty = parse_quantity("0.3").value(),
      .cum_qty = parse_quantity("0.1").value(),
      .leaves_qty = parse_quantity("0.2").value(),
      .avg_px = parse_price("60001").value(),
      .transact_time = 1'790'000'000'123'456'789,
      .trade = Trade{.trade_id = TradeId{"T1"},
                     .last_qty = parse_quantity("0.1").value(),
                     .last_px = parse_price("60001").value(),
                     .liquidity = LiquidityInd::Added,
                     .fee = Fee{Decimal::parse("-0.00000001").value(), Currency{"USDC"}}},
      .exec_origin = ExecOrigin::Liquidation,
      .text = "two\x01lines",
      .ord_status_req_id = "q1",
      .mass_status_req_id = "s1",
      .tot_num_reports = 3,
      .last_rpt_requested = true,
  };
}

TEST(FixEncode, ExecutionReportWithEverything) {
  EXPECT_EQ(body(Report{full_report()}, 6),
            "1=main|6=60001|11=b|14=0.1|17=1-5-1|18=6 E|30=DERIBIT|31=60001|32=0.1|37=1-5|38=0.3|"
            "39=1|40=4|41=a|44=60000.5|54=2|55=BTC_USDC-PERPETUAL|58=two lines|59=6|"
            "60=20260921-14:13:20.123456|99=61000|126=20261231-23:59:59.500000|"
            "136=1|137=-0.00000001|138=USDC|139=4|150=F|151=0.2|198=V9|207=DERIBIT|527=T1|584=s1|"
            "790=q1|851=1|911=3|912=Y|20020=1|");
}

TEST(FixEncode, MillisecondsWhereAskedFor) {
  EXPECT_THAT(body(Report{full_report()}, 3), HasSubstr("|60=20260921-14:13:20.123|"));
}

TEST(FixEncode, RejectedOrderSaysWhyInEveryWay) {
  ExecutionReport report;
  report.exec_id = ExecId{"1-1-1"};
  report.cl_ord_id = ClOrdId{"a"};
  report.exec_type = ExecType::Rejected;
  report.ord_status = OrdStatus::Rejected;
  report.reject = RejectDetail{.code = RejectCode::MaxOrderQty,
                               .text = "OrderQty(38)=20 is above 10",
                               .venue_error_code = "11044",
                               .venue_error_text = "not_open_order",
                               .risk_limit = "10",
                               .risk_used = "20"};
  EXPECT_EQ(body(Report{report}, 6),
            "6=0|11=a|14=0|17=1-1-1|37=NONE|38=0|39=8|40=2|54=7|55=[N/A]|"
            "58=OrderQty(38)=20 is above 10|59=1|60=19700101-00:00:00.000000|103=3|150=8|151=0|"
            "20050=3001|20051=11044|20052=not_open_order|20080=RISK.MAX_ORDER_QTY|20081=10|"
            "20082=20|");
}

TEST(FixEncode, CancelledByTheVenueHasACodeButNo103) {
  ExecutionReport report = full_report();
  report.trade = std::nullopt;
  report.exec_type = ExecType::Canceled;
  report.ord_status = OrdStatus::Canceled;
  report.reject = RejectDetail{.code = RejectCode::PostOnlyWouldTake, .text = "would take"};
  const std::string text = body(Report{report}, 6);
  EXPECT_THAT(text, HasSubstr("|20050=5002|"));
  EXPECT_THAT(text, testing::Not(HasSubstr("|103=")));
}

TEST(FixEncode, OrderCancelReject) {
  const OrderCancelReject report{.cl_ord_id = ClOrdId{"b"},
                                 .orig_cl_ord_id = ClOrdId{"a"},
                                 .ord_status = OrdStatus::Filled,
                                 .account = AccountId{"main"},
                                 .response_to = CxlRejResponseTo::CancelReplaceRequest,
                                 .cxl_rej_reason = CxlRejReason::TooLateToCancel,
                                 .reject = {.code = RejectCode::TooLate, .text = "filled"},
                                 .transact_time = 1'790'000'000'000'000'000};
  EXPECT_EQ(body(Report{report}, 6),
            "1=main|11=b|37=NONE|39=2|41=a|58=filled|60=20260921-14:13:20.000000|102=0|434=2|"
            "20050=1008|");
}

TEST(FixEncode, OrderMassCancelReport) {
  OrderMassCancelReport report{.order_id = OrderId{"1-9"},
                               .cl_ord_id = ClOrdId{"m"},
                               .type = MassCancelRequestType::Market,
                               .accepted = true,
                               .total_affected_orders = 2,
                               .affected_cl_ord_ids = {ClOrdId{"a"}, ClOrdId{"b"}},
                               .transact_time = 1'790'000'000'000'000'000};
  EXPECT_EQ(body(Report{report}, 6),
            "11=m|37=1-9|60=20260921-14:13:20.000000|530=8|531=8|533=2|534=2|41=a|41=b|");
  report.accepted = false;
  report.affected_cl_ord_ids.clear();
  report.total_affected_orders = 0;
  report.reject = RejectDetail{.code = RejectCode::UnknownSymbol, .text = "which?"};
  EXPECT_EQ(body(Report{report}, 6),
            "11=m|37=1-9|58=which?|60=20260921-14:13:20.000000|530=8|531=0|532=1|533=0|"
            "20050=2001|");
}

TEST(FixEncode, StatusAndBusinessReject) {
  EXPECT_EQ(body(Report{TradingSessionStatus{Venue::Okx, TradSesStatus::Halted, "down"}}, 6),
            "58=down|336=OKX|340=1|");
  EXPECT_EQ(body(gateway::fix::business_reject(7, "V", 3, "no")), "45=7|58=no|372=V|380=3|");
}

TEST(FixEncode, InstrumentsOfEveryKind) {
  const Desk desk;
  gateway::fix::SecurityListPage page;
  page.request_id = "r";
  page.response_id = "r-1";
  page.total = 3;
  for (const Instrument& instrument : desk.instrument_list) page.instruments.push_back(&instrument);
  EXPECT_EQ(body(gateway::fix::encode(page)),
            "146=3|"
            "55=BTC-PERPETUAL|167=FUT|461=FFCCSX|207=DERIBIT|231=1|854=0|15=USD|120=BTC|969=0.5|"
            "562=10|326=17|20040=I|20041=10|"
            "55=BTC_USDC-PERPETUAL|167=FUT|461=FFCCSX|207=DERIBIT|231=1|854=0|15=USDC|120=USDC|"
            "969=0.5|562=10|326=17|20040=L|20041=10|"
            "55=BTC-25DEC26-100000-C|167=OPT|461=OCECCS|207=DERIBIT|541=20261225|201=1|202=100000|"
            "231=1|854=1|15=BTC|120=BTC|969=0.0001|1205=1|1206=0.005|1208=0.0005|562=10|1140=500|"
            "326=17|20040=I|20041=10|20042=5|"
            "320=r|322=r-1|393=3|560=0|893=Y|");
}

// Every enumerator that a report can carry passes the dictionary.
TEST(FixEncode, EveryStateAndReasonIsInTheDictionary) {
  for (const char type : std::string{"04568ACDEFIL"}) {
    for (const char status : std::string{"012468ACE"}) {
      ExecutionReport report = full_report();
      report.exec_type = static_cast<ExecType>(type);
      report.ord_status = static_cast<OrdStatus>(status);
      body(Report{report}, 6);
    }
  }
  for (const auto reason : {ExecRestatementReason::RepricingOfOrder, ExecRestatementReason::Market,
                            ExecRestatementReason::Other}) {
    ExecutionReport report = full_report();
    report.restatement_reason = reason;
    body(Report{report}, 6);
  }
  for (int origin = 0; origin <= 10; ++origin) {
    ExecutionReport report = full_report();
    report.exec_origin = static_cast<ExecOrigin>(origin);
    body(Report{report}, 6);
  }
  for (const int code :
       {1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 2001, 2002,
        2003, 2004, 2005, 2006, 2007, 2008, 3001, 3002, 3003, 3004, 3005, 3006, 3007,
        3008, 3009, 3010, 4001, 4002, 4003, 4004, 4005, 4006, 5001, 5002, 5003, 5004}) {
    ExecutionReport report = full_report();
    report.exec_type = ExecType::Rejected;
    report.reject = RejectDetail{.code = static_cast<RejectCode>(code), .text = "why"};
    body(Report{report}, 6);
    OrderCancelReject cancel{.cl_ord_id = ClOrdId{"a"}};
    cancel.reject = *report.reject;
    cancel.cxl_rej_reason = cxl_rej_reason(report.reject->code);
    body(Report{cancel}, 6);
  }
}

}  // namespace
}  // namespace causeway::tests::fix
