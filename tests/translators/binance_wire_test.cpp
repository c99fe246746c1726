// Every message of tests/wire/binance, through decoder and map, against what stands beside it. A
// case is <kind>_<what>.json, one message a line, and <kind>_<what>.expected. The kind says how the
// message comes: user_ and market_ on a stream, api_<result>_ as a frame of the WebSocket API,
// rest_<result>_ as the body of an HTTP 200, failure_<ask>_ as "<status> <body>".

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <random>

#include "tests/translators/told_text.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/errors.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

const std::filesystem::path folder = "tests/wire/binance";
constexpr std::size_t max_bytes = std::size_t{1} << 20;

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      lines.push_back(std::exchange(line, {}));
    } else {
      line.push_back(c);
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// ---- what a message tells, as text
// -----------------------------------------------------------------

template <class T>
std::string line_of(const Mapped<T>& mapped) {
  return mapped ? to_line(*mapped) : "unusable: " + mapped.error().text;
}

template <class T>
std::string line_of(const Mapped<std::optional<T>>& mapped) {
  if (!mapped) return "unusable: " + mapped.error().text;
  return *mapped ? to_line(**mapped) : "nothing";
}

std::string line_of(const Mapped<AlgoFacts>& facts) {
  if (!facts) return "unusable: " + facts.error().text;
  return to_line(facts->update) + (facts->child ? " child=" + facts->child->to_string() : "");
}

std::string line_of(const PublicTrade& trade) {
  std::string text = "trade " + trade.instrument.symbol.to_string();
  text += " id=" + trade.trade_id.to_string() + " px=" + trade.price.to_string() +
          " qty=" + trade.qty.to_string();
  if (trade.aggressor) {
    text += *trade.aggressor == fixspec::Side::Buy ? " aggressor=buy" : " aggressor=sell";
  }
  return text + " time=" + std::to_string(trade.venue_time / fixspec::nanos_per_milli);
}

std::string line_of(const Mapped<PublicTrade>& trade) {
  return trade ? line_of(*trade) : "unusable: " + trade.error().text;
}

std::string line_of(const Mapped<std::optional<PublicTrade>>& trade) {
  if (!trade) return "unusable: " + trade.error().text;
  return *trade ? line_of(**trade) : "nothing";
}

std::string line_of(const Mapped<MarketUpdate>& update) {
  if (!update) return "unusable: " + update.error().text;
  std::string text = to_line(*update);
  if (update->next_funding_time) {
    text +=
        " next_funding=" + std::to_string(*update->next_funding_time / fixspec::nanos_per_milli);
  }
  return text;
}

std::string levels_text(std::span<const wire::Level> wire_levels) {
  std::vector<BookLevel> levels;
  const auto done = append_levels(wire_levels, levels);
  if (!done) return "unusable: " + done.error().text;
  std::string text;
  for (const BookLevel& level : levels) {
    text += (text.empty() ? "" : ",") + level.price.to_string() + "x" + level.qty.to_string();
  }
  return text;
}

std::string failure_text(const wire::Failure& failure) {
  return "failure " + (failure.code ? std::to_string(*failure.code) : std::string{"no code"}) +
         " '" + std::string{failure.message} + "'";
}

std::string id_text(const std::optional<std::uint64_t>& id) {
  return id ? std::to_string(*id) : "none";
}

struct UserText {
  std::string operator()(const wire::OrderTradeUpdate& event) const {
    const auto facts = to_order_facts(event);
    if (!facts) return "unusable: " + facts.error().text;
    std::string text = facts->fill ? to_line(*facts->fill) + "\n" : "";
    text += to_line(facts->update);
    return text + (facts->fill_unnamed ? "\nfill_unnamed" : "");
  }
  std::string operator()(const wire::TradeLite& event) const { return line_of(to_fill(event)); }
  std::string operator()(const wire::AccountUpdate& event) const {
    std::string text = "account_update " + std::string{event.reason};
    for (const wire::BalanceChange& balance : event.balances) {
      text += "\n  balance " + std::string{balance.asset} +
              " wallet=" + std::string{balance.wallet_balance} +
              " cross=" + std::string{balance.cross_wallet} +
              " change=" + std::string{balance.balance_change};
    }
    for (const wire::PositionChange& position : event.positions) {
      text += "\n  position " + std::string{position.symbol} + " " +
              std::string{position.position_side} + " " + std::string{position.margin_type} +
              " amount=" + std::string{position.position_amt} +
              " entry=" + std::string{position.entry_price};
    }
    return text;
  }
  std::string operator()(const wire::AlgoUpdate& event) const {
    return line_of(to_algo_facts(event));
  }
  std::string operator()(const wire::ListenKeyExpired& event) const {
    return "listen_key_expired " + std::string{event.listen_key};
  }
  std::string operator()(const wire::MarginCall& event) const {
    std::string text = "margin_call";
    for (const std::string_view symbol : event.symbols) text += " " + std::string{symbol};
    return text;
  }
  std::string operator()(const wire::AccountConfigUpdate& event) const {
    std::string text = "account_config";
    if (event.leverage) {
      text += " " + std::string{event.symbol} + " leverage=" + std::to_string(*event.leverage);
    }
    if (event.multi_assets_margin) {
      text += std::string{" multi_assets="} + (*event.multi_assets_margin ? "on" : "off");
    }
    return text;
  }
  std::string operator()(const wire::ControlReply& reply) const {
    return "control id=" + id_text(reply.id) +
           (reply.failure ? " " + failure_text(*reply.failure) : " done");
  }
  std::string operator()(const wire::OtherEvent& event) const {
    return "other " + std::string{event.type};
  }
};

struct MarketText {
  std::string operator()(const wire::DepthUpdate& event) const {
    return "depth " + std::string{event.symbol} + " " + std::to_string(event.first_id) + ".." +
           std::to_string(event.final_id) + " after=" + std::to_string(event.prev_final_id) +
           " bids=" + levels_text(event.bids) + " asks=" + levels_text(event.asks);
  }
  std::string operator()(const wire::BookTicker& event) const {
    return line_of(to_market_update(event));
  }
  std::string operator()(const wire::AggTrade& event) const {
    return line_of(to_public_trade(event));
  }
  std::string operator()(const wire::Trade& event) const { return line_of(to_public_trade(event)); }
  std::string operator()(const wire::MarkPriceUpdate& event) const {
    return line_of(to_market_update(event));
  }
  std::string operator()(const wire::ControlReply& reply) const { return UserText{}(reply); }
  std::string operator()(const wire::OtherEvent& event) const { return UserText{}(event); }
};

// ---- results of replies
// -------------------------------------------------------------------------------

template <class T, class Text>
std::string list_text(const Decoded<std::vector<T>>& items, const Text& text_of) {
  if (!items) return "unreadable: " + items.error().text;
  std::string text;
  for (const T& item : *items) text += (text.empty() ? "" : "\n") + text_of(item);
  return text.empty() ? "nothing" : text;
}

template <class T, class Text>
std::string one_text(const Decoded<T>& item, const Text& text_of) {
  return item ? text_of(*item) : "unreadable: " + item.error().text;
}

std::string order_text(const wire::Order& order) {
  return line_of(to_order_update(order, Source::Reply));
}
std::string algo_text(const wire::AlgoOrder& order) {
  return line_of(to_algo_facts(order, Source::Query));
}
std::string batch_text(const wire::BatchItem& item) {
  if (const auto* failure = std::get_if<wire::Failure>(&item)) return failure_text(*failure);
  return order_text(std::get<wire::Order>(item));
}
std::string trade_text(const wire::UserTrade& trade) {
  return line_of(to_fill(trade, Source::Query, fixspec::VenueClOrdId{"C1"}));
}
std::string position_text(const wire::Position& position) {
  const auto mapped = to_position(position);
  if (!mapped) return "unusable: " + mapped.error().text;
  if (!*mapped) return "flat " + std::string{position.symbol};
  return to_line(Positions{.request_id = 0, .positions = {**mapped}});
}
std::string balance_text(const wire::Balance& balance) {
  const auto mapped = to_balance(balance);
  if (!mapped) return "unusable: " + mapped.error().text;
  return to_line(Balances{.request_id = 0, .balances = {*mapped}});
}
std::string income_text(const wire::Income& income) {
  return "income " + std::string{income.income_type} + " " + std::string{income.income} +
         std::string{income.asset} + " " + std::string{income.symbol} +
         " tran=" + std::to_string(income.tran_id) + " trade=" + std::string{income.trade_id};
}

std::string limit_text(const wire::RateLimit& limit) {
  return "limit " + std::string{limit.type} + " " + std::to_string(limit.interval_num) + " " +
         std::string{limit.interval} + " " + std::to_string(limit.count) + "/" +
         std::to_string(limit.limit);
}

std::string exchange_info_text(const wire::ExchangeInfo& info) {
  std::string text = "at " + std::to_string(info.server_time_ms);
  for (const wire::RateLimit& limit : info.rate_limits) text += "\n" + limit_text(limit);
  for (const wire::Instrument& symbol : info.symbols) {
    const auto mapped = to_instrument(symbol);
    text += "\n" + line_of(mapped);
    if (mapped && *mapped && (*mapped)->max_qty) {
      text += " max=" + (*mapped)->max_qty->to_string();
    }
    if (mapped && *mapped && (*mapped)->min_notional) {
      text += " min_notional=" + (*mapped)->min_notional->to_string();
    }
  }
  for (const std::string& why : info.unreadable) text += "\nunreadable: " + why;
  return text;
}

using Reader = std::function<std::string(Decoder&)>;

// By the word after api_ or rest_.
const std::map<std::string, Reader, std::less<>>& readers() {
  static const std::map<std::string, Reader, std::less<>> table{
      {"order", [](Decoder& d) { return one_text(d.order(), order_text); }},
      {"orders", [](Decoder& d) { return list_text(d.orders(), order_text); }},
      {"batch", [](Decoder& d) { return list_text(d.batch(), batch_text); }},
      {"algo", [](Decoder& d) { return one_text(d.algo_order(), algo_text); }},
      {"algos", [](Decoder& d) { return list_text(d.algo_orders(), algo_text); }},
      {"algoack",
       [](Decoder& d) {
         return one_text(d.algo_ack(), [](const wire::AlgoAck& ack) {
           return "algo_ack " + std::to_string(ack.algo_id) + " " + std::string{ack.client_algo_id};
         });
       }},
      {"trades", [](Decoder& d) { return list_text(d.user_trades(), trade_text); }},
      {"positions", [](Decoder& d) { return list_text(d.positions(), position_text); }},
      {"balances", [](Decoder& d) { return list_text(d.balances(), balance_text); }},
      {"incomes", [](Decoder& d) { return list_text(d.incomes(), income_text); }},
      {"instruments", [](Decoder& d) { return one_text(d.exchange_info(), exchange_info_text); }},
      {"config",
       [](Decoder& d) {
         return one_text(d.account_config(), [](const wire::AccountConfig& config) {
           return std::string{"config trade="} + (config.can_trade ? "yes" : "no") +
                  " hedge=" + (config.dual_side_position ? "yes" : "no") +
                  " multi_assets=" + (config.multi_assets_margin ? "yes" : "no");
         });
       }},
      {"mode",
       [](Decoder& d) {
         return one_text(d.dual_side_position(),
                         [](bool dual) { return std::string{dual ? "hedge" : "one-way"}; });
       }},
      {"commission",
       [](Decoder& d) {
         return one_text(d.commission_rate(), [](const wire::CommissionRate& rate) {
           return "commission " + std::string{rate.symbol} + " " + std::string{rate.maker} + " " +
                  std::string{rate.taker};
         });
       }},
      {"session",
       [](Decoder& d) {
         return one_text(d.session(), [](const wire::Session& session) {
           return "session '" + std::string{session.api_key} + "' since " +
                  std::to_string(session.authorized_since_ms) + " at " +
                  std::to_string(session.server_time_ms);
         });
       }},
      {"listenkey",
       [](Decoder& d) {
         return one_text(d.listen_key(), [](std::string_view key) { return std::string{key}; });
       }},
      {"time",
       [](Decoder& d) {
         return one_text(d.server_time_ms(),
                         [](std::int64_t time) { return std::to_string(time); });
       }},
      {"depth",
       [](Decoder& d) {
         return one_text(d.depth_snapshot(), [](const wire::DepthSnapshot& snapshot) {
           return "snapshot " + std::to_string(snapshot.last_update_id) +
                  " bids=" + levels_text(snapshot.bids) + " asks=" + levels_text(snapshot.asks);
         });
       }},
      {"premium",
       [](Decoder& d) {
         return one_text(d.premium_index(),
                         [](const auto& index) { return line_of(to_market_update(index)); });
       }},
      {"interest",
       [](Decoder& d) {
         return one_text(d.open_interest(),
                         [](const auto& value) { return line_of(to_market_update(value)); });
       }},
      {"ticker",
       [](Decoder& d) {
         return one_text(d.book_ticker(),
                         [](const auto& ticker) { return line_of(to_market_update(ticker)); });
       }},
  };
  return table;
}

std::string word_of(const std::string& name, std::size_t index) {
  std::size_t start = 0;
  for (; index > 0; --index) start = name.find('_', start) + 1;
  return name.substr(start, name.find('_', start) - start);
}

std::string told_by_api(Decoder& decoder, const std::string& name, std::string_view message) {
  const auto read = decoder.api_message(message);
  if (!read) return "unreadable: " + read.error().text;
  if (std::holds_alternative<wire::ServerShutdown>(*read)) return "server_shutdown";
  const auto& reply = std::get<wire::Reply>(*read);
  std::string text = "reply id=" + id_text(reply.id) + " status=" + std::to_string(reply.status);
  for (const wire::RateLimit& limit : decoder.rate_limits()) text += "\n" + limit_text(limit);
  if (reply.failure) return text + "\n" + failure_text(*reply.failure);
  return text + "\n" + readers().at(word_of(name, 1))(decoder);
}

std::string told_by_rest(Decoder& decoder, const std::string& name, std::string_view message) {
  const auto reply = decoder.http_reply(200, message);
  if (!reply) return "unreadable: " + reply.error().text;
  if (reply->failure) return failure_text(*reply->failure);
  return readers().at(word_of(name, 1))(decoder);
}

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::Refused:
      return "refused";
    case Verdict::Unknown:
      return "unknown";
    case Verdict::RateLimited:
      return "rate-limited";
    case Verdict::NotFound:
      return "not-found";
    case Verdict::Unauthorized:
      return "unauthorized";
    case Verdict::Stale:
      return "stale";
    case Verdict::AlreadySo:
      return "already-so";
  }
  return "";
}

