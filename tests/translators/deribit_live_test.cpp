// The venue against the simulator's real process, over TLS.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <map>
#include <optional>

#include "tests/translators/sim_process.hpp"
#include "tests/translators/told_text.hpp"
#include "translators/deribit/codec.hpp"
#include "translators/deribit/sign.hpp"
#include "translators/deribit/venue.hpp"
#include "translators/net/clock.hpp"
#include "translators/net/http.hpp"

namespace causeway::translators::deribit {
namespace {

constexpr const char* demo_key = "causeway-demo-key";
constexpr const char* demo_secret = "causeway-demo-secret-000000000000000000";

class QuietLog final : public fixspec::LogSink {
 public:
  void write(Level, std::string_view event,
             std::initializer_list<fixspec::LogField> fields) override {
    std::string text{event};
    for (const auto& [name, value] : fields) {
      text.append(" ").append(name).append("=").append(value);
    }
    lines.push_back(std::move(text));
  }
  [[nodiscard]] bool says(std::string_view part) const {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(part) != std::string::npos;
    });
  }
  std::vector<std::string> lines;
};

fixspec::Quantity qty(std::string_view text) { return fixspec::parse_quantity(text).value(); }
fixspec::Price px(std::string_view text) { return fixspec::parse_price(text).value(); }

fixspec::InstrumentKey perpetual() {
  return {fixspec::Venue::Deribit, fixspec::Segment::Inverse, fixspec::Symbol{"BTC-PERPETUAL"}};
}
fixspec::InstrumentKey linear() {
  return {fixspec::Venue::Deribit, fixspec::Segment::Linear, fixspec::Symbol{"BTC_USDC-PERPETUAL"}};
}

