#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "fixspec/decimal.hpp"
#include "fixspec/time.hpp"
#include "gateway/fix/frame.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {

/// Writes `tag=value` fields one behind the other. Keep one and clear() it: its memory is reused,
/// so that a message costs no allocation.
class FieldWriter {
 public:
  void clear() { size_ = 0; }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Bytes as they stand.
  void raw(std::string_view bytes) {
    ensure(bytes.size());
    if (!bytes.empty()) std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  /// A field; none where `value` is empty.
  void text(int tag, std::string_view value) {
    if (value.empty()) return;
    begin(tag, value.size());
    std::memcpy(bytes_.get() + size_, value.data(), value.size());
    size_ += value.size();
    end();
  }
  /// Text from elsewhere: whatever could break a FIX field becomes a space.
  void clean(int tag, std::string_view value) {
    const std::size_t first = size_;
    text(tag, value);
    for (std::size_t at = first; at + 1 < size_; ++at) {
      char& c = bytes_[at];
      if (c < ' ' || c > '~') c = ' ';
    }
  }
  template <std::integral Number>
  void number(int tag, Number value) {
    begin(tag, max_integer);
    char* const at = bytes_.get() + size_;
    size_ += static_cast<std::size_t>(std::to_chars(at, at + max_integer, value).ptr - at);
    end();
  }
  void character(int tag, char value) { text(tag, {&value, 1}); }
  void decimal(int tag, fixspec::Decimal value) {
    begin(tag, fixspec::Decimal::max_text);
    char* const at = bytes_.get() + size_;
    size_ += static_cast<std::size_t>(value.to_chars(at) - at);
    end();
  }
  /// A UTC timestamp with so many digits after the second.
  void time(int tag, fixspec::UtcNanos value, int digits) {
    begin(tag, max_fix_time);
    char* const at = bytes_.get() + size_;
    size_ += static_cast<std::size_t>(write_fix_time(at, value, digits) - at);
    end();
  }

 private:
  static constexpr std::size_t max_integer = 20;
  static constexpr std::size_t max_overhead = max_integer + 2;  // tag, equals, delimiter

  void begin(int tag, std::size_t value_size) {
    ensure(value_size + max_overhead);
    char* const at = bytes_.get() + size_;
    char* const tag_end = std::to_chars(at, at + max_integer, tag).ptr;
    *tag_end = '=';
    size_ += static_cast<std::size_t>(tag_end + 1 - at);
  }
  void end() { bytes_[size_++] = soh; }
  void ensure(std::size_t more) {
    if (size_ + more > capacity_) grow(size_ + more);
  }
  void grow(std::size_t least) {
    const std::size_t capacity = least * 2;
    auto bytes = std::make_unique<char[]>(capacity);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace causeway::gateway::fix
