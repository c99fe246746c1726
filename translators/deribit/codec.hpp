#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/result.hpp"
#include "translators/deribit/wire.hpp"

// Bytes to wire structs and back; pure. Numbers stay text in both directions.
namespace causeway::translators::deribit {

/// "private/buy" and so on.
std::string_view method_name(const wire::Request& request);

/// `out` becomes the JSON-RPC frame of `request`. Its capacity is used again: a buffer that is
/// kept makes no allocation.
void encode_frame(std::string& out, std::uint64_t id, const wire::Request& request);

/// The same request as the path and query of an HTTP GET, percent-encoded.
std::string encode_http_target(const wire::Request& request);

template <class T>
using Decoded = fixspec::Result<T, fixspec::Error>;

/// Reads what the venue sends. Texts and numbers in what it returns are views into the decoder and
/// hold until the next decode(). Unknown fields are passed over; a message that is not JSON, is too
/// long, too deep, or lacks what we need is an error, never a guess.
class Decoder {
 public:
  static constexpr std::size_t max_depth = 24;

  explicit Decoder(std::size_t max_bytes);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// The envelope of one message; its body is read by one of the functions below.
  Decoded<wire::Message> decode(std::string_view bytes);

  // Each reads the body of the last message: the result of a Success, the data of a Notification.
  [[nodiscard]] Decoded<wire::AuthResult> auth_result() const;
  [[nodiscard]] Decoded<std::vector<std::string_view>> channels() const;
  [[nodiscard]] Decoded<wire::OrderAndTrades> order_and_trades() const;
  [[nodiscard]] Decoded<wire::Order> order() const;
  [[nodiscard]] Decoded<std::vector<wire::Order>> orders() const;
  [[nodiscard]] Decoded<std::int64_t> count() const;
  [[nodiscard]] Decoded<wire::TradePage> trades() const;
  [[nodiscard]] Decoded<std::vector<wire::Position>> positions() const;
  [[nodiscard]] Decoded<wire::AccountSummaries> account_summaries() const;
  [[nodiscard]] Decoded<std::vector<wire::Instrument>> instruments() const;
  /// Of a user.orders, user.trades or user.changes notification.
  [[nodiscard]] Decoded<wire::Changes> changes(std::string_view channel) const;
  /// Of a ticker or quote notification.
  [[nodiscard]] Decoded<wire::Ticker> ticker() const;
  /// Of a book notification; `book` is overwritten, the memory of its levels used again.
  [[nodiscard]] Decoded<fixspec::Done> book(wire::Book& book) const;
  /// Of a trades notification.
  [[nodiscard]] Decoded<std::vector<wire::PublicTrade>> public_trades() const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
  std::size_t max_bytes_;
};

}  // namespace causeway::translators::deribit
