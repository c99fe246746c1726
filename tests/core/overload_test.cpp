#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/core.hpp"
#include "tests/engine/world.hpp"
#include "tests/journal/support.hpp"

// What the core does while its journal does not keep up.
namespace causeway::gateway::core {
namespace {

using testing::HasSubstr;

const fixspec::SessionId session{"OMS1"};

// A world that writes down what it is told.
class World final : public Outlets {
 public:
  World() {
    Settings settings;
    settings.max_held_inputs = 10;
    settings.max_held_before_pause = 20;
    settings.make_durable = [this] { return keeps && journal->flush().has_value(); };
    settings.release_later = [] {};
    core = std::make_unique<Core>(engine, *journal, *this, std::move(settings));
    journal->start_epoch(now(), 7);
    core->start(engine::StartInput{.instance = 7, .epoch = 1}, {});
  }

  void ask(int number) {
    fixspec::OrderStatusRequest request;
    request.cl_ord_id = fixspec::ClOrdId{"S" + std::to_string(number)};
    core->on_client_request(session, request, static_cast<std::uint64_t>(number));
  }
  void order(int number) {
    fixspec::NewOrderSingle request;
    request.cl_ord_id = fixspec::ClOrdId{"D" + std::to_string(number)};
    request.account = fixspec::AccountId{"alpha"};
    core->on_client_request(session, request, static_cast<std::uint64_t>(number));
  }
  // Why the newest report refuses.
  [[nodiscard]] std::string reason() const {
    const auto* report = std::get_if<fixspec::ExecutionReport>(&reports.back().report);
    return report != nullptr && report->reject ? report->reject->text : "";
  }

  void send_report(const engine::SendReport& report) override { reports.push_back(report); }
  void broadcast(const fixspec::TradingSessionStatus&) override {}
  void send_request(const translators::VenueRequest&) override {}
  void set_timer(const engine::SetTimer&) override {}
  void subscribe_market(const fixspec::InstrumentKey&, translators::MarketInterest) override {}
  void on_prices_complete() override {}
  void on_alarm(const engine::Alarm&) override {}
  void on_applied(engine::Input&&, engine::Outputs&&) override { ++applied; }
  void pause_inputs(bool paused) override { pauses.push_back(paused); }
  [[nodiscard]] fixspec::Timestamp now() const override { return time; }

  bool keeps = true;
  fixspec::Timestamp time{.utc_ns = 1'790'000'000'000'000'000, .mono_ns = 1'000'000'000};
  std::vector<engine::SendReport> reports;
  std::vector<bool> pauses;
  int applied = 0;
  journal::TemporaryDirectory directory;
  std::unique_ptr<journal::Journal> journal = journal::open_journal(directory.path());
  engine::Engine engine;
  std::unique_ptr<Core> core;
};

TEST(CoreOverload, OrdersAreRefusedWhereTooManyInputsWait) {
  World world;
  world.keeps = false;
  world.order(1);
  EXPECT_THAT(world.reason(), Not(HasSubstr("OVERLOADED")));
  for (int i = 0; i < 9; ++i) world.ask(i);
  world.order(2);
  EXPECT_THAT(world.reason(), HasSubstr("OVERLOADED: 10 inputs wait for the journal, the most is "
                                        "10; cancels are served"));
  EXPECT_TRUE(world.pauses.empty());
}

TEST(CoreOverload, OrdersAreRefusedWhereTheOldestInputWaitsForTooLong) {
  World world;
  world.keeps = false;
  world.ask(1);
  world.time.mono_ns += 100 * fixspec::nanos_per_milli;
  world.order(1);
  EXPECT_THAT(world.reason(), Not(HasSubstr("OVERLOADED")));
  world.time.mono_ns += 50 * fixspec::nanos_per_milli;
  world.order(2);
  EXPECT_THAT(world.reason(), HasSubstr("has not answered for 150 ms, the most is 100"));
  world.keeps = true;
  world.core->release();
  world.order(3);
  EXPECT_THAT(world.reason(), Not(HasSubstr("OVERLOADED")));
}

TEST(CoreOverload, NothingMoreIsReadWhereFarTooMuchWaits) {
  World world;
  const int before = world.applied;
  world.keeps = false;
  for (int i = 0; i < 25; ++i) world.ask(i);
  EXPECT_EQ(world.pauses, std::vector<bool>{true}) << "once";
  EXPECT_EQ(world.applied, before);
  world.keeps = true;
  world.core->release();
  EXPECT_EQ(world.pauses, (std::vector<bool>{true, false}));
  EXPECT_EQ(world.applied, before + 25) << "nothing is lost";
  EXPECT_EQ(world.reports.size(), 25u);
}

TEST(CoreAdmission, CountsWhatTheVenueHasNotAnsweredAndWhatIsOpen) {
  engine::World venue;
  venue.new_order("X", "100");
  const fixspec::AccountId account = venue.newest().account;
  Admission admission{venue.engine, {.pending_orders = 2, .open_orders = 4}};
  admission.start();
  EXPECT_EQ(admission.refusal(account), std::nullopt);
  venue.new_order("Y", "100");
  admission.placed(account, venue.newest().number);
  EXPECT_EQ(admission.refusal(account), "2 orders of account " + account.to_string() +
                                            " wait for the venue's answer, MaxPendingOrders=2");
  EXPECT_EQ(admission.refusal(fixspec::AccountId{"other"}), std::nullopt);
  venue.ack();
  admission.heard(account);
  EXPECT_EQ(admission.refusal(account), std::nullopt) << "Y is answered";
  venue.new_order("Z", "100");
  admission.placed(account, venue.newest().number);
  venue.unknown(translators::AskKind::Place);
  admission.heard(account);
  EXPECT_THAT(admission.refusal(account).value(), HasSubstr("2 orders of account"))
      << "an unknown outcome is no answer";
  venue.ack();
  admission.heard(account);
  venue.new_order("W", "100");
  EXPECT_EQ(admission.refusal(account), "4 orders are open in all, MaxLiveOrders=4");
}

}  // namespace
}  // namespace causeway::gateway::core
