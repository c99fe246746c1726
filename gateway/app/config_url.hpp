#pragma once

#include <string_view>

#include "fixspec/result.hpp"
#include "gateway/app/config.hpp"

namespace causeway::gateway::app {

/// Whether `host` is this machine alone: 127.x.x.x, ::1 or localhost.
bool is_loopback(std::string_view host);

/// The venue address that `text` spells: wss://host[:port]/path, or ws:// on loopback only; without
/// user, query or fragment. Or what is wrong with it.
fixspec::Result<VenueUrl, fixspec::Error> parse_venue_url(std::string_view text);

}  // namespace causeway::gateway::app
