#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "translators/binance/decode.hpp"
#include "translators/binance/encode.hpp"
#include "translators/binance/map.hpp"
#include "translators/binance/sign.hpp"

namespace causeway::translators::binance {
namespace {

using fixspec::Decimal;

// The first test key of RFC 8032, as PKCS#8.
constexpr std::string_view rfc_8032_pem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

Signer hmac(std::string_view secret) { return Signer{HmacKey{secret}}; }
Signer ed25519() { return Signer{Ed25519Key::from_pem(rfc_8032_pem).value()}; }

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

// ---- signatures: what the venue publishes, and what its own library computes
// ----------------------

TEST(BinanceSign, ExamplesOfTheDocumentation) {
  struct Case {
    std::string_view secret;
    std::string_view text;
    std::string_view signature;
  };
  for (const auto& [secret, text, signature] : std::initializer_list<Case>{
           {"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC"
            "&recvWindow=5000&timestamp=1591702613943",
            "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"},
           // Query and body, one after the other without a separator.
           {"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
            "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
            "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4"},
           {"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
            "&recvWindow=5000&timestamp=1499827319559",
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"},
       }) {
    HmacKey key{secret};
    // The key is used more than once: each signature starts anew.
    for (int i = 0; i < 3; ++i) EXPECT_EQ(key.sign(text).view(), signature);
  }
}

// An order's frame, signed by the venue's own library with both kinds of keys.
TEST(BinanceSign, AFramesTextAsTheVenuesOwnLibrarySignsIt) {
  constexpr std::string_view text =
      "apiKey=TESTKEY&price=42088.0&quantity=0.1&recvWindow=5000&side=BUY&symbol=BTCUSDT"
      "&timeInForce=GTC&timestamp=1705311512994&type=LIMIT";
  EXPECT_EQ(hmac("TESTSECRET").sign(text).view(),
            "ace02feef415ab7a77851bc75664b077e1032dcbbbea0802c6651052c0850aa7");
  EXPECT_EQ(ed25519().sign(text).view(),
            "IbVtlAnGBOf/H6EhV3hCx6QZVdXydMNkex054eUK6taCzQ9Q257U7u8F+BMdFGh/9MjDpGmcG4ehWTJzY2V9DQ"
            "==");
}

TEST(BinanceSign, Ed25519AsTheVenuesOwnLibraryComputesIt) {
  auto key = Ed25519Key::from_pem(rfc_8032_pem).value();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(key.sign("apiKey=TESTKEY&timestamp=1700000000000").view(),
              "cVzrZPszzUMk/MPQInUaVCU4IUTWF8G8QqEZG8BeBHeCAZb7oFNlZwqPB8BhYNrTKChT0BKPARTh+vwUUq2m"
              "Bw==");
  }
  EXPECT_TRUE(ed25519().is_ed25519());
  EXPECT_FALSE(hmac("x").is_ed25519());
}

TEST(BinanceSign, WhatIsNoEd25519KeySaysSo) {
  const auto error_of = [](std::string_view pem) {
    const auto key = Ed25519Key::from_pem(pem);
    return key ? std::string{"a key"} : key.error().text;
  };
  EXPECT_NE(error_of("").find("not an unencrypted PEM"), std::string::npos);
  EXPECT_NE(error_of("secret").find("not an unencrypted PEM"), std::string::npos);
  std::string damaged{rfc_8032_pem};
  damaged.replace(damaged.find("MC4C"), 4, "MC4D");
  EXPECT_NE(error_of(damaged).find("not an unencrypted PEM"), std::string::npos);
  // A public key is not what signs.
  EXPECT_NE(error_of("-----BEGIN PUBLIC KEY-----\n"
                     "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                     "-----END PUBLIC KEY-----\n")
                .find("not an unencrypted PEM"),
            std::string::npos);
  // An elliptic-curve key of another kind (X25519).
  EXPECT_NE(error_of("-----BEGIN PRIVATE KEY-----\n"
                     "MC4CAQAwBQYDK2VuBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                     "-----END PRIVATE KEY-----\n")
                .find("not of an Ed25519 key"),
            std::string::npos);
}

// ---- frames and queries, byte for byte
// -------------------------------------------------------------

wire::NewOrder sample_order() {
  wire::NewOrder order;
  order.symbol = "BTCUSDT";
  order.time_in_force = wire::TimeInForce::GoodTillCancel;
  order.quantity = decimal("0.1");
  order.price = decimal("42088");
  return order;
}

constexpr Stamp sample_stamp{.timestamp_ms = 1705311512994, .recv_window_ms = 5000};

TEST(BinanceEncode, AFrameIsSignedOverItsParametersInTheOrderOfTheirNames) {
  Encoder encoder{"TESTKEY", hmac("TESTSECRET")};
  const std::string text =
      "apiKey=TESTKEY&price=42088&quantity=0.1&recvWindow=5000&side=BUY&symbol=BTCUSDT"
      "&timeInForce=GTC&timestamp=1705311512994&type=LIMIT";
  EXPECT_EQ(encoder.frame(12, sample_order(), sample_stamp, FrameAuth::Signature),
            R"({"id":12,"method":"order.place","params":{"apiKey":"TESTKEY","price":"42088",)"
            R"("quantity":"0.1","recvWindow":5000,"side":"BUY","symbol":"BTCUSDT",)"
            R"("timeInForce":"GTC","timestamp":1705311512994,"type":"LIMIT","signature":")" +
                std::string{hmac("TESTSECRET").sign(text).view()} + R"("}})");
}

TEST(BinanceEncode, ALoggedOnSessionNeedsATimestampAlone) {
  Encoder encoder{"TESTKEY", ed25519()};
  EXPECT_EQ(encoder.frame(7, sample_order(), sample_stamp, FrameAuth::Session),
            R"({"id":7,"method":"order.place","params":{"price":"42088","quantity":"0.1",)"
            R"("recvWindow":5000,"side":"BUY","symbol":"BTCUSDT","timeInForce":"GTC",)"
            R"("timestamp":1705311512994,"type":"LIMIT"}})");
  // The log-on itself always proves who we are.
  EXPECT_EQ(
      encoder.frame(8, wire::Call{wire::Method::SessionLogon},
                    {.timestamp_ms = 1700000000000, .recv_window_ms = {}}, FrameAuth::Session),
      R"({"id":8,"method":"session.logon","params":{"apiKey":"TESTKEY",)"
      R"("timestamp":1700000000000,"signature":")"
      R"(cVzrZPszzUMk/MPQInUaVCU4IUTWF8G8QqEZG8BeBHeCAZb7oFNlZwqPB8BhYNrTKChT0BKPARTh+vwUUq2m)"
      R"(Bw=="}})");
  EXPECT_EQ(
      encoder.frame(9, wire::Call{wire::Method::SessionStatus}, sample_stamp, FrameAuth::Session),
      R"({"id":9,"method":"session.status","params":{}})");
}

