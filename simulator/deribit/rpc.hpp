#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/result.hpp"
#include "simulator/core/exchange.hpp"
#include "simulator/core/json.hpp"

namespace causeway::simulator::deribit {

/// The error member of a JSON-RPC response.
struct RpcError {
  int code = 0;
  std::string message;
  std::string reason = {};  ///< data.reason; empty: data is null
  std::string param = {};   ///< data.param; empty: absent
  bool closes = false;      ///< the connection ends after this error
};

template <class T>
using RpcResult = fixspec::Result<T, RpcError>;

/// -32602 with the reason and the parameter it is about.
RpcError invalid_params(std::string reason, std::string param);
/// 13009: no token, or one that does not hold (any more).
RpcError unauthorized(std::string reason);
/// 13004: wrong key, secret or signature.
RpcError invalid_credentials(std::string reason);
/// What the venue answers where the matching engine refuses.
RpcError from_refusal(const core::Refusal& refusal);
/// The HTTP status that goes with an error.
unsigned http_status(int code);

/// The named parameters of one request. Numbers and booleans may come as text, as they do in a
/// query string. The first parameter that is missing or of the wrong type is kept as error(), to be
/// looked at once after all have been read; until then such a parameter reads as absent.
class Params {
 public:
  explicit Params(const core::JsonValue& object) : object_(object) {}

  [[nodiscard]] bool has(std::string_view name) const;
  /// Present and not false.
  [[nodiscard]] bool is_set(std::string_view name) const;
  std::optional<std::string> text(std::string_view name);
  std::string required_text(std::string_view name);
  std::optional<core::Decimal> decimal(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  bool boolean(std::string_view name, bool otherwise);
  std::optional<std::int64_t> integer(std::string_view name);
  /// As integer(), brought between `low` and `high`.
  std::int64_t integer(std::string_view name, std::int64_t otherwise, std::int64_t low,
                       std::int64_t high);
  /// An array of texts; in a query string it is JSON text.
  std::vector<std::string> texts(std::string_view name);

  void fail(std::string reason, std::string_view name);
  [[nodiscard]] const std::optional<RpcError>& error() const { return error_; }

 private:
  const core::JsonValue* find(std::string_view name) const;

  const core::JsonValue& object_;
  std::optional<RpcError> error_;
};

}  // namespace causeway::simulator::deribit
