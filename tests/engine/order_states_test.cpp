#include <gtest/gtest.h>

#include "tests/engine/world.hpp"

// The order-state cases of the rules of engagement, by their names there.
namespace causeway::gateway::engine {
namespace {

using fixspec::RejectCode;
using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

// An order X of 100 that the venue has acknowledged.
struct Working : World {
  Working() {
    new_order("X", "100");
    ack();
    take();
  }
};

TEST(OrderStates, A1Fill) {
  World world;
  world.new_order("X", "100");
  EXPECT_EQ(world.take(), "8(X) A/A 100/0/100\n> place\n");
  world.ack();
  world.fills("t1", "20");
  world.fills("t2", "80");
  EXPECT_EQ(world.take(),
            "8(X) 0/0 100/0/100\n"
            "8(X) F/1 100/20/80 32=20\n"
            "8(X) F/2 100/100/0 32=80\n");
  EXPECT_EQ(world.exposure(), (risk::InstrumentExposure{qty("100"), {}, {}}));
}

TEST(OrderStates, A2RejectedByTheVenue) {
  World world;
  world.new_order("X", "100");
  world.take();
  world.refused(AskKind::Place, RejectCode::InsufficientMargin);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=5003\n");
  EXPECT_EQ(world.exposure(), risk::InstrumentExposure{});
}

TEST(OrderStates, A3AFillBeforeTheAcknowledgementBringsItAlong) {
  World world;
  world.new_order("X", "100");
  world.take();
  world.fills("t1", "100");
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n8(X) F/2 100/100/0 32=100\n");
  world.told(world.update(VenueOrderState::Filled, "100"));
  EXPECT_EQ(world.take(), "") << "the late acknowledgement is swallowed";
}

TEST(OrderStates, B1CancelZeroFilled) {
  Working world;
  world.cancel("Y", "X");
  EXPECT_EQ(world.take(), "8(Y/X) 6/6 100/0/100\n> cancel\n");
  world.canceled();
  EXPECT_EQ(world.take(), "8(Y/X) 4/4 100/0/0\n");
  EXPECT_EQ(world.exposure(), risk::InstrumentExposure{});
}

TEST(OrderStates, B1CancelRefused) {
  Working world;
  world.cancel("Y", "X");
  world.take();
  world.refused(AskKind::Cancel, RejectCode::VenueRejected);
  EXPECT_EQ(world.take(), "9(Y/X) 39=0 102=2 434=1\n");
}

TEST(OrderStates, B2FillsWhileCancelPending) {
  Working world;
  world.fills("t1", "20");
  world.fills("t2", "30");
  world.cancel("Y", "X");
  world.fills("t3", "10");
  world.canceled("60");
  EXPECT_EQ(world.take(),
            "8(X) F/1 100/20/80 32=20\n"
            "8(X) F/1 100/50/50 32=30\n"
            "8(Y/X) 6/6 100/50/50\n> cancel\n"
            "8(X) F/6 100/60/40 32=10\n"
            "8(Y/X) 4/4 100/60/0\n");
}

TEST(OrderStates, B3FilledBeforeTheCancelTakesEffect) {
  Working world;
  world.fills("t1", "50");
  world.cancel("Y", "X");
  world.take();
  world.fills("t2", "50");
  EXPECT_EQ(world.take(), "8(X) F/6 100/100/0 32=50\n9(Y/X) 39=2 102=0 434=1\n");
  world.refused(AskKind::Cancel, RejectCode::TooLate, true);
  EXPECT_EQ(world.take(), "") << "the venue's own answer comes too late to matter";
}

TEST(OrderStates, B3AsTheVenueSaysItFirst) {
  Working world;
  world.cancel("Y", "X");
  world.take();
  world.refused(AskKind::Cancel, RejectCode::TooLate, true);
  EXPECT_EQ(world.take(), "> query-order\n");
  world.answer(true, world.update(VenueOrderState::Filled, "100"), {world.fill("t1", "100")});
  EXPECT_EQ(world.take(), "8(X) F/6 100/100/0 32=100\n9(Y/X) 39=2 102=0 434=1\n");
}

TEST(OrderStates, B4CancelBeforeTheAcknowledgement) {
  World world;
  world.new_order("X", "100");
  world.cancel("Y", "X");
  world.ack();
  world.canceled();
  EXPECT_EQ(world.take(),
            "8(X) A/A 100/0/100\n> place\n"
            "8(Y/X) 6/6 100/0/100\n> cancel\n"
            "8(X) 0/6 100/0/100\n"
            "8(Y/X) 4/4 100/0/0\n");
}

TEST(OrderStates, B4TheOrderIsRejected) {
  World world;
  world.new_order("X", "100");
  world.cancel("Y", "X");
  world.take();
  world.refused(AskKind::Place, RejectCode::VenueRejected);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=5001\n9(Y/X) 39=8 102=1 434=1\n");
}

TEST(OrderStates, B4ACancelThatOvertookItsOrderIsSentAgain) {
  World world;
  world.new_order("X", "100");
  world.cancel("Y", "X");
  world.take();
  world.refused(AskKind::Cancel, RejectCode::UnknownOrder, true);
  EXPECT_EQ(world.take(), "") << "the order's own answer is still to come";
  world.ack();
  EXPECT_EQ(world.take(), "8(X) 0/6 100/0/100\n> cancel\n");
}

TEST(OrderStates, B5CancelUnknown) {
  World world;
  world.cancel("Y", "Q");
  EXPECT_EQ(world.take(), "9(Y/Q) 39=8 102=1 434=1 37=NONE\n");
}

TEST(OrderStates, B6CancelOfACancelledOrder) {
  Working world;
  world.cancel("Y", "X");
  world.canceled();
  world.take();
  world.cancel("Z", "X");
  EXPECT_EQ(world.take(), "9(Z/X) 39=4 102=0 434=1\n");
}

TEST(OrderStates, B7SecondCancelWhilePending) {
  Working world;
  world.cancel("Y", "X");
  world.take();
  world.cancel("Z", "X");
  EXPECT_EQ(world.take(), "9(Z/X) 39=6 102=3 434=1\n");
}

TEST(OrderStates, C1IncreaseZeroFilled) {
  Working world;
  world.replace("Y", "X", "110");
  EXPECT_EQ(world.take(), "8(Y/X) E/E 100/0/100\n> amend 110@60000\n");
  EXPECT_EQ(world.exposure().open_buy, qty("110")) << "the larger of old and new is reserved";
  world.amended("110");
  world.fills("t1", "110");
  EXPECT_EQ(world.take(), "8(Y/X) 5/0 110/0/110\n8(Y) F/2 110/110/0 32=110\n");
}

TEST(OrderStates, C2IncreaseWithFillsWhilePending) {
  Working world;
  world.fills("t1", "10");
  world.take();
  world.replace("Y", "X", "120");
  world.fills("t2", "1");
  world.amended("120");
  world.fills("t3", "109");
  EXPECT_EQ(world.take(),
            "8(Y/X) E/E 100/10/90\n> amend 120@60000\n"
            "8(X) F/E 100/11/89 32=1\n"
            "8(Y/X) 5/1 120/11/109\n"
            "8(Y) F/2 120/120/0 32=109\n");
}

TEST(OrderStates, C2FillsBeyondTheOldQuantityShowThatTheReplacementHolds) {
  Working world;
  world.fills("t1", "10");
  world.replace("Y", "X", "120");
  world.take();
  world.fills("t2", "95");
  EXPECT_EQ(world.take(), "8(Y/X) 5/1 120/10/110\n8(Y) F/1 120/105/15 32=95\n");
  world.amended("120");
  EXPECT_EQ(world.take(), "") << "the late acknowledgement adds nothing";
}

TEST(OrderStates, C2RefusedAfterPending) {
  Working world;
  world.fills("t1", "10");
  world.replace("Y", "X", "120");
  world.fills("t2", "1");
  world.take();
  world.refused(AskKind::Amend, RejectCode::VenueRejected);
  EXPECT_EQ(world.take(), "9(Y/X) 39=1 102=2 434=2\n");
  EXPECT_EQ(world.exposure().open_buy, qty("89"));
}

TEST(OrderStates, C3IncreaseAfterFullFill) {
  Working world;
  world.fills("t1", "100");
  world.take();
  world.replace("Y", "X", "120");
  EXPECT_EQ(world.take(), "9(Y/X) 39=2 102=0 434=2\n");
}

TEST(OrderStates, C4FinalFillCrossesThePriceChange) {
  Working world;
  world.replace("Y", "X", "100", "60010");
  world.take();
  world.fills("t1", "100");
  EXPECT_EQ(world.take(), "8(X) F/E 100/100/0 32=100\n");
  world.refused(AskKind::Amend, RejectCode::TooLate, true);
  world.answer(true, world.update(VenueOrderState::Filled, "100"));
  EXPECT_EQ(world.take(), "> query-order\n9(Y/X) 39=2 102=0 434=2\n");
}

TEST(OrderStates, C5DecreaseAboveWhatIsFilled) {
  Working world;
  world.fills("t1", "15");
  world.take();
  world.replace("Y", "X", "80");
  world.amended("80");
  EXPECT_EQ(world.take(), "8(Y/X) E/E 100/15/85\n> amend 80@60000\n8(Y/X) 5/1 80/15/65\n");
}

TEST(OrderStates, C6DecreaseToWhatIsFilled) {
  Working world;
  world.fills("t1", "70");
  world.take();
  world.replace("Y", "X", "70");
  EXPECT_EQ(world.take(), "8(Y/X) E/E 100/70/30\n> cancel\n");
  world.canceled("70");
  EXPECT_EQ(world.take(), "8(Y/X) 5/2 70/70/0\n");
}

TEST(OrderStates, C7DecreaseBelowWhatIsFilled) {
  Working world;
  world.fills("t1", "80");
  world.replace("Y", "X", "70");
  world.take();
  world.canceled("80");
  EXPECT_EQ(world.take(), "8(Y/X) 5/2 80/80/0\n");
  EXPECT_EQ(world.exposure(), (risk::InstrumentExposure{qty("80"), {}, {}}));
}

// The decrease has left when fills overtake it: one venue refuses it then, another cancels the
// order.
TEST(OrderStates, C7RefusedByTheVenueIsACancelOfTheRest) {
  Working world;
  world.fills("t1", "20");
  world.replace("Y", "X", "40");
  world.fills("t2", "30");
  world.take();
  world.refused(AskKind::Amend, RejectCode::TooLate, true);
  EXPECT_EQ(world.take(), "> cancel\n");
  world.canceled("50");
  EXPECT_EQ(world.take(), "8(Y/X) 5/2 50/50/0\n");
  EXPECT_EQ(world.exposure(), (risk::InstrumentExposure{qty("50"), {}, {}}));
}

TEST(OrderStates, C7CarriedOutByTheVenueAsACancel) {
  Working world;
  world.fills("t1", "20");
  world.replace("Y", "X", "40");
  world.fills("t2", "30");
  world.take();
  world.canceled("50");
  EXPECT_EQ(world.take(), "8(Y/X) 5/2 50/50/0\n");
}

TEST(OrderStates, C7RefusedBeforeTheFillsAreKnown) {
  Working world;
  world.replace("Y", "X", "40");
  world.take();
  world.refused(AskKind::Amend, RejectCode::TooLate, true);
  world.answer(true, world.update(VenueOrderState::Open, "50"), {world.fill("t1", "50")});
  EXPECT_EQ(world.take(), "> query-order\n8(X) F/E 100/50/50 32=50\n> cancel\n");
}

TEST(OrderStates, D1TwoReplacesInTurn) {
  Working world;
  world.replace("Y", "X", "110");
  world.amended("110");
  world.take();
  world.replace("Z", "Y", "120");
  world.amended("120");
  EXPECT_EQ(world.take(), "8(Z/Y) E/E 110/0/110\n> amend 120@60000\n8(Z/Y) 5/0 120/0/120\n");
}

TEST(OrderStates, D2FirstRefusedBeforePending) {
  Working world;
  world.replace("Y", "X", "110.5");
  EXPECT_EQ(world.take(), "9(Y/X) 39=0 102=99 434=2\n");
  world.replace("Z", "X", "120");
  world.amended("120");
  EXPECT_EQ(world.take(), "8(Z/X) E/E 100/0/100\n> amend 120@60000\n8(Z/X) 5/0 120/0/120\n");
}

TEST(OrderStates, D3FirstRefusedAfterPending) {
  Working world;
  world.replace("Y", "X", "110");
  world.refused(AskKind::Amend, RejectCode::VenueRejected);
  world.replace("Z", "X", "120");
  world.amended("120");
  EXPECT_EQ(world.take(),
            "8(Y/X) E/E 100/0/100\n> amend 110@60000\n9(Y/X) 39=0 102=2 434=2\n"
            "8(Z/X) E/E 100/0/100\n> amend 120@60000\n8(Z/X) 5/0 120/0/120\n");
}

TEST(OrderStates, D6PipelinedReplaceIsRefused) {
  Working world;
  world.replace("Y", "X", "110");
  world.take();
  world.replace("Z", "Y", "120");
  EXPECT_EQ(world.take(), "9(Z/X) 39=E 102=3 434=2\n");
  world.amended("110");
  EXPECT_EQ(world.take(), "8(Y/X) 5/0 110/0/110\n");
}

TEST(OrderStates, D7CancelWhileReplacePending) {
  Working world;
  world.replace("Y", "X", "110");
  world.cancel("Z", "Y");
  world.amended("110");
  auto canceled = world.update(VenueOrderState::Canceled);
  world.told(canceled);
  EXPECT_EQ(world.take(),
            "8(Y/X) E/E 100/0/100\n> amend 110@60000\n"
            "8(Z/Y) 6/6 100/0/100\n> cancel\n"
            "8(Y/X) 5/6 110/0/110\n"
            "8(Z/Y) 4/4 110/0/0\n");
}

TEST(OrderStates, D7TheReplaceIsRefused) {
  Working world;
  world.replace("Y", "X", "110");
  world.cancel("Z", "Y");
  world.take();
  world.refused(AskKind::Amend, RejectCode::VenueRejected);
  world.canceled();
  EXPECT_EQ(world.take(), "9(Y/X) 39=6 102=2 434=2\n8(Z/X) 4/4 100/0/0\n");
}

TEST(OrderStates, D7TheOrderEndsBeforeTheReplaceIsAnswered) {
  Working world;
  world.replace("Y", "X", "110");
  world.cancel("Z", "Y");
  world.take();
  world.canceled();
  EXPECT_EQ(world.take(), "9(Y/X) 39=6 102=0 434=2\n8(Z/X) 4/4 100/0/0\n");
}

TEST(OrderStates, E1UnsolicitedCancelOfAPartlyFilledOrder) {
  Working world;
  world.fills("t1", "20");
  world.take();
  world.canceled("20", "autoliquidation");
  EXPECT_EQ(world.take(), "8(X) 4/4 100/20/0 378=99 20020=9\n");
}

TEST(OrderStates, E1TheEndWaitsForTheFillsThatExplainIt) {
  Working world;
  world.canceled("20", "autoliquidation");
  EXPECT_EQ(world.take(), "");
  world.fills("t1", "20");
  EXPECT_EQ(world.take(), "8(X) F/1 100/20/80 32=20\n8(X) 4/4 100/20/0 378=99 20020=9\n");
}

TEST(OrderStates, E1FillsThatNeverComeAreAskedFor) {
  Working world;
  world.canceled("20");
  world.run_timers(1'000);
  EXPECT_EQ(world.take(), "> query-order\n");
  world.answer(true, world.update(VenueOrderState::Canceled, "20"), {world.fill("t1", "20")});
  EXPECT_EQ(world.take(), "8(X) F/1 100/20/80 32=20\n8(X) 4/4 100/20/0 378=99 20020=9\n");
}

TEST(OrderStates, E2UnsolicitedRestatement) {
  Working world;
  world.fills("t1", "20");
  world.take();
  auto update = world.update(VenueOrderState::Open, "20");
  update.order_qty = qty("60");
  world.told(update);
  EXPECT_EQ(world.take(), "8(X) D/1 60/20/40 378=8 20020=9\n");
}

TEST(OrderStates, AnOlderPictureChangesNothing) {
  Working world;
  auto old = world.update(VenueOrderState::Open);
  world.replace("Y", "X", "110");
  world.amended("110");
  world.take();
  world.told(old);
  EXPECT_EQ(world.take(), "");
}

TEST(OrderStates, F1DuplicateClOrdIdLeavesTheOrderAlone) {
  Working world;
  world.new_order("X", "50");
  EXPECT_EQ(world.take(), "8(X) 8/8 50/0/0 20050=1005\n");
  world.fills("t1", "100");
  EXPECT_EQ(world.take(), "8(X) F/2 100/100/0 32=100\n");
}

TEST(OrderStates, F1TheSameClOrdIdOfAnotherSessionIsAnotherOrder) {
  Working world;
  world.request(world.order("X", "50"), "OMS2");
  EXPECT_EQ(world.take(), "8(X) A/A 50/0/50\n> place\n");
}

TEST(OrderStates, F2PossResendOfAKnownOrderIsAnsweredWithItsStatus) {
  Working world;
  world.fills("t1", "20");
  world.take();
  auto again = world.order("X", "100");
  again.poss_resend = true;
  world.request(again);
  EXPECT_EQ(world.take(), "8(X) I/1 100/20/80\n");
}

TEST(OrderStates, F2PossResendOfARefusedOrderIsNotANewChance) {
  World world;
  auto off_tick = world.order("X", "100", "60000.1");
  world.request(off_tick);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=2004\n");
  auto again = world.order("X", "100");
  again.poss_resend = true;
  world.request(again);
  EXPECT_EQ(world.take(), "8(X) I/8 100/0/0\n");
}

TEST(OrderStates, F3PossResendOfAnUnknownOrderIsANewOrder) {
  World world;
  auto first = world.order("X", "100");
  first.poss_resend = true;
  world.request(first);
  EXPECT_EQ(world.take(), "8(X) A/A 100/0/100\n> place\n");
}

TEST(OrderStates, G1StatusOfAnUnknownOrder) {
  World world;
  fixspec::OrderStatusRequest status;
  status.cl_ord_id = fixspec::ClOrdId{"Q"};
  world.request(status);
  EXPECT_EQ(world.take(), "8(Q) I/8 0/0/0 103=5\n");
}

TEST(OrderStates, G2StatusChangesNothingAndHasItsOwnExecId) {
  Working world;
  const auto before = world.newest().cum_qty;
  fixspec::OrderStatusRequest status;
  status.cl_ord_id = fixspec::ClOrdId{"X"};
  world.request(status);
  world.request(status);
  EXPECT_EQ(world.take(), "8(X) I/0 100/0/100\n8(X) I/0 100/0/100\n");
  EXPECT_EQ(world.newest().cum_qty, before);
}

TEST(OrderStates, I1FillOrKillThatFindsNothing) {
  World world;
  auto order = world.order("X", "100");
  order.time_in_force = fixspec::TimeInForce::FillOrKill;
  world.request(order);
  world.take();
  world.canceled();
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n8(X) 4/4 100/0/0\n");
}

TEST(OrderStates, I2ImmediateOrCancelRemainder) {
  World world;
  auto order = world.order("X", "100");
  order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
  world.request(order);
  world.take();
  world.canceled("30");
  world.fills("t1", "30");
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n8(X) F/1 100/30/70 32=30\n8(X) 4/4 100/30/0\n");
}

TEST(OrderStates, X2TheSameFillTwiceIsOneReport) {
  Working world;
  world.fills("t1", "20");
  world.fills("t1", "20");
  world.told(world.fill("t1", "20", "60000", Source::Query));
  EXPECT_EQ(world.take(), "8(X) F/1 100/20/80 32=20\n");
  EXPECT_EQ(world.exposure().position, qty("20"));
}

TEST(OrderStates, X6PostOnlyThatWouldTakeIsRejectedWhileUnacknowledged) {
  World world;
  auto order = world.order("X", "100");
  order.exec_inst.participate_dont_initiate = true;
  world.request(order);
  world.take();
  world.refused(AskKind::Place, RejectCode::PostOnlyWouldTake);
  EXPECT_EQ(world.take(), "8(X) 8/8 100/0/0 20050=5002\n");
}

TEST(OrderStates, X17TriggeredStop) {
  World world;
  auto order = world.order("X", "100");
  order.ord_type = fixspec::OrdType::Stop;
  order.price.reset();
  order.stop_px = px("59000");
  world.request(order);
  world.take();
  world.told(world.update(VenueOrderState::Untriggered));
  auto triggered = world.update(VenueOrderState::Triggered);
  triggered.venue_order_id = fixspec::VenueOrderId{"V-child"};
  world.told(triggered);
  auto fill = world.fill("t1", "100");
  fill.venue_order_id = triggered.venue_order_id;
  world.told(fill);
  EXPECT_EQ(world.take(), "8(X) 0/0 100/0/100\n8(X) L/0 100/0/100\n8(X) F/2 100/100/0 32=100\n");
}

TEST(OrderStates, X17TheFillOfAStopMayComeBeforeWordOfItsTrigger) {
  World world;
  auto order = world.order("X", "100");
  order.ord_type = fixspec::OrdType::Stop;
  order.price.reset();
  order.stop_px = px("59000");
  world.request(order);
  world.told(world.update(VenueOrderState::Untriggered));
  world.take();
  world.fills("t1", "100");
  world.told(world.update(VenueOrderState::Triggered));
  EXPECT_EQ(world.take(), "8(X) L/0 100/0/100\n8(X) F/2 100/100/0 32=100\n");
}

}  // namespace
}  // namespace causeway::gateway::engine
