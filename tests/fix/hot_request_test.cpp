#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "fixspec/dictionary.hpp"
#include "gateway/fix/decode.hpp"
#include "gateway/fix/hot_request.hpp"
#include "gateway/fix/time_text.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using namespace fixspec;
using gateway::fix::DecodeContext;
using gateway::fix::FrameFields;
using gateway::fix::HotSession;
using gateway::fix::is_hot_request;

const UtcNanos noon = gateway::fix::parse_fix_time("20261121-12:00:00").value();
const HotSession session{.sender_comp_id = "OMS",
                         .target_comp_id = "CAUSEWAY",
                         .expected = 7,
                         .now = noon,
                         .max_latency_ns = 10 * nanos_per_second};
const std::string header = "34=7|49=OMS|52=20261121-12:00:00.000|56=CAUSEWAY|";
const std::string order =
    "11=a|1=main|55=BTC-PERPETUAL|54=1|60=20261121-12:00:00|38=20|40=2|44=1.5|";

std::string frame(const std::string& type, const std::string& rest) {
  return gateway::fix::make_frame("FIX.4.4", with_delimiters("35=" + type + "|" + rest));
}

bool is_hot(const std::string& whole) {
  FrameFields fields;
  return fields.read(whole) && is_hot_request(fields, session);
}

TEST(HotRequest, UsualOrdersReplacementsAndCancelsAre) {
  EXPECT_TRUE(is_hot(frame("D", header + order)));
  EXPECT_TRUE(is_hot(frame("D", header + order + "207=DERIBIT|167=FUT|59=1|18=6 E|21=1|58=x|")));
  EXPECT_TRUE(is_hot(frame("G", header + order + "41=b|37=1-1|")));
  EXPECT_TRUE(is_hot(frame("F", header + "11=c|41=a|55=BTC-PERPETUAL|54=1|")));
  EXPECT_TRUE(is_hot(frame("F", "52=20261121-12:00:09|56=CAUSEWAY|34=7|49=OMS|11=c|37=1-1|")));
}

TEST(HotRequest, WhateverIsUnusualOfTheSessionIsNot) {
  for (const std::string& other :
       {std::string{"34=8|49=OMS|52=20261121-12:00:00|56=CAUSEWAY|"},
        std::string{"34=6|49=OMS|52=20261121-12:00:00|56=CAUSEWAY|"},
        std::string{"34=7|49=OMS2|52=20261121-12:00:00|56=CAUSEWAY|"},
        std::string{"34=7|49=OMS|52=20261121-12:00:00|56=OTHER|"},
        std::string{"34=7|49=OMS|52=20261121-11:59:49|56=CAUSEWAY|"},
        std::string{"34=7|49=OMS|52=20261121-12:00:11|56=CAUSEWAY|"},
        std::string{"34=7|49=OMS|52=today|56=CAUSEWAY|"}, std::string{"34=7|49=OMS|56=CAUSEWAY|"},
        std::string{"34=7x|49=OMS|52=20261121-12:00:00|56=CAUSEWAY|"},
        header + "43=Y|122=20261121-12:00:00|", header + "97=Y|", header + "50=desk|"}) {
    EXPECT_FALSE(is_hot(frame("D", other + order))) << other;
  }
}

