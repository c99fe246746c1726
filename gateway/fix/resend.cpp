#include "gateway/fix/resend.hpp"

#include <algorithm>

#include "gateway/fix/frame.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr int begin_string = 8;
constexpr int body_length = 9;
constexpr int check_sum = 10;
constexpr int msg_seq_num_tag = 34;
constexpr int msg_type = 35;
constexpr int new_seq_no = 36;
constexpr int poss_dup_flag = 43;
constexpr int sender_comp_id = 49;
constexpr int sending_time = 52;
constexpr int target_comp_id = 56;
constexpr int text_tag = 58;
constexpr int orig_sending_time = 122;
constexpr int gap_fill_flag = 123;

std::string header(const Route& route, std::string_view type, std::uint64_t msg_seq_num) {
  std::string body;
  append_field(body, msg_type, type);
  append_field(body, msg_seq_num_tag, std::to_string(msg_seq_num));
  append_field(body, sender_comp_id, route.sender_comp_id);
  append_field(body, target_comp_id, route.target_comp_id);
  return body;
}

}  // namespace

std::string as_poss_dup(std::string_view stored, std::string_view now) {
  std::string body;
  body.reserve(stored.size() + 64);
  std::string_view version;
  FieldWalk walk{stored};
  while (const auto field = walk.next()) {
    switch (field->tag) {
      case begin_string:
        version = field->value;
        break;
      case body_length:
      case check_sum:
      case poss_dup_flag:
      case orig_sending_time:
        break;
      case sending_time:
        append_field(body, poss_dup_flag, "Y");
        append_field(body, sending_time, now);
        // After the clock was set back the message comes from the future, which clients refuse. The
        // texts of these times compare as the times do.
        append_field(body, orig_sending_time, std::min(field->value, now));
        break;
      default:
        append_field(body, field->tag, field->value);
    }
  }
  return make_frame(version, body);
}

std::string gap_fill(const Route& route, std::uint64_t begin, std::uint64_t next,
                     std::string_view now) {
  std::string body = header(route, "4", begin);
  append_field(body, poss_dup_flag, "Y");
  append_field(body, sending_time, now);
  append_field(body, orig_sending_time, now);
  append_field(body, gap_fill_flag, "Y");
  append_field(body, new_seq_no, std::to_string(next));
  return make_frame(route.begin_string, body);
}

std::string logout(const Route& route, std::uint64_t msg_seq_num, std::string_view text,
                   std::string_view now) {
  std::string body = header(route, "5", msg_seq_num);
  append_field(body, sending_time, now);
  append_field(body, text_tag, text);
  return make_frame(route.begin_string, body);
}

}  // namespace causeway::gateway::fix
