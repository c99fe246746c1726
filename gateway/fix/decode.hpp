#pragma once

#include <functional>
#include <string>

#include "fixspec/id.hpp"
#include "fixspec/order.hpp"
#include "fixspec/result.hpp"
#include "fixspec/time.hpp"
#include "gateway/fix/field_reader.hpp"

namespace causeway::gateway::fix {

/// What decode() may look at besides the message.
struct DecodeContext {
  fixspec::UtcNanos now = 0;
  std::int64_t poss_dup_max_age_ns = 0;
  InstrumentsNamed instruments_named;
  /// Whether the session has used a ClOrdID before.
  std::function<bool(const fixspec::ClOrdId&)> knows_cl_ord_id;
};

/// A message that cannot be answered as an order request: to be answered by a Reject (35=3) or, if
/// Unsupported, by a BusinessMessageReject (35=j) with the text.
struct Undecodable {
  enum class Kind : std::uint8_t { MissingField, BadValue, Unsupported };
  Kind kind = Kind::BadValue;
  int tag = 0;
  std::string text;
};

/// A D, G, F, q, H or AF that passed the dictionary (or would), as a request. Where the dialect
/// refuses a D, G, F or q, the request is a RefusedRequest with the first reason found.
fixspec::Result<fixspec::ClientRequest, Undecodable> decode(const FrameFields& message,
                                                            const DecodeContext& context);

}  // namespace causeway::gateway::fix
