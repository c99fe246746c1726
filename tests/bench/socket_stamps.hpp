#pragma once

#include <cstdint>
#include <vector>

namespace causeway::bench {

/// Stamps the way of messages through the thread that runs the gateway, where they enter and leave
/// the process: around the socket calls themselves, so that nothing in the gateway knows of it. In
/// programs whose recv, recvmsg, send, sendmsg and epoll_wait are wrapped (see CMakeLists.txt).
struct SocketStamps {
  /// One way through: from the return of the epoll_wait that says that bytes are there to the
  /// return of the send that writes what follows from them.
  struct Passage {
    std::int64_t took_ns = 0;
    std::uint64_t allocations = 0;  ///< calls of operator new meanwhile
  };
  std::vector<Passage> fix_to_venue;
  std::vector<Passage> venue_to_fix;

  std::uint16_t fix_port = 0;    ///< the acceptor's own
  std::uint16_t venue_port = 0;  ///< where the venue listens
};

/// Stamps go there from now on, for the calling thread; null: nowhere.
void stamp_sockets_of_this_thread(SocketStamps* stamps);

}  // namespace causeway::bench
