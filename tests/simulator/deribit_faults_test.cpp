#include "tests/simulator/deribit_fixture.hpp"

namespace causeway::simulator::deribit {
namespace {

using core::FaultKind;

class DeribitFaultsTest : public DeribitTest {
 protected:
  DeribitFaultsTest() {
    log_in();
    result("private/subscribe", R"({"channels":["user.orders.any.any.raw"]})");
  }

  // Sends an order under one fault; what came back is in `told`, `raw` and the return value.
  JsonValue buy_under(core::Fault fault) {
    fault.filter = "private/buy";
    venue.faults().add(fault);
    told.clear();
    raw.clear();
    return ask("private/buy", order);
  }
  std::size_t orders() { return venue.exchange().client_orders().size(); }
  core::HttpReply http(core::Fault fault) {
    venue.faults().add(fault);
    return venue.on_http(
        {.method = "POST", .target = "/api/v2/public/get_time", .headers = {}, .body = "{}"}, now);
  }

  const std::string order =
      R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000,"label":"f"})";
};

TEST_F(DeribitFaultsTest, AFaultHitsAsOftenAsItSaysAndOnlyItsMethod) {
  venue.faults().add({.kind = FaultKind::DropReply, .count = 2, .filter = "private/buy"});
  EXPECT_FALSE(ask("private/get_open_orders").is_null());
  EXPECT_TRUE(ask("private/buy", order).is_null());
  EXPECT_TRUE(ask("private/buy", order).is_null());
  EXPECT_FALSE(ask("private/buy", order).is_null());
  EXPECT_TRUE(venue.faults().pending().empty());
}

TEST_F(DeribitFaultsTest, ADroppedReplyLeavesTheNotification) {
  EXPECT_TRUE(buy_under({.kind = FaultKind::DropReply}).is_null());
  EXPECT_EQ(orders(), 1U);
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(DeribitFaultsTest, ALostReplyOfAnAcceptedOrderIsFoundByItsLabel) {
  EXPECT_TRUE(buy_under({.kind = FaultKind::ReplyLostAccepted}).is_null());
  EXPECT_TRUE(told.empty());
  EXPECT_EQ(orders(), 1U);
  const auto found =
      result("private/get_order_state_by_label", R"({"currency":"BTC","label":"f"})");
  EXPECT_EQ(found.items.size(), 1U);
}

TEST_F(DeribitFaultsTest, ALostRequestLeavesNothing) {
  EXPECT_TRUE(buy_under({.kind = FaultKind::ReplyLostNotAccepted}).is_null());
  EXPECT_EQ(orders(), 0U);
}

TEST_F(DeribitFaultsTest, ADelayedReplyCountsAtOnceAndComesLater) {
  venue.faults().add({.kind = FaultKind::Delay, .filter = "private/buy", .delay_ms = 500});
  venue.on_frame(socket,
                 R"({"jsonrpc":"2.0","id":9,"method":"private/buy","params":)" + order + "}", now);
  EXPECT_EQ(orders(), 1U);
  const auto frames = venue.take_frames();
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].not_before, now + 500 * fixspec::nanos_per_milli);
  EXPECT_EQ(frames[1].not_before, 0);
}

TEST_F(DeribitFaultsTest, ADelayedRequestCountsLater) {
  buy_under({.kind = FaultKind::DelayRequest, .delay_ms = 3000});
  pass(2900);
  EXPECT_EQ(orders(), 0U);
  pass(200);
  EXPECT_EQ(orders(), 1U);
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(DeribitFaultsTest, ADelayedRequestKeepsItsDeadline) {
  const auto deadline = std::to_string(now / fixspec::nanos_per_milli + 1000);
  venue.faults().add({.kind = FaultKind::DelayRequest, .filter = "private/buy", .delay_ms = 3000});
  ask("private/buy",
      R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000,"valid_until":)" + deadline +
          "}");
  raw.clear();
  pass(3100);
  EXPECT_EQ(orders(), 0U);
  EXPECT_NE(raw.back().find("13888"), std::string::npos);
}

TEST_F(DeribitFaultsTest, ARequestAcceptedTooLateCountsAfterItsDeadlineAndIsNotAnswered) {
  const auto deadline = std::to_string(now / fixspec::nanos_per_milli + 1000);
  venue.faults().add(
      {.kind = FaultKind::AcceptedTooLate, .filter = "private/buy", .delay_ms = 3000});
  ask("private/buy",
      R"({"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000,"valid_until":)" + deadline +
          "}");
  raw.clear();
  told.clear();
  pass(2900);
  EXPECT_EQ(orders(), 0U);
  pass(200);
  EXPECT_EQ(orders(), 1U);
  EXPECT_EQ(told.size(), 1U);
  EXPECT_EQ(raw.size(), 1U) << "the notification, and no reply";
}

