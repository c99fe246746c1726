#include "translators/binance/depth_book.hpp"

#include <algorithm>
#include <utility>

#include "translators/binance/map.hpp"
#include "translators/binance/numbers.hpp"

namespace causeway::translators::binance {
namespace {

using fixspec::Side;

// What is wrong with the levels, or nothing.
std::optional<std::string> read_levels(std::span<const wire::Level> bids,
                                       std::span<const wire::Level> asks,
                                       std::vector<BookLevel>& our_bids,
                                       std::vector<BookLevel>& our_asks) {
  our_bids.clear();
  our_asks.clear();
  for (const auto& [wire_levels, levels] :
       {std::pair{bids, &our_bids}, std::pair{asks, &our_asks}}) {
    if (const auto read = append_levels(wire_levels, *levels); !read) return read.error().text;
    const bool negative = std::any_of(levels->begin(), levels->end(), [](const BookLevel& level) {
      return level.qty.is_negative();
    });
    if (negative) return "a quantity below zero";
  }
  return std::nullopt;
}

// A side without known levels may have others beyond: it must not look empty.
std::optional<std::string> exhausted_side(const book::LocalBook& book) {
  for (const Side side : {Side::Buy, Side::Sell}) {
    if (book.has_horizon(side) && book.size(side) == 0) {
      return std::string{"the known levels of the book have run out: "} +
             (side == Side::Buy ? "no bid" : "no offer");
    }
  }
  return std::nullopt;
}

}  // namespace

DepthBook::DepthBook(const fixspec::InstrumentKey& instrument) {
  picture_.instrument = instrument;
  picture_.reason = "the venue has not told the book yet";
}

bool DepthBook::wants_snapshot() const {
  if (!picture_.valid) return !kept_.empty();
  const auto runs_out = [this](Side side) {
    return book_.has_horizon(side) && book_.size(side) < few_levels;
  };
  return runs_out(Side::Buy) || runs_out(Side::Sell);
}

DepthBook::Outcome DepthBook::on_update(const wire::DepthUpdate& update) {
  Event& event = read_;
  event.first_id = update.first_id;
  event.final_id = update.final_id;
  event.prev_final_id = update.prev_final_id;
  event.time = nanos(update.event_time_ms);
  if (auto wrong = read_levels(update.bids, update.asks, event.bids, event.asks)) {
    const bool was_valid = picture_.valid;
    break_off("unreadable change of the book: " + *wrong, event.time);
    return was_valid ? Outcome::Broken : Outcome::Unchanged;
  }
  if (!picture_.valid) {
    keep(std::move(event));
    return Outcome::Unchanged;
  }
  switch (fit_of(event)) {
    case Fit::Known:
      return Outcome::Unchanged;
    case Fit::Gap:
      return gap(std::move(event));
    case Fit::Next:
      break;
  }
  const bool changed = put(event, book_);
  auto fault = fault_of(book_);
  if (!fault) fault = exhausted_side(book_);
  if (fault) {
    break_off(std::move(*fault), event.time);
    return Outcome::Broken;
  }
  first_id_ = event.first_id;
  final_id_ = event.final_id;
  is_fresh_ = false;
  const fixspec::UtcNanos time = event.time;
  if (is_keeping_) keep(std::move(event));
  if (!changed) return Outcome::Unchanged;
  show(time);
  return Outcome::Changed;
}

// An event that brings (prev_final_id, final_id] fits what is known up to some id, if that lies
// within: then nothing between is missing.
DepthBook::Fit DepthBook::fit_of(const Event& event) const {
  if (is_fresh_) {
    if (event.final_id < final_id_) return Fit::Known;
    return event.prev_final_id <= final_id_ ? Fit::Next : Fit::Gap;
  }
  if (event.prev_final_id == final_id_) return Fit::Next;
  return event.first_id == first_id_ && event.final_id == final_id_ ? Fit::Known : Fit::Gap;
}

DepthBook::Outcome DepthBook::gap(Event event) {
  const std::string reason = "gap in the book: event " + std::to_string(event.final_id) +
                             " follows " + std::to_string(event.prev_final_id) +
                             ", the last one was " + std::to_string(final_id_);
  break_off(reason, event.time);
  keep(std::move(event));
  return Outcome::Broken;
}

void DepthBook::keep(Event event) {
  // What comes after a hole is of no use together with what came before.
  if (!kept_.empty() && event.prev_final_id != kept_.back().final_id) kept_.clear();
  if (kept_.size() == max_kept_events) kept_.pop_front();
  kept_.push_back(std::move(event));
}

DepthBook::Outcome DepthBook::on_snapshot(const wire::DepthSnapshot& snapshot, std::size_t limit) {
  std::vector<BookLevel> bids;
  std::vector<BookLevel> asks;
  const std::int64_t id = snapshot.last_update_id;
  const auto unfit = [this] {
    is_keeping_ = true;
    return Outcome::Unfit;
  };
  if (read_levels(snapshot.bids, snapshot.asks, bids, asks)) return unfit();
  while (!kept_.empty() && kept_.front().final_id < id) kept_.pop_front();
  // Older than what is there, or older than the first change that was kept.
  if (kept_.empty() ? picture_.valid && id < final_id_ : kept_.front().prev_final_id > id) {
    return unfit();
  }
  book::LocalBook made;
  for (const auto& [side, levels] : {std::pair{Side::Buy, &bids}, std::pair{Side::Sell, &asks}}) {
    for (const BookLevel& level : *levels) made.set(side, level.price, level.qty);
    if (levels->size() >= limit) made.set_horizon(side, levels->back().price);
  }
  for (const Event& event : kept_) put(event, made);
  if (fault_of(made) || exhausted_side(made)) return unfit();
  book_ = std::move(made);
  is_fresh_ = kept_.empty();
  first_id_ = is_fresh_ ? 0 : kept_.back().first_id;
  final_id_ = is_fresh_ ? id : kept_.back().final_id;
  const fixspec::UtcNanos time =
      is_fresh_ ? nanos(snapshot.transaction_time_ms) : kept_.back().time;
  kept_.clear();
  is_keeping_ = false;
  show(time);
  return Outcome::Changed;
}

bool DepthBook::put(const Event& event, book::LocalBook& book) {
  bool changed = false;
  for (const auto& [side, levels] :
       {std::pair{Side::Buy, &event.bids}, std::pair{Side::Sell, &event.asks}}) {
    for (const BookLevel& level : *levels) {
      changed = book.set(side, level.price, level.qty) || changed;
    }
  }
  return changed;
}

void DepthBook::show(fixspec::UtcNanos time) {
  picture_.valid = true;
  picture_.reason.clear();
  picture_.venue_time = time;
  book_.copy_best(Side::Buy, max_book_levels, picture_.bids);
  book_.copy_best(Side::Sell, max_book_levels, picture_.asks);
}

DepthBook::Outcome DepthBook::break_off(std::string reason, fixspec::UtcNanos now) {
  picture_.valid = false;
  picture_.reason = std::move(reason);
  picture_.venue_time = now;
  picture_.bids.clear();
  picture_.asks.clear();
  book_.clear();
  kept_.clear();
  is_keeping_ = true;
  is_fresh_ = false;
  return Outcome::Broken;
}

}  // namespace causeway::translators::binance
