#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "fixspec/result.hpp"
#include "gateway/engine/input.hpp"
#include "gateway/journal/binary.hpp"

namespace causeway::gateway::core {

/// The version of the layout that encode() writes; gateway/journal/FORMAT.md lays each down.
inline constexpr std::uint16_t input_version = 4;

/// Writes the body of an input as a journal payload. Sequence and times stand in the record's
/// frame.
void encode(const engine::InputBody& body, journal::Writer& writer);

/// Reads a payload back, or says why it cannot be one: a version of a newer Causeway, or damage.
fixspec::Result<engine::InputBody, fixspec::Error> decode(std::uint16_t version,
                                                          std::span<const std::byte> payload);

/// The same for a venue request, journalled as an intent before it is sent.
void encode(const translators::VenueRequest& request, journal::Writer& writer);
fixspec::Result<translators::VenueRequest, fixspec::Error> decode_request(
    std::uint16_t version, std::span<const std::byte> payload);

}  // namespace causeway::gateway::core
