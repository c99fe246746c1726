#include "gateway/engine/ids.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace causeway::gateway::engine {
namespace {

__extension__ typedef unsigned __int128 Bits;

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
// What each character of the alphabet stands for; others 255.
constexpr auto digit_of = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(255);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();
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

template <class Number>
std::optional<Number> read(std::string_view digits) {
  Number number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [last, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || error != std::errc{} || last != end) return std::nullopt;
  return number;
}

}  // namespace

fixspec::OrderId make_order_id(std::uint32_t epoch, std::uint64_t sequence) {
  std::array<char, 48> text{};
  char* at = put(text.data(), epoch, epoch_digits);
  *at++ = '-';
  at = put(at, sequence, sequence_digits);
  return fixspec::OrderId{{text.data(), static_cast<std::size_t>(at - text.data())}};
}

std::optional<std::uint64_t> number_of(const fixspec::OrderId& id) {
  const std::string_view text = id.view();
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  return read<std::uint64_t>(text.substr(dash + 1));
}

std::optional<std::uint32_t> epoch_of(const fixspec::OrderId& id) {
  const std::string_view text = id.view();
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  return read<std::uint32_t>(text.substr(0, dash));
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
  const auto digit = [&](std::size_t i) { return digit_of[static_cast<unsigned char>(text[i])]; };
  if (text.size() != venue_id_length || digit(0) > 7) return std::nullopt;
  Bits bits = 0;
  for (std::size_t i = 0; i < venue_id_length; ++i) {
    if (digit(i) >= alphabet.size()) return std::nullopt;
    bits = (bits << 5) | digit(i);
  }
  return VenueClOrdIdParts{.instance = static_cast<std::uint32_t>(bits >> 96),
                           .epoch = static_cast<std::uint32_t>(bits >> 64),
                           .sequence = static_cast<std::uint64_t>(bits)};
}

}  // namespace causeway::gateway::engine
