#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/deribit/link.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// The connection for what everybody may see: the instruments, and the market data of those that
/// were asked for. A state machine without sockets or clock.
class PublicSession {
 public:
  struct Settings {
    std::int64_t reply_timeout_ns = 10 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
    /// The instrument list is long.
    std::size_t max_message_bytes = std::size_t{32} << 20;
  };

  PublicSession(Settings settings, Outbox& outbox, fixspec::LogSink& log);

  void start() { link_.start(); }
  void stop(fixspec::Timestamp now);
  /// From now on, through every reconnect.
  void subscribe(const fixspec::InstrumentKey& instrument, fixspec::Timestamp now);

  void on_open(fixspec::Timestamp now);
  void on_message(std::string_view text, fixspec::Timestamp now);
  void on_closed(const std::string& reason, fixspec::Timestamp now);
  void on_timer(fixspec::Timestamp now);

 private:
  enum class Purpose : std::uint8_t { Heartbeat, Instruments, Subscribe };
  struct Pending {
    Purpose purpose = Purpose::Heartbeat;
    std::int64_t deadline_mono_ns = 0;
  };

  void expect(Link::Sent sent, Purpose purpose, fixspec::Timestamp now);
  void load_instruments(fixspec::Timestamp now);
  void on_instruments(fixspec::Timestamp now);
  void finish_instruments(fixspec::Timestamp now);
  void subscribe_market(const std::vector<fixspec::InstrumentKey>& instruments,
                        fixspec::Timestamp now);
  void on_subscribed();
  void on_notification(std::string_view channel, fixspec::Timestamp now);

  Settings settings_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  Link link_;
  bool open_ = false;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::set<fixspec::InstrumentKey> market_;
  std::set<fixspec::InstrumentKey> wanted_;  ///< of market_, not yet subscribed

  std::map<fixspec::InstrumentKey, fixspec::Instrument> known_;
  std::map<fixspec::InstrumentKey, fixspec::Instrument> loading_;
  std::size_t lists_awaited_ = 0;
  bool complete_told_ = false;
  std::optional<std::int64_t> reload_at_mono_ns_;
  std::optional<std::int64_t> subscribe_at_mono_ns_;
};

}  // namespace causeway::translators::deribit
