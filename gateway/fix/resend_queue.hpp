#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "gateway/fix/resend.hpp"
#include "gateway/journal/session_store.hpp"

namespace causeway::gateway::fix {

/// Serves ResendRequests of one session in slices: stored messages as possible duplicates, gap
/// fills over everything else. While a range is being served the session's new messages wait behind
/// it, or the client would see their higher numbers as a new gap and ask again.
class ResendQueue {
 public:
  ResendQueue(const journal::SessionStore& store, Route route)
      : store_(store), route_(std::move(route)) {}

  /// A range to serve; one that is still to come anyway is not served twice. While one is being
  /// served and another waits, further ones become part of the one that waits: a client that asks a
  /// hundred times in a row is answered twice.
  void request(std::uint64_t begin, std::uint64_t end);
  /// True while there is something left to serve.
  [[nodiscard]] bool active() const { return !ranges_.empty(); }
  /// Keeps a new message, numbered `msg_seq_num`, until nothing is left to serve.
  void hold(std::uint64_t msg_seq_num, std::string bytes);
  [[nodiscard]] std::size_t held_bytes() const { return held_bytes_; }

  /// Serves up to `max_messages`, each through `send`, which answers false when no more may follow
  /// for now. `now` is the SendingTime(52) to use.
  void serve(std::size_t max_messages, std::string_view now,
             const std::function<bool(std::string)>& send);
  /// Why the last serve() could not read on: the range stays, for nothing that was sent once may be
  /// passed over. Empty: it could.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// The held messages, oldest first, where nothing is left to serve.
  std::deque<std::string> release();
  void clear();

 private:
  struct Range {
    std::uint64_t next = 0;  ///< first number not yet served
    std::uint64_t end = 0;
  };
  bool send_gap_fill(Range& range, std::uint64_t up_to, std::string_view now,
                     const std::function<bool(std::string)>& send);

  const journal::SessionStore& store_;
  Route route_;
  std::deque<Range> ranges_;
  std::deque<std::pair<std::uint64_t, std::string>> held_;
  std::size_t held_bytes_ = 0;
  std::string failure_;
};

}  // namespace causeway::gateway::fix
