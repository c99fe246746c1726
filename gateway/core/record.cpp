#include "gateway/core/record.hpp"

#include <concepts>
#include <map>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include "gateway/core/record_fields.hpp"

namespace causeway::gateway::core {
namespace record {
namespace {

class WriteArchive {
 public:
  using is_archive = void;
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
    } else {
      fields(*this, value);
    }
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
  void one(const std::vector<T>& values) {
    writer_.u32(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) one(value);
  }
  template <class T>
  void one(const std::set<T>& values) {
    writer_.u32(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) one(value);
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

  journal::Writer& writer_;
};

class ReadArchive {
 public:
  using is_archive = void;
  ReadArchive(journal::Reader& reader, std::uint16_t of_version)
      : version(of_version), reader_(reader) {}

  const std::uint16_t version;

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
    } else {
      fields(*this, value);
    }
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
  void one(std::set<T>& values) {
    for (auto& value : reader_.list([this](journal::Reader&) { return read<T>(); })) {
      values.insert(std::move(value));
    }
  }
  template <class K, class V>
  void one(std::map<K, V>& values) {
    for (auto& [key, value] : reader_.list([this](journal::Reader&) {
           K key_read = read<K>();
           return std::pair<K, V>{std::move(key_read), read<V>()};
         })) {
      values.emplace(std::move(key), std::move(value));
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
  template <class T>
  T read() {
    T value{};
    one(value);
    return value;
  }

  journal::Reader& reader_;
};

template <class T>
void write(const T& value, journal::Writer& writer) {
  WriteArchive archive{writer};
  archive(value);
}

template <class T>
fixspec::Result<T, fixspec::Error> read(std::string_view what, std::uint16_t version,
                                        std::span<const std::byte> payload) {
  if (version < 1 || version > input_version) {
    return fixspec::Unexpected{
        fixspec::Error{std::string{what} + " of version " + std::to_string(version) +
                       ", this program knows versions 1 to " + std::to_string(input_version)}};
  }
  journal::Reader reader{payload};
  ReadArchive archive{reader, version};
  T value{};
  archive(value);
  if (!reader.done()) {
    return fixspec::Unexpected{fixspec::Error{std::string{what} + " whose payload of " +
                                              std::to_string(payload.size()) +
                                              " bytes does not fit its layout"}};
  }
  return value;
}

}  // namespace
}  // namespace record

void encode(const engine::InputBody& body, journal::Writer& writer) { record::write(body, writer); }

fixspec::Result<engine::InputBody, fixspec::Error> decode(std::uint16_t version,
                                                          std::span<const std::byte> payload) {
  return record::read<engine::InputBody>("an engine input", version, payload);
}

void encode(const translators::VenueRequest& request, journal::Writer& writer) {
  record::write(request, writer);
}

fixspec::Result<translators::VenueRequest, fixspec::Error> decode_request(
    std::uint16_t version, std::span<const std::byte> payload) {
  return record::read<translators::VenueRequest>("a venue request", version, payload);
}

}  // namespace causeway::gateway::core
