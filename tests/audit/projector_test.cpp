#include "gateway/audit/projector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/audit/rebuild.hpp"
#include "gateway/audit/schema.hpp"
#include "support.hpp"

namespace causeway::gateway::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Story : public testing::Test {
 protected:
  void SetUp() override {
    const auto steps = story();
    const auto built = rebuild(database_, replay_of(steps));
    ASSERT_TRUE(built) << built.error().text;
    ASSERT_EQ(*built, steps.size());
  }
  std::vector<std::string> ask(const std::string& sql) const { return rows(database_, sql); }

  const TemporaryDirectory directory_;
  const std::string database_ = directory_.path("audit.db");
};

TEST_F(Story, OrdersStandAsTheirLastStepLeftThem) {
  EXPECT_THAT(
      ask("SELECT order_id, cl_ord_id, side, order_qty, price, ord_status, cum_qty, leaves_qty, "
          "avg_px, fills, is_unknown, last_step, reject_text FROM v_orders ORDER BY order_id"),
      ElementsAre("1-A1|A1|Buy|100|60010|Filled|100|0|60010|2|0|fill|-",
                  "1-A2|A2r|Buy|30|59000.5|Canceled|0|0|0|0|0|Canceled|-",
                  "1-A3|A3|Sell|5000000|60500|Rejected|0|0|0|0|0|rejected: RISK.MAX_ORDER_QTY: "
                  "38=5000000 is above ACCOUNT alpha|RISK.MAX_ORDER_QTY: 38=5000000 is above "
                  "ACCOUNT alpha",
                  "1-A4|A4|Buy|900000|60000|Rejected|0|0|0|0|0|rejected: the venue refused|the "
                  "venue refused",
                  "1-A5|A5|Sell|50|61000|PendingNew|0|50|0|0|1|outcome unknown, no reply in 5 s|-",
                  "1-A6|A6|Sell|10|65000|New|0|10|0|0|0|acknowledged by the venue|-"));
}

TEST_F(Story, OpenOrdersAreThoseThatCanStillTrade) {
  EXPECT_THAT(ask("SELECT cl_ord_id, leaves_qty, ord_status, is_unknown FROM v_open_orders "
                  "ORDER BY order_id"),
              ElementsAre("A5|50|PendingNew|1", "A6|10|New|0"));
}

TEST_F(Story, ExecutionsCarryTheirFees) {
  EXPECT_THAT(
      ask("SELECT time, cl_ord_id, side, last_qty, last_px, liquidity, fee, fee_currency, "
          "trade_id, "
          "cum_qty, leaves_qty FROM v_executions ORDER BY time"),
      ElementsAre("2026-01-01T00:00:00.000900Z|A1|Buy|40|60009.5|Removed|0.00000004|BTC|T1|40|60",
                  "2026-01-01T00:00:00.001000Z|A1|Buy|60|60010|Removed|0.00000004|BTC|T2|100|0"));
}

TEST_F(Story, TimelineTellsAnOrdersWholeWay) {
  EXPECT_THAT(
      ask("SELECT step, time, since_first_us, direction, text FROM v_order_timeline "
          "WHERE order_id = '1-A1' ORDER BY step"),
      ElementsAre(
          "1|2026-01-01T00:00:00.000700Z|0|FIX in|NewOrderSingle A1: Buy 100 BTC-PERPETUAL Limit "
          "at "
          "60010 GTC",
          "2|2026-01-01T00:00:00.000700Z|0|risk|accepted, reference price 60001.5",
          "3|2026-01-01T00:00:00.000700Z|0|FIX out|150=A 39=A PendingNew, order PendingNew; 14=0 "
          "151=100 6=0",
          "4|2026-01-01T00:00:00.000700Z|0|to venue|place Buy 100 BTC-PERPETUAL Limit at 60010 "
          "GTC, "
          "client id VA1",
          "5|2026-01-01T00:00:00.000700Z|0|order|accepted, sent to the venue: PendingNew, 0 of 100 "
          "filled, 100 open",
          "6|2026-01-01T00:00:00.000800Z|100|from venue|order ETH-1 is open: Buy 100 BTC-PERPETUAL "
          "Limit at 60010, filled 0",
          "7|2026-01-01T00:00:00.000800Z|100|FIX out|150=0 39=0 New, order New; 14=0 151=100 6=0",
          "8|2026-01-01T00:00:00.000800Z|100|order|acknowledged by the venue: New, 0 of 100 "
          "filled, "
          "100 open",
          "9|2026-01-01T00:00:00.000900Z|200|from venue|trade T1 of order ETH-1: Buy 40 at "
          "60009.5, "
          "liquidity Removed, fee 0.00000004 BTC",
          "10|2026-01-01T00:00:00.000900Z|200|FIX out|150=F 39=1 Trade, order PartiallyFilled: 40 "
          "at "
          "60009.5, liquidity Removed, fee 0.00000004 BTC; 14=40 151=60 6=60009.5",
          "11|2026-01-01T00:00:00.000900Z|200|order|fill: PartiallyFilled, 40 of 100 filled at "
          "60009.5, 60 open",
          "12|2026-01-01T00:00:00.001000Z|300|from venue|trade T2 of order ETH-1: Buy 60 at 60010, "
          "liquidity Removed, fee 0.00000004 BTC",
          "13|2026-01-01T00:00:00.001000Z|300|FIX out|150=F 39=2 Trade, order Filled: 60 at 60010, "
          "liquidity Removed, fee 0.00000004 BTC; 14=100 151=0 6=60010",
          "14|2026-01-01T00:00:00.001000Z|300|order|fill: Filled, 100 of 100 filled at 60010, 0 "
          "open"));
}

