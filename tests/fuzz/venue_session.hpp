#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/log.hpp"
#include "translators/venue.hpp"

// Whatever a venue sends, a session tells nothing that cannot be journalled, and answers every
// request once.
namespace causeway::fuzz {

struct NoLog final : fixspec::LogSink {
  void write(Level, std::string_view, std::initializer_list<fixspec::LogField>) override {}
};

/// What a session was asked and what it told.
class Conversation {
 public:
  explicit Conversation(fixspec::Venue venue) : venue_(venue) {}

  /// One request of each kind, numbered from 1, on `symbol`.
  std::vector<translators::VenueRequest> requests(fixspec::Segment segment,
                                                  std::string_view symbol);
  void on_told(const translators::Told& told);
  /// Fails unless every request was answered, and only once.
  void require_all_answered() const;

 private:
  fixspec::Venue venue_;
  std::map<translators::RequestId, int> answers_;
};

/// The lines of an input, without empty ones.
std::vector<std::string_view> lines_of(std::string_view bytes);

/// `message` with the number N behind its first "id": replaced by that of one of `frames`: input
/// bytes choose which frame a reply answers.
std::string as_reply_to(std::string_view message, const std::vector<std::uint64_t>& frames);

void run_deribit_session(std::string_view bytes);
void run_binance_session(std::string_view bytes);

}  // namespace causeway::fuzz