AskKind kind_named(const std::string& word) {
  if (word == "amend") return AskKind::Amend;
  if (word == "cancel") return AskKind::Cancel;
  if (word == "query") return AskKind::QueryOrder;
  return AskKind::Place;
}

std::string told_by_failure(Decoder& decoder, const std::string& name, const std::string& line) {
  const auto status = static_cast<unsigned>(std::stoul(line));
  const std::string body = line.size() > 4 ? line.substr(4) : "";
  const auto reply = decoder.http_reply(status, body);
  if (!reply || !reply->failure) return "not a failure";
  const auto judgement = judge(reply->status, *reply->failure, kind_named(word_of(name, 1)));
  std::string text = std::string{verdict_text(judgement.verdict)} + " " +
                     std::string{fixspec::to_text(judgement.code)};
  if (judgement.order_may_be_closed) text += " order_may_be_closed";
  if (judgement.may_pass_later) text += " may_pass_later";
  if (const auto until = banned_until_ms(reply->failure->message)) {
    text += " banned_until=" + std::to_string(*until);
  }
  return text + " " + failure_text(*reply->failure);
}

std::string told_by(Decoder& decoder, const std::string& name, const std::string& message) {
  if (name.starts_with("failure_")) return told_by_failure(decoder, name, message);
  if (name.starts_with("api_")) return told_by_api(decoder, name, message);
  if (name.starts_with("rest_")) return told_by_rest(decoder, name, message);
  if (name.starts_with("user_")) {
    const auto event = decoder.user_event(message);
    return event ? std::visit(UserText{}, *event) : "unreadable: " + event.error().text;
  }
  const auto event = decoder.market_event(message);
  return event ? std::visit(MarketText{}, *event) : "unreadable: " + event.error().text;
}

