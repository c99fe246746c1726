#pragma once

#include <vector>

#include "simulator/core/venue.hpp"

namespace causeway::simulator::net {

/// The control API: what the simulator knows, and what shall happen to it. No sockets.
class Control {
 public:
  explicit Control(std::vector<core::Venue*> venues) : venues_(std::move(venues)) {}

  core::HttpReply on_http(const core::HttpRequest& request, core::UtcNanos now);

 private:
  [[nodiscard]] core::Venue* find(std::string_view name) const;
  [[nodiscard]] core::HttpReply health() const;
  [[nodiscard]] core::HttpReply ledger() const;
  [[nodiscard]] core::HttpReply faults() const;
  core::HttpReply add_fault(const core::HttpRequest& request);
  core::HttpReply move_market(const core::HttpRequest& request, core::UtcNanos now);

  std::vector<core::Venue*> venues_;
};

}  // namespace causeway::simulator::net
