#include "gateway/app/run/timers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

namespace causeway::gateway::app {
namespace {

using testing::ElementsAre;

constexpr fixspec::UtcNanos start = 1'790'000'000'000'000'000;
constexpr fixspec::UtcNanos hour = 3'600 * fixspec::nanos_per_second;
constexpr fixspec::UtcNanos milli = fixspec::nanos_per_milli;

struct TimersTest : testing::Test {
  boost::asio::io_context io;
  fixspec::UtcNanos utc = start;
  std::vector<std::uint64_t> due;
  Timers timers{io, [this] { return utc; }, [this](std::uint64_t id) { due.push_back(id); },
                [](std::uint64_t) { return true; }};

  // Runs until so many are due.
  void run_until(std::size_t count) {
    while (due.size() < count) io.run_one();
  }
};

TEST_F(TimersTest, AWaitIsAsLongAsItWasWhenTheClockIsSetBack) {
  timers.set(2, start + 20 * milli);
  timers.set(1, start + 10 * milli);
  utc -= hour;
  run_until(2);
  EXPECT_THAT(due, ElementsAre(1, 2));
}

TEST_F(TimersTest, ADateComesWithTheClock) {
  timers.set(1, start + hour);
  timers.set(2, start + 10 * milli);
  run_until(1);
  EXPECT_THAT(due, ElementsAre(2));
  utc += hour;
  run_until(2);
  EXPECT_THAT(due, ElementsAre(2, 1));
}

}  // namespace
}  // namespace causeway::gateway::app
