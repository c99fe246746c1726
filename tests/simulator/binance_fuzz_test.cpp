// Damaged requests, rightly signed: whatever comes, it is answered, and the simulator goes on.
#include "simulator/core/random.hpp"
#include "tests/simulator/binance_fixture.hpp"

namespace causeway::simulator::binance {
namespace {

const std::vector<std::pair<std::string, std::string>> requests{
    {"POST /fapi/v1/order",
     "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTD&quantity=0.01&price=89000"
     "&goodTillDate=1800001000000&newClientOrderId=a&selfTradePreventionMode=NONE"},
    {"POST /fapi/v1/order", "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.1&reduceOnly=false"},
    {"PUT /fapi/v1/order",
     "symbol=BTCUSDT&side=BUY&origClientOrderId=a&quantity=0.02&price=89001&modifyId=1"},
    {"POST /fapi/v1/algoOrder",
     "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=TRAILING_STOP_MARKET&quantity=1"
     "&callbackRate=1&activatePrice=95000&clientAlgoId=b"},
    {"POST /fapi/v1/algoOrder",
     "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP&quantity=1&price=80000"
     "&triggerPrice=81000&workingType=MARK_PRICE&priceProtect=true"},
    {"POST /fapi/v1/batchOrders", "batchOrders=[{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\"}]"},
    {"DELETE /fapi/v1/batchOrders", "symbol=BTCUSDT&orderIdList=[1,2,3]"},
    {"POST /fapi/v1/countdownCancelAll", "symbol=BTCUSDT&countdownTime=1000"},
    {"POST /fapi/v1/leverage", "symbol=BTCUSDT&leverage=20"},
    {"GET /fapi/v1/klines", "symbol=BTCUSDT&interval=1m&startTime=1&endTime=9&limit=5"},
    {"GET /fapi/v1/income", "symbol=BTCUSDT&startTime=1&endTime=9&limit=5&page=2"},
    {"GET /fapi/v1/userTrades", "symbol=BTCUSDT&fromId=7&limit=3&startTime=1&endTime=9"},
    {"GET /fapi/v1/allOrders", "symbol=BTCUSDT&orderId=7&limit=3"},
    {"GET /fapi/v1/depth", "symbol=BTCUSDT&limit=100"},
};

const std::vector<std::string> pieces{
    "9223372036854775807", "-1", "1e-12", "1e308", "0", "", "null", "[]", "{}", "%00", "%", "true",
    "99999999999999999999"};

template <class T>
const T& any_of(const std::vector<T>& all, core::Random& random) {
  return all[static_cast<std::size_t>(
      random.between(0, static_cast<std::int64_t>(all.size()) - 1))];
}

// A value replaced, or some bytes changed, lost or cut off.
void damage(std::string& text, core::Random& random) {
  const auto at =
      static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(text.size()) - 1));
  const auto equals = text.find_first_of("=:", at);
  switch (random.between(0, 3)) {
    case 0:
      text[at] = static_cast<char>(random.between(1, 255));
      break;
    case 1:
      text.erase(at, static_cast<std::size_t>(random.between(1, 6)));
      break;
    case 2: {
      if (equals == std::string::npos) break;
      const auto end = std::min(text.find_first_of("&,}", equals), text.size());
      text.replace(equals + 1, end - equals - 1, any_of(pieces, random));
      break;
    }
    default:
      text.resize(at);
      break;
  }
  if (text.empty()) text = "x";
}

class BinanceFuzzTest : public BinanceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(BinanceFuzzTest, DamagedRestRequestsAreAnswered) {
  core::Random random{GetParam()};
  listen();
  for (int i = 0; i < 3000; ++i) {
    auto [route, params] = any_of(requests, random);
    for (auto times = random.between(1, 3); times > 0; --times) damage(params, random);
    const auto space = route.find(' ');
    const auto answer = reply(route.substr(0, space), route.substr(space + 1), params);
    ASSERT_TRUE(core::parse_json(answer.body)) << route << "?" << params << ": " << answer.body;
    if (i % 100 == 0) pass(100);
  }
  EXPECT_EQ(raw("GET", "/fapi/v1/time").status, 200U);
}

TEST_P(BinanceFuzzTest, DamagedFramesAreAnsweredOnEverySocket) {
  core::Random random{GetParam()};
  const std::vector<std::string> frames{
      R"({"id":1,"method":"order.place","params":{"apiKey":"causeway-demo-key","timestamp":1}})",
      R"({"id":"a","method":"session.logon","params":{"apiKey":"k","signature":"c","timestamp":1}})",
      R"({"method":"SUBSCRIBE","params":["btcusdt@depth@100ms","!markPrice@arr"],"id":1})",
      R"({"method":"SET_PROPERTY","params":["combined",true],"id":2})",
      R"({"id":3,"method":"depth","params":{"symbol":"BTCUSDT","limit":5}})"};
  for (const auto* target :
       {"/ws-fapi/v1", "/public/ws", "/market/stream?streams=", "/private/stream?streams="}) {
    const auto socket = open(target);
    for (int i = 0; i < 1000; ++i) {
      auto frame = any_of(frames, random);
      for (auto times = random.between(1, 3); times > 0; --times) damage(frame, random);
      venue.on_frame(socket, frame, now += fixspec::nanos_per_milli);
      ASSERT_FALSE(collect().empty()) << target << ": " << frame;
    }
    for (int i = 0; i < 200; ++i) {
      auto path = std::string{"/private/stream?listenKey=a&events=b&streams=btcusdt@depth20@100ms"};
      damage(path, random);
      const auto other = open(path);
      collect();
      venue.on_close(other, now);
    }
    venue.on_close(socket, now);
  }
  EXPECT_EQ(raw("GET", "/fapi/v1/time").status, 200U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BinanceFuzzTest, testing::Values(1, 2, 3));

}  // namespace
}  // namespace causeway::simulator::binance
