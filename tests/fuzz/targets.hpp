#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What reads bytes that others wrote, fed with any bytes at all. Each target is run by libFuzzer
// (make fuzz) and, with its corpus and mutations of it, by corpus_test.
namespace causeway::fuzz {

/// A target found something that must not be.
struct Finding : std::logic_error {
  using std::logic_error::logic_error;
};
inline void require(bool holds, const std::string& rule) {
  if (!holds) throw Finding{rule};
}

struct Target {
  std::string_view name;
  /// Throws Finding; anything else that it throws is one, too.
  void (*run)(std::string_view bytes);
  /// Folders and files of the source tree with inputs to begin with.
  std::vector<std::string> seeds;
};

/// Every target, by name.
std::span<const Target> targets();
const Target* find_target(std::string_view name);

void run_fix(std::string_view bytes);
/// Messages so far of which both ways through the FIX decoder were compared.
std::uint64_t compared_by_fix();
/// What comes over a client's connection behind its Logon.
void run_fix_session(std::string_view bytes);
/// A frame through decoder and map, and the lines of the input through an account's session.
void run_deribit(std::string_view bytes);
void run_binance(std::string_view bytes);
void run_config(std::string_view bytes);
void run_journal(std::string_view bytes);
/// Journals so far that verify() accepted.
std::uint64_t verified_by_journal();
void run_records(std::string_view bytes);
/// Lines like "POST /v1/faults {...}" for causeway-sim's control API, between frames of clients.
void run_control(std::string_view bytes);
/// The simulated venues' front doors: a line is a frame of a client or a REST request.
void run_simulator(std::string_view bytes);

}  // namespace causeway::fuzz
