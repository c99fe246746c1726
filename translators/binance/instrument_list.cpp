#include "translators/binance/instrument_list.hpp"

#include <algorithm>
#include <utility>

#include "translators/binance/encode.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

constexpr std::int64_t reload_every_ns = 3'600 * fixspec::nanos_per_second;
constexpr std::size_t longest_list = std::size_t{32} << 20;

}  // namespace

InstrumentList::InstrumentList(Fetcher& fetcher, fixspec::LogSink& log, AddressLimits& address,
                               Listener& listener, std::uint64_t seed)
    : fetcher_(fetcher),
      log_(log),
      address_(address),
      listener_(listener),
      decoder_(longest_list),
      seed_(seed) {}

void InstrumentList::start(fixspec::Timestamp now) {
  running_ = true;
  loading_ = false;
  load(now);
}

void InstrumentList::on_timer(fixspec::Timestamp now) {
  if (running_ && !loading_ && now.mono_ns >= load_at_mono_ns_) load(now);
}

void InstrumentList::load(fixspec::Timestamp now) {
  const wire::Call call{wire::Method::ExchangeInfo};
  if (!address_.try_take(endpoint_of(call).weight, false, now.mono_ns)) return;
  loading_ = true;
  fetcher_.fetch({.method = "GET",
                  .target = public_target(call),
                  .headers = {},
                  .body = {},
                  .repeatable = true},
                 0);
}

void InstrumentList::failed(const std::string& reason, fixspec::Timestamp now) {
  load_at_mono_ns_ = now.mono_ns + backoff_.next_ns(seed_ += 0x9E3779B97F4A7C15U);
  log_.warning("venue_instruments_unavailable", {{"venue", "binance"}, {"reason", reason}});
}

void InstrumentList::on_response(const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                                 fixspec::Timestamp now) {
  if (!running_) return;
  loading_ = false;
  if (!response) return failed(response.error().text, now);
  const auto reply = decoder_.http_reply(response->status, response->body);
  if (!reply) return failed(reply.error().text, now);
  if (reply->failure) {
    return failed(std::to_string(reply->status) + " " + std::string{reply->failure->message}, now);
  }
  const auto info = decoder_.exchange_info();
  if (!info) return failed(info.error().text, now);
  backoff_.reset();
  load_at_mono_ns_ = now.mono_ns + reload_every_ns;
  listener_.on_limits(info->rate_limits, now);
  take(*info);
}

void InstrumentList::take(const wire::ExchangeInfo& info) {
  std::map<fixspec::InstrumentKey, fixspec::Instrument> listed;
  for (const wire::Instrument& row : info.symbols) {
    auto instrument = to_instrument(row);
    if (!instrument) {
      log_.warning("venue_instrument_unreadable", {{"venue", "binance"},
                                                   {"instrument", std::string{row.symbol}},
                                                   {"error", instrument.error().text}});
    } else if (*instrument) {
      listed.insert_or_assign((*instrument)->key, std::move(**instrument));
    }
  }
  Instruments told{.instruments = {}, .complete = !complete_told_};
  for (const auto& [key, instrument] : listed) {
    const auto before = known_.find(key);
    if (before == known_.end() || !(before->second == instrument)) {
      told.instruments.push_back(instrument);
    }
  }
  // What is no longer listed has expired or was delisted.
  for (const auto& [key, instrument] : known_) {
    if (listed.contains(key)) continue;
    told.instruments.push_back(instrument);
    told.instruments.back().status = fixspec::SecurityTradingStatus::NotAvailableForTrading;
  }
  known_ = std::move(listed);
  if (complete_told_ && told.instruments.empty()) return;
  complete_told_ = true;
  listener_.on_instruments(std::move(told));
}

}  // namespace causeway::translators::binance
