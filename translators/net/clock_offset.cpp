#include "translators/net/clock_offset.hpp"

#include <algorithm>

namespace causeway::translators::net {

namespace {

// The year 2100. What a venue's clock cannot show is a fault in the text, and sums of it would not
// fit.
constexpr fixspec::UtcNanos latest = 4'102'444'800 * fixspec::nanos_per_second;

bool is_time(fixspec::UtcNanos at) { return at > 0 && at <= latest; }

}  // namespace

void ClockOffset::add(const ClockSample& sample) {
  if (!is_time(sample.server_received_at) || !is_time(sample.server_sent_at)) return;
  const std::int64_t at_venue = sample.server_sent_at - sample.server_received_at;
  const std::int64_t round_trip = sample.received_at - sample.sent_at - at_venue;
  if (at_venue < 0 || round_trip < 0) return;
  const std::int64_t there = sample.server_received_at - sample.sent_at;
  const std::int64_t back = sample.server_sent_at - sample.received_at;
  samples_[count_ % window] = {.offset_ns = (there + back) / 2, .round_trip_ns = round_trip};
  ++count_;
}

const ClockOffset::Measured* ClockOffset::best() const {
  if (count_ == 0) return nullptr;
  const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, window));
  return &*std::min_element(samples_.begin(), end, [](const Measured& a, const Measured& b) {
    return a.round_trip_ns < b.round_trip_ns;
  });
}

std::optional<std::int64_t> ClockOffset::offset_ns() const {
  const Measured* measured = best();
  return measured == nullptr ? std::nullopt : std::optional{measured->offset_ns};
}

std::optional<std::int64_t> ClockOffset::round_trip_ns() const {
  const Measured* measured = best();
  return measured == nullptr ? std::nullopt : std::optional{measured->round_trip_ns};
}

fixspec::UtcNanos ClockOffset::to_venue(fixspec::UtcNanos ours) const {
  return ours + offset_ns().value_or(0);
}

}  // namespace causeway::translators::net
