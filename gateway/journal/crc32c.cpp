#include "gateway/journal/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace causeway::gateway::journal {
namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // Castagnoli's, bits reversed
constexpr std::size_t stride = 8;

using Tables = std::array<std::array<std::uint32_t, 256>, stride>;

/// tables[n][b]: the CRC of byte b followed by n zero bytes.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t zeros = 1; zeros < stride; ++zeros) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[zeros - 1][byte];
      tables[zeros][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

std::uint8_t at(const std::byte* bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t crc,
                                                               std::span<const std::byte> bytes) {
  std::uint64_t state = ~crc;
  const std::byte* next = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, next += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, next, sizeof word);
    state = _mm_crc32_u64(state, word);
  }
  auto narrow = static_cast<std::uint32_t>(state);
  for (; left > 0; --left, ++next) narrow = _mm_crc32_u8(narrow, at(next, 0));
  return ~narrow;
}
#endif

}  // namespace

std::uint32_t crc32c_by_table(std::uint32_t crc, std::span<const std::byte> bytes) {
  std::uint32_t state = ~crc;
  const std::byte* next = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= stride; left -= stride, next += stride) {
    const auto low = [&](std::size_t i) {
      return static_cast<std::uint8_t>(at(next, i) ^ static_cast<std::uint8_t>(state >> (8 * i)));
    };
    state = tables[7][low(0)] ^ tables[6][low(1)] ^ tables[5][low(2)] ^ tables[4][low(3)] ^
            tables[3][at(next, 4)] ^ tables[2][at(next, 5)] ^ tables[1][at(next, 6)] ^
            tables[0][at(next, 7)];
  }
  for (; left > 0; --left, ++next) state = (state >> 8) ^ tables[0][(state ^ at(next, 0)) & 0xff];
  return ~state;
}

std::uint32_t crc32c(std::uint32_t crc, std::span<const std::byte> bytes) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return by_instruction(crc, bytes);
#endif
  return crc32c_by_table(crc, bytes);
}

}  // namespace causeway::gateway::journal
