#include "gateway/core/record.hpp"

#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

namespace causeway::gateway::core {
namespace {

using engine::qty;

// Inputs of every kind, as a run makes them.
std::vector<engine::Input> sample() {
  engine::World world;
  risk::LimitSet limits;
  limits.name = "ACCOUNT alpha";
  limits.scope.account = fixspec::AccountId{"alpha"};
  limits.max_order_qty = qty("1000");
  limits.price_collar_percent = fixspec::Decimal::from_integer(5);
  world.start.limits = {limits};
  world.start.cleared_halts = {12, 7};
  world.start.account_settings[fixspec::AccountId{"alpha"}] = {.hold_while_recovering = true,
                                                               .max_held_orders = 5,
                                                               .max_hold_ms = 250,
                                                               .cancel_external = true,
                                                               .adopt_position = true,
                                                               .audit_interval_ms = 30'000};
  world.restart();
  world.link(true);
  world.recover();
  auto order = world.order("X", "100");
  order.exec_inst_text = "6 E";
  order.exec_inst = {.participate_dont_initiate = true, .do_not_increase = true};
  world.request(order);
  world.ack();
  auto fill = world.fill("t1", "20");
  fill.trade.fee = fixspec::Fee{.amount = fixspec::Decimal::parse("-0.00000125").value(),
                                .currency = fixspec::Currency{"BTC"}};
  fill.trade.liquidity = fixspec::LiquidityInd::Added;
  world.told(fill);
  world.replace("Y", "X", "110");
  world.unknown(translators::AskKind::Amend);
  world.answer(true, world.update(translators::VenueOrderState::Open), {fill});
  world.cancel("Z", "X");
  world.refused(translators::AskKind::Cancel, fixspec::RejectCode::TooLate, true);
  fixspec::RefusedRequest refused;
  refused.text = "OrdType(40)=P";
  world.request(refused);
  world.request(fixspec::OrderMassCancelRequest{});
  world.request(fixspec::OrderMassStatusRequest{});
  world.request(fixspec::OrderStatusRequest{});
  world.told(translators::Balances{
      .request_id = 1, .balances = {{.currency = fixspec::Currency{"BTC"}, .equity = "1.5"}}});
  world.told(translators::RequestNotSent{.request_id = 9, .reason = "down"});
  world.run_timers(5'000);
  world.apply(engine::TimerInput{.timer_id = 3, .reference = world.reference});
  return world.inputs;
}

TEST(Record, WhatIsWrittenIsReadBackTheSame) {
  journal::Writer writer;
  for (const engine::Input& input : sample()) {
    writer.clear();
    encode(input.body, writer);
    const auto body = decode(input_version, writer.bytes());
    ASSERT_TRUE(body) << body.error().text;
    EXPECT_EQ(*body, input.body);
  }
}

TEST(Record, EveryTruncationIsAnErrorNotACrash) {
  journal::Writer writer;
  for (const engine::Input& input : sample()) {
    writer.clear();
    encode(input.body, writer);
    for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
      ASSERT_FALSE(decode(input_version, writer.bytes().first(size)));
    }
  }
}

TEST(Record, ANewerVersionIsRefusedByName) {
  const auto body = decode(input_version + 1, {});
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().text, "an engine input of version 5, this program knows versions 1 to 4");
}

TEST(Record, ARequestIsReadBackTheSame) {
  translators::VenueRequest request{
      .request_id = 77,
      .account = fixspec::AccountId{"alpha"},
      .ask = translators::QueryTrades{.since = 5,
                                      .instruments = {{.symbol = fixspec::Symbol{"ETHUSDT"}}}}};
  journal::Writer writer;
  encode(request, writer);
  EXPECT_EQ(decode_request(input_version, writer.bytes()).value(), request);
}

TEST(Record, AVersionOneRequestIsReadWithDefaultsForWhatItDidNotHave) {
  translators::VenueRequest request{
      .request_id = 77,
      .account = fixspec::AccountId{"alpha"},
      .ask = translators::CancelOrder{.client_id = fixspec::VenueClOrdId{"c1"}}};
  journal::Writer writer;
  encode(request, writer);
  // Version 1 ended before OrdType(40), one byte.
  const auto version_one = writer.bytes().first(writer.bytes().size() - 1);
  EXPECT_EQ(decode_request(1, version_one).value(), request);
  EXPECT_FALSE(decode_request(2, version_one));
}

}  // namespace
}  // namespace causeway::gateway::core
