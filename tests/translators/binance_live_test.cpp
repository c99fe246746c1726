#include "tests/translators/binance_live.hpp"

// Orders at the simulator.

namespace causeway::translators::binance {
namespace {

TEST_F(BinanceLive, ListsPerpetualsAndADatedFuture) {
  begin();
  ASSERT_TRUE(instruments.contains("BTCUSDT")) << all();
  const fixspec::Instrument& perpetual = instruments["BTCUSDT"];
  EXPECT_EQ(perpetual.contract_type, fixspec::ContractType::Linear);
  EXPECT_EQ(perpetual.tick, px("0.1"));
  EXPECT_EQ(perpetual.qty_step, qty("0.001"));
  EXPECT_TRUE(perpetual.is_perpetual());
  EXPECT_EQ(std::count_if(instruments.begin(), instruments.end(),
                          [](const auto& entry) { return !entry.second.is_perpetual(); }),
            1);
}

TEST_F(BinanceLive, RestingOrderIsAmendedAndCancelled) {
  begin();
  EXPECT_EQ(std::get<OrderUpdate>(ask(limit("A1", "0.1", "89000"))).state, VenueOrderState::Open);
  AmendOrder amend;
  amend.client_id = fixspec::VenueClOrdId{"A1"};
  amend.venue_order_id = state_of("A1")->venue_order_id;
  amend.instrument = btc();
  amend.order_qty = qty("0.15");
  amend.price = px("89100.5");
  const auto amended = std::get<OrderUpdate>(ask(amend));
  EXPECT_TRUE(amended.amended);
  EXPECT_EQ(amended.order_qty, qty("0.15"));
  EXPECT_EQ(amended.price, px("89100.5"));
  // By our own id, as before the venue's was known.
  amend.venue_order_id.reset();
  amend.order_qty = qty("0.08");
  EXPECT_EQ(std::get<OrderUpdate>(ask(amend)).order_qty, qty("0.08"));
  const auto cancelled = std::get<OrderUpdate>(ask(cancel("A1")));
  EXPECT_EQ(cancelled.state, VenueOrderState::Canceled);
  const auto again = std::get<RequestRefused>(ask(cancel("A1")));
  EXPECT_TRUE(again.order_may_be_closed) << to_line(again);
}

TEST_F(BinanceLive, AnEd25519KeyDoesAllOfIt) {
  begin({.ed25519 = true});
  EXPECT_EQ(std::get<OrderUpdate>(ask(limit("E1", "0.1", "89000"))).state, VenueOrderState::Open);
  EXPECT_EQ(std::get<OpenOrders>(ask(QueryOpenOrders{})).orders.size(), 1u);
  EXPECT_EQ(std::get<OrderUpdate>(ask(cancel("E1"))).state, VenueOrderState::Canceled);
  EXPECT_TRUE(log.says("orders=WebSocket")) << all();
}

TEST_F(BinanceLive, PartlyThenFullyFilledOrderIsExplainedByItsFills) {
  begin();
  empty_book("0.06");
  ask(limit("F1", "0.1", "90500"));
  ASSERT_TRUE(wait([&] { return filled("F1") == qty("0.06"); })) << all();
  house_trades("sell", "0.04", "90500");
  ASSERT_TRUE(wait([&] { return filled("F1") == qty("0.1"); })) << all();
  EXPECT_TRUE(reaches("F1", VenueOrderState::Filled)) << all();
  for (const auto& [id, fill] : fills_of("F1")) {
    EXPECT_EQ(fill.trade.last_px, px("90500"));
    ASSERT_TRUE(fill.trade.fee) << to_line(fill);
    EXPECT_EQ(fill.trade.fee->currency.view(), "USDT");
  }
  for (const bool by_id : {false, true}) {
    const auto answer = std::get<QueryAnswer>(ask(query("F1", by_id)));
    ASSERT_TRUE(answer.order);
    EXPECT_EQ(answer.order->state, VenueOrderState::Filled);
    EXPECT_EQ(answer.fills.size(), 2u);
  }
  EXPECT_NE(sim->control("GET", "/v1/ledger").find("\"F1\""), std::string::npos);
}

TEST_F(BinanceLive, ImmediateOrdersLeaveNothingBehind) {
  begin();
  empty_book("0.06");
  PlaceOrder order = limit("I1", "0.1", "90500");
  order.time_in_force = fixspec::TimeInForce::FillOrKill;
  const Told answer = ask(order);
  if (std::holds_alternative<OrderUpdate>(answer)) {
    EXPECT_TRUE(wait([&] {
      const auto last = state_of("I1");
      return last->state == VenueOrderState::Canceled || last->state == VenueOrderState::Expired;
    })) << all();
  } else {
    EXPECT_EQ(std::get<RequestRefused>(answer).detail.venue_error_code, "-5021");
  }
  EXPECT_EQ(filled("I1"), qty("0"));
  order.client_id = fixspec::VenueClOrdId{"I2"};
  order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
  ask(order);
  EXPECT_TRUE(reaches("I2", VenueOrderState::Canceled)) << all();
  EXPECT_EQ(filled("I2"), qty("0.06"));
}

TEST_F(BinanceLive, PostOnlyThatWouldTakeIsRefused) {
  begin();
  empty_book();
  PlaceOrder order = limit("P1", "0.01", "90500");
  order.exec_inst.participate_dont_initiate = true;
  const auto refused = std::get<RequestRefused>(ask(order));
  EXPECT_EQ(refused.detail.code, fixspec::RejectCode::PostOnlyWouldTake) << to_line(refused);
  EXPECT_EQ(refused.detail.venue_error_code, "-5022");
  order.price = px("90000");
  EXPECT_EQ(std::get<OrderUpdate>(ask(order)).state, VenueOrderState::Open);
}

TEST_F(BinanceLive, RefusalsCarryTheVenuesCode) {
  begin();
  const auto much = std::get<RequestRefused>(ask(limit("R1", "900", "89000")));
  EXPECT_EQ(much.detail.venue_error_code, "-2027") << to_line(much);
  PlaceOrder strange = limit("R2", "0.1", "89000");
  strange.instrument.symbol = fixspec::Symbol{"XRPUSDT"};
  EXPECT_EQ(std::get<RequestRefused>(ask(strange)).detail.venue_error_code, "-1121");
}

TEST_F(BinanceLive, MarketOrderFillsAndReduceOnlyClosesThePosition) {
  begin();
  empty_book();
  PlaceOrder order = limit("M1", "0.1", "1");
  order.ord_type = fixspec::OrdType::Market;
  order.price.reset();
  ask(order);
  EXPECT_TRUE(reaches("M1", VenueOrderState::Filled)) << all();
  const auto positions = std::get<Positions>(ask(QueryPositions{}));
  ASSERT_EQ(positions.positions.size(), 1u);
  EXPECT_EQ(positions.positions[0].size, qty("0.1"));
  EXPECT_EQ(positions.positions[0].instrument, btc());
  order.client_id = fixspec::VenueClOrdId{"M2"};
  order.side = fixspec::Side::Sell;
  order.exec_inst.do_not_increase = true;
  ask(order);
  EXPECT_TRUE(reaches("M2", VenueOrderState::Filled)) << all();
  EXPECT_TRUE(std::get<Positions>(ask(QueryPositions{})).positions.empty());
}

}  // namespace
}  // namespace causeway::translators::binance
