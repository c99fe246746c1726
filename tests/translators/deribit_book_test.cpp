// The local book and Deribit's rule for it: whatever is lost, repeated or reordered on the way, the
// copy is the venue's book or it is not valid; it is never a wrong book that counts as valid.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "tests/translators/session_kit.hpp"
#include "translators/book/local_book.hpp"
#include "translators/deribit/book_feed.hpp"
#include "translators/deribit/public_session.hpp"

namespace causeway::translators {
namespace {

using fixspec::Side;

fixspec::Price price(std::string_view text) { return fixspec::parse_price(text).value(); }
fixspec::Quantity qty(std::string_view text) { return fixspec::parse_quantity(text).value(); }

std::string text_of(const book::LocalBook& book, Side side, std::size_t most = 100) {
  std::vector<BookLevel> levels;
  book.copy_best(side, most, levels);
  std::string text;
  for (const BookLevel& level : levels) {
    text += level.qty.to_string() + "@" + level.price.to_string() + " ";
  }
  return text;
}

TEST(LocalBook, KeepsBestFirstAndQuantitiesAreAbsolute) {
  book::LocalBook book;
  for (const auto& [at, size] : {std::pair{"100", "1"}, {"102", "2"}, {"101", "3"}, {"102", "5"}}) {
    book.set(Side::Buy, price(at), qty(size));
    book.set(Side::Sell, price(at) + price("10"), qty(size));
  }
  EXPECT_EQ(text_of(book, Side::Buy), "5@102 3@101 1@100 ");
  EXPECT_EQ(text_of(book, Side::Sell), "1@110 3@111 5@112 ");
  EXPECT_EQ(text_of(book, Side::Sell, 2), "1@110 3@111 ");
  book.set(Side::Buy, price("101"), {});
  EXPECT_EQ(text_of(book, Side::Buy), "5@102 1@100 ");
}

TEST(LocalBook, TellsWhetherAToldLevelHasChanged) {
  book::LocalBook book;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(book.set(Side::Buy, price(std::to_string(100 - i)), qty("1")), i < 20) << i;
  }
  EXPECT_FALSE(book.set(Side::Buy, price("100"), qty("1"))) << "as it was";
  EXPECT_FALSE(book.set(Side::Buy, price("80"), qty("2"))) << "the 21st level";
  EXPECT_TRUE(book.set(Side::Buy, price("81"), qty("2"))) << "the 20th level";
  EXPECT_FALSE(book.set(Side::Buy, price("50"), {})) << "is not there";
  EXPECT_TRUE(book.set(Side::Buy, price("100.5"), qty("1"))) << "a new best";
  EXPECT_FALSE(book.set(Side::Buy, price("81"), {})) << "the 21st level by now";
  EXPECT_TRUE(book.set(Side::Buy, price("82"), {})) << "the 20th";
}

TEST(LocalBook, BeyondTheHorizonNothingIsKept) {
  book::LocalBook book;
  book.set(Side::Sell, price("100"), qty("1"));
  book.set(Side::Sell, price("105"), qty("1"));
  book.set_horizon(Side::Sell, price("103"));
  EXPECT_EQ(text_of(book, Side::Sell), "1@100 ");
  EXPECT_FALSE(book.set(Side::Sell, price("103.5"), qty("9")));
  EXPECT_TRUE(book.set(Side::Sell, price("103"), qty("9")));
  EXPECT_EQ(text_of(book, Side::Sell), "1@100 9@103 ");
}

TEST(LocalBook, ABidAtOrAboveAnOfferIsCrossed) {
  book::LocalBook book;
  book.set(Side::Buy, price("100"), qty("1"));
  EXPECT_FALSE(fault_of(book));
  book.set(Side::Sell, price("100"), qty("1"));
  EXPECT_EQ(fault_of(book), "the book is crossed: bid 100, offer 100");
}

// Against a plain map, through random changes.
TEST(LocalBook, IsASortedMap) {
  std::mt19937 random{11};
  book::LocalBook book;
  std::map<int, int> expected;
  for (int step = 0; step < 20'000; ++step) {
    const int at = static_cast<int>(random() % 200) + 1;
    const int size = static_cast<int>(random() % 3);
    const bool told = book.set(Side::Buy, price(std::to_string(at)), qty(std::to_string(size)));
    auto before = expected;
    if (size == 0) {
      expected.erase(at);
    } else {
      expected[at] = size;
    }
    const auto best = [](const std::map<int, int>& levels) {
      std::vector<std::pair<int, int>> top;
      for (auto it = levels.rbegin(); it != levels.rend() && top.size() < 20; ++it) {
        top.push_back(*it);
      }
      return top;
    };
    ASSERT_EQ(told, best(before) != best(expected)) << step;
    ASSERT_EQ(book.size(Side::Buy), expected.size());
  }
  std::string text;
  for (auto it = expected.rbegin(); it != expected.rend(); ++it) {
    text += std::to_string(it->second) + "@" + std::to_string(it->first) + " ";
  }
  EXPECT_EQ(text_of(book, Side::Buy, 1'000), text);
}

}  // namespace
}  // namespace causeway::translators

namespace causeway::translators::deribit {
namespace {

const fixspec::InstrumentKey instrument{fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                                        fixspec::Symbol{"BTC-PERPETUAL"}};

/// A venue's book that changes at random, and its notifications as texts of their own.
class RandomVenue {
 public:
  struct Message {
    std::int64_t change_id = 0;
    std::optional<std::int64_t> prev_change_id;
    std::vector<std::array<std::string, 3>> bids;
    std::vector<std::array<std::string, 3>> asks;

