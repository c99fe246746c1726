#include "simulator/core/listing.hpp"

#include <chrono>

namespace causeway::simulator::core {
namespace {
constexpr std::chrono::months least_ahead{2};
constexpr UtcNanos numbers_begin = 1'700'000'000 * fixspec::nanos_per_second;
}  // namespace

std::int64_t quarterly_expiry(UtcNanos now) {
  using namespace std::chrono;
  const sys_days today{days{now / nanos_per_day}};
  auto month = year_month_day{today}.year() / year_month_day{today}.month() + least_ahead;
  while (unsigned{month.month()} % 3 != 0) month += months{1};
  const sys_days friday{month / Friday[last]};
  return friday.time_since_epoch().count();
}

std::uint64_t number_at(UtcNanos now, UtcNanos nanos_each) {
  return now > numbers_begin ? static_cast<std::uint64_t>((now - numbers_begin) / nanos_each) : 1;
}

}  // namespace causeway::simulator::core
