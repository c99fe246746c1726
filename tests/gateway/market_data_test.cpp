// Market data over the whole way: simulator, gateway, and a FIX client that keeps a book of what it
// is told.
#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "gateway/fix/frame.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/gateway/on_venue.hpp"

namespace causeway::gateway {
namespace {

using tests::fix::RawClient;
using tests::fix::value_of;
using tests::fix::with_bars;

void wait_a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds{1}); }

/// What a subscriber knows after the messages so far.
struct Picture {
  std::map<std::string, std::string> entries;  ///< by MDEntryID(278): price and size
  std::map<std::string, std::string> values;   ///< by MDEntryType(269)
  std::vector<std::string> trades;
  std::string text;  ///< 58 of the last message

  void take(const std::string& frame) {
    text = value_of(frame, 58);
    if (value_of(frame, 35) == "W") {
      entries.clear();
      values.clear();
    }
    fix::FieldWalk walk{frame};
    std::map<int, std::string> entry;
    bool in_group = false;
    const int first = value_of(frame, 35) == "W" ? 269 : 279;
    while (const auto field = walk.next()) {
      if (field->tag == 268) in_group = true;
      if (!in_group || field->tag == 268) continue;
      if ((field->tag == first || field->tag == 10) && !entry.empty())
        apply(std::exchange(entry, {}));
      entry[field->tag] = std::string{field->value};
    }
  }
  // "B90000:40 B89999:10 | O90001:20", best first
  [[nodiscard]] std::string book() const {
    const auto side = [this](char letter, bool falling) {
      std::vector<std::pair<fixspec::Decimal, std::string>> levels;
      for (const auto& [id, size] : entries) {
        if (id.front() != letter) continue;
        levels.emplace_back(fixspec::Decimal::parse(id.substr(1)).value(), id + ":" + size);
      }
      std::sort(levels.begin(), levels.end());
      if (falling) std::reverse(levels.begin(), levels.end());
      std::string line;
      for (const auto& [price, level] : levels) line += level + " ";
      return line;
    };
    return side('B', true) + "| " + side('O', false);
  }

 private:
  void apply(std::map<int, std::string> entry) {
    const std::string type = entry[269];
    if (type == "2") {
      trades.push_back(entry[271] + "@" + entry[270]);
    } else if (type == "0" || type == "1") {
      if (entry[279] == "2") {
        entries.erase(entry[278]);
      } else {
        entries[entry[278]] = entry[271];
      }
    } else {
      values[type] = entry[279] == "2" ? "" : entry[270];
    }
  }
};

class MarketDataOnVenue : public OnVenue {
 protected:
  void begin(Stack& stack) {
    client = std::make_unique<RawClient>(stack.fix_port(), wait_a_moment,
                                         RawClient::Options{.comp_id = "OMS1"});
    client->log_on("141=Y|");
    ASSERT_EQ(value_of(client->receive().value_or(""), 35), "A");
  }
  void request(const std::string& id, const std::string& what) {
    client->send("35=V|262=" + id + "|" + what + "146=1|55=" + std::string{venue().symbol} +
                 "|207=" + std::string{venue().fix_name} + "|");
  }
  // Takes messages until `done` holds; false where none comes any more.
  bool listen(const std::function<bool()>& done) {
    while (!done()) {
      const auto frame = client->receive();
      if (!frame) return false;
      if (value_of(*frame, 35) == "W" || value_of(*frame, 35) == "X") {
        pictures[value_of(*frame, 262)].take(*frame);
        last_type = value_of(*frame, 35);
        ++messages;
      } else if (value_of(*frame, 35) == "1") {
        client->send("35=0|112=" + value_of(*frame, 112) + "|");
      }
    }
    return true;
  }

  std::unique_ptr<RawClient> client;
  std::map<std::string, Picture> pictures;
  std::string last_type;
  int messages = 0;
};

