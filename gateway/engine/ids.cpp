#include "gateway/engine/ids.hpp"

#include <array>
#include <string_view>

namespace causeway::gateway::engine {
namespace {

__extension__ typedef unsigned __int128 Bits;

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t venue_id_length = 26;  // 130 bits hold 128
constexpr int epoch_digits = 5;
constexpr int sequence_digits = 12;
constexpr int index_digits = 3;

// Appends `value` with at least `digits` digits.
char* put(char* at, std::uint64_t value, int digits) {
  std::array<char, 20> reversed{};
  int count = 0;
  while (value != 0 || count < digits) {
    reversed[static_cast<std::size_t>(count++)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  while (count > 0) *at++ = reversed[static_cast<std::size_t>(--count)];
  return at;
}

}  // namespace

fixspec::OrderId make_order_id(std::uint32_t epoch, std::uint64_t sequence) {
  std::array<char, 48> text{};
  char* at = put(text.data(), epoch, epoch_digits);
  *at++ = '-';
  at = put(at, sequence, sequence_digits);
  return fixspec::OrderId{{text.data(), static_cast<std::size_t>(at - text.data())}};
}

fixspec::ExecId make_exec_id(std::uint32_t epoch, std::uint64_t sequence, std::uint32_t index) {
  std::array<char, 64> text{};
  char* at = put(text.data(), epoch, epoch_digits);
  *at++ = '-';
  at = put(at, sequence, sequence_digits);
  *at++ = '-';
  at = put(at, index, index_digits);
  return fixspec::ExecId{{text.data(), static_cast<std::size_t>(at - text.data())}};
}

fixspec::VenueClOrdId make_venue_cl_ord_id(std::uint32_t instance, std::uint32_t epoch,
                                           std::uint64_t sequence) {
  Bits bits = (static_cast<Bits>(instance) << 96) | (static_cast<Bits>(epoch) << 64) | sequence;
  std::array<char, venue_id_length> text{};
  for (std::size_t i = venue_id_length; i > 0; --i) {
    text[i - 1] = alphabet[static_cast<std::size_t>(bits & 31)];
    bits >>= 5;
  }
  return fixspec::VenueClOrdId{{text.data(), text.size()}};
}

std::optional<VenueClOrdIdParts> parse_venue_cl_ord_id(const fixspec::VenueClOrdId& id) {
  const std::string_view text = id.view();
  if (text.size() != venue_id_length || alphabet.find(text.front()) > 7) return std::nullopt;
  Bits bits = 0;
  for (const char character : text) {
    const auto digit = alphabet.find(character);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 5) | digit;
  }
  return VenueClOrdIdParts{.instance = static_cast<std::uint32_t>(bits >> 96),
                           .epoch = static_cast<std::uint32_t>(bits >> 64),
                           .sequence = static_cast<std::uint64_t>(bits)};
}

}  // namespace causeway::gateway::engine
