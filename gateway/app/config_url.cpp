#include "gateway/app/config_url.hpp"

#include <algorithm>
#include <charconv>

namespace causeway::gateway::app {
namespace {

using fixspec::Error;
using fixspec::Unexpected;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-';
}

// Whether `text` is four numbers up to 255 with dots between them.
bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value > 255) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    if (part == 3) return text.empty();
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return false;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_ipv4(host));
}

fixspec::Result<VenueUrl, Error> parse_venue_url(std::string_view text, UrlKind kind) {
  const std::string scheme = kind == UrlKind::Http ? "http" : "ws";
  const bool has_path = kind == UrlKind::WebSocket;
  VenueUrl url;
  url.text = text;
  std::string_view rest = text;
  if (rest.starts_with(scheme + "s://")) {
    rest.remove_prefix(scheme.size() + 4);
  } else if (rest.starts_with(scheme + "://")) {
    rest.remove_prefix(scheme.size() + 3);
    url.tls = false;
    url.port = 80;
  } else {
    return Unexpected{Error{"expected " + scheme + "s://host:port" + (has_path ? "/path" : "")}};
  }
  const std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  if (has_path && (slash == std::string_view::npos || slash + 1 == rest.size())) {
    return Unexpected{Error{"the path is missing, e.g. /ws/api/v2"}};
  }
  if (!has_path && slash != std::string_view::npos) {
    return Unexpected{Error{"it ends with the host or port; paths are added to it"}};
  }
  if (has_path) url.path = rest.substr(slash);
  if (url.path.find_first_of("?# ") != std::string::npos || authority.find('@') != authority.npos) {
    return Unexpected{Error{"no user, query, fragment or space may stand in it"}};
  }
  const std::size_t colon = authority.find(':');
  url.host = authority.substr(0, colon);
  if (url.host.empty() || !std::all_of(url.host.begin(), url.host.end(), is_host_character)) {
    return Unexpected{Error{"the host must be a name or an IPv4 address"}};
  }
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || stop != port.data() + port.size() || url.port == 0) {
      return Unexpected{Error{"the port must be a number from 1 to 65535"}};
    }
  }
  if (!url.tls && !is_loopback(url.host)) {
    return Unexpected{
        Error{scheme + ":// without TLS is for 127.0.0.1 only; use " + scheme + "s://"}};
  }
  return url;
}

}  // namespace causeway::gateway::app
