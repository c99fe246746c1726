#include "translators/binance/buffer.hpp"

namespace causeway::translators::binance {
namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";

// Ids, symbols and numbers are of these alone, almost always.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

}  // namespace

void Buffer::append_json(std::string_view text) {
  // Every character may become six.
  make_room(6 * text.size() + 2);
  char* out = memory_.data() + size_;
  *out++ = '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *out++ = '\\';
      *out++ = c;
    } else if (byte < 0x20) {
      std::memcpy(out, "\\u00", 4);
      out[4] = hex_digits[byte >> 4];
      out[5] = hex_digits[byte & 15];
      out += 6;
    } else {
      *out++ = c;
    }
  }
  *out++ = '"';
  size_ = static_cast<std::size_t>(out - memory_.data());
}

void Buffer::append_percent_encoded(std::string_view text) {
  make_room(3 * text.size());
  char* out = memory_.data() + size_;
  for (const char c : text) {
    if (is_plain(c)) {
      *out++ = c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      *out++ = '%';
      *out++ = hex_digits[byte >> 4];
      *out++ = hex_digits[byte & 15];
    }
  }
  size_ = static_cast<std::size_t>(out - memory_.data());
}

}  // namespace causeway::translators::binance
