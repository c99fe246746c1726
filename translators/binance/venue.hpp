#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fixspec/id.hpp"
#include "fixspec/log.hpp"
#include "fixspec/secret.hpp"
#include "translators/venue.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::translators::binance {

/// How an account's key signs.
enum class KeyType : std::uint8_t {
  Hmac,     ///< every request is signed
  Ed25519,  ///< the session logs on once; REST requests are signed
};

/// One account at Binance: its own key, its own private connections.
struct AccountSettings {
  fixspec::AccountId account;
  std::string api_key;  ///< the key's public part, X-MBX-APIKEY
  KeyType key_type = KeyType::Hmac;
  /// The HMAC secret, or the Ed25519 private key as PEM text (PKCS#8).
  fixspec::Secret secret;
};

/// How to reach Binance's USDⓈ-M futures. The defaults are production's.
struct Settings {
  std::string rest_url = "https://fapi.binance.com";
  /// The WebSocket API: orders. wss://, or ws:// to a loopback address.
  std::string api_url = "wss://ws-fapi.binance.com/ws-fapi/v1";
  /// Where /public, /market and /private streams are.
  std::string stream_url = "wss://fstream.binance.com";
  /// PEM file of the only authority to trust; absent: the system's.
  std::optional<std::string> ca_file;
  std::vector<AccountSettings> accounts;
  /// A request without a reply after this is told as RequestUnknown.
  std::chrono::milliseconds request_timeout{5'000};
  /// For each of resolving, TCP, TLS and the WebSocket upgrade; and for log-on as a whole.
  std::chrono::milliseconds connect_timeout{5'000};
  /// Seeds the jitter of reconnects; absent: drawn from the system.
  std::optional<std::uint64_t> random_seed;
};

/// Binance USDⓈ-M: REST, WebSocket API and streams, all on `io` and its thread. `sink` and `log`
/// must outlive the venue. Throws std::runtime_error where the settings can't be used (a bad URL,
/// an unreadable CA file, a key that is none).
std::unique_ptr<Venue> make_venue(boost::asio::io_context& io, Settings settings, VenueSink& sink,
                                  fixspec::LogSink& log);

}  // namespace causeway::translators::binance