    [[nodiscard]] wire::Book view() const {
      wire::Book book{.instrument_name = "BTC-PERPETUAL",
                      .timestamp_ms = 1'700'000'000'000,
                      .change_id = change_id,
                      .prev_change_id = prev_change_id};
      for (const auto& row : bids) book.bids.push_back({row[0], row[1], row[2]});
      for (const auto& row : asks) book.asks.push_back({row[0], row[1], row[2]});
      return book;
    }
  };

  explicit RandomVenue(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < 40; ++i) change();
  }

  Message snapshot() {
    Message message{.change_id = change_id_, .prev_change_id = std::nullopt};
    for (const auto& [at, size] : bids_) message.bids.push_back(row("new", at, size));
    for (const auto& [at, size] : asks_) message.asks.push_back(row("new", at, size));
    return message;
  }
  Message change() {
    Message message{.change_id = change_id_ + 1 + static_cast<std::int64_t>(random_() % 5),
                    .prev_change_id = change_id_};
    change_id_ = message.change_id;
    for (int i = static_cast<int>(random_() % 3); i >= 0; --i) {
      const bool buy = random_() % 2 == 0;
      auto& side = buy ? bids_ : asks_;
      const int at = (buy ? 1'000 : 1'100) + static_cast<int>(random_() % 90);
      const int size = static_cast<int>(random_() % 4) * 10;
      if (size == 0 && !side.contains(at)) continue;
      const char* const action = size == 0 ? "delete" : side.contains(at) ? "change" : "new";
      (buy ? message.bids : message.asks).push_back(row(action, at, size));
      if (size == 0) {
        side.erase(at);
      } else {
        side[at] = size;
      }
    }
    history_[change_id_] = {bids_, asks_};
    return message;
  }
  std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }

  /// The told picture of the book after `change_id`.
  [[nodiscard]] std::string picture(std::int64_t change_id) const {
    const auto& [bids, asks] = history_.at(change_id);
    std::string text;
    int left = 20;
    for (auto it = bids.rbegin(); it != bids.rend() && left > 0; ++it, --left) {
      text += std::to_string(it->second) + "@" + std::to_string(it->first) + " ";
    }
    text += "| ";
    left = 20;
    for (auto it = asks.begin(); it != asks.end() && left > 0; ++it, --left) {
      text += std::to_string(it->second) + "@" + std::to_string(it->first) + " ";
    }
    return text;
  }

