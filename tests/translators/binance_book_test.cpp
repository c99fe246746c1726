// Binance's rule for the local book: whatever is lost, repeated, reordered or late, the copy is the
// venue's book or it is not valid; it is never a wrong book that counts as valid.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "translators/binance/depth_book.hpp"

namespace causeway::translators::binance {
namespace {

const fixspec::InstrumentKey instrument{fixspec::Venue::Binance, fixspec::Segment::Linear,
                                        fixspec::Symbol{"BTCUSDT"}};
constexpr std::size_t deep = 1'000;

/// Levels as the wire has them, with texts of their own.
struct Side {
  std::vector<std::pair<std::string, std::string>> rows;

  [[nodiscard]] std::vector<wire::Level> view() const {
    std::vector<wire::Level> levels;
    for (const auto& [price, qty] : rows) levels.push_back({price, qty});
    return levels;
  }
};

struct Change {
  std::int64_t first_id = 0;
  std::int64_t final_id = 0;
  std::int64_t prev_final_id = 0;
  Side bids;
  Side asks;
};
struct Picture {
  std::int64_t id = 0;
  Side bids;
  Side asks;
};

DepthBook::Outcome put(DepthBook& book, const Change& change) {
  const auto bids = change.bids.view();
  const auto asks = change.asks.view();
  return book.on_update({.symbol = "BTCUSDT",
                         .event_time_ms = 1'700'000'000'000,
                         .first_id = change.first_id,
                         .final_id = change.final_id,
                         .prev_final_id = change.prev_final_id,
                         .bids = bids,
                         .asks = asks});
}
DepthBook::Outcome put(DepthBook& book, const Picture& picture, std::size_t limit = deep) {
  const auto bids = picture.bids.view();
  const auto asks = picture.asks.view();
  return book.on_snapshot({.last_update_id = picture.id,
                           .transaction_time_ms = 1'700'000'000'000,
                           .bids = bids,
                           .asks = asks},
                          limit);
}

std::string text_of(const std::vector<BookLevel>& levels) {
  std::string text;
  for (const BookLevel& level : levels) {
    text += level.qty.to_string() + "@" + level.price.to_string() + " ";
  }
  return text;
}
std::string text_of(const DepthBook& book) {
  return text_of(book.picture().bids) + "| " + text_of(book.picture().asks);
}

using Outcome = DepthBook::Outcome;

const Picture at_100{.id = 100, .bids = {{{"10.0", "1"}}}, .asks = {{{"11.0", "1"}}}};

Change change(std::int64_t prev, std::int64_t first, std::int64_t final, std::string qty) {
  return {.first_id = first,
          .final_id = final,
          .prev_final_id = prev,
          .bids = {{{"10.0", std::move(qty)}}},
          .asks = {}};
}

TEST(BinanceDepthBook, TheSnapshotIsWantedOnceChangesCome) {
  DepthBook book{instrument};
  EXPECT_FALSE(book.wants_snapshot());
  EXPECT_EQ(put(book, change(80, 85, 90, "5")), Outcome::Unchanged);
  EXPECT_TRUE(book.wants_snapshot());
  EXPECT_FALSE(book.is_valid());
}

TEST(BinanceDepthBook, ChangesThatTheSnapshotCoversAreDropped) {
  DepthBook book{instrument};
  put(book, change(80, 85, 90, "7"));
  put(book, change(90, 95, 105, "8"));
  put(book, change(105, 106, 110, "9"));
  EXPECT_EQ(put(book, at_100), Outcome::Changed);
  EXPECT_EQ(text_of(book), "9@10 | 1@11 ");
  EXPECT_EQ(book.final_id(), 110);
}

TEST(BinanceDepthBook, ASnapshotBeforeTheFirstChangeDoesNotFit) {
  DepthBook book{instrument};
  put(book, change(101, 102, 110, "7"));
  EXPECT_EQ(put(book, at_100), Outcome::Unfit);
  EXPECT_FALSE(book.is_valid());
  EXPECT_TRUE(book.wants_snapshot());
  EXPECT_EQ(put(book, {.id = 105, .bids = at_100.bids, .asks = at_100.asks}), Outcome::Changed);
}

TEST(BinanceDepthBook, TheFirstChangeAfterASnapshotMustReachOverIt) {
  DepthBook book{instrument};
  put(book, change(80, 85, 90, "7"));
  put(book, at_100);
  ASSERT_EQ(text_of(book), "1@10 | 1@11 ") << "what came is older than the snapshot";
  EXPECT_EQ(put(book, change(90, 91, 99, "6")), Outcome::Unchanged) << "older, too";
  EXPECT_EQ(put(book, change(99, 100, 104, "5")), Outcome::Changed);
  DepthBook other{instrument};
  put(other, change(80, 85, 90, "7"));
  put(other, at_100);
  EXPECT_EQ(put(other, change(102, 103, 104, "5")), Outcome::Broken);
  EXPECT_EQ(other.picture().reason, "gap in the book: event 104 follows 102, the last one was 100");
}

TEST(BinanceDepthBook, EachChangeMustFollowTheOneBefore) {
  DepthBook book{instrument};
  put(book, change(90, 95, 105, "8"));
  put(book, at_100);
  EXPECT_EQ(put(book, change(105, 106, 110, "9")), Outcome::Changed);
  EXPECT_EQ(put(book, change(105, 106, 110, "9")), Outcome::Unchanged) << "repeated";
  EXPECT_EQ(put(book, change(111, 112, 120, "3")), Outcome::Broken);
  EXPECT_FALSE(book.is_valid());
  EXPECT_EQ(text_of(book), "| ");
  EXPECT_TRUE(book.wants_snapshot());
  EXPECT_EQ(put(book, {.id = 115, .bids = at_100.bids, .asks = at_100.asks}), Outcome::Changed)
      << "the change that showed the gap is kept";
  EXPECT_EQ(text_of(book), "3@10 | 1@11 ");
}

TEST(BinanceDepthBook, ACrossedBookIsNotValid) {
  DepthBook book{instrument};
  put(book, change(90, 95, 105, "8"));
  put(book, at_100);
  Change crossing = change(105, 106, 110, "1");
  crossing.bids.rows = {{"11.0", "2"}};
  EXPECT_EQ(put(book, crossing), Outcome::Broken);
  EXPECT_EQ(book.picture().reason, "the book is crossed: bid 11, offer 11");
}

TEST(BinanceDepthBook, AnUnreadableChangeEndsIt) {
  for (const char* const bad : {"", "x", "-1", "1e999"}) {
    DepthBook book{instrument};
    put(book, change(90, 95, 105, "8"));
    put(book, at_100);
    EXPECT_EQ(put(book, change(105, 106, 110, bad)), Outcome::Broken) << bad;
    EXPECT_FALSE(book.is_valid());
  }
}

TEST(BinanceDepthBook, WhatLiesBeyondTheSnapshotIsNotShown) {
  DepthBook book{instrument};
  put(book, change(90, 95, 105, "8"));
  Picture two_levels = at_100;
  two_levels.bids.rows = {{"10.0", "1"}, {"9.5", "1"}};
  two_levels.asks.rows = {{"11.0", "1"}, {"11.5", "1"}};
  put(book, two_levels, 2);
  Change far = change(105, 106, 110, "0");
  far.bids.rows.emplace_back("9.0", "4");
  put(book, far);
  EXPECT_EQ(text_of(book), "1@9.5 | 1@11 1@11.5 ") << "between 9.5 and 9 there may be others";
  EXPECT_TRUE(book.wants_snapshot());
  EXPECT_TRUE(book.is_valid());
}

TEST(BinanceDepthBook, ASideOfWhichNothingIsKnownIsNotShownAsEmpty) {
  DepthBook book{instrument};
  put(book, change(90, 95, 105, "8"));
  put(book, at_100, 1);
  EXPECT_EQ(put(book, change(105, 106, 110, "0")), Outcome::Broken);
  EXPECT_EQ(book.picture().reason, "the known levels of the book have run out: no bid");
  DepthBook whole{instrument};
  put(whole, change(90, 95, 105, "8"));
  put(whole, at_100, 1'000);
  EXPECT_EQ(put(whole, change(105, 106, 110, "0")), Outcome::Changed);
  EXPECT_EQ(text_of(whole), "| 1@11 ") << "there was no other bid";
}

TEST(BinanceDepthBook, ANewSnapshotTakesOverWithoutAnInterruption) {
  DepthBook book{instrument};
  put(book, change(90, 95, 105, "8"));
  put(book, at_100, 1);
  ASSERT_TRUE(book.wants_snapshot());
  book.snapshot_asked();
  put(book, change(105, 106, 110, "7"));
  put(book, change(110, 111, 120, "6"));
  Picture wide = at_100;
  wide.id = 108;
  wide.bids.rows = {{"10.0", "7"}, {"9.0", "3"}};
  EXPECT_EQ(put(book, wide), Outcome::Changed);
  EXPECT_EQ(text_of(book), "6@10 3@9 | 1@11 ");
  EXPECT_EQ(put(book, change(120, 121, 130, "5")), Outcome::Changed);
}

TEST(BinanceDepthBook, AnOldSnapshotDoesNotTakeOver) {
  DepthBook book{instrument};
  put(book, change(90, 95, 105, "8"));
  put(book, at_100, 1);
  put(book, change(105, 106, 110, "7"));
  book.snapshot_asked();
  EXPECT_EQ(put(book, at_100), Outcome::Unfit) << "nothing was kept from 105 on";
  EXPECT_EQ(text_of(book), "7@10 | 1@11 ");
  EXPECT_TRUE(book.is_valid());
}

// ---- at random
// -----------------------------------------------------------------------------------------

class RandomVenue {
 public:
  explicit RandomVenue(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < 60; ++i) step();
  }
  Change step() {
    Change made;
    made.prev_final_id = id_;
    // Ids count for all symbols, so they jump.
    made.first_id = id_ + 1 + static_cast<std::int64_t>(random_() % 4);
    made.final_id = made.first_id + static_cast<std::int64_t>(random_() % 3);
    id_ = made.final_id;
    for (int i = static_cast<int>(random_() % 4); i >= 0; --i) {
      const bool buy = random_() % 2 == 0;
      auto& side = buy ? bids_ : asks_;
      const int at = (buy ? 1'000 : 1'100) + static_cast<int>(random_() % 90);
      const int size = static_cast<int>(random_() % 4);
      if (size == 0) {
        side.erase(at);
      } else {
        side[at] = size;
      }
      (buy ? made.bids : made.asks).rows.emplace_back(std::to_string(at), std::to_string(size));
    }
    history_[id_] = {bids_, asks_};
    return made;
  }
  Picture picture(std::size_t limit) {
    Picture made;
    made.id = id_;
    for (auto it = bids_.rbegin(); it != bids_.rend() && made.bids.rows.size() < limit; ++it) {
      made.bids.rows.emplace_back(std::to_string(it->first), std::to_string(it->second));
    }
    for (auto it = asks_.begin(); it != asks_.end() && made.asks.rows.size() < limit; ++it) {
      made.asks.rows.emplace_back(std::to_string(it->first), std::to_string(it->second));
    }
    return made;
  }
  /// The best twenty bids after the last event up to `id`.
  [[nodiscard]] std::string bids_at(std::int64_t id) const {
    const auto& bids = std::prev(history_.upper_bound(id))->second.first;
    std::string text;
    int left = 20;
    for (auto it = bids.rbegin(); it != bids.rend() && left > 0; ++it, --left) {
      text += std::to_string(it->second) + "@" + std::to_string(it->first) + " ";
    }
    return text;
  }
  [[nodiscard]] std::string asks_at(std::int64_t id) const {
    const auto& asks = std::prev(history_.upper_bound(id))->second.second;
    std::string text;
    int left = 20;
    for (auto it = asks.begin(); it != asks.end() && left > 0; ++it, --left) {
      text += std::to_string(it->second) + "@" + std::to_string(it->first) + " ";
    }
    return text;
  }
  std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }

