#include "gateway/app/run/settings.hpp"

#include <utility>

namespace causeway::gateway::app {
namespace {

void add_line(std::string& text, const std::string& line) {
  text += (text.empty() ? "" : "\n") + line;
}

}  // namespace

fixspec::Result<fix::Settings, fixspec::Error> fix_settings(const Config& config) {
  fix::Settings settings;
  settings.our_comp_id = config.gateway.sender_comp_id;
  settings.plain =
      fix::PlainPort{.host = config.gateway.plain.host, .port = config.gateway.plain.port};
  if (const auto& tls = config.gateway.tls) {
    settings.tls = fix::TlsPort{.host = tls->address.host,
                                .port = tls->address.port,
                                .certificate_file = tls->certificate_file,
                                .private_key_file = tls->key_file};
  }
  settings.logon_timeout = std::chrono::seconds{config.gateway.logon_timeout_s};
  std::string mistakes;
  for (const SessionConfig& session : config.sessions) {
    fix::SessionSettings one;
    one.comp_id = session.target_comp_id;
    if (session.password) {
      auto password = load_password(*session.password);
      if (!password)
        add_line(mistakes, password.error().text);
      else
        one.password = std::move(*password);
    }
    one.ack_mode = session.ack_mode == AckMode::Full ? fix::AckMode::Full : fix::AckMode::Venue;
    one.announce_on_logon = session.announce_on_logon;
    one.check_latency = session.check_latency;
    one.max_latency_s = static_cast<int>(session.max_latency_s);
    one.timestamp_precision = session.timestamp_precision;
    one.max_outbound_bytes = session.max_outbound_queue;
    settings.sessions.push_back(std::move(one));
  }
  if (!mistakes.empty()) return fixspec::Unexpected{fixspec::Error{mistakes}};
  return settings;
}

fixspec::Result<translators::deribit::Settings, fixspec::Error> deribit_settings(
    const Config& config, const VenueConfig& venue) {
  translators::deribit::Settings settings;
  settings.url = venue.url.text;
  settings.ca_file = venue.ca_file;
  std::string mistakes;
  for (const AccountConfig& account : config.accounts) {
    if (account.venue != venue.name) continue;
    auto key = load_key_pair(account.key);
    if (!key) {
      add_line(mistakes, "[ACCOUNT] " + account.name.to_string() + ": " + key.error().text);
      continue;
    }
    if (key->is_private_key) {
      add_line(mistakes, "[ACCOUNT] " + account.name.to_string() +
                             ": Deribit's keys sign with a secret; use secret= in the key file");
      continue;
    }
    settings.accounts.push_back({.account = account.name,
                                 .client_id = std::string{key->key.reveal()},
                                 .client_secret = std::move(key->secret)});
  }
  if (!mistakes.empty()) return fixspec::Unexpected{fixspec::Error{mistakes}};
  return settings;
}

fixspec::Result<translators::binance::Settings, fixspec::Error> binance_settings(
    const Config& config, const VenueConfig& venue) {
  using translators::binance::KeyType;
  translators::binance::Settings settings;
  settings.rest_url = venue.url.text;
  if (venue.api_url) settings.api_url = venue.api_url->text;
  if (venue.stream_url) settings.stream_url = venue.stream_url->text;
  settings.ca_file = venue.ca_file;
  std::string mistakes;
  for (const AccountConfig& account : config.accounts) {
    if (account.venue != venue.name) continue;
    auto key = load_key_pair(account.key);
    if (!key) {
      add_line(mistakes, "[ACCOUNT] " + account.name.to_string() + ": " + key.error().text);
      continue;
    }
    settings.accounts.push_back({.account = account.name,
                                 .api_key = std::string{key->key.reveal()},
                                 .key_type = key->is_private_key ? KeyType::Ed25519 : KeyType::Hmac,
                                 .secret = std::move(key->secret)});
  }
  if (!mistakes.empty()) return fixspec::Unexpected{fixspec::Error{mistakes}};
  return settings;
}

}  // namespace causeway::gateway::app
