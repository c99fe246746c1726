#include "gateway/app/config.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "gateway/app/config_check.hpp"
#include "gateway/app/config_reader.hpp"
#include "gateway/app/config_url.hpp"
#include "gateway/app/nearest.hpp"

namespace causeway::gateway::app {
namespace {

using fixspec::AccountId;
using fixspec::SessionId;
using std::string_view_literals::operator""sv;

/// The venues that a [VENUE] can connect to today.
constexpr std::array built_venues = {fixspec::Venue::Binance, fixspec::Venue::Deribit};

class ConfigParser {
 public:
  explicit ConfigParser(std::vector<ConfigSection> sections) : sections_(std::move(sections)) {}

  Config parse() {
    check_names(sections_, findings);
    read_gateway();
    each("VENUE", [&](const ConfigSection& section) { read_venue(section); });
    each("ACCOUNT", [&](const ConfigSection& section) { read_account(section); });
    each("SESSION", [&](const ConfigSection& section) { read_session(section); });
    each("RISK", [&](const ConfigSection& section) { read_risk(section); });
    each("STRATEGY", [&](const ConfigSection& section) { read_strategy(section); });
    read_audit();
    check_presence();
    return std::move(config_);
  }

  Findings findings;

 private:
  void each(std::string_view name, const auto& read) {
    for (const ConfigSection& section : sections_) {
      if (section.name == name) read(section);
    }
  }

  [[nodiscard]] const ConfigSection* first(std::string_view name) const {
    return first_section(sections_, name);
  }

