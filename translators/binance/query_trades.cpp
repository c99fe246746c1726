#include <algorithm>
#include <map>
#include <set>

#include "translators/binance/query_kinds.hpp"

// All trades since a time. The venue tells trades by symbol only, so the symbols come first: those
// that were named, those with a position or open orders, those that the wallet shows to have
// traded. Its trades carry no client id: the orders they belong to are looked up.
namespace causeway::translators::binance {
namespace {

using wire::Method;
using wire::Parameter;

constexpr std::int64_t page = 1'000;
// Queries by time reach over seven days at most.
constexpr std::int64_t window_ms = std::int64_t{7} * 86'400'000 - 1;
// Further back the wallet's movements are not kept.
constexpr std::int64_t longest_ms = std::int64_t{89} * 86'400'000;
// The end lies ahead of both clocks: it only has to be there.
constexpr std::int64_t ahead_ms = 60'000;
// So many orders of a symbol are looked up one by one.
constexpr std::ptrdiff_t few = 3;

class TradesQuery final : public Query {
 public:
  TradesQuery(const VenueRequest& request, AlgoOrders& orders, fixspec::LogSink& log)
      : Query(request, orders), ask_(std::get<QueryTrades>(request_.ask)), log_(log) {
    for (const fixspec::InstrumentKey& instrument : ask_.instruments) {
      symbols_.insert(instrument.symbol);
    }
  }

  Step begin(fixspec::Timestamp now) override {
    const std::int64_t now_ms = now.utc_ns / fixspec::nanos_per_milli;
    // Not later than now: the venue refuses a start behind the end, again and again.
    since_ms_ = std::clamp(ask_.since / fixspec::nanos_per_milli, now_ms - longest_ms, now_ms);
    end_ms_ = now_ms + ahead_ms;
    stage_ = Stage::Positions;
    return Call{.make = [] { return wire::Call{Method::Positions}; }};
  }

  Step on_reply(const Decoder& body) override {
    switch (stage_) {
      case Stage::Positions:
        return on_positions(body);
      case Stage::Wallet:
        return on_wallet(body);
      case Stage::Trades:
        return on_trades(body);
      case Stage::Parents:
        return on_parents(body);
      case Stage::Orders:
        return on_order(body);
      case Stage::OrderPages:
        return on_orders(body);
    }
    return unknown("a reply that nobody has asked for");
  }

  std::optional<Step> on_refused(const Judgement& judgement) override {
    // An order that the venue has forgotten is none that is still open here.
    if (stage_ == Stage::Orders && judgement.verdict == Verdict::NotFound) {
      numbers_.erase(asking_);
      return next_order();
    }
    if (stage_ == Stage::Trades && judgement.code == fixspec::RejectCode::UnknownSymbol) {
      log_.warning("venue_symbol_unknown", {{"venue", "binance"}, {"symbol", symbol_.to_string()}});
      return next_symbol();
    }
    return std::nullopt;
  }

 private:
  enum class Stage : std::uint8_t { Positions, Wallet, Trades, Parents, Orders, OrderPages };

  struct Unnamed {
    fixspec::Symbol symbol;
    std::int64_t number = 0;
    friend auto operator<=>(const Unnamed&, const Unnamed&) = default;
  };

  Step on_positions(const Decoder& body) {
    const auto rows = body.positions();
    if (!rows) return unknown(rows.error().text);
    for (const wire::Position& row : *rows) add_symbol(row.symbol);
    stage_ = Stage::Wallet;
    start_ms_ = since_ms_;
    return ask_wallet();
  }

  void add_symbol(std::string_view symbol) {
    if (const auto key = key_of(symbol)) symbols_.insert(key->symbol);
  }

  Step ask_wallet() {
    return Call{.make = [start = start_ms_, end = window_end(), number = page_] {
      return wire::Call{Method::Income}
          .with(Parameter::StartTime, start)
          .with(Parameter::EndTime, end)
          .with(Parameter::Limit, page)
          .with(Parameter::Page, number);
    }};
  }

  Step on_wallet(const Decoder& body) {
    const auto rows = body.incomes();
    if (!rows) return unknown(rows.error().text);
    for (const wire::Income& row : *rows) {
      if (!row.symbol.empty()) add_symbol(row.symbol);
    }
    ++page_;
    if (static_cast<std::int64_t>(rows->size()) < page) {
      page_ = 1;
      start_ms_ = window_end() + 1;
      if (start_ms_ > end_ms_) {
        stage_ = Stage::Trades;
        return next_symbol();
      }
    }
    return ask_wallet();
  }

  [[nodiscard]] std::int64_t window_end() const { return std::min(start_ms_ + window_ms, end_ms_); }

  // ---- the trades of each symbol ---------------------------------------------------------------

  Step next_symbol() {
    if (symbols_.empty()) return name_orders();
    symbol_ = symbols_.extract(symbols_.begin()).value();
    seen_.clear();
    start_ms_ = since_ms_;
    return ask_trades();
  }

  Step ask_trades() {
    return Call{.make = [symbol = symbol_, start = start_ms_, end = window_end()] {
      return wire::Call{Method::UserTrades}
          .with(Parameter::Symbol, symbol.view())
          .with(Parameter::StartTime, start)
          .with(Parameter::EndTime, end)
          .with(Parameter::Limit, page);
    }};
  }

