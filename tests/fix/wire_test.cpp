#include <gtest/gtest.h>

#include <random>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/time_text.hpp"
#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using gateway::fix::FrameReader;
using gateway::fix::make_frame;
using gateway::fix::parse_fix_time;
using gateway::fix::to_fix_time;

constexpr std::size_t max_frame_bytes = 65536;

std::string frame_of(const std::string& body) {
  return make_frame("FIX.4.4", with_delimiters(body));
}

std::vector<std::string> frames_in(FrameReader& reader) {
  std::vector<std::string> frames;
  while (const auto frame = reader.next()) frames.emplace_back(*frame);
  return frames;
}

TEST(FrameReader, FindsFramesHoweverTheyAreCut) {
  const std::vector<std::string> frames = {frame_of("35=0|34=1|"), frame_of("35=D|58=8=FIX 10=|"),
                                           frame_of("35=A|34=3|")};
  std::string stream;
  for (const std::string& frame : frames) stream += frame;
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameReader reader{max_frame_bytes};
    std::vector<std::string> found;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.append(stream.substr(at, piece));
      for (std::string& frame : frames_in(reader)) found.push_back(std::move(frame));
    }
    ASSERT_EQ(found, frames) << "pieces of " << piece;
    ASSERT_EQ(reader.skipped_bytes(), 0U);
  }
}

// Whatever is cut off a message, the next whole one is found, unless the cut-off one's BodyLength
// claims it: then the one after it.
TEST(FrameReader, FindsTheNextMessageAfterEveryTruncation) {
  const std::string good = frame_of("35=D|34=2|11=a|");
  const std::string next = frame_of("35=0|34=3|");
  for (std::size_t size = 0; size < good.size(); ++size) {
    FrameReader reader{max_frame_bytes};
    reader.append(good.substr(0, size) + next + next);
    const auto found = frames_in(reader);
    ASSERT_FALSE(found.empty()) << "cut to " << size;
    ASSERT_EQ(found.back(), next) << "cut to " << size;
  }
}

TEST(FrameReader, WrongLengthOrSumIsSkipped) {
  const std::string good = frame_of("35=0|34=1|");
  const std::string body = "35=0|34=2|";
  const auto with = [&](const std::string& length, const std::string& sum) {
    return with_delimiters("8=FIX.4.4|9=" + length + "|" + body + "10=" + sum + "|");
  };
  for (const std::string& bad :
       {with("10", "000"), with("9", "163"), with("11", "163"), with("", "163"), with("-1", "163"),
        with("99999999999999999999", "163"), with("10", "16"), with("10", "1x3"),
        with_delimiters("8=FIX.4.4|9=10|34=2|35=0|10=163|"), with_delimiters("8=FIX.4.4|35=0|")}) {
    FrameReader reader{max_frame_bytes};
    reader.append(bad + good);
    ASSERT_EQ(frames_in(reader), std::vector<std::string>{good}) << with_bars(bad);
    ASSERT_EQ(reader.skipped_bytes(), bad.size());
  }
}

TEST(FrameReader, StreamOfFalseStartsIsPassedInLinearTime) {
  std::string noise;
  while (noise.size() < 5'000'000) noise += "8=FIX";
  FrameReader reader{max_frame_bytes};
  reader.append(noise);
  EXPECT_TRUE(frames_in(reader).empty());
  const std::string good = frame_of("35=0|");
  reader.append(good);
  EXPECT_EQ(frames_in(reader), std::vector<std::string>{good});
}

TEST(FixTime, PrintsAndParsesBack) {
  EXPECT_EQ(to_fix_time(0, 0), "19700101-00:00:00");
  EXPECT_EQ(to_fix_time(1'709'210'096'987'654'321, 6), "20240229-12:34:56.987654");
  EXPECT_EQ(parse_fix_time("20240229-12:34:56.987654321"), 1'709'210'096'987'654'321);
  EXPECT_EQ(parse_fix_time("20240229-12:34:56"), 1'709'210'096'000'000'000);
  std::mt19937_64 random{7};
  for (int i = 0; i < 10'000; ++i) {
    const auto time = static_cast<fixspec::UtcNanos>(random() % 9'000'000'000'000'000'000U);
    ASSERT_EQ(parse_fix_time(to_fix_time(time, 9)), time);
  }
}

TEST(FixTime, RefusesWhatIsNone) {
  for (const char* const text :
       {"", "20240229", "20240229-12:34", "20230229-00:00:00", "20241301-00:00:00",
        "20240229-24:00:00", "20240229-12:60:00", "20240229-12:34:56.", "20240229 12:34:56",
        "20240229-12:34:56.1234567890", "20240229-12:34:56Z", "2024-02-29-12:34",
        "00000000-00:00:00", "99991231-00:00:00", "20240229-1a:34:56"}) {
    EXPECT_EQ(parse_fix_time(text), std::nullopt) << text;
  }
}

