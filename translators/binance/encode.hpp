#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fixspec/time.hpp"
#include "translators/binance/buffer.hpp"
#include "translators/binance/request.hpp"
#include "translators/binance/sign.hpp"

// Requests to bytes. Decimals are written exactly, texts escaped or percent-encoded.
namespace causeway::translators::binance {

/// What stands in for the client in a request.
enum class Security : std::uint8_t {
  None,    ///< public
  ApiKey,  ///< the key's public part alone (listen keys)
  Signed,  ///< key, timestamp and signature
};

/// "GET", "/fapi/v1/order", "order.place" and so on of a request; `weight` counts against the
/// address's limit, `orders` against the account's.
struct Endpoint {
  std::string_view http_method;
  std::string_view path;       ///< empty: the WebSocket API alone has it
  std::string_view ws_method;  ///< empty: REST alone has it
  Security security = Security::Signed;
  int weight = 1;  ///< for the longest answer that we ask for
  int orders = 0;
};
Endpoint endpoint_of(const wire::Request& request);

/// When a request is made, in the venue's clock.
struct Stamp {
  std::int64_t timestamp_ms = 0;
  std::optional<std::int64_t> recv_window_ms;  ///< absent: the venue's default, 5000

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// The stamp of a request that the venue must not accept after `valid_until` (0: whenever), made at
/// `now`; both in the venue's clock. The window ends at valid_until's millisecond and is at most
/// 60 s. nullopt: it is over already, so the request must not be sent.
std::optional<Stamp> stamp(fixspec::UtcNanos now, fixspec::UtcNanos valid_until);

/// Who vouches for a WebSocket API frame.
enum class FrameAuth : std::uint8_t {
  Signature,  ///< apiKey and signature in each
  Session,    ///< session.logon has; the frame has only a timestamp
};

/// An HTTP request: everything is in the query, as the venue's own client libraries do it.
struct HttpCall {
  std::string_view method;
  std::string_view target;     ///< path and query, percent-encoded and signed
  bool needs_api_key = false;  ///< the header X-MBX-APIKEY must be set
};

inline constexpr std::string_view api_key_header = "X-MBX-APIKEY";

/// Encodes and signs the requests of one key into buffers of its own, which it uses again: what it
/// returns holds until the next call, and a warm encoder allocates nothing (batches excepted).
class Encoder {
 public:
  Encoder(std::string_view api_key, Signer signer);

  /// One text frame of the WebSocket API. A request that it does not have is our bug.
  std::string_view frame(std::uint64_t id, const wire::Request& request, Stamp stamp,
                         FrameAuth auth);
  /// A REST request. One that only the WebSocket API has is our bug.
  HttpCall http(const wire::Request& request, Stamp stamp);

  [[nodiscard]] std::string_view api_key() const { return api_key_; }
  [[nodiscard]] bool can_log_on() const { return signer_.is_ed25519(); }

 private:
  std::string api_key_;
  Signer signer_;
  Buffer text_;  ///< what is signed
  Buffer out_;
};

/// The path and query of a public REST call, which nobody signs.
std::string public_target(const wire::Call& call);

/// SUBSCRIBE or UNSUBSCRIBE to streams of a market connection, into `out`.
void encode_subscription(std::string& out, std::uint64_t id, bool subscribe,
                         std::span<const std::string> streams);

/// Streams of one symbol; the route (path below the host) that each is served on.
enum class Stream : std::uint8_t { BookTicker, Depth100ms, AggTrade, Trade, MarkPrice1s };
/// "btcusdt@depth@100ms" and so on.
std::string stream_name(std::string_view symbol, Stream stream);
/// "/public" or "/market".
std::string_view route_of(Stream stream);

}  // namespace causeway::translators::binance
