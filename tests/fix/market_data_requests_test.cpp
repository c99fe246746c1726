// Every reason for which a MarketDataRequest (35=V) is refused, and what is not one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

constexpr std::string_view bids = "267=1|269=0|";
constexpr std::string_view perpetual = "146=1|55=BTC-PERPETUAL|207=DERIBIT|";

struct Refused {
  const char* name;
  std::string request;  ///< after MDReqID(262)
  const char* reason;   ///< 281
  const char* text;     ///< 58
};

std::string all_of(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

const Refused refusals[] = {
    {"unknown symbol", all_of({"263=1|264=0|265=0|", bids, "146=1|55=NO-SUCH|207=DERIBIT|"}), "0",
     "Symbol(55)=NO-SUCH on DERIBIT is not known"},
    {"unknown venue", all_of({"263=1|264=0|265=0|", bids, "146=1|55=BTC-PERPETUAL|207=NASDAQ|"}),
     "0", "SecurityExchange(207)=NASDAQ is no venue of this gateway"},
    {"other type", all_of({"263=1|264=0|265=0|", bids, "146=1|55=BTC-PERPETUAL|167=OPT|"}), "0",
     "no Symbol(55)=BTC-PERPETUAL of this SecurityType(167)=OPT"},
    {"one of two is unknown",
     all_of({"263=1|264=0|265=0|", bids, "146=2|55=BTC-PERPETUAL|55=NO-SUCH|"}), "0",
     "Symbol(55)=NO-SUCH is not known"},
    {"several are meant", all_of({"263=1|264=0|265=0|", bids, "146=1|55=TWICE|"}), "0",
     "Symbol(55)=TWICE names more than one instrument (DERIBIT LINEAR, DERIBIT SPOT): give "
     "SecurityExchange(207), SecurityType(167) or CFICode(461)"},
    {"no instrument", all_of({"263=1|264=0|265=0|", bids}), "0",
     "NoRelatedSym(146) is missing or 0"},
    {"not permitted",
     all_of({"263=1|264=0|265=0|", bids, "146=1|55=BTC_USDC-PERPETUAL|207=DERIBIT|"}), "3",
     "Symbol(55)=BTC_USDC-PERPETUAL is not among the session's Symbols"},
    {"too deep", all_of({"263=1|264=21|265=0|", bids, perpetual}), "5",
     "MarketDepth(264)=21: only 0 (all 20 levels) and 1 to 20"},
    {"below zero", all_of({"263=1|264=-1|265=0|", bids, perpetual}), "5",
     "MarketDepth(264)=-1: only 0 (all 20 levels) and 1 to 20"},
    {"no depth", all_of({"263=1|265=0|", bids, perpetual}), "5", "MarketDepth(264) is missing"},
    {"no update type", all_of({"263=1|264=0|", bids, perpetual}), "6",
     "MDUpdateType(265) is missing: 0 whole pictures, 1 changes"},
    {"update type", all_of({"263=1|264=0|265=2|", bids, perpetual}), "6",
     "MDUpdateType(265)=2: only 0 and 1"},
    {"single orders", all_of({"263=1|264=0|265=0|266=N|", bids, perpetual}), "7",
     "AggregatedBook(266)=N: an entry is a price, not an order"},
    {"no entries", all_of({"263=1|264=0|265=0|", perpetual}), "8",
     "NoMDEntryTypes(267) is missing or 0"},
    {"entry type", all_of({"263=1|264=0|265=0|267=2|269=0|269=4|", perpetual}), "8",
     "MDEntryType(269)=4: only 0, 1, 2, 3, 6, C and f"},
    {"funding of an option",
     all_of({"263=1|264=0|265=0|267=1|269=f|", "146=1|55=BTC-25DEC26-100000-C|"}), "8",
     "MDEntryType(269)=f: Symbol(55)=BTC-25DEC26-100000-C has no funding rate, only perpetuals "
     "have"},
    {"mark price of spot", all_of({"263=1|264=0|265=0|267=1|269=6|", "146=1|55=TWICE|461=IXXXXX|"}),
     "8", "MDEntryType(269) 3, 6 and C: Symbol(55)=TWICE is spot, which has none of them"},
};

class MarketDataRequests : public testing::Test {
 protected:
  MarketDataRequests() {
    gateway.prices.hidden_symbol = "BTC_USDC-PERPETUAL";
    auto& list = gateway.desk.instrument_list;
    fixspec::Instrument twice = list[1];
    twice.key.symbol = fixspec::Symbol{"TWICE"};
    list.push_back(twice);
    twice.key.segment = fixspec::Segment::Spot;
    twice.security_type = fixspec::SecurityType::Spot;
    list.push_back(twice);
    client.log_on();
    EXPECT_EQ(value_of(client.receive().value(), 35), "A");
  }
  std::string ask(const std::string& fields) {
    client.send("35=V|262=r|" + fields);
    return client.receive().value_or("");
  }

  TestGateway gateway;
  RawClient client = gateway.connect();
};

TEST_F(MarketDataRequests, EveryRefusalNamesRuleAndValue) {
  for (const Refused& refused : refusals) {
    const std::string answer = ask(refused.request);
    EXPECT_EQ(value_of(answer, 35), "Y") << refused.name << ": " << with_bars(answer);
    EXPECT_EQ(value_of(answer, 262), "r") << refused.name;
    EXPECT_EQ(value_of(answer, 281), refused.reason) << refused.name;
    EXPECT_EQ(value_of(answer, 58), refused.text) << refused.name;
  }
  EXPECT_THAT(gateway.prices.watched, testing::IsEmpty());
}

TEST_F(MarketDataRequests, ARequestIdInUseIsRefusedAndTheFirstGoesOn) {
  const std::string request = all_of({"263=1|264=1|265=0|", bids, perpetual});
  client.send("35=V|262=r|" + request);
  const std::string answer = ask(request);
  EXPECT_EQ(value_of(answer, 281), "1");
  EXPECT_EQ(value_of(answer, 58), "MDReqID(262)=r is in use");
  EXPECT_THAT(gateway.prices.watched, testing::ElementsAre("values"));
}

TEST_F(MarketDataRequests, NothingToUnsubscribeIsABusinessReject) {
  const std::string answer = ask("263=2|");
  EXPECT_EQ(value_of(answer, 35), "j");
  EXPECT_EQ(value_of(answer, 380), "1");
  EXPECT_EQ(value_of(answer, 58), "MDReqID(262)=r has no subscription to end");
}

TEST_F(MarketDataRequests, AnUnknownSubscriptionTypeIsRefusedByTheDictionary) {
  const std::string answer = ask(all_of({"263=3|264=0|265=0|", bids, perpetual}));
  EXPECT_EQ(value_of(answer, 35), "3");
  EXPECT_EQ(value_of(answer, 371), "263");
}

TEST(MarketDataLimits, TheNumberOfSubscriptionsIsBounded) {
  gateway::fix::Settings settings = TestGateway::default_settings();
  settings.market_data.max_subscriptions = 2;
  TestGateway gateway{settings};
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_EQ(value_of(client.receive().value(), 35), "A");
  for (const char* id : {"a", "b", "c"}) {
    client.send("35=V|262=" + std::string{id} + "|" +
                all_of({"263=1|264=1|265=0|", bids, perpetual}));
  }
  const std::string answer = client.receive().value();
  EXPECT_EQ(value_of(answer, 262), "c");
  EXPECT_EQ(value_of(answer, 281), "2");
  EXPECT_EQ(value_of(answer, 58),
            "NoRelatedSym(146): with 1 more instruments the session would have more than 2 "
            "subscriptions");
}

}  // namespace
}  // namespace causeway::tests::fix
