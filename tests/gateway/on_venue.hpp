#pragma once

#include <gtest/gtest.h>

#include "tests/gateway/stack.hpp"

namespace causeway::gateway {

/// A test of the whole way that every venue has to pass alike.
class OnVenue : public testing::TestWithParam<const VenueCase*> {
 protected:
  [[nodiscard]] static const VenueCase& venue() { return *GetParam(); }
  [[nodiscard]] static Stack::Options on_venue(std::string default_config = {},
                                               std::string extra_config = {}) {
    return {.venues = {GetParam()},
            .default_config = std::move(default_config),
            .extra_config = std::move(extra_config)};
  }
  [[nodiscard]] static fixspec::InstrumentRef instrument() {
    return {.symbol = fixspec::Symbol{venue().symbol}};
  }
};

}  // namespace causeway::gateway
