#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "fixspec/instrument.hpp"
#include "translators/binance/wire.hpp"
#include "translators/book/local_book.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::binance {

/// The local copy of one symbol's book by Binance's rule: changes come on a stream and are kept
/// until a snapshot comes by REST; those that it covers are dropped, the first that is applied must
/// reach over it, and each further one must follow the one before. Where one does not, the copy is
/// not valid from that moment until the next snapshot fits. Pure.
///
/// A snapshot has so many levels and no more. What lies beyond its last is not known, so before the
/// best levels run out the book wants another snapshot, and stays valid while it waits.
class DepthBook {
 public:
  enum class Outcome : std::uint8_t {
    Unchanged,  ///< nothing to tell
    Changed,    ///< picture() is to be told
    Broken,     ///< as Changed; a new snapshot is wanted
    Unfit,      ///< a snapshot that does not fit what came: another one is wanted
  };
  /// Changes that are kept while a snapshot is waited for; older ones are dropped then.
  static constexpr std::size_t max_kept_events = 2'000;
  /// With fewer known levels than this on a side, another snapshot is wanted.
  static constexpr std::size_t few_levels = 3 * max_book_levels;

  explicit DepthBook(const fixspec::InstrumentKey& instrument);

  Outcome on_update(const wire::DepthUpdate& update);
  /// `limit`: how many levels a side were asked for.
  Outcome on_snapshot(const wire::DepthSnapshot& snapshot, std::size_t limit);
  /// The link is lost: nothing of what came before counts any more.
  Outcome break_off(std::string reason, fixspec::UtcNanos now);

  /// True where a snapshot should be asked for now: changes come and there is none, or the known
  /// levels run out. The caller knows whether one is on its way, and may ask for one at any time.
  [[nodiscard]] bool wants_snapshot() const;
  /// A snapshot was asked for: changes from now on are kept for it.
  void snapshot_asked() { is_keeping_ = true; }

  [[nodiscard]] bool is_valid() const { return picture_.valid; }
  /// The id of the last change that a valid book has.
  [[nodiscard]] std::int64_t final_id() const { return final_id_; }
  /// The best levels, or why there are none.
  [[nodiscard]] const BookUpdate& picture() const { return picture_; }

 private:
  struct Event {
    std::int64_t first_id = 0;
    std::int64_t final_id = 0;
    std::int64_t prev_final_id = 0;
    fixspec::UtcNanos time = 0;
    std::vector<BookLevel> bids;
    std::vector<BookLevel> asks;
  };

  void keep(Event event);
  /// Where `event` stands to what the book has.
  enum class Fit : std::uint8_t { Next, Known, Gap };
  [[nodiscard]] Fit fit_of(const Event& event) const;
  /// Puts the levels into `book`; true where a level that is told has changed.
  static bool put(const Event& event, book::LocalBook& book);
  void show(fixspec::UtcNanos time);
  Outcome gap(Event event);

  book::LocalBook book_;
  BookUpdate picture_;
  std::deque<Event> kept_;
  bool is_keeping_ = true;
  std::int64_t first_id_ = 0;  ///< of the last event that the book has
  std::int64_t final_id_ = 0;
  /// The book is a snapshot's, and no event has reached over it yet.
  bool is_fresh_ = false;
  Event read_;  ///< the event being read, for its memory
};

}  // namespace causeway::translators::binance