TEST(BinanceEncode, AListenKeyIsAskedForByTheKeyAlone) {
  Encoder encoder{"TESTKEY", hmac("TESTSECRET")};
  const wire::Call start{wire::Method::ListenKeyStart};
  EXPECT_EQ(encoder.frame(1, start, sample_stamp, FrameAuth::Signature),
            R"({"id":1,"method":"userDataStream.start","params":{"apiKey":"TESTKEY"}})");
  const HttpCall call = encoder.http(start, sample_stamp);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.target, "/fapi/v1/listenKey");
  EXPECT_TRUE(call.needs_api_key);
}

TEST(BinanceEncode, AQueryIsSignedAsItStands) {
  Encoder encoder{"TESTKEY", ed25519()};
  wire::NewOrder order = sample_order();
  order.new_client_order_id = "a.b:c/d_e-F1";
  const std::string query =
      "newClientOrderId=a.b%3Ac%2Fd_e-F1&price=42088&quantity=0.1&recvWindow=5000&side=BUY"
      "&symbol=BTCUSDT&timeInForce=GTC&timestamp=1705311512994&type=LIMIT";
  Buffer signature;
  signature.append_percent_encoded(ed25519().sign(query).view());
  const HttpCall call = encoder.http(order, sample_stamp);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.target, "/fapi/v1/order?" + query + "&signature=" + std::string{signature.view()});
  // Nothing that a URL would take for something else is left of the base64.
  EXPECT_EQ(signature.view().find_first_of("+/="), std::string_view::npos);
  EXPECT_TRUE(call.needs_api_key);
}