/// A simulator, and the venue connected to it.
class DeribitLive : public testing::Test, public VenueSink {
 protected:
  void begin(std::vector<std::string> options = {}, std::string secret = demo_secret,
             bool wait_for_link = true, const std::string& limits = "off") {
    // The market stands still unless a test moves it.
    options.insert(options.end(), {"--flow", "off", "--limits", limits});
    sim = std::make_unique<SimProcess>(options);
    Settings settings;
    settings.url = sim->websocket_url();
    settings.ca_file = sim->ca_file();
    settings.request_timeout = std::chrono::milliseconds{1'500};
    settings.accounts.push_back({.account = fixspec::AccountId{"main"},
                                 .client_id = demo_key,
                                 .client_secret = fixspec::Secret{std::move(secret)}});
    venue = make_venue(io, std::move(settings), *this, log);
    venue->start();
    if (!wait_for_link) return;
    ASSERT_TRUE(wait([&] { return ups > 0; })) << all();
    ASSERT_TRUE(wait([&] { return !instruments.empty(); })) << all();
  }
  void TearDown() override {
    if (venue) venue->stop();
  }

  void on_venue_event(VenueEvent event) override {
    if (const auto* link = std::get_if<AccountLink>(&event.told)) ++(link->up ? ups : downs);
    if (const auto* list = std::get_if<Instruments>(&event.told)) {
      for (const auto& instrument : list->instruments) {
        instruments[instrument.key.symbol.to_string()] = instrument;
      }
    } else {
      lines.push_back(to_line(event.told));
    }
    events.push_back(std::move(event));
  }
  void on_market_update(const MarketUpdate& update) override { updates.push_back(update); }
  void on_book_update(const BookUpdate&) override {}
  void on_public_trade(const PublicTrade&) override {}

  bool wait(const std::function<bool()>& done) { return run_until(io, done); }

  // Sends, and waits for the one event that carries the request's id.
  Told ask(Ask body) {
    const RequestId id = ++last_request;
    venue->send({.request_id = id,
                 .venue = fixspec::Venue::Deribit,
                 .account = fixspec::AccountId{"main"},
                 .ask = std::move(body)});
    EXPECT_TRUE(wait([&] { return answer_to(id) != nullptr; })) << "no answer\n" << all();
    const Told* const answer = answer_to(id);
    return answer == nullptr ? Told{} : *answer;
  }
  const Told* answer_to(RequestId id) const {
    const auto id_of = [](const auto& told) -> RequestId {
      if constexpr (requires { told.request_id; }) return told.request_id;
      return 0;
    };
    for (const VenueEvent& event : events) {
      if (std::visit(id_of, event.told) == id) return &event.told;
    }
    return nullptr;
  }
  // The last state that was told of an order.
  std::optional<OrderUpdate> state_of(std::string_view client_id) const {
    std::optional<OrderUpdate> last;
    for (const VenueEvent& event : events) {
      const auto* update = std::get_if<OrderUpdate>(&event.told);
      if (update != nullptr && update->client_id && update->client_id->view() == client_id) {
        last = *update;
      }
    }
    return last;
  }
  bool reaches(std::string_view client_id, VenueOrderState wanted) {
    return wait([&] {
      const auto last = state_of(client_id);
      return last && last->state == wanted;
    });
  }
  // Its fills, each trade once.
  std::map<std::string, Fill> fills_of(std::string_view client_id) const {
    std::map<std::string, Fill> fills;
    for (const VenueEvent& event : events) {
      const auto* fill = std::get_if<Fill>(&event.told);
      if (fill != nullptr && fill->client_id && fill->client_id->view() == client_id) {
        fills.emplace(fill->trade.trade_id.to_string(), *fill);
      }
    }
    return fills;
  }
  fixspec::Quantity filled(std::string_view client_id) const {
    fixspec::Quantity sum;
    for (const auto& [id, fill] : fills_of(client_id)) sum += fill.trade.last_qty;
    return sum;
  }

  PlaceOrder limit(std::string_view client_id, std::string_view quantity, std::string_view price,
                   fixspec::Side side = fixspec::Side::Buy) {
    PlaceOrder order;
    order.client_id = fixspec::VenueClOrdId{client_id};
    order.instrument = perpetual();
    order.side = side;
    order.order_qty = qty(quantity);
    order.price = px(price);
    order.valid_until = net::read_clock().utc_ns + 5 * fixspec::nanos_per_second;
    return order;
  }
  CancelOrder cancel(std::string_view client_id, bool by_id = true) {
    CancelOrder order;
    order.client_id = fixspec::VenueClOrdId{client_id};
    if (by_id) order.venue_order_id = state_of(client_id)->venue_order_id;
    order.instrument = perpetual();
    return order;
  }
  QueryOrder query(std::string_view client_id, bool by_id = false) {
    QueryOrder order;
    order.client_id = fixspec::VenueClOrdId{client_id};
    if (by_id) order.venue_order_id = state_of(client_id)->venue_order_id;
    order.instrument = perpetual();
    return order;
  }
  // A book with one bid at 80000 and one ask at 100000 of this size, and nothing else.
  void empty_book(const std::string& amount = "1000") {
    market(R"("action":"clear","instrument":"BTC-PERPETUAL")");
    market(R"("action":"place","instrument":"BTC-PERPETUAL","side":"buy","amount":")" + amount +
           R"(","price":"89500")");
    market(R"("action":"place","instrument":"BTC-PERPETUAL","side":"sell","amount":")" + amount +
           R"(","price":"90500")");
  }
  void market(const std::string& action) {
    sim->control("POST", "/v1/market", R"({"venue":"deribit",)" + action + "}");
  }
  void fault(const std::string& name, const std::string& method) {
    sim->control(
        "POST", "/v1/faults",
        R"({"venue":"deribit","fault":")" + name + R"(","count":1,"method":")" + method + R"("})");
  }
  std::string all() const {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    for (const std::string& line : log.lines) text += "log " + line + "\n";
    return text;
  }

  boost::asio::io_context io;
  std::unique_ptr<SimProcess> sim;
  QuietLog log;
  std::unique_ptr<Venue> venue;
  std::vector<VenueEvent> events;
  std::vector<std::string> lines;
  std::vector<MarketUpdate> updates;
  std::map<std::string, fixspec::Instrument> instruments;
  RequestId last_request = 0;
  int ups = 0;
  int downs = 0;
};

