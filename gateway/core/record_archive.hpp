#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/core/record.hpp"
#include "gateway/core/record_fields.hpp"
#include "gateway/engine/rare.hpp"
#include "gateway/journal/binary.hpp"

// Two archives for the field lists: one lays values down, the other takes them up again in the same
// order.
namespace causeway::gateway::core::record {

/// Writes each value behind the one before it.
class WriteArchive {
 public:
  using is_archive = void;
  static constexpr bool reads = false;
  static constexpr std::uint16_t version = input_version;
  explicit WriteArchive(journal::Writer& writer) : writer_(writer) {}

  template <class... T>
  void operator()(const T&... values) {
    (one(values), ...);
  }

 private:
  template <class T>
  void one(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      writer_.boolean(value);
    } else if constexpr (std::is_enum_v<T>) {
      writer_.enumerator(value);
    } else if constexpr (std::is_same_v<T, char>) {
      writer_.u8(static_cast<std::uint8_t>(value));
    } else if constexpr (std::is_same_v<T, std::uint32_t>) {
      writer_.u32(value);
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      writer_.u64(value);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      writer_.i64(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      writer_.text(value);
    } else if constexpr (std::is_same_v<T, fixspec::Decimal>) {
      writer_.decimal(value);
    } else if constexpr (requires { T::fields(*this, value); }) {
      T::fields(*this, value);
    } else {
      fields(*this, value);
    }
  }
  template <class A, class B>
  void one(const std::pair<A, B>& pair) {
    one(pair.first);
    one(pair.second);
  }
  template <class Tag>
  void one(const fixspec::Id<Tag>& id) {
    writer_.id(id);
  }
  template <class Tag>
  void one(const fixspec::Amount<Tag>& amount) {
    writer_.amount(amount);
  }
  template <class T>
  void one(const std::optional<T>& value) {
    writer_.boolean(value.has_value());
    if (value) one(*value);
  }
  template <class T>
  void one(const engine::Rare<T>& value) {
    writer_.boolean(static_cast<bool>(value));
    if (value) one(*value);
  }
  template <class T>
  void one(const std::vector<T>& values) {
    all(values);
  }
  template <class T>
  void one(const std::deque<T>& values) {
    all(values);
  }
  /// In their order, so that equal sets have equal bytes.
  template <class T>
  void one(const std::unordered_set<T>& values) {
    std::vector<T> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    all(sorted);
  }
  template <class T>
  void one(const std::set<T>& values) {
    all(values);
  }
  template <class K, class V>
  void one(const std::map<K, V>& values) {
    writer_.u32(static_cast<std::uint32_t>(values.size()));
    for (const auto& [key, value] : values) {
      one(key);
      one(value);
    }
  }
  template <class... T>
  void one(const std::variant<T...>& value) {
    writer_.u8(static_cast<std::uint8_t>(value.index()));
    std::visit([this](const auto& alternative) { this->one(alternative); }, value);
  }

  template <class Range>
  void all(const Range& values) {
    writer_.u32(static_cast<std::uint32_t>(values.size()));
    for (const auto& value : values) one(value);
  }

  journal::Writer& writer_;
};

/// Reads what WriteArchive wrote, of any version there was.
class ReadArchive {
 public:
  using is_archive = void;
  static constexpr bool reads = true;
  ReadArchive(journal::Reader& reader, std::uint16_t of_version)
      : version(of_version), reader_(reader) {}

  const std::uint16_t version;
  /// False from the first read that went wrong.
  [[nodiscard]] bool ok() const { return reader_.ok(); }
  void fail() { reader_.fail(); }

  template <class... T>
  void operator()(T&... values) {
    (one(values), ...);
  }

 private:
  template <class T>
  void one(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = reader_.boolean();
    } else if constexpr (std::is_enum_v<T>) {
      value = reader_.enumerator<T>([](T) { return true; });
    } else if constexpr (std::is_same_v<T, char>) {
      value = static_cast<char>(reader_.u8());
    } else if constexpr (std::is_same_v<T, std::uint32_t>) {
      value = reader_.u32();
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      value = reader_.u64();
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      value = reader_.i64();
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = reader_.text();
    } else if constexpr (std::is_same_v<T, fixspec::Decimal>) {
      value = reader_.decimal();
    } else if constexpr (requires { T::fields(*this, value); }) {
      T::fields(*this, value);
    } else {
      fields(*this, value);
    }
  }
  template <class A, class B>
  void one(std::pair<A, B>& pair) {
    one(pair.first);
    one(pair.second);
  }
  template <class Tag>
  void one(fixspec::Id<Tag>& id) {
    id = reader_.id<fixspec::Id<Tag>>();
  }
  template <class Tag>
  void one(fixspec::Amount<Tag>& amount) {
    amount = reader_.amount<fixspec::Amount<Tag>>();
  }
  template <class T>
  void one(std::optional<T>& value) {
    value.reset();
    if (reader_.boolean()) one(value.emplace());
  }
  template <class T>
  void one(std::vector<T>& values) {
    values = reader_.list([this](journal::Reader&) { return read<T>(); });
  }
  template <class T>
  void one(std::deque<T>& values) {
    values.clear();
    for (std::size_t left = count(); left > 0; --left) values.push_back(read<T>());
  }
  template <class T>
  void one(engine::Rare<T>& value) {
    value.reset();
    if (reader_.boolean()) value = engine::Rare<T>{read<T>()};
  }
  template <class T>
  void one(std::unordered_set<T>& values) {
    values.clear();
    const std::size_t size = count();
    if (size > 0) values.reserve(size);
    for (std::size_t left = size; left > 0; --left) values.insert(read<T>());
  }
  template <class T>
  void one(std::set<T>& values) {
    values.clear();
    for (auto& value : reader_.list([this](journal::Reader&) { return read<T>(); })) {
      values.insert(std::move(value));
    }
  }
  template <class K, class V>
  void one(std::map<K, V>& values) {
    values.clear();
    for (std::size_t left = count(); left > 0 && reader_.ok(); --left) {
      K key = read<K>();
      values.emplace_hint(values.end(), std::move(key), read<V>());
    }
  }
  template <class... T>
  void one(std::variant<T...>& value) {
    const std::size_t index = reader_.u8();
    if (index >= sizeof...(T)) return reader_.fail();
    std::size_t at = 0;
    // The alternative with that number.
    ((at++ == index ? one(value.template emplace<T>()) : void()), ...);
  }
  /// How many elements follow; 0 where the payload cannot hold as many.
  std::size_t count() {
    const std::size_t size = reader_.u32();
    if (size <= reader_.remaining()) return size;
    reader_.fail();
    return 0;
  }
  template <class T>
  T read() {
    T value{};
    one(value);
    return value;
  }

  journal::Reader& reader_;
};

}  // namespace causeway::gateway::core::record
