#pragma once

#include <string>
#include <string_view>

#include "fixspec/result.hpp"
#include "simulator/core/exchange.hpp"

namespace causeway::simulator::binance {

using fixspec::Unexpected;

/// How the venue refuses: its code and text, and the HTTP status that goes with them.
struct ApiError {
  int code = -1000;
  std::string message;
  unsigned status = 400;
  std::int64_t retry_after_s = 0;  ///< 0: the answer does not say
};
template <class T>
using ApiResult = fixspec::Result<T, ApiError>;

/// -1102: a parameter is missing, empty or malformed.
ApiError missing(std::string_view parameter);
/// -1106: a parameter that does not go with the others.
ApiError not_required(std::string_view parameter);
/// -1100: characters that the parameter may not have.
ApiError illegal(std::string_view parameter, std::string_view legal);
/// -1130: a value that the parameter may not have.
ApiError invalid(std::string_view parameter);
/// What the code says everywhere, with the venue's text; for codes without parameters.
ApiError error(int code);
/// The venue's answer where the matching engine refuses an order.
ApiError from_refusal(const core::Refusal& refusal);

}  // namespace causeway::simulator::binance
