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
  AcceptedTooLate,  ///< counts `delay_ms` later whatever its validity says; no reply
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
  // Of venues that have such answers or events:
  UnknownOutcome,          ///< "unknown" is the answer; the request counts
  UnknownOutcomeNotTaken,  ///< the same answer; the request does not count
  Unavailable,
  Overloaded,
  InternalError,
  TimeoutLate,        ///< "timed out" is the answer; the request counts `delay_ms` later
  DelayNotification,  ///< a notification comes `delay_ms` late
  SequenceGap,        ///< an update of a book is missing, and its number with it
  ListenKeyExpired,
  CloseConnections,
};
/// True for what every venue can suffer.
constexpr bool is_common(FaultKind kind) { return kind < FaultKind::UnknownOutcome; }
/// True for what happens by itself, not to a request or a notification.
constexpr bool happens_at_once(FaultKind kind) { return kind >= FaultKind::ListenKeyExpired; }
/// The name on the control API, e.g. "reply_lost_accepted".
std::string_view to_text(FaultKind kind);
std::optional<FaultKind> fault_kind_from_text(std::string_view text);
constexpr bool concerns_notifications(FaultKind kind) {
  return kind == FaultKind::DropNotification || kind == FaultKind::DuplicateNotification ||
         kind == FaultKind::DelayNotification;
}

/// One fault in force: it hits the next `count` requests (or notifications) whose method (or
/// channel) begins with `filter`.
struct Fault {
  FaultKind kind = FaultKind::Delay;
  std::uint32_t count = 1;
  std::string filter = {};      ///< empty: any
  std::int64_t delay_ms = 0;    ///< of what is late
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
  std::optional<Fault> on_request(std::string_view method) { return take(method, Target::Request); }
  /// The fault that hits a notification on `channel`.
  std::optional<Fault> on_notification(std::string_view channel) {
    return take(channel, Target::Notification);
  }
  /// The fault that hits an update of a book on `channel`.
  std::optional<Fault> on_update(std::string_view channel) { return take(channel, Target::Update); }
  /// The next fault that happens by itself.
  std::optional<Fault> on_turn() { return take({}, Target::Nothing); }

 private:
  enum class Target : std::uint8_t { Request, Notification, Update, Nothing };
  static constexpr Target target_of(FaultKind kind) {
    return happens_at_once(kind)            ? Target::Nothing
           : kind == FaultKind::SequenceGap ? Target::Update
           : concerns_notifications(kind)   ? Target::Notification
                                            : Target::Request;
  }
  std::optional<Fault> take(std::string_view name, Target target);

  std::vector<Fault> faults_;
};

/// What a GarbageFrame holds: `size` bytes that are no JSON.
std::string garbage(std::size_t size);
/// What an HttpError shows.
std::string html_page(unsigned status);

}  // namespace causeway::simulator::core
