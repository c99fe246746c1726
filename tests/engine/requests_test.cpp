#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

namespace causeway::gateway::engine {
namespace {

using fixspec::RejectCode;

TEST(Requests, MassCancelAnswersFirstAndThenOrderByOrder) {
  World world;
  world.new_order("A", "10");
  world.ack();
  world.request(world.order("theirs", "10"), "OMS2");
  world.ack();
  world.new_order("B", "20");
  world.ack();
  world.take();
  fixspec::OrderMassCancelRequest request;
  request.cl_ord_id = fixspec::ClOrdId{"M"};
  world.request(request);
  EXPECT_EQ(world.take(), "> cancel\n> cancel\nr(M) accepted 2\n") << "the other session's stays";
  world.canceled();
  EXPECT_EQ(world.take(), "8(B) 4/4 20/0/0 20020=0\n");
}

TEST(Requests, MassCancelOfOneSideOfOneInstrument) {
  World world;
  world.new_order("A", "10");
  world.new_order("B", "10", "60000", fixspec::Side::Sell);
  world.take();
  fixspec::OrderMassCancelRequest request;
  request.cl_ord_id = fixspec::ClOrdId{"M"};
  request.type = fixspec::MassCancelRequestType::Security;
  world.request(request);
  EXPECT_EQ(world.take(), "r(M) refused 0\n");
  request.cl_ord_id = fixspec::ClOrdId{"M2"};
  request.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{World::symbol}};
  request.side = fixspec::Side::Sell;
  world.request(request);
  EXPECT_EQ(world.take(), "> cancel\nr(M2) accepted 1\n");
}

TEST(Requests, MassStatusListsOpenOrdersAndMarksTheLast) {
  World world;
  fixspec::OrderMassStatusRequest request;
  request.mass_status_req_id = "S";
  world.request(request);
  EXPECT_EQ(world.take(), "8(NONE) I/8 0/0/0 103=5\n");
  world.new_order("A", "10");
  world.new_order("B", "10");
  world.take();
  world.request(request);
  EXPECT_EQ(world.take(), "8(A) I/A 10/0/10\n8(B) I/A 10/0/10\n");
}

TEST(Requests, OrdersAreRefusedByTheFirstRuleTheyBreak) {
  World world;
  int count = 0;
  const auto refused = [&](auto&& change) {
    auto order = world.order("R" + std::to_string(++count), "100");
    change(order);
    world.request(order);
    const std::string text = world.take();
    return text.substr(text.find("20050=") + 6, 4);
  };
  using fixspec::NewOrderSingle;
  EXPECT_EQ(refused([](NewOrderSingle& o) { o.account = fixspec::AccountId{"other"}; }), "1011");
  EXPECT_EQ(refused([](NewOrderSingle& o) { o.instrument.symbol = fixspec::Symbol{"DOGE"}; }),
            "2001");
  EXPECT_EQ(refused([](NewOrderSingle& o) { o.instrument.venue = fixspec::Venue::Okx; }), "2001");
  EXPECT_EQ(refused([](NewOrderSingle& o) { o.price.reset(); }), "1001");
  EXPECT_EQ(refused([](NewOrderSingle& o) { o.order_qty = qty("0.5"); }), "2006");
  EXPECT_EQ(refused([](NewOrderSingle& o) {
              o.exec_inst.participate_dont_initiate = true;
              o.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
            }),
            "1003");
  EXPECT_EQ(refused([](NewOrderSingle& o) {
              o.time_in_force = fixspec::TimeInForce::GoodTillDate;
              o.expire_time = 5;
            }),
            "1003");
}

TEST(Requests, ParallelOrdersCannotTogetherPassALimit) {
  World world(false);
  risk::LimitSet limits;
  limits.name = "ALL";
  limits.max_position = qty("100");
  world.start.limits = {limits};
  world.restart();
  world.link(true);
  world.recover();
  world.take();
  int accepted = 0;
  for (int i = 0; i < 10; ++i) {
    world.new_order("P" + std::to_string(i), "30");
    accepted += world.take().find("> place") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(accepted, 3);
}

TEST(Requests, WhatTheCodecRefusedIsAnsweredAndRemembered) {
  World world;
  fixspec::RefusedRequest request;
  request.cl_ord_id = fixspec::ClOrdId{"X"};
  request.code = RejectCode::UnsupportedValue;
  request.text = "OrdType(40)=P";
  world.request(request);
  EXPECT_EQ(world.take(), "8(X) 8/8 0/0/0 20050=1003\n");
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=1005\n");
  request.msg_type = 'F';
  request.cl_ord_id = fixspec::ClOrdId{"Y"};
  request.orig_cl_ord_id = fixspec::ClOrdId{"Q"};
  world.request(request);
  EXPECT_EQ(world.take(), "9(Y/Q) 39=8 102=2 434=1 37=NONE\n");
}

TEST(Requests, ACancelByOrderIdAlone) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.take();
  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{"Y"};
  cancel.order_id = world.newest().order_id;
  world.request(cancel, "OMS2");
  EXPECT_EQ(world.take(), "9(Y/Y) 39=8 102=1 434=1 37=NONE\n") << "not its order";
  world.request(cancel);
  EXPECT_EQ(world.take(), "8(Y/X) 6/6 100/0/100\n> cancel\n");
}

TEST(Requests, ClosedOrdersAreForgottenAfterADay) {
  World world;
  world.new_order("X", "100");
  world.ack();
  world.canceled();
  world.pass(Engine::retention_ns + fixspec::nanos_per_second);
  world.new_order("Y", "100");
  EXPECT_EQ(world.engine.orders().all().size(), 1u);
}

TEST(MassCancel, GoesOnWhereTheClientsOwnCancelIsRefused) {
  for (const bool mass_first : {false, true}) {
    World world;
    world.new_order("X", "100");
    world.ack();
    const auto mass = [&] {
      world.request(fixspec::OrderMassCancelRequest{.cl_ord_id = fixspec::ClOrdId{"M"},
                                                    .type = fixspec::MassCancelRequestType::All});
    };
    if (mass_first) mass();
    world.cancel("C", "X");
    if (!mass_first) mass();
    world.refused(translators::AskKind::Cancel, fixspec::RejectCode::VenueRateLimit);
    EXPECT_TRUE(world.newest().cancel) << mass_first;
    world.take();
    world.run_timers(1'000);
    EXPECT_EQ(world.take(), "> query-order\n");
    world.answer(true, world.update(translators::VenueOrderState::Open));
    EXPECT_EQ(world.take(), "> cancel\n");
    world.canceled();
    EXPECT_EQ(world.take(), "8(C/X) 4/4 100/0/0\n");
  }
}

}  // namespace
}  // namespace causeway::gateway::engine
