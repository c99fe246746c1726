// The client against the gateway's own acceptor, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "strategies/client/client.hpp"
#include "strategies/client/words.hpp"
#include "tests/fix/support.hpp"
#include "tests/strategies/certificate.hpp"

namespace causeway::strategies::client {
namespace {

using fixspec::ClOrdId;
using fixspec::ExecType;
using fixspec::ExecutionReport;
using fixspec::OrdStatus;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr milliseconds limit{10'000};

// A TestGateway on a thread of its own.
class RunningGateway {
 public:
  explicit RunningGateway(
      gateway::fix::Settings settings = tests::fix::TestGateway::default_settings())
      : gateway_(std::move(settings)), thread_([this] { run(); }) {}
  ~RunningGateway() {
    stop_ = true;
    thread_.join();
  }
  RunningGateway(const RunningGateway&) = delete;
  RunningGateway& operator=(const RunningGateway&) = delete;

  // What `work` answers, with the gateway standing still meanwhile.
  auto with(const auto& work) {
    ++waiting_;
    const std::lock_guard lock(mutex_);
    --waiting_;
    return work(gateway_);
  }
  std::uint16_t port() {
    return with([](auto& gateway) { return gateway.acceptor->plain_port(); });
  }

 private:
  void run() {
    while (!stop_) {
      while (waiting_ != 0 && !stop_) std::this_thread::yield();
      const std::lock_guard lock(mutex_);
      gateway_.pump();
    }
  }

  tests::fix::TestGateway gateway_;
  std::mutex mutex_;
  std::atomic<int> waiting_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class ClientAtGateway : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "clientXXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Client> client(RunningGateway& gateway, Settings settings = {}) {
    if (settings.port == 5001) settings.port = gateway.port();
    if (settings.comp_id.empty()) settings.comp_id = "OMS";
    return std::make_unique<Client>(settings,
                                    [this](const Event& event) { events_.push_back(event); });
  }
  bool wait_for(Client& waiting, std::size_t count) {
    return waiting.run_until([&] { return events_.size() >= count; }, limit);
  }
  [[nodiscard]] std::vector<std::pair<ExecType, OrdStatus>> steps() const {
    std::vector<std::pair<ExecType, OrdStatus>> result;
    for (const Event& event : events_) {
      if (const auto* report = std::get_if<ExecutionReport>(&event.body)) {
        result.emplace_back(report->exec_type, report->ord_status);
      }
    }
    return result;
  }

  std::string folder_;
  std::vector<Event> events_;
};

fixspec::NewOrderSingle order(std::string_view id, std::string_view qty) {
  fixspec::NewOrderSingle made;
  made.cl_ord_id = ClOrdId{id};
  made.account = fixspec::AccountId{"main"};
  made.instrument = {.symbol = fixspec::Symbol{"BTC-PERPETUAL"}, .venue = fixspec::Venue::Deribit};
  made.order_qty = fixspec::parse_quantity(qty).value();
  made.price = fixspec::parse_price("60000.5").value();
  return made;
}

TEST_F(ClientAtGateway, WhatTheClientSendsIsWhatTheGatewayReads) {
  RunningGateway gateway;
  auto one = client(gateway);
  const auto connected = one->connect();
  ASSERT_TRUE(connected) << connected.error().text;
  fixspec::NewOrderSingle stop = order("b", "20");
  stop.side = fixspec::Side::Sell;
  stop.ord_type = fixspec::OrdType::StopLimit;
  stop.stop_px = fixspec::parse_price("55000").value();
  stop.trigger_ref = fixspec::TriggerRef::Mark;
  stop.exec_inst = {.participate_dont_initiate = true, .do_not_increase = true};
  stop.exec_inst_text = "6 E";
  stop.time_in_force = fixspec::TimeInForce::GoodTillDate;
  stop.expire_time = 1'900'000'000'000'000'000;
  const fixspec::OrderCancelReplaceRequest replace{
      .cl_ord_id = ClOrdId{"c"},
      .orig_cl_ord_id = ClOrdId{"a"},
      .instrument = stop.instrument,
      .time_in_force = fixspec::TimeInForce::GoodTillCancel,
      .order_qty = fixspec::parse_quantity("30").value(),
      .price = fixspec::parse_price("60001").value()};
  const fixspec::OrderCancelRequest cancel{.cl_ord_id = ClOrdId{"d"},
                                           .orig_cl_ord_id = ClOrdId{"c"}};
  const fixspec::OrderMassCancelRequest mass{.cl_ord_id = ClOrdId{"e"},
                                             .account = fixspec::AccountId{"main"}};
  const fixspec::OrderStatusRequest status{.cl_ord_id = ClOrdId{"a"}, .ord_status_req_id = "s1"};
  const std::vector<fixspec::ClientRequest> sent = {order("a", "20"), stop, replace,
                                                    cancel,           mass, status};
  for (const auto& request : sent) ASSERT_TRUE(one->send(request));
  ASSERT_TRUE(one->run_until(
      [&] { return gateway.with([&](auto& g) { return g.desk.requests.size() == sent.size(); }); },
      limit));
  const auto received = gateway.with([](auto& g) { return g.desk.requests; });
  for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(received[i].request, sent[i]) << i;
}

TEST_F(ClientAtGateway, AnOrdersLifeArrivesAsReports) {
  RunningGateway gateway;
  auto one = client(gateway);
  ASSERT_TRUE(one->connect());
  ASSERT_TRUE(one->send(order("a", "10")));
  ASSERT_TRUE(wait_for(*one, 3));
  EXPECT_THAT(steps(), ElementsAre(std::pair{ExecType::PendingNew, OrdStatus::PendingNew},
                                   std::pair{ExecType::New, OrdStatus::New},
                                   std::pair{ExecType::Trade, OrdStatus::Filled}));
  EXPECT_THAT(in_words(events_.back().body), HasSubstr("bought 10 BTC-PERPETUAL at "));
  one->logout();
  EXPECT_FALSE(one->is_logged_on());
}

TEST_F(ClientAtGateway, ReportsMissedWhileAwayComeWithTheNextLogon) {
  RunningGateway gateway;
  const Settings settings{.numbers_file = folder_ + "/oms.seq"};
  auto one = client(gateway, settings);
  ASSERT_TRUE(one->connect());
  ASSERT_TRUE(one->send(order("a", "20")));
  ASSERT_TRUE(wait_for(*one, 2));
  one.reset();  // the process ends without a Logout
  events_.clear();
  ExecutionReport late;
  late.cl_ord_id = ClOrdId{"a"};
  late.order_id = fixspec::OrderId{"1-1"};
  late.exec_id = fixspec::ExecId{"1-late"};
  late.exec_type = ExecType::Canceled;
  late.ord_status = OrdStatus::Canceled;
  late.instrument = {fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                     fixspec::Symbol{"BTC-PERPETUAL"}};
  late.side = fixspec::Side::Buy;
  late.order_qty = fixspec::parse_quantity("20").value();
  late.transact_time = 1'795'222'923'000'000'000;
  ASSERT_TRUE(gateway.with([&](auto& g) {
    g.acceptor->send(fixspec::SessionId{"OMS"}, late, {.input_sequence = 99, .index = 0});
    return true;
  }));
  auto again = client(gateway, settings);
  ASSERT_TRUE(again->connect());
  ASSERT_TRUE(wait_for(*again, 1));
  ASSERT_TRUE(std::holds_alternative<ExecutionReport>(events_[0].body))
      << in_words(events_[0].body);
  EXPECT_TRUE(events_[0].poss_dup);
  EXPECT_EQ(std::get<ExecutionReport>(events_[0].body).exec_id.view(), "1-late");
}

TEST_F(ClientAtGateway, TheStatusOfAnUnknownOrderIsReadable) {
  RunningGateway gateway;
  auto one = client(gateway);
  ASSERT_TRUE(one->connect());
  ASSERT_TRUE(one->send(
      fixspec::OrderStatusRequest{.cl_ord_id = ClOrdId{"nope"}, .ord_status_req_id = "s1"}));
  ASSERT_TRUE(wait_for(*one, 1));
  const auto* report = std::get_if<ExecutionReport>(&events_[0].body);
  ASSERT_NE(report, nullptr) << in_words(events_[0].body);
  EXPECT_EQ(report->ord_rej_reason, fixspec::OrdRejReason::UnknownOrder);
  EXPECT_EQ(report->ord_status_req_id, "s1");
  EXPECT_EQ(report->order_id, std::nullopt);
}

TEST_F(ClientAtGateway, ASecondLogonIsRefusedAndTheFirstGoesOn) {
  RunningGateway gateway;
  auto one = client(gateway);
  ASSERT_TRUE(one->connect());
  auto two = client(gateway);
  EXPECT_FALSE(two->connect());
  ASSERT_TRUE(one->send(order("a", "20")));
  EXPECT_TRUE(wait_for(*one, 2));
}

TEST_F(ClientAtGateway, AnUnknownCompIdIsRefused) {
  RunningGateway gateway;
  auto one = client(gateway, {.comp_id = "NOBODY"});
  EXPECT_THAT(one->connect().error().text, HasSubstr("NOBODY"));
}

TEST_F(ClientAtGateway, InstrumentsArriveInPages) {
  RunningGateway gateway;
  const auto expected = gateway.with([](auto& g) { return g.desk.instrument_list.size(); });
  auto one = client(gateway);
  ASSERT_TRUE(one->connect());
  ASSERT_TRUE(one->request_instruments("r1"));
  std::size_t count = 0;
  ASSERT_TRUE(wait_for(*one, 1));
  for (const Event& event : events_) count += std::get<SecurityList>(event.body).instruments.size();
  EXPECT_EQ(count, expected);
  EXPECT_GT(count, 0u);
}

TEST_F(ClientAtGateway, ABrokenConnectionIsResumedInTheSameProcess) {
  RunningGateway gateway;
  auto one = client(gateway);
  ASSERT_TRUE(one->connect());
  ASSERT_TRUE(one->send(order("a", "20")));
  ASSERT_TRUE(wait_for(*one, 2));
  gateway.with([](auto& g) {
    g.settings.plain->port = g.acceptor->plain_port();
    g.restart();
    return true;
  });
  EXPECT_FALSE(one->run_until([] { return false; }, limit));
  EXPECT_FALSE(one->is_logged_on());
  const auto connected = one->connect();
  ASSERT_TRUE(connected) << connected.error().text;
  ASSERT_TRUE(one->send(order("b", "20")));
  ASSERT_TRUE(wait_for(*one, 4));
  EXPECT_EQ(events_.size(), 4u) << "nothing comes twice";
}

class ClientTls : public ClientAtGateway {
 protected:
  std::unique_ptr<RunningGateway> gateway_for(const std::string& name) {
    write_certificate(name, file("server.pem"), file("server.key"));
    auto settings = tests::fix::TestGateway::default_settings();
    settings.tls = gateway::fix::TlsPort{.host = "127.0.0.1",
                                         .port = 0,
                                         .certificate_file = file("server.pem"),
                                         .private_key_file = file("server.key")};
    auto running = std::make_unique<RunningGateway>(std::move(settings));
    port_ = running->with([](auto& g) { return g.acceptor->tls_port(); });
    return running;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] Settings over_tls(Tls tls) const { return {.port = port_, .tls = std::move(tls)}; }

