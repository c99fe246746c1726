#include "gateway/core/record.hpp"

#include "gateway/core/record_archive.hpp"

namespace causeway::gateway::core {
namespace record {
namespace {

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
