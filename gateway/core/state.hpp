#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "fixspec/result.hpp"
#include "gateway/core/core.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/journal/binary.hpp"
#include "gateway/journal/snapshot.hpp"

// An engine's complete state as bytes, for a snapshot.
namespace causeway::gateway::core {

/// The version of the layout that encode_state() writes; gateway/journal/FORMAT.md.
inline constexpr std::uint16_t state_version = 1;

/// Writes the engine's state after the input numbered `last_input`, and the reports that may not
/// have reached their sessions. Equal states have equal bytes.
void encode_state(const engine::Engine& engine, std::uint64_t last_input,
                  const RecentReports& unsent, journal::Writer& writer);

/// Puts an engine, whatever it held, and the reports into the state that was written, and answers
/// the number of its last input. Where the
/// bytes are none that this version wrote, or do not make the state whose hash they carry, an
/// error; then both are as new.
fixspec::Result<std::uint64_t, fixspec::Error> decode_state(std::uint16_t version,
                                                            std::span<const std::byte> bytes,
                                                            engine::Engine& engine,
                                                            RecentReports& unsent);

/// Makes the engine's part of snapshots, with an engine of its own.
class SnapshotSource {
 public:
  /// For journal::make_snapshot(). Refers to this object.
  journal::SnapshotMaker maker();

 private:
  fixspec::Result<journal::AppState, fixspec::Error> save(
      const std::function<bool(journal::ReportKey)>& was_sent) const;

  engine::Engine engine_;
  Replayer replayer_{engine_};
};

/// Those of the newest reports that a restart would have to send: sessions have not been given
/// them, and what they say was not overtaken.
RecentReports unsent_of(const RecentReports& recent,
                        const std::function<bool(journal::ReportKey)>& was_sent);

}  // namespace causeway::gateway::core
