#include "gateway/fix/message_store.hpp"

#include <string_view>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr int seconds_per_hour = 3600;

// Session messages are never repeated, and a page of instruments or a venue's status is out of date
// by the time it would be: all of these are gap-filled.
bool is_worth_repeating(std::string_view message) {
  const std::string_view type = field_of(message, tag::msg_type).value_or("");
  return type == "8" || type == "9" || type == "r" || type == "j";
}

int as_int(std::uint64_t number) { return static_cast<int>(number); }
std::uint64_t as_number(int number) { return static_cast<std::uint64_t>(number); }

}  // namespace

bool MessageStore::set(int number, const std::string& message) {
  if (is_worth_repeating(message)) store_.append(as_number(number), message, key_);
  return true;
}

void MessageStore::get(int begin, int end, std::vector<std::string>& messages) const {
  messages.clear();
  if (begin > 0 && end >= begin) on_resend_(as_number(begin), as_number(end));
}

int MessageStore::getNextSenderMsgSeqNum() const {
  return as_int(store_.next_sender_msg_seq_num());
}
int MessageStore::getNextTargetMsgSeqNum() const {
  return as_int(store_.next_target_msg_seq_num());
}
void MessageStore::setNextSenderMsgSeqNum(int number) {
  store_.set_next_sender_msg_seq_num(as_number(number));
}
void MessageStore::setNextTargetMsgSeqNum(int number) {
  store_.set_next_target_msg_seq_num(as_number(number));
}
void MessageStore::incrNextSenderMsgSeqNum() {
  store_.set_next_sender_msg_seq_num(store_.next_sender_msg_seq_num() + 1);
}
void MessageStore::incrNextTargetMsgSeqNum() {
  store_.set_next_target_msg_seq_num(store_.next_target_msg_seq_num() + 1);
}

// Always an hour ahead of the time that FIX::Session compares it with: within a range that closes
// for no nanosecond, two times less than a day apart are of the same session.
FIX::UtcTimeStamp MessageStore::getCreationTime() const {
  FIX::UtcTimeStamp time;
  time += seconds_per_hour;
  return time;
}

void MessageStore::reset() {
  store_.reset(utc_now());
  on_reset_();
}

FIX::TimeRange always_open() {
  return {FIX::UtcTimeOnly{0, 0, 0, 1, 9}, FIX::UtcTimeOnly{0, 0, 0}};
}

}  // namespace causeway::gateway::fix