  Step on_trades(const Decoder& body) {
    const auto rows = body.user_trades();
    if (!rows) return unknown(rows.error().text);
    for (const wire::UserTrade& row : *rows) {
      if (!seen_.insert(row.id).second) continue;
      auto fill = to_fill(row, Source::Query, std::nullopt);
      if (!fill) return unknown(fill.error().text);
      numbers_[{symbol_, row.order_id}].push_back(fills_.size());
      fills_.push_back(std::move(*fill));
    }
    if (static_cast<std::int64_t>(rows->size()) >= page) {
      // Trades of the last millisecond may go on behind the page: it is asked for again.
      const std::int64_t last_ms = rows->back().time_ms;
      if (last_ms <= start_ms_) {
        return unknown("more than " + std::to_string(page) +
                       " trades in one millisecond: they cannot be told apart by time");
      }
      start_ms_ = last_ms;
      return ask_trades();
    }
    start_ms_ = window_end() + 1;
    return start_ms_ > end_ms_ ? next_symbol() : ask_trades();
  }

  // ---- whose they are --------------------------------------------------------------------------

  // The client ids of the orders that are known; the others are asked about.
  Step name_orders() {
    name_known();
    for (const auto& [order, fills] : numbers_) parent_symbols_.insert(order.symbol);
    stage_ = Stage::Parents;
    return next_parents();
  }

  void name_known() {
    std::erase_if(numbers_, [this](const auto& order) {
      const auto owner =
          orders_.owner_of(to_venue_order_id({.number = order.first.number, .algo = false}));
      if (owner) name(order.second, owner);
      return owner.has_value();
    });
  }

  void name(const std::vector<std::size_t>& fills,
            const std::optional<fixspec::VenueClOrdId>& client_id) {
    for (const std::size_t index : fills) fills_[index].client_id = client_id;
  }

  Step next_parents() {
    if (parent_symbols_.empty()) {
      name_known();
      stage_ = Stage::Orders;
      return next_order();
    }
    const fixspec::Symbol symbol = parent_symbols_.extract(parent_symbols_.begin()).value();
    return Call{.make = [symbol] {
      return wire::Call{Method::AllAlgoOrders}
          .with(Parameter::Symbol, symbol.view())
          .with(Parameter::Limit, page);
    }};
  }

  Step on_parents(const Decoder& body) {
    if (std::string error = learn_parents(body, orders_); !error.empty()) {
      return unknown(std::move(error));
    }
    return next_parents();
  }

  // A few are asked for one by one, many by the page.
  Step next_order() {
    if (numbers_.empty()) {
      sort_by_time(fills_);
      return Trades{
          .request_id = request_.request_id, .since = ask_.since, .fills = std::move(fills_)};
    }
    const Unnamed wanted = numbers_.begin()->first;
    const auto same = std::count_if(numbers_.begin(), numbers_.end(), [&](const auto& order) {
      return order.first.symbol == wanted.symbol;
    });
    asking_ = wanted;
    if (same > few) {
      stage_ = Stage::OrderPages;
      return Call{.make = [wanted] {
        return wire::Call{Method::AllOrders}
            .with(Parameter::Symbol, wanted.symbol.view())
            .with(Parameter::OrderId, wanted.number)
            .with(Parameter::Limit, page);
      }};
    }
    stage_ = Stage::Orders;
    return Call{.make = [wanted] {
      return wire::Call{Method::QueryOrder}
          .with(Parameter::Symbol, wanted.symbol.view())
          .with(Parameter::OrderId, wanted.number);
    }};
  }

  Step on_order(const Decoder& body) {
    const auto row = body.order();
    if (!row) return unknown(row.error().text);
    take(*row);
    numbers_.erase(asking_);
    return next_order();
  }

  Step on_orders(const Decoder& body) {
    const auto rows = body.orders();
    if (!rows) return unknown(rows.error().text);
    std::int64_t last = asking_.number;
    for (const wire::Order& row : *rows) {
      take(row);
      last = std::max(last, row.order_id);
    }
    const bool all = static_cast<std::int64_t>(rows->size()) < page;
    // What the page has passed by is no order that is still open here: the venue has forgotten it.
    std::erase_if(numbers_, [&](const auto& order) {
      return order.first.symbol == asking_.symbol && (all || order.first.number <= last);
    });
    return next_order();
  }

  void take(const wire::Order& row) {
    const auto found = numbers_.find({asking_.symbol, row.order_id});
    if (found == numbers_.end()) return;
    name(found->second, binance::client_id_of(row.client_order_id));
    for (const std::size_t index : found->second) {
      fills_[index].origin = origin_of(row.client_order_id);
    }
  }

  const QueryTrades ask_;
  fixspec::LogSink& log_;
  Stage stage_ = Stage::Positions;
  std::int64_t since_ms_ = 0;
  std::int64_t end_ms_ = 0;
  std::int64_t start_ms_ = 0;
  std::int64_t page_ = 1;
  std::set<fixspec::Symbol> symbols_;
  fixspec::Symbol symbol_;  ///< whose trades are being read
  std::unordered_set<std::int64_t> seen_;
  std::vector<Fill> fills_;
  std::map<Unnamed, std::vector<std::size_t>> numbers_;  ///< orders, and which fills are theirs
  std::set<fixspec::Symbol> parent_symbols_;
  Unnamed asking_;
};

}  // namespace

std::unique_ptr<Query> make_trades_query(const VenueRequest& request, AlgoOrders& orders,
                                         fixspec::LogSink& log) {
  return std::make_unique<TradesQuery>(request, orders, log);
}

}  // namespace causeway::translators::binance
