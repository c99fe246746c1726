#include "strategies/takeover.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace causeway::strategies {
namespace {

using fixspec::ClOrdId;
using fixspec::ExecType;
using fixspec::ExecutionReport;
using fixspec::OrdStatus;
using testing::HasSubstr;

constexpr std::int64_t second_ns = 1'000'000'000;

class TakeoverTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "takeoverXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    inventory_.emplace(folder_ + "/inventory", fixspec::Symbol{"BTCUSDT"},
                       fixspec::AccountId{"beta"}, "MM-");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Takeover begun() {
    return Takeover{{.symbol = fixspec::Symbol{"BTCUSDT"}}, *inventory_, "MM-5-", now_};
  }
  // An earlier run's order of 0.01, as the file has it.
  void left_open(const std::string& id) {
    fixspec::NewOrderSingle order;
    order.cl_ord_id = ClOrdId{id};
    order.side = fixspec::Side::Buy;
    ASSERT_TRUE(inventory_->on_order(order));
  }
  void tell(Takeover& takeover, client::EventBody body) {
    if (const auto* report = std::get_if<ExecutionReport>(&body)) inventory_->on_report(*report);
    takeover.on_event({.body = std::move(body)}, now_);
  }
  void pass(Takeover& takeover, std::int64_t nanoseconds) {
    now_ += nanoseconds;
    takeover.on_timer(now_);
  }
  static ExecutionReport report(const std::string& id, OrdStatus status, const std::string& cum) {
    ExecutionReport made;
    made.order_id = fixspec::OrderId{"1-" + id};
    made.cl_ord_id = ClOrdId{id};
    made.exec_type = ExecType::OrderStatus;
    made.ord_status = status;
    made.account = fixspec::AccountId{"beta"};
    made.instrument = {fixspec::Venue::Binance, fixspec::Segment::Linear,
                       fixspec::Symbol{"BTCUSDT"}};
    made.side = fixspec::Side::Buy;
    made.cum_qty = fixspec::Quantity{fixspec::Decimal::parse(cum).value()};
    return made;
  }
  static ExecutionReport nothing_open(const fixspec::OrderMassStatusRequest& asked) {
    ExecutionReport made;
    made.cl_ord_id = ClOrdId{"NONE"};
    made.exec_type = ExecType::OrderStatus;
    made.ord_status = OrdStatus::Rejected;
    made.ord_rej_reason = fixspec::OrdRejReason::UnknownOrder;
    made.mass_status_req_id = asked.mass_status_req_id;
    made.last_rpt_requested = true;
    return made;
  }
  static fixspec::OrderMassCancelReport taken(const fixspec::OrderMassCancelRequest& request) {
    return {.order_id = fixspec::OrderId{"1-1"},
            .cl_ord_id = request.cl_ord_id,
            .accepted = true,
            .affected_cl_ord_ids = {},
            .reject = {}};
  }

  std::string folder_;
  std::optional<Inventory> inventory_;
  std::int64_t now_ = second_ns;
};

template <class Request>
Request only(const std::vector<fixspec::ClientRequest>& requests) {
  EXPECT_EQ(requests.size(), 1u);
  return std::get<Request>(requests.at(0));
}

TEST_F(TakeoverTest, CancelsAwaitsTheReportAndAsksWhatIsOpen) {
  Takeover takeover = begun();
  const auto cancel = only<fixspec::OrderMassCancelRequest>(takeover.take_requests());
  EXPECT_EQ(cancel.type, fixspec::MassCancelRequestType::Security);
  EXPECT_EQ(cancel.instrument->symbol, fixspec::Symbol{"BTCUSDT"});
  pass(takeover, second_ns);
  EXPECT_TRUE(takeover.take_requests().empty()) << "before the report nothing is asked";
  tell(takeover, taken(cancel));
  const auto question = only<fixspec::OrderMassStatusRequest>(takeover.take_requests());
  EXPECT_FALSE(takeover.is_done());
  tell(takeover, nothing_open(question));
  EXPECT_TRUE(takeover.is_done());
}

TEST_F(TakeoverTest, IsNotDoneWhileAnyOrderIsOpen) {
  Takeover takeover = begun();
  tell(takeover, taken(only<fixspec::OrderMassCancelRequest>(takeover.take_requests())));
  for (int i = 0; i < 4; ++i) {
    const auto question = only<fixspec::OrderMassStatusRequest>(takeover.take_requests());
    auto open =
        report("cli-1", OrdStatus::PendingCancel, "0");  // placed by hand: it has to end, too
    open.mass_status_req_id = question.mass_status_req_id;
    open.last_rpt_requested = true;
    tell(takeover, open);
    ASSERT_FALSE(takeover.is_done());
    pass(takeover, second_ns / 2);
  }
  tell(takeover, nothing_open(only<fixspec::OrderMassStatusRequest>(takeover.take_requests())));
  EXPECT_TRUE(takeover.is_done());
}