TEST_F(Story, ReplaceAndCancelBelongToTheirOrder) {
  EXPECT_THAT(
      ask("SELECT direction, text FROM v_order_timeline WHERE order_id = '1-A2' "
          "AND direction IN ('FIX in', 'to venue', 'risk') ORDER BY step"),
      ElementsAre("FIX in|NewOrderSingle A2: Buy 20 BTC-PERPETUAL Limit at 59000 GTC",
                  "risk|accepted, reference price 60001.5",
                  "to venue|place Buy 20 BTC-PERPETUAL Limit at 59000 GTC, client id VA2",
                  "FIX in|OrderCancelReplaceRequest A2r of A2: Buy 30 BTC-PERPETUAL Limit at "
                  "59000.5",
                  "risk|accepted, reference price 60001.5",
                  "to venue|amend Buy 30 BTC-PERPETUAL Limit at 59000.5, client id VA2",
                  "FIX in|OrderCancelRequest A2c of A2r", "to venue|cancel venue order ETH-2"));
}

TEST_F(Story, RejectsSayWhoRefusedAndWhy) {
  EXPECT_THAT(ask("SELECT what, cl_ord_id, order_id, by, code, rule, risk_limit, risk_used, "
                  "venue_error_code, venue_error_text FROM v_rejects ORDER BY time"),
              ElementsAre("new order|A3|1-A3|risk|3001|RISK.MAX_ORDER_QTY|1000000|5000000|-|-",
                          "new order|A4|1-A4|venue|5003|VENUE.INSUFFICIENT_MARGIN|-|-|10009|"
                          "not_enough_funds",
                          "cancel|C9|-|request|1006|ORDER.UNKNOWN|-|-|-|-"));
}

TEST_F(Story, EveryInputAndOutputHasItsRow) {
  std::size_t reports = 0;
  std::size_t requests = 0;
  std::size_t asks = 0;
  for (const Step& step : story()) {
    requests += std::holds_alternative<engine::ClientInput>(step.input.body) ? 1U : 0U;
    for (const auto& output : step.outputs) {
      reports += std::holds_alternative<engine::SendReport>(output) ? 1U : 0U;
      asks += std::holds_alternative<engine::SendRequest>(output) ? 1U : 0U;
    }
  }
  EXPECT_THAT(ask("SELECT count(*) FROM reports"), ElementsAre(std::to_string(reports)));
  EXPECT_THAT(ask("SELECT count(*) FROM requests"), ElementsAre(std::to_string(requests)));
  EXPECT_THAT(ask("SELECT count(*) FROM venue_requests"), ElementsAre(std::to_string(asks)));
  EXPECT_THAT(ask("SELECT instance, epoch, limit_sets, sessions FROM runs"),
              ElementsAre("7|1|2|1"));
  EXPECT_THAT(ask("SELECT session, requests FROM sessions"), ElementsAre("OMS|9"));
  EXPECT_THAT(ask("SELECT venue, segment, symbol, tick, expiry_utc_ns FROM instruments"),
              ElementsAre("DERIBIT|INVERSE|BTC-PERPETUAL|0.5|-"));
  EXPECT_THAT(ask("SELECT severity, event FROM alarms"), ElementsAre("warning|outcome_unknown"));
  EXPECT_THAT(ask("SELECT venue, status FROM venue_status"), ElementsAre("DERIBIT|Open"));
  EXPECT_THAT(ask("SELECT text FROM venue_events WHERE kind = 'positions'"),
              ElementsAre("1 position; BTC-PERPETUAL -50"));
}

