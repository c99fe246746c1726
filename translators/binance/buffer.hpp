#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "fixspec/decimal.hpp"

namespace causeway::translators::binance {

/// Characters to append to, whose memory stays: a warm buffer allocates nothing.
class Buffer {
 public:
  [[nodiscard]] std::string_view view() const { return {memory_.data(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

  void append(std::string_view text) {
    make_room(text.size());
    std::memcpy(memory_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void append(char c) {
    make_room(1);
    memory_[size_++] = c;
  }
  void append(std::int64_t value) {
    constexpr std::size_t longest = 20;
    make_room(longest);
    char* const first = memory_.data() + size_;
    size_ += static_cast<std::size_t>(std::to_chars(first, first + longest, value).ptr - first);
  }
  void append(fixspec::Decimal value) {
    make_room(fixspec::Decimal::max_text);
    char* const first = memory_.data() + size_;
    size_ += static_cast<std::size_t>(value.to_chars(first) - first);
  }
  /// A JSON string, with its quotes. UTF-8 stays as it is.
  void append_json(std::string_view text);
  /// As in a URL's query: everything but letters, digits and -._~ as %XX.
  void append_percent_encoded(std::string_view text);

 private:
  void make_room(std::size_t bytes) {
    if (memory_.size() - size_ < bytes) memory_.resize(2 * memory_.size() + bytes);
  }
  std::vector<char> memory_ = std::vector<char>(1024);
  std::size_t size_ = 0;
};

}  // namespace causeway::translators::binance
