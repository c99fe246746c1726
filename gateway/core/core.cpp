#include "gateway/core/core.hpp"

#include <algorithm>
#include <utility>

#include "fixspec/crash_point.hpp"
#include "gateway/core/record.hpp"
#include "gateway/core/state.hpp"
#include "gateway/journal/reader.hpp"
#include "gateway/journal/sessions.hpp"

namespace causeway::gateway::core {
namespace {

// Inputs that wait for one another until the journal is written.
constexpr std::size_t most_at_once = 32;
// What a new order brings about.
constexpr std::size_t usual_outputs = 4;
// Feeds subscribed before anybody has asked.
constexpr std::size_t subscribed_ahead = 200;

fixspec::Result<engine::Input, fixspec::Error> input_of(const journal::RecordView& record) {
  auto body = decode(record.version, record.payload);
  if (body) {
    return engine::Input{.sequence = record.sequence, .now = record.at, .body = std::move(*body)};
  }
  return fixspec::Unexpected{fixspec::Error{
      "record " + std::to_string(record.sequence) + " (segment " + std::to_string(record.segment) +
      ", offset " + std::to_string(record.offset) + "): " + body.error().text}};
}

// The steps of recovery, each marked once what the answer brings about has been carried out.
using Mark = void (*)();
Mark step_of(const translators::Told& told) {
  if (std::holds_alternative<translators::AccountLink>(told)) {
    return [] { fixspec::crash_point("recovery_link_told"); };
  }
  if (std::holds_alternative<translators::Trades>(told)) {
    return [] { fixspec::crash_point("recovery_trades_taken"); };
  }
  if (std::holds_alternative<translators::OpenOrders>(told)) {
    return [] { fixspec::crash_point("recovery_open_orders_taken"); };
  }
  if (std::holds_alternative<translators::QueryAnswer>(told)) {
    return [] { fixspec::crash_point("recovery_order_answered"); };
  }
  if (std::holds_alternative<translators::Positions>(told)) {
    return [] { fixspec::crash_point("recovery_positions_taken"); };
  }
  return [] {};
}

}  // namespace

// ---- replay
// --------------------------------------------------------------------------------------

void Replayer::on_record(const journal::RecordView& record) {
  if (record.type == journal::RecordType::FixOutgoing) {
    if (const auto sent = journal::decode_fix_outgoing(record.payload))
      unsent_.mark_sent(sent->key);
    return;
  }
  if (record.type != journal::RecordType::EngineInput || !error_.empty()) return;
  auto input = input_of(record);
  if (!input) {
    error_ = input.error().text;
    return;
  }
  outputs_.clear();
  engine_.apply(*input, outputs_);
  ++inputs_;
  last_sequence_ = record.sequence;
  for (engine::Output& output : outputs_) {
    if (auto* report = std::get_if<engine::SendReport>(&output)) {
      unsent_.add(std::move(*report));
    }
  }
}

fixspec::Result<fixspec::Done, fixspec::Error> Replayer::restore(std::uint16_t version,
                                                                 std::span<const std::byte> state) {
  error_.clear();
  inputs_ = 0;
  RecentReports unsent;
  const auto last_input = decode_state(version, state, engine_, unsent);
  unsent_.clear();
  for (engine::SendReport& report : unsent) unsent_.add(std::move(report));
  last_sequence_ = last_input ? *last_input : 0;
  if (!last_input) return fixspec::Unexpected{last_input.error()};
  return fixspec::Done{};
}

fixspec::Result<fixspec::Done, fixspec::Error> replay_journal(
    const std::string& directory,
    const std::function<bool(const engine::Input&, engine::Outputs&)>& observer) {
  auto reader = journal::JournalReader::open(directory);
  if (!reader) return fixspec::Unexpected{reader.error()};
  engine::Engine engine;
  engine::Outputs outputs;
  while (true) {
    const auto record = reader->next();
    if (!record) return fixspec::Unexpected{record.error()};
    if (!*record) return fixspec::Done{};
    if ((*record)->type != journal::RecordType::EngineInput) continue;
    const auto input = input_of(**record);
    if (!input) return fixspec::Unexpected{input.error()};
    outputs.clear();
    engine.apply(*input, outputs);
    if (!observer(*input, outputs)) return fixspec::Done{};
  }
}

// ---- the running core
// ----------------------------------------------------------------------------

Core::Core(engine::Engine& engine, journal::Journal& journal, Outlets& outlets, Settings settings)
    : engine_(engine),
      journal_(journal),
      outlets_(outlets),
      settings_(std::move(settings)),
      admission_(engine, settings_.admission) {}

void Core::start(engine::StartInput start, const RecentReports& recent_reports) {
  const auto unfinished = engine_.outstanding_timers();
  permissions_ = start.permissions;
  admission_.start();
  apply(std::move(start));
  fixspec::crash_point("run_begun");
  const auto was_sent = [this](journal::ReportKey key) { return journal_.was_sent(key); };
  for (const auto& report : unsent_of(recent_reports, was_sent)) outlets_.send_report(report);
  fixspec::crash_point("unsent_reports_sent");
  for (const engine::SetTimer& timer : unfinished) outlets_.set_timer(timer);
}

void Core::on_client_request(const fixspec::SessionId& session, fixspec::ClientRequest request,
                             std::uint64_t msg_seq_num) {
  risk::ReferencePrices reference;
  if (const auto* order = std::get_if<fixspec::NewOrderSingle>(&request)) {
    reference = reference_for(order->account, order->instrument);
  } else if (const auto* replace = std::get_if<fixspec::OrderCancelReplaceRequest>(&request)) {
    if (const auto* known = engine_.orders().find(session, replace->orig_cl_ord_id)) {
      if (engine_.instruments().find(known->instrument) != nullptr) want_prices(known->instrument);
      reference = market_.reference(known->instrument, outlets_.now());
    }
  }
  refuse_where_full(session, request);
  apply(engine::ClientInput{.session = session,
                            .request = std::move(request),
                            .reference = reference,
                            .msg_seq_num = msg_seq_num},
        settings_.requests_are_followed_by_release);
}

risk::ReferencePrices Core::reference_for(const fixspec::AccountId& account,
                                          const fixspec::InstrumentRef& instrument) {
  const auto venue = engine_.venue_of(account);
  if (!venue) return {};
  const auto resolved = engine_.instruments().resolve(*venue, instrument);
  if (!resolved) return {};
  const fixspec::InstrumentKey& key = (*resolved)->key;
  want_prices(key);
  return market_.reference(key, outlets_.now());
}

std::optional<std::string> Core::journal_trouble() const {
  const journal::Health health = journal_.health();
  if (health != journal::Health::Good) {
    return "the journal is " + std::string{journal::to_text(health)};
  }
  if (held_.size() >= settings_.max_held_inputs) {
    return std::to_string(held_.size()) + " inputs wait for the journal, the most is " +
           std::to_string(settings_.max_held_inputs);
  }
  if (held_.empty() || journal_.durable_sequence() >= held_.front().sequence) return std::nullopt;
  const std::int64_t waited = outlets_.now().mono_ns - held_.front().input.now.mono_ns;
  if (waited <= settings_.max_held_ns) return std::nullopt;
  return "the journal's disk has not answered for " +
         std::to_string(waited / fixspec::nanos_per_milli) + " ms, the most is " +
         std::to_string(settings_.max_held_ns / fixspec::nanos_per_milli);
}

void Core::refuse_where_full(const fixspec::SessionId& session, fixspec::ClientRequest& request) {
  const auto* const new_order = std::get_if<fixspec::NewOrderSingle>(&request);
  if (new_order == nullptr &&
      !std::holds_alternative<fixspec::OrderCancelReplaceRequest>(request)) {
    return;
  }
  // A repetition makes no order, and is answered as ever.
  if (new_order != nullptr && engine_.orders().is_used(session, new_order->cl_ord_id)) return;
  auto why = journal_trouble();
  if (!why && new_order != nullptr) {
    why = admission_.refusal(new_order->account);
  }
  if (!why) return;
  fixspec::RefusedRequest refused;
  refused.code = fixspec::RejectCode::Overloaded;
  refused.text = std::string{fixspec::to_text(refused.code)} + ": " + *why + "; cancels are served";
  if (const auto* order = std::get_if<fixspec::NewOrderSingle>(&request)) {
    refused.cl_ord_id = order->cl_ord_id;
    refused.account = order->account;
    refused.instrument = order->instrument;
    refused.side = order->side;
    refused.order_qty = order->order_qty;
    request = std::move(refused);
  } else if (const auto* replace = std::get_if<fixspec::OrderCancelReplaceRequest>(&request)) {
    refused.msg_type = 'G';
    refused.cl_ord_id = replace->cl_ord_id;
    refused.orig_cl_ord_id = replace->orig_cl_ord_id;
    request = std::move(refused);
  }
}

void Core::on_timer(std::uint64_t timer_id) {
  engine::TimerInput timer{.timer_id = timer_id, .reference = {}};
  if (const fixspec::InstrumentKey* const instrument = engine_.priced_timer(timer_id)) {
    if (engine_.instruments().find(*instrument) != nullptr) want_prices(*instrument);
    timer.reference = market_.reference(*instrument, outlets_.now());
  }
  apply(timer);
}

void Core::on_venue_event(translators::VenueEvent event) {
  const bool brings_instruments = std::holds_alternative<translators::Instruments>(event.told);
  admission_.heard(event.account);
  const auto mark = step_of(event.told);
  fixspec::crash_point("venue_fact_read");
  apply(engine::VenueInput{.event = std::move(event)});
  mark();
  if (!brings_instruments) return;
  instruments_current_ = false;
  subscribe_tradable();
}

void Core::subscribe_tradable() {
  for (const std::uint64_t number : engine_.orders().open()) {
    const fixspec::InstrumentKey& key = engine_.orders().all().at(number).instrument;
    want_prices(key);
  }
  std::size_t left = subscribed_ahead;
  for (const bool options : {false, true}) {
    for (const auto& [instrument_key, instrument] : engine_.instruments().all()) {
      const fixspec::InstrumentKey& key = instrument_key;
      if ((instrument.security_type == fixspec::SecurityType::Option) != options) continue;
      if (instrument.status != fixspec::SecurityTradingStatus::ReadyToTrade) continue;
      const bool wanted = std::any_of(
          permissions_.sessions.begin(), permissions_.sessions.end(),
          [&](const auto& session) { return risk::allows_symbol(session.second, key.symbol); });
      if (!wanted || left == 0) continue;
      --left;
      want_prices(key);
    }
  }
}

// ---- market data
// ---------------------------------------------------------------------------------------

void Core::want_prices(const fixspec::InstrumentKey& instrument) {
  if (const auto interest = market_.want_prices(instrument)) {
    outlets_.subscribe_market(instrument, *interest);
  }
}

void Core::on_market_update(const translators::MarketUpdate& update) {
  const std::size_t before = market_.without_price();
  if (market_.put(update, outlets_.now())) outlets_.on_market_changed(update.instrument);
  if (before > 0 && market_.without_price() == 0) outlets_.on_prices_complete();
}

void Core::on_book_update(const translators::BookUpdate& update) {
  if (market_.put(update)) outlets_.on_market_changed(update.instrument);
}

void Core::on_public_trade(const translators::PublicTrade& trade) {
  if (market_.put(trade)) outlets_.on_market_changed(trade.instrument);
}

bool Core::may_see_market(const fixspec::SessionId& session,
                          const fixspec::InstrumentKey& instrument) const {
  const auto found = permissions_.sessions.find(session);
  return found != permissions_.sessions.end() &&
         risk::allows_symbol(found->second, instrument.symbol);
}

const MarketState& Core::watch_market(const fixspec::InstrumentKey& instrument,
                                      translators::MarketInterest interest) {
  const auto changed = market_.watch(instrument, interest);
  if (changed) outlets_.subscribe_market(instrument, *changed);
  return market_.state(instrument);
}

void Core::unwatch_market(const fixspec::InstrumentKey& instrument,
                          translators::MarketInterest interest) {
  const auto changed = market_.unwatch(instrument, interest);
  if (changed) outlets_.subscribe_market(instrument, *changed);
}

void Core::apply(engine::InputBody body, bool release_follows) {
  engine::Input input{.now = outlets_.now(), .body = std::move(body)};
  writer_.clear();
  encode(input.body, writer_);
  input.sequence =
      journal_.append(journal::RecordType::EngineInput, input_version, input.now, writer_.bytes());
  fixspec::crash_point("input_appended");
  Held held{.sequence = input.sequence, .input = std::move(input), .outputs = {}};
  if (!spare_outputs_.empty()) {
    held.outputs = std::move(spare_outputs_.back());
    spare_outputs_.pop_back();
  } else {
    held.outputs.reserve(usual_outputs);
  }
  engine_.apply(held.input, held.outputs);
  for (const engine::Output& output : held.outputs) {
    const auto* send = std::get_if<engine::SendRequest>(&output);
    if (send == nullptr) continue;
    if (std::holds_alternative<translators::PlaceOrder>(send->request.ask)) {
      admission_.placed(send->request.account, held.input.sequence);
    }
    writer_.clear();
    encode(send->request, writer_);
    held.sequence = journal_.append(journal::RecordType::VenueIntent, input_version, held.input.now,
                                    writer_.bytes());
  }
  fixspec::crash_point("intents_appended");
  held_.push_back(std::move(held));
  pause_where_full();
  if (!release_follows || held_.size() >= most_at_once) release_now_or_soon();
}

void Core::release_now_or_soon() {
  if (settings_.durability == journal::Durability::Process || !settings_.release_soon) {
    release();
  } else {
    settings_.release_soon();
  }
}

void Core::release() {
  // What is carried out may bring the next input; it joins the queue behind.
  if (releasing_ || held_.empty()) return;
  releasing_ = true;
  while (!held_.empty()) {
    report_held();
    if (journal_.durable_sequence() < held_.front().sequence && !settings_.make_durable()) {
      send_held_cancels();
      settings_.release_later();
      break;
    }
    Held held = std::move(held_.front());
    held_.pop_front();
    fixspec::crash_point("input_kept");
    for (const engine::Output& output : held.outputs) carry_out(output);
    fixspec::crash_point("input_carried_out");
    outlets_.on_applied(std::move(held.input), std::move(held.outputs));
    if (held.outputs.capacity() > 0 && spare_outputs_.size() < most_at_once) {
      held.outputs.clear();
      spare_outputs_.push_back(std::move(held.outputs));
    }
  }
  releasing_ = false;
  pause_where_full();
}

void Core::pause_where_full() {
  const bool full = held_.size() >= (paused_ ? settings_.max_held_before_pause / 2
                                             : settings_.max_held_before_pause);
  if (full != std::exchange(paused_, full)) outlets_.pause_inputs(full);
}

// Before the journal is written: what a session keeps of a report is part of it. Nothing leaves for
// a client before that write.
void Core::report_held() {
  // By index from the back, where what is new stands; giving a report brings no input.
  std::size_t first = held_.size();
  while (first > 0 && !held_[first - 1].reported) --first;
  for (; first < held_.size(); ++first) {
    held_[first].reported = true;
    for (const engine::Output& output : held_[first].outputs) {
      if (const auto* report = std::get_if<engine::SendReport>(&output)) {
        fixspec::crash_point("report_due");
        outlets_.send_report(*report);
      }
    }
  }
}

// A cancel that the journal does not know does no harm, and one that waits may.
void Core::send_held_cancels() {
  // By index: what is sent may bring an input that is held behind.
  for (std::size_t i = 0; i < held_.size(); ++i) {
    Held& held = held_[i];
    std::erase_if(held.outputs, [this](const engine::Output& output) {
      const auto* send = std::get_if<engine::SendRequest>(&output);
      if (send == nullptr) return false;
      const auto kind = translators::kind_of(send->request.ask);
      if (kind != translators::AskKind::Cancel && kind != translators::AskKind::QueryOrder) {
        return false;
      }
      outlets_.send_request(send->request);
      return true;
    });
  }
}

void Core::carry_out(const engine::Output& output) {
  struct Visitor {
    Outlets& outlets;
    void operator()(const engine::SendReport&) const {}  // report_held() has
    void operator()(const engine::VenueStatusChanged& changed) const {
      outlets.broadcast(changed.status);
    }
    void operator()(const engine::SendRequest& send) const {
      fixspec::crash_point("request_due");
      outlets.send_request(send.request);
      fixspec::crash_point("request_handed_over");
    }
    void operator()(const engine::SetTimer& timer) const { outlets.set_timer(timer); }
    void operator()(const engine::Alarm& alarm) const { outlets.on_alarm(alarm); }
    void operator()(const engine::RiskDecision&) const {}
    void operator()(const engine::OrderChanged&) const {}
  };
  std::visit(Visitor{outlets_}, output);
}

const std::vector<fixspec::Instrument>& Core::instruments() const {
  if (!instruments_current_) {
    instruments_.clear();
    for (const auto& [key, instrument] : engine_.instruments().all()) {
      instruments_.push_back(instrument);
    }
    instruments_current_ = true;
  }
  return instruments_;
}

}  // namespace causeway::gateway::core
