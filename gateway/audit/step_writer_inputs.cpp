#include "gateway/audit/step_writer.hpp"

namespace causeway::gateway::audit {

/// What a request of any kind has for the table; what a kind has not stays absent.
struct StepWriter::RequestRow {
  std::string msg_type;
  std::optional<fixspec::ClOrdId> cl_ord_id;
  std::optional<fixspec::ClOrdId> orig_cl_ord_id;
  std::optional<fixspec::AccountId> account;
  std::optional<fixspec::Symbol> symbol;
  std::optional<fixspec::Side> side;
  std::optional<fixspec::OrdType> ord_type;
  std::optional<fixspec::TimeInForce> time_in_force;
  std::optional<fixspec::Quantity> order_qty;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Price> stop_px;
};

/// What a venue's event of any kind has for the table.
struct StepWriter::EventRow {
  std::string_view kind;
  std::optional<translators::Source> source;
  std::optional<translators::RequestId> request_id;
  OptionalText venue_cl_ord_id;
  OptionalText venue_order_id;
  OptionalText symbol;
  std::optional<translators::VenueOrderState> state;
  std::optional<fixspec::Quantity> order_qty;
  std::optional<fixspec::Quantity> cum_qty;
  std::optional<fixspec::Price> price;
  std::optional<fixspec::Trade> trade;
  std::optional<fixspec::UtcNanos> venue_time;
  std::string text;
};

namespace {

std::optional<fixspec::Symbol> symbol_of(const std::optional<fixspec::InstrumentRef>& instrument) {
  return instrument ? std::optional{instrument->symbol} : std::nullopt;
}

std::optional<translators::RequestId> if_answers(translators::RequestId request_id) {
  return request_id == 0 ? std::nullopt : std::optional{request_id};
}

}  // namespace

StepWriter::RequestRow StepWriter::row_of(const fixspec::ClientRequest& request) {
  struct Visitor {
    RequestRow operator()(const fixspec::NewOrderSingle& r) const {
      return {.msg_type = "D",
              .cl_ord_id = r.cl_ord_id,
              .orig_cl_ord_id = {},
              .account = r.account,
              .symbol = r.instrument.symbol,
              .side = r.side,
              .ord_type = r.ord_type,
              .time_in_force = r.time_in_force,
              .order_qty = r.order_qty,
              .price = r.price,
              .stop_px = r.stop_px};
    }
    RequestRow operator()(const fixspec::OrderCancelReplaceRequest& r) const {
      return {.msg_type = "G",
              .cl_ord_id = r.cl_ord_id,
              .orig_cl_ord_id = r.orig_cl_ord_id,
              .account = {},
              .symbol = r.instrument.symbol,
              .side = r.side,
              .ord_type = r.ord_type,
              .time_in_force = r.time_in_force,
              .order_qty = r.order_qty,
              .price = r.price,
              .stop_px = r.stop_px};
    }
    RequestRow operator()(const fixspec::OrderCancelRequest& r) const {
      RequestRow row{.msg_type = "F", .cl_ord_id = r.cl_ord_id};
      row.orig_cl_ord_id = r.orig_cl_ord_id;
      row.symbol = symbol_of(r.instrument);
      row.side = r.side;
      return row;
    }
    RequestRow operator()(const fixspec::OrderMassCancelRequest& r) const {
      RequestRow row{.msg_type = "q", .cl_ord_id = r.cl_ord_id};
      row.account = r.account;
      row.symbol = symbol_of(r.instrument);
      row.side = r.side;
      return row;
    }
    RequestRow operator()(const fixspec::OrderStatusRequest& r) const {
      RequestRow row{.msg_type = "H", .cl_ord_id = r.cl_ord_id};
      row.symbol = symbol_of(r.instrument);
      row.side = r.side;
      return row;
    }
    RequestRow operator()(const fixspec::OrderMassStatusRequest& r) const {
      RequestRow row{.msg_type = "AF"};
      row.account = r.account;
      row.symbol = symbol_of(r.instrument);
      row.side = r.side;
      return row;
    }
    RequestRow operator()(const fixspec::RefusedRequest& r) const {
      RequestRow row{.msg_type = std::string(1, r.msg_type), .cl_ord_id = r.cl_ord_id};
      row.orig_cl_ord_id = r.orig_cl_ord_id;
      row.account = r.account;
      row.symbol = symbol_of(r.instrument);
      row.side = r.side;
      row.order_qty = r.order_qty;
      return row;
    }
  };
  return std::visit(Visitor{}, request);
}

void StepWriter::on(const engine::ClientInput& client) { write(client, row_of(client.request)); }

void StepWriter::write(const engine::ClientInput& client, const RequestRow& row) {
  write_session(client.session, 1);
  const auto& reference = client.reference;
  const bool has_reference = reference.mark || reference.index;
  // A mass request is about no one order, whatever it ends up cancelling or reporting.
  const bool names_order = row.msg_type != "q" && row.msg_type != "AF";
  OptionalText order_id;
  if (names_order) {
    order_id = order_in_step(row.cl_ord_id ? row.cl_ord_id->view() : std::string_view{});
    if (!order_id) order_id = order_in_step({});
  }
  run(sql_.request.bind(sequence_)
          .bind(now_)
          .bind(client.session.view())
          .bind(client.msg_seq_num)
          .bind(row.msg_type)
          .bind(text_of(row.cl_ord_id))
          .bind(text_of(row.orig_cl_ord_id))
          .bind(order_id)
          .bind(text_of(row.account))
          .bind(text_of(row.symbol))
          .bind(words_of(row.side))
          .bind(words_of(row.ord_type))
          .bind(words_of(row.time_in_force))
          .bind(text_of(row.order_qty))
          .bind(text_of(row.price))
          .bind(text_of(row.stop_px))
          .bind(text_of(reference.mark))
          .bind(text_of(reference.index))
          .bind(has_reference ? std::optional{reference.age_ms} : std::nullopt)
          .bind(describe(client.request)));
}

void StepWriter::on(const engine::StartInput& start) {
  run(sql_.run.bind(start.epoch)
          .bind(start.instance)
          .bind(sequence_)
          .bind(now_)
          .bind(start.limits.size())
          .bind(start.permissions.sessions.size()));
}

StepWriter::EventRow StepWriter::row_of(const translators::OrderUpdate& update) {
  return {.kind = "order",
          .source = update.source,
          .request_id = if_answers(update.request_id),
          .venue_cl_ord_id = text_of(update.client_id),
          .venue_order_id = if_any(update.venue_order_id),
          .symbol = update.instrument.symbol.to_string(),
          .state = update.state,
          .order_qty = update.order_qty,
          .cum_qty = update.cum_qty,
          .price = update.price,
          .trade = {},
          .venue_time = update.venue_time,
          .text = describe(update)};
}

StepWriter::EventRow StepWriter::row_of(const translators::Fill& fill) {
  EventRow row{.kind = "fill", .source = fill.source, .venue_cl_ord_id = text_of(fill.client_id)};
  row.venue_order_id = if_any(fill.venue_order_id);
  row.symbol = fill.instrument.symbol.to_string();
  row.trade = fill.trade;
  row.venue_time = fill.venue_time;
  row.text = describe(fill);
  return row;
}

StepWriter::EventRow StepWriter::row_of(const translators::Told& told) {
  struct Visitor {
    EventRow operator()(const translators::OrderUpdate& t) const { return row_of(t); }
    EventRow operator()(const translators::Fill& t) const { return row_of(t); }
    EventRow operator()(const translators::RequestRefused& t) const {
      return about("refused", t.request_id, t.client_id);
    }
    EventRow operator()(const translators::RequestNotSent& t) const {
      return about("not sent", t.request_id, t.client_id);
    }
    EventRow operator()(const translators::RequestUnknown& t) const {
      return about("unknown", t.request_id, t.client_id);
    }
    EventRow operator()(const translators::QueryAnswer& t) const {
      return about("query answer", t.request_id, t.client_id);
    }
    EventRow operator()(const translators::OpenOrders& t) const {
      return about("open orders", t.request_id, {});
    }
    EventRow operator()(const translators::Trades& t) const {
      return about("trades", t.request_id, {});
    }
    EventRow operator()(const translators::Positions& t) const {
      return about("positions", t.request_id, {});
    }
    EventRow operator()(const translators::Balances& t) const {
      return about("balances", t.request_id, {});
    }
    EventRow operator()(const translators::AccountLink&) const { return about("link", 0, {}); }
    EventRow operator()(const translators::Instruments&) const {
      return about("instruments", 0, {});
    }
    static EventRow about(std::string_view kind, translators::RequestId request_id,
                          const fixspec::VenueClOrdId& client_id) {
      EventRow row{.kind = kind, .source = {}, .request_id = if_answers(request_id)};
      row.venue_cl_ord_id = if_any(client_id);
      return row;
    }
  };
  EventRow row = std::visit(Visitor{}, told);
  row.text = describe(told);
  return row;
}

void StepWriter::on(const engine::VenueInput& venue) {
  const auto& told = venue.event.told;
  write(venue, row_of(told));
  const auto write_each = [&](const auto& list) {
    for (const auto& element : list) {
      ++position_;
      write(venue, row_of(element));
    }
  };
  if (const auto* answer = std::get_if<translators::QueryAnswer>(&told)) {
    if (answer->order) write_each(std::vector{*answer->order});
    write_each(answer->fills);
  } else if (const auto* orders = std::get_if<translators::OpenOrders>(&told)) {
    write_each(orders->orders);
  } else if (const auto* trades = std::get_if<translators::Trades>(&told)) {
    write_each(trades->fills);
  } else if (const auto* instruments = std::get_if<translators::Instruments>(&told)) {
    for (const auto& instrument : instruments->instruments) write_instrument(instrument);
  }
}

void StepWriter::write(const engine::VenueInput& venue, const EventRow& row) {
  const OptionalText order_id =
      order_at_venue(row.venue_cl_ord_id, row.venue_order_id, venue.event.account);
  OptionalText trade_id;
  OptionalText last_qty;
  OptionalText last_px;
  if (row.trade) {
    trade_id = row.trade->trade_id.to_string();
    last_qty = row.trade->last_qty.to_string();
    last_px = row.trade->last_px.to_string();
  }
  run(sql_.venue_event.bind(sequence_)
          .bind(position_)
          .bind(now_)
          .bind(to_fix(venue.event.venue))
          .bind(venue.event.account.view())
          .bind(row.kind)
          .bind(words_of(row.source))
          .bind(row.request_id)
          .bind(order_id)
          .bind(row.venue_cl_ord_id)
          .bind(row.venue_order_id)
          .bind(row.symbol)
          .bind(words_of(row.state))
          .bind(text_of(row.order_qty))
          .bind(text_of(row.cum_qty))
          .bind(text_of(row.price))
          .bind(trade_id)
          .bind(last_qty)
          .bind(last_px)
          .bind(row.venue_time)
          .bind(row.text));
}

void StepWriter::write_instrument(const fixspec::Instrument& instrument) {
  run(sql_.instrument.bind(to_fix(instrument.key.venue))
          .bind(to_text(instrument.key.segment))
          .bind(instrument.key.symbol.view())
          .bind(to_words(instrument.security_type))
          .bind(to_words(instrument.contract_type))
          .bind(instrument.base.view())
          .bind(instrument.quote.view())
          .bind(instrument.settle.view())
          .bind(instrument.expiry_utc_ns)
          .bind(words_of(instrument.put_or_call))
          .bind(text_of(instrument.strike))
          .bind(to_words(instrument.qty_type))
          .bind(instrument.contract_multiplier.to_string())
          .bind(instrument.tick.to_string())
          .bind(instrument.qty_step.to_string())
          .bind(instrument.min_qty.to_string())
          .bind(text_of(instrument.max_qty))
          .bind(text_of(instrument.min_notional))
          .bind(to_words(instrument.status))
          .bind(now_));
}

}  // namespace causeway::gateway::audit
