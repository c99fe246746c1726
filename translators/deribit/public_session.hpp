#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/log.hpp"
#include "fixspec/time.hpp"
#include "translators/deribit/book_feed.hpp"
#include "translators/deribit/link.hpp"
#include "translators/deribit/market_channels.hpp"
#include "translators/net/backoff.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// The connection for what everybody may see: the instruments, and the market data of those that
/// were asked for. A state machine without sockets or clock.
class PublicSession {
 public:
  struct Settings {
    std::int64_t reply_timeout_ns = 10 * fixspec::nanos_per_second;
    /// How long a book may take to come after its subscription.
    std::int64_t snapshot_timeout_ns = 10 * fixspec::nanos_per_second;
    std::uint64_t seed = 0;
    /// The instrument list is long.
    std::size_t max_message_bytes = std::size_t{32} << 20;
  };

  PublicSession(Settings settings, Outbox& outbox, fixspec::LogSink& log);

  void start() { link_.start(); }
  void stop(fixspec::Timestamp now);
  /// This of the instrument from now on, through every reconnect, instead of what was wanted
  /// before. Tells nothing from inside the call.
  void subscribe(const fixspec::InstrumentKey& instrument, MarketInterest interest,
                 fixspec::Timestamp now);

  void on_open(fixspec::Timestamp now);
  void on_message(std::string_view text, fixspec::Timestamp now);
  void on_closed(const std::string& reason, fixspec::Timestamp now);
  void on_timer(fixspec::Timestamp now);

 private:
  enum class Purpose : std::uint8_t { Heartbeat, Instruments, Subscribe, Unsubscribe };
  struct Pending {
    Purpose purpose = Purpose::Heartbeat;
    std::int64_t deadline_mono_ns = 0;
  };
  /// A book, and when its subscription has to begin anew: a snapshot that does not come, the end of
  /// the wait after a gap, or a silence that may be the market's or not.
  struct Book {
    BookFeed feed;
    net::Backoff backoff;
    std::int64_t renew_at_mono_ns = 0;
    std::optional<std::int64_t> valid_since_mono_ns;
    bool is_waiting = true;  ///< for the snapshot of a subscription
    std::int64_t heard_at_mono_ns = 0;
  };

  void expect(Link::Sent sent, Purpose purpose, fixspec::Timestamp now);
  void load_instruments(fixspec::Timestamp now);
  void on_instruments(fixspec::Timestamp now);
  void finish_instruments(fixspec::Timestamp now);
  void send_channels(fixspec::Timestamp now);
  void send_channels(std::span<const std::string> names, bool unsubscribe, fixspec::Timestamp now);
  void on_subscribed();
  void on_notification(std::string_view channel, fixspec::Timestamp now);
  void on_ticker(std::string_view channel);
  void on_trades(std::string_view channel);
  void on_book(std::string_view channel, fixspec::Timestamp now);
  void on_broken(const fixspec::InstrumentKey& instrument, Book& book, fixspec::Timestamp now);
  void watch_books(fixspec::Timestamp now);
  /// True where the book's channel has to be subscribed anew.
  bool is_to_be_renewed(const fixspec::InstrumentKey& instrument, Book& book,
                        fixspec::Timestamp now);
  void log_unreadable(std::string_view channel, const fixspec::Error& error);

  Settings settings_;
  Outbox& outbox_;
  fixspec::LogSink& log_;
  Link link_;
  bool open_ = false;
  std::unordered_map<std::uint64_t, Pending> pending_;
  MarketChannels channels_;
  std::map<fixspec::InstrumentKey, Book> books_;
  wire::Book book_message_;  ///< kept for its memory

  std::map<fixspec::InstrumentKey, fixspec::Instrument> known_;
  std::map<fixspec::InstrumentKey, fixspec::Instrument> loading_;
  std::size_t lists_awaited_ = 0;
  bool complete_told_ = false;
  std::optional<std::int64_t> reload_at_mono_ns_;
  std::optional<std::int64_t> subscribe_at_mono_ns_;
};

}  // namespace causeway::translators::deribit