 private:
  static std::array<std::string, 3> row(const char* action, int at, int size) {
    return {action, std::to_string(at) + ".0", std::to_string(size) + ".0"};
  }
  std::mt19937 random_;
  std::map<int, int> bids_;
  std::map<int, int> asks_;
  std::int64_t change_id_ = 1'000;
  std::map<std::int64_t, std::pair<std::map<int, int>, std::map<int, int>>> history_;
};

std::string text_of(const BookUpdate& update) {
  std::string text;
  for (const auto& level : update.bids) {
    text += level.qty.to_string() + "@" + level.price.to_string() + " ";
  }
  text += "| ";
  for (const auto& level : update.asks) {
    text += level.qty.to_string() + "@" + level.price.to_string() + " ";
  }
  return text;
}

TEST(DeribitBookFeed, IsTheVenuesBookOrNotValid) {
  std::size_t broken = 0;
  std::size_t compared = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    RandomVenue venue{seed};
    BookFeed feed{instrument};
    std::int64_t taken = 0;
    std::deque<RandomVenue::Message> way{venue.snapshot()};
    bool is_asked = false;
    for (int step = 0; step < 300; ++step) {
      way.push_back(venue.change());
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
        case 3:
          if (is_asked) way.push_back(venue.snapshot());
          is_asked = false;
          break;
        default:
          break;
      }
      while (!way.empty() && venue.random() % 3 != 0) {
        const auto message = std::move(way.front());
        way.pop_front();
        const auto outcome = feed.on_book(message.view());
        if (outcome == BookFeed::Outcome::Broken) {
          is_asked = true;
          ++broken;
        }
        const bool was_taken = !message.prev_change_id || message.prev_change_id == taken;
        if (feed.is_valid() && was_taken) taken = message.change_id;
        if (!feed.is_valid()) {
          ASSERT_TRUE(feed.picture().bids.empty() && feed.picture().asks.empty());
          ASSERT_FALSE(feed.picture().reason.empty());
          continue;
        }
        ASSERT_EQ(text_of(feed.picture()), venue.picture(taken)) << "seed " << seed;
        ++compared;
      }
    }
  }
  EXPECT_GT(broken, 200u);
  EXPECT_GT(compared, 10'000u);
}

// ---- the session around it
// ------------------------------------------------------------------------------

struct MarketKit {
  MarketKit() {
    log.expect("venue_book_did_not_come");
    session.start();
    session.on_open(now);
    answer();
    outbox.frames.clear();
    answered = 0;
    outbox.take_told();
  }
  void pass(std::int64_t ms) {
    for (; ms > 0; ms -= 20) {
      now.utc_ns += 20 * fixspec::nanos_per_milli;
      now.mono_ns += 20 * fixspec::nanos_per_milli;
      session.on_timer(now);
      answer();
    }
  }
  // Answers the calls that have none.
  void answer() {
    for (; answered < outbox.frames.size(); ++answered) {
      const Recorder::Frame frame = outbox.frames[answered];
      const bool is_list = frame.text.find("get_instruments") != std::string::npos;
      session.on_message(reply(frame.id, is_list ? "[]" : R"(["x"])"), now);
    }
  }
  // "subscribe [...]" and so on, of the frames since the last call.
  std::string take_asked() {
    std::string text;
    for (const auto& frame : outbox.frames) {
      const bool is_unsubscribe = frame.text.find("unsubscribe") != std::string::npos;
      const auto start = frame.text.find('[');
      if (start == std::string::npos) continue;
      text += (is_unsubscribe ? "unsubscribe " : "subscribe ") +
              frame.text.substr(start, frame.text.find(']') - start + 1) + "\n";
    }
    outbox.frames.clear();
    answered = 0;
    return text;
  }
  void book(const std::string& ids, const std::string& bids) {
    session.on_message(R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":)"
                       R"("book.BTC-PERPETUAL.100ms","data":{"timestamp":1700000000000,)"
                       R"("instrument_name":"BTC-PERPETUAL",)" +
                           ids + R"(,"bids":[)" + bids + R"(],"asks":[]}}})",
                       now);
  }
  void snapshot(int id) {
    book(R"("type":"snapshot","change_id":)" + std::to_string(id), R"(["new",100.0,10.0])");
  }
  void change(int previous, int id) {
    book(R"("type":"change","prev_change_id":)" + std::to_string(previous) + R"(,"change_id":)" +
             std::to_string(id),
         R"(["change",100.0,)" + std::to_string(id) + ".0]");
  }

