#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fixspec/instrument.hpp"
#include "translators/book/local_book.hpp"
#include "translators/deribit/wire.hpp"
#include "translators/venue.hpp"

namespace causeway::translators::deribit {

/// The local copy of one instrument's book by Deribit's rule: the first notification after a
/// subscription is the whole book, each further one names the change_id before it. Where one does
/// not, the copy is not valid from that moment, and only a new snapshot makes it so. Pure.
class BookFeed {
 public:
  enum class Outcome : std::uint8_t {
    Unchanged,  ///< nothing to tell
    Changed,    ///< picture() is to be told
    Broken,     ///< as Changed, and the channel has to be subscribed again
  };

  explicit BookFeed(const fixspec::InstrumentKey& instrument) {
    picture_.instrument = instrument;
    picture_.reason = "the venue has not told the book yet";
  }

  /// Takes a notification. After Broken everything but a snapshot is passed over.
  Outcome on_book(const wire::Book& book);
  /// The link is lost, or the notification could not be read. Answers as on_book.
  Outcome break_off(std::string reason, fixspec::UtcNanos now);

  [[nodiscard]] bool is_valid() const { return picture_.valid; }
  /// The best levels, or why there are none.
  [[nodiscard]] const BookUpdate& picture() const { return picture_; }

 private:
  /// True where one of the levels that are told has changed; nullopt after an unreadable one.
  std::optional<bool> take(const wire::Book& book, std::string& wrong);

  book::LocalBook book_;
  BookUpdate picture_;
  std::int64_t change_id_ = 0;
  std::optional<std::int64_t> prev_change_id_;  ///< of the last notification that was taken
};

}  // namespace causeway::translators::deribit