TEST_F(TakeoverTest, WhatAnOrderFilledMeanwhileIsAskedForAndCounted) {
  left_open("MM-1-1");
  left_open("MM-1-2");
  Takeover takeover = begun();
  tell(takeover, taken(only<fixspec::OrderMassCancelRequest>(takeover.take_requests())));
  const auto questions = takeover.take_requests();
  ASSERT_EQ(questions.size(), 3u);
  EXPECT_EQ(std::get<fixspec::OrderStatusRequest>(questions[0]).cl_ord_id, ClOrdId{"MM-1-1"});
  EXPECT_EQ(std::get<fixspec::OrderStatusRequest>(questions[1]).cl_ord_id, ClOrdId{"MM-1-2"});
  tell(takeover, report("MM-1-1", OrdStatus::Canceled, "0.004"));
  tell(takeover, report("MM-1-2", OrdStatus::Filled, "0.01"));
  tell(takeover, nothing_open(std::get<fixspec::OrderMassStatusRequest>(questions[2])));
  EXPECT_TRUE(takeover.is_done());
  EXPECT_EQ(inventory_->position().to_string(), "0.014");
}

TEST_F(TakeoverTest, AVenueThatRefusedACancelIsAskedAgain) {
  Takeover takeover = begun();
  const auto first = only<fixspec::OrderMassCancelRequest>(takeover.take_requests());
  tell(takeover, taken(first));
  int cancels = 0;
  for (int i = 0; i < 60; ++i) {
    for (const auto& request : takeover.take_requests()) {
      if (const auto* again = std::get_if<fixspec::OrderMassCancelRequest>(&request)) {
        EXPECT_NE(again->cl_ord_id, first.cl_ord_id);
        ++cancels;
        tell(takeover, taken(*again));
      } else {
        auto open = report("MM-1-1", OrdStatus::New, "0");
        open.mass_status_req_id =
            std::get<fixspec::OrderMassStatusRequest>(request).mass_status_req_id;
        open.last_rpt_requested = true;
        takeover.on_event({.body = open}, now_);
      }
    }
    pass(takeover, second_ns / 4);
  }
  EXPECT_GE(cancels, 2);
  EXPECT_LE(cancels, 3) << "in 15 seconds";
}

TEST_F(TakeoverTest, ARefusalEndsItWithTheGatewaysWords) {
  Takeover takeover = begun();
  auto refusal = taken(only<fixspec::OrderMassCancelRequest>(takeover.take_requests()));
  refusal.accepted = false;
  refusal.reject = fixspec::RejectDetail{};
  refusal.reject->text = "no symbol BTCUSDT";
  tell(takeover, refusal);
  EXPECT_EQ(takeover.error(),
            "the gateway refuses to cancel the orders of earlier runs: no symbol BTCUSDT");
  EXPECT_FALSE(takeover.is_done());

  Takeover other = begun();
  tell(other, client::BusinessReject{.ref_msg_type = "AF", .ref_id = "", .text = "not served"});
  EXPECT_THAT(other.error(), HasSubstr("not served"));
}

TEST_F(TakeoverTest, NoAnswerEndsItInTime) {
  Takeover takeover = begun();
  pass(takeover, 29 * second_ns);
  EXPECT_EQ(takeover.error(), "");
  pass(takeover, 2 * second_ns);
  EXPECT_THAT(takeover.error(), HasSubstr("does not answer"));
}

TEST_F(TakeoverTest, OrdersThatStayOpenAreNamed) {
  Takeover takeover = begun();
  tell(takeover, taken(only<fixspec::OrderMassCancelRequest>(takeover.take_requests())));
  auto open = report("MM-1-1", OrdStatus::PendingCancel, "0");
  open.mass_status_req_id =
      only<fixspec::OrderMassStatusRequest>(takeover.take_requests()).mass_status_req_id;
  open.last_rpt_requested = true;
  takeover.on_event({.body = open}, now_);
  pass(takeover, 31 * second_ns);
  EXPECT_EQ(takeover.error(), "orders of earlier runs are still open: MM-1-1");
}

}  // namespace
}  // namespace causeway::strategies
