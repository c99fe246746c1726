#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/binance/error.hpp"
#include "simulator/core/json.hpp"

namespace causeway::simulator::binance {

/// The parameters of one request, from wherever they were sent, as texts. Of two of one name the
/// first holds. Reading keeps the first error.
class Params {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  Params() = default;
  explicit Params(Pairs pairs) : pairs_(std::move(pairs)) {}
  /// Of a JSON object; null members are left out, and inner arrays and objects.
  explicit Params(const core::JsonValue& object);

  [[nodiscard]] const Pairs& pairs() const { return pairs_; }
  /// True where it was sent and is not empty.
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The text of a parameter that may be left out.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;

  std::string required_text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name);
  std::int64_t required_integer(std::string_view name);
  /// Plain digits with at most one point; also what a JSON number may be.
  std::optional<core::Decimal> decimal(std::string_view name);
  core::Decimal required_decimal(std::string_view name);
  bool boolean(std::string_view name, bool otherwise);

  void fail(ApiError error) {
    if (!error_) error_ = std::move(error);
  }
  [[nodiscard]] const std::optional<ApiError>& error() const { return error_; }

 private:
  [[nodiscard]] const std::string* find(std::string_view name) const;

  Pairs pairs_;
  std::optional<ApiError> error_;
};

}  // namespace causeway::simulator::binance
