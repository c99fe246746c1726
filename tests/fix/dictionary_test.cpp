// The dictionary, the code, the samples and the rules of engagement must tell the same story.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "fixspec/dictionary.hpp"
#include "gateway/fix/decode.hpp"
#include "gateway/fix/frame.hpp"
#include "tests/fix/raw_client.hpp"
#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path};
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>{file}, {}};
}

const FIX::DataDictionary& dictionary() {
  static const FIX::DataDictionary* const loaded = [] {
    std::istringstream text{std::string{fixspec::fix44_dictionary()}};
    return new FIX::DataDictionary{text};
  }();
  return *loaded;
}

// The first group of every match of `pattern` in `text`.
std::set<std::string> all(const std::string& text, const std::string& pattern) {
  const std::regex regex{pattern};
  std::set<std::string> found;
  for (std::sregex_iterator it{text.begin(), text.end(), regex}, end; it != end; ++it) {
    found.insert((*it)[1]);
  }
  return found;
}

// The messages of all sample files, as they are on the wire.
std::vector<std::string> samples() {
  std::vector<std::string> frames;
  for (const auto& entry : std::filesystem::directory_iterator("fixspec/messages")) {
    std::ifstream file{entry.path()};
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line.front() != '#') frames.push_back(with_delimiters(line));
    }
  }
  return frames;
}

TEST(FixDictionary, EveryTagInTheCodeIsDeclared) {
  const auto tags = all(read_file("gateway/fix/tags.hpp"), R"(constexpr int \w+ = (\d+);)");
  ASSERT_GT(tags.size(), 100U);
  for (const std::string& tag : tags) EXPECT_TRUE(dictionary().isField(std::stoi(tag))) << tag;
}

TEST(FixDictionary, OurOwnTagsStayInTheirBlock) {
  for (const std::string& tag :
       all(std::string{fixspec::fix44_dictionary()}, R"x(number="(\d+)")x")) {
    const int number = std::stoi(tag);
    EXPECT_TRUE(number < 5000 || (number >= 20000 && number <= 20099)) << tag;
  }
}

TEST(FixSamples, EachIsWholeAndValid) {
  for (const std::string& frame : samples()) {
    gateway::fix::FrameReader reader{65536};
    reader.append(frame);
    ASSERT_EQ(reader.next(), frame) << with_bars(frame);
    const FIX::Message message{frame, dictionary(), true};
    EXPECT_NO_THROW(dictionary().validate(message)) << with_bars(frame);
  }
}

TEST(FixSamples, EveryMessageTypeHasOne) {
  std::set<std::string> types;
  for (const std::string& frame : samples()) types.insert(value_of(frame, 35));
  EXPECT_EQ(types, all(std::string{fixspec::fix44_dictionary()}, R"x(msgtype="(\w+)")x"));
}

TEST(FixSamples, RequestsAreUnderstoodAndNotRefused) {
  const Desk desk;
  const gateway::fix::DecodeContext context{
      .instruments_named =
          [&](const fixspec::Symbol& symbol) { return desk.instruments_named(symbol); },
      .knows_cl_ord_id = [](const fixspec::ClOrdId&) { return false; }};
  int requests = 0;
  for (const std::string& frame : samples()) {
    const std::string type = value_of(frame, 35);
    if (type.find_first_of("DGFqH") == std::string::npos && type != "AF") continue;
    const FIX::Message message{frame, dictionary(), true};
    const auto request = gateway::fix::decode(gateway::fix::FrameFields{message}, context);
    ASSERT_TRUE(request) << with_bars(frame);
    const auto* const refused = std::get_if<fixspec::RefusedRequest>(&*request);
    EXPECT_EQ(refused, nullptr) << with_bars(frame) << refused->text;
    ++requests;
  }
  EXPECT_GE(requests, 12);
}

TEST(RulesOfEngagement, TellOfEveryMessageTagAndReason) {
  const std::string rules = read_file("fixspec/rules_of_engagement.md");
  const std::string xml{fixspec::fix44_dictionary()};
  const std::string fields = xml.substr(xml.find("<fields>"));
  const auto mentioned = all(rules, R"(\b(\d+)\b)");
  for (const std::string& tag : all(fields, R"x(number="(\d+)")x")) {
    EXPECT_TRUE(mentioned.count(tag)) << "tag " << tag << " is not in the rules of engagement";
  }
  for (const std::string& type : all(xml, R"x(msgtype="(\w+)")x")) {
    EXPECT_THAT(rules, testing::HasSubstr("(" + type + ")")) << "message " << type;
  }
  for (const std::string& code : all(read_file("fixspec/reject_code.hpp"), R"(= (\d{4}),)")) {
    EXPECT_TRUE(mentioned.count(code)) << "reject code " << code;
  }
}

}  // namespace
}  // namespace causeway::tests::fix
