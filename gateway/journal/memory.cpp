#include "gateway/journal/memory.hpp"

#include <string>

namespace causeway::gateway::journal {

using fixspec::Done;
using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

std::optional<Epoch> decode_epoch_start(std::span<const std::byte> payload) {
  Reader reader{payload};
  Epoch epoch;
  epoch.instance = reader.u32();
  epoch.epoch = reader.u32();
  return reader.done() ? std::optional{epoch} : std::nullopt;
}

std::optional<ChainCheckpoint> decode_chain_checkpoint(std::span<const std::byte> payload) {
  Reader reader{payload};
  ChainCheckpoint checkpoint;
  checkpoint.sequence = reader.u64();
  for (std::byte& byte : checkpoint.hash) byte = static_cast<std::byte>(reader.u8());
  return reader.done() ? std::optional{checkpoint} : std::nullopt;
}

Result<Done, Error> Memory::take_in(const RecordView& record) {
  ++records;
  last_time = record.at;
  switch (record.type) {
    case RecordType::FixOutgoing:
    case RecordType::FixNumbers:
    case RecordType::FixReset: {
      const auto key = sessions.replay(record);
      if (!key) return Unexpected{key.error()};
      if (*key) sent.add(**key);
      return Done{};
    }
    case RecordType::EpochStart:
      epoch = decode_epoch_start(record.payload);
      if (record.version == epoch_version && epoch) return Done{};
      return Unexpected{Error{"journal: record " + std::to_string(record.sequence) +
                              " is no EpochStart that this version knows"}};
    case RecordType::ChainCheckpoint:
    case RecordType::EngineInput:
    case RecordType::VenueIntent:
      return Done{};
  }
  return Done{};
}

void Memory::write(Writer& writer) const {
  writer.u64(records);
  writer.i64(last_time.utc_ns);
  writer.i64(last_time.mono_ns);
  writer.optional(epoch, [](Writer& to, const Epoch& value) {
    to.u32(value.instance);
    to.u32(value.epoch);
  });
  sessions.write(writer);
  sent.write(writer);
}

bool Memory::read(Reader& reader) {
  clear();
  records = reader.u64();
  last_time.utc_ns = reader.i64();
  last_time.mono_ns = reader.i64();
  epoch = reader.optional([](Reader& from) {
    Epoch value;
    value.instance = from.u32();
    value.epoch = from.u32();
    return value;
  });
  sessions.read(reader);
  sent.read(reader);
  if (reader.ok()) return true;
  clear();
  return false;
}

void Memory::clear() {
  sessions.clear();
  sent = SentKeys{};
  epoch.reset();
  last_time = {};
  records = 0;
}

}  // namespace causeway::gateway::journal
