#include "gateway/app/config_keys.hpp"

#include <algorithm>
#include <array>

namespace causeway::gateway::app {
namespace {

using namespace std::string_view_literals;

// What may stand in [SESSION], and in [DEFAULT] for all sessions.
constexpr std::array session_keys = {
    "TargetCompID"sv, "Accounts"sv, "Symbols"sv, "Trade"sv, "AnnounceOnLogon"sv, "AckMode"sv,
    "MaxOutboundQueue"sv, "PasswordRef"sv, "HeartBtInt"sv, "CheckLatency"sv, "MaxLatency"sv,
    "TimestampPrecision"sv,
    // QuickFIX's, of which one value holds (fixed_keys)
    "ConnectionType"sv, "BeginString"sv, "NonStopSession"sv, "StartTime"sv, "EndTime"sv,
    "UseDataDictionary"sv, "ResetOnLogon"sv, "ResetOnLogout"sv, "ResetOnDisconnect"sv,
    "RefreshOnLogon"sv, "PersistMessages"sv, "CheckCompID"sv, "ValidateUserDefinedFields"sv,
    "AllowUnknownMsgFields"sv, "SendRedundantResendRequests"sv};

constexpr std::array gateway_keys = {"SenderCompID"sv,
                                     "SocketAcceptHost"sv,
                                     "SocketAcceptPort"sv,
                                     "TlsAcceptHost"sv,
                                     "TlsAcceptPort"sv,
                                     "ServerCertificateFile"sv,
                                     "ServerCertificateKeyFile"sv,
                                     "StatePath"sv,
                                     "LogFile"sv,
                                     "LogLevel"sv,
                                     "Durability"sv,
                                     "CorePoll"sv,
                                     "BaseCurrency"sv,
                                     "LogonTimeout"sv,
                                     "JournalSegmentBytes"sv,
                                     "MaxPendingOrders"sv,
                                     "MaxLiveOrders"sv,
                                     "SnapshotEvery"sv,
                                     "KeepEndedOrders"sv,
                                     "KeepClOrdIDs"sv,
                                     "ClearHalts"sv};

constexpr auto default_keys = [] {
  // TargetCompID and PasswordRef belong to one session each.
  std::array<std::string_view, gateway_keys.size() + session_keys.size() - 2> keys{};
  std::size_t count = 0;
  for (const auto key : gateway_keys) keys[count++] = key;
  for (const auto key : session_keys) {
    if (key != "TargetCompID" && key != "PasswordRef") keys[count++] = key;
  }
  return keys;
}();

constexpr std::array venue_keys = {"Name"sv, "Url"sv, "ApiUrl"sv, "StreamUrl"sv, "CAFile"sv};
constexpr std::array account_keys = {
    "Name"sv,      "Venue"sv,          "KeyRef"sv,           "WhileRecovering"sv, "MaxHeldOrders"sv,
    "MaxHoldMs"sv, "ExternalOrders"sv, "PositionMismatch"sv, "AuditInterval"sv};
constexpr std::array risk_keys = {"Session"sv,
                                  "Account"sv,
                                  "Venue"sv,
                                  "Symbol"sv,
                                  "MaxOrderQty"sv,
                                  "MaxOrderValue"sv,
                                  "PriceCollarPercent"sv,
                                  "ReferenceMaxAgeMs"sv,
                                  "DuplicateMax"sv,
                                  "DuplicateWindowMs"sv,
                                  "MaxPosition"sv,
                                  "MaxOpenOrders"sv,
                                  "MaxOrdersPerSecond"sv};
constexpr std::array audit_keys = {"Enabled"sv, "Path"sv};

constexpr std::array strategy_keys = {"Name"sv,
                                      "Type"sv,
                                      "Session"sv,
                                      "Account"sv,
                                      "Symbol"sv,
                                      "OrderQty"sv,
                                      "MaxInventory"sv,
                                      "RiskAversion"sv,
                                      "Horizon"sv,
                                      "ArrivalDecay"sv,
                                      "VolatilityWindow"sv,
                                      "MinSpreadTicks"sv,
                                      "AmendThresholdTicks"sv,
                                      "MinQuoteLifeMs"sv,
                                      "StaleAfterMs"sv,
                                      "MaxLoss"sv,
                                      "FlattenOnExit"sv};

constexpr std::array rules = {
    SectionRule{"DEFAULT"sv, default_keys}, SectionRule{"SESSION"sv, session_keys},
    SectionRule{"VENUE"sv, venue_keys},     SectionRule{"ACCOUNT"sv, account_keys},
    SectionRule{"RISK"sv, risk_keys},       SectionRule{"STRATEGY"sv, strategy_keys},
    SectionRule{"AUDIT"sv, audit_keys}};

constexpr auto names = [] {
  std::array<std::string_view, rules.size()> result{};
  for (std::size_t i = 0; i < rules.size(); ++i) result[i] = rules[i].name;
  return result;
}();

struct Refused {
  std::string_view key;
  std::string_view why;
};

constexpr auto not_a_secret_store =
    "no secret may stand in this file; use KeyRef=file:<path> or PasswordRef=file:<path>"sv;
constexpr auto one_gateway_state =
    "sequence numbers and messages are kept in the journal under StatePath"sv;
constexpr auto no_schedule = "sessions run non-stop here; leave it out"sv;
constexpr auto initiator_only =
    "it belongs to an initiator; the gateway accepts connections (SocketAcceptHost and Port)"sv;
constexpr auto built_in_tls = "TLS 1.2 and 1.3 with the library's safe ciphers are used, always"sv;
constexpr auto no_client_certificates = "client certificates are not built yet"sv;
constexpr auto not_built = "it is planned but not built yet"sv;

constexpr std::array refused = {
    Refused{"ControlSocket"sv, not_built},
    Refused{"SessionQualifier"sv, "give each session a TargetCompID of its own"sv},
    Refused{"FileStorePath"sv, one_gateway_state},
    Refused{"FileLogPath"sv, "operators' log lines go to LogFile, messages to the journal"sv},
    Refused{"DataDictionary"sv, "the gateway's own FIX 4.4 dictionary is always used"sv},
    Refused{"TransportDataDictionary"sv, "FIXT.1.1 is not built yet"sv},
    Refused{"AppDataDictionary"sv, "FIXT.1.1 is not built yet"sv},
    Refused{"DefaultApplVerID"sv, "FIXT.1.1 is not built yet"sv},
    Refused{"StartDay"sv, no_schedule},
    Refused{"EndDay"sv, no_schedule},
    Refused{"LogonTime"sv, no_schedule},
    Refused{"LogoutTime"sv, no_schedule},
    Refused{"LogonDay"sv, no_schedule},
    Refused{"LogoutDay"sv, no_schedule},
    Refused{"Weekdays"sv, no_schedule},
    Refused{"UseLocalTime"sv, "all times are UTC"sv},
    Refused{"TimeZone"sv, "all times are UTC"sv},
    Refused{"MillisecondsInTimeStamp"sv, "use TimestampPrecision=3 or 6"sv},
    Refused{"ValidateFieldsOutOfOrder"sv,
            "the order of header, body and trailer is always checked"sv},
    Refused{"ValidateFieldsHaveValues"sv, "a field without a value is always refused"sv},
    Refused{"LogoutTimeout"sv, "it is fixed"sv},
    Refused{"MaxMessagesInResendRequest"sv, "a resend is served in slices by itself"sv},
    Refused{"ReconnectInterval"sv, initiator_only},
    Refused{"SocketConnectHost"sv, initiator_only},
    Refused{"SocketConnectPort"sv, initiator_only},
    Refused{"ClientCertificateFile"sv, initiator_only},
    Refused{"ClientCertificateKeyFile"sv, initiator_only},
    Refused{"SocketReuseAddress"sv, "it is always on"sv},
    Refused{"SocketNodelay"sv, "it is always on"sv},
    Refused{"SSLProtocol"sv, built_in_tls},
    Refused{"SSLCipherSuite"sv, built_in_tls},
    Refused{"CertificationAuthoritiesFile"sv, no_client_certificates},
    Refused{"CertificationAuthoritiesDirectory"sv, no_client_certificates},
    Refused{"CertificateRevocationListFile"sv, no_client_certificates},
    Refused{"CertificateVerifyLevel"sv, no_client_certificates},
    Refused{"CancelOnDisconnect"sv, not_built},
    Refused{"CancelOnDisconnectGrace"sv, not_built},
    Refused{"DropCopy"sv, not_built},
    Refused{"Role"sv, not_built},
    Refused{"RiskProfile"sv, "give limits in [RISK] sections with Session= or Account="sv},
    Refused{"AllowedRemoteAddresses"sv, not_built},
    Refused{"LogonAuth"sv, not_built},
    Refused{"MaxLeverage"sv, not_built},
    Refused{"MaxDrawdown"sv, not_built},
    Refused{"Password"sv, not_a_secret_store},
    Refused{"Secret"sv, not_a_secret_store},
    Refused{"ApiKey"sv, not_a_secret_store},
    Refused{"ApiSecret"sv, not_a_secret_store},
    Refused{"ClientSecret"sv, not_a_secret_store},
    Refused{"Passphrase"sv, not_a_secret_store},
};

constexpr std::array fixed = {
    FixedKey{"ConnectionType"sv, "acceptor"sv,
             "the gateway accepts connections from OMS clients"sv},
    FixedKey{"BeginString"sv, "FIX.4.4"sv, "other FIX versions are not built yet"sv},
    FixedKey{"NonStopSession"sv, "Y"sv, "sessions run non-stop here"sv},
    FixedKey{"UseDataDictionary"sv, "Y"sv, "every message is checked against the dictionary"sv},
    FixedKey{"ResetOnLogon"sv, "N"sv,
             "sessions persist; a client that wants to start over sends ResetSeqNumFlag(141)=Y"sv},
    FixedKey{"ResetOnLogout"sv, "N"sv, "sessions persist, so that no report is lost"sv},
    FixedKey{"ResetOnDisconnect"sv, "N"sv, "sessions persist, so that no report is lost"sv},
    FixedKey{"RefreshOnLogon"sv, "N"sv, "the gateway alone writes its session state"sv},
    FixedKey{"PersistMessages"sv, "Y"sv, "what was sent must be there for a resend"sv},
    FixedKey{"CheckCompID"sv, "Y"sv, "a message from somebody else is never taken"sv},
    FixedKey{"ValidateUserDefinedFields"sv, "Y"sv, "unknown tags are refused, not ignored"sv},
    FixedKey{"AllowUnknownMsgFields"sv, "N"sv, "unknown tags are refused, not ignored"sv},
    FixedKey{"SendRedundantResendRequests"sv, "N"sv, "one request covers the gap"sv},
};

}  // namespace

std::span<const SectionRule> section_rules() { return rules; }
std::span<const std::string_view> section_names() { return names; }
std::span<const FixedKey> fixed_keys() { return fixed; }

const SectionRule* section_rule(std::string_view name) {
  const auto found = std::find_if(rules.begin(), rules.end(),
                                  [&](const SectionRule& rule) { return rule.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

std::optional<std::string_view> refused_section(std::string_view name) {
  if (name == "GUARD") return "the guard is not built yet";
  return std::nullopt;
}

std::optional<std::string_view> refused_key(std::string_view key) {
  const auto found = std::find_if(refused.begin(), refused.end(),
                                  [&](const Refused& entry) { return entry.key == key; });
  if (found == refused.end()) return std::nullopt;
  return found->why;
}

}  // namespace causeway::gateway::app