TEST_F(DeribitFaultsTest, AnHtmlPageOverTheWebSocketStandsForARequestThatDoesNotCount) {
  EXPECT_TRUE(buy_under({.kind = FaultKind::HttpError, .status = 502}).is_null());
  EXPECT_EQ(raw.back(), "<html><body><h1>502</h1></body></html>");
  EXPECT_EQ(orders(), 0U);
}

TEST_F(DeribitFaultsTest, DisconnectsCutBeforeOrAfterTheOrderCounts) {
  EXPECT_TRUE(buy_under({.kind = FaultKind::Disconnect}).is_null());
  EXPECT_EQ(orders(), 0U);
  EXPECT_EQ(closed.size(), 1U);
  socket = venue.on_open("/ws/api/v2", now);
  log_in();
  EXPECT_TRUE(buy_under({.kind = FaultKind::DisconnectAccepted}).is_null());
  EXPECT_EQ(orders(), 1U);
  EXPECT_EQ(closed.size(), 2U);
}

TEST_F(DeribitFaultsTest, NotificationsAreDroppedAndDoubled) {
  venue.faults().add({.kind = FaultKind::DropNotification, .filter = "user.orders"});
  venue.faults().add({.kind = FaultKind::DuplicateNotification, .filter = "user.orders"});
  result("private/buy", order);
  EXPECT_EQ(told.size(), 0U);
  result("private/buy", order);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(member(told[0], {"params", "data", "order_id"}),
            member(told[1], {"params", "data", "order_id"}));
  result("private/buy", order);
  EXPECT_EQ(told.size(), 3U);
}

TEST_F(DeribitFaultsTest, BrokenFramesAreBroken) {
  EXPECT_TRUE(buy_under({.kind = FaultKind::TruncatedReply}).is_null());
  EXPECT_FALSE(core::parse_json(raw.at(0)));
  EXPECT_EQ(orders(), 1U);
  EXPECT_FALSE(buy_under({.kind = FaultKind::GarbageFrame}).is_null());
  EXPECT_FALSE(core::parse_json(raw.at(0)));
  EXPECT_FALSE(buy_under({.kind = FaultKind::OversizedFrame, .bytes = 100'000}).is_null());
  EXPECT_GT(raw.at(0).size(), 100'000U);
}

TEST_F(DeribitFaultsTest, HttpFaultsAreTold) {
  const auto failed = http({.kind = FaultKind::HttpError, .status = 502});
  EXPECT_EQ(failed.status, 502U);
  EXPECT_EQ(failed.content_type, "text/html");
  EXPECT_EQ(http({.kind = FaultKind::DropReply}).fate, core::HttpReply::Fate::Silence);
  EXPECT_EQ(http({.kind = FaultKind::ReplyLostNotAccepted}).fate, core::HttpReply::Fate::Silence);
  EXPECT_EQ(http({.kind = FaultKind::Disconnect}).fate, core::HttpReply::Fate::Close);
  EXPECT_EQ(http({.kind = FaultKind::DisconnectAccepted}).fate, core::HttpReply::Fate::Close);
  EXPECT_EQ(http({.kind = FaultKind::Delay, .delay_ms = 5}).not_before,
            now + 5 * fixspec::nanos_per_milli);
  EXPECT_FALSE(core::parse_json(http({.kind = FaultKind::TruncatedReply}).body));
  EXPECT_FALSE(core::parse_json(http({.kind = FaultKind::GarbageFrame}).body));
  EXPECT_GT(http({.kind = FaultKind::OversizedFrame, .bytes = 70'000}).body.size(), 70'000U);
}

TEST_F(DeribitFaultsTest, EveryKindHasANameThatIsReadBack) {
  for (int i = 0; i <= static_cast<int>(FaultKind::OversizedFrame); ++i) {
    const auto kind = static_cast<FaultKind>(i);
    EXPECT_EQ(core::fault_kind_from_text(core::to_text(kind)), kind) << core::to_text(kind);
  }
  EXPECT_FALSE(core::fault_kind_from_text("earthquake"));
}

}  // namespace
}  // namespace causeway::simulator::deribit