 private:
  std::mt19937 random_;
  std::map<int, int> bids_;
  std::map<int, int> asks_;
  std::int64_t id_ = 1'000;
  std::map<std::int64_t, std::pair<std::map<int, int>, std::map<int, int>>> history_;
};

TEST(BinanceDepthBook, IsTheVenuesBookOrNotValid) {
  std::size_t broken = 0;
  std::size_t unfit = 0;
  std::size_t whole = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    RandomVenue venue{seed};
    // Some snapshots are shallow: then only a beginning of the sides is known.
    const std::size_t limit = seed % 2 == 0 ? deep : 25 + seed % 20;
    DepthBook book{instrument};
    std::deque<Change> way;
    std::deque<Picture> answers;
    for (int step = 0; step < 300; ++step) {
      way.push_back(venue.step());
      switch (venue.random() % 40) {
        case 0:
          way.pop_back();  // lost
          break;
        case 1:
          way.push_back(way.back());  // repeated
          break;
        case 2:
          if (way.size() > 1) std::swap(way.back(), way[way.size() - 2]);  // reordered
          break;
        default:
          break;
      }
      if (book.wants_snapshot() && answers.empty() && venue.random() % 2 == 0) {
        answers.push_back(venue.picture(limit));
        book.snapshot_asked();
      }
      while (!way.empty() && venue.random() % 3 != 0) {
        broken += put(book, way.front()) == Outcome::Broken ? 1U : 0U;
        way.pop_front();
        if (!answers.empty() && venue.random() % 4 == 0) {
          unfit += put(book, answers.front(), limit) == Outcome::Unfit ? 1U : 0U;
          answers.pop_front();
        }
        if (!book.is_valid()) {
          ASSERT_EQ(text_of(book), "| ");
          ASSERT_FALSE(book.picture().reason.empty());
          continue;
        }
        // What is shown is the beginning of the truth, and all of it where the depth is known.
        const std::string bids = text_of(book.picture().bids);
        const std::string asks = text_of(book.picture().asks);
        const std::string true_bids = venue.bids_at(book.final_id());
        const std::string true_asks = venue.asks_at(book.final_id());
        ASSERT_EQ(bids, true_bids.substr(0, bids.size())) << "seed " << seed;
        ASSERT_EQ(asks, true_asks.substr(0, asks.size())) << "seed " << seed;
        if (limit == deep) {
          ASSERT_EQ(bids + asks, true_bids + true_asks) << "seed " << seed;
          ++whole;
        }
      }
    }
  }
  EXPECT_GT(broken, 100u);
  EXPECT_GT(unfit, 10u);
  EXPECT_GT(whole, 5'000u);
}

}  // namespace
}  // namespace causeway::translators::binance