constexpr const char* twenty_levels = "263=1|264=0|265=1|267=2|269=0|269=1|";

TEST_P(MarketDataOnVenue, TheBookOverFixIsTheVenues) {
  Stack stack{on_venue()};
  stack.clear_book();
  stack.house_offers("30", "90500");
  stack.house_offers("10", "90600");
  begin(stack);
  request("m", twenty_levels);
  const std::string offers = "| O90500:" + venue().qty("30") + " O90600:" + venue().qty("10") + " ";
  EXPECT_TRUE(listen([&] { return pictures["m"].book() == offers; })) << pictures["m"].book();
  stack.house_offers("20", "90550");
  EXPECT_TRUE(listen([&] { return pictures["m"].book().find("O90550") != std::string::npos; }));
  EXPECT_EQ(last_type, "X");
}

TEST_P(MarketDataOnVenue, ChangesLeadToTheSameBookAsAWholePicture) {
  Stack::Options options = on_venue();
  options.flow = true;
  Stack stack{options};
  begin(stack);
  request("changes", twenty_levels);
  ASSERT_TRUE(listen([&] { return messages >= 40; }));
  stack.market(R"("action":"pause")");
  // What was under way has come when nothing more does: then both must show the same.
  EXPECT_TRUE(eventually([&] {
    request("whole", "263=0|264=0|267=2|269=0|269=1|");
    const int before = messages;
    if (!listen([&] { return messages > before && !pictures["whole"].entries.empty(); })) {
      return false;
    }
    listen([&] { return client->silent(50); });
    const std::string whole = pictures["whole"].book();
    pictures.erase("whole");
    return whole == pictures["changes"].book() && whole.size() > 100;
  })) << pictures["changes"].book();
}

TEST_P(MarketDataOnVenue, ALostMessageOfTheVenueTakesTheBookBackUntilItIsWholeAgain) {
  Stack::Options options = on_venue();
  options.flow = true;
  Stack stack{options};
  begin(stack);
  request("m", twenty_levels);
  ASSERT_TRUE(listen([&] { return messages >= 5 && !pictures["m"].entries.empty(); }));
  stack.fault("drop_notification", venue().book_channel);
  ASSERT_TRUE(listen([&] { return pictures["m"].text.starts_with("gap in the book"); }));
  EXPECT_EQ(pictures["m"].book(), "| ");
  ASSERT_TRUE(listen([&] { return pictures["m"].entries.size() >= 10; }));
  EXPECT_EQ(last_type, "W");
  EXPECT_EQ(pictures["m"].text, "");
}

TEST_P(MarketDataOnVenue, TradesAndEveryValueAreTold) {
  Stack::Options options = on_venue();
  options.flow = true;
  Stack stack{options};
  begin(stack);
  request("v", "263=1|264=1|265=1|267=7|269=0|269=1|269=2|269=3|269=6|269=C|269=f|");
  EXPECT_TRUE(listen([&] {
    const Picture& picture = pictures["v"];
    return picture.values.size() == 4 && picture.entries.size() == 2 && !picture.trades.empty();
  })) << pictures["v"].book()
      << testing::PrintToString(pictures["v"].values) << pictures["v"].trades.size();
}

TEST_P(MarketDataOnVenue, ASymbolThatNobodyKnowsIsRefused) {
  Stack stack{on_venue()};
  begin(stack);
  client->send("35=V|262=x|263=1|264=0|265=0|267=1|269=0|146=1|55=NO-SUCH|207=" +
               std::string{venue().fix_name} + "|");
  const std::string refusal = client->receive_type("Y").value_or("");
  EXPECT_EQ(value_of(refusal, 281), "0") << with_bars(refusal);
}

INSTANTIATE_TEST_SUITE_P(Venues, MarketDataOnVenue, testing::ValuesIn(all_venues),
                         [](const auto& one) { return test_name(*one.param); });

}  // namespace
}  // namespace causeway::gateway
