#pragma once

#include <cstddef>

#include "tests/bench/figures.hpp"
#include "tests/bench/pace.hpp"

// What the same bytes cost with nothing between the sockets: the floors of the paths.
namespace causeway::bench {

/// The round trip of `request` bytes answered by `reply` bytes: a thread that polls its socket and
/// writes back. Microseconds.
Spread bare_round_trip(std::size_t request, std::size_t reply, Pace pace);

/// How many messages of `request` bytes a second a polling thread answers with `reply` bytes, one
/// write for what one read brought, `outstanding` of them on their way.
double bare_echo_rate(std::size_t request, std::size_t reply, std::size_t outstanding,
                      std::size_t count);

/// The two ways through a thread that polls both its sockets: from plain TCP to TLS and back.
struct BareRelay {
  Spread to_tls;    ///< epoll_wait says readable, recv, SSL_write: microseconds
  Spread from_tls;  ///< epoll_wait says readable, SSL_read, send
};
struct RelaySizes {
  std::size_t plain_in = 0;
  std::size_t tls_out = 0;
  std::size_t tls_in = 0;
  std::size_t plain_out = 0;
};
BareRelay bare_relay(const RelaySizes& sizes, Pace pace);

}  // namespace causeway::bench
