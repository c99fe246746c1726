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
constexpr std::size_t channels_per_frame = 200;
// A book without changes for so long is asked for again: its channel may have ended without a word.
constexpr std::int64_t quiet_book_ns = 60 * fixspec::nanos_per_second;
// A book that was whole for so long is asked for again at once when it breaks.
constexpr std::int64_t settled_after_ns = 60 * fixspec::nanos_per_second;

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

void PublicSession::subscribe(const fixspec::InstrumentKey& instrument, MarketInterest interest,
                              fixspec::Timestamp now) {
  channels_.want(instrument, interest);
  if (!interest.book) {
    books_.erase(instrument);
  } else if (!books_.contains(instrument)) {
    books_.emplace(instrument,
                   Book{.feed = BookFeed{instrument},
                        .renew_at_mono_ns = now.mono_ns + settings_.snapshot_timeout_ns});
  }
  if (channels_.has_next() && !subscribe_at_mono_ns_) {
    subscribe_at_mono_ns_ = now.mono_ns + gather_ns;
  }
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
  channels_.forget_connection();
  for (auto& [instrument, book] : books_) {
    book.is_waiting = true;
    book.renew_at_mono_ns = now.mono_ns + settings_.snapshot_timeout_ns;
  }
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
  for (const auto& [instrument, interest] : channels_.wanted()) {
    if (!interest.values) continue;
    MarketUpdate update;
    update.instrument = instrument;
    update.venue_time = now.utc_ns;
    update.stale = true;
    outbox_.emit(update);
  }
  for (auto& [instrument, book] : books_) {
    if (!book.feed.is_valid()) continue;
    book.feed.break_off("the link to the venue is down: " + reason, now.utc_ns);
    outbox_.emit(book.feed.picture());
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
  watch_books(now);
  if (subscribe_at_mono_ns_ && now.mono_ns >= *subscribe_at_mono_ns_) send_channels(now);
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

void PublicSession::send_channels(fixspec::Timestamp now) {
  const MarketChannels::Batch batch = channels_.next(channels_per_frame);
  subscribe_at_mono_ns_.reset();
  if (!batch.unsubscribe.empty()) send_channels(batch.unsubscribe, true, now);
  if (!batch.subscribe.empty()) {
    send_channels(batch.subscribe, false, now);
    // No earlier than this may another frame go.
    subscribe_at_mono_ns_ = now.mono_ns + between_subscriptions_ns;
  } else if (channels_.has_next()) {
    subscribe_at_mono_ns_ = now.mono_ns + gather_ns;
  }
}

void PublicSession::send_channels(std::span<const std::string> names, bool unsubscribe,
                                  fixspec::Timestamp now) {
  const std::vector<std::string_view> channels(names.begin(), names.end());
  expect(link_.send(
             wire::Subscription{
                 .private_channels = false, .unsubscribe = unsubscribe, .channels = channels},
             now),
         unsubscribe ? Purpose::Unsubscribe : Purpose::Subscribe, now);
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
  if (channel.starts_with("book.")) return on_book(channel, now);
  if (channel.starts_with("trades.")) return on_trades(channel);
  on_ticker(channel);
}

void PublicSession::log_unreadable(std::string_view channel, const fixspec::Error& error) {
  log_.warning("venue_market_data_unreadable",
               {{"venue", "deribit"}, {"channel", std::string{channel}}, {"error", error.text}});
}

void PublicSession::on_ticker(std::string_view channel) {
  const auto ticker = link_.body().ticker();
  const auto update = ticker ? to_market_update(*ticker)
                             : Mapped<MarketUpdate>{fixspec::Unexpected{ticker.error()}};
  if (!update) return log_unreadable(channel, update.error());
  outbox_.emit(*update);
}

void PublicSession::on_trades(std::string_view channel) {
  const auto trades = link_.body().public_trades();
  if (!trades) return log_unreadable(channel, trades.error());
  for (const wire::PublicTrade& row : *trades) {
    const auto trade = to_public_trade(row);
    if (!trade) return log_unreadable(channel, trade.error());
    outbox_.emit(*trade);
  }
}

// ---- books
// ---------------------------------------------------------------------------------------------

void PublicSession::on_book(std::string_view channel, fixspec::Timestamp now) {
  // book.<instrument>.<interval>
  const std::string_view rest = channel.substr(channel.find('.') + 1);
  const std::string_view symbol = rest.substr(0, rest.rfind('.'));
  const auto segment = segment_of(symbol);
  const auto id = fixspec::Symbol::parse(symbol);
  if (!segment || !id) return log_unreadable(channel, {"no instrument that the gateway trades"});
  const auto found = books_.find({fixspec::Venue::Deribit, *segment, *id});
  if (found == books_.end()) return;  // nobody wants it any more
  Book& book = found->second;
  const bool was_valid = book.feed.is_valid();
  book.heard_at_mono_ns = now.mono_ns;
  const auto read = link_.body().book(book_message_);
  const auto outcome =
      read ? book.feed.on_book(book_message_) : book.feed.break_off(read.error().text, now.utc_ns);
  switch (outcome) {
    case BookFeed::Outcome::Unchanged:
      return;
    case BookFeed::Outcome::Changed:
      if (!was_valid) book.valid_since_mono_ns = now.mono_ns;
      book.is_waiting = false;
      return outbox_.emit(book.feed.picture());
    case BookFeed::Outcome::Broken:
      if (!was_valid && !book.is_waiting) return;  // known to be broken already
      outbox_.emit(book.feed.picture());
      return on_broken(found->first, book, now);
  }
}

// Subscribes anew: at once the first time, later after longer and longer waits.
void PublicSession::on_broken(const fixspec::InstrumentKey& instrument, Book& book,
                              fixspec::Timestamp now) {
  log_.info("venue_book_broken", {{"venue", "deribit"},
                                  {"instrument", instrument.symbol.to_string()},
                                  {"reason", book.feed.picture().reason}});
  const auto valid_since = std::exchange(book.valid_since_mono_ns, std::nullopt);
  if (valid_since && now.mono_ns - *valid_since >= settled_after_ns) book.backoff.reset();
  const bool is_first = book.backoff.attempts() == 0;
  const std::int64_t wait_ns = book.backoff.next_ns(link_.random());
  book.is_waiting = false;
  book.renew_at_mono_ns = now.mono_ns + (is_first ? 0 : wait_ns);
  if (is_first) watch_books(now);
}

void PublicSession::watch_books(fixspec::Timestamp now) {
  for (auto& [instrument, book] : books_) {
    if (!is_to_be_renewed(instrument, book, now)) continue;
    book.is_waiting = true;
    book.renew_at_mono_ns = now.mono_ns + settings_.snapshot_timeout_ns;
    if (!book.feed.is_valid()) book.renew_at_mono_ns += book.backoff.next_ns(link_.random());
    channels_.renew_book(instrument);
  }
  if (channels_.has_next() && !subscribe_at_mono_ns_) {
    subscribe_at_mono_ns_ = now.mono_ns + gather_ns;
  }
}

bool PublicSession::is_to_be_renewed(const fixspec::InstrumentKey& instrument, Book& book,
                                     fixspec::Timestamp now) {
  if (book.feed.is_valid() && !book.is_waiting) {
    return now.mono_ns - book.heard_at_mono_ns >= quiet_book_ns;
  }
  if (now.mono_ns < book.renew_at_mono_ns) return false;
  if (book.is_waiting) {
    log_.warning("venue_book_did_not_come",
                 {{"venue", "deribit"}, {"instrument", instrument.symbol.to_string()}});
  }
  if (book.feed.is_valid()) {
    book.feed.break_off("the venue did not tell the book when it was asked again", now.utc_ns);
    book.valid_since_mono_ns.reset();
    outbox_.emit(book.feed.picture());
  }
  return true;
}

}  // namespace causeway::translators::deribit