TEST_F(DeribitLive, ListsEveryKindOfInstrument) {
  begin();
  EXPECT_EQ(to_line(instruments["BTC-PERPETUAL"]),
            "instrument key=INVERSE:BTC-PERPETUAL contract=I base=BTC quote=USD settle=BTC "
            "index=btc_usd multiplier=10 tick=0.5 step=10 min=10 status=17");
  ASSERT_TRUE(instruments.contains("ETH_USDC-PERPETUAL")) << all();
  EXPECT_EQ(instruments["ETH_USDC-PERPETUAL"].key.segment, fixspec::Segment::Linear);
  const auto count = [&](fixspec::Segment segment, bool dated) {
    return std::count_if(instruments.begin(), instruments.end(), [&](const auto& entry) {
      return entry.second.key.segment == segment && entry.second.expiry_utc_ns.has_value() == dated;
    });
  };
  EXPECT_EQ(count(fixspec::Segment::Inverse, true), 2);
  EXPECT_EQ(count(fixspec::Segment::Option, true), 12);
}

TEST_F(DeribitLive, MarketDataBringsTopOfBookMarkIndexAndFunding) {
  begin();
  venue->subscribe_market(perpetual(), {});
  MarketUpdate seen;
  ASSERT_TRUE(wait([&] {
    for (const MarketUpdate& update : updates) {
      if (update.best_bid) seen.best_bid = update.best_bid;
      if (update.best_ask) seen.best_ask = update.best_ask;
      if (update.mark) seen.mark = update.mark;
      if (update.index) seen.index = update.index;
      if (update.funding_rate) seen.funding_rate = update.funding_rate;
      if (update.open_interest) seen.open_interest = update.open_interest;
    }
    return seen.best_bid && seen.best_ask && seen.mark && seen.index && seen.funding_rate &&
           seen.open_interest;
  })) << all();
  EXPECT_LT(*seen.best_bid, *seen.best_ask);
}

TEST_F(DeribitLive, RestingOrderIsAmendedAndCancelled) {
  begin();
  ask(limit("A1", "100", "89000"));
  EXPECT_TRUE(reaches("A1", VenueOrderState::Open)) << all();
  AmendOrder amend;
  amend.client_id = fixspec::VenueClOrdId{"A1"};
  amend.venue_order_id = state_of("A1")->venue_order_id;
  amend.instrument = perpetual();
  amend.order_qty = qty("150");
  amend.price = px("89100.5");
  const auto amended = std::get<OrderUpdate>(ask(amend));
  EXPECT_TRUE(amended.amended);
  EXPECT_EQ(amended.order_qty, qty("150"));
  EXPECT_EQ(amended.price, px("89100.5"));
  // By our own id, as before the venue's was known.
  amend.venue_order_id.reset();
  amend.order_qty = qty("80");
  EXPECT_EQ(std::get<OrderUpdate>(ask(amend)).order_qty, qty("80"));
  const auto cancelled = std::get<OrderUpdate>(ask(cancel("A1")));
  EXPECT_EQ(cancelled.state, VenueOrderState::Canceled);
  const auto again = std::get<RequestRefused>(ask(cancel("A1")));
  EXPECT_TRUE(again.order_may_be_closed) << to_line(again);
}

