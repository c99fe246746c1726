#include "translators/deribit/public_session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "translators/deribit/map.hpp"

namespace causeway::translators::deribit {
namespace {

constexpr std::int64_t heartbeat_s = 30;
constexpr std::string_view instrument_state_channel = "instrument.state.any.any";
constexpr std::array kinds{wire::Kind::Future, wire::Kind::Option, wire::Kind::Spot};
// A list costs 10,000 of 500,000 credits and earns them back in a second (docs.deribit.com).
constexpr std::int64_t reload_every_ns = 3'600 * fixspec::nanos_per_second;
constexpr std::int64_t reload_after_change_ns = 2 * fixspec::nanos_per_second;
constexpr std::int64_t reload_after_failure_ns = 5 * fixspec::nanos_per_second;
// A subscription costs 3,000 of 30,000 credits, earned back at 10,000 a second, however many
// channels it names: a burst of wishes goes out as one.
constexpr std::int64_t gather_ns = 20 * fixspec::nanos_per_milli;
constexpr std::int64_t between_subscriptions_ns = 400 * fixspec::nanos_per_milli;
constexpr std::size_t instruments_per_frame = 100;

}  // namespace

PublicSession::PublicSession(Settings settings, Outbox& outbox, fixspec::LogSink& log)
    : settings_(settings),
      outbox_(outbox),
      log_(log),
      link_("public", outbox, log, settings.seed, settings.max_message_bytes) {}

void PublicSession::stop(fixspec::Timestamp now) {
  link_.stop();
  on_closed("stopped", now);
}

void PublicSession::subscribe(const fixspec::InstrumentKey& instrument, fixspec::Timestamp now) {
  if (!market_.insert(instrument).second) return;
  wanted_.insert(instrument);
  if (!subscribe_at_mono_ns_) subscribe_at_mono_ns_ = now.mono_ns + gather_ns;
}

void PublicSession::on_open(fixspec::Timestamp now) {
  open_ = true;
  expect(
      link_.send(
          wire::Call{wire::Method::SetHeartbeat}.with(wire::Parameter::Interval, heartbeat_s), now),
      Purpose::Heartbeat, now);
  load_instruments(now);
  const std::array<std::string_view, 1> channels{instrument_state_channel};
  expect(
      link_.send(
          wire::Subscription{.private_channels = false, .unsubscribe = false, .channels = channels},
          now),
      Purpose::Subscribe, now);
  wanted_ = market_;
  subscribe_at_mono_ns_ = now.mono_ns;
  on_timer(now);
}

void PublicSession::expect(Link::Sent sent, Purpose purpose, fixspec::Timestamp now) {
  if (sent.outcome == net::SendOutcome::Taken) {
    pending_[sent.id] = {purpose, now.mono_ns + settings_.reply_timeout_ns};
  }
}

void PublicSession::on_message(std::string_view text, fixspec::Timestamp now) {
  const auto message = link_.read(text, now);
  if (!message) return;
  if (const auto* notification = std::get_if<wire::Notification>(&*message)) {
    return on_notification(notification->channel, now);
  }
  const auto* success = std::get_if<wire::Success>(&*message);
  const auto* failure = std::get_if<wire::Failure>(&*message);
  const std::optional<std::uint64_t> id = success != nullptr ? success->id : failure->id;
  const auto found = id ? pending_.find(*id) : pending_.end();
  if (found == pending_.end()) return;
  const Purpose purpose = found->second.purpose;
  pending_.erase(found);
  if (failure != nullptr) {
    log_.warning("venue_public_request_refused", {{"venue", "deribit"},
                                                  {"code", std::to_string(failure->code)},
                                                  {"message", std::string{failure->message}}});
    if (purpose == Purpose::Instruments) {
      lists_awaited_ = 0;
      reload_at_mono_ns_ = now.mono_ns + reload_after_failure_ns;
    }
    return;
  }
  if (purpose == Purpose::Instruments) on_instruments(now);
  if (purpose == Purpose::Subscribe) on_subscribed();
}

void PublicSession::on_closed(const std::string& reason, fixspec::Timestamp now) {
  open_ = false;
  pending_.clear();
  lists_awaited_ = 0;
  reload_at_mono_ns_.reset();
  subscribe_at_mono_ns_.reset();
  for (const fixspec::InstrumentKey& instrument : market_) {
    MarketUpdate update;
    update.instrument = instrument;
    update.venue_time = now.utc_ns;
    update.stale = true;
    outbox_.emit(update);
  }
  link_.closed(reason, now);
}

void PublicSession::on_timer(fixspec::Timestamp now) {
  link_.on_timer(now);
  if (!open_) return;
  for (const auto& [id, pending] : pending_) {
    if (now.mono_ns < pending.deadline_mono_ns) continue;
    pending_.clear();
    return link_.give_up("venue_reply_timeout", "no reply to a public request");
  }
  if (reload_at_mono_ns_ && now.mono_ns >= *reload_at_mono_ns_) load_instruments(now);
  if (subscribe_at_mono_ns_ && now.mono_ns >= *subscribe_at_mono_ns_) {
    const std::size_t count = std::min(wanted_.size(), instruments_per_frame);
    const auto end = std::next(wanted_.begin(), static_cast<std::ptrdiff_t>(count));
    const std::vector<fixspec::InstrumentKey> batch(wanted_.begin(), end);
    wanted_.erase(wanted_.begin(), end);
    subscribe_at_mono_ns_.reset();
    if (!wanted_.empty()) subscribe_at_mono_ns_ = now.mono_ns + between_subscriptions_ns;
    if (!batch.empty()) subscribe_market(batch, now);
  }
}

// ---- instruments
// --------------------------------------------------------------------------------------

void PublicSession::load_instruments(fixspec::Timestamp now) {
  if (lists_awaited_ > 0) return;
  loading_.clear();
  reload_at_mono_ns_.reset();
  for (const wire::Kind kind : kinds) {
    expect(link_.send(wire::Call{wire::Method::GetInstruments}
                          .with(wire::Parameter::Currency, std::string_view{"any"})
                          .with(wire::Parameter::Kind, to_text(kind))
                          .with(wire::Parameter::Expired, false),
                      now),
           Purpose::Instruments, now);
    ++lists_awaited_;
  }
}

void PublicSession::on_instruments(fixspec::Timestamp now) {
  if (lists_awaited_ == 0) return;
  const auto list = link_.body().instruments();
  if (!list) return link_.give_up("venue_instruments_unreadable", list.error().text);
  for (const wire::Instrument& row : *list) {
    auto instrument = to_instrument(row);
    if (!instrument) {
      log_.warning("venue_instrument_unreadable", {{"venue", "deribit"},
                                                   {"instrument", std::string{row.instrument_name}},
                                                   {"error", instrument.error().text}});
      continue;
    }
    if (*instrument) loading_.insert_or_assign((*instrument)->key, std::move(**instrument));
  }
  if (--lists_awaited_ == 0) finish_instruments(now);
}

void PublicSession::finish_instruments(fixspec::Timestamp now) {
  Instruments told{.instruments = {}, .complete = !complete_told_};
  for (const auto& [key, instrument] : loading_) {
    const auto before = known_.find(key);
    if (before == known_.end() || !(before->second == instrument)) {
      told.instruments.push_back(instrument);
    }
  }
  // What is no longer listed has expired or was delisted.
  for (const auto& [key, instrument] : known_) {
    if (loading_.contains(key)) continue;
    told.instruments.push_back(instrument);
    told.instruments.back().status = fixspec::SecurityTradingStatus::NotAvailableForTrading;
  }
  known_ = std::move(loading_);
  loading_.clear();
  link_.settled();
  reload_at_mono_ns_ = now.mono_ns + reload_every_ns;
  if (complete_told_ && told.instruments.empty()) return;
  complete_told_ = true;
  outbox_.emit(std::move(told));
}

// ---- market data
// ---------------------------------------------------------------------------------------

void PublicSession::subscribe_market(const std::vector<fixspec::InstrumentKey>& instruments,
                                     fixspec::Timestamp now) {
  std::vector<std::string> names;
  for (const fixspec::InstrumentKey& instrument : instruments) {
    const std::string symbol = instrument.symbol.to_string();
    names.push_back("quote." + symbol);
    names.push_back("ticker." + symbol + ".100ms");
  }
  const std::vector<std::string_view> channels(names.begin(), names.end());
  expect(
      link_.send(
          wire::Subscription{.private_channels = false, .unsubscribe = false, .channels = channels},
          now),
      Purpose::Subscribe, now);
}

void PublicSession::on_subscribed() {
  const auto channels = link_.body().channels();
  if (!channels) return link_.give_up("venue_reply_unreadable", channels.error().text);
  if (channels->empty()) {
    log_.warning("venue_subscription_refused", {{"venue", "deribit"}, {"link", "public"}});
  }
}

void PublicSession::on_notification(std::string_view channel, fixspec::Timestamp now) {
  if (channel == instrument_state_channel) {
    reload_at_mono_ns_ = std::min(reload_at_mono_ns_.value_or(now.mono_ns + reload_every_ns),
                                  now.mono_ns + reload_after_change_ns);
    return;
  }
  const auto ticker = link_.body().ticker();
  const auto update = ticker ? to_market_update(*ticker)
                             : Mapped<MarketUpdate>{fixspec::Unexpected{ticker.error()}};
  if (!update) {
    log_.warning(
        "venue_market_data_unreadable",
        {{"venue", "deribit"}, {"channel", std::string{channel}}, {"error", update.error().text}});
    return;
  }
  outbox_.emit(*update);
}

}  // namespace causeway::translators::deribit
