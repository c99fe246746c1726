#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace causeway::gateway::fix {

/// Who speaks to whom, for messages made without FIX::Session.
struct Route {
  std::string begin_string;
  std::string sender_comp_id;
  std::string target_comp_id;
};

/// `stored` as a possible duplicate: PossDupFlag(43)=Y, its SendingTime(52) as
/// OrigSendingTime(122), `now` as the new SendingTime; every other field as it was.
std::string as_poss_dup(std::string_view stored, std::string_view now);

/// SequenceReset in gap-fill mode: stands for the numbers from `begin` to `next` - 1.
std::string gap_fill(const Route& route, std::uint64_t begin, std::uint64_t next,
                     std::string_view now);

/// A Logout(5) with a Text(58).
std::string logout(const Route& route, std::uint64_t msg_seq_num, std::string_view text,
                   std::string_view now);

}  // namespace causeway::gateway::fix
