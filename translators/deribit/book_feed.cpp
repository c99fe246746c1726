#include "translators/deribit/book_feed.hpp"

#include <utility>

#include "fixspec/time.hpp"
#include "translators/deribit/map.hpp"
#include "translators/deribit/times.hpp"

namespace causeway::translators::deribit {

BookFeed::Outcome BookFeed::on_book(const wire::Book& book) {
  const fixspec::UtcNanos venue_time = nanos_of_millis(book.timestamp_ms);
  const bool is_snapshot = !book.prev_change_id;
  if (is_snapshot) {
    book_.clear();
  } else if (!picture_.valid) {
    return Outcome::Unchanged;  // of a subscription that was given up
  } else if (*book.prev_change_id != change_id_) {
    const bool is_repeated = book.change_id == change_id_ && book.prev_change_id == prev_change_id_;
    if (is_repeated) return Outcome::Unchanged;
    return break_off("gap in the book: change " + std::to_string(book.change_id) + " follows " +
                         std::to_string(*book.prev_change_id) + ", the last one was " +
                         std::to_string(change_id_),
                     venue_time);
  }
  std::string wrong;
  const auto changed = take(book, wrong);
  if (!changed) return break_off(std::move(wrong), venue_time);
  if (auto fault = fault_of(book_)) return break_off(std::move(*fault), venue_time);
  change_id_ = book.change_id;
  prev_change_id_ = book.prev_change_id;
  if (!is_snapshot && !*changed) return Outcome::Unchanged;
  picture_.valid = true;
  picture_.reason.clear();
  picture_.venue_time = venue_time;
  book_.copy_best(fixspec::Side::Buy, max_book_levels, picture_.bids);
  book_.copy_best(fixspec::Side::Sell, max_book_levels, picture_.asks);
  return Outcome::Changed;
}

std::optional<bool> BookFeed::take(const wire::Book& book, std::string& wrong) {
  bool changed = false;
  for (const auto& [side, levels] :
       {std::pair{fixspec::Side::Buy, &book.bids}, std::pair{fixspec::Side::Sell, &book.asks}}) {
    for (const wire::BookLevel& row : *levels) {
      const auto level = to_book_level(row);
      if (!level) {
        wrong = level.error().text;
        return std::nullopt;
      }
      changed = book_.set(side, level->price, level->qty) || changed;
    }
  }
  return changed;
}

BookFeed::Outcome BookFeed::break_off(std::string reason, fixspec::UtcNanos now) {
  picture_.valid = false;
  picture_.reason = std::move(reason);
  picture_.venue_time = now;
  picture_.bids.clear();
  picture_.asks.clear();
  book_.clear();
  return Outcome::Broken;
}

}  // namespace causeway::translators::deribit
