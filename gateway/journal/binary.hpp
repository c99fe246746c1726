#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/decimal.hpp"
#include "fixspec/id.hpp"

// How payloads of the journal are spelled, byte by byte: little-endian integers of fixed width,
// texts with their length before them, nothing else. gateway/journal/FORMAT.md is the reference.
namespace causeway::gateway::journal {

/// Builds a payload. Keep one and clear() it: its memory is reused.
class Writer {
 public:
  void clear() { bytes_.clear(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  void u8(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void u16(std::uint16_t value) { little_endian(value); }
  void u32(std::uint32_t value) { little_endian(value); }
  void u64(std::uint64_t value) { little_endian(value); }
  /// Two's complement.
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  /// One byte, 0 or 1.
  void boolean(bool value) { u8(value ? 1 : 0); }
  /// One byte: the enumerator's value (for fixspec's enums the character on the FIX wire).
  template <class E>
  requires std::is_enum_v<E> &&(sizeof(E) == 1) void enumerator(E value) {
    u8(static_cast<std::uint8_t>(value));
  }
  /// Two bytes, for enums that need them (RejectCode).
  template <class E>
  requires std::is_enum_v<E> &&(sizeof(E) == 2) void enumerator(E value) {
    u16(static_cast<std::uint16_t>(value));
  }
  /// u32 length, then the bytes.
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    raw(value);
  }
  /// u8 length (0 to 64), then the characters.
  template <class Tag>
  void id(const fixspec::Id<Tag>& value) {
    u8(static_cast<std::uint8_t>(value.view().size()));
    raw(value.view());
  }
  /// 16 bytes: the 128-bit two's complement count of 10^-12.
  void decimal(fixspec::Decimal value) {
    const auto units = value.units();
    u64(static_cast<std::uint64_t>(units));
    u64(static_cast<std::uint64_t>(units >> 64));
  }
  /// As its decimal.
  template <class Tag>
  void amount(fixspec::Amount<Tag> value) {
    decimal(value.value());
  }
  /// A boolean, then the value where there is one, written by `write(*this, value)`.
  template <class T, std::invocable<Writer&, const T&> Write>
  void optional(const std::optional<T>& value, Write write) {
    boolean(value.has_value());
    if (value) write(*this, *value);
  }
  template <class Tag>
  void optional(const std::optional<fixspec::Id<Tag>>& value) {
    optional(value, [](Writer& writer, const auto& present) { writer.id(present); });
  }
  template <class Tag>
  void optional(const std::optional<fixspec::Amount<Tag>>& value) {
    optional(value, [](Writer& writer, const auto& present) { writer.amount(present); });
  }
  void optional(const std::optional<std::int64_t>& value) {
    optional(value, [](Writer& writer, std::int64_t present) { writer.i64(present); });
  }
  template <class E>
  requires std::is_enum_v<E>
  void optional(const std::optional<E>& value) {
    optional(value, [](Writer& writer, E present) { writer.enumerator(present); });
  }
  /// A u32 count, then each element, written by `write(*this, element)`.
  template <class Range, class Write>
  void list(const Range& range, Write write) {
    u32(static_cast<std::uint32_t>(range.size()));
    for (const auto& element : range) write(*this, element);
  }

 private:
  template <std::unsigned_integral T>
  void little_endian(T value) {
    std::array<std::byte, sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes[i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  void raw(std::string_view value) {
    const auto old_size = bytes_.size();
    bytes_.resize(old_size + value.size());
    if (!value.empty()) std::memcpy(bytes_.data() + old_size, value.data(), value.size());
  }

  std::vector<std::byte> bytes_;
};

/// Takes a payload apart in the order in which it was written. It never reads past the end: the
/// first thing that is missing or malformed makes it fail() for good, and whatever is read from
/// then on is zero, empty or absent. Ask done() once, at the end.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

  /// False from the first read that went wrong.
  [[nodiscard]] bool ok() const { return ok_; }
  /// True where everything went well and nothing is left over.
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  /// Marks the payload as malformed, e.g. for an enumerator that no version ever had.
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  std::uint8_t u8() { return little_endian<std::uint8_t>(); }
  std::uint16_t u16() { return little_endian<std::uint16_t>(); }
  std::uint32_t u32() { return little_endian<std::uint32_t>(); }
  std::uint64_t u64() { return little_endian<std::uint64_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  bool boolean() {
    const auto value = u8();
    if (value > 1) fail();
    return value == 1;
  }
  /// The value as it stands; `is_known(value)` false is a failure, answered with E{}.
  template <class E, std::predicate<E> IsKnown>
  requires std::is_enum_v<E> E enumerator(IsKnown is_known) {
    static_assert(sizeof(E) <= 2);
    E value{};
    if constexpr (sizeof(E) == 1) {
      value = static_cast<E>(u8());
    } else {
      value = static_cast<E>(u16());
    }
    if (!ok_) return E{};
    if (!is_known(value)) {
      fail();
      return E{};
    }
    return value;
  }
  std::string text() { return std::string{raw(u32())}; }
  /// As text(), without a copy: valid as long as the payload's bytes are.
  std::string_view text_view() { return raw(u32()); }
  /// The id; empty where it was written empty.
  template <class T>
  T id() {
    const std::size_t size = u8();
    if (size > T::capacity) fail();
    const auto view = raw(size);
    return T{view};
  }
  fixspec::Decimal decimal() {
    const auto low = u64();
    const auto high = u64();
    __extension__ typedef unsigned __int128 Unsigned;
    const Unsigned units = (static_cast<Unsigned>(high) << 64) | low;
    return fixspec::Decimal::from_units(static_cast<fixspec::Decimal::Units>(units));
  }
  template <class T>
  T amount() {
    return T{decimal()};
  }
  /// What `read(*this)` answers, where the value was written as present.
  template <std::invocable<Reader&> Read>
  auto optional(Read read) -> std::optional<std::invoke_result_t<Read, Reader&>> {
    if (!boolean()) return std::nullopt;
    auto value = read(*this);
    if (!ok_) return std::nullopt;
    return value;
  }
  template <class T>
  std::optional<T> optional_id() {
    return optional([](Reader& reader) { return reader.id<T>(); });
  }
  template <class T>
  std::optional<T> optional_amount() {
    return optional([](Reader& reader) { return reader.amount<T>(); });
  }
  std::optional<std::int64_t> optional_i64() {
    return optional([](Reader& reader) { return reader.i64(); });
  }
  /// Calls `read(*this)` once an element; a count that the payload cannot hold is a failure before
  /// the first call. An element must take at least one byte.
  template <std::invocable<Reader&> Read>
  auto list(Read read) -> std::vector<std::invoke_result_t<Read, Reader&>> {
    std::vector<std::invoke_result_t<Read, Reader&>> elements;
    const std::size_t count = u32();
    if (count > rest_.size()) fail();
    for (std::size_t i = 0; i < count && ok_; ++i) elements.push_back(read(*this));
    if (!ok_) elements.clear();
    return elements;
  }

 private:
  template <std::unsigned_integral T>
  T little_endian() {
    if (rest_.size() < sizeof(T)) {
      fail();
      return 0;
    }
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value |
                             (static_cast<T>(std::to_integer<std::uint8_t>(rest_[i])) << (8 * i)));
    }
    rest_ = rest_.subspan(sizeof(T));
    return value;
  }
  std::string_view raw(std::size_t size) {
    if (rest_.size() < size) fail();
    if (!ok_) return {};
    const std::string_view view{reinterpret_cast<const char*>(rest_.data()), size};
    rest_ = rest_.subspan(size);
    return view;
  }

  std::span<const std::byte> rest_;
  bool ok_ = true;
};

}  // namespace causeway::gateway::journal
