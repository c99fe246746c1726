#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <variant>

// Reference vectors: requests that real client libraries made, to be made again by ours.
namespace causeway::translators::vectors {

/// Numbers are kept as text.
using Json = rapidjson::Value;

struct Passed {};
struct Failed {
  std::string why;
};
/// A call that is not the gateway's work, and why.
struct NotBuilt {
  std::string why;
};
using Outcome = std::variant<Passed, Failed, NotBuilt>;

/// The text or number at `name`; empty where there is none.
inline std::string text_of(const Json& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

inline bool has(const Json& object, const char* name) {
  const auto member = object.FindMember(name);
  return member != object.MemberEnd() && !member->value.IsNull();
}

inline bool flag_of(const Json& object, const char* name) {
  const auto member = object.FindMember(name);
  return member != object.MemberEnd() && member->value.IsTrue();
}

/// Signs and translates one vector of deribit.json.
Outcome check_deribit(const Json& vector);
/// The same of binance.json; USDⓈ-M futures are built.
Outcome check_binance(const Json& vector);

}  // namespace causeway::translators::vectors
