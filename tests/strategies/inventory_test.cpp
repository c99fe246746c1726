#include "strategies/inventory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace causeway::strategies {
namespace {

using fixspec::ClOrdId;
using fixspec::ExecType;
using fixspec::OrdStatus;
using fixspec::Quantity;
using fixspec::Side;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Quantity qty(const std::string& text) { return Quantity{fixspec::Decimal::parse(text).value()}; }

fixspec::NewOrderSingle order(const std::string& id, Side side = Side::Buy) {
  fixspec::NewOrderSingle made;
  made.cl_ord_id = ClOrdId{id};
  made.side = side;
  return made;
}

fixspec::ExecutionReport report(const std::string& id, const std::string& order_id,
                                OrdStatus status, const std::string& cum_qty) {
  fixspec::ExecutionReport made;
  if (!order_id.empty()) made.order_id = fixspec::OrderId{order_id};
  made.cl_ord_id = ClOrdId{id};
  made.ord_status = status;
  made.account = fixspec::AccountId{"beta"};
  made.instrument = {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"BTCUSDT"}};
  made.side = Side::Buy;
  made.cum_qty = qty(cum_qty);
  return made;
}

class InventoryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "inventoryXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // As a new process finds it, whatever became of the one before.
  [[nodiscard]] Inventory opened() const {
    return Inventory{file(), fixspec::Symbol{"BTCUSDT"}, fixspec::AccountId{"beta"}, "MM-"};
  }
  [[nodiscard]] std::string file() const {
    return inventory_file(folder_ + "/client", "MM2-CAUSEWAY", fixspec::Symbol{"BTCUSDT"},
                          fixspec::AccountId{"beta"});
  }
  [[nodiscard]] std::string mistake() const {
    try {
      (void)opened();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  std::string folder_;
};

TEST_F(InventoryTest, IsKeptPerSessionSymbolAndAccount) {
  EXPECT_EQ(file(), folder_ + "/client/MM2-CAUSEWAY.BTCUSDT.beta.inventory");
  EXPECT_EQ(inventory_file("a", "S", fixspec::Symbol{"BTC/USDT"}, fixspec::AccountId{"x"}),
            "a/S.BTC_USDT.x.inventory");
}

TEST_F(InventoryTest, EveryStepIsFoundByANewProcess) {
  Inventory run = opened();
  EXPECT_TRUE(run.position().is_zero());
  ASSERT_TRUE(run.on_order(order("MM-1-1")));
  EXPECT_THAT(opened().open_orders(), ElementsAre(ClOrdId{"MM-1-1"}));
  EXPECT_EQ(run.on_report(report("MM-1-1", "2-7", OrdStatus::New, "0")), qty("0"));
  EXPECT_EQ(run.on_report(report("MM-1-1", "2-7", OrdStatus::PartiallyFilled, "0.004")),
            qty("0.004"));
  EXPECT_EQ(opened().position(), qty("0.004"));
  EXPECT_THAT(opened().open_orders(), ElementsAre(ClOrdId{"MM-1-1"}));
  ASSERT_TRUE(run.on_order(order("MM-1-2", Side::Sell)));
  auto sold = report("MM-1-2", "2-8", OrdStatus::Filled, "0.01");
  sold.side = Side::Sell;
  EXPECT_EQ(run.on_report(sold), qty("-0.01"));
  EXPECT_EQ(opened().position(), qty("-0.006"));
  EXPECT_THAT(opened().open_orders(), ElementsAre(ClOrdId{"MM-1-1"}));
  run.on_report(report("MM-1-1", "2-7", OrdStatus::Canceled, "0.004"));
  EXPECT_THAT(opened().open_orders(), IsEmpty());
  EXPECT_EQ(opened().position(), qty("-0.006"));
}

// Between the write and the sequence number that follows it the process may end: the report comes
// again, to one that has read the file.
TEST_F(InventoryTest, AReportThatComesAgainAfterARestartCountsOnce) {
  const auto filled = report("MM-1-1", "2-7", OrdStatus::Filled, "0.01");
  Inventory run = opened();
  ASSERT_TRUE(run.on_order(order("MM-1-1")));
  EXPECT_EQ(run.on_report(filled), qty("0.01"));
  Inventory next = opened();
  EXPECT_EQ(next.on_report(filled), qty("0"));
  EXPECT_EQ(next.position(), qty("0.01"));
}

TEST_F(InventoryTest, AnOrderIsItselfUnderWhateverNameItIsToldOf) {
  Inventory run = opened();
  ASSERT_TRUE(run.on_order(order("MM-1-1")));
  run.on_report(report("MM-1-1", "2-7", OrdStatus::New, "0"));
  run.on_report(report("MM-1-2", "2-7", OrdStatus::PartiallyFilled, "0.003"));  // replaced
  Inventory next = opened();
  EXPECT_EQ(next.on_report(report("MM-1-2", "2-7", OrdStatus::PartiallyFilled, "0.005")),
            qty("0.002"));
  // The answer to a status request.
  EXPECT_EQ(next.on_report(report("MM-1-1", "2-7", OrdStatus::Canceled, "0.006")), qty("0.001"));
  EXPECT_EQ(next.position(), qty("0.006"));
  EXPECT_THAT(next.open_orders(), IsEmpty());
}

TEST_F(InventoryTest, AnOrderThatTheGatewayNeverGotHasEnded) {
  Inventory run = opened();
  ASSERT_TRUE(run.on_order(order("MM-1-1")));
  auto unknown = report("MM-1-1", "", OrdStatus::Rejected, "0");
  unknown.ord_rej_reason = fixspec::OrdRejReason::UnknownOrder;
  run.on_report(unknown);
  EXPECT_THAT(opened().open_orders(), IsEmpty());

  ASSERT_TRUE(run.on_order(order("MM-1-2")));
  fixspec::OrderCancelReject reject;
  reject.cl_ord_id = ClOrdId{"MM-1-3"};
  reject.orig_cl_ord_id = ClOrdId{"MM-1-2"};
  reject.ord_status = OrdStatus::Rejected;
  run.on_cancel_reject(reject);
  EXPECT_THAT(opened().open_orders(), IsEmpty());
}

TEST_F(InventoryTest, ALateFillOfAnOrderThatHadEndedCounts) {
  Inventory run = opened();
  ASSERT_TRUE(run.on_order(order("MM-1-1")));
  run.on_report(report("MM-1-1", "2-7", OrdStatus::Canceled, "0"));
  EXPECT_EQ(opened().on_report(report("MM-1-1", "2-7", OrdStatus::Filled, "0.01")), qty("0.01"));
}

TEST_F(InventoryTest, AnOrderOfARunFromBeforeTheFileCountsAndNobodyElses) {
  Inventory run = opened();
  EXPECT_EQ(run.on_report(report("MM-0-9", "1-3", OrdStatus::PartiallyFilled, "0.002")),
            qty("0.002"));
  EXPECT_THAT(run.open_orders(), ElementsAre(ClOrdId{"MM-0-9"}));
  EXPECT_EQ(run.on_report(report("cli-1", "1-4", OrdStatus::Filled, "5")), qty("0"));
  auto elsewhere = report("MM-0-8", "1-5", OrdStatus::Filled, "5");
  elsewhere.account = fixspec::AccountId{"alpha"};
  EXPECT_EQ(run.on_report(elsewhere), qty("0"));
  elsewhere = report("MM-0-7", "1-6", OrdStatus::Filled, "5");
  elsewhere.instrument->symbol = fixspec::Symbol{"ETHUSDT"};
  EXPECT_EQ(run.on_report(elsewhere), qty("0"));
  EXPECT_EQ(opened().position(), qty("0.002"));
}

TEST_F(InventoryTest, StaysSmallAndKeepsEveryOpenOrder) {
  Inventory run = opened();
  ASSERT_TRUE(run.on_order(order("MM-1-0")));
  for (int i = 1; i <= 600; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_TRUE(run.on_order(order("MM-1-" + number)));
    run.on_report(report("MM-1-" + number, "2-" + number, OrdStatus::Filled, "0.001"));
  }
  EXPECT_EQ(opened().position(), qty("0.6"));
  EXPECT_THAT(opened().open_orders(), ElementsAre(ClOrdId{"MM-1-0"}));
  EXPECT_LT(std::filesystem::file_size(file()), 20'000u);
}

TEST_F(InventoryTest, ADamagedFileIsNotUsed) {
  (void)opened().on_order(order("MM-1-1"));
  std::ifstream input{file()};
  const std::string whole{std::istreambuf_iterator<char>{input}, {}};
  ASSERT_EQ(mistake(), "");
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    std::ofstream{file()} << whole.substr(0, size);
    EXPECT_THAT(mistake(), HasSubstr(file())) << size;
  }
  std::ofstream{file()} << "causeway inventory 1\nETHUSDT beta\nposition 1\nend\n";
  EXPECT_THAT(mistake(), HasSubstr("line 2: is about ETHUSDT beta, not BTCUSDT beta"));
  std::ofstream{file()} << "causeway inventory 1\nBTCUSDT beta\nposition much\nend\n";
  EXPECT_THAT(mistake(), HasSubstr("line 3: there is no quantity in \"position much\""));
}

TEST_F(InventoryTest, AnOrderThatCannotBeWrittenDownIsRefused) {
  Inventory run = opened();
  ASSERT_TRUE(run.on_order(order("MM-1-1")));
  std::filesystem::create_directory(file() + ".new");
  const auto refused = run.on_order(order("MM-1-2"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("the inventory cannot be written"));
  EXPECT_THAT(run.open_orders(), ElementsAre(ClOrdId{"MM-1-1"}));
  EXPECT_EQ(run.on_report(report("MM-1-1", "2-7", OrdStatus::Filled, "0.01")), qty("0.01"));
  EXPECT_NE(run.problem(), "");
  std::filesystem::remove(file() + ".new");
  // A report that tells nothing new brings the file up to date.
  run.on_report(report("MM-1-1", "2-7", OrdStatus::Filled, "0.01"));
  EXPECT_EQ(run.problem(), "");
  EXPECT_EQ(opened().position(), qty("0.01"));
}

}  // namespace
}  // namespace causeway::strategies