  std::uint16_t port_ = 0;
};

TEST_F(ClientTls, ATrustedGatewayIsTradedWith) {
  const auto gateway = gateway_for("IP:127.0.0.1");
  auto one = client(*gateway, over_tls({.ca_file = file("server.pem")}));
  const auto connected = one->connect();
  ASSERT_TRUE(connected) << connected.error().text;
  ASSERT_TRUE(one->send(order("a", "10")));
  EXPECT_TRUE(wait_for(*one, 3));
  one->logout();
}

TEST_F(ClientTls, AnUnknownAuthorityIsRefused) {
  const auto gateway = gateway_for("IP:127.0.0.1");
  write_certificate("IP:127.0.0.1", file("other.pem"), file("other.key"));
  auto one = client(*gateway, over_tls({.ca_file = file("other.pem")}));
  EXPECT_THAT(one->connect().error().text, HasSubstr("the certificate is not trusted"));
  auto system = client(*gateway, over_tls({}));
  EXPECT_THAT(system->connect().error().text, HasSubstr("the certificate is not trusted"));
}

TEST_F(ClientTls, ACertificateForAnotherNameIsRefused) {
  const auto gateway = gateway_for("gateway.example.org");
  auto one = client(*gateway, over_tls({.ca_file = file("server.pem")}));
  EXPECT_THAT(one->connect().error().text, HasSubstr("IP address mismatch"));
  auto named = client(
      *gateway, over_tls({.ca_file = file("server.pem"), .server_name = "gateway.example.org"}));
  EXPECT_TRUE(named->connect());
}

TEST_F(ClientTls, AMissingAuthorityFileIsSaid) {
  const auto gateway = gateway_for("IP:127.0.0.1");
  auto one = client(*gateway, over_tls({.ca_file = file("none.pem")}));
  EXPECT_THAT(one->connect().error().text, HasSubstr("none.pem"));
}

TEST_F(ClientTls, PlainTalkToTheTlsPortEndsInAnError) {
  const auto gateway = gateway_for("IP:127.0.0.1");
  auto one = client(*gateway, {.port = port_});
  EXPECT_FALSE(one->connect());
}

}  // namespace
}  // namespace causeway::strategies::client
