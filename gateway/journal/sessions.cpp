#include "gateway/journal/sessions.hpp"

#include <algorithm>

#include "fixspec/assert.hpp"
#include "fixspec/crash_point.hpp"

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
  if (msg_seq_num < now_.next_sender) block_place_.reset();  // said again
  writer_.clear();
  encode(writer_,
         FixOutgoing{.session = name_, .msg_seq_num = msg_seq_num, .key = key, .bytes = bytes});
  index_.put(msg_seq_num,
             log_->append_session_record(RecordType::FixOutgoing, writer_.bytes(), key));
  // A message that is in the log has used its number, even if the record that says so is lost.
  logged_.next_sender = std::max(logged_.next_sender, msg_seq_num + 1);
}

std::vector<StoredMessage> JournalSession::read(std::uint64_t begin, std::uint64_t end,
                                                std::size_t max_messages) const {
  std::vector<StoredMessage> messages;
  std::uint64_t next = begin;
  static_cast<void>(log_->take_read_error());
  read_error_.clear();
  while (messages.size() < max_messages && next <= end) {
    const auto block = index_.block_of(next);
    if (!block) break;
    const Block& found = read_block(*block);
    if (!read_error_.empty()) return messages;
    for (auto one = found.lower_bound(next); one != found.end(); ++one) {
      if (one->first > end || messages.size() == max_messages) return messages;
      messages.push_back({.msg_seq_num = one->first, .bytes = one->second});
    }
    next = block->behind;
  }
  const auto* entry = index_.at_or_after(next);
  for (; entry != nullptr && entry->msg_seq_num <= end && messages.size() < max_messages;
       entry = index_.at_or_after(entry->msg_seq_num + 1)) {
    const auto payload = log_->fetch(entry->place);
    const auto record = payload ? decode_fix_outgoing(*payload) : std::nullopt;
    read_error_ = log_->take_read_error();
    if (!read_error_.empty()) return messages;
    if (!record) continue;  // taken away
    if (record->session != name_ || record->msg_seq_num != entry->msg_seq_num) {
      read_error_ = "journal: the record of message " + std::to_string(entry->msg_seq_num) +
                    " of " + name_ + " is another one";
      return messages;
    }
    messages.push_back({.msg_seq_num = entry->msg_seq_num, .bytes = std::string{record->bytes}});
  }
  return messages;
}

const JournalSession::Block& JournalSession::read_block(const MessageIndex::Block& block) const {
  if (block_place_ == block.from) return block_;
  block_.clear();
  log_->scan(block.from, block.until, [&](RecordPlace, std::span<const std::byte> payload) {
    const auto record = decode_fix_outgoing(payload);
    if (!record || record->session != name_) return;
    if (record->msg_seq_num < block.first || record->msg_seq_num >= block.behind) return;
    block_[record->msg_seq_num] = record->bytes;  // the newer one of two holds
  });
  for (const auto& [number, place] : index_.said_again(block.first, block.behind)) {
    const auto payload = log_->fetch(place);
    const auto record = payload ? decode_fix_outgoing(*payload) : std::nullopt;
    if (record) block_[number] = record->bytes;
  }
  read_error_ = log_->take_read_error();
  if (!read_error_.empty()) {
    block_place_.reset();
    block_.clear();
    return block_;
  }
  block_place_ = block.from;
  return block_;
}

void JournalSession::reset(fixspec::UtcNanos now) {
  const FixReset record{.session = name_, .creation_time = now};
  writer_.clear();
  encode(writer_, record);
  log_->append_session_record(RecordType::FixReset, writer_.bytes(), {});
  fixspec::crash_point("session_reset_appended");
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
  index_.put(record.msg_seq_num, place);
  now_.next_sender = std::max(now_.next_sender, record.msg_seq_num + 1);
  logged_ = now_;
}

void JournalSession::replay(const FixNumbers& record) {
  now_ = {.next_sender = record.next_sender, .next_target = record.next_target};
  logged_ = now_;
}

void JournalSession::replay(const FixReset& record) {
  index_.clear();
  block_place_.reset();
  now_ = {};
  logged_ = now_;
  creation_time_ = record.creation_time;
}

void JournalSession::write(Writer& writer) const {
  writer.u64(now_.next_sender);
  writer.u64(now_.next_target);
  writer.i64(creation_time_);
  index_.write(writer);
}

void JournalSession::read(Reader& reader) {
  now_.next_sender = reader.u64();
  now_.next_target = reader.u64();
  logged_ = now_;
  creation_time_ = reader.i64();
  index_.read(reader);
}

void Sessions::write(Writer& writer) const {
  writer.u32(static_cast<std::uint32_t>(sessions_.size()));
  for (const auto& [name, session] : sessions_) {
    writer.text(name);
    session->write(writer);
  }
}

void Sessions::read(Reader& reader) {
  clear();
  for (std::uint32_t left = reader.u32(); left > 0 && reader.ok(); --left) {
    const std::string_view name = reader.text_view();
    find_or_make(name).read(reader);
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
