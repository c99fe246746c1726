#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/gateway/on_venue.hpp"

// The order-state cases over the whole way, on each venue: FIX over a socket, risk, journal, the
// venue's protocol over TLS, the simulator's matching engine, and back.
namespace causeway::gateway {
namespace {

using fixspec::OrdStatus;

class WholeWay : public OnVenue {};

TEST_P(WholeWay, A1FillInTwoParts) {
  Stack stack{on_venue()};
  stack.clear_book();
  stack.house_offers("30", "90000");
  Oms oms{stack};
  oms.buy("X", "100", "90000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled));
  stack.house_sells("70", "90000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::Filled));
  EXPECT_EQ(oms.text(),
            "8(X) A/A 100/0/100\n8(X) 0/0 100/0/100\n8(X) F/1 100/30/70\n8(X) F/2 100/100/0\n");
  EXPECT_EQ(oms.newest("X")->avg_px.to_string(), "90000");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, A2RejectedByRiskAndByTheVenue) {
  Stack stack{on_venue({}, "[RISK]\nMaxOrderQty=" + venue().qty("1000") + "\n")};
  Oms oms{stack};
  oms.buy("risk", "1010", "80000");
  ASSERT_TRUE(oms.sees("risk", OrdStatus::Rejected));
  EXPECT_EQ(oms.text(), "8(risk) 8/8 1010/0/0\n");
  const auto& reject = oms.newest("risk")->reject;
  ASSERT_TRUE(reject);
  EXPECT_EQ(reject->code, fixspec::RejectCode::MaxOrderQty);
  EXPECT_EQ(venue().units(reject->risk_limit), "1000");
  EXPECT_EQ(venue().units(reject->risk_used), "1010");
  oms.buy("venue", "100", "90500",
          [](auto& order) { order.exec_inst.participate_dont_initiate = true; });
  ASSERT_TRUE(oms.sees("venue", OrdStatus::Rejected));
  EXPECT_EQ(oms.newest("venue")->reject->code, fixspec::RejectCode::PostOnlyWouldTake);
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, B1CancelAndB6CancelAgain) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled));
  oms.cancel("Z", "X");
  ASSERT_TRUE(oms.is_told("9(Z/X) 39=4 102=0"));
  EXPECT_EQ(oms.text(),
            "8(X) A/A 100/0/100\n8(X) 0/0 100/0/100\n8(Y/X) 6/6 100/0/100\n8(Y/X) 4/4 100/0/0\n"
            "9(Z/X) 39=4 102=0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, B4CancelBeforeTheAcknowledgement) {
  Stack stack{on_venue()};
  Oms oms{stack};
  stack.fault("delay_request", venue().place_method, R"("delay_ms":300)");
  oms.buy("X", "100", "80000");
  oms.cancel("Y", "X");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Canceled));
  EXPECT_EQ(oms.text(),
            "8(X) A/A 100/0/100\n8(Y/X) 6/6 100/0/100\n8(X) 0/6 100/0/100\n8(Y/X) 4/4 100/0/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, B5CancelOfAnUnknownOrder) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.cancel("Y", "Q");
  ASSERT_TRUE(oms.is_told("9(Y/Q) 39=8 102=1"));
}

TEST_P(WholeWay, C1ReplaceAndC3ReplaceAfterTheFill) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  oms.replace("Y", "X", "110", "81000");
  ASSERT_TRUE(oms.is_told("8(Y/X) 5/0 110/0/110"));
  stack.clear_book();
  stack.house_sells("110", "81000");
  ASSERT_TRUE(oms.sees("Y", OrdStatus::Filled));
  oms.replace("Z", "Y", "120", "81000");
  ASSERT_TRUE(oms.is_told("9(Z/Y) 39=2 102=0"));
  EXPECT_EQ(oms.text(),
            "8(X) A/A 100/0/100\n8(X) 0/0 100/0/100\n8(Y/X) E/E 100/0/100\n8(Y/X) 5/0 110/0/110\n"
            "8(Y) F/2 110/110/0\n9(Z/Y) 39=2 102=0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, C6ReplaceToWhatIsFilled) {
  Stack stack{on_venue()};
  stack.clear_book();
  stack.house_offers("30", "90000");
  Oms oms{stack};
  oms.buy("X", "100", "90000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::PartiallyFilled));
  oms.replace("Y", "X", "30", "90000");
  ASSERT_TRUE(oms.is_told("8(Y/X) 5/2 30/30/0"));
}

TEST_P(WholeWay, D7CancelWhileReplacePending) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  stack.fault("delay_request", venue().amend_method, R"("delay_ms":300)");
  oms.replace("Y", "X", "110", "80000");
  oms.cancel("Z", "Y");
  ASSERT_TRUE(oms.sees("Z", OrdStatus::Canceled));
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, F1DuplicateAndG2Status) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("X", "100", "80000");
  ASSERT_TRUE(oms.sees("X", OrdStatus::New));
  oms.buy("X", "50", "80000");
  ASSERT_TRUE(oms.is_told("8(X) 8/8 50/0/0"));
  fixspec::OrderStatusRequest status;
  status.cl_ord_id = fixspec::ClOrdId{"X"};
  status.instrument = instrument();
  status.side = fixspec::Side::Buy;
  oms.send(status);
  ASSERT_TRUE(oms.is_told("8(X) I/0 100/0/100"));
  EXPECT_EQ(stack.ledger().size(), 1u);
}

