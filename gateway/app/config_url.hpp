#pragma once

#include <cstdint>
#include <string_view>

#include "fixspec/result.hpp"
#include "gateway/app/config.hpp"

namespace causeway::gateway::app {

/// Whether `host` is this machine alone: 127.x.x.x, ::1 or localhost.
bool is_loopback(std::string_view host);

/// The kinds of address that venues have.
enum class UrlKind : std::uint8_t {
  WebSocket,      ///< wss://host[:port]/path
  WebSocketHost,  ///< wss://host[:port]: the paths are the translator's
  Http,           ///< https://host[:port]: the same
};

/// The venue address that `text` spells; without TLS (ws://, http://) on loopback only; without
/// user, query or fragment. Or what is wrong with it.
fixspec::Result<VenueUrl, fixspec::Error> parse_venue_url(std::string_view text,
                                                          UrlKind kind = UrlKind::WebSocket);

}  // namespace causeway::gateway::app