TEST(BinanceEncode, PublicCallsCarryNeitherKeyNorTime) {
  wire::Call depth{wire::Method::Depth};
  depth.with(wire::Parameter::Symbol, std::string_view{"BTCUSDT"});
  depth.with(wire::Parameter::Limit, std::int64_t{1000});
  EXPECT_EQ(public_target(depth), "/fapi/v1/depth?limit=1000&symbol=BTCUSDT");
  EXPECT_EQ(public_target(wire::Call{wire::Method::ExchangeInfo}), "/fapi/v1/exchangeInfo");
  Encoder encoder{"TESTKEY", hmac("TESTSECRET")};
  const HttpCall call = encoder.http(depth, sample_stamp);
  EXPECT_EQ(call.target, "/fapi/v1/depth?limit=1000&symbol=BTCUSDT");
  EXPECT_FALSE(call.needs_api_key);
}

TEST(BinanceEncode, SymbolsOfOtherAlphabetsAreEncodedInUrlsAndPlainInFrames) {
  Encoder encoder{"K", hmac("S")};
  wire::Call call{wire::Method::QueryOrder};
  call.with(wire::Parameter::Symbol, std::string_view{"币USDT"});
  call.with(wire::Parameter::OrderId, std::int64_t{9007199254740993});
  const std::string text = "apiKey=K&orderId=9007199254740993&symbol=币USDT&timestamp=5";
  EXPECT_EQ(encoder.frame(1, call, {.timestamp_ms = 5, .recv_window_ms = {}}, FrameAuth::Signature),
            R"({"id":1,"method":"order.status","params":{"apiKey":"K",)"
            R"("orderId":9007199254740993,"symbol":"币USDT","timestamp":5,"signature":")" +
                std::string{hmac("S").sign(text).view()} + R"("}})");
  EXPECT_TRUE(encoder.http(call, {.timestamp_ms = 5, .recv_window_ms = {}})
                  .target.starts_with("/fapi/v1/order?orderId=9007199254740993"
                                      "&symbol=%E5%B8%81USDT&timestamp=5&signature="));
  EXPECT_EQ(stream_name("币USDT", Stream::Depth100ms), "币usdt@depth@100ms");
}

TEST(BinanceEncode, TextsAreEscaped) {
  Buffer buffer;
  buffer.append_json("a\"b\\c\nd\x01");
  EXPECT_EQ(buffer.view(), R"("a\"b\\c\u000Ad\u0001")");
  buffer.clear();
  buffer.append_percent_encoded("a\"b\\\n/&= +~");
  EXPECT_EQ(buffer.view(), "a%22b%5C%0A%2F%26%3D%20%2B~");
}

TEST(BinanceEncode, BatchesAreOneParameter) {
  Encoder encoder{"K", hmac("S")};
  const wire::NewOrder orders[] = {sample_order(), sample_order()};
  const std::string target{encoder.http(wire::NewOrders{orders}, sample_stamp).target};
  EXPECT_TRUE(target.starts_with(
      "/fapi/v1/batchOrders?batchOrders=%5B%7B%22price%22%3A%2242088%22%2C%22quantity%22%3A%220.1"))
      << target;
  EXPECT_EQ(endpoint_of(wire::NewOrders{orders}).orders, 2);
  const std::int64_t ids[] = {1, 2};
  const std::string cancel{
      encoder
          .http(wire::CancelOrders{.symbol = "X", .order_ids = ids, .orig_client_order_ids = {}},
                sample_stamp)
          .target};
  EXPECT_TRUE(cancel.starts_with(
      "/fapi/v1/batchOrders?orderIdList=%5B1%2C2%5D&recvWindow=5000&symbol=X&timestamp="))
      << cancel;
}

TEST(BinanceEncode, SubscriptionsNameStreamsAndTheirRoutes) {
  std::string frame;
  const std::string streams[] = {stream_name("BTCUSDT", Stream::BookTicker),
                                 stream_name("BTCUSDT", Stream::MarkPrice1s)};
  encode_subscription(frame, 3, true, streams);
  EXPECT_EQ(
      frame,
      R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker","btcusdt@markPrice@1s"],"id":3})");
  encode_subscription(frame, 4, false, {});
  EXPECT_EQ(frame, R"({"method":"UNSUBSCRIBE","params":[],"id":4})");
  EXPECT_EQ(route_of(Stream::Depth100ms), "/public");
  EXPECT_EQ(route_of(Stream::AggTrade), "/market");
}

