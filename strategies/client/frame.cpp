#include "strategies/client/frame.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace causeway::strategies::client {
namespace {

constexpr char end_of_field = '\x01';
constexpr std::string_view begin_string = "8=FIX";
// "10=nnn" and its end.
constexpr std::size_t trailer_size = 7;
// BeginString and BodyLength are short; more without an end is garbage.
constexpr std::size_t max_head = 64;

bool starts_alike(std::string_view text, std::string_view prefix) {
  const std::size_t size = std::min(text.size(), prefix.size());
  return text.substr(0, size) == prefix.substr(0, size);
}

}  // namespace

Frame take_frame(std::string& buffer) {
  const std::string_view text = buffer;
  if (!starts_alike(text, begin_string)) return NotFix{"the stream does not begin with 8=FIX"};
  const auto need_more = [&]() -> Frame {
    if (text.size() > max_head) return NotFix{"there is no BodyLength(9)"};
    return NeedMore{};
  };
  const std::size_t length_field = text.find(end_of_field);
  if (length_field == std::string_view::npos) return need_more();
  if (!starts_alike(text.substr(length_field + 1), "9="))
    return NotFix{"there is no BodyLength(9)"};
  const std::size_t body = text.find(end_of_field, length_field + 1);
  if (body == std::string_view::npos) return need_more();

  std::size_t length = 0;
  const char* last = text.data() + body;
  const auto [stop, error] = std::from_chars(text.data() + length_field + 3, last, length);
  if (error != std::errc{} || stop != last || length > max_frame) {
    return NotFix{"BodyLength(9) is no sensible number"};
  }
  const std::size_t trailer = body + 1 + length;
  if (text.size() < trailer + trailer_size) return NeedMore{};
  if (text.substr(trailer, 3) != "10=" || text[trailer + trailer_size - 1] != end_of_field) {
    return NotFix{"BodyLength(9) does not lead to a CheckSum(10)"};
  }
  std::string frame = buffer.substr(0, trailer + trailer_size);
  buffer.erase(0, frame.size());
  return frame;
}

}  // namespace causeway::strategies::client
