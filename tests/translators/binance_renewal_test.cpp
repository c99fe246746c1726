#include <gtest/gtest.h>

#include "tests/translators/binance_kit.hpp"

// The user data stream's next connection, made before the venue ends the one that is there.
namespace causeway::translators::binance {
namespace {

/// A session whose stream is 23 hours old, so that another connection is being made.
class BinanceRenewal : public testing::Test {
 protected:
  BinanceRenewal() {
    kit.log_on();
    kit.list_nothing();
    kit.ask(limit_order());
    kit.pass(std::int64_t{23} * 3'600'000 + 1);
    kit.respond("PUT /fapi/v1/listenKey", R"({"listenKey":"LK1"})");
    kit.outbox.fetches.clear();
    kit.outbox.take_told();
  }
  void say(Channel channel, int trade, const std::string& filled) {
    kit.receive(channel, R"({"stream":"LK1","data":)" +
                             order_event(77, "C1", "TRADE", "PARTIALLY_FILLED", filled, trade) +
                             "}");
  }
  void confirm() {
    const Recorder::Frame subscription = kit.frame("SUBSCRIBE");
    EXPECT_EQ(subscription.channel, Channel::EventsAgain);
    EXPECT_NE(subscription.text.find("\"LK1\""), std::string::npos) << subscription.text;
    kit.receive(Channel::EventsAgain,
                R"({"result":null,"id":)" + std::to_string(subscription.id) + "}");
  }
  std::string trades_told() {
    std::string trades;
    for (const std::string& line : kit.outbox.told_lines) {
      const std::size_t at = line.find(" trade=");
      if (at != std::string::npos) trades += line.substr(at + 7, 2) + " ";
    }
    kit.outbox.told_lines.clear();
    return trades;
  }

  AccountKit kit;
};

TEST_F(BinanceRenewal, EveryEventIsToldOnceAndTheLinkStaysUp) {
  say(Channel::Events, 10, "0.010");
  kit.session.on_open(Channel::EventsAgain, kit.now);
  // Subscribed, and not confirmed yet: both may say it.
  say(Channel::EventsAgain, 11, "0.011");
  say(Channel::Events, 11, "0.011");
  confirm();
  say(Channel::Events, 12, "0.012");  // was on its way
  say(Channel::EventsAgain, 12, "0.012");
  say(Channel::EventsAgain, 13, "0.013");
  say(Channel::Events, 14, "0.014");
  EXPECT_EQ(trades_told(), "10 11 12 13 14 ");
  EXPECT_TRUE(kit.outbox.disconnects[Channel::Events].empty());
  kit.pass(10'001);
  ASSERT_EQ(kit.outbox.disconnects[Channel::Events].size(), 1u);
  kit.close(Channel::Events, "another has taken its place");
  say(Channel::EventsAgain, 15, "0.015");
  EXPECT_EQ(trades_told(), "15 ");
  EXPECT_EQ(kit.log.seen("venue_disconnected"), 0u);
  // A day later it is the first one's turn again.
  kit.pass(std::int64_t{23} * 3'600'000);
  EXPECT_EQ(kit.outbox.connects[Channel::Events], 2);
}

TEST_F(BinanceRenewal, AConnectionThatDoesNotComeIsTriedAgainWhileTheOldOneServes) {
  kit.close(Channel::EventsAgain, "refused");
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.pass(60'001);
  EXPECT_EQ(kit.outbox.connects[Channel::EventsAgain], 2);
  kit.session.on_open(Channel::EventsAgain, kit.now);
  kit.pass(5'001);  // no confirmation
  EXPECT_EQ(kit.outbox.disconnects[Channel::EventsAgain].size(), 1u);
  kit.close(Channel::EventsAgain, "not confirmed");
  say(Channel::Events, 10, "0.010");
  EXPECT_EQ(trades_told(), "10 ");
  EXPECT_TRUE(kit.session.up());
}

TEST_F(BinanceRenewal, ALinkThatIsLostMeanwhileComesBackOverWhicheverIsFree) {
  kit.log.expect("venue_disconnected");
  kit.session.on_open(Channel::EventsAgain, kit.now);
  confirm();
  kit.close(Channel::EventsAgain, "reset");
  EXPECT_EQ(kit.outbox.take_told(), "link down reason=reset\n");
  EXPECT_EQ(kit.outbox.disconnects[Channel::Events].size(), 1u);
  say(Channel::Events, 10, "0.010");
  EXPECT_EQ(trades_told(), "") << "left to the recovery";
  kit.close(Channel::Events, "reset");
  kit.outbox.fetches.clear();
  kit.pass(600);
  kit.prepare_stream();
  EXPECT_EQ(kit.outbox.connects[Channel::EventsAgain], 2);
  kit.session.on_open(Channel::EventsAgain, kit.now);
  confirm();
  EXPECT_EQ(kit.outbox.take_told(), "link up\n");
}

}  // namespace
}  // namespace causeway::translators::binance
