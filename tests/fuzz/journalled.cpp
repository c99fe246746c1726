#include "tests/fuzz/journalled.hpp"

#include <algorithm>

#include "gateway/core/record.hpp"
#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {
namespace {

namespace core = gateway::core;
namespace journal = gateway::journal;

template <class T>
void same_again(const T& value, auto decode) {
  journal::Writer first;
  core::encode(value, first);
  const auto again = decode(core::input_version, first.bytes());
  require(again.has_value(), "what was written cannot be read");
  require(*again == value, "reading changed what was written");
  journal::Writer second;
  core::encode(*again, second);
  require(std::ranges::equal(first.bytes(), second.bytes()), "writing it again gave other bytes");
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

}  // namespace

void require_journallable(const gateway::engine::InputBody& body) {
  same_again(body, core::decode);
}

void require_journallable(const translators::VenueRequest& request) {
  same_again(request, core::decode_request);
}

void require_journallable(fixspec::Venue venue, const translators::Told& told) {
  require_journallable(gateway::engine::InputBody{gateway::engine::VenueInput{
      {.venue = venue, .account = fixspec::AccountId{"alpha"}, .told = told}}});
}

// The first byte chooses what is read, the second the version; the rest is the payload.
void run_records(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const auto version = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[1]));
  const auto payload = bytes_of(bytes.substr(2));
  if (bytes[0] == 'i') {
    if (const auto body = core::decode(version, payload)) require_journallable(*body);
  } else if (const auto request = core::decode_request(version, payload)) {
    require_journallable(*request);
  }
}

}  // namespace causeway::fuzz
