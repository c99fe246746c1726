#include "gateway/fix/hot_request.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr int begin_string = 8;
constexpr int body_length = 9;
constexpr int check_sum = 10;
constexpr int handl_inst = 21;

bool is_text(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits, or digits with a point between them.
bool is_decimal(std::string_view value) {
  bool point = false;
  for (const char c : value) {
    if (c == '.' && !point) {
      point = true;
    } else if (!is_digit(c)) {
      return false;
    }
  }
  return is_digit(value.front()) && is_digit(value.back());
}

bool is_one_of(std::string_view value, std::string_view choices) {
  return value.size() == 1 && choices.find(value.front()) != std::string_view::npos;
}

// With no decimals, three or six, and no leap second.
bool is_time(std::string_view value) {
  constexpr std::size_t seconds_at = 15;
  const bool usual = value.size() == 17 || value.size() == 21 || value.size() == 24;
  return usual && value[seconds_at] != '6' && parse_fix_time(value).has_value();
}

// Whether the dictionary takes this field in a message of this type.
bool is_body_field(char msg_type, const FrameField& field) {
  const bool is_cancel = msg_type == 'F';
  switch (field.tag) {
    case tag::account:
    case tag::cl_ord_id:
    case tag::symbol:
    case tag::text:
    case tag::ex_destination:
    case tag::security_exchange:
    case tag::security_type:
      return is_text(field.value);
    case tag::order_id:
    case tag::orig_cl_ord_id:
      return msg_type != 'D' && is_text(field.value);
    case tag::exec_inst:
      return !is_cancel && is_text(field.value);
    case tag::order_qty:
      return is_decimal(field.value);
    case tag::price:
    case tag::stop_px:
      return !is_cancel && is_decimal(field.value);
    case tag::side:
      return is_one_of(field.value, "12");
    case tag::ord_type:
      return !is_cancel && is_one_of(field.value, "1234");
    case tag::time_in_force:
      return !is_cancel && is_one_of(field.value, "1346");
    case handl_inst:
      return !is_cancel && is_one_of(field.value, "123");
    case tag::transact_time:
      return is_time(field.value);
    default:
      return false;
  }
}

bool has_required(char msg_type, const FrameFields& fields) {
  if (!fields.has(tag::cl_ord_id)) return false;
  if (msg_type == 'F') return true;
  if (msg_type == 'G' && !fields.has(tag::orig_cl_ord_id)) return false;
  return fields.has(tag::symbol) && fields.has(tag::side) && fields.has(tag::transact_time) &&
         fields.has(tag::ord_type);
}

bool is_header_field(const FrameField& field, const HotSession& session) {
  switch (field.tag) {
    case tag::sender_comp_id:
      return field.value == session.sender_comp_id;
    case tag::target_comp_id:
      return field.value == session.target_comp_id;
    case tag::msg_seq_num: {
      std::uint64_t number = 0;
      const char* const end = field.value.data() + field.value.size();
      const auto [last, error] = std::from_chars(field.value.data(), end, number);
      return error == std::errc{} && last == end && number == session.expected;
    }
    case tag::sending_time: {
      if (!is_time(field.value)) return false;
      const fixspec::UtcNanos distance = session.now - parse_fix_time(field.value).value_or(0);
      return session.max_latency_ns == 0 ||
             (distance <= session.max_latency_ns && -distance <= session.max_latency_ns);
    }
    default:
      return false;
  }
}

}  // namespace

bool is_hot_request(const FrameFields& fields, const HotSession& session) {
  constexpr std::size_t first_header_field = 3;  // 8, 9 and 35 come before
  constexpr std::size_t header_fields = 4;       // 34, 49, 52 and 56 in any order
  constexpr std::size_t least_fields = first_header_field + header_fields + 2;
  const auto& all = fields.all();
  if (all.size() < least_fields) return false;
  if (all[0].tag != begin_string || all[0].value != "FIX.4.4" || all[1].tag != body_length ||
      all[2].tag != tag::msg_type || !is_one_of(all[2].value, "DGF") ||
      all.back().tag != check_sum) {
    return false;
  }
  const char msg_type = all[2].value.front();
  const auto header = all.begin() + first_header_field;
  const auto body = header + header_fields;
  if (!std::all_of(header, body, [&](const FrameField& field) {
        return !field.value.empty() && is_header_field(field, session);
      })) {
    return false;
  }
  return has_required(msg_type, fields) &&
         std::all_of(body, all.end() - 1, [&](const FrameField& field) {
           return !field.value.empty() && is_body_field(msg_type, field);
         });
}

}  // namespace causeway::gateway::fix
