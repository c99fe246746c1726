#include "translators/net/clock.hpp"

#include <chrono>
#include <random>

namespace causeway::translators::net {

fixspec::Timestamp read_clock() {
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  return {
      .utc_ns =
          duration_cast<nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count(),
      .mono_ns =
          duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count()};
}

std::uint64_t draw_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace causeway::translators::net