TEST(BinanceEncode, AKeptEncoderWritesIntoTheSameMemory) {
  Encoder encoder{"TESTKEY", hmac("TESTSECRET")};
  const char* const before =
      encoder.frame(1, sample_order(), sample_stamp, FrameAuth::Signature).data();
  wire::NewOrder order = sample_order();
  order.new_client_order_id = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  for (std::uint64_t id = 1; id < 100; ++id) {
    EXPECT_EQ(encoder.frame(id, order, sample_stamp, FrameAuth::Signature).data(), before);
  }
}

TEST(BinanceEncode, TheWindowEndsWhereTheRequestMustNotBeAccepted) {
  constexpr fixspec::UtcNanos ms = fixspec::nanos_per_milli;
  constexpr fixspec::UtcNanos now = 1'700'000'000'000 * ms + 999'999;
  const auto window = [&](fixspec::UtcNanos after) { return stamp(now, now + after); };
  EXPECT_EQ(stamp(now, 0), (Stamp{1'700'000'000'000, std::nullopt}));
  EXPECT_EQ(window(5'000 * ms), (Stamp{1'700'000'000'000, 5'000}));
  EXPECT_EQ(window(1), (Stamp{1'700'000'000'000, 1}));
  EXPECT_EQ(window(60'000 * ms), (Stamp{1'700'000'000'000, 60'000}));
  EXPECT_EQ(window(3'600'000 * ms), (Stamp{1'700'000'000'000, 60'000}));
  EXPECT_EQ(window(0), std::nullopt);
  EXPECT_EQ(window(-1), std::nullopt);
  EXPECT_EQ(window(-5'000 * ms), std::nullopt);
  // Within the same millisecond there is no window that the venue could count.
  EXPECT_EQ(stamp(1'700'000'000'000 * ms, 1'700'000'000'000 * ms + 5), std::nullopt);
}

// ---- our requests
// --------------------------------------------------------------------------------

const fixspec::InstrumentKey btc = key_of("BTCUSDT").value();

PlaceOrder place(fixspec::OrdType type) {
  PlaceOrder ask;
  ask.client_id = fixspec::VenueClOrdId{"C1"};
  ask.instrument = btc;
  ask.ord_type = type;
  ask.order_qty = fixspec::Quantity{decimal("0.5")};
  if (fixspec::has_price(type)) ask.price = fixspec::Price{decimal("65000.1")};
  if (fixspec::has_stop_px(type)) ask.stop_px = fixspec::Price{decimal("64000")};
  return ask;
}

// Method and parameters of a request, without what every request has.
std::string told(const Mapped<wire::Request>& request) {
  if (!request) return "error: " + request.error().text;
  Encoder encoder{"K", hmac("S")};
  const HttpCall call = encoder.http(*request, {.timestamp_ms = 1, .recv_window_ms = {}});
  std::string text{call.method};
  text.append(" ").append(call.target);
  text.erase(text.find("&signature="));
  const std::string time = "timestamp=1";
  text.erase(text.find(time) - 1, time.size() + 1);
  return text;
}

TEST(BinanceMap, OrdersGoToTheServiceThatTakesThem) {
  using fixspec::OrdType;
  PlaceOrder limit = place(OrdType::Limit);
  EXPECT_EQ(told(to_wire(limit)),
            "POST /fapi/v1/order?newClientOrderId=C1&newOrderRespType=ACK&price=65000.1"
            "&quantity=0.5&side=BUY&symbol=BTCUSDT&timeInForce=GTC&type=LIMIT");
  limit.exec_inst = {.participate_dont_initiate = true, .do_not_increase = true};
  limit.side = fixspec::Side::Sell;
  EXPECT_EQ(told(to_wire(limit)),
            "POST /fapi/v1/order?newClientOrderId=C1&newOrderRespType=ACK&price=65000.1"
            "&quantity=0.5&reduceOnly=true&side=SELL&symbol=BTCUSDT&timeInForce=GTX&type=LIMIT");
  EXPECT_EQ(told(to_wire(place(OrdType::Market))),
            "POST /fapi/v1/order?newClientOrderId=C1&newOrderRespType=ACK&quantity=0.5&side=BUY"
            "&symbol=BTCUSDT&type=MARKET");
  EXPECT_EQ(told(to_wire(place(OrdType::Stop))),
            "POST /fapi/v1/algoOrder?algoType=CONDITIONAL&clientAlgoId=C1&quantity=0.5&side=BUY"
            "&symbol=BTCUSDT&triggerPrice=64000&type=STOP_MARKET&workingType=CONTRACT_PRICE");
  PlaceOrder stop = place(OrdType::StopLimit);
  stop.trigger_ref = fixspec::TriggerRef::Mark;
  stop.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
  EXPECT_EQ(told(to_wire(stop)),
            "POST /fapi/v1/algoOrder?algoType=CONDITIONAL&clientAlgoId=C1&price=65000.1"
            "&quantity=0.5&side=BUY&symbol=BTCUSDT&timeInForce=IOC&triggerPrice=64000&type=STOP"
            "&workingType=MARK_PRICE");
  stop.trigger_ref = fixspec::TriggerRef::Index;
  EXPECT_EQ(told(to_wire(stop)), "error: Binance has no stop on the index price: BTCUSDT");
}

TEST(BinanceMap, CancelsAndQueriesFindTheServiceOfTheOrder) {
  const auto cancel = [](std::string_view id, fixspec::OrdType type) {
    CancelOrder ask{.client_id = fixspec::VenueClOrdId{"C1"},
                    .venue_order_id = fixspec::VenueOrderId::parse(id),
                    .instrument = btc,
                    .ord_type = type};
    return told(to_wire(ask));
  };
  using fixspec::OrdType;
  EXPECT_EQ(cancel("", OrdType::Limit),
            "DELETE /fapi/v1/order?origClientOrderId=C1&symbol=BTCUSDT");
  EXPECT_EQ(cancel("42", OrdType::Limit), "DELETE /fapi/v1/order?orderId=42&symbol=BTCUSDT");
  EXPECT_EQ(cancel("", OrdType::Stop), "DELETE /fapi/v1/algoOrder?clientAlgoId=C1");
  EXPECT_EQ(cancel("algo-42", OrdType::StopLimit), "DELETE /fapi/v1/algoOrder?algoId=42");
  // A stop that has become an order is cancelled as that.
  EXPECT_EQ(cancel("42", OrdType::StopLimit), "DELETE /fapi/v1/order?orderId=42&symbol=BTCUSDT");
  EXPECT_EQ(cancel("ETH-1", OrdType::Limit), "error: not an order id of Binance: ETH-1");
  const QueryOrder query{.client_id = fixspec::VenueClOrdId{"C1"},
                         .venue_order_id = std::nullopt,
                         .instrument = btc,
                         .ord_type = OrdType::Stop};
  EXPECT_EQ(told(to_wire(query)), "GET /fapi/v1/algoOrder?clientAlgoId=C1");
}

TEST(BinanceMap, AmendsSayTotalAndPrice) {
  AmendOrder ask;
  ask.client_id = fixspec::VenueClOrdId{"C1"};
  ask.instrument = btc;
  ask.side = fixspec::Side::Sell;
  ask.order_qty = fixspec::Quantity{decimal("2")};
  ask.cum_qty = fixspec::Quantity{decimal("1")};
  ask.price = fixspec::Price{decimal("10.5")};
  EXPECT_EQ(told(to_wire(ask)),
            "PUT /fapi/v1/order?origClientOrderId=C1&price=10.5&quantity=2&side=SELL"
            "&symbol=BTCUSDT");
  ask.venue_order_id = fixspec::VenueOrderId{"7"};
  EXPECT_EQ(told(to_wire(ask)),
            "PUT /fapi/v1/order?orderId=7&price=10.5&quantity=2&side=SELL&symbol=BTCUSDT");
  ask.venue_order_id = fixspec::VenueOrderId{"algo-7"};
  EXPECT_EQ(told(to_wire(ask)), "error: Binance cannot amend a stop that waits: C1");
  ask.venue_order_id.reset();
  ask.ord_type = fixspec::OrdType::StopLimit;
  EXPECT_EQ(told(to_wire(ask)), "error: Binance cannot amend a stop that waits: C1");
  ask.ord_type = fixspec::OrdType::Market;
  ask.price.reset();
  EXPECT_EQ(told(to_wire(ask)), "error: Binance amends limit orders only: C1");
}

TEST(BinanceMap, OrderAndAlgoNumbersDoNotCollide) {
  for (const OrderNumber number :
       {OrderNumber{0, false}, OrderNumber{283194212, false}, OrderNumber{283194212, true},
        OrderNumber{9223372036854775807, false}, OrderNumber{9223372036854775807, true}}) {
    EXPECT_EQ(order_number_of(to_venue_order_id(number).view()), number);
  }
  EXPECT_EQ(to_venue_order_id({283194212, true}).view(), "algo-283194212");
  for (const std::string_view other :
       {"", "algo-", "algo-algo-1", "x1", "1x", "-1", "algo--1", "9223372036854775808", " 1"}) {
    EXPECT_EQ(order_number_of(other), std::nullopt) << other;
  }
}

TEST(BinanceMap, OnlyWhatCouldBeOursIsAClientId) {
  EXPECT_EQ(client_id_of("ABC123")->view(), "ABC123");
  EXPECT_EQ(client_id_of(std::string(32, 'A'))->view(), std::string(32, 'A'));
  for (const std::string& other : {std::string(33, 'A'), std::string{}, std::string{"web_x"},
                                   std::string{"autoclose-1"}, std::string{"gw-1"}}) {
    EXPECT_EQ(client_id_of(other), std::nullopt) << other;
  }
  EXPECT_EQ(origin_of("autoclose-1634812374563"), fixspec::ExecOrigin::Liquidation);
  EXPECT_EQ(origin_of("adl_autoclose"), fixspec::ExecOrigin::AutoDeleveraging);
  EXPECT_EQ(origin_of("settlement_autoclose-1"), fixspec::ExecOrigin::ExpiryOrSettlement);
  EXPECT_EQ(origin_of("delivery_autoclose-1"), fixspec::ExecOrigin::ExpiryOrSettlement);
  EXPECT_EQ(origin_of("C1"), std::nullopt);
}

// Every enumerator from the first on, until to_text has no more.
template <class Enum, class FromText>
std::size_t both_ways(const FromText& from_text) {
  std::set<std::string_view> names;
  for (int i = 0; i < 64; ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string_view name = to_text(value);
    if (name.empty()) break;
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(from_text(name), value) << name;
  }
  EXPECT_EQ(from_text("no such word"), std::nullopt);
  EXPECT_EQ(from_text(""), std::nullopt);
  return names.size();
}

TEST(BinanceMap, EveryWordHasOneMeaningBothWays) {
  EXPECT_EQ(both_ways<wire::Side>(side_from_text), 2u);
  EXPECT_EQ(both_ways<wire::OrderType>(order_type_from_text), 7u);
  EXPECT_EQ(both_ways<wire::TimeInForce>(time_in_force_from_text), 6u);
  EXPECT_EQ(both_ways<wire::PositionSide>(position_side_from_text), 3u);
  EXPECT_EQ(both_ways<wire::WorkingType>(working_type_from_text), 2u);
  EXPECT_EQ(both_ways<wire::ResponseType>(response_type_from_text), 2u);
  EXPECT_EQ(both_ways<wire::StpMode>(stp_mode_from_text), 4u);
  EXPECT_EQ(both_ways<wire::PriceMatch>(price_match_from_text), 7u);
  EXPECT_EQ(both_ways<wire::MarginType>(margin_type_from_text), 2u);
  EXPECT_EQ(both_ways<wire::OrderStatus>(order_status_from_text), 9u);
  EXPECT_EQ(both_ways<wire::ExecutionType>(execution_type_from_text), 6u);
  EXPECT_EQ(both_ways<wire::AlgoStatus>(algo_status_from_text), 7u);
}

TEST(BinanceMap, EveryMethodHasAnAddress) {
  std::set<std::string> addresses;
  for (int i = 0; i <= static_cast<int>(wire::Method::BookTicker); ++i) {
    const Endpoint endpoint = endpoint_of(wire::Call{static_cast<wire::Method>(i)});
    EXPECT_FALSE(endpoint.path.empty() && endpoint.ws_method.empty()) << i;
    EXPECT_EQ(endpoint.path.empty(), endpoint.http_method.empty()) << i;
    EXPECT_GE(endpoint.weight, 1) << i;
    const std::string address = std::string{endpoint.http_method} + std::string{endpoint.path};
    if (address.empty()) continue;
    EXPECT_TRUE(addresses.insert(address).second) << address;
  }
}

// ---- properties
// -----------------------------------------------------------------------------------

std::map<std::string, std::string, std::less<>> parse_query(std::string_view target) {
  std::map<std::string, std::string, std::less<>> fields;
  std::string_view rest = target.substr(target.find('?') + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    fields.emplace(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return fields;
}

// What a venue would understand of a request to place an order.
PlaceOrder understood(std::string_view target) {
  auto fields = parse_query(target);
  const bool algo = target.starts_with("/fapi/v1/algoOrder?");
  PlaceOrder ask;
  ask.client_id = fixspec::VenueClOrdId{fields[algo ? "clientAlgoId" : "newClientOrderId"]};
  ask.instrument = key_of(fields["symbol"]).value();
  ask.side = to_side(side_from_text(fields["side"]).value());
  ask.ord_type = to_ord_type(order_type_from_text(fields["type"]).value());
  if (fields["timeInForce"] == "IOC") {
    ask.time_in_force = fixspec::TimeInForce::ImmediateOrCancel;
  }
  if (fields["timeInForce"] == "FOK") ask.time_in_force = fixspec::TimeInForce::FillOrKill;
  ask.exec_inst.participate_dont_initiate = fields["timeInForce"] == "GTX";
  ask.exec_inst.do_not_increase = fields["reduceOnly"] == "true";
  ask.order_qty = fixspec::Quantity{decimal(fields["quantity"])};
  if (fields.contains("price")) ask.price = fixspec::Price{decimal(fields["price"])};
  if (fields.contains("triggerPrice")) {
    ask.stop_px = fixspec::Price{decimal(fields["triggerPrice"])};
  }
  if (fields["workingType"] == "MARK_PRICE") ask.trigger_ref = fixspec::TriggerRef::Mark;
  return ask;
}

TEST(BinanceProperties, WhatIsEncodedIsUnderstoodAsItWasMeant) {
  std::mt19937_64 random(20'261'121);
  const auto any = [&](std::uint64_t below) { return random() % below; };
  const auto amount = [&] {
    // From 10^-12 to 10^17, every number of decimals.
    auto units = static_cast<Decimal::Units>(any(1'000'000'000'000'000'000)) + 1;
    for (std::uint64_t i = any(11); i > 0; --i) units *= 10;
    return Decimal::from_units(units);
  };
  Encoder encoder{"KEY", hmac("SECRET")};
  for (int round = 0; round < 5'000; ++round) {
    using fixspec::OrdType;
    constexpr OrdType types[] = {OrdType::Market, OrdType::Limit, OrdType::Stop,
                                 OrdType::StopLimit};
    PlaceOrder ask = place(types[any(4)]);
    ask.client_id = fixspec::VenueClOrdId{"C" + std::to_string(random())};
    ask.side = any(2) == 0 ? fixspec::Side::Buy : fixspec::Side::Sell;
    ask.order_qty = fixspec::Quantity{amount()};
    if (ask.price) ask.price = fixspec::Price{amount()};
    if (ask.stop_px) {
      ask.stop_px = fixspec::Price{amount()};
      if (any(2) == 0) ask.trigger_ref = fixspec::TriggerRef::Mark;
    }
    ask.exec_inst.do_not_increase = any(2) == 0;
    if (fixspec::has_price(ask.ord_type)) {
      ask.exec_inst.participate_dont_initiate = any(4) == 0;
      constexpr fixspec::TimeInForce tifs[] = {fixspec::TimeInForce::GoodTillCancel,
                                               fixspec::TimeInForce::ImmediateOrCancel,
                                               fixspec::TimeInForce::FillOrKill};
      if (!ask.exec_inst.participate_dont_initiate) ask.time_in_force = tifs[any(3)];
    }
    const auto request = to_wire(ask).value();
    ASSERT_EQ(understood(encoder.http(request, sample_stamp).target), ask);
    // The frame says the same: its signed text is the query without key and signature.
    const std::string query{encoder.http(request, sample_stamp).target};
    const std::string frame{encoder.frame(1, request, sample_stamp, FrameAuth::Signature)};
    for (const auto& [name, value] : parse_query(query)) {
      if (name == "signature") continue;
      const bool number = name == "timestamp" || name == "recvWindow";
      const std::string quote = number ? "" : "\"";
      ASSERT_NE(frame.find("\"" + name + "\":" + quote + value + quote), std::string::npos)
          << name << " in " << frame;
    }
  }
}

}  // namespace
}  // namespace causeway::translators::binance
