#pragma once

#include "gateway/engine/input.hpp"
#include "translators/venue.hpp"

namespace causeway::fuzz {

/// What counts is journalled first: an input must be read back from its record as it was, or a
/// restart would not see what the run saw.
void require_journallable(const gateway::engine::InputBody& body);
void require_journallable(const translators::VenueRequest& request);
/// The same of an event, on an account of ours.
void require_journallable(fixspec::Venue venue, const translators::Told& told);

}  // namespace causeway::fuzz
