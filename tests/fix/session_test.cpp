#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fix/support.hpp"

namespace causeway::tests::fix {
namespace {

using testing::HasSubstr;

constexpr std::string_view order =
    "1=main|55=BTC-PERPETUAL|207=DERIBIT|54=1|60=20261121-00:00:00|40=2|44=60000.5|";

std::string new_order(const std::string& cl_ord_id, const std::string& qty = "20") {
  return "35=D|11=" + cl_ord_id + "|38=" + qty + "|" + std::string{order};
}

TEST(FixSession, LogsOnAndTrades) {
  TestGateway gateway;
  RawClient client = gateway.connect();
  client.log_on();
  const auto logon = client.receive();
  ASSERT_TRUE(logon);
  EXPECT_EQ(value_of(*logon, 35), "A");
  EXPECT_EQ(value_of(*logon, 108), "30");
  client.send(new_order("a", "10"));
  EXPECT_EQ(value_of(client.receive().value(), 150), "A");
  EXPECT_EQ(value_of(client.receive().value(), 150), "0");
  const std::string fill = client.receive().value();
  EXPECT_EQ(value_of(fill, 150), "F");
  EXPECT_EQ(value_of(fill, 32), "10");
  EXPECT_EQ(value_of(fill, 137), "0.00000125");
  EXPECT_GT(gateway.flushes, 0U);
  EXPECT_EQ(gateway.desk.session_states, (std::vector<std::string>{"OMS on"}));
}

}  // namespace
}  // namespace causeway::tests::fix
