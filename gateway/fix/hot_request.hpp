#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fixspec/time.hpp"
#include "gateway/fix/frame_fields.hpp"

// Orders, replacements and cancels that are as they should be in every respect need neither a
// FIX::Message nor the dictionary's rules: these few lines say what such a message is. Whatever is
// unusual goes the long way, where FIX::Session and the dictionary judge it.
namespace causeway::gateway::fix {

/// What a message must say of its session to be taken.
struct HotSession {
  std::string_view sender_comp_id;  ///< the client's
  std::string_view target_comp_id;  ///< ours
  std::uint64_t expected = 0;       ///< MsgSeqNum(34)
  fixspec::UtcNanos now = 0;
  fixspec::UtcNanos max_latency_ns = 0;  ///< of SendingTime(52); 0: not looked at
};

/// Whether `fields`, of a whole message with a right length and sum, are a D, G or F that
/// FIX::Session and the dictionary would accept as the session's next message: the header 8, 9, 35,
/// 34, 49, 52, 56 alone, body fields that the dictionary has with values of their types, the
/// required ones among them. No is no refusal.
bool is_hot_request(const FrameFields& fields, const HotSession& session);

}  // namespace causeway::gateway::fix
