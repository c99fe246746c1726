#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/app/commands/order_session.hpp"
#include "gateway/app/order_text.hpp"
#include "strategies/client/words.hpp"

namespace causeway::gateway::app {
namespace {

using commands::Outcome;
using commands::Progress;
using fixspec::ClOrdId;
using fixspec::ExecType;
using fixspec::ExecutionReport;
using fixspec::OrdStatus;
using strategies::client::in_words;
using testing::HasSubstr;

TEST(OrderText, SymbolAndPrice) {
  const auto limit = parse_symbol_at_price("BTC-PERPETUAL@60000.50");
  EXPECT_EQ(limit->symbol.view(), "BTC-PERPETUAL");
  EXPECT_EQ(limit->price->to_string(), "60000.5");
  EXPECT_EQ(parse_symbol_at_price("BTC-PERPETUAL")->price, std::nullopt);
  for (const auto* text : {"", "@1", "BTC@", "BTC@x", "BTC@1@2", "BTC@1e3"}) {
    EXPECT_FALSE(parse_symbol_at_price(text)) << text;
  }
}

TEST(OrderText, QuantityIsPositive) {
  EXPECT_EQ(parse_order_qty("0.10")->to_string(), "0.1");
  for (const auto* text : {"", "0", "-1", "1e3", "ten", "0.0000000000001"}) {
    EXPECT_FALSE(parse_order_qty(text)) << text;
  }
}

TEST(OrderText, TimesAreUtc) {
  EXPECT_EQ(*parse_utc("2026-11-21T01:02:03Z"), 1'795'222'923'000'000'000);
  for (const auto* text : {"", "2026-11-21", "2026-11-21T01:02:03", "2026-11-21T01:02:03Zx",
                           "9999-11-21T01:02:03Z", "1969-12-31T23:59:59Z"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

ExecutionReport report(ExecType type, OrdStatus status, std::string_view id = "c1") {
  ExecutionReport made;
  made.cl_ord_id = ClOrdId{id};
  made.exec_type = type;
  made.ord_status = status;
  made.instrument = {fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                     fixspec::Symbol{"BTC-PERPETUAL"}};
  made.side = fixspec::Side::Sell;
  made.price = fixspec::parse_price("60000.5").value();
  made.order_qty = fixspec::parse_quantity("100").value();
  made.leaves_qty = made.order_qty;
  return made;
}

TEST(OrderSession, AnOrderWorksWhenTheVenueHasItAndIsDoneAtItsEnd) {
  Progress progress;
  const auto after = [&](ExecType type, OrdStatus status) {
    apply(report(type, status), ClOrdId{"c1"}, progress);
    return progress.outcome;
  };
  EXPECT_EQ(after(ExecType::PendingNew, OrdStatus::PendingNew), Outcome::Pending);
  EXPECT_EQ(after(ExecType::New, OrdStatus::New), Outcome::Working);
  EXPECT_EQ(after(ExecType::Trade, OrdStatus::PartiallyFilled), Outcome::Working);
  EXPECT_EQ(after(ExecType::Trade, OrdStatus::Filled), Outcome::Done);
}

TEST(OrderSession, ARefusalIsARejectionWhateverItRefuses) {
  Progress order;
  apply(report(ExecType::Rejected, OrdStatus::Rejected), ClOrdId{"c1"}, order);
  EXPECT_EQ(order.outcome, Outcome::Rejected);
  Progress cancel;
  fixspec::OrderCancelReject reject;
  reject.cl_ord_id = ClOrdId{"c2"};
  apply(reject, ClOrdId{"c2"}, cancel);
  EXPECT_EQ(cancel.outcome, Outcome::Rejected);
}

TEST(OrderSession, OtherOrdersChangeNothing) {
  Progress progress;
  apply(report(ExecType::Rejected, OrdStatus::Rejected, "other"), ClOrdId{"c1"}, progress);
  EXPECT_EQ(progress.outcome, Outcome::Pending);
}

TEST(Words, EachReportIsASentence) {
  auto trade = report(ExecType::Trade, OrdStatus::PartiallyFilled);
  trade.cum_qty = fixspec::parse_quantity("40").value();
  trade.leaves_qty = fixspec::parse_quantity("60").value();
  trade.avg_px = fixspec::parse_price("60001").value();
  trade.trade = fixspec::Trade{
      .trade_id = fixspec::TradeId{"t"},
      .last_qty = fixspec::parse_quantity("40").value(),
      .last_px = fixspec::parse_price("60001").value(),
      .liquidity = fixspec::LiquidityInd::Removed,
      .fee = fixspec::Fee{fixspec::Decimal::parse("0.00000033").value(), fixspec::Currency{"BTC"}}};
  EXPECT_EQ(
      in_words(trade),
      "TRADE c1: sold 40 BTC-PERPETUAL at 60001 (taker), 40 of 100 filled at 60001 on average, "
      "60 open, fee 0.00000033 BTC");
  auto rejected = report(ExecType::Rejected, OrdStatus::Rejected);
  rejected.reject = fixspec::RejectDetail{.text = "RISK.MAX_ORDER_QTY: 100 > 50"};
  EXPECT_EQ(in_words(rejected), "REJECTED c1: RISK.MAX_ORDER_QTY: 100 > 50");
  auto placed = report(ExecType::New, OrdStatus::New);
  placed.exec_inst = "6";
  EXPECT_EQ(in_words(placed),
            "NEW c1: sell 100 BTC-PERPETUAL at 60000.5, post-only, works at the venue");
  auto replaced = report(ExecType::Replaced, OrdStatus::New, "c2");
  replaced.orig_cl_ord_id = ClOrdId{"c1"};
  EXPECT_THAT(in_words(replaced), HasSubstr("REPLACED c2 (was c1): now sell 100"));
  auto status = report(ExecType::OrderStatus, OrdStatus::PendingCancel);
  EXPECT_EQ(
      in_words(status),
      "ORDER STATUS c1: pending cancel: sell 100 BTC-PERPETUAL at 60000.5; 0 of 100 filled, 100 "
      "open");
}

TEST(Words, NoExecTypeIsSilent) {
  using enum ExecType;
  for (const ExecType type : {New, Canceled, Replaced, PendingCancel, Rejected, PendingNew, Expired,
                              Restated, Trade, PendingReplace, OrderStatus, Triggered}) {
    EXPECT_GT(in_words(report(type, OrdStatus::New)).size(), 5u);
  }
}

}  // namespace
}  // namespace causeway::gateway::app
