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

constexpr std::string_view history = "private/get_order_history_by_instrument";

QueryOrder search_for(const SessionKit& kit, const std::string& client_id) {
  QueryOrder ask;
  ask.client_id = fixspec::VenueClOrdId{client_id};
  ask.instrument = perpetual();
  ask.placed_at = kit.now.utc_ns - 5 * fixspec::nanos_per_second;
  return ask;
}

// Asks for the order and says that neither of the direct queries finds it.
void search(SessionKit& kit, const std::string& client_id, RequestId id) {
  kit.ask(search_for(kit, client_id), id);
  kit.receive(reply(kit.frame("private/get_order_state_by_label"), "[]"));
  kit.receive(reply(kit.frame("private/get_open_orders_by_label"), "[]"));
}

std::string cancelled(const std::string& client_id) {
  return R"({"order_id":"7","label":")" + client_id +
         R"(","instrument_name":"BTC-PERPETUAL","direction":"buy","order_type":"limit",)"
         R"("order_state":"cancelled","price":50000.5,"amount":100,"filled_amount":0,)"
         R"("last_update_timestamp":1700000000000})";
}

// The page's first row is the order.
std::string page_with(const std::string& client_id, std::int64_t newest_ms,
                      std::int64_t oldest_ms) {
  return "[" + cancelled(client_id) + "," + history_page(newest_ms, oldest_ms).substr(1);
}

std::vector<std::uint64_t> frames_of(const SessionKit& kit, std::string_view method) {
  std::vector<std::uint64_t> ids;
  for (const Recorder::Frame& frame : kit.outbox.frames) {
    if (frame.text.find("\"" + std::string{method} + "\"") != std::string::npos) {
      ids.push_back(frame.id);
    }
  }
  return ids;
}

std::int64_t ms_of(const SessionKit& kit) { return kit.now.utc_ns / fixspec::nanos_per_milli; }

std::string not_there(RequestId id) {
  const std::string number = std::to_string(id);
  return "query_answer request=" + number + " client_id=C" + number + " absent\n";
}

