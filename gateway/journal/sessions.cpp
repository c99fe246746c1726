#include "gateway/journal/sessions.hpp"

#include <algorithm>

#include "fixspec/assert.hpp"

namespace causeway::gateway::journal {
namespace {

using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

}  // namespace

void encode(Writer& writer, const FixOutgoing& record) {
  writer.text(record.session);
  writer.u64(record.msg_seq_num);
  writer.u64(record.key.input_sequence);
  writer.u32(record.key.index);
  writer.text(record.bytes);
}
void encode(Writer& writer, const FixNumbers& record) {
  writer.text(record.session);
  writer.u64(record.next_sender);
  writer.u64(record.next_target);
}
void encode(Writer& writer, const FixReset& record) {
  writer.text(record.session);
  writer.i64(record.creation_time);
}

std::optional<FixOutgoing> decode_fix_outgoing(std::span<const std::byte> payload) {
  Reader reader{payload};
  FixOutgoing record;
  record.session = reader.text_view();
  record.msg_seq_num = reader.u64();
  record.key.input_sequence = reader.u64();
  record.key.index = reader.u32();
  record.bytes = reader.text_view();
  if (!reader.done()) return std::nullopt;
  return record;
}
std::optional<FixNumbers> decode_fix_numbers(std::span<const std::byte> payload) {
  Reader reader{payload};
  FixNumbers record;
  record.session = reader.text_view();
  record.next_sender = reader.u64();
  record.next_target = reader.u64();
  if (!reader.done()) return std::nullopt;
  return record;
}
std::optional<FixReset> decode_fix_reset(std::span<const std::byte> payload) {
  Reader reader{payload};
  FixReset record;
  record.session = reader.text_view();
  record.creation_time = reader.i64();
  if (!reader.done()) return std::nullopt;
  return record;
}

void JournalSession::append(std::uint64_t msg_seq_num, std::string_view bytes, ReportKey key) {
  writer_.clear();
  encode(writer_,
         FixOutgoing{.session = name_, .msg_seq_num = msg_seq_num, .key = key, .bytes = bytes});
  index(msg_seq_num, log_->append_session_record(RecordType::FixOutgoing, writer_.bytes(), key));
  // A message that is in the log has used its number, even if the record that says so is lost.
  logged_.next_sender = std::max(logged_.next_sender, msg_seq_num + 1);
}

std::vector<StoredMessage> JournalSession::read(std::uint64_t begin, std::uint64_t end,
                                                std::size_t max_messages) const {
  std::vector<StoredMessage> messages;
  auto entry = std::lower_bound(
      entries_.begin(), entries_.end(), begin,
      [](const Entry& candidate, std::uint64_t number) { return candidate.msg_seq_num < number; });
  for (; entry != entries_.end() && entry->msg_seq_num <= end && messages.size() < max_messages;
       ++entry) {
    const auto payload = log_->fetch(entry->place);
    const auto record = payload ? decode_fix_outgoing(*payload) : std::nullopt;
    if (!record) continue;  // the log has reported it
    messages.push_back({.msg_seq_num = entry->msg_seq_num, .bytes = std::string{record->bytes}});
  }
  return messages;
}

void JournalSession::reset(fixspec::UtcNanos now) {
  const FixReset record{.session = name_, .creation_time = now};
  writer_.clear();
  encode(writer_, record);
  log_->append_session_record(RecordType::FixReset, writer_.bytes(), {});
  replay(record);
}

void JournalSession::write_numbers() {
  Numbers said = now_;
  if (ahead_ > 0) {
    const bool is_used_up = now_.next_sender > logged_.next_sender;
    said.next_sender = is_used_up ? now_.next_sender + ahead_ : logged_.next_sender;
  }
  if (said == logged_) return;
  writer_.clear();
  encode(writer_,
         FixNumbers{
             .session = name_, .next_sender = said.next_sender, .next_target = said.next_target});
  log_->append_session_record(RecordType::FixNumbers, writer_.bytes(), {});
  logged_ = said;
}

void JournalSession::replay(const FixOutgoing& record, RecordPlace place) {
  index(record.msg_seq_num, place);
  now_.next_sender = std::max(now_.next_sender, record.msg_seq_num + 1);
  logged_ = now_;
}

void JournalSession::replay(const FixNumbers& record) {
  now_ = {.next_sender = record.next_sender, .next_target = record.next_target};
  logged_ = now_;
}

void JournalSession::replay(const FixReset& record) {
  entries_.clear();
  entries_.shrink_to_fit();
  now_ = {};
  logged_ = now_;
  creation_time_ = record.creation_time;
}

void JournalSession::index(std::uint64_t msg_seq_num, RecordPlace place) {
  const Entry entry{.msg_seq_num = msg_seq_num, .place = place};
  if (entries_.empty() || entries_.back().msg_seq_num < msg_seq_num) {
    entries_.push_back(entry);
    return;
  }
  const auto at = std::lower_bound(
      entries_.begin(), entries_.end(), msg_seq_num,
      [](const Entry& candidate, std::uint64_t number) { return candidate.msg_seq_num < number; });
  if (at->msg_seq_num == msg_seq_num) {
    *at = entry;  // said again: the newer one holds
  } else {
    entries_.insert(at, entry);
  }
}

JournalSession& Sessions::find_or_make(std::string_view name) {
  auto found = sessions_.find(name);
  if (found == sessions_.end()) {
    std::string key{name};
    auto session = std::make_unique<JournalSession>(*log_, key);
    found = sessions_.emplace(std::move(key), std::move(session)).first;
  }
  return *found->second;
}

SessionStore& Sessions::get(std::string_view name, fixspec::UtcNanos now) {
  const bool is_new = !sessions_.contains(name);
  JournalSession& session = find_or_make(name);
  if (is_new) session.reset(now);
  return session;
}

void Sessions::write_numbers() {
  for (const auto& [name, session] : sessions_) session->write_numbers();
}

Result<std::optional<ReportKey>, Error> Sessions::replay(const RecordView& record) {
  const RecordPlace place{.segment = static_cast<std::uint32_t>(record.segment),
                          .unit = static_cast<std::uint32_t>(record.offset / record_alignment)};
  const bool known_version = record.version == session_record_version;
  if (record.type == RecordType::FixOutgoing && known_version) {
    if (const auto outgoing = decode_fix_outgoing(record.payload)) {
      find_or_make(outgoing->session).replay(*outgoing, place);
      return std::optional{outgoing->key};
    }
  } else if (record.type == RecordType::FixNumbers && known_version) {
    if (const auto numbers = decode_fix_numbers(record.payload)) {
      find_or_make(numbers->session).replay(*numbers);
      return std::optional<ReportKey>{};
    }
  } else if (record.type == RecordType::FixReset && known_version) {
    if (const auto reset = decode_fix_reset(record.payload)) {
      find_or_make(reset->session).replay(*reset);
      return std::optional<ReportKey>{};
    }
  }
  return Unexpected{Error{"journal: record " + std::to_string(record.sequence) + " (" +
                          std::string{to_text(record.type)} + " version " +
                          std::to_string(record.version) +
                          ") can't be read; a newer version of causeway may have written it"}};
}

}  // namespace causeway::gateway::journal
