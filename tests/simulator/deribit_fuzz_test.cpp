// Damaged requests: whatever comes, it is answered, and the simulator goes on.
#include "simulator/core/random.hpp"
#include "tests/simulator/deribit_fixture.hpp"

namespace causeway::simulator::deribit {
namespace {

class DeribitFuzzTest : public DeribitTest, public testing::WithParamInterface<std::uint64_t> {
 protected:
  const std::vector<std::string> good{
      R"({"jsonrpc":"2.0","id":1,"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","amount":10,"price":89000.5,"type":"limit","label":"a","post_only":true,"time_in_force":"good_til_cancelled","valid_until":1900000000000}})",
      R"({"jsonrpc":"2.0","id":2,"method":"private/sell","params":{"instrument_name":"ETH_USDC-PERPETUAL","amount":0.001,"type":"market","reduce_only":false}})",
      R"({"jsonrpc":"2.0","id":3,"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","contracts":1,"type":"stop_limit","price":91000,"trigger":"mark_price","trigger_price":90500}})",
      R"({"jsonrpc":"2.0","id":4,"method":"private/get_margins","params":{"instrument_name":"BTC-PERPETUAL","amount":10,"price":90000}})",
      R"({"jsonrpc":"2.0","id":5,"method":"private/subscribe","params":{"channels":["user.orders.any.any.raw","book.BTC-PERPETUAL.5.10.100ms","chart.trades.BTC-PERPETUAL.60"]}})",
      R"({"jsonrpc":"2.0","id":6,"method":"public/get_tradingview_chart_data","params":{"instrument_name":"BTC-PERPETUAL","resolution":"1","start_timestamp":1,"end_timestamp":1900000000000}})",
      R"({"jsonrpc":"2.0","id":7,"method":"public/auth","params":{"grant_type":"client_signature","client_id":"causeway-demo-key","timestamp":1,"nonce":"n","data":"","signature":"00"}})",
      R"({"jsonrpc":"2.0","id":8,"method":"private/get_user_trades_by_currency_and_time","params":{"currency":"BTC","start_timestamp":1,"end_timestamp":9,"count":3,"start_id":"7"}})",
  };

  static void damage(std::string& text, core::Random& random) {
    static const std::vector<std::string> pieces{"9999999999999999999",
                                                 "-1",
                                                 "1e-12",
                                                 "1e308",
                                                 "0",
                                                 "\"\"",
                                                 "null",
                                                 "{}",
                                                 "[]",
                                                 "true",
                                                 "\\u0000"};
    for (auto times = random.between(1, 3); times > 0; --times) {
      const auto at =
          static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(text.size()) - 1));
      switch (random.between(0, 3)) {
        case 0:
          text[at] = static_cast<char>(random.between(1, 255));
          break;
        case 1:
          text.erase(at, static_cast<std::size_t>(random.between(1, 6)));
          break;
        case 2: {
          // A whole value is replaced, so that the frame stays JSON.
          const auto colon = text.find(':', at);
          const auto end = text.find_first_of(",}", colon == std::string::npos ? at : colon);
          if (colon == std::string::npos || end == std::string::npos) break;
          text.replace(colon + 1, end - colon - 1,
                       pieces[static_cast<std::size_t>(
                           random.between(0, static_cast<std::int64_t>(pieces.size()) - 1))]);
          break;
        }
        default:
          text.resize(at);
          break;
      }
      if (text.empty()) return;
    }
  }
};

TEST_P(DeribitFuzzTest, EveryDamagedRequestIsAnsweredOnce) {
  log_in();
  core::Random random{GetParam()};
  for (int i = 0; i < 5000; ++i) {
    auto text = good[static_cast<std::size_t>(
        random.between(0, static_cast<std::int64_t>(good.size()) - 1))];
    damage(text, random);
    now += fixspec::nanos_per_milli;
    venue.on_frame(socket, text, now);
    int answers = 0;
    for (const auto& frame : collect()) answers += frame.find("method") == nullptr ? 1 : 0;
    ASSERT_EQ(answers, 1) << "seed " << GetParam() << ": " << text;
    const auto reply =
        venue.on_http({.method = "POST", .target = "/api/v2", .headers = {}, .body = text}, now);
    ASSERT_TRUE(core::parse_json(reply.body)) << "seed " << GetParam() << ": " << text;
    if (i % 100 == 0) pass(100);
  }
  EXPECT_EQ(error("public/test"), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeribitFuzzTest, testing::Range<std::uint64_t>(1, 7));

}  // namespace
}  // namespace causeway::simulator::deribit