TEST_F(DeribitLive, PartlyThenFullyFilledOrderIsExplainedByItsFills) {
  begin();
  empty_book("60");
  const auto placed = std::get<OrderUpdate>(ask(limit("F1", "100", "90500")));
  EXPECT_EQ(placed.cum_qty, qty("60"));
  ASSERT_TRUE(wait([&] { return filled("F1") == qty("60"); })) << all();
  market(R"("action":"trade","instrument":"BTC-PERPETUAL","side":"sell","amount":"40",)"
         R"("price":"90500")");
  ASSERT_TRUE(wait([&] { return filled("F1") == qty("100"); })) << all();
  EXPECT_TRUE(reaches("F1", VenueOrderState::Filled)) << all();
  for (const auto& [id, fill] : fills_of("F1")) {
    EXPECT_EQ(fill.trade.last_px, px("90500"));
    ASSERT_TRUE(fill.trade.fee) << to_line(fill);
    EXPECT_EQ(fill.trade.fee->currency.view(), "BTC");
  }
  for (const bool by_id : {false, true}) {
    const auto answer = std::get<QueryAnswer>(ask(query("F1", by_id)));
    ASSERT_TRUE(answer.order);
    EXPECT_EQ(answer.order->state, VenueOrderState::Filled);
    EXPECT_EQ(answer.fills.size(), 2u);
  }
  EXPECT_NE(sim->control("GET", "/v1/ledger").find("\"F1\""), std::string::npos);
}

TEST_F(DeribitLive, ImmediateOrdersLeaveNothingBehind) {
  begin();
  empty_book("60");
  PlaceOrder order = limit("I1", "100", "90500");
  order.time_in_force = fixspec::TimeInForce::FillOrKill;
  ask(order);
  EXPECT_TRUE(reaches("I1", VenueOrderState::Canceled)) << all();
  EXPECT_EQ(filled("I1"), qty("0"));
  order.client_id = fixspec::VenueClOrdId{"I2"};
  order.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
  ask(order);
  EXPECT_TRUE(reaches("I2", VenueOrderState::Canceled)) << all();
  EXPECT_EQ(filled("I2"), qty("60"));
}

TEST_F(DeribitLive, PostOnlyThatWouldTakeIsRefused) {
  begin();
  empty_book();
  PlaceOrder order = limit("P1", "10", "90500");
  order.exec_inst.participate_dont_initiate = true;
  const auto refused = std::get<RequestRefused>(ask(order));
  EXPECT_EQ(refused.detail.code, fixspec::RejectCode::PostOnlyWouldTake);
  EXPECT_EQ(refused.detail.venue_error_code, "11054");
  order.price = px("90000");
  EXPECT_EQ(std::get<OrderUpdate>(ask(order)).state, VenueOrderState::Open);
}

TEST_F(DeribitLive, RefusalsCarryTheVenuesCode) {
  begin();
  const auto poor = std::get<RequestRefused>(ask(limit("R1", "2000000000", "89000")));
  EXPECT_EQ(poor.detail.code, fixspec::RejectCode::InsufficientMargin) << to_line(poor);
  PlaceOrder strange = limit("R2", "10", "89000");
  strange.instrument.symbol = fixspec::Symbol{"XRP-PERPETUAL"};
  const auto unknown = std::get<RequestRefused>(ask(strange));
  EXPECT_FALSE(unknown.detail.venue_error_code.empty()) << to_line(unknown);
  PlaceOrder late = limit("R3", "10", "89000");
  late.valid_until = net::read_clock().utc_ns + 50 * fixspec::nanos_per_milli;
  sim->control("POST", "/v1/faults",
               R"({"venue":"deribit","fault":"delay_request","delay_ms":300,"count":1,)"
               R"("method":"private/buy"})");
  const auto stale = std::get<RequestRefused>(ask(late));
  EXPECT_EQ(stale.detail.venue_error_code, "13888") << to_line(stale);
}

TEST_F(DeribitLive, MarketOrderFillsAndReduceOnlyClosesThePosition) {
  begin();
  empty_book();
  PlaceOrder order = limit("M1", "100", "1");
  order.ord_type = fixspec::OrdType::Market;
  order.price.reset();
  ask(order);
  EXPECT_TRUE(reaches("M1", VenueOrderState::Filled)) << all();
  const auto positions = std::get<Positions>(ask(QueryPositions{}));
  ASSERT_EQ(positions.positions.size(), 1u);
  EXPECT_EQ(positions.positions[0].size, qty("100"));
  EXPECT_EQ(positions.positions[0].instrument, perpetual());
  order.client_id = fixspec::VenueClOrdId{"M2"};
  order.side = fixspec::Side::Sell;
  order.exec_inst.do_not_increase = true;
  ask(order);
  EXPECT_TRUE(reaches("M2", VenueOrderState::Filled)) << all();
  EXPECT_TRUE(std::get<Positions>(ask(QueryPositions{})).positions.empty());
}

