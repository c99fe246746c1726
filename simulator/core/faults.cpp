#include "simulator/core/faults.hpp"

#include <array>
#include <utility>

namespace causeway::simulator::core {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 24> names{{
    {FaultKind::Delay, "delay"},
    {FaultKind::DelayRequest, "delay_request"},
    {FaultKind::AcceptedTooLate, "accepted_too_late"},
    {FaultKind::DropReply, "drop_reply"},
    {FaultKind::ReplyLostAccepted, "reply_lost_accepted"},
    {FaultKind::ReplyLostNotAccepted, "reply_lost_not_accepted"},
    {FaultKind::DropNotification, "drop_notification"},
    {FaultKind::DuplicateNotification, "duplicate_notification"},
    {FaultKind::Disconnect, "disconnect"},
    {FaultKind::DisconnectAccepted, "disconnect_accepted"},
    {FaultKind::HttpError, "http_error"},
    {FaultKind::TruncatedReply, "truncated_reply"},
    {FaultKind::GarbageFrame, "garbage_frame"},
    {FaultKind::OversizedFrame, "oversized_frame"},
    {FaultKind::UnknownOutcome, "unknown_outcome"},
    {FaultKind::UnknownOutcomeNotTaken, "unknown_outcome_not_taken"},
    {FaultKind::Unavailable, "unavailable"},
    {FaultKind::Overloaded, "overloaded"},
    {FaultKind::InternalError, "internal_error"},
    {FaultKind::TimeoutLate, "timeout_late"},
    {FaultKind::DelayNotification, "delay_notification"},
    {FaultKind::SequenceGap, "sequence_gap"},
    {FaultKind::ListenKeyExpired, "listen_key_expired"},
    {FaultKind::CloseConnections, "close_connections"},
}};

}  // namespace

std::string_view to_text(FaultKind kind) {
  for (const auto& [known, name] : names) {
    if (known == kind) return name;
  }
  return "unknown";
}

std::optional<FaultKind> fault_kind_from_text(std::string_view text) {
  for (const auto& [kind, name] : names) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

std::optional<Fault> Faults::take(std::string_view name, Target target) {
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (target_of(fault->kind) != target) continue;
    if (target != Target::Nothing && !name.starts_with(fault->filter)) continue;
    const Fault hit = *fault;
    if (--fault->count == 0) faults_.erase(fault);
    return hit;
  }
  return std::nullopt;
}

std::string garbage(std::size_t size) {
  std::string text = "\x7f{]";
  for (std::size_t i = 0; text.size() < size; ++i) text += static_cast<char>('!' + i * 7 % 90);
  return text;
}

std::string html_page(unsigned status) {
  return "<html><body><h1>" + std::to_string(status) + "</h1></body></html>";
}

}  // namespace causeway::simulator::core
