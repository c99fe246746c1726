#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fixspec/reject_code.hpp"
#include "fixspec/report.hpp"
#include "translators/binance/wire.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// What a failure means for the request that it answers.
enum class Verdict : std::uint8_t {
  Refused,       ///< explicitly not carried out
  Unknown,       ///< nobody can say; look the order up
  RateLimited,   ///< refused for a limit: wait (Retry-After, or the ban's end)
  NotFound,      ///< the venue does not know the order (any more): proves nothing by itself
  Unauthorized,  ///< refused because of the key, its permissions or its signature
  Stale,         ///< refused because it came outside its time window
  AlreadySo,     ///< a setting was as asked for already
};

struct Judgement {
  Verdict verdict = Verdict::Unknown;
  fixspec::RejectCode code = fixspec::RejectCode::VenueRejected;
  /// For an amend or cancel: the order may have ended; the engine has to look it up.
  bool order_may_be_closed = false;
  bool may_pass_later = false;  ///< a limit, an overload, a race: over in a while

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// One row of the derivatives error page (developers.binance.com, May 2026).
struct ErrorRow {
  static constexpr std::uint8_t may_pass_later = 1;
  static constexpr std::uint8_t order_may_be_closed = 2;
  static constexpr std::uint8_t whatever_status =
      4;  ///< documented as not carried out with 5xx, too

  std::int64_t code = 0;
  Verdict verdict = Verdict::Refused;
  fixspec::RejectCode reject_code = fixspec::RejectCode::VenueRejected;
  std::uint8_t flags = 0;

  [[nodiscard]] constexpr bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  friend bool operator==(const ErrorRow&, const ErrorRow&) = default;
};

/// The row of `code`; nullopt where the table has none.
std::optional<ErrorRow> find_error(std::int64_t code);

/// What a failed reply means as the answer to a request of this kind. `status` is HTTP's, or the
/// WebSocket API's, which counts alike.
///
/// Only what is documented as a refusal becomes one:
/// - a code in the table means what the table says; with 408 or 5xx only those codes count that are
///   documented as failures there (-1001, -1003, -1008, -1015), and the texts "Service
///   Unavailable." and "Internal error; unable to process your request. ..." in the venue's own
///   JSON;
/// - a code that is not in the table is Unknown, whatever the status; so is a body that is not the
///   venue's (a proxy's or firewall's page), with 403, 418 and 429 too, for what changes orders.
///   Whoever reads a 418 or 429 slows down besides;
/// - a client id that is taken (-4116) is Unknown for a placing: an earlier one exists.
Judgement judge(std::int64_t status, const wire::Failure& failure, AskKind kind);

/// The refusal in words and codes for the client.
fixspec::RejectDetail to_detail(std::int64_t status, const wire::Failure& failure,
                                fixspec::RejectCode code);

}  // namespace causeway::translators::binance
