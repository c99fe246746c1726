#include "tests/simulation/fix_network.hpp"

#include <algorithm>
#include <utility>

#include "gateway/fix/listener.hpp"
#include "tests/simulation/ground.hpp"
#include "tests/simulation/venue_network.hpp"

namespace causeway::simulation {
namespace {

FixNetwork* current = nullptr;

class SimulatedListener final : public gateway::fix::Listener {
 public:
  [[nodiscard]] std::uint16_t port() const override { return 5001; }
  void close() override {
    if (current != nullptr) current->on_connection = nullptr;
  }
};

}  // namespace

FixNetwork::FixNetwork() { current = this; }
FixNetwork::~FixNetwork() { current = nullptr; }
FixNetwork& FixNetwork::get() { return *current; }

std::shared_ptr<FixNetwork::Pipe> FixNetwork::connect(FixPeer& peer) {
  if (!on_connection) return nullptr;
  auto pipe = std::make_shared<Pipe>(peer, *owner);
  pipes_.push_back(pipe);
  on_connection(pipe);
  return pipe;
}

bool FixNetwork::end_turn() {
  bool worked = false;
  const auto pipes = pipes_;
  for (const auto& pipe : pipes) worked = pipe->end_turn(flush) || worked;
  std::erase_if(pipes_, [](const auto& pipe) { return pipe->dead(); });
  return worked;
}

void FixNetwork::reset() {
  for (const auto& pipe : pipes_) pipe->gateway_gone();
  pipes_.clear();
  on_connection = nullptr;
  flush = nullptr;
  owner = nullptr;
}

void FixNetwork::Pipe::send(std::string_view bytes) {
  if (closed_ || closing_) return;
  if (waiting_.size() + bytes.size() > limit_) return close("the client does not read");
  waiting_ += bytes;
}

void FixNetwork::Pipe::close_after_sending(std::string reason) {
  if (closed_ || closing_) return;
  closing_ = true;
  reason_ = std::move(reason);
}

void FixNetwork::Pipe::close(std::string reason) {
  if (closed_) return;
  closed_ = true;
  closing_ = true;
  reason_ = std::move(reason);
  Ground::get().after(0, [self = shared_from_this()] {
    if (self->owner_ != nullptr) {
      std::exchange(self->owner_, nullptr)->on_closed(*self, self->reason_);
    }
  });
  tell_peer();
}

// After what is on its way to it.
void FixNetwork::Pipe::tell_peer() {
  auto& ground = Ground::get();
  to_client_ = std::max(to_client_, ground.elapsed() + draw_latency());
  ground.after(to_client_ - ground.elapsed(), [self = shared_from_this()] {
    if (self->peer_ != nullptr) std::exchange(self->peer_, nullptr)->on_closed();
  });
}

bool FixNetwork::Pipe::end_turn(const std::function<bool()>& flush) {
  if (closed_) return false;
  auto& ground = Ground::get();
  if (!waiting_.empty()) {
    if (!flush() || !ground.effect()) return false;
    ground.trace(waiting_);
    to_client_ = std::max(to_client_, ground.elapsed() + draw_latency());
    ground.after(to_client_ - ground.elapsed(),
                 [self = shared_from_this(), bytes = std::exchange(waiting_, {})] {
                   if (self->peer_ != nullptr) self->peer_->on_bytes(bytes);
                 });
    if (!closing_ && owner_ != nullptr) owner_->on_drained(*this);
    return true;
  }
  if (closing_) {
    close(reason_);
    return true;
  }
  return false;
}

void FixNetwork::Pipe::write(std::string bytes) {
  if (closed_) return;
  auto& ground = Ground::get();
  incoming_ += bytes;
  to_gateway_ = std::max(to_gateway_, ground.elapsed() + draw_latency());
  ground.after(to_gateway_ - ground.elapsed(), [self = shared_from_this(), size = bytes.size()] {
    if (self->closed_ || self->incoming_.size() < size) return;
    self->unread_ += self->incoming_.substr(0, size);
    self->incoming_.erase(0, size);
    self->read();
  });
}

void FixNetwork::Pipe::read() {
  if (held_ || closed_ || owner_ == nullptr || unread_.empty()) return;
  const std::string arrived = std::exchange(unread_, {});
  Ground::get().trace(arrived);
  owner_->on_bytes(*this, arrived);
}

void FixNetwork::Pipe::hold_reading(bool hold) {
  held_ = hold;
  if (!hold) Ground::get().after(0, [self = shared_from_this()] { self->read(); });
}

void FixNetwork::Pipe::cut() {
  if (closed_) return;
  // What the gateway has written but the client has not read is lost.
  if (peer_ != nullptr) std::exchange(peer_, nullptr)->on_closed();
  Ground::get().after(0, [self = shared_from_this()] {
    if (self->closed_) return;
    const auto size =
        Ground::get().random.between(0, static_cast<std::int64_t>(self->incoming_.size()));
    self->unread_ += self->incoming_.substr(0, static_cast<std::size_t>(size));
    self->incoming_.clear();
    self->read();
    self->close("the connection broke");
  });
}

void FixNetwork::Pipe::gateway_gone() {
  owner_ = nullptr;
  if (!closed_) {
    closed_ = true;
    tell_peer();
  }
}

}  // namespace causeway::simulation

namespace causeway::gateway::fix {

fixspec::Result<std::shared_ptr<Listener>, fixspec::Error> Listener::open(
    boost::asio::io_context& /*io*/, ConnectionOwner& owner, Options options,
    OnConnection on_connection) {
  auto& network = simulation::FixNetwork::get();
  network.owner = &owner;
  network.flush = std::move(options.flush);
  network.on_connection = std::move(on_connection);
  return std::shared_ptr<Listener>{std::make_shared<simulation::SimulatedListener>()};
}

}  // namespace causeway::gateway::fix
