#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/translators/vectors.hpp"
#include "translators/binance/request.hpp"
#include "translators/venue.hpp"

// Binance's requests from the normalised intents of reference vectors.
namespace causeway::translators::vectors::binance_intent {

/// An intent and, beside it, the memory that the request built from it views into.
struct Intent {
  const Json& json;
  std::list<std::string> texts;
  std::list<PlaceOrder> asks;
  std::vector<binance::wire::NewOrder> orders;
  std::vector<binance::wire::ModifyOrder> amends;
  std::vector<std::string_view> client_ids;
  std::vector<std::int64_t> order_ids;

  explicit Intent(const Json& intent) : json(intent) {}
  std::string_view view(const std::string& text) { return texts.emplace_back(text); }
  std::string_view view(const Json& object, const char* name) {
    return view(text_of(object, name));
  }
};

struct Unbuildable {
  bool outside = false;  ///< not the gateway's work
  std::string why;
};
using Built = std::variant<binance::wire::Request, Unbuildable>;

/// The request that the gateway makes of the intent; its texts are views into `intent`.
Built build(Intent& intent);

/// Other calls that answer the same question, where the venue has several.
std::vector<binance::wire::Method> alternatives(binance::wire::Method method);

/// The whole number at `name`.
std::optional<std::int64_t> integer_of(const Json& json, const char* name);

}  // namespace causeway::translators::vectors::binance_intent
