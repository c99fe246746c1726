#include "translators/net/endpoint.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <optional>

namespace causeway::translators::net {
namespace {

struct Scheme {
  std::string_view name;
  std::uint16_t port;
};
constexpr std::array<Scheme, 4> schemes{{{"wss", 443}, {"ws", 80}, {"https", 443}, {"http", 80}}};

fixspec::Unexpected<fixspec::Error> bad(std::string_view url, std::string_view why) {
  return fixspec::Unexpected{fixspec::Error{std::string{url} + ": " + std::string{why}}};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// Splits "host", "host:port" or "[v6]:port"; false where it is none of them.
bool split_authority(std::string_view authority, std::string& host, std::string_view& port) {
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return false;
    host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
    if (authority.empty()) return true;
    if (authority.front() != ':') return false;
    port = authority.substr(1);
    return !port.empty();
  }
  const auto colon = authority.find(':');
  host = authority.substr(0, colon);
  if (colon == std::string_view::npos) return true;
  port = authority.substr(colon + 1);
  return !port.empty();
}

}  // namespace

std::string Endpoint::host_header() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool usual = port == (tls() ? 443 : 80);
  return usual ? name : name + ":" + std::to_string(port);
}

bool is_loopback_address(std::string_view host) {
  const std::string text{host};
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

fixspec::Result<Endpoint, fixspec::Error> parse_endpoint(std::string_view url) {
  const auto separator = url.find("://");
  if (separator == std::string_view::npos) return bad(url, "not a URL: no scheme");
  const std::string_view name = url.substr(0, separator);
  Endpoint endpoint;
  for (const Scheme& scheme : schemes) {
    if (scheme.name != name) continue;
    endpoint.scheme = name;
    endpoint.port = scheme.port;
  }
  if (endpoint.scheme.empty()) return bad(url, "the scheme must be wss, ws, https or http");
  std::string_view rest = url.substr(separator + 3);
  if (rest.find_first_of(" \r\n\t@#") != std::string_view::npos) {
    return bad(url, "spaces, user names and fragments are not allowed");
  }
  const auto slash = rest.find_first_of("/?");
  std::string_view port;
  if (!split_authority(rest.substr(0, slash), endpoint.host, port) || endpoint.host.empty()) {
    return bad(url, "no host");
  }
  if (!port.empty()) {
    const auto number = parse_port(port);
    if (!number) return bad(url, "the port must be 1 to 65535");
    endpoint.port = *number;
  }
  if (slash != std::string_view::npos) {
    endpoint.target = rest[slash] == '?' ? "/" + std::string{rest.substr(slash)}
                                         : std::string{rest.substr(slash)};
  }
  if (!endpoint.tls() && !is_loopback_address(endpoint.host)) {
    return bad(url, "without TLS only a loopback address like 127.0.0.1 is allowed");
  }
  return endpoint;
}

}  // namespace causeway::translators::net