  void read_gateway() {
    static const ConfigSection none{"DEFAULT", 0, {}};
    const ConfigSection* section = first("DEFAULT");
    SectionReader reader(section == nullptr ? none : *section, nullptr, "[DEFAULT]", findings);
    GatewayConfig& gateway = config_.gateway;

    gateway.sender_comp_id = reader.text_or("SenderCompID", "CAUSEWAY");
    if (!is_name(gateway.sender_comp_id)) {
      reader.wrong_value("SenderCompID", "expected at most 64 letters, digits, '.', '_' or '-'");
    }
    gateway.plain.host = reader.text_or("SocketAcceptHost", "127.0.0.1");
    if (!is_loopback(gateway.plain.host)) {
      reader.wrong_value("SocketAcceptHost",
                         "FIX without TLS is for 127.0.0.1 only; set TlsAcceptHost, "
                         "ServerCertificateFile and ServerCertificateKeyFile for others");
    }
    gateway.plain.port = port(reader, "SocketAcceptPort", 5001);
    read_tls(reader);

    gateway.state_path = reader.text_or("StatePath", "var");
    gateway.log_file = reader.text("LogFile");
    static constexpr std::array levels = {"debug"sv, "info"sv, "warning"sv, "error"sv};
    gateway.log_level =
        static_cast<fixspec::LogSink::Level>(reader.choice_or("LogLevel", 1, levels));
    static constexpr std::array durabilities = {"process"sv, "disk"sv};
    gateway.durability = static_cast<Durability>(reader.choice_or("Durability", 0, durabilities));
    static constexpr std::array polls = {"block"sv, "hybrid"sv, "spin"sv};
    gateway.core_poll = static_cast<CorePoll>(reader.choice_or("CorePoll", 0, polls));
    static constexpr std::array currencies = {"USD"sv};
    reader.choice_or("BaseCurrency", 0, currencies);
    gateway.base_currency = fixspec::Currency{"USD"};
    gateway.logon_timeout_s = reader.integer_or("LogonTimeout", 5, 1, 60, " seconds");
    gateway.max_pending_orders = static_cast<std::size_t>(
        reader.integer_or("MaxPendingOrders", 1'000, 1, 100'000, " orders"));
    gateway.max_live_orders = static_cast<std::size_t>(
        reader.integer_or("MaxLiveOrders", 200'000, 1, 10'000'000, " orders"));
    gateway.keep_ended_orders = static_cast<std::uint32_t>(
        reader.integer_or("KeepEndedOrders", 20'000, 1'000, 10'000'000, " orders"));
    gateway.keep_cl_ord_ids = static_cast<std::uint32_t>(
        reader.integer_or("KeepClOrdIDs", 1'000'000, 10'000, 1'000'000'000, " ids"));
    gateway.journal_segment_bytes = static_cast<std::uint64_t>(
        reader.integer_or("JournalSegmentBytes", 64 << 20, 1 << 20, 1 << 30, " bytes"));
    gateway.snapshot_every = static_cast<std::uint64_t>(
        reader.integer_or("SnapshotEvery", 1'000'000, 0, 1'000'000'000, " records"));
    read_halts(reader);
    read_schedule(reader);
  }

  void read_halts(SectionReader& reader) {
    for (const std::string& item : reader.list("ClearHalts")) {
      std::uint64_t number = 0;
      const auto [stop, error] = std::from_chars(item.data(), item.data() + item.size(), number);
      if (error != std::errc{} || stop != item.data() + item.size() || number == 0) {
        reader.wrong_value("ClearHalts", "'" + item + "' is not the number of a halt");
      } else {
        config_.gateway.clear_halts.push_back(number);
      }
    }
  }

  void read_tls(SectionReader& reader) {
    const auto certificate = reader.text("ServerCertificateFile");
    const auto key = reader.text("ServerCertificateKeyFile");
    if (certificate && key) {
      TlsListener tls;
      tls.certificate_file = *certificate;
      tls.key_file = *key;
      tls.address.host = reader.text_or("TlsAcceptHost", "127.0.0.1");
      tls.address.port = port(reader, "TlsAcceptPort", 5002);
      if (tls.address.port != 0 && tls.address.port == config_.gateway.plain.port) {
        reader.wrong_value("TlsAcceptPort", "the plain listener has this port (SocketAcceptPort)");
      }
      config_.gateway.tls = std::move(tls);
      return;
    }
    if (certificate)
      reader.wrong_value("ServerCertificateFile", "ServerCertificateKeyFile is missing");
    if (key) reader.wrong_value("ServerCertificateKeyFile", "ServerCertificateFile is missing");
    for (const std::string_view tls_key : {"TlsAcceptHost"sv, "TlsAcceptPort"sv}) {
      if (!certificate && !key && reader.has(tls_key)) {
        reader.wrong_value(tls_key,
                           "TLS also needs ServerCertificateFile and ServerCertificateKeyFile");
      }
    }
  }

  static std::uint16_t port(SectionReader& reader, std::string_view key, std::uint16_t otherwise) {
    return static_cast<std::uint16_t>(reader.integer_or(key, otherwise, 0, 65535));
  }

  // QuickFIX says "non-stop" by equal times; anything else would be a schedule.
  void read_schedule(SectionReader& reader) {
    const auto start = reader.text("StartTime");
    const auto end = reader.text("EndTime");
    if (start != end) {
      reader.wrong_value(end ? "EndTime" : "StartTime",
                         "sessions run non-stop here: leave both out or make them equal");
    }
  }

  void read_venue(const ConfigSection& section) {
    SectionReader reader(section, nullptr, title_of(section), findings);
    VenueConfig venue;
    std::array<std::string_view, std::size(fixspec::all_venues)> names;
    std::transform(std::begin(fixspec::all_venues), std::end(fixspec::all_venues), names.begin(),
                   [](fixspec::Venue each_venue) { return to_fix(each_venue); });
    if (!reader.has("Name")) {
      (void)reader.required("Name");
    } else if (const auto index = reader.choice("Name", names)) {
      venue.name = fixspec::all_venues[*index];
      if (std::find(built_venues.begin(), built_venues.end(), venue.name) == built_venues.end()) {
        reader.wrong_value("Name", "this venue is not built yet; BINANCE and DERIBIT are");
      }
      const auto [place, is_new] = venue_lines_.emplace(venue.name, section.line);
      if (!is_new) {
        reader.wrong_value(
            "Name", "the venue stands twice, first in line " + std::to_string(place->second));
      }
    }
    if (venue.name == fixspec::Venue::Binance) {
      if (auto url = read_url(reader, "Url", UrlKind::Http)) venue.url = *std::move(url);
      venue.api_url = read_url(reader, "ApiUrl", UrlKind::WebSocket);
      venue.stream_url = read_url(reader, "StreamUrl", UrlKind::WebSocketHost);
    } else {
      if (auto url = read_url(reader, "Url", UrlKind::WebSocket)) venue.url = *std::move(url);
      for (const std::string_view key : {"ApiUrl"sv, "StreamUrl"sv}) {
        if (reader.has(key)) {
          reader.wrong_value(key, std::string{to_fix(venue.name)} + " has one address, Url=");
        }
      }
    }
    venue.ca_file = reader.text("CAFile");
    if (venue.ca_file && !venue.url.tls) {
      reader.wrong_value("CAFile", "an address without TLS has no certificate to check");
    }
    config_.venues.push_back(std::move(venue));
  }

  // All addresses of a venue have to be given: a default for one would mix its production with a
  // test network.
  static std::optional<VenueUrl> read_url(SectionReader& reader, std::string_view key,
                                          UrlKind kind) {
    const auto text = reader.required(key);
    if (!text) return std::nullopt;
    auto url = parse_venue_url(*text, kind);
    if (url) return *std::move(url);
    reader.wrong_value(key, url.error().text);
    return std::nullopt;
  }

  void read_account(const ConfigSection& section) {
    SectionReader reader(section, nullptr, title_of(section), findings);
    AccountConfig account;
    if (const auto name = reader.name("Name")) {
      account.name = AccountId{*name};
      const auto [place, is_new] = account_lines_.emplace(*name, section.line);
      if (!is_new) {
        reader.wrong_value(
            "Name", "the account stands twice, first in line " + std::to_string(place->second));
      }
    }
    if (const auto venue = reader.required("Venue")) {
      if (const auto known = known_venue(reader, *venue)) account.venue = *known;
    }
    if (const auto key = reader.secret_ref("KeyRef")) {
      account.key = *key;
    } else if (!reader.has("KeyRef")) {
      (void)reader.required("KeyRef");
    }
    static constexpr std::array waiting = {"refuse"sv, "hold"sv};
    account.hold_while_recovering = reader.choice_or("WhileRecovering", 0, waiting) == 1;
    account.max_held_orders = static_cast<std::uint32_t>(
        reader.integer_or("MaxHeldOrders", 1'000, 1, 100'000, " orders"));
    account.max_hold_ms = reader.integer_or("MaxHoldMs", 5'000, 100, 60'000, " milliseconds");
    static constexpr std::array external = {"leave"sv, "cancel"sv};
    account.cancel_external = reader.choice_or("ExternalOrders", 0, external) == 1;
    static constexpr std::array mismatch = {"halt"sv, "adopt"sv};
    account.adopt_position = reader.choice_or("PositionMismatch", 0, mismatch) == 1;
    account.audit_interval_s =
        reader.integer_or("AuditInterval", 30, 0, 3'600, " seconds, 0 for never");
    config_.accounts.push_back(std::move(account));
  }

  // The venue of that name if a [VENUE] section has it, else a mistake at the reader's Venue=.
  std::optional<fixspec::Venue> known_venue(SectionReader& reader, std::string_view name) {
    std::vector<std::string_view> names;
    for (const auto& [venue, line] : venue_lines_) {
      if (to_fix(venue) == name) return venue;
      names.push_back(to_fix(venue));
    }
    reader.wrong_value("Venue", "there is no [VENUE] of that name" + suggestion(name, names));
    return std::nullopt;
  }

  // Whether `name` is in `lines`, else a mistake at the reader's `key`.
  static bool is_known(SectionReader& reader, std::string_view key, std::string_view section,
                       std::string_view name, const std::map<std::string, std::size_t>& lines) {
    std::vector<std::string_view> names;
    for (const auto& [known, line] : lines) names.push_back(known);
    if (lines.contains(std::string{name})) return true;
    reader.wrong_value(key, "there is no [" + std::string{section} + "] " + in_quotes(name) +
                                suggestion(name, names));
    return false;
  }

  void read_session(const ConfigSection& section) {
    SectionReader reader(section, first("DEFAULT"), title_of(section), findings);
    SessionConfig session;
    if (const auto name = reader.name("TargetCompID")) {
      session.target_comp_id = SessionId{*name};
      const auto [place, is_new] = session_lines_.emplace(*name, section.line);
      if (!is_new) {
        reader.wrong_value("TargetCompID", "the session stands twice, first in line " +
                                               std::to_string(place->second));
      }
      if (*name == config_.gateway.sender_comp_id) {
        reader.wrong_value("TargetCompID", "this is the gateway's own SenderCompID");
      }
    }
    if (!reader.has("Accounts")) (void)reader.required("Accounts");
    for (const std::string& account : reader.list("Accounts")) {
      if (is_known(reader, "Accounts", "ACCOUNT", account, account_lines_)) {
        session.accounts.emplace_back(account);
      }
    }
    session.symbols = reader.list("Symbols");
    for (const std::string& symbol : session.symbols) check_symbol(reader, "Symbols", symbol, true);
    session.trade = reader.yes_no("Trade", true);
    session.announce_on_logon = reader.yes_no("AnnounceOnLogon", false);
    static constexpr std::array ack_modes = {"full"sv, "venue"sv};
    session.ack_mode = static_cast<AckMode>(reader.choice_or("AckMode", 0, ack_modes));
    session.max_outbound_queue = static_cast<std::size_t>(
        reader.integer_or("MaxOutboundQueue", 16 << 20, 64 << 10, 1 << 30, " bytes"));
    session.password = reader.secret_ref("PasswordRef");
    session.check_latency = reader.yes_no("CheckLatency", true);
    session.max_latency_s = reader.integer_or("MaxLatency", 10, 1, 86'400, " seconds");
    static constexpr std::array precisions = {"3"sv, "6"sv};
    session.timestamp_precision =
        reader.choice_or("TimestampPrecision", 0, precisions) == 0 ? 3 : 6;
    if (reader.integer("HeartBtInt", 5, 60, " seconds")) {
      findings.note(reader.line_of("HeartBtInt"),
                    "HeartBtInt has no effect: an acceptor takes the interval of the client's "
                    "Logon (108), here 5 to 60 seconds");
    }
    config_.sessions.push_back(std::move(session));
  }

  static void check_symbol(SectionReader& reader, std::string_view key, const std::string& symbol,
                           bool pattern) {
    const std::size_t star = symbol.find('*');
    const bool star_ok = star == std::string::npos || (pattern && star + 1 == symbol.size());
    if (!star_ok || symbol.size() > fixspec::Symbol::capacity) {
      reader.wrong_value(key,
                         in_quotes(symbol) + (pattern ? " is no symbol and no prefix ending in *"
                                                      : " is no symbol (no * here)"));
    }
  }

  // "SESSION OMS1 SYMBOL BTC-PERPETUAL": what a [RISK] section applies to, and its name in rejects.
  static std::string scope_name(const ConfigSection& section) {
    std::string name;
    for (const std::string_view key : {"Session"sv, "Account"sv, "Venue"sv, "Symbol"sv}) {
      const ConfigEntry* entry = section.find(key);
      if (entry == nullptr) continue;
      if (!name.empty()) name += ' ';
      for (const char c : key) name += static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
      name += ' ' + entry->value;
    }
    return name.empty() ? "GATEWAY" : name;
  }

  void read_strategy(const ConfigSection& section) {
    SectionReader reader(section, nullptr, title_of(section), findings);
    StrategyConfig strategy;
    auto& settings = strategy.settings;
    if (const auto name = reader.name("Name")) {
      settings.name = *name;
      const auto [place, is_new] = strategy_lines_.emplace(*name, section.line);
      if (!is_new) {
        reader.wrong_value(
            "Name", "the strategy stands twice, first in line " + std::to_string(place->second));
      }
      if (name->size() > 20)
        reader.wrong_value("Name", "at most 20 characters; it begins ClOrdIDs");
    }
    static constexpr std::array types = {"market_maker"sv};
    if (!reader.has("Type")) (void)reader.required("Type");
    (void)reader.choice("Type", types);
    if (const auto session = reader.required("Session");
        session && is_known(reader, "Session", "SESSION", *session, session_lines_)) {
      strategy.session = SessionId{*session};
    }
    if (const auto account = reader.required("Account");
        account && is_known(reader, "Account", "ACCOUNT", *account, account_lines_)) {
      settings.account = AccountId{*account};
      for (const AccountConfig& known : config_.accounts) {
        if (known.name == settings.account) settings.instrument.venue = known.venue;
      }
      check_may_use(reader, strategy);
    }
    if (const auto symbol = reader.required("Symbol")) {
      check_symbol(reader, "Symbol", *symbol, false);
      if (const auto parsed = fixspec::Symbol::parse(*symbol)) settings.instrument.symbol = *parsed;
    }
    read_market_maker(reader, settings);
    config_.strategies.push_back(std::move(strategy));
  }

  // The session must have the account, or every order would be refused.
  void check_may_use(SectionReader& reader, const StrategyConfig& strategy) {
    for (const SessionConfig& session : config_.sessions) {
      if (session.target_comp_id != strategy.session) continue;
      const auto& accounts = session.accounts;
      if (std::find(accounts.begin(), accounts.end(), strategy.settings.account) ==
          accounts.end()) {
        reader.wrong_value(
            "Account", "[SESSION] " + strategy.session.to_string() + " may not use it (Accounts=)");
      }
    }
  }

  static void read_market_maker(SectionReader& reader,
                                strategies::market_maker::Settings& settings) {
    const auto quantity = [&](std::string_view key, fixspec::Quantity& into) {
      if (!reader.has(key)) (void)reader.required(key);
      if (const auto value = reader.positive(key)) into = fixspec::Quantity{*value};
    };
    quantity("OrderQty", settings.order_qty);
    quantity("MaxInventory", settings.max_inventory);
    if (settings.max_inventory.is_positive() && settings.max_inventory < settings.order_qty) {
      reader.wrong_value("MaxInventory", "it is less than OrderQty: nothing could be quoted");
    }
    // Parameters of a formula, not amounts of money: they may be doubles.
    const auto real = [&](std::string_view key, double& into, std::int64_t high) {
      if (const auto value = reader.positive(key, high)) {
        into = static_cast<double>(value->units()) /
               static_cast<double>(fixspec::Decimal::from_integer(1).units());
      }
    };
    real("RiskAversion", settings.risk_aversion, 1'000);
    real("Horizon", settings.horizon_s, 86'400);
    real("ArrivalDecay", settings.arrival_decay, 1'000);
    real("VolatilityWindow", settings.volatility_window_s, 86'400);
    settings.min_spread_ticks =
        reader.integer_or("MinSpreadTicks", settings.min_spread_ticks, 1, 1'000'000, " ticks");
    settings.amend_threshold_ticks = reader.integer_or(
        "AmendThresholdTicks", settings.amend_threshold_ticks, 1, 1'000'000, " ticks");
    constexpr std::int64_t ms = fixspec::nanos_per_milli;
    settings.min_quote_life_ns =
        ms * reader.integer_or("MinQuoteLifeMs", settings.min_quote_life_ns / ms, 0, 3'600'000,
                               " milliseconds");
    settings.stale_after_ns = ms * reader.integer_or("StaleAfterMs", settings.stale_after_ns / ms,
                                                     100, 600'000, " milliseconds");
    settings.max_loss = reader.positive("MaxLoss");
    settings.flatten_on_exit = reader.yes_no("FlattenOnExit", true);
  }

  void read_risk(const ConfigSection& section) {
    risk::LimitSet limits;
    limits.name = scope_name(section);
    SectionReader reader(section, nullptr, "[RISK] " + limits.name, findings);
    const auto session = reader.text("Session");
    if (session && is_known(reader, "Session", "SESSION", *session, session_lines_)) {
      limits.scope.session = SessionId{*session};
    }
    const auto account = reader.text("Account");
    if (account && is_known(reader, "Account", "ACCOUNT", *account, account_lines_)) {
      limits.scope.account = AccountId{*account};
    }
    if (const auto venue = reader.text("Venue")) limits.scope.venue = known_venue(reader, *venue);
    if (const auto symbol = reader.text("Symbol")) {
      check_symbol(reader, "Symbol", *symbol, false);
      limits.scope.symbol = fixspec::Symbol::parse(*symbol);
    }
    const auto [place, is_new] = risk_lines_.emplace(limits.name, section.line);
    if (!is_new) {
      findings.mistake(section.line, "a second [RISK] for " + limits.name +
                                         "; the first is in line " + std::to_string(place->second));
    }
    read_limits(reader, section, limits);
    config_.limits.push_back(std::move(limits));
  }

  void read_limits(SectionReader& reader, const ConfigSection& section, risk::LimitSet& limits) {
    constexpr std::int64_t hour_ms = 3'600'000;
    constexpr std::int64_t million = 1'000'000;
    if (const auto value = reader.positive("MaxOrderQty")) limits.max_order_qty.emplace(*value);
    if (const auto value = reader.positive("MaxOrderValue")) limits.max_order_value.emplace(*value);
    limits.price_collar_percent = reader.positive("PriceCollarPercent", 100);
    limits.reference_max_age_ms = reader.integer("ReferenceMaxAgeMs", 1, hour_ms, " ms");
    const auto count = [&](std::string_view key) -> std::optional<std::uint32_t> {
      const auto value = reader.integer(key, 1, million);
      if (!value) return std::nullopt;
      return static_cast<std::uint32_t>(*value);
    };
    limits.duplicate_max = count("DuplicateMax");
    limits.duplicate_window_ms = reader.integer("DuplicateWindowMs", 1, hour_ms, " ms");
    if (const auto value = reader.positive("MaxPosition")) limits.max_position.emplace(*value);
    limits.max_open_orders = count("MaxOpenOrders");
    limits.max_orders_per_second = count("MaxOrdersPerSecond");

    needs(reader, "PriceCollarPercent", "ReferenceMaxAgeMs");
    needs(reader, "DuplicateMax", "DuplicateWindowMs");
    needs(reader, "DuplicateWindowMs", "DuplicateMax");
    if (section.entries.empty()) findings.note(section.line, "this [RISK] section limits nothing");
  }

  static void needs(SectionReader& reader, std::string_view key, std::string_view other) {
    if (reader.has(key) && !reader.has(other)) {
      reader.wrong_value(key, "needs " + std::string{other} + " in the same section");
    }
  }

  void read_audit() {
    static const ConfigSection none{"AUDIT", 0, {}};
    const ConfigSection* section = first("AUDIT");
    SectionReader reader(section == nullptr ? none : *section, nullptr, "[AUDIT]", findings);
    config_.audit.enabled = reader.yes_no("Enabled", true);
    config_.audit.path = reader.text_or("Path", config_.gateway.state_path + "/audit.db");
  }

  void check_presence() {
    if (venue_lines_.empty() && first("VENUE") == nullptr) {
      findings.mistake(0, "there is no [VENUE] section: orders would have nowhere to go");
    }
    if (first("ACCOUNT") == nullptr) {
      findings.mistake(0, "there is no [ACCOUNT] section: no key to trade with");
    }
    if (first("SESSION") == nullptr) {
      findings.mistake(0, "there is no [SESSION] section: no client could log on");
    }
    if (first("RISK") == nullptr) {
      findings.note(0, "there is no [RISK] section: no limit holds but the venue's own");
    }
  }

  std::vector<ConfigSection> sections_;
  Config config_;
  std::map<fixspec::Venue, std::size_t> venue_lines_;
  std::map<std::string, std::size_t> strategy_lines_;
  std::map<std::string, std::size_t> account_lines_;
  std::map<std::string, std::size_t> session_lines_;
  std::map<std::string, std::size_t> risk_lines_;
};

}  // namespace

fixspec::Result<Config, Mistakes> parse_config(std::string_view text) {
  Mistakes mistakes;
  ConfigParser parser(split_config(text, mistakes));
  Config config = parser.parse();
  for (const Mistake& mistake : parser.findings.mistakes) mistakes.push_back(mistake);
  if (!mistakes.empty()) {
    std::stable_sort(mistakes.begin(), mistakes.end(),
                     [](const Mistake& a, const Mistake& b) { return a.line < b.line; });
    return fixspec::Unexpected{std::move(mistakes)};
  }
  config.effective = std::move(parser.findings.effective);
  config.notes.assign(parser.findings.notes.begin(), parser.findings.notes.end());
  return config;
}

fixspec::Result<Config, Mistakes> load_config(const std::string& path) {
  const auto unreadable = [&](const std::string& why) {
    return fixspec::Unexpected{Mistakes{{0, "cannot be read: " + why}}};
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable("it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(std::strerror(errno));
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return unreadable(std::strerror(errno));
  return parse_config(text.str());
}

std::string to_text(const Mistakes& mistakes, std::string_view file) {
  std::string text;
  for (const Mistake& mistake : mistakes) {
    text += std::string{file} + ":";
    if (mistake.line != 0) text += std::to_string(mistake.line) + ":";
    text += " " + mistake.text + "\n";
  }
  return text;
}

risk::Permissions permissions_of(const Config& config) {
  risk::Permissions permissions;
  for (const SessionConfig& session : config.sessions) {
    permissions.sessions[session.target_comp_id] = {
        .accounts = {session.accounts.begin(), session.accounts.end()},
        .symbols = session.symbols,
        .trade = session.trade};
  }
  for (const AccountConfig& account : config.accounts) {
    permissions.accounts[account.name] = account.venue;
  }
  return permissions;
}

}  // namespace causeway::gateway::app