  fixspec::Timestamp now{.utc_ns = 1'700'000'000 * fixspec::nanos_per_second,
                         .mono_ns = 1'000'000'000};
  Recorder outbox;
  StrictLog log;
  std::size_t answered = 0;
  PublicSession session{{.seed = 3}, outbox, log};
};

constexpr MarketInterest only_book{.values = false, .book = true, .trades = false};
constexpr MarketInterest nothing{.values = false, .book = false, .trades = false};

TEST(DeribitMarket, SubscribesWhatIsWantedAndUnsubscribesWhatIsNot) {
  MarketKit kit;
  kit.session.subscribe(instrument, {.values = true, .book = true, .trades = true}, kit.now);
  kit.pass(20);
  EXPECT_EQ(kit.take_asked(),
            "subscribe [\"book.BTC-PERPETUAL.100ms\",\"quote.BTC-PERPETUAL\","
            "\"ticker.BTC-PERPETUAL.100ms\",\"trades.BTC-PERPETUAL.100ms\"]\n");
  kit.session.subscribe(instrument, {.values = true}, kit.now);
  kit.pass(500);
  EXPECT_EQ(kit.take_asked(),
            "unsubscribe [\"book.BTC-PERPETUAL.100ms\",\"trades.BTC-PERPETUAL.100ms\"]\n");
  kit.session.subscribe(instrument, nothing, kit.now);
  kit.pass(500);
  EXPECT_EQ(kit.take_asked(),
            "unsubscribe [\"quote.BTC-PERPETUAL\",\"ticker.BTC-PERPETUAL.100ms\"]\n");
}

TEST(DeribitMarket, WhatIsWantedAgainBeforeItIsDroppedBeginsAnew) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.take_asked();
  kit.session.subscribe(instrument, nothing, kit.now);
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(20);
  EXPECT_EQ(kit.take_asked(),
            "unsubscribe [\"book.BTC-PERPETUAL.100ms\"]\n"
            "subscribe [\"book.BTC-PERPETUAL.100ms\"]\n");
}

TEST(DeribitMarket, AGapIsToldAtOnceAndTheBookAskedForAgain) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.take_asked();
  kit.snapshot(7);
  kit.change(7, 8);
  kit.change(9, 10);
  kit.change(10, 11);
  EXPECT_EQ(kit.outbox.take_told(),
            "book instrument=INVERSE:BTC-PERPETUAL bids=10@100 time=1700000000000\n"
            "book instrument=INVERSE:BTC-PERPETUAL bids=8@100 time=1700000000000\n"
            "book instrument=INVERSE:BTC-PERPETUAL invalid reason=gap in the book: change 10 "
            "follows 9, the last one was 8 time=1700000000000\n");
  kit.pass(20);
  EXPECT_EQ(kit.take_asked(),
            "unsubscribe [\"book.BTC-PERPETUAL.100ms\"]\n"
            "subscribe [\"book.BTC-PERPETUAL.100ms\"]\n");
  kit.snapshot(12);
  EXPECT_EQ(kit.outbox.take_told(),
            "book instrument=INVERSE:BTC-PERPETUAL bids=10@100 time=1700000000000\n");
}

