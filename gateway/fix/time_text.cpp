#include "gateway/fix/time_text.hpp"

#include <array>
#include <chrono>
#include <cstdint>

namespace causeway::gateway::fix {
namespace {

constexpr std::size_t whole_seconds_size = 17;  // YYYYMMDD-HH:MM:SS
constexpr int max_digits = 9;

char* put(char* at, std::int64_t value, std::size_t width) {
  auto rest = static_cast<std::uint64_t>(value);
  for (std::size_t i = width; i > 0; --i, rest /= 10)
    at[i - 1] = static_cast<char>('0' + rest % 10);
  return at + width;
}

// The number that the `count` digits from `first` on make, or nullopt.
std::optional<std::int64_t> number(std::string_view text, std::size_t first, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = first; i < first + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// The nanoseconds of a fraction like ".123", which starts where the whole seconds end.
std::optional<std::int64_t> fraction(std::string_view text) {
  if (text.size() == whole_seconds_size) return 0;
  const std::size_t count = text.size() - whole_seconds_size - 1;
  if (text[whole_seconds_size] != '.' || count == 0 || count > max_digits) return std::nullopt;
  std::optional<std::int64_t> value = number(text, whole_seconds_size + 1, count);
  for (std::size_t i = count; value && i < max_digits; ++i) *value *= 10;
  return value;
}

}  // namespace

std::string to_fix_time(fixspec::UtcNanos utc_ns, int digits) {
  std::array<char, max_fix_time> text{};
  const char* const end = write_fix_time(text.data(), utc_ns, digits);
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

char* write_fix_time(char* first, fixspec::UtcNanos utc_ns, int digits) {
  using namespace std::chrono;
  const sys_time<nanoseconds> time{nanoseconds{utc_ns}};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  char* at = put(first, static_cast<int>(date.year()), 4);
  at = put(at, static_cast<unsigned>(date.month()), 2);
  at = put(at, static_cast<unsigned>(date.day()), 2);
  *at++ = '-';
  at = put(at, clock.hours().count(), 2);
  *at++ = ':';
  at = put(at, clock.minutes().count(), 2);
  *at++ = ':';
  at = put(at, clock.seconds().count(), 2);
  if (digits == 0) return at;
  *at++ = '.';
  put(at, clock.subseconds().count(), max_digits);
  return at + digits;
}

std::optional<fixspec::UtcNanos> parse_fix_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < whole_seconds_size || text[8] != '-' || text[11] != ':' || text[14] != ':') {
    return std::nullopt;
  }
  const auto y = number(text, 0, 4);
  const auto m = number(text, 4, 2);
  const auto d = number(text, 6, 2);
  const auto hour = number(text, 9, 2);
  const auto minute = number(text, 12, 2);
  const auto second = number(text, 15, 2);
  const auto nanos = fraction(text);
  if (!y || !m || !d || !hour || !minute || !second || !nanos) return std::nullopt;
  const year_month_day date{year{static_cast<int>(*y)}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  // Nanoseconds since 1970 fit 64 bits from 1678 to 2261; FIX's leap second is the next minute's 0.
  if (!date.ok() || *y < 1970 || *y > 2260 || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  const seconds since_epoch =
      sys_days{date}.time_since_epoch() + hours{*hour} + minutes{*minute} + seconds{*second};
  return since_epoch.count() * fixspec::nanos_per_second + *nanos;
}

fixspec::UtcNanos utc_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace causeway::gateway::fix