TEST_F(DeribitLive, StopWaitsTriggersAndKeepsItsClientId) {
  begin();
  PlaceOrder stop = limit("S1", "50", "1", fixspec::Side::Sell);
  stop.ord_type = fixspec::OrdType::Stop;
  stop.price.reset();
  stop.stop_px = px("89000");
  stop.trigger_ref = fixspec::TriggerRef::Index;
  const auto placed = std::get<OrderUpdate>(ask(stop));
  EXPECT_EQ(placed.state, VenueOrderState::Untriggered);
  EXPECT_EQ(placed.stop_px, px("89000"));
  EXPECT_EQ(placed.price, std::nullopt);
  market(R"("action":"index","index":"btc_usd","price":"88900")");
  market(R"("action":"step","steps":1)");
  ASSERT_TRUE(wait([&] { return filled("S1") == qty("50"); })) << all();
  const auto answer = std::get<QueryAnswer>(ask(query("S1")));
  ASSERT_TRUE(answer.order);
  EXPECT_EQ(answer.order->state, VenueOrderState::Filled) << to_line(answer);
  EXPECT_FALSE(answer.fills.empty());
}

TEST_F(DeribitLive, StopLimitIsAmendedAndCancelled) {
  begin();
  PlaceOrder stop = limit("S2", "50", "88900", fixspec::Side::Sell);
  stop.ord_type = fixspec::OrdType::StopLimit;
  stop.stop_px = px("89000");
  stop.trigger_ref = fixspec::TriggerRef::Mark;
  const auto placed = std::get<OrderUpdate>(ask(stop));
  EXPECT_EQ(placed.ord_type, fixspec::OrdType::StopLimit);
  AmendOrder amend;
  amend.client_id = stop.client_id;
  amend.venue_order_id = placed.venue_order_id;
  amend.instrument = perpetual();
  amend.side = stop.side;
  amend.ord_type = stop.ord_type;
  amend.order_qty = qty("40");
  amend.price = px("88800");
  amend.stop_px = px("88850");
  const auto amended = std::get<OrderUpdate>(ask(amend));
  EXPECT_EQ(amended.stop_px, px("88850"));
  EXPECT_EQ(std::get<OrderUpdate>(ask(cancel("S2"))).state, VenueOrderState::Canceled);
}

TEST_F(DeribitLive, CancelsByLabelAndAllAtOnce) {
  begin();
  ask(limit("L1", "10", "89000"));
  EXPECT_EQ(std::get<OrderUpdate>(ask(cancel("L1", false))).state, VenueOrderState::Canceled);
  EXPECT_TRUE(std::get<RequestRefused>(ask(cancel("L1", false))).order_may_be_closed);
  ask(limit("L2", "10", "89000"));
  ask(limit("L3", "10", "89010"));
  EXPECT_EQ(std::get<OpenOrders>(ask(QueryOpenOrders{})).orders.size(), 2u);
  CancelAll elsewhere;
  elsewhere.instrument = linear();
  EXPECT_EQ(std::get<OpenOrders>(ask(elsewhere)).orders.size(), 2u);
  EXPECT_TRUE(std::get<OpenOrders>(ask(CancelAll{})).orders.empty());
  EXPECT_TRUE(reaches("L2", VenueOrderState::Canceled)) << all();
  EXPECT_TRUE(reaches("L3", VenueOrderState::Canceled)) << all();
}