// What a restart asks: hundreds at once. The first begins a reading, the others share the next.
TEST(DeribitHistory, IsReadOnceForManyOrders) {
  SessionKit kit;
  kit.log_on();
  constexpr RequestId orders = 30;
  for (RequestId id = 1; id <= orders; ++id) {
    kit.ask(search_for(kit, "C" + std::to_string(id)), id);
  }
  for (const std::uint64_t id : frames_of(kit, "private/get_order_state_by_label")) {
    kit.receive(reply(id, "[]"));
  }
  for (const std::uint64_t id : frames_of(kit, "private/get_open_orders_by_label")) {
    kit.receive(reply(id, "[]"));
  }
  const std::int64_t now_ms = ms_of(kit);
  for (std::size_t at = 0; at < kit.outbox.frames.size(); ++at) {
    const Recorder::Frame frame = kit.outbox.frames[at];
    if (frame.text.find(history) == std::string::npos) continue;
    const bool second = frame.text.find("\"offset\":1000") != std::string::npos;
    kit.receive(reply(frame.id, second ? history_page(now_ms - 2'000, now_ms - 60'000)
                                       : history_page(now_ms, now_ms - 2'000)));
  }
  std::string told;
  for (RequestId id = 1; id <= orders; ++id) told += not_there(id);
  EXPECT_EQ(kit.outbox.take_told(), told);
  // Two readings of the recent history and of the archive, two pages each.
  EXPECT_EQ(frames_of(kit, history).size(), 8U);
}

// Its page may have been read before the venue had the order.
TEST(DeribitHistory, SaysOfNoOrderThatItIsNotThereByPagesFromBeforeTheQuestion) {
  SessionKit kit;
  kit.log_on();
  const std::int64_t now_ms = ms_of(kit);
  search(kit, "C1", 1);
  kit.receive(reply(kit.frame(history), history_page(now_ms, now_ms - 2'000)));
  const std::uint64_t second_page = kit.frame(history);
  search(kit, "C2", 2);
  EXPECT_EQ(kit.frame(history), second_page) << "it waits for the next reading";
  kit.receive(reply(second_page, history_page(now_ms - 2'000, now_ms - 60'000)));
  EXPECT_EQ(kit.outbox.take_told(), "");
  // Now the archive is read for the first, and the recent history from its start for the second.
  const auto pages = frames_of(kit, history);
  ASSERT_EQ(pages.size(), 4U);
  bool found = false;
  for (const Recorder::Frame& frame : kit.outbox.frames) {
    if (frame.id <= second_page || frame.text.find(history) == std::string::npos) continue;
    EXPECT_NE(frame.text.find("\"offset\":0"), std::string::npos) << frame.text;
    if (frame.text.find("\"historical\":true") != std::string::npos) continue;
    kit.receive(reply(frame.id, page_with("C2", now_ms, now_ms - 60'000)));
    found = true;
    break;
  }
  EXPECT_TRUE(found);
  const std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("query_answer request=2 client_id=C2"), std::string::npos) << told;
  EXPECT_EQ(told.find("absent"), std::string::npos) << told;
}

// New rows push older ones to later pages.
TEST(DeribitHistory, FindsAnOrderThatMovesToTheNextPageMeanwhile) {
  SessionKit kit;
  kit.log_on();
  const std::int64_t now_ms = ms_of(kit);
  search(kit, "C1", 1);
  kit.receive(reply(kit.frame(history), history_page(now_ms, now_ms - 2'000)));
  kit.receive(reply(kit.frame(history), page_with("C1", now_ms - 2'000, now_ms - 60'000)));
  const std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("query_answer request=1 client_id=C1"), std::string::npos) << told;
  EXPECT_EQ(told.find("absent"), std::string::npos) << told;
}

TEST(DeribitHistory, APageThatFailsAnswersThoseWhoNeedItAndNoOther) {
  SessionKit kit;
  kit.log_on();
  const std::int64_t now_ms = ms_of(kit);
  search(kit, "C1", 1);
  const std::uint64_t first = kit.frame(history);
  search(kit, "C2", 2);
  search(kit, "C3", 3);
  kit.receive(failure(first, 11094, "internal_server_error"));
  std::string told = kit.outbox.take_told();
  EXPECT_NE(told.find("request=1 "), std::string::npos) << told;
  EXPECT_EQ(told.find("absent"), std::string::npos) << told;
  EXPECT_EQ(told.find("request=2 "), std::string::npos) << told;
  const std::uint64_t next = kit.frame(history);
  ASSERT_NE(next, first) << "the others are searched for by a reading of their own";
  kit.receive(reply(next, history_page(now_ms, now_ms - 2'000)));
  kit.receive(failure(kit.frame(history), 11094, "internal_server_error"));
  told = kit.outbox.take_told();
  EXPECT_NE(told.find("request=2 "), std::string::npos) << told;
  EXPECT_NE(told.find("request=3 "), std::string::npos) << told;
  EXPECT_EQ(told.find("absent"), std::string::npos) << told;
  const std::size_t asked = frames_of(kit, history).size();
  kit.pass(10);
  EXPECT_EQ(frames_of(kit, history).size(), asked) << "nobody searches any more";
}

// The reply that does not come is no page either; one that comes too late is for nobody.
TEST(DeribitHistory, APageThatDoesNotComeLeavesItsOrdersUnknown) {
  SessionKit kit;
  kit.log.expect("venue_disconnected");
  kit.log_on();
  search(kit, "C1", 1);
  const std::uint64_t page = kit.frame(history);
  kit.pass(5'000);
  EXPECT_NE(kit.outbox.take_told().find("unknown request=1 "), std::string::npos);
  kit.receive(reply(page, "[]"));
  EXPECT_EQ(kit.outbox.take_told(), "");
  search(kit, "C2", 2);
  EXPECT_NE(kit.frame(history), page);
  kit.session.on_closed("reset", {}, kit.now);
  EXPECT_NE(kit.outbox.take_told().find("unknown request=2 "), std::string::npos);
}

}  // namespace
}  // namespace causeway::translators::deribit
