#include "tests/translators/told_text.hpp"

#include <optional>
#include <string_view>

namespace causeway::translators {
namespace {

class Line {
 public:
  explicit Line(std::string name) : text_(std::move(name)) {}

  Line& put(std::string_view name, std::string_view value) {
    if (!value.empty()) text_.append(" ").append(name).append("=").append(value);
    return *this;
  }
  Line& put(std::string_view name, std::int64_t value) {
    return value == 0 ? *this : put(name, std::to_string(value));
  }
  Line& flag(std::string_view name, bool value) {
    if (value) text_.append(" ").append(name);
    return *this;
  }
  template <class T>
  Line& maybe(std::string_view name, const std::optional<T>& value) {
    return value ? put(name, value->to_string()) : *this;
  }
  [[nodiscard]] std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string_view to_text(Source source) {
  switch (source) {
    case Source::Reply:
      return "reply";
    case Source::Stream:
      return "stream";
    case Source::Query:
      return "query";
  }
  return "";
}

std::string_view to_text(VenueOrderState state) {
  switch (state) {
    case VenueOrderState::Open:
      return "open";
    case VenueOrderState::Untriggered:
      return "untriggered";
    case VenueOrderState::Triggered:
      return "triggered";
    case VenueOrderState::Filled:
      return "filled";
    case VenueOrderState::Canceled:
      return "canceled";
    case VenueOrderState::Rejected:
      return "rejected";
    case VenueOrderState::Expired:
      return "expired";
  }
  return "";
}

std::string key_text(const fixspec::InstrumentKey& key) {
  return std::string{fixspec::to_text(key.segment)} + ":" + key.symbol.to_string();
}

std::string side_text(fixspec::Side side) { return side == fixspec::Side::Buy ? "buy" : "sell"; }

std::string milliseconds(fixspec::UtcNanos time) {
  return time == 0 ? "" : std::to_string(time / fixspec::nanos_per_milli);
}

template <class Enum>
std::string number_of(const std::optional<Enum>& value) {
  return value ? std::to_string(static_cast<int>(*value)) : "";
}

struct Visitor {
  std::string operator()(const OrderUpdate& update) const {
    return Line{"order"}
        .put("source", to_text(update.source))
        .put("request", static_cast<std::int64_t>(update.request_id))
        .maybe("client_id", update.client_id)
        .put("id", update.venue_order_id.view())
        .put("instrument", key_text(update.instrument))
        .put("state", to_text(update.state))
        .put("side", side_text(update.side))
        .put("type", std::string(1, static_cast<char>(update.ord_type)))
        .put("qty", update.order_qty.to_string())
        .put("cum", update.cum_qty.to_string())
        .maybe("price", update.price)
        .maybe("stop_px", update.stop_px)
        .put("time", milliseconds(update.venue_time))
        .flag("amended", update.amended)
        .put("reason", update.reason)
        .put("reject", update.reject_code ? fixspec::to_text(*update.reject_code) : "")
        .put("origin", number_of(update.origin))
        .text();
  }
  std::string operator()(const Fill& fill) const {
    Line line{"fill"};
    line.put("source", to_text(fill.source))
        .maybe("client_id", fill.client_id)
        .put("id", fill.venue_order_id.view())
        .put("instrument", key_text(fill.instrument))
        .put("side", side_text(fill.side))
        .put("trade", fill.trade.trade_id.view())
        .put("qty", fill.trade.last_qty.to_string())
        .put("px", fill.trade.last_px.to_string());
    if (fill.trade.liquidity) {
      line.put("liquidity",
               *fill.trade.liquidity == fixspec::LiquidityInd::Added ? "added" : "removed");
    }
    if (fill.trade.fee) {
      line.put("fee", fill.trade.fee->amount.to_string() + fill.trade.fee->currency.to_string());
    }
    return line.put("time", milliseconds(fill.venue_time))
        .put("origin", number_of(fill.origin))
        .text();
  }
  std::string operator()(const RequestRefused& refused) const {
    return Line{"refused"}
        .put("request", static_cast<std::int64_t>(refused.request_id))
        .put("kind", translators::to_text(refused.kind))
        .put("client_id", refused.client_id.view())
        .put("code", fixspec::to_text(refused.detail.code))
        .put("venue_code", refused.detail.venue_error_code)
        .put("venue_text", "'" + refused.detail.venue_error_text + "'")
        .flag("order_may_be_closed", refused.order_may_be_closed)
        .text();
  }
  std::string operator()(const RequestNotSent& not_sent) const {
    return Line{"not_sent"}
        .put("request", static_cast<std::int64_t>(not_sent.request_id))
        .put("kind", translators::to_text(not_sent.kind))
        .put("client_id", not_sent.client_id.view())
        .put("code", fixspec::to_text(not_sent.code))
        .put("reason", "'" + not_sent.reason + "'")
        .text();
  }
  std::string operator()(const RequestUnknown& unknown) const {
    return Line{"unknown"}
        .put("request", static_cast<std::int64_t>(unknown.request_id))
        .put("kind", translators::to_text(unknown.kind))
        .put("client_id", unknown.client_id.view())
        .put("reason", "'" + unknown.reason + "'")
        .text();
  }
  std::string operator()(const QueryAnswer& answer) const {
    std::string text = Line{"query_answer"}
                           .put("request", static_cast<std::int64_t>(answer.request_id))
                           .put("client_id", answer.client_id.view())
                           .flag("absent", !answer.order)
                           .text();
    if (answer.order) text += "\n  " + (*this)(*answer.order);
    for (const Fill& fill : answer.fills) text += "\n  " + (*this)(fill);
    return text;
  }
  std::string operator()(const OpenOrders& open) const {
    std::string text =
        Line{"open_orders"}.put("request", static_cast<std::int64_t>(open.request_id)).text();
    for (const OrderUpdate& order : open.orders) text += "\n  " + (*this)(order);
    return text;
  }
  std::string operator()(const Trades& trades) const {
    std::string text = Line{"trades"}
                           .put("request", static_cast<std::int64_t>(trades.request_id))
                           .put("since", milliseconds(trades.since))
                           .text();
    for (const Fill& fill : trades.fills) text += "\n  " + (*this)(fill);
    return text;
  }
  std::string operator()(const Positions& positions) const {
    std::string text =
        Line{"positions"}.put("request", static_cast<std::int64_t>(positions.request_id)).text();
    for (const Position& position : positions.positions) {
      text += "\n  " + Line{"position"}
                           .put("instrument", key_text(position.instrument))
                           .put("size", position.size.to_string())
                           .maybe("average", position.average_price)
                           .text();
    }
    return text;
  }
  std::string operator()(const Balances& balances) const {
    std::string text =
        Line{"balances"}.put("request", static_cast<std::int64_t>(balances.request_id)).text();
    for (const Balance& balance : balances.balances) {
      text += "\n  " + Line{"balance"}
                           .put("currency", balance.currency.view())
                           .put("equity", balance.equity)
                           .put("balance", balance.balance)
                           .put("available", balance.available)
                           .text();
    }
    return text;
  }
  std::string operator()(const AccountLink& link) const {
    return Line{link.up ? "link up" : "link down"}.put("reason", link.reason).text();
  }
  std::string operator()(const Instruments& list) const {
    std::string text = Line{"instruments"}.flag("complete", list.complete).text();
    for (const auto& instrument : list.instruments) text += "\n  " + to_line(instrument);
    return text;
  }
};

}  // namespace

std::string to_line(const Told& told) { return std::visit(Visitor{}, told); }

std::string to_line(const MarketUpdate& update) {
  return Line{"market"}
      .put("instrument", key_text(update.instrument))
      .maybe("bid", update.best_bid)
      .maybe("bid_qty", update.best_bid_qty)
      .maybe("ask", update.best_ask)
      .maybe("ask_qty", update.best_ask_qty)
      .maybe("last", update.last)
      .maybe("mark", update.mark)
      .maybe("index", update.index)
      .maybe("funding", update.funding_rate)
      .maybe("open_interest", update.open_interest)
      .put("time", milliseconds(update.venue_time))
      .flag("stale", update.stale)
      .text();
}

std::string to_line(const BookUpdate& update) {
  const auto levels = [](const std::vector<BookLevel>& side) {
    std::string text;
    for (const BookLevel& level : side) {
      text += (text.empty() ? "" : ",") + level.qty.to_string() + "@" + level.price.to_string();
    }
    return text;
  };
  return Line{"book"}
      .put("instrument", key_text(update.instrument))
      .flag("invalid", !update.valid)
      .put("reason", update.reason)
      .put("bids", levels(update.bids))
      .put("asks", levels(update.asks))
      .put("time", milliseconds(update.venue_time))
      .text();
}

std::string to_line(const PublicTrade& trade) {
  Line line{"trade"};
  line.put("instrument", key_text(trade.instrument))
      .put("id", trade.trade_id.view())
      .put("price", trade.price.to_string())
      .put("qty", trade.qty.to_string());
  if (trade.aggressor) {
    line.put("aggressor", *trade.aggressor == fixspec::Side::Buy ? "buy" : "sell");
  }
  return line.put("time", milliseconds(trade.venue_time)).text();
}

std::string to_line(const fixspec::Instrument& instrument) {
  Line line{"instrument"};
  line.put("key", key_text(instrument.key))
      .put("contract", std::string(1, static_cast<char>(instrument.contract_type)))
      .put("base", instrument.base.view())
      .put("quote", instrument.quote.view())
      .put("settle", instrument.settle.view())
      .put("index", instrument.price_index)
      .put("expiry", instrument.expiry_utc_ns ? milliseconds(*instrument.expiry_utc_ns) : "")
      .maybe("strike", instrument.strike);
  if (instrument.put_or_call) {
    line.put("right", *instrument.put_or_call == fixspec::PutOrCall::Call ? "call" : "put");
  }
  line.put("multiplier", instrument.contract_multiplier.to_string())
      .put("tick", instrument.tick.to_string());
  for (const auto& step : instrument.tick_steps) {
    line.put("tick_above_" + step.above_price.to_string(), step.tick.to_string());
  }
  return line.put("step", instrument.qty_step.to_string())
      .put("min", instrument.min_qty.to_string())
      .put("status", std::to_string(static_cast<int>(instrument.status)))
      .text();
}

}  // namespace causeway::translators
