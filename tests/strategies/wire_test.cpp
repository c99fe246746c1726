#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "fixspec/dictionary.hpp"
#include "fixspec/quickfix.hpp"
#include "strategies/client/decode.hpp"
#include "strategies/client/encode.hpp"
#include "strategies/client/frame.hpp"

namespace causeway::strategies::client {
namespace {

using testing::HasSubstr;

const FIX::DataDictionary& dictionary() {
  static std::istringstream text{std::string{fixspec::fix44_dictionary()}};
  static const FIX::DataDictionary loaded(text);
  return loaded;
}

// A gateway message as bytes, from its body with | for SOH.
std::string bytes_of(std::string body) {
  body = "35=" + body.substr(0, body.find('|') + 1) +
         "49=CAUSEWAY|56=OMS1|34=2|52=20261121-01:02:03|" + body.substr(body.find('|') + 1);
  std::string text = "8=FIX.4.4|9=" + std::to_string(body.size()) + "|" + body;
  std::replace(text.begin(), text.end(), '|', '\x01');
  unsigned sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  const std::string checksum = std::to_string(sum % 256);
  return text + "10=" + std::string(3 - checksum.size(), '0') + checksum + "\x01";
}

EventBody decoded(const std::string& body) {
  const FIX::Message message(bytes_of(body), dictionary(), true);
  dictionary().validate(message);
  return decode(message);
}

constexpr const char* trade =
    "8|37=1-7|198=V-1|527=T-1|11=c1|41=c0|17=1-9-2|150=F|39=1|1=alpha|55=BTC-PERPETUAL|167=FUT|"
    "207=DERIBIT|54=2|38=100|40=4|44=60000.5|99=61000|59=6|126=20261122-00:00:00|18=6 E|32=40|"
    "31=60000.5|30=DERIBIT|851=1|151=60|14=40|6=60000.5|60=20261121-01:02:03.004005|136=1|"
    "137=-0.0000001|138=BTC|139=4|";

TEST(ClientDecode, EveryFieldOfATradeArrives) {
  const auto report = std::get<fixspec::ExecutionReport>(decoded(trade));
  fixspec::ExecutionReport expected;
  expected.order_id = fixspec::OrderId{"1-7"};
  expected.exec_id = fixspec::ExecId{"1-9-2"};
  expected.cl_ord_id = fixspec::ClOrdId{"c1"};
  expected.orig_cl_ord_id = fixspec::ClOrdId{"c0"};
  expected.venue_order_id = fixspec::VenueOrderId{"V-1"};
  expected.exec_type = fixspec::ExecType::Trade;
  expected.ord_status = fixspec::OrdStatus::PartiallyFilled;
  expected.account = fixspec::AccountId{"alpha"};
  expected.instrument = {fixspec::Venue::Deribit, fixspec::Segment::Linear,
                         fixspec::Symbol{"BTC-PERPETUAL"}};
  expected.side = fixspec::Side::Sell;
  expected.ord_type = fixspec::OrdType::StopLimit;
  expected.time_in_force = fixspec::TimeInForce::GoodTillDate;
  expected.price = fixspec::parse_price("60000.5").value();
  expected.stop_px = fixspec::parse_price("61000").value();
  expected.exec_inst = "6 E";
  expected.expire_time = 1'795'305'600'000'000'000;
  expected.order_qty = fixspec::parse_quantity("100").value();
  expected.cum_qty = fixspec::parse_quantity("40").value();
  expected.leaves_qty = fixspec::parse_quantity("60").value();
  expected.avg_px = fixspec::parse_price("60000.5").value();
  expected.transact_time = 1'795'222'923'004'005'000;
  expected.trade = fixspec::Trade{
      .trade_id = fixspec::TradeId{"T-1"},
      .last_qty = fixspec::parse_quantity("40").value(),
      .last_px = fixspec::parse_price("60000.5").value(),
      .liquidity = fixspec::LiquidityInd::Added,
      .fee = fixspec::Fee{fixspec::Decimal::parse("-0.0000001").value(), fixspec::Currency{"BTC"}}};
  EXPECT_EQ(report, expected);
}

TEST(ClientDecode, ARejectCarriesRuleLimitAndValue) {
  const auto report = std::get<fixspec::ExecutionReport>(decoded(
      "8|37=NONE|11=c1|17=1-9-2|150=8|39=8|103=3|1=alpha|55=X|207=DERIBIT|54=1|38=1|40=1|151=0|14="
      "0|"
      "6=0|60=20261121-01:02:03|58=RISK.MAX_ORDER_VALUE: too much|20050=3002|20080=RISK|20081=200|"
      "20082=300|"));
  EXPECT_EQ(report.order_id, std::nullopt);
  ASSERT_TRUE(report.reject);
  EXPECT_EQ(report.reject->code, fixspec::RejectCode::MaxOrderValue);
  EXPECT_EQ(report.reject->risk_limit, "200");
  EXPECT_EQ(report.reject->risk_used, "300");
  EXPECT_EQ(report.ord_rej_reason, fixspec::OrdRejReason::OrderExceedsLimit);
}

TEST(ClientDecode, OtherMessagesArrive) {
  const auto reject = std::get<fixspec::OrderCancelReject>(
      decoded("9|37=NONE|11=c2|41=c1|39=8|434=1|102=1|58=unknown|20050=1006|"));
  EXPECT_EQ(reject.cxl_rej_reason, fixspec::CxlRejReason::UnknownOrder);
  EXPECT_EQ(reject.reject.code, fixspec::RejectCode::UnknownOrder);
  const auto mass = std::get<fixspec::OrderMassCancelReport>(
      decoded("r|11=m1|37=1-8|530=7|531=7|533=2|534=2|41=a|41=b|60=20261121-01:02:03|"));
  EXPECT_TRUE(mass.accepted);
  EXPECT_THAT(mass.affected_cl_ord_ids,
              testing::ElementsAre(fixspec::ClOrdId{"a"}, fixspec::ClOrdId{"b"}));
  const auto status =
      std::get<fixspec::TradingSessionStatus>(decoded("h|336=DERIBIT|340=2|58=up|"));
  EXPECT_EQ(status.status, fixspec::TradSesStatus::Open);
  EXPECT_EQ(std::get<BusinessReject>(decoded("j|45=7|372=V|380=3|58=no|")),
            (BusinessReject{.ref_seq_num = 7, .ref_msg_type = "V", .reason = 3, .text = "no"}));
  EXPECT_EQ(std::get<SessionReject>(decoded("3|45=7|371=44|372=D|58=bad|")),
            (SessionReject{.ref_seq_num = 7, .ref_msg_type = "D", .ref_tag = "44", .text = "bad"}));
  const auto list = std::get<SecurityList>(decoded(
      "y|320=r1|322=s1|560=0|393=2|893=Y|146=2|55=BTC-PERPETUAL|167=FUT|207=DERIBIT|231=10|854=0|"
      "15=USD|120=BTC|969=0.5|562=10|326=17|20040=I|20041=10|55=BTC-1DEC26-60000-C|167=OPT|"
      "207=DERIBIT|201=1|202=60000|969=0.0001|326=17|20040=I|"));
  ASSERT_EQ(list.instruments.size(), 2u);
  EXPECT_EQ(list.instruments[0].key.segment, fixspec::Segment::Inverse);
  EXPECT_EQ(list.instruments[0].tick.to_string(), "0.5");
  EXPECT_EQ(list.instruments[1].key.segment, fixspec::Segment::Option);
  EXPECT_EQ(list.instruments[1].strike->to_string(), "60000");
}

TEST(ClientDecode, ADamagedReportIsUnreadableAndNamesTheTag) {
  const auto why = [](std::string from, std::string_view what, std::string_view with) {
    from.replace(from.find(what), what.size(), with);
    const FIX::Message message(bytes_of(from), true);
    const auto body = decode(message);
    const auto* unreadable = std::get_if<Unreadable>(&body);
    return unreadable == nullptr ? std::string{} : unreadable->why;
  };
  EXPECT_THAT(why(trade, "|150=F|", "|150=Z|"), HasSubstr("tag 150=Z"));
  EXPECT_THAT(why(trade, "|14=40|", "|14=4e1|"), HasSubstr("tag 14=4e1"));
  EXPECT_THAT(why(trade, "|11=c1|", "|"), HasSubstr("tag 11 is missing"));
  EXPECT_THAT(why(trade, "|31=60000.5|", "|"), HasSubstr("tag 31 is missing"));
  EXPECT_THAT(why(trade, "|60=20261121-01:02:03.004005|", "|60=yesterday|"), HasSubstr("tag 60="));
  // Beyond what nanoseconds in 64 bits can tell, and no day at all.
  for (const char* time : {"80261121-01:02:03", "22610101-00:00:00", "19691231-23:59:59",
                           "20269921-01:02:03", "20260231-01:02:03"}) {
    EXPECT_THAT(why(trade, "|60=20261121-01:02:03.004005|", "|60=" + std::string{time} + "|"),
                HasSubstr("tag 60="))
        << time;
  }
  EXPECT_THAT(why(trade, "8|", "B|"), HasSubstr("does not know"));
}

// Damaged messages are read, refused by QuickFIX or Unreadable: nothing else, and no crash.
TEST(ClientDecode, MutationsOfAGoodReportAreHandled) {
  std::mt19937 random(23);
  std::size_t unreadable = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string body = trade;
    for (int i = 0; i < 2; ++i) {
      const std::size_t at = 2 + random() % (body.size() - 2);
      switch (random() % 3) {
        case 0:
          body[at] = static_cast<char>(random() & 0xFF);
          break;
        case 1:
          body.erase(at, random() % 8);
          break;
        default:
          body.insert(at, body.substr(2 + random() % (body.size() - 2), random() % 12));
      }
    }
    try {
      const FIX::Message message(bytes_of(body), dictionary(), true);
      if (std::holds_alternative<Unreadable>(decode(message))) ++unreadable;
    } catch (const FIX::Exception&) {
    }
  }
  EXPECT_GT(unreadable, 100u);
}

// Every request in its fullest form is what the dictionary allows.
TEST(ClientEncode, EveryRequestKeepsTheDictionary) {
  using namespace fixspec;
  const InstrumentRef instrument{
      .symbol = Symbol{"BTC-1DEC26-60000-C"}, .venue = Venue::Deribit, .segment = Segment::Option};
  const auto qty = parse_quantity("0.1").value();
  const auto price = parse_price("0.05").value();
  const std::vector<ClientRequest> requests = {
      NewOrderSingle{.cl_ord_id = ClOrdId{"a"},
                     .account = AccountId{"alpha"},
                     .instrument = instrument,
                     .side = Side::Sell,
                     .ord_type = OrdType::StopLimit,
                     .time_in_force = TimeInForce::GoodTillDate,
                     .order_qty = qty,
                     .price = price,
                     .stop_px = price,
                     .trigger_ref = TriggerRef::Mark,
                     .exec_inst = {.participate_dont_initiate = true, .do_not_increase = true},
                     .expire_time = 1'795'305'600'000'000'000,
                     .poss_resend = true},
      OrderCancelReplaceRequest{.cl_ord_id = ClOrdId{"b"},
                                .orig_cl_ord_id = ClOrdId{"a"},
                                .order_id = OrderId{"1-2"},
                                .instrument = instrument,
                                .time_in_force = TimeInForce::GoodTillCancel,
                                .order_qty = qty,
                                .price = price,
                                .stop_px = price,
                                .exec_inst = ExecInst{.participate_dont_initiate = true}},
      OrderCancelRequest{.cl_ord_id = ClOrdId{"c"},
                         .orig_cl_ord_id = ClOrdId{"b"},
                         .order_id = OrderId{"1-2"},
                         .instrument = instrument,
                         .side = Side::Buy},
      OrderMassCancelRequest{.cl_ord_id = ClOrdId{"d"},
                             .type = MassCancelRequestType::Market,
                             .account = AccountId{"alpha"},
                             .instrument = instrument,
                             .market = Venue::Deribit,
                             .side = Side::Buy},
      OrderStatusRequest{.cl_ord_id = ClOrdId{"a"},
                         .order_id = OrderId{"1-2"},
                         .ord_status_req_id = "s",
                         .instrument = instrument,
                         .side = Side::Buy},
      OrderMassStatusRequest{.mass_status_req_id = "m",
                             .type = MassStatusReqType::Account,
                             .account = AccountId{"alpha"},
                             .instrument = instrument,
                             .side = Side::Buy}};
  for (const ClientRequest& request : requests) {
    FIX::Message message = encode(request, "20261121-01:02:03.004");
    auto& header = message.getHeader();
    header.setField(FIX::FIELD::BeginString, "FIX.4.4");
    header.setField(FIX::FIELD::SenderCompID, "OMS1");
    header.setField(FIX::FIELD::TargetCompID, "CAUSEWAY");
    header.setField(FIX::FIELD::MsgSeqNum, "1");
    header.setField(FIX::FIELD::SendingTime, "20261121-01:02:03.004");
    const FIX::Message parsed(message.toString(), dictionary(), true);
    EXPECT_NO_THROW(dictionary().validate(parsed)) << message.toString();
  }
}

TEST(ClientFrame, TakesWholeMessagesWhereverTheStreamIsCut) {
  const std::string one = bytes_of(trade), two = bytes_of("0|");
  for (std::size_t cut = 0; cut < one.size(); ++cut) {
    std::string buffer = one.substr(0, cut);
    ASSERT_TRUE(std::holds_alternative<NeedMore>(take_frame(buffer))) << cut;
    buffer += one.substr(cut) + two;
    ASSERT_EQ(std::get<std::string>(take_frame(buffer)), one);
    ASSERT_EQ(std::get<std::string>(take_frame(buffer)), two);
    ASSERT_TRUE(buffer.empty());
  }
}

TEST(ClientFrame, GarbageIsRecognised) {
  for (const std::string garbage : {"HTTP/1.1",
                                    "8=FIX.4.4\x01"
                                    "8=",
                                    "8=FIX.4.4\x01"
                                    "9=x\x01",
                                    "8=FIX.4.4\x01"
                                    "9=99999999999\x01",
                                    "8=FIX.4.4\x01"
                                    "9=5\x01"
                                    "35=0\x01"
                                    "11=0000\x01",
                                    "8=FIX.4.4\x01"
                                    "9=-5\x01"}) {
    std::string buffer = garbage;
    EXPECT_TRUE(std::holds_alternative<NotFix>(take_frame(buffer))) << garbage;
  }
  std::string endless = "8=FIX" + std::string(100, 'x');
  EXPECT_TRUE(std::holds_alternative<NotFix>(take_frame(endless)));
}

}  // namespace
}  // namespace causeway::strategies::client