TEST_P(WholeWay, I1FillOrKillAndI2ImmediateOrCancel) {
  Stack stack{on_venue()};
  stack.clear_book();
  stack.house_offers("30", "90000");
  Oms oms{stack};
  oms.buy("fok", "100", "90000",
          [](auto& order) { order.time_in_force = fixspec::TimeInForce::FillOrKill; });
  ASSERT_TRUE(
      oms.sees("fok", venue().refuses_fill_or_kill ? OrdStatus::Rejected : OrdStatus::Canceled));
  oms.buy("ioc", "100", "90000",
          [](auto& order) { order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel; });
  ASSERT_TRUE(oms.sees("ioc", OrdStatus::Canceled));
  const std::string fok = venue().refuses_fill_or_kill
                              ? "8(fok) 8/8 100/0/0\n"
                              : "8(fok) 0/0 100/0/100\n8(fok) 4/4 100/0/0\n";
  EXPECT_EQ(oms.text(), "8(fok) A/A 100/0/100\n" + fok +
                            "8(ioc) A/A 100/0/100\n8(ioc) 0/0 100/0/100\n8(ioc) F/1 100/30/70\n"
                            "8(ioc) 4/4 100/30/0\n");
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, AStopWaitsTriggersAndFills) {
  Stack stack{on_venue()};
  Oms oms{stack};
  oms.buy("S", "10", "0", [](auto& order) {
    order.ord_type = fixspec::OrdType::Stop;
    order.price.reset();
    order.stop_px = fixspec::parse_price("91000").value();
    order.trigger_ref = venue().stop_trigger;
  });
  ASSERT_TRUE(oms.sees("S", OrdStatus::New));
  stack.market(R"("action":"resume")");
  stack.market(R"("action":"index","index":")" + std::string{venue().index} +
               R"(","price":"91100")");
  ASSERT_TRUE(oms.sees("S", OrdStatus::Filled));
  ASSERT_EQ(oms.lines().size(), 4u) << oms.text();
  EXPECT_EQ(oms.lines()[2], "8(S) L/0 10/0/10");
  EXPECT_EQ(disagreement(stack, oms), "");
}

