#include "simulator/core/json.hpp"

#include <gtest/gtest.h>

namespace causeway::simulator::core {
namespace {

TEST(SimulatorJson, NumbersAreWrittenAsTheVenueWritesThem) {
  for (const auto& [value, text] :
       std::initializer_list<std::pair<const char*, const char*>>{{"0", "0.0"},
                                                                  {"10", "10.0"},
                                                                  {"64123.5", "64123.5"},
                                                                  {"0.0001", "0.0001"},
                                                                  {"0.00007766", "7.766e-05"},
                                                                  {"-0.00000016", "-1.6e-07"},
                                                                  {"0.000000000001", "1e-12"}}) {
    EXPECT_EQ(json_number(fixspec::Decimal::parse(value).value()), text);
    EXPECT_EQ(fixspec::Decimal::parse(text, fixspec::Notation::Scientific).value(),
              fixspec::Decimal::parse(value).value());
  }
}

TEST(SimulatorJson, AParsedNumberKeepsItsText) {
  const auto value = parse_json(R"({"a":90085.70,"b":[1e-05,"1",null,true]})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("a")->text, "90085.70");
  EXPECT_EQ(value->find("b")->items[0].text, "1e-05");
  EXPECT_EQ(value->find("b")->items[0].kind, JsonValue::Kind::Number);
  EXPECT_EQ(value->find("b")->items[1].kind, JsonValue::Kind::String);
}

TEST(SimulatorJson, EveryTruncationIsRefused) {
  const std::string text = R"({"jsonrpc":"2.0","id":7,"params":{"a":[1,2,{"b":"c\n"}]}})";
  ASSERT_TRUE(parse_json(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_json(text.substr(0, size))) << size;
  }
}

TEST(SimulatorJson, ACharacterCutOffAtTheEndIsRefused) {
  for (const std::string text : {"\"\xf0", "\"\xe2\x82", "{\"a\xf3\x9f\x98"}) {
    EXPECT_FALSE(parse_json(std::string{text}));
  }
}

TEST(SimulatorJson, DepthAndZerosAreRefused) {
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse_json(std::string_view("{}\0x", 4)));
  EXPECT_FALSE(parse_json("{} {}"));
}

TEST(SimulatorJson, WrittenTextIsReadBack) {
  JsonWriter json;
  json.object().field("a", "quote\" \\ \n").key("b").array().integer(-3).null().end().end();
  const auto value = parse_json(json.view());
  ASSERT_TRUE(value) << json.view();
  EXPECT_EQ(value->find("a")->text, "quote\" \\ \n");
}

}  // namespace
}  // namespace causeway::simulator::core
