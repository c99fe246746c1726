// A recording of the venue: its changes of the book and its snapshot through our rule, against the
// best prices that the venue told beside them.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>

#include "translators/binance/decode.hpp"
#include "translators/binance/depth_book.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

struct Recording {
  std::vector<std::string> messages;  ///< streams' messages and, among them, the snapshot
};

Recording read(const std::string& path) {
  Recording recording;
  const std::string command = "gzip -dc '" + path + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{popen(command.c_str(), "r"), pclose};
  std::string text;
  char buffer[1 << 16];
  while (pipe != nullptr) {
    const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe.get());
    if (size == 0) break;
    text.append(buffer, size);
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end == std::string::npos ? text.size() : end + 1;
    const std::size_t space = line.find(' ');  // behind the local time
    if (space != std::string::npos) recording.messages.push_back(line.substr(space + 1));
  }
  return recording;
}

bool is_snapshot(const std::string& message) {
  return message.find("\"lastUpdateId\"") != std::string::npos &&
         message.find("\"depthUpdate\"") == std::string::npos;
}

class BinanceCapture : public testing::TestWithParam<const char*> {
 protected:
  BinanceCapture() : recording(read(std::string{std::getenv("CAUSEWAY_CAPTURES")} + GetParam())) {
    for (const std::string& message : recording.messages) {
      if (is_snapshot(message)) continue;
      const auto event = decoder.market_event(message);
      if (!event) continue;
      if (const auto* ticker = std::get_if<wire::BookTicker>(&*event)) {
        const auto update = to_market_update(*ticker).value();
        best[ticker->update_id] = {update.best_bid->to_string(), update.best_ask->to_string()};
      }
    }
  }
  /// Replays the recording; `keep` says which depthUpdates arrive. Calls `look` after each.
  template <class Keep, class Look>
  void replay(Keep keep, Look look) {
    std::size_t number = 0;
    for (const std::string& message : recording.messages) {
      if (is_snapshot(message)) {
        ASSERT_TRUE(decoder.http_reply(200, message));
        ASSERT_EQ(book.on_snapshot(decoder.depth_snapshot().value(), 1'000),
                  DepthBook::Outcome::Changed);
        continue;
      }
      if (message.find("\"depthUpdate\"") == std::string::npos || !keep(number++)) continue;
      const auto event = decoder.market_event(message);
      ASSERT_TRUE(event) << message;
      look(book.on_update(std::get<wire::DepthUpdate>(*event)));
    }
  }

  Decoder decoder{std::size_t{4} << 20};
  Recording recording;
  std::map<std::int64_t, std::pair<std::string, std::string>> best;  ///< by update id
  DepthBook book{{fixspec::Venue::Binance, fixspec::Segment::Linear, fixspec::Symbol{"X"}}};
};

TEST_P(BinanceCapture, OurBestPricesAreTheVenuesAfterEveryChange) {
  std::size_t compared = 0;
  replay([](std::size_t) { return true; },
         [&](DepthBook::Outcome outcome) {
           // There is one snapshot alone, and the market moves away from its thousand levels.
           ASSERT_TRUE(outcome != DepthBook::Outcome::Broken ||
                       book.picture().reason.find("have run out") != std::string::npos)
               << book.picture().reason;
           if (!book.is_valid()) return;
           const auto next = best.upper_bound(book.final_id());
           if (next == best.begin() || next == best.end()) return;
           const auto& [bid, ask] = std::prev(next)->second;
           ASSERT_EQ(book.picture().bids.at(0).price.to_string(), bid) << book.final_id();
           ASSERT_EQ(book.picture().asks.at(0).price.to_string(), ask) << book.final_id();
           ++compared;
         });
  EXPECT_GT(compared, 1'000u);
}

TEST_P(BinanceCapture, OneLostChangeIsNoticedWithTheNext) {
  std::size_t number = 0;
  bool noticed = false;
  replay(
      [&](std::size_t n) {
        number = n;
        return n != 1'000;
      },
      [&](DepthBook::Outcome outcome) {
        if (number < 1'000) {
          ASSERT_NE(outcome, DepthBook::Outcome::Broken);
        }
        if (number != 1'001) return;
        EXPECT_EQ(outcome, DepthBook::Outcome::Broken);
        noticed = true;
      });
  EXPECT_TRUE(noticed);
  EXPECT_FALSE(book.is_valid());
}

INSTANTIATE_TEST_SUITE_P(Recordings, BinanceCapture,
                         testing::Values("/usdm_btcusdt_20240808.gz", "/usdm_ethusdt_20240808.gz"),
                         [](const auto& file) { return std::string{file.param}.substr(6, 7); });

}  // namespace
}  // namespace causeway::translators::binance
