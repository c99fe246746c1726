#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/log.hpp"
#include "fixspec/result.hpp"
#include "gateway/app/config_text.hpp"
#include "gateway/app/secrets.hpp"
#include "risk/limits.hpp"
#include "strategies/market_maker/settings.hpp"

// sessions.cfg as values. Whoever holds a Config holds one without mistakes. Relative paths in it
// count from the working directory, as QuickFIX's do.
namespace causeway::gateway::app {

/// Durability: what a request waits for before it is sent to a venue.
enum class Durability : std::uint8_t {
  Process,  ///< the journal's write(2): survives the end of the process
  Disk,     ///< fdatasync: survives the end of the machine
};

/// CorePoll: what the core thread does when there is nothing to do.
enum class CorePoll : std::uint8_t { Block, Hybrid, Spin };

/// AckMode of a session: whether it is told 150=A, 6 and E besides what the venue answers.
enum class AckMode : std::uint8_t { Full, Venue };

struct ListenAddress {
  std::string host;        ///< an address or name to listen on
  std::uint16_t port = 0;  ///< 0: any free one

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// The listener with TLS; it exists iff both files are set.
struct TlsListener {
  ListenAddress address;
  std::string certificate_file;
  std::string key_file;
};

/// [DEFAULT]: what holds for the whole gateway.
struct GatewayConfig {
  std::string sender_comp_id;  ///< ours: SenderCompID(49) of what we send
  ListenAddress plain;         ///< always on loopback
  std::optional<TlsListener> tls;
  std::string state_path;
  std::optional<std::string> log_file;  ///< absent: standard error
  fixspec::LogSink::Level log_level = fixspec::LogSink::Level::Info;
  Durability durability = Durability::Process;
  CorePoll core_poll = CorePoll::Block;
  fixspec::Currency base_currency;
  std::int64_t logon_timeout_s = 5;
  std::uint64_t journal_segment_bytes = 64 << 20;  ///< a new file of the journal is begun then
  std::size_t max_pending_orders = 1'000;          ///< of one account, unanswered by its venue
  std::size_t max_live_orders = 200'000;           ///< of all accounts
  /// Records of the journal from one snapshot to the next; 0: no snapshots.
  std::uint64_t snapshot_every = 1'000'000;
  std::uint32_t keep_ended_orders = 20'000;   ///< the newest ended orders, kept whole
  std::uint32_t keep_cl_ord_ids = 1'000'000;  ///< of other ended orders; 72 bytes each
  /// Stops of new orders that somebody has looked into, by the number that their alarm gave.
  std::vector<std::uint64_t> clear_halts;
};

/// One [SESSION]: a client that may log on.
struct SessionConfig {
  fixspec::SessionId target_comp_id;  ///< the client's CompID: SenderCompID(49) of what it sends
  std::vector<fixspec::AccountId> accounts;
  std::vector<std::string> symbols;  ///< empty: all; else symbols or prefixes that end in `*`
  bool trade = true;                 ///< false: may look and cancel only
  bool announce_on_logon = false;    ///< 35=h for each venue right after logon
  AckMode ack_mode = AckMode::Full;
  std::size_t max_outbound_queue = 0;  ///< bytes; a client that lets more pile up is cut off
  std::optional<SecretRef> password;   ///< Password(554) that the logon must carry
  bool check_latency = true;
  std::int64_t max_latency_s = 10;  ///< how far SendingTime(52) may be from our clock
  int timestamp_precision = 3;      ///< decimals of the times that we send: 3 or 6
};

/// An address of a venue.
struct VenueUrl {
  std::string text;  ///< as written
  bool tls = true;
  std::string host;
  std::uint16_t port = 443;
  std::string path;  ///< begins with '/', or is empty
};

struct VenueConfig {
  fixspec::Venue name = fixspec::Venue::Deribit;
  VenueUrl url;  ///< Deribit's WebSocket; Binance's REST
  /// Binance only: its WebSocket API for orders, and its streams.
  std::optional<VenueUrl> api_url;
  std::optional<VenueUrl> stream_url;
  std::optional<std::string> ca_file;  ///< absent: the system's certificate authorities
};

struct AccountConfig {
  fixspec::AccountId name;
  fixspec::Venue venue = fixspec::Venue::Deribit;
  SecretRef key;
  bool hold_while_recovering = false;  ///< WhileRecovering=hold: new orders wait
  std::uint32_t max_held_orders = 1'000;
  std::int64_t max_hold_ms = 5'000;
  bool cancel_external = false;        ///< ExternalOrders=cancel: open orders that are not ours
  bool adopt_position = false;         ///< PositionMismatch=adopt: the venue's count is taken
  std::int64_t audit_interval_s = 30;  ///< comparison with the venue while running; 0: none
};

/// One [STRATEGY]: a market maker, a FIX client in a process of its own.
struct StrategyConfig {
  fixspec::SessionId session;  ///< the [SESSION] it logs on as
  strategies::market_maker::Settings settings;
};

struct AuditConfig {
  bool enabled = true;
  std::string path;
};

/// One value that holds, for people: `causeway check` prints them.
struct EffectiveSetting {
  std::string section;  ///< "[SESSION] OMS1"
  std::string key;
  std::string value;
  std::size_t line = 0;  ///< where it was set; 0: the default
};

struct Config {
  GatewayConfig gateway;
  std::vector<SessionConfig> sessions;
  std::vector<VenueConfig> venues;
  std::vector<AccountConfig> accounts;
  risk::Limits limits;
  std::vector<StrategyConfig> strategies;
  AuditConfig audit;
  std::vector<EffectiveSetting> effective;  ///< every value above, in the order of the file
  Mistakes notes;                           ///< legal but worth a word
};

/// The config that `text` holds, or everything that is wrong with it, in order of lines. Pure:
/// whether the files it names exist is not looked at.
fixspec::Result<Config, Mistakes> parse_config(std::string_view text);

/// parse_config() of the file `path`. A file that cannot be read is one mistake of line 0.
fixspec::Result<Config, Mistakes> load_config(const std::string& path);

/// "sessions.cfg:17: unknown key ..." for each, one a line.
std::string to_text(const Mistakes& mistakes, std::string_view file);

/// Who may use which account and symbols, as the engine wants it.
risk::Permissions permissions_of(const Config& config);

}  // namespace causeway::gateway::app