TEST(DeribitMarket, ABookThatKeepsBreakingIsAskedForMoreAndMoreSeldom) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.take_asked();
  std::vector<std::int64_t> waits;
  for (int round = 0; round < 8; ++round) {
    kit.snapshot(7);
    kit.change(8, 9);
    const std::int64_t broken_at = kit.now.mono_ns;
    while (kit.outbox.frames.empty()) kit.pass(20);
    waits.push_back((kit.now.mono_ns - broken_at) / fixspec::nanos_per_milli);
    kit.take_asked();
  }
  EXPECT_LE(waits.front(), 40);
  EXPECT_GE(waits.back(), 10'000);
  EXPECT_LE(waits.back(), 31'000);
}

TEST(DeribitMarket, ASnapshotThatDoesNotComeIsAskedForAgain) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.take_asked();
  kit.pass(10'000);
  EXPECT_EQ(kit.take_asked(),
            "unsubscribe [\"book.BTC-PERPETUAL.100ms\"]\n"
            "subscribe [\"book.BTC-PERPETUAL.100ms\"]\n");
  EXPECT_EQ(kit.log.seen("venue_book_did_not_come"), 1u);
}

TEST(DeribitMarket, AQuietBookIsAskedForAgainAndGoesOnMeanwhile) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.snapshot(7);
  kit.take_asked();
  kit.outbox.take_told();
  kit.pass(59'000);
  EXPECT_EQ(kit.take_asked(), "");
  kit.pass(2'000);
  EXPECT_EQ(kit.take_asked(),
            "unsubscribe [\"book.BTC-PERPETUAL.100ms\"]\n"
            "subscribe [\"book.BTC-PERPETUAL.100ms\"]\n");
  EXPECT_EQ(kit.outbox.take_told(), "");
  kit.snapshot(7);
  kit.change(7, 8);
  EXPECT_EQ(kit.outbox.take_told(),
            "book instrument=INVERSE:BTC-PERPETUAL bids=10@100 time=1700000000000\n"
            "book instrument=INVERSE:BTC-PERPETUAL bids=8@100 time=1700000000000\n");
}

TEST(DeribitMarket, AQuietBookThatDoesNotComeAgainIsNotBelieved) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.snapshot(7);
  kit.outbox.take_told();
  kit.pass(71'000);
  EXPECT_EQ(kit.outbox.take_told(),
            "book instrument=INVERSE:BTC-PERPETUAL invalid reason=the venue did not tell the book "
            "when it was asked again time=1700000070500\n");
}

TEST(DeribitMarket, ALostLinkTakesTheBookBackAndANewOneBringsItAgain) {
  MarketKit kit;
  kit.log.expect("venue_disconnected");
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.snapshot(7);
  kit.outbox.take_told();
  kit.session.on_closed("reset", kit.now);
  EXPECT_EQ(kit.outbox.take_told(),
            "book instrument=INVERSE:BTC-PERPETUAL invalid reason=the link to the venue is down: "
            "reset time=1700000000500\n");
  kit.take_asked();
  kit.session.on_open(kit.now);
  EXPECT_NE(kit.take_asked().find("subscribe [\"book.BTC-PERPETUAL.100ms\"]"), std::string::npos);
  kit.snapshot(3);
  EXPECT_EQ(kit.outbox.take_told(),
            "book instrument=INVERSE:BTC-PERPETUAL bids=10@100 time=1700000000000\n");
}

TEST(DeribitMarket, WhatStillComesOfADroppedBookIsPassedOver) {
  MarketKit kit;
  kit.session.subscribe(instrument, only_book, kit.now);
  kit.pass(500);
  kit.snapshot(7);
  kit.session.subscribe(instrument, nothing, kit.now);
  kit.outbox.take_told();
  kit.change(7, 8);
  EXPECT_EQ(kit.outbox.take_told(), "");
}

TEST(DeribitMarket, ManyWishesGoOutAsFewFrames) {
  MarketKit kit;
  for (int i = 0; i < 450; ++i) {
    kit.session.subscribe({fixspec::Venue::Deribit, fixspec::Segment::Option,
                           fixspec::Symbol{"BTC-25DEC26-" + std::to_string(10'000 + i) + "-C"}},
                          only_book, kit.now);
  }
  kit.pass(20);
  EXPECT_EQ(kit.outbox.frames.size(), 1u);
  kit.pass(380);
  EXPECT_EQ(kit.outbox.frames.size(), 1u) << "the venue's credits are kept";
  kit.pass(1'000);
  EXPECT_EQ(kit.outbox.frames.size(), 3u);
}

}  // namespace
}  // namespace causeway::translators::deribit