// Mutations of good messages, each with a right length and sum so that it reaches the parser, on a
// session that is logged on. Nothing may crash, and the next client can trade.
TEST(FixMutation, NothingBreaksTheAcceptor) {
  TestGateway gateway;
  const std::vector<std::string> seeds = {
      "35=D|11=a|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=2|44=60000.5|"
      "38=10|18=6 E|59=6|126=20271121-00:00:00|",
      "35=G|11=b|41=a|55=BTC-PERPETUAL|54=1|60=20261121-00:00:00|40=2|44=1|38=20|",
      "35=F|11=c|41=a|55=BTC-PERPETUAL|54=1|60=20261121-00:00:00|",
      "35=q|11=d|530=1|55=BTC-PERPETUAL|60=20261121-00:00:00|",
      "35=AF|584=e|585=7|",
      "35=x|320=f|559=4|",
      "35=g|335=g|263=1|",
      "35=2|7=1|16=0|",
      "35=4|123=Y|36=1000|",
      "35=A|98=0|108=30|141=Y|",
      "35=8|37=1|17=1|150=0|39=0|55=X|54=1|38=1|40=1|151=1|14=0|6=0|60=20261121-00:00:00|136=2|"
      "137=1|138=USD|139=4|137=2|139=4|"};
  std::mt19937 random{20261121};
  const auto below = [&](std::size_t limit) { return random() % limit; };
  constexpr std::string_view alphabet{"0123456789=|.-+:eAYN \0\xff~", 25};
  const int rounds = std::getenv("FIX_MUTATIONS") ? std::atoi(std::getenv("FIX_MUTATIONS")) : 4000;
  std::unique_ptr<RawClient> client;
  for (int round = 0; round < rounds; ++round) {
    if (!client || !gateway.acceptor->logged_on(fixspec::SessionId{"OMS"})) {
      client = std::make_unique<RawClient>(gateway.acceptor->plain_port(), gateway.pumper());
      for (int i = 0; i < 5; ++i) gateway.pump();
      client->log_on("141=Y|");
      ASSERT_TRUE(client->receive_type("A")) << "round " << round;
    }
    std::string body = client->frame(seeds[below(seeds.size())]);
    body = body.substr(body.find("35="));
    body = body.substr(0, body.rfind("10="));
    const std::size_t changes = 1 + below(3);
    for (std::size_t change = 0; change < changes && body.size() > 3; ++change) {
      const std::size_t at = 3 + below(body.size() - 3);
      const char letter =
          alphabet[below(alphabet.size())] == '|' ? '\x01' : alphabet[below(alphabet.size())];
      switch (below(4)) {
        case 0:
          body[at] = letter;
          break;
        case 1:
          body.insert(at, 1, letter);
          break;
        case 2:
          body.erase(at, 1 + below(8));
          break;
        default:
          body.insert(at, body.substr(below(at), below(30)));
      }
    }
    client->send_bytes(make_frame("FIX.4.4", body));
    for (int i = 0; i < 3; ++i) gateway.io->poll();
    if (round % 16 == 0) client->silent(1);  // takes what came, so that no buffer fills
  }
  client.reset();
  RawClient other{gateway.acceptor->plain_port(), gateway.pumper(), {.comp_id = "OTHER"}};
  other.log_on();
  ASSERT_TRUE(other.receive_type("A"));
  other.send(
      "35=D|11=end|1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=1|38=10|");
  EXPECT_TRUE(other.receive_type("8"));
}

// The same with bytes cut off or added anywhere, frame or not.
TEST(FixMutation, EveryTruncationLeavesTheSessionUsable) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  ASSERT_TRUE(client.receive_type("A"));
  const std::string good = client.frame("35=1|112=x|");
  client.next_msg_seq_num--;
  for (std::size_t size = 0; size < good.size(); ++size) {
    client.send_bytes(good.substr(0, size));
    const std::string beat = client.frame("35=1|112=" + std::to_string(size) + "|");
    // Sent twice: the first may be taken for the rest of what was cut off.
    client.send_bytes(beat);
    client.send_bytes(client.frame("35=1|43=Y|34=" + std::to_string(client.next_msg_seq_num - 1) +
                                   "|122=" + sending_time() + "|112=" + std::to_string(size) +
                                   "|"));
    const auto answer = client.receive();
    ASSERT_TRUE(answer) << "cut to " << size;
    ASSERT_EQ(value_of(*answer, 112), std::to_string(size)) << with_bars(*answer);
  }
}

}  // namespace
}  // namespace causeway::tests::fix
