#include <gtest/gtest.h>


#include "tests/translators/session_kit.hpp"

namespace causeway::translators::deribit {
namespace {

// A full page of others' orders, told newest first.
std::string history_page(std::int64_t newest_ms, std::int64_t oldest_ms) {
  std::string rows;
  for (std::int64_t i = 0; i < 1'000; ++i) {
    const std::int64_t time = newest_ms - (newest_ms - oldest_ms) * i / 999;
    rows += rows.empty() ? "" : ",";
    rows += R"({"order_id":"56","label":"OTHER","instrument_name":"BTC-PERPETUAL",)"
            R"("direction":"buy","order_type":"limit","order_state":"filled","price":50000.5,)"
            R"("amount":100,"filled_amount":100,"last_update_timestamp":)" +
            std::to_string(time) + "}";
  }
  return "[" + rows + "]";
}

// An account that trades a lot has more history than anybody can read; all of it that is newer than
// the order has to be searched, and no more.
TEST(DeribitHistory, IsSearchedBackToTheTimeOfTheOrder) {
  SessionKit kit;
  kit.log_on();
  const std::int64_t now_ms = kit.now.utc_ns / fixspec::nanos_per_milli;
  QueryOrder ask;
  ask.client_id = fixspec::VenueClOrdId{"C1"};
  ask.instrument = perpetual();
  ask.placed_at = kit.now.utc_ns - 30 * fixspec::nanos_per_second;
  kit.ask(ask);
  kit.receive(reply(kit.frame("private/get_order_state_by_label"), "[]"));
  kit.receive(reply(kit.frame("private/get_open_orders_by_label"), "[]"));
  for (int pages = 0; pages < 20; ++pages) {
    kit.receive(reply(kit.frame("private/get_order_history_by_instrument"),
                      history_page(now_ms, now_ms - 20'000)));
    EXPECT_NE(kit.outbox.last().text.find("\"offset\":" + std::to_string(1'000 * (pages + 1))),
              std::string::npos);
    kit.pass(100);
  }
  kit.receive(reply(kit.outbox.last().id, history_page(now_ms - 20'000, now_ms - 60'000)));
  EXPECT_NE(kit.outbox.last().text.find(R"("historical":true)"), std::string::npos);
  kit.receive(reply(kit.outbox.last().id, history_page(now_ms - 20'000, now_ms - 60'000)));
  EXPECT_EQ(kit.outbox.take_told(), "query_answer request=1 client_id=C1 absent\n");
}

}  // namespace
}  // namespace causeway::translators::deribit
