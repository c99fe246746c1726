// Every message of tests/wire/deribit, through a session, against the events written beside it.
// A case is <kind>_<what>.json, one message a line, and <kind>_<what>.expected. The kind says what
// was asked; replies are given the number of the frame that was sent last.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/translators/session_kit.hpp"
#include "translators/deribit/map.hpp"
#include "translators/deribit/public_session.hpp"

namespace causeway::translators::deribit {
namespace {

const std::filesystem::path folder = "tests/wire/deribit";

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      lines.push_back(std::exchange(line, {}));
    } else {
      line.push_back(c);
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class LenientLog final : public fixspec::LogSink {
 public:
  void write(Level, std::string_view, std::initializer_list<fixspec::LogField>) override {}
};

const fixspec::InstrumentKey eth{fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                                 fixspec::Symbol{"ETH-PERPETUAL"}};

// What the messages of a case answer; nullopt for what comes unasked.
std::optional<Ask> ask_of(const std::string& name) {
  const fixspec::VenueClOrdId client_id{"C1"};
  const fixspec::VenueOrderId order_id{"ETH-584864807"};
  if (name.starts_with("place_")) return limit_order();
  if (name.starts_with("amend_")) {
    AmendOrder amend;
    amend.client_id = client_id;
    amend.venue_order_id = order_id;
    amend.instrument = eth;
    return amend;
  }
  if (name.starts_with("cancel_all_")) return CancelAll{};
  if (name.starts_with("cancel_label_")) return CancelOrder{client_id, std::nullopt, eth};
  if (name.starts_with("cancel_")) return CancelOrder{client_id, order_id, eth};
  if (name.starts_with("query_label_")) return QueryOrder{client_id, std::nullopt, eth};
  if (name.starts_with("query_order_")) return QueryOrder{client_id, order_id, eth};
  if (name.starts_with("open_orders")) return QueryOpenOrders{};
  if (name.starts_with("trades_")) return QueryTrades{1'699'999'000 * fixspec::nanos_per_second};
  if (name.starts_with("positions")) return QueryPositions{};
  if (name.starts_with("balances")) return QueryBalances{};
  return std::nullopt;
}

std::string told_in_private(const std::string& name, const std::vector<std::string>& messages) {
  SessionKit kit;
  for (const char* event : {"venue_order_unreadable", "venue_notification_unreadable"}) {
    kit.log.expect(event);
  }
  kit.log_on();
  if (const auto ask = ask_of(name)) kit.ask(*ask);
  for (const std::string& message : messages) {
    kit.receive(with_id(message, kit.outbox.last().id));
  }
  std::string told = kit.outbox.take_told();
  for (const std::string& reason : kit.outbox.disconnects) told += "disconnect " + reason + "\n";
  return told;
}

std::string told_in_public(const std::vector<std::string>& messages) {
  Recorder outbox;
  StrictLog log;
  const fixspec::Timestamp now{1'700'000'000 * fixspec::nanos_per_second, 1'000'000'000};
  log.expect("venue_market_data_unreadable");
  PublicSession session({}, outbox, log);
  session.subscribe(perpetual(), {.values = true, .book = true, .trades = true}, now);
  session.start();
  session.on_open(now);
  // Three lists of instruments were asked for; the case is the last of them.
  std::vector<std::uint64_t> lists;
  for (const auto& frame : outbox.frames) {
    if (frame.text.find("get_instruments") != std::string::npos) lists.push_back(frame.id);
  }
  for (const std::string& message : messages) {
    if (message.find("\"id\":") != std::string::npos) {
      for (std::size_t i = 0; i + 1 < lists.size(); ++i) {
        session.on_message(reply(lists[i], "[]"), now);
      }
    }
    session.on_message(with_id(message, lists.back()), now);
  }
  return outbox.take_told();
}

// Channels that the session does not subscribe, through decoder and map alone.
std::string mapped_changes(const std::vector<std::string>& messages) {
  Decoder decoder(std::size_t{1} << 20);
  std::string text;
  for (const std::string& message : messages) {
    const auto envelope = decoder.decode(message);
    const auto& notification = std::get<wire::Notification>(envelope.value());
    const auto changes = decoder.changes(notification.channel);
    for (const auto& order : changes.value().orders) {
      text += to_line(to_order_update(order, Source::Stream).value()) + "\n";
    }
    for (const auto& trade : changes.value().trades) {
      text += to_line(to_fill(trade, Source::Stream).value()) + "\n";
    }
  }
  return text;
}

std::string told_by(const std::filesystem::path& path) {
  const std::string name = path.stem().string();
  const auto messages = lines_of(contents(path));
  if (name.starts_with("changes_")) return mapped_changes(messages);
  const bool open = name.starts_with("market_") || name.starts_with("instruments_") ||
                    name.starts_with("book_") || name.starts_with("public_trades_");
  return open ? told_in_public(messages) : told_in_private(name, messages);
}

TEST(DeribitWire, EveryCaseTellsWhatStandsBesideIt) {
  // CAUSEWAY_WRITE_EXPECTED=1 writes the expectations of new cases, to be read before they count.
  const bool write = std::getenv("CAUSEWAY_WRITE_EXPECTED") != nullptr;
  for (const auto& path : cases()) {
    auto expected = path;
    expected.replace_extension(".expected");
    const std::string told = told_by(path);
    if (write && !std::filesystem::exists(expected)) std::ofstream(expected) << told;
    ASSERT_TRUE(std::filesystem::exists(expected)) << expected;
    EXPECT_EQ(told, contents(expected)) << path;
  }
}

TEST(DeribitWire, EveryFileIsUsedAndItsOriginNamed) {
  const std::string origin = contents(folder / "ORIGIN.md");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto& path = entry.path();
    if (path.filename() == "ORIGIN.md") continue;
    EXPECT_TRUE(path.extension() == ".json" || path.extension() == ".expected") << path;
    auto partner = path;
    partner.replace_extension(path.extension() == ".json" ? ".expected" : ".json");
    EXPECT_TRUE(std::filesystem::exists(partner)) << partner;
    EXPECT_NE(origin.find("`" + path.stem().string() + "`"), std::string::npos) << path;
  }
}

TEST(DeribitWire, EveryTruncationFailsCleanly) {
  Decoder decoder(std::size_t{1} << 20);
  std::size_t tried = 0;
  for (const auto& path : cases()) {
    for (const std::string& message : lines_of(contents(path))) {
      ASSERT_TRUE(decoder.decode(message)) << path;
      for (std::size_t size = 0; size < message.size(); ++size) {
        // A copy of its own, so that reading past the end is seen by the sanitizers.
        const std::vector<char> part(message.begin(),
                                     message.begin() + static_cast<std::ptrdiff_t>(size));
        ASSERT_FALSE(decoder.decode({part.data(), part.size()})) << path << " " << size;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 10'000u);
}

TEST(DeribitWire, DamagedMessagesNeverEndInACrash) {
  std::mt19937 random(20'261'121);
  LenientLog log;
  for (const auto& path : cases()) {
    const std::string name = path.stem().string();
    for (const std::string& message : lines_of(contents(path))) {
      for (int round = 0; round < 60; ++round) {
        std::string damaged = message;
        for (int i = 0; i < 3; ++i) {
          constexpr std::string_view replacements = "{}[]\",:0-e.\\ntf\x80 ";
          damaged[random() % damaged.size()] = replacements[random() % replacements.size()];
        }
        Recorder outbox;
        const fixspec::Timestamp now{1'700'000'000 * fixspec::nanos_per_second, 1'000'000'000};
        PrivateSession session({.account = fixspec::AccountId{"main"}, .client_id = "k"},
                               HmacKey{"s"}, outbox, log);
        session.start();
        session.on_open(now);
        session.on_message(with_id(damaged, outbox.last().id), now);
        session.on_message(damaged, now);
        session.on_closed("end", {}, now);
        PublicSession other({}, outbox, log);
        other.subscribe(perpetual(), {.values = true, .book = true, .trades = true}, now);
        other.start();
        other.on_open(now);
        other.on_message(damaged, now);
      }
    }
  }
}

TEST(DeribitWire, DepthAndSizeAreBounded) {
  Decoder decoder(1'000'000);
  EXPECT_FALSE(decoder.decode(std::string(100'000, '[')));
  EXPECT_FALSE(decoder.decode(std::string(20, ' ') + std::string(1'000'000, '0')));
  std::string nested = R"({"jsonrpc":"2.0","id":1,"result":)";
  for (int i = 0; i < 30; ++i) nested += "[";
  for (int i = 0; i < 30; ++i) nested += "]";
  EXPECT_FALSE(decoder.decode(nested + "}"));
  EXPECT_FALSE(decoder.decode("{\"id\":1,\"result\":1}x"));
  EXPECT_FALSE(decoder.decode(std::string{"{\"id\":1,\"result\":1}\0{}", 23}));
}

}  // namespace
}  // namespace causeway::translators::deribit
