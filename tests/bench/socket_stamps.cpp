#include "tests/bench/socket_stamps.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>

#include "tests/bench/allocations.hpp"
#include "tests/bench/figures.hpp"

namespace causeway::bench {
namespace {

enum class Kind : std::uint8_t { Unknown, Fix, Venue };

// Where a passage began.
struct Begin {
  bool open = false;
  std::int64_t at_ns = 0;
  std::uint64_t allocations = 0;
};

struct Watch {
  SocketStamps* stamps = nullptr;
  std::array<Kind, 1024> kinds{};
  std::int64_t woken_at_ns = 0;
  std::uint64_t woken_allocations = 0;
  Begin from_fix;
  Begin from_venue;
};

thread_local Watch watch;

template <class Ask>
std::uint16_t port_of(int socket, Ask ask) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  return ask(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? ntohs(address.sin_port)
                                                                        : std::uint16_t{0};
}

Kind kind_of(int socket) {
  if (socket < 0 || static_cast<std::size_t>(socket) >= watch.kinds.size()) return Kind::Unknown;
  Kind& kind = watch.kinds[static_cast<std::size_t>(socket)];
  if (kind == Kind::Unknown) {
    if (port_of(socket, ::getsockname) == watch.stamps->fix_port) kind = Kind::Fix;
    if (port_of(socket, ::getpeername) == watch.stamps->venue_port) kind = Kind::Venue;
  }
  return kind;
}

void begin(Begin& passage, std::int64_t called_at_ns) {
  passage.open = true;
  passage.at_ns = watch.woken_at_ns != 0 ? watch.woken_at_ns : called_at_ns;
  passage.allocations = watch.woken_at_ns != 0 ? watch.woken_allocations : allocations();
  watch.woken_at_ns = 0;
}

void end(Begin& passage, std::vector<SocketStamps::Passage>& passages) {
  if (!passage.open) return;
  passage.open = false;
  passages.push_back(
      {.took_ns = now_ns() - passage.at_ns, .allocations = allocations() - passage.allocations});
}

template <class Call>
ssize_t reading(int socket, Call call) {
  if (watch.stamps == nullptr) return call();
  const std::int64_t called_at_ns = now_ns();
  const ssize_t size = call();
  if (size <= 0) return size;
  const Kind kind = kind_of(socket);
  if (kind == Kind::Fix) {
    begin(watch.from_fix, called_at_ns);
    watch.from_venue.open = false;  // what is written next may follow from this
  }
  if (kind == Kind::Venue) begin(watch.from_venue, called_at_ns);
  return size;
}

template <class Call>
ssize_t writing(int socket, Call call) {
  const ssize_t size = call();
  if (watch.stamps == nullptr || size <= 0) return size;
  const Kind kind = kind_of(socket);
  if (kind == Kind::Fix) end(watch.from_venue, watch.stamps->venue_to_fix);
  if (kind == Kind::Venue) end(watch.from_fix, watch.stamps->fix_to_venue);
  return size;
}

}  // namespace

void stamp_sockets_of_this_thread(SocketStamps* stamps) {
  watch = Watch{};
  watch.stamps = stamps;
}

}  // namespace causeway::bench

// The linker's --wrap gives these names: calls of recv() come to __wrap_recv(), and the C library's
// own is __real_recv().
extern "C" {
using namespace causeway::bench;  // NOLINT(google-build-using-namespace): C has none

ssize_t __real_recv(int, void*, std::size_t, int);
ssize_t __real_recvmsg(int, msghdr*, int);
ssize_t __real_send(int, const void*, std::size_t, int);
ssize_t __real_sendmsg(int, const msghdr*, int);
int __real_epoll_wait(int, epoll_event*, int, int);

ssize_t __wrap_recv(int socket, void* bytes, std::size_t size, int flags) {
  return reading(socket, [&] { return __real_recv(socket, bytes, size, flags); });
}
ssize_t __wrap_recvmsg(int socket, msghdr* message, int flags) {
  return reading(socket, [&] { return __real_recvmsg(socket, message, flags); });
}
ssize_t __wrap_send(int socket, const void* bytes, std::size_t size, int flags) {
  return writing(socket, [&] { return __real_send(socket, bytes, size, flags); });
}
ssize_t __wrap_sendmsg(int socket, const msghdr* message, int flags) {
  return writing(socket, [&] { return __real_sendmsg(socket, message, flags); });
}
int __wrap_epoll_wait(int epoll, epoll_event* events, int most, int timeout_ms) {
  const int count = __real_epoll_wait(epoll, events, most, timeout_ms);
  if (watch.stamps != nullptr && count > 0) {
    watch.woken_at_ns = now_ns();
    watch.woken_allocations = allocations();
  }
  return count;
}
}