// ---- the tests
// ----------------------------------------------------------------------------------------

TEST(BinanceWire, EveryCaseTellsWhatStandsBesideIt) {
  // CAUSEWAY_WRITE_EXPECTED=1 writes the expectations of new cases, to be read before they count.
  const bool write = std::getenv("CAUSEWAY_WRITE_EXPECTED") != nullptr;
  Decoder decoder(max_bytes);
  for (const auto& path : cases()) {
    std::string told;
    for (const std::string& message : lines_of(contents(path))) {
      told += told_by(decoder, path.stem().string(), message) + "\n";
    }
    auto expected = path;
    expected.replace_extension(".expected");
    if (write && !std::filesystem::exists(expected)) std::ofstream(expected) << told;
    ASSERT_TRUE(std::filesystem::exists(expected)) << expected;
    EXPECT_EQ(told, contents(expected)) << path;
  }
}

TEST(BinanceWire, EveryFileIsUsedAndItsOriginNamed) {
  const std::string origin = contents(folder / "ORIGIN.md");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto& path = entry.path();
    if (path.filename() == "ORIGIN.md") continue;
    EXPECT_TRUE(path.extension() == ".json" || path.extension() == ".expected") << path;
    auto partner = path;
    partner.replace_extension(path.extension() == ".json" ? ".expected" : ".json");
    EXPECT_TRUE(std::filesystem::exists(partner)) << partner;
    EXPECT_NE(origin.find("`" + path.stem().string() + "`"), std::string::npos) << path;
  }
}

