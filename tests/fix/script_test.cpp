// Runs the conversations of tests/fix_scripts over a real socket. Each line of a file is
//   # a remark
//   I 35=...   what the client says (34, 49, 52 and 56 are added)
//   E 35=...   what the gateway must answer next: every field in the order of the wire, without
//              8, 9, 10, 49, 52 and 56; the times 60 and 122 are written T
//   silence    nothing more comes
//   closed     the gateway has closed the connection
//   connect    the client connects (again)
//   restart    the gateway's process ends and starts again
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

constexpr const char* folder = "tests/fix_scripts";

std::vector<std::string> scripts() {
  std::vector<std::string> names;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".fix") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The fields of a frame as an E line has them.
std::string masked(const std::string& frame) {
  std::string result;
  std::string_view rest = frame;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\x01');
    const std::string_view field = rest.substr(0, end);
    const std::string_view tag = field.substr(0, field.find('='));
    rest.remove_prefix(end + 1);
    if (tag == "8" || tag == "9" || tag == "10" || tag == "49" || tag == "52" || tag == "56") {
      continue;
    }
    result += tag == "60" || tag == "122" ? std::string{tag} + "=T" : std::string{field};
    result += '|';
  }
  return result;
}

class FixScript : public testing::TestWithParam<std::string> {};

TEST_P(FixScript, GoesAsWritten) {
  std::ifstream file{std::string{folder} + "/" + GetParam() + ".fix"};
  ASSERT_TRUE(file);
  TestGateway gateway;
  std::optional<RawClient> client;
  std::uint64_t next_msg_seq_num = 1;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    SCOPED_TRACE(GetParam() + ".fix:" + std::to_string(number));
    if (line.empty() || line.front() == '#') continue;
    if (line == "connect") {
      if (client) next_msg_seq_num = client->next_msg_seq_num;
      client.emplace(gateway.acceptor->plain_port(), gateway.pumper());
      client->next_msg_seq_num = next_msg_seq_num;
      while (gateway.acceptor->logged_on(fixspec::SessionId{"OMS"})) gateway.pump();
    } else if (line == "restart") {
      gateway.restart();
    } else if (line == "closed") {
      ASSERT_TRUE(client->closed_by_server());
    } else if (line == "silence") {
      ASSERT_TRUE(client->silent(20));
    } else if (line.starts_with("I ")) {
      client->send(line.substr(2));
    } else if (line.starts_with("E ")) {
      const auto frame = client->receive();
      ASSERT_TRUE(frame) << "nothing came";
      ASSERT_EQ(masked(*frame), line.substr(2));
    } else {
      FAIL() << "no such line: " << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, FixScript, testing::ValuesIn(scripts()), [](const auto& script) {
  std::string name = script.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FixScript);

}  // namespace
}  // namespace causeway::tests::fix
