#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "fixspec/result.hpp"
#include "translators/binance/wire.hpp"

// Bytes to wire structs; pure. Numbers stay text.
namespace causeway::translators::binance {

template <class T>
using Decoded = fixspec::Result<T, fixspec::Error>;

/// What the headers of an HTTP response say about limits.
struct LimitHeaders {
  std::optional<std::int64_t> used_weight_1m;   ///< X-MBX-USED-WEIGHT-1M, of the address
  std::optional<std::int64_t> order_count_10s;  ///< X-MBX-ORDER-COUNT-10S, of the account
  std::optional<std::int64_t> order_count_1m;   ///< X-MBX-ORDER-COUNT-1M
  std::optional<std::int64_t> retry_after_s;    ///< Retry-After, with 429 and 418

  friend bool operator==(const LimitHeaders&, const LimitHeaders&) = default;
};
/// Takes one header in, whatever the case of its name; others and unreadable ones are passed over.
void read_header(LimitHeaders& limits, std::string_view name, std::string_view value);

/// When a ban ends, from the text of a -1003 ("... banned until 1659146400000 ..."), ms since 1970.
std::optional<std::int64_t> banned_until_ms(std::string_view message);

/// Reads what the venue sends. Texts, numbers and levels in what it returns are views into the
/// decoder and hold until its next message. Unknown fields and events are passed over; a message
/// that is not JSON, is too long, too deep, or lacks what we need is an error, never a guess.
class Decoder {
 public:
  static constexpr std::size_t max_depth = 24;

  explicit Decoder(std::size_t max_bytes);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// A frame of the WebSocket API; its result is read by one of the functions below.
  Decoded<wire::ApiMessage> api_message(std::string_view bytes);
  /// An HTTP response. A failure status never is an error here, whatever its body; a success whose
  /// body cannot be read is.
  Decoded<wire::Reply> http_reply(unsigned status, std::string_view body);
  /// A message of a user data stream, raw or wrapped ({"stream":...,"data":...}).
  Decoded<wire::UserEvent> user_event(std::string_view bytes);
  /// A message of a market stream, raw or wrapped.
  Decoded<wire::MarketEvent> market_event(std::string_view bytes);

  // Each reads the result of the last successful reply.
  /// Of order.place, order.modify, order.cancel, order.status and their REST forms.
  [[nodiscard]] Decoded<wire::Order> order() const;
  [[nodiscard]] Decoded<std::vector<wire::Order>> orders() const;
  /// Of batchOrders, in the order of the request.
  [[nodiscard]] Decoded<std::vector<wire::BatchItem>> batch() const;
  /// Of algoOrder.place and of queries of one.
  [[nodiscard]] Decoded<wire::AlgoOrder> algo_order() const;
  [[nodiscard]] Decoded<std::vector<wire::AlgoOrder>> algo_orders() const;
  /// Of algoOrder.cancel. A code other than 200 in it is an error.
  [[nodiscard]] Decoded<wire::AlgoAck> algo_ack() const;
  [[nodiscard]] Decoded<std::vector<wire::UserTrade>> user_trades() const;
  [[nodiscard]] Decoded<std::vector<wire::Position>> positions() const;
  [[nodiscard]] Decoded<std::vector<wire::Balance>> balances() const;
  [[nodiscard]] Decoded<std::vector<wire::Income>> incomes() const;
  [[nodiscard]] Decoded<wire::AccountConfig> account_config() const;
  /// True: hedge mode (positionSide/dual).
  [[nodiscard]] Decoded<bool> dual_side_position() const;
  [[nodiscard]] Decoded<wire::CommissionRate> commission_rate() const;
  [[nodiscard]] Decoded<wire::Session> session() const;
  [[nodiscard]] Decoded<std::string_view> listen_key() const;
  [[nodiscard]] Decoded<std::int64_t> server_time_ms() const;
  [[nodiscard]] Decoded<wire::ExchangeInfo> exchange_info() const;
  [[nodiscard]] Decoded<wire::OpenInterest> open_interest() const;
  [[nodiscard]] Decoded<wire::PremiumIndex> premium_index() const;
  [[nodiscard]] Decoded<wire::BookTickerReply> book_ticker() const;
  [[nodiscard]] Decoded<wire::DepthSnapshot> depth_snapshot();
  /// The limits that stand beside the result of a WebSocket API reply; none where it has none.
  [[nodiscard]] std::vector<wire::RateLimit> rate_limits() const;

 private:
  struct Parsed;
  std::optional<fixspec::Error> parse(std::string_view bytes);
  std::unique_ptr<Parsed> parsed_;
  std::size_t max_bytes_;
};

}  // namespace causeway::translators::binance