TEST_F(Story, ForeignKeysHold) {
  EXPECT_TRUE(ask("PRAGMA foreign_key_check").empty());
  EXPECT_THAT(ask("PRAGMA integrity_check"), ElementsAre("ok"));
}

TEST_F(Story, WatermarkIsTheLastInput) {
  const auto database = Database::open(database_, Database::Mode::ReadOnly);
  ASSERT_TRUE(database);
  EXPECT_EQ(read_watermark(**database).value(),
            (Watermark{.sequence = story().back().input.sequence, .instance = 7}));
}

TEST_F(Story, DataDictionaryDescribesEveryColumnAndNothingElse) {
  const auto objects = ask("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')");
  EXPECT_EQ(objects.size(), tables().size() + views().size());
  for (const std::string& object : objects) {
    EXPECT_EQ(ask("SELECT name FROM pragma_table_info('" + object + "') ORDER BY name"),
              ask("SELECT column_name FROM data_dictionary WHERE object = '" + object +
                  "' AND column_name <> '' ORDER BY column_name"))
        << object;
    EXPECT_EQ(ask("SELECT count(*) FROM data_dictionary WHERE object = '" + object +
                  "' AND column_name = '' AND description <> ''"),
              std::vector<std::string>{"1"});
  }
  EXPECT_TRUE(ask("SELECT object FROM data_dictionary WHERE description = '' OR object NOT IN "
                  "(SELECT name FROM sqlite_schema)")
                  .empty());
}

TEST_F(Story, RebuildMakesTheSameRows) {
  const std::string before = contents(database_);
  EXPECT_THAT(before, HasSubstr("60009.5"));
  const auto steps = story();
  ASSERT_TRUE(rebuild(database_, replay_of(steps)));
  EXPECT_EQ(contents(database_), before);
}

// SQLite ends the transaction by itself where the disk is full.
TEST_F(Story, NothingOfAStepIsKeptThatFailedInItsMiddle) {
  const std::string before = contents(database_);
  {
    auto database = open_for_writing(database_);
    ASSERT_TRUE(database) << database.error().text;
    const auto pages = (*database)->integer("PRAGMA page_count");
    ASSERT_TRUE(pages);
    ASSERT_TRUE((*database)->execute("PRAGMA max_page_count = " + std::to_string(*pages)));
    const auto projector = Projector::make(**database);
    ASSERT_TRUE(projector) << projector.error().text;
    ASSERT_TRUE((*database)->execute("BEGIN IMMEDIATE"));
    bool failed = false;
    for (const Step& step : many_orders(story().back().input.sequence + 1, 400)) {
      failed = !(*projector)->project(step);
      if (failed) break;
    }
    EXPECT_TRUE(failed);
    static_cast<void>((*database)->execute("ROLLBACK"));
  }
  EXPECT_EQ(contents(database_), before);
}

TEST_F(Story, NewerSchemaIsRefusedAndLeftAlone) {
  ASSERT_TRUE(Database::open(database_, Database::Mode::ReadWrite)
                  .value()
                  ->execute("PRAGMA user_version = 99"));
  const auto opened = open_for_writing(database_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().fault, DatabaseFault::Refused);
  EXPECT_THAT(opened.error().text, HasSubstr("schema version 99"));
  EXPECT_THAT(ask("PRAGMA user_version"), ElementsAre("99"));
}

TEST_F(Story, FailedRebuildLeavesTheOldDatabase) {
  const std::string before = contents(database_);
  const auto failed =
      rebuild(database_,
              [](std::uint64_t, const StepSink&) -> fixspec::Result<fixspec::Done, fixspec::Error> {
                return fixspec::Unexpected{fixspec::Error{"journal: damaged"}};
              });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text, "journal: damaged");
  EXPECT_EQ(contents(database_), before);
}

}  // namespace
}  // namespace causeway::gateway::audit
