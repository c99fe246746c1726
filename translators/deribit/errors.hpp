#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fixspec/reject_code.hpp"
#include "fixspec/report.hpp"
#include "translators/deribit/wire.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// What an error reply means for the request that it answers.
enum class Verdict : std::uint8_t {
  Refused,       ///< explicitly not carried out
  Unknown,       ///< nobody can say; look the order up
  RateLimited,   ///< refused, and the venue ends the session
  NotFound,      ///< the venue does not know the order (any more): proves nothing by itself
  Unauthorized,  ///< refused because the token is not valid (any more): log on again
};

struct Judgement {
  Verdict verdict = Verdict::Unknown;
  fixspec::RejectCode code = fixspec::RejectCode::VenueRejected;
  /// For an amend or cancel: the order may have ended; the engine has to look it up.
  bool order_may_be_closed = false;
  bool may_pass_later = false;  ///< a limit, a settlement, maintenance: over in a while

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// One row of Deribit's "Complete RPC Error Codes Reference" (docs.deribit.com/articles/errors,
/// read March 2026). The tables at the top of that page are wrong and are not used.
struct ErrorRow {
  std::int64_t code = 0;
  std::string_view message;
  Verdict verdict = Verdict::Refused;
  fixspec::RejectCode reject_code = fixspec::RejectCode::VenueRejected;

  friend bool operator==(const ErrorRow&, const ErrorRow&) = default;
};

/// The row of `code`; nullopt where the table has none.
std::optional<ErrorRow> find_error(std::int64_t code);

/// What `code` means as the answer to a request of this kind. A code that is not in the table is
/// Unknown: only what is documented as a refusal becomes one.
Judgement judge(std::int64_t code, AskKind kind);

/// The refusal in words and codes for the client.
fixspec::RejectDetail to_detail(const wire::Failure& failure, fixspec::RejectCode code);

}  // namespace causeway::translators::deribit
