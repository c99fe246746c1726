#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "fixspec/result.hpp"
#include "fixspec/time.hpp"
#include "gateway/journal/binary.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/sent_keys.hpp"
#include "gateway/journal/sessions.hpp"

namespace causeway::gateway::journal {

/// The run of the gateway that a journal is in.
struct Epoch {
  std::uint32_t instance = 0;
  std::uint32_t epoch = 0;

  friend bool operator==(const Epoch&, const Epoch&) = default;
};
/// The payload of an EpochStart record.
std::optional<Epoch> decode_epoch_start(std::span<const std::byte> payload);
inline constexpr std::uint16_t epoch_version = 1;

/// The payload of a ChainCheckpoint record: the chain's hash after record `sequence`, the one
/// before.
struct ChainCheckpoint {
  std::uint64_t sequence = 0;
  Hash hash{};
};
std::optional<ChainCheckpoint> decode_chain_checkpoint(std::span<const std::byte> payload);

/// Called for each record in order.
using Replay = std::function<void(const RecordView&)>;

/// What a journal's own records come to: sessions, which outputs they were given, the run. Follows
/// from the records alone.
struct Memory {
  explicit Memory(SessionLog& log) : sessions(log) {}

  /// An error where the record is none that this version knows.
  fixspec::Result<fixspec::Done, fixspec::Error> take_in(const RecordView& record);
  /// For a snapshot. Only of a memory that has taken in records and nothing else.
  void write(Writer& writer) const;
  /// What write() wrote, in place of everything; false where it is none, and then it is as new.
  bool read(Reader& reader);
  void clear();

  Sessions sessions;
  SentKeys sent;
  std::optional<Epoch> epoch;
  fixspec::Timestamp last_time;
  std::uint64_t records = 0;
};

}  // namespace causeway::gateway::journal