TEST(BinanceWire, EveryTruncationFailsCleanly) {
  Decoder decoder(max_bytes);
  std::size_t tried = 0;
  for (const auto& path : cases()) {
    const std::string name = path.stem().string();
    if (name.starts_with("failure_") || name.find("damaged") != std::string::npos) continue;
    for (const std::string& message : lines_of(contents(path))) {
      for (std::size_t size = 0; size < message.size(); ++size) {
        // A copy of its own, so that reading past the end is seen by the sanitizers.
        const std::vector<char> part(message.begin(),
                                     message.begin() + static_cast<std::ptrdiff_t>(size));
        const std::string_view bytes{part.data(), part.size()};
        ASSERT_FALSE(decoder.api_message(bytes)) << path << " " << size;
        ASSERT_FALSE(decoder.http_reply(200, bytes)) << path << " " << size;
        ASSERT_FALSE(decoder.user_event(bytes)) << path << " " << size;
        ASSERT_FALSE(decoder.market_event(bytes)) << path << " " << size;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 10'000u);
}

TEST(BinanceWire, DamagedMessagesNeverEndInACrash) {
  std::mt19937 random(20'261'121);
  Decoder decoder(max_bytes);
  std::size_t told = 0;
  for (const auto& path : cases()) {
    const std::string name = path.stem().string();
    for (const std::string& message : lines_of(contents(path))) {
      for (int round = 0; round < 200; ++round) {
        std::string damaged = message;
        // The status of a failure stays: the test itself reads it.
        const std::size_t first = name.starts_with("failure_") ? 4 : 0;
        if (damaged.size() <= first) continue;
        for (int i = 0; i < 3; ++i) {
          constexpr std::string_view replacements = "{}[]\",:0-e.\\ntf\x80 9";
          const std::size_t at = first + random() % (damaged.size() - first);
          damaged[at] = replacements[random() % replacements.size()];
        }
        told += told_by(decoder, name, damaged).size();
        for (const auto& [word, read] : readers()) {
          if (decoder.http_reply(200, damaged)) told += read(decoder).size();
        }
      }
    }
  }
  EXPECT_GT(told, 0u);
}

TEST(BinanceWire, DepthAndSizeAreBounded) {
  Decoder decoder(1'000'000);
  EXPECT_FALSE(decoder.user_event(std::string(100'000, '[')));
  EXPECT_FALSE(decoder.http_reply(200, std::string(1'000'001, '0')));
  std::string nested = R"({"id":1,"status":200,"result":)";
  for (int i = 0; i < 30; ++i) nested += "[";
  for (int i = 0; i < 30; ++i) nested += "]";
  EXPECT_FALSE(decoder.api_message(nested + "}"));
  EXPECT_FALSE(decoder.api_message(R"({"id":1,"status":200,"result":{}}x)"));
  EXPECT_FALSE(decoder.api_message(std::string{"{\"status\":200}\0{}", 17}));
}

TEST(BinanceWire, WrappedEventsReadLikeRawOnes) {
  Decoder decoder(max_bytes);
  std::size_t compared = 0;
  for (const auto& path : cases()) {
    const std::string name = path.stem().string();
    if (!name.starts_with("user_") && !name.starts_with("market_")) continue;
    for (const std::string& message : lines_of(contents(path))) {
      if (message.find("\"e\":") == std::string::npos) continue;
      if (message.find("\"stream\"") != std::string::npos) continue;
      const std::string raw = told_by(decoder, name, message);
      EXPECT_EQ(told_by(decoder, name, R"({"stream":"x","data":)" + message + "}"), raw) << path;
      ++compared;
    }
  }
  EXPECT_GT(compared, 20u);
}

TEST(BinanceWire, HeadersTellLimits) {
  LimitHeaders limits;
  read_header(limits, "X-MBX-USED-WEIGHT-1M", "41");
  read_header(limits, "x-mbx-order-count-10s", "3");
  read_header(limits, "X-Mbx-Order-Count-1M", "30");
  read_header(limits, "retry-after", "17");
  EXPECT_EQ(limits, (LimitHeaders{41, 3, 30, 17}));
  read_header(limits, "X-MBX-USED-WEIGHT-1M", "many");
  read_header(limits, "X-MBX-USED-WEIGHT-1M", "-1");
  read_header(limits, "X-MBX-USED-WEIGHT", "7");
  EXPECT_EQ(limits.used_weight_1m, 41);
}

}  // namespace
}  // namespace causeway::translators::binance
