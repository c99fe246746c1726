#include <gtest/gtest.h>

#include "tests/translators/session_kit.hpp"

// What a session takes for the time at the venue.
namespace causeway::translators::deribit {
namespace {

TEST(DeribitClock, SignsInTheVenuesClock) {
  SessionKit kit;
  kit.session.start();
  kit.session.on_open(kit.now);
  // The venue is 90 s ahead, more than a signature is good for.
  const std::string us = std::to_string(kit.now.utc_ns / 1'000 + 90'000'000);
  kit.receive(R"({"jsonrpc":"2.0","id":1,"result":1700000090000,"usIn":)" + us + R"(,"usOut":)" +
              us + R"(,"usDiff":0,"testnet":false})");
  EXPECT_NE(kit.outbox.last().text.find(R"("timestamp":1700000090000)"), std::string::npos);
}

TEST(DeribitClock, AVenueTimeThatNoClockShowsDoesNotMoveTheClock) {
  // In nanoseconds it does not fit in 64 bits.
  for (const char* us : {"17000000000009010", "9223372036854775807", "-9223372036854775807"}) {
    SessionKit kit;
    kit.session.start();
    kit.session.on_open(kit.now);
    kit.receive(R"({"jsonrpc":"2.0","id":1,"result":1700000000000,"usIn":)" + std::string{us} +
                R"(,"usOut":)" + us + R"(,"usDiff":0,"testnet":false})");
    const std::string ours = std::to_string(kit.now.utc_ns / 1'000'000);
    EXPECT_NE(kit.outbox.last().text.find(R"("timestamp":)" + ours), std::string::npos)
        << us << ": " << kit.outbox.last().text;
  }
}

}  // namespace
}  // namespace causeway::translators::deribit