TEST_F(DeribitLive, QueriesOfTheAccountAreComplete) {
  begin();
  EXPECT_FALSE(std::get<QueryAnswer>(ask(query("NEVER"))).order);
  const auto balances = std::get<Balances>(ask(QueryBalances{}));
  const auto btc = std::find_if(balances.balances.begin(), balances.balances.end(),
                                [](const Balance& row) { return row.currency.view() == "BTC"; });
  ASSERT_NE(btc, balances.balances.end());
  EXPECT_EQ(fixspec::parse_quantity(btc->equity).value(), qty("100"));
  empty_book();
  for (const std::string id : {"Q1", "Q2", "Q3"}) ask(limit(id, "10", "90500"));
  PlaceOrder other = limit("Q4", "0.01", "91000");
  other.instrument = linear();
  ask(other);
  ASSERT_TRUE(wait([&] { return filled("Q4") == qty("0.01"); })) << all();
  QueryTrades since;
  since.since = net::read_clock().utc_ns - 60 * fixspec::nanos_per_second;
  const auto trades = std::get<Trades>(ask(since));
  std::map<std::string, fixspec::Quantity> sums;
  for (const Fill& fill : trades.fills) sums[fill.client_id->to_string()] += fill.trade.last_qty;
  const std::map<std::string, fixspec::Quantity> wanted{
      {"Q1", qty("10")}, {"Q2", qty("10")}, {"Q3", qty("10")}, {"Q4", qty("0.01")}};
  EXPECT_EQ(sums, wanted);
  EXPECT_TRUE(
      std::is_sorted(trades.fills.begin(), trades.fills.end(),
                     [](const Fill& a, const Fill& b) { return a.venue_time < b.venue_time; }));
}

// ---- when things go wrong
// ---------------------------------------------------------------------------

TEST_F(DeribitLive, LostReplyIsUnknownAndTheOrderIsFound) {
  begin();
  fault("reply_lost_accepted", "private/buy");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("U1", "10", "89000"))));
  const auto answer = std::get<QueryAnswer>(ask(query("U1")));
  ASSERT_TRUE(answer.order);
  EXPECT_EQ(answer.order->state, VenueOrderState::Open);
  fault("reply_lost_not_accepted", "private/buy");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("U2", "10", "89000"))));
  EXPECT_FALSE(std::get<QueryAnswer>(ask(query("U2"))).order);
  EXPECT_EQ(downs, 0) << all();
}

TEST_F(DeribitLive, LostConnectionComesBackAndTheOrderIsFound) {
  begin();
  fault("disconnect_accepted", "private/buy");
  EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit("D1", "10", "89000"))));
  ASSERT_TRUE(wait([&] { return ups == 2; })) << all();
  EXPECT_EQ(downs, 1);
  const auto answer = std::get<QueryAnswer>(ask(query("D1")));
  ASSERT_TRUE(answer.order) << all();
  ask(limit("D2", "10", "89000"));
  EXPECT_TRUE(reaches("D2", VenueOrderState::Open)) << all();
}

TEST_F(DeribitLive, BrokenMessagesAreUnknownNeverACrash) {
  begin();
  int expected_ups = 1;
  for (const std::string name : {"garbage_frame", "truncated_reply", "oversized_frame"}) {
    const std::string id = "B" + std::to_string(expected_ups);
    sim->control("POST", "/v1/faults",
                 R"({"venue":"deribit","fault":")" + name +
                     R"(","count":1,"bytes":20000000,"method":"private/buy"})");
    EXPECT_TRUE(std::holds_alternative<RequestUnknown>(ask(limit(id, "10", "89000"))))
        << name << "\n"
        << all();
    ++expected_ups;
    ASSERT_TRUE(wait([&] { return ups == expected_ups; })) << name << "\n" << all();
    EXPECT_TRUE(std::get<QueryAnswer>(ask(query(id))).order) << name;
  }
}

