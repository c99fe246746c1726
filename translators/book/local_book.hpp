#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "translators/venue.hpp"

// The local copy of a venue's order book. Pure; each venue's own folder has the rule by which its
// messages follow each other.
namespace causeway::translators::book {

/// Prices with all that is offered at each. Quantities are absolute, so setting one twice changes
/// nothing. A side may be known only down to a horizon (a snapshot has so many levels and no more):
/// what lies beyond is not kept, so that the levels that are there have no holes.
class LocalBook {
 public:
  /// No levels and no horizons.
  void clear();
  /// `qty` at `price` from now on; zero takes the level away. Side::Buy: the bids. True where that
  /// changed one of the best max_book_levels of its side.
  bool set(fixspec::Side side, fixspec::Price price, fixspec::Quantity qty);
  /// Nothing worse than `price` is known of this side, from now on.
  void set_horizon(fixspec::Side side, fixspec::Price price);

  [[nodiscard]] std::size_t size(fixspec::Side side) const { return of(side).levels.size(); }
  [[nodiscard]] bool has_horizon(fixspec::Side side) const { return of(side).horizon.has_value(); }
  /// nullopt: nobody offers on this side.
  [[nodiscard]] std::optional<BookLevel> best(fixspec::Side side) const;
  /// True where the best bid is not below the best offer: then the copy is wrong.
  [[nodiscard]] bool is_crossed() const;
  /// `levels` becomes the best `most` of the side, best first; its memory is used again.
  void copy_best(fixspec::Side side, std::size_t most, std::vector<BookLevel>& levels) const;

 private:
  struct Half {
    std::vector<BookLevel> levels;  ///< worst first: what changes most is at the end
    std::optional<fixspec::Price> horizon;
  };
  [[nodiscard]] const Half& of(fixspec::Side side) const {
    return halves_[side == fixspec::Side::Buy ? 0 : 1];
  }
  [[nodiscard]] Half& of(fixspec::Side side) { return halves_[side == fixspec::Side::Buy ? 0 : 1]; }

  std::array<Half, 2> halves_;
};

/// What is wrong with the book although its messages followed each other, or nothing: it is
/// crossed.
std::optional<std::string> fault_of(const LocalBook& book);

}  // namespace causeway::translators::book
