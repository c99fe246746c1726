#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/result.hpp"
#include "gateway/journal/binary.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/log_writer.hpp"
#include "gateway/journal/message_index.hpp"
#include "gateway/journal/session_store.hpp"

namespace causeway::gateway::journal {

/// The payload of a FixOutgoing record.
struct FixOutgoing {
  std::string_view session;
  std::uint64_t msg_seq_num = 0;
  ReportKey key;
  std::string_view bytes;
};
/// Of a FixNumbers record.
struct FixNumbers {
  std::string_view session;
  std::uint64_t next_sender = 1;
  std::uint64_t next_target = 1;
};
/// Of a FixReset record.
struct FixReset {
  std::string_view session;
  fixspec::UtcNanos creation_time = 0;
};
/// The payloads' one version so far.
inline constexpr std::uint16_t session_record_version = 1;
void encode(Writer& writer, const FixOutgoing& record);
void encode(Writer& writer, const FixNumbers& record);
void encode(Writer& writer, const FixReset& record);
/// nullopt for a payload that is none of the kind. Views point into `payload`.
std::optional<FixOutgoing> decode_fix_outgoing(std::span<const std::byte> payload);
std::optional<FixNumbers> decode_fix_numbers(std::span<const std::byte> payload);
std::optional<FixReset> decode_fix_reset(std::span<const std::byte> payload);

/// What sessions need of the log.
class SessionLog {
 public:
  virtual ~SessionLog() = default;
  virtual RecordPlace append_session_record(RecordType type, std::span<const std::byte> payload,
                                            ReportKey key) = 0;
  /// The payload of the record at `place`, written or waiting; nullopt where it can't be read.
  /// Valid until the next call.
  virtual std::optional<std::span<const std::byte>> fetch(RecordPlace place) = 0;
  using OnMessage = std::function<void(RecordPlace, std::span<const std::byte> payload)>;
  /// Calls `on_message` for each FixOutgoing record, of any session, from `from` to before `until`.
  /// False where something in between can't be read.
  virtual bool scan(RecordPlace from, RecordPlace until, const OnMessage& on_message) = 0;
  /// What fetch() or scan() could not read since the last call; empty: nothing.
  virtual std::string take_read_error() = 0;
};

/// One FIX session's memory on the log. Messages stay in the files; memory holds a MessageIndex.
class JournalSession final : public SessionStore {
 public:
  JournalSession(SessionLog& log, std::string name) : log_(&log), name_(std::move(name)) {}

  [[nodiscard]] std::uint64_t next_sender_msg_seq_num() const override { return now_.next_sender; }
  [[nodiscard]] std::uint64_t next_target_msg_seq_num() const override { return now_.next_target; }
  void set_next_sender_msg_seq_num(std::uint64_t value) override { now_.next_sender = value; }
  void set_next_target_msg_seq_num(std::uint64_t value) override { now_.next_target = value; }
  void set_sender_numbers_ahead(std::uint64_t ahead) override { ahead_ = ahead; }
  void append(std::uint64_t msg_seq_num, std::string_view bytes, ReportKey key) override;
  [[nodiscard]] std::vector<StoredMessage> read(std::uint64_t begin, std::uint64_t end,
                                                std::size_t max_messages) const override;
  [[nodiscard]] std::string read_error() const override { return read_error_; }
  void reset(fixspec::UtcNanos now) override;
  [[nodiscard]] fixspec::UtcNanos creation_time() const override { return creation_time_; }

  /// Appends the numbers if the log does not say them yet.
  void write_numbers();
  // A record of this session, met while the journal is opened.
  void replay(const FixOutgoing& record, RecordPlace place);
  void replay(const FixNumbers& record);
  void replay(const FixReset& record);
  /// For a snapshot, of a session that was only replayed; and what write() wrote, taken up again.
  void write(Writer& writer) const;
  void read(Reader& reader);

 private:
  struct Numbers {
    std::uint64_t next_sender = 1;
    std::uint64_t next_target = 1;
    friend bool operator==(const Numbers&, const Numbers&) = default;
  };
  /// The messages of that block, by number.
  using Block = std::map<std::uint64_t, std::string>;
  const Block& read_block(const MessageIndex::Block& block) const;

  SessionLog* log_;
  std::string name_;
  Numbers now_;
  Numbers logged_;           // what a replay of the log would make of them
  std::uint64_t ahead_ = 0;  // how far logged_.next_sender may be above now_
  MessageIndex index_;
  // The block that was read last: a resend asks for the same one again.
  mutable std::optional<RecordPlace> block_place_;
  mutable Block block_;
  mutable std::string read_error_;
  fixspec::UtcNanos creation_time_ = 0;
  Writer writer_;
};

/// All sessions of a journal.
class Sessions {
 public:
  explicit Sessions(SessionLog& log) : log_(&log) {}

  /// The session of that name; made, with `now` as its creation time, where there is none.
  SessionStore& get(std::string_view name, fixspec::UtcNanos now);
  void write_numbers();
  /// Takes a session record into account; the key of the message that it carries, if it does.
  fixspec::Result<std::optional<ReportKey>, fixspec::Error> replay(const RecordView& record);
  /// As JournalSession's; read() makes them all.
  void write(Writer& writer) const;
  void read(Reader& reader);
  void clear() { sessions_.clear(); }

 private:
  JournalSession& find_or_make(std::string_view name);

  SessionLog* log_;
  std::map<std::string, std::unique_ptr<JournalSession>, std::less<>> sessions_;
};

}  // namespace causeway::gateway::journal
