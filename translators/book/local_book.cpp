#include "translators/book/local_book.hpp"

#include <algorithm>

namespace causeway::translators::book {
namespace {

bool is_worse(fixspec::Side side, fixspec::Price a, fixspec::Price b) {
  return side == fixspec::Side::Buy ? a < b : a > b;
}

}  // namespace

void LocalBook::clear() {
  for (Half& half : halves_) {
    half.levels.clear();
    half.horizon.reset();
  }
}

bool LocalBook::set(fixspec::Side side, fixspec::Price price, fixspec::Quantity qty) {
  Half& half = of(side);
  if (half.horizon && is_worse(side, price, *half.horizon)) return false;
  auto& levels = half.levels;
  const auto at = std::lower_bound(levels.begin(), levels.end(), price,
                                   [side](const BookLevel& level, fixspec::Price wanted) {
                                     return is_worse(side, level.price, wanted);
                                   });
  const bool is_there = at != levels.end() && at->price == price;
  const auto better = static_cast<std::size_t>(levels.end() - at) - (is_there ? 1U : 0U);
  const bool is_told = better < max_book_levels;
  if (qty.is_zero()) {
    if (!is_there) return false;
    levels.erase(at);
  } else if (!is_there) {
    levels.insert(at, {price, qty});
  } else {
    if (at->qty == qty) return false;
    at->qty = qty;
  }
  return is_told;
}

void LocalBook::set_horizon(fixspec::Side side, fixspec::Price price) {
  Half& half = of(side);
  half.horizon = price;
  std::erase_if(half.levels,
                [&](const BookLevel& level) { return is_worse(side, level.price, price); });
}

std::optional<BookLevel> LocalBook::best(fixspec::Side side) const {
  const auto& levels = of(side).levels;
  if (levels.empty()) return std::nullopt;
  return levels.back();
}

bool LocalBook::is_crossed() const {
  const auto& bids = of(fixspec::Side::Buy).levels;
  const auto& asks = of(fixspec::Side::Sell).levels;
  return !bids.empty() && !asks.empty() && bids.back().price >= asks.back().price;
}

void LocalBook::copy_best(fixspec::Side side, std::size_t most,
                          std::vector<BookLevel>& levels) const {
  const auto& all = of(side).levels;
  const std::size_t count = std::min(most, all.size());
  levels.assign(all.rbegin(), all.rbegin() + static_cast<std::ptrdiff_t>(count));
}

std::optional<std::string> fault_of(const LocalBook& book) {
  if (!book.is_crossed()) return std::nullopt;
  return "the book is crossed: bid " + book.best(fixspec::Side::Buy)->price.to_string() +
         ", offer " + book.best(fixspec::Side::Sell)->price.to_string();
}

}  // namespace causeway::translators::book
