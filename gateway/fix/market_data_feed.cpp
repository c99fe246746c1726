#include "gateway/fix/market_data_feed.hpp"

#include <algorithm>
#include <utility>

namespace causeway::gateway::fix {
namespace {

std::string lost_text(std::uint64_t lost) {
  return std::to_string(lost) +
         " trades are left out: they came faster than they were read; LostTrades(20064) counts "
         "them";
}

}  // namespace

// ---- the hub
// ----------------------------------------------------------------------------------------

void MarketDataHub::on_changed(const fixspec::InstrumentKey& instrument) {
  const auto found = subscribers_.find(instrument);
  if (found == subscribers_.end()) return;
  for (MarketSubscription* const subscription : found->second) {
    subscription->owner->mark(*subscription);
  }
}

void MarketDataHub::add(MarketSubscription& subscription) {
  subscription.state = &source_.watch(subscription.instrument, subscription.request->interest());
  subscribers_[subscription.instrument].push_back(&subscription);
}

void MarketDataHub::remove(MarketSubscription& subscription) {
  const auto found = subscribers_.find(subscription.instrument);
  std::erase(found->second, &subscription);
  if (found->second.empty()) subscribers_.erase(found);
  source_.unwatch(subscription.instrument, subscription.request->interest());
}

// ---- one session's
// ------------------------------------------------------------------------------------

MarketDataFeed::MarketDataFeed(MarketDataHub& hub, MarketDataOutlet& outlet,
                               fixspec::SessionId session, int time_digits)
    : hub_(hub), outlet_(outlet), session_(session), time_digits_(time_digits) {}

MarketDataFeed::~MarketDataFeed() { end(); }

bool MarketDataFeed::on_request(const FIX::Message& message,
                                const std::vector<fixspec::Instrument>& instruments) {
  auto request = read_market_data_request(message, instruments,
                                          [this](const fixspec::InstrumentKey& instrument) {
                                            return hub_.source().may_see(session_, instrument);
                                          });
  if (!request) {
    refuse(request.error());
    return true;
  }
  const auto known = by_request_.find(request->id);
  if (request->type == SubscriptionType::Unsubscribe) {
    if (known == by_request_.end()) return false;
    drop(known->second);
    by_request_.erase(known);
    return true;
  }
  if (known != by_request_.end()) {
    refuse({request->id, MdReqRejReason::DuplicateMdReqId,
            "MDReqID(262)=" + request->id + " is in use"});
  } else if (count_ + request->instruments.size() > hub_.limits().max_subscriptions) {
    refuse({request->id, MdReqRejReason::InsufficientBandwidth,
            "NoRelatedSym(146): with " + std::to_string(request->instruments.size()) +
                " more instruments the session would have more than " +
                std::to_string(hub_.limits().max_subscriptions) + " subscriptions"});
  } else {
    subscribe(std::move(*request));
  }
  return true;
}

void MarketDataFeed::refuse(const MarketDataRefusal& refusal) {
  body_.clear();
  append_refusal(body_, refusal);
  outlet_.send_unstored("Y", body_);
}

void MarketDataFeed::subscribe(MarketDataRequest request) {
  const auto shared = std::make_shared<const MarketDataRequest>(std::move(request));
  Subscriptions& subscriptions = by_request_[shared->id];
  for (const fixspec::InstrumentKey& instrument : shared->instruments) {
    auto subscription = std::make_unique<MarketSubscription>();
    subscription->owner = this;
    subscription->request = shared;
    subscription->instrument = instrument;
    hub_.add(*subscription);
    // Trades from now on; earlier ones were for those who asked earlier.
    subscription->next_trade = subscription->state->trades.total() + 1;
    ++count_;
    mark(*subscription);
    subscriptions.push_back(std::move(subscription));
  }
}

void MarketDataFeed::drop(Subscriptions& subscriptions) {
  for (auto& subscription : subscriptions) {
    hub_.remove(*subscription);
    if (subscription->is_due) std::erase(due_, subscription.get());
    --count_;
  }
  subscriptions.clear();
}

void MarketDataFeed::end() {
  for (auto& [id, subscriptions] : by_request_) drop(subscriptions);
  by_request_.clear();
}

void MarketDataFeed::mark(MarketSubscription& subscription) {
  if (std::exchange(subscription.is_due, true)) return;
  due_.push_back(&subscription);
  if (!std::exchange(is_scheduled_, true)) outlet_.serve_market_data_soon();
}

void MarketDataFeed::on_timer() {
  for (auto& [id, subscriptions] : by_request_) {
    for (auto& subscription : subscriptions) {
      if (subscription->was_told || subscription->is_impatient) continue;
      if (++subscription->seconds_waited < hub_.limits().patience_s) continue;
      subscription->is_impatient = true;
      mark(*subscription);
    }
  }
}

void MarketDataFeed::serve() {
  is_scheduled_ = false;
  std::size_t left = hub_.limits().messages_per_turn;
  while (!due_.empty()) {
    // Whoever makes room calls again.
    if (!outlet_.may_send_market_data()) return;
    if (left-- == 0) {
      is_scheduled_ = true;
      return outlet_.serve_market_data_soon();
    }
    MarketSubscription& subscription = *due_.front();
    due_.pop_front();
    subscription.is_due = false;
    send(subscription);
  }
}

void MarketDataFeed::send(MarketSubscription& subscription) {
  const MarketDataRequest& request = *subscription.request;
  const core::NewestTrades& trades = subscription.state->trades;
  MarketPicture::take(*subscription.state, request, now_);
  NewTrades fresh;
  if (request.entries.trade) {
    fresh.trades = &trades;
    fresh.from = std::max(subscription.next_trade, trades.oldest());
    fresh.lost = fresh.from - subscription.next_trade;
  }
  const bool is_first = !subscription.was_told;
  std::string text = is_first ? now_.missing(request.entries) : now_.reason;
  if (is_first && !text.empty() && !subscription.is_impatient) return;
  if (!is_first && !fresh.any() && now_.shows_same_as(subscription.told)) return;
  if (fresh.lost > 0) text += (text.empty() ? "" : "; ") + lost_text(fresh.lost);
  const bool is_whole_again = now_.is_good && !subscription.told.is_good;
  const MarketDataSubject subject{request.id, subscription.instrument, time_digits_};
  body_.clear();
  if (is_first || !request.incremental || is_whole_again) {
    append_snapshot(body_, subject, now_, fresh, text);
    outlet_.send_unstored("W", body_);
  } else {
    append_changes(body_, subject, subscription.told, now_, fresh, text);
    outlet_.send_unstored("X", body_);
  }
  subscription.was_told = true;
  subscription.next_trade = trades.total() + 1;
  std::swap(subscription.told, now_);
  if (request.type == SubscriptionType::Snapshot) finish(subscription);
}

void MarketDataFeed::finish(MarketSubscription& subscription) {
  const auto request = by_request_.find(subscription.request->id);
  Subscriptions& subscriptions = request->second;
  hub_.remove(subscription);
  --count_;
  std::erase_if(subscriptions, [&](const auto& one) { return one.get() == &subscription; });
  if (subscriptions.empty()) by_request_.erase(request);
}

}  // namespace causeway::gateway::fix
