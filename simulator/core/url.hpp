#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace causeway::simulator::core {

/// The pieces of `text` between `separator`s, without empty ones.
std::vector<std::string_view> split(std::string_view text, char separator);
/// %XX and + decoded; a % that begins no code stays.
std::string decode_percent(std::string_view text);
/// Everything but letters, digits and -_.!~*'() as %XX, as browsers' encodeURIComponent writes it.
std::string encode_percent(std::string_view text);
/// name=value&name=value, decoded, in order.
std::vector<std::pair<std::string, std::string>> decode_form(std::string_view text);

}  // namespace causeway::simulator::core
