#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace causeway::simulator::core {

/// What can be made to go wrong. README.md says what a client sees of each.
enum class FaultKind : std::uint8_t {
  Delay,
  DelayRequest,
  DropReply,
  ReplyLostAccepted,
  ReplyLostNotAccepted,
  DropNotification,
  DuplicateNotification,
  Disconnect,
  DisconnectAccepted,
  HttpError,
  TruncatedReply,
  GarbageFrame,
  OversizedFrame,
};
/// The name on the control API, e.g. "reply_lost_accepted".
std::string_view to_text(FaultKind kind);
std::optional<FaultKind> fault_kind_from_text(std::string_view text);
constexpr bool concerns_notifications(FaultKind kind) {
  return kind == FaultKind::DropNotification || kind == FaultKind::DuplicateNotification;
}

/// One fault in force: it hits the next `count` requests (or notifications) whose method (or
/// channel) begins with `filter`.
struct Fault {
  FaultKind kind = FaultKind::Delay;
  std::uint32_t count = 1;
  std::string filter = {};      ///< empty: any
  std::int64_t delay_ms = 0;    ///< Delay, DelayRequest
  unsigned status = 503;        ///< HttpError
  std::size_t bytes = 4 << 20;  ///< OversizedFrame
};

/// The faults of one venue. Those that were added first hit first.
class Faults {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  [[nodiscard]] const std::vector<Fault>& pending() const { return faults_; }

  /// The fault that hits a request of `method`, counted down; nullopt where none does.
  std::optional<Fault> on_request(std::string_view method) { return take(method, false); }
  /// The fault that hits a notification on `channel`.
  std::optional<Fault> on_notification(std::string_view channel) { return take(channel, true); }

 private:
  std::optional<Fault> take(std::string_view name, bool notification);

  std::vector<Fault> faults_;
};

}  // namespace causeway::simulator::core
