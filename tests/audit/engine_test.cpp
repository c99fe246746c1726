// The audit of what the real engine does, taken live and rebuilt from a real journal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "gateway/audit/rebuild.hpp"
#include "gateway/core/core.hpp"
#include "gateway/core/record.hpp"
#include "gateway/journal/journal.hpp"
#include "gateway/journal/reader.hpp"
#include "support.hpp"
#include "tests/engine/world.hpp"

namespace causeway::gateway::audit {
namespace {

using engine::World;

/// A day of a client and a venue who do anything at any time.
std::vector<engine::Input> random_day(std::uint32_t seed) {
  World world;
  std::mt19937 random{seed};
  std::vector<std::string> names;
  const auto any_name = [&] {
    return names.empty() ? std::string{"NOBODY"} : names[random() % names.size()];
  };
  for (int i = 0; i < 150; ++i) {
    const std::string name = "N" + std::to_string(i);
    switch (random() % 12) {
      case 0:
      case 1:
      case 2:
        world.new_order(name, std::to_string(10 * (1 + random() % 5)));
        names.push_back(name);
        break;
      case 3:
        world.new_order(name, "7", "60000.3");  // off the step and off the tick
        break;
      case 4:
        world.replace(name, any_name(), "80");
        break;
      case 5:
        world.cancel(name, any_name());
        break;
      case 6:
        if (!names.empty()) world.ack();
        break;
      case 7:
      case 8:
        if (!names.empty()) world.fills("T" + std::to_string(random() % 40), "10");
        break;
      case 9:
        if (!names.empty()) world.canceled();
        break;
      case 10:
        if (!names.empty()) world.unknown(translators::AskKind::Place);
        break;
      default:
        world.run_timers(1'000);
    }
  }
  return world.inputs;
}

void write_journal(const std::string& directory, const std::vector<engine::Input>& inputs) {
  auto journal = journal::Journal::open(directory, {.reserve_bytes = 0}, nullptr);
  ASSERT_TRUE(journal) << journal.error().text;
  journal::Writer payload;
  for (const engine::Input& input : inputs) {
    payload.clear();
    core::encode(input.body, payload);
    ASSERT_EQ((*journal)->append(journal::RecordType::EngineInput, core::input_version, input.now,
                                 payload.bytes()),
              input.sequence);
  }
  ASSERT_TRUE((*journal)->flush());
}

/// Replays a journal directory as the gateway does for its audit.
ReplaySteps replay_journal(const std::string& directory) {
  return [directory](std::uint64_t from, const StepSink& sink) {
    return core::replay_journal(
        directory, [&](const engine::Input& input, engine::Outputs& outputs) {
          return input.sequence < from || sink({.input = input, .outputs = std::move(outputs)});
        });
  };
}

TEST(AuditOfTheEngine, LiveAndRebuiltDatabasesAreEqualAndAgreeWithTheEngine) {
  std::size_t executions = 0;
  std::size_t rejects = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const TemporaryDirectory directory;
    const auto inputs = random_day(seed);
    write_journal(directory.path("journal"), inputs);

    EventLog log;
    AuditThread::Options options;
    options.path = directory.path("live.db");
    options.instance = std::get<engine::StartInput>(inputs.front().body).instance;
    AuditThread audit{options, replay_journal(directory.path("journal")), log};
    engine::Engine engine;
    for (const engine::Input& input : inputs) {
      Step step{.input = input, .outputs = {}};
      engine.apply(input, step.outputs);
      audit.push(std::move(step));
    }
    while (audit.do_work(true)) {
    }
    ASSERT_EQ(audit.projected_sequence(), inputs.back().sequence) << log.text();
    ASSERT_EQ(log.text(), "");

    const std::string rebuilt = directory.path("rebuilt.db");
    ASSERT_TRUE(rebuild(rebuilt, replay_journal(directory.path("journal"))));
    ASSERT_EQ(contents(rebuilt), contents(directory.path("live.db")));

    EXPECT_TRUE(rows(rebuilt, "PRAGMA foreign_key_check").empty());
    for (const std::string& row :
         rows(rebuilt, "SELECT session, cl_ord_id, cum_qty, leaves_qty, ord_status FROM orders")) {
      const auto first = row.find('|');
      const auto second = row.find('|', first + 1);
      const auto* order =
          engine.orders().find(fixspec::SessionId{row.substr(0, first)},
                               fixspec::ClOrdId{row.substr(first + 1, second - first - 1)});
      ASSERT_NE(order, nullptr) << row;
      EXPECT_EQ(row.substr(second + 1), order->cum_qty.to_string() + "|" +
                                            order->leaves_qty().to_string() + "|" +
                                            std::string{to_words(order->ord_status())});
    }
    // Every order is there, every fill of one is an execution, every step has its order.
    EXPECT_THAT(rows(rebuilt,
                     "SELECT o.order_id, o.cum_qty, sum(CAST(e.last_qty AS REAL)) AS filled "
                     "FROM orders o LEFT JOIN executions e ON e.order_id = o.order_id "
                     "GROUP BY o.order_id HAVING CAST(o.cum_qty AS REAL) <> coalesce(filled, 0)"),
                testing::IsEmpty());
    EXPECT_THAT(rows(rebuilt,
                     "SELECT * FROM reports WHERE order_id IS NULL AND order_id_sent IS "
                     "NOT NULL AND msg_type = '8'"),
                testing::IsEmpty());
    executions += rows(rebuilt, "SELECT exec_id FROM v_executions").size();
    rejects += rows(rebuilt, "SELECT code FROM v_rejects").size();
  }
  EXPECT_GT(executions, 200U);
  EXPECT_GT(rejects, 200U);
}

}  // namespace
}  // namespace causeway::gateway::audit