TEST_F(DeribitLive, LostNotificationsAreMadeUpForByQueries) {
  begin();
  empty_book();
  fault("drop_notification", "user.trades");
  fault("drop_notification", "user.orders");
  ask(limit("N1", "10", "90000"));
  market(R"("action":"trade","instrument":"BTC-PERPETUAL","side":"sell","amount":"10",)"
         R"("price":"90000")");
  ASSERT_TRUE(wait([&] {
    const auto answer = std::get<QueryAnswer>(ask(query("N1")));
    return answer.order && answer.order->state == VenueOrderState::Filled &&
           answer.fills.size() == 1;
  })) << all();
}

TEST_F(DeribitLive, TokenIsRenewedWithoutLosingTheLink) {
  begin({"--token-lifetime", "1"});
  ASSERT_TRUE(run_until(
                  io, [] { return false; }, std::chrono::milliseconds{2'500}) == false);
  const Told placed = ask(limit("T1", "10", "89000"));
  EXPECT_TRUE(std::holds_alternative<OrderUpdate>(placed)) << to_line(placed) << all();
  EXPECT_EQ(downs, 0) << all();
}

TEST_F(DeribitLive, WrongKeyIsAClearErrorAndNeverUp) {
  begin({}, "wrong", false);
  ASSERT_TRUE(wait([&] { return log.says("venue_logon_refused"); })) << all();
  EXPECT_TRUE(log.says("13004")) << all();
  EXPECT_EQ(ups, 0);
  const Told refused = ask(limit("W1", "10", "89000"));
  EXPECT_TRUE(std::holds_alternative<RequestNotSent>(refused));
}

TEST_F(DeribitLive, VenueOfAnUntrustedAuthorityIsNotConnected) {
  begin();
  Settings settings;
  settings.url = sim->websocket_url();
  QuietLog other_log;
  const auto other = make_venue(io, std::move(settings), *this, other_log);
  other->start();
  EXPECT_TRUE(wait([&] { return other_log.says("the certificate is not accepted"); }));
  other->stop();
}

TEST_F(DeribitLive, OurRateLimitKeepsTheVenuesFromBeingReached) {
  begin({}, demo_secret, true, "real");
  std::size_t sent = 0;
  for (int i = 0; i < 40; ++i) {
    const Told answer = ask(limit("V" + std::to_string(i), "10", "89000"));
    const auto* held = std::get_if<RequestNotSent>(&answer);
    if (held != nullptr) {
      EXPECT_EQ(held->code, fixspec::RejectCode::VenueRateLimit);
    } else {
      EXPECT_TRUE(std::holds_alternative<OrderUpdate>(answer)) << to_line(answer);
      ++sent;
    }
  }
  EXPECT_GE(sent, 16u);
  EXPECT_LT(sent, 40u);
  // There is room for cancels still, and those beyond it wait for theirs.
  for (int i = 0; i < 6; ++i) {
    const Told answer = ask(cancel("V" + std::to_string(i)));
    EXPECT_TRUE(std::holds_alternative<OrderUpdate>(answer)) << to_line(answer);
  }
  EXPECT_EQ(downs, 0) << all();
}

TEST_F(DeribitLive, SignedHttpRequestsAreAccepted) {
  begin();
  auto tls = net::Tls::load(sim->ca_file());
  net::HttpClient client(io, tls.value(),
                         {.endpoint = net::parse_endpoint(sim->https_url()).value()});
  HmacKey key{demo_secret};
  const std::string target = encode_http_target(wire::Call{wire::Method::GetPositions}.with(
      wire::Parameter::Currency, std::string_view{"BTC"}));
  const std::int64_t now_ms = net::read_clock().utc_ns / fixspec::nanos_per_milli;
  std::optional<fixspec::Result<net::HttpResponse, net::HttpError>> answer;
  client.send({.method = "GET",
               .target = target,
               .headers = {{"Authorization",
                            http_authorization(key, demo_key, now_ms, "n1", "GET", target, "")}},
               .body = ""},
              [&](auto result) { answer = std::move(result); });
  ASSERT_TRUE(wait([&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error().text;
  EXPECT_EQ((*answer)->status, 200u) << (*answer)->body;
}

}  // namespace
}  // namespace causeway::translators::deribit
