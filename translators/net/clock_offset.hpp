#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "fixspec/time.hpp"

namespace causeway::translators::net {

/// One request and its reply, in the clocks of both sides.
struct ClockSample {
  fixspec::UtcNanos sent_at = 0;             ///< ours
  fixspec::UtcNanos server_received_at = 0;  ///< the venue's
  fixspec::UtcNanos server_sent_at = 0;      ///< the venue's
  fixspec::UtcNanos received_at = 0;         ///< ours
};

/// How far the venue's clock is ahead of ours. Of the last few samples the one with the shortest
/// time on the wire counts: a long one says little about the offset. Pure.
class ClockOffset {
 public:
  /// A sample that contradicts itself (a reply before its request) is ignored, and so is one whose
  /// venue times are not after 1970 and before 2100.
  void add(const ClockSample& sample);
  /// Venue time minus ours; nullopt before the first sample.
  [[nodiscard]] std::optional<std::int64_t> offset_ns() const;
  /// The round trip that offset_ns() was taken from: it cannot be wrong by more than half of it.
  [[nodiscard]] std::optional<std::int64_t> round_trip_ns() const;
  /// `ours` in the venue's clock; unchanged before the first sample.
  [[nodiscard]] fixspec::UtcNanos to_venue(fixspec::UtcNanos ours) const;

 private:
  static constexpr std::size_t window = 16;
  struct Measured {
    std::int64_t offset_ns = 0;
    std::int64_t round_trip_ns = 0;
  };
  [[nodiscard]] const Measured* best() const;

  std::array<Measured, window> samples_{};
  std::size_t count_ = 0;  ///< all ever added; the newest `window` of them are kept
};

}  // namespace causeway::translators::net
