#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/engine/engine.hpp"
#include "gateway/journal/journal.hpp"

namespace causeway::gateway::core {

/// What clients and a venue might do, from one seed: orders, fills, changes, cancels, requests
/// whose outcome is unknown, lost links, restarts. Inputs are numbered in steps of `sequence_step`.
std::vector<engine::Input> random_story(std::uint64_t seed, std::size_t steps,
                                        std::uint64_t sequence_step = 1);

/// A journal in `directory` in which the story happened, ended `runs` times in between; behind each
/// input stands a message of a FIX session. The story must have a step of 2.
void write_journal(const std::string& directory, const std::vector<engine::Input>& story,
                   std::size_t runs);

/// All that a start knows of a journal: engine, sessions and what they were sent.
struct Started {
  std::string error;  ///< not empty: it did not start
  std::string state;  ///< encode_state()
  std::uint64_t state_hash = 0;
  std::uint64_t last_sequence = 0;
  std::map<std::string, std::string> sessions;  ///< numbers and messages
  journal::OpenReport report;
};
/// Starts on the journal in `directory` and stops again.
Started start_on(const std::string& directory, bool with_snapshots = true,
                 journal::Io* io = nullptr);

}  // namespace causeway::gateway::core