TEST(HotRequest, WhateverIsUnusualOfTheMessageIsNot) {
  for (const auto& [type, rest] : std::initializer_list<std::pair<const char*, const char*>>{
           {"8", "11=a|"},
           {"D", "11=a|11=b|55=x|54=1|60=20261121-12:00:00|40=2|"},
           {"D", "11=a|54=1|60=20261121-12:00:00|40=2|"},
           {"D", "55=x|54=1|60=20261121-12:00:00|40=2|"},
           {"D", "11=a|55=x|54=3|60=20261121-12:00:00|40=2|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|44=1e5|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|44=.5|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|44=-5|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:60|40=2|44=5|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00|40=2|44=5|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|44=|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|9999=1|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|41=b|"},
           {"D", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|34=7|"},
           {"G", "11=a|55=x|54=1|60=20261121-12:00:00|40=2|"},
           {"F", "41=a|"},
           {"F", "11=a|41=b|44=5|"}}) {
    EXPECT_FALSE(is_hot(frame(type, header + rest))) << rest;
  }
}

// What FIX::Session would do with the message: parse it, have the dictionary judge it, decode.
std::string the_long_way(const std::string& whole, const DecodeContext& context,
                         std::optional<ClientRequest>& request) {
  static const FIX::DataDictionary dictionary = [] {
    std::istringstream text{std::string{fix44_dictionary()}};
    return FIX::DataDictionary{text};
  }();
  try {
    const FIX::Message message{whole, dictionary, true};
    dictionary.validate(message);
    auto decoded = gateway::fix::decode(FrameFields{message}, context);
    if (!decoded) return "not decoded";
    request = std::move(*decoded);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Values of every kind in every field, good ones and bad ones, in every order: whatever is taken
// the short way is the same the long way.
TEST(HotRequest, TheLongWayAgrees) {
  const Desk desk;
  const DecodeContext context{
      .now = noon,
      .poss_dup_max_age_ns = 5 * nanos_per_second,
      .instruments_named = [&](const Symbol& symbol) { return desk.instruments_named(symbol); },
      .knows_cl_ord_id = [](const ClOrdId&) { return false; }};
  const std::vector<std::string> fields = {"11", "1",  "55", "54",  "60", "38",  "40",
                                           "44", "59", "18", "207", "41", "37",  "167",
                                           "99", "58", "21", "100", "15", "126", "77"};
  const std::vector<std::string> values = {"a",
                                           "main",
                                           "BTC-PERPETUAL",
                                           "1",
                                           "2",
                                           "4",
                                           "6",
                                           "20261121-12:00:00",
                                           "20261121-12:00:00.123",
                                           "20261121-12:00:00.123456",
                                           "20261121-12:00:60",
                                           "20261301-12:00:00",
                                           "20",
                                           "1.5",
                                           "01.50",
                                           "1.",
                                           "1e3",
                                           "-1",
                                           "6 E",
                                           "DERIBIT",
                                           "FUT",
                                           "OPT",
                                           "USD",
                                           "text with = in it",
                                           ""};
  const std::vector<std::vector<std::string>> starts = {
      {"11=a", "1=main", "55=BTC-PERPETUAL", "54=1", "60=20261121-12:00:00", "38=20", "40=2",
       "44=1.5"},
      {"11=b", "41=a", "55=BTC-PERPETUAL", "54=1", "60=20261121-12:00:00", "38=20", "40=2",
       "44=1.5"},
      {"11=c", "41=a"}};
  std::mt19937 random{20261121};
  const auto any = [&](const auto& list) { return list[random() % list.size()]; };
  int hot = 0;
  constexpr int rounds = 60'000;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t kind = random() % starts.size();
    std::vector<std::string> body = starts[kind];
    for (std::size_t changes = random() % 4; changes > 0; --changes) {
      const std::string changed = any(fields) + "=" + any(values);
      if (random() % 2 == 0) {
        body.push_back(changed);
      } else {
        body[random() % body.size()] = changed;
      }
    }
    std::shuffle(body.begin(), body.end(), random);
    std::string rest = header;
    for (const std::string& field : body) rest += field + "|";
    const std::string whole = frame(std::string(1, "DGF"[kind]), rest);
    if (!is_hot(whole)) continue;
    ++hot;
    FrameFields read;
    ASSERT_TRUE(read.read(whole));
    const auto short_way = gateway::fix::decode(read, context);
    std::optional<ClientRequest> long_way;
    const std::string objection = the_long_way(whole, context, long_way);
    if (short_way) {
      ASSERT_EQ(objection, "") << with_bars(whole);
      ASSERT_EQ(*short_way, *long_way) << with_bars(whole);
    }
  }
  EXPECT_GT(hot, rounds / 20);
}

}  // namespace
}  // namespace causeway::tests::fix
