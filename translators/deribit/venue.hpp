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

namespace causeway::translators::deribit {

/// One account at Deribit: its own key, its own private connection.
struct AccountSettings {
  fixspec::AccountId account;
  std::string client_id;  ///< the key's public part
  fixspec::Secret client_secret;
};

/// How to reach Deribit. The defaults are production's.
struct Settings {
  /// wss://, or ws:// to a loopback address. Test net: wss://test.deribit.com/ws/api/v2.
  std::string url = "wss://www.deribit.com/ws/api/v2";
  /// PEM file of the only authority to trust; absent: the system's.
  std::optional<std::string> ca_file;
  std::vector<AccountSettings> accounts;
  /// A request without a reply after this is told as RequestUnknown.
  std::chrono::milliseconds request_timeout{5'000};
  /// For each of resolving, TCP, TLS and the WebSocket upgrade; and for log-on as a whole.
  std::chrono::milliseconds connect_timeout{5'000};
  /// Seeds nonces and the jitter of reconnects; absent: drawn from the system.
  std::optional<std::uint64_t> random_seed;
};

/// Deribit over WebSocket: one public connection and one private connection an account, all on
/// `io` and its thread. `sink` and `log` must outlive the venue. Throws std::runtime_error where
/// the settings can't be used (a bad URL, an unreadable CA file).
std::unique_ptr<Venue> make_venue(boost::asio::io_context& io, Settings settings, VenueSink& sink,
                                  fixspec::LogSink& log);

}  // namespace causeway::translators::deribit