std::string kind_of(const fixspec::Instrument& instrument) {
  const std::string_view symbol = instrument.key.symbol.view();
  if (instrument.security_type == fixspec::SecurityType::Option) {
    return symbol.ends_with("-P") ? "put" : "call";
  }
  if (!symbol.ends_with("-PERPETUAL") && !symbol.ends_with("USDT")) return "dated future";
  return instrument.contract_type == fixspec::ContractType::Inverse ? "inverse perpetual"
                                                                    : "linear perpetual";
}

// Far below any market. Options are refused below the venue's band, so they go to one tick.
std::string low_price(const fixspec::Instrument& instrument) {
  if (instrument.security_type == fixspec::SecurityType::Option) {
    return instrument.tick.to_string();
  }
  const std::string_view symbol = instrument.key.symbol.view();
  return symbol.starts_with("BTC") ? "600" : symbol.starts_with("ETH") ? "60" : "6";
}

// The smallest quantity that the venue takes at that price.
std::string low_quantity(const fixspec::Instrument& instrument, const std::string& price) {
  fixspec::Quantity qty = instrument.min_qty;
  const auto worth = [&] {
    return fixspec::notional(instrument, qty, fixspec::parse_price(price).value()).value();
  };
  while (instrument.min_notional && worth() < *instrument.min_notional) qty += instrument.qty_step;
  return qty.to_string();
}

// Inverse and linear perpetuals, dated futures, calls and puts: the smallest order of each rests
// and is cancelled.
TEST_P(WholeWay, EveryInstrumentThatIsListedTrades) {
  Stack stack{on_venue()};
  Oms oms{stack};
  std::set<std::string> kinds;
  int count = 0;
  for (const fixspec::Instrument& instrument : oms.list_instruments()) {
    const bool option = instrument.security_type == fixspec::SecurityType::Option;
    kinds.insert(kind_of(instrument));
    const std::string id = "K" + std::to_string(++count);
    const std::string price = low_price(instrument);
    const std::string units = venue().units(low_quantity(instrument, price));
    oms.buy(id, units, price,
            [&](auto& order) { order.instrument.symbol = instrument.key.symbol; });
    ASSERT_TRUE(oms.sees(id, OrdStatus::New) || (option && oms.sees(id, OrdStatus::Rejected, 1)))
        << instrument.key.symbol.view() << "\n"
        << oms.text();
    if (oms.newest(id)->ord_status == OrdStatus::Rejected) {
      EXPECT_EQ(oms.newest(id)->reject->venue_error_code, "10005") << id;
      continue;
    }
    fixspec::OrderMassCancelRequest cancel;
    cancel.cl_ord_id = fixspec::ClOrdId{id + "M"};
    oms.send(cancel);
    ASSERT_TRUE(oms.sees(id, OrdStatus::Canceled)) << instrument.key.symbol.view();
  }
  std::string listed;
  for (const std::string& kind : kinds) listed += (listed.empty() ? "" : ",") + kind;
  EXPECT_EQ(listed, venue().kinds);
  EXPECT_EQ(disagreement(stack, oms), "");
}

TEST_P(WholeWay, TwoSessionsOnOneAccountSeeTheirOwnOrdersOnly) {
  Stack stack{on_venue()};
  Oms one{stack, "OMS1"};
  Oms two{stack, "OMS2"};
  one.buy("X", "100", "80000");
  ASSERT_TRUE(one.sees("X", OrdStatus::New));
  two.buy("X", "50", "80000");
  ASSERT_TRUE(two.sees("X", OrdStatus::New));
  fixspec::OrderMassCancelRequest mass;
  mass.cl_ord_id = fixspec::ClOrdId{"M"};
  two.send(mass);
  ASSERT_TRUE(two.sees("X", OrdStatus::Canceled));
  one.listen(200);
  EXPECT_EQ(one.newest("X")->ord_status, OrdStatus::New);
}

INSTANTIATE_TEST_SUITE_P(Venues, WholeWay, testing::ValuesIn(all_venues),
                         [](const auto& test) { return test_name(*test.param); });

}  // namespace
}  // namespace causeway::gateway
