#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>

#include "fixspec/instrument.hpp"
#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/binance/decode.hpp"
#include "translators/binance/limits.hpp"
#include "translators/binance/outbox.hpp"
#include "translators/net/backoff.hpp"

namespace causeway::translators::binance {

/// What can be traded: exchangeInfo at the start, and then again hourly. Tells the differences. A
/// state machine without sockets or clock; the list is decoded on the core thread, as the other
/// venues' are.
class InstrumentList {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_instruments(Instruments instruments) = 0;
    virtual void on_limits(std::span<const wire::RateLimit> limits, fixspec::Timestamp now) = 0;
  };

  InstrumentList(Fetcher& fetcher, fixspec::LogSink& log, AddressLimits& address,
                 Listener& listener, std::uint64_t seed);

  void start(fixspec::Timestamp now);
  void stop() { running_ = false; }
  void on_response(const fixspec::Result<net::HttpResponse, net::HttpError>& response,
                   fixspec::Timestamp now);
  void on_timer(fixspec::Timestamp now);

 private:
  void load(fixspec::Timestamp now);
  void failed(const std::string& reason, fixspec::Timestamp now);
  void take(const wire::ExchangeInfo& info);

  Fetcher& fetcher_;
  fixspec::LogSink& log_;
  AddressLimits& address_;
  Listener& listener_;
  Decoder decoder_;
  net::Backoff backoff_;
  std::uint64_t seed_;
  bool running_ = false;
  bool loading_ = false;
  bool complete_told_ = false;
  std::int64_t load_at_mono_ns_ = 0;
  std::map<fixspec::InstrumentKey, fixspec::Instrument> known_;
};

}  // namespace causeway::translators::binance
