#pragma once

// The venue against the simulator's real process, over TLS.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "tests/translators/sim_process.hpp"
#include "tests/translators/told_text.hpp"
#include "translators/binance/venue.hpp"
#include "translators/net/clock.hpp"

namespace causeway::translators::binance {
inline constexpr const char* demo_key = "causeway-demo-key";
inline constexpr const char* demo_ed25519_key = "causeway-demo-key-ed25519";
inline constexpr const char* demo_secret = "causeway-demo-secret-000000000000000000";

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

inline fixspec::Quantity qty(std::string_view text) {
  return fixspec::parse_quantity(text).value();
}
inline fixspec::Price px(std::string_view text) { return fixspec::parse_price(text).value(); }

inline fixspec::InstrumentKey btc() {
  return {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"BTCUSDT"}};
}
inline fixspec::InstrumentKey eth() {
  return {fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"ETHUSDT"}};
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream input{file};
  return {std::istreambuf_iterator<char>{input}, {}};
}

/// A simulator, and the venue connected to it.
class BinanceLive : public testing::Test, public VenueSink {
 protected:
  struct Options {
    bool ed25519 = false;
    std::string secret = demo_secret;
    std::string limits = "off";
    bool wait_for_link = true;
    /// Where nobody answers: then REST serves alone.
    bool without_api = false;
  };
  void begin() { begin(Options{}); }
  void begin(const Options& options) {
    // The market stands still unless a test moves it.
    sim = std::make_unique<SimProcess>(
        std::vector<std::string>{"--flow", "off", "--limits", options.limits});
    Settings settings = to_simulator();
    if (options.without_api) settings.api_url = "ws://127.0.0.1:1/ws-fapi/v1";
    AccountSettings account{.account = fixspec::AccountId{"main"},
                            .api_key = demo_key,
                            .secret = fixspec::Secret{options.secret}};
    if (options.ed25519) {
      account.api_key = demo_ed25519_key;
      account.key_type = KeyType::Ed25519;
      account.secret = fixspec::Secret{text_of(sim->folder() / "binance-ed25519.pem")};
    }
    settings.accounts.push_back(std::move(account));
    venue = make_venue(io, std::move(settings), *this, log);
    venue->start();
    if (!options.wait_for_link) return;
    ASSERT_TRUE(wait([&] { return ups > 0; })) << all();
    ASSERT_TRUE(wait([&] { return !instruments.empty(); })) << all();
    (void)std::get<OpenOrders>(ask(QueryOpenOrders{}));  // as recovery does
  }
  [[nodiscard]] Settings to_simulator() const {
    const std::string host = "127.0.0.1:" + std::to_string(sim->port("binance"));
    Settings settings;
    settings.rest_url = "https://" + host;
    settings.api_url = "wss://" + host + "/ws-fapi/v1";
    settings.stream_url = "wss://" + host;
    settings.ca_file = sim->ca_file();
    settings.request_timeout = std::chrono::milliseconds{1'500};
    return settings;
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
                 .venue = fixspec::Venue::Binance,
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
    order.instrument = btc();
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
    order.instrument = btc();
    return order;
  }
  QueryOrder query(std::string_view client_id, bool by_id = false) {
    QueryOrder order;
    order.client_id = fixspec::VenueClOrdId{client_id};
    if (by_id) order.venue_order_id = state_of(client_id)->venue_order_id;
    order.instrument = btc();
    return order;
  }
  // A book with one bid at 89500 and one ask at 90500 of this size, and nothing else.
  void empty_book(const std::string& amount = "1") {
    market(R"("action":"clear","instrument":"BTCUSDT")");
    house("buy", amount, "89500");
    house("sell", amount, "90500");
  }
  void house(const std::string& side, const std::string& amount, const std::string& price) {
    market(R"("action":"place","instrument":"BTCUSDT","side":")" + side + R"(","amount":")" +
           amount + R"(","price":")" + price + "\"");
  }
  void house_trades(const std::string& side, const std::string& amount, const std::string& price) {
    market(R"("action":"trade","instrument":"BTCUSDT","side":")" + side + R"(","amount":")" +
           amount + R"(","price":")" + price + "\"");
  }
  void market(const std::string& action) {
    sim->control("POST", "/v1/market", R"({"venue":"binance",)" + action + "}");
  }
  void fault(const std::string& name, const std::string& method, const std::string& more = {}) {
    sim->control("POST", "/v1/faults",
                 R"({"venue":"binance","fault":")" + name + R"(","count":1,"method":")" + method +
                     "\"" + (more.empty() ? "" : "," + more) + "}");
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

}  // namespace causeway::translators::binance
