#include "tests/simulator/deribit_fixture.hpp"

namespace causeway::simulator::deribit {
namespace {

class DeribitOrdersTest : public DeribitTest {
 protected:
  DeribitOrdersTest() {
    log_in();
    clear_book("BTC-PERPETUAL");
  }

  // Parameters of an order in BTC-PERPETUAL, with more of them in `more`.
  static std::string btc(const char* amount, const char* price, const std::string& more = "") {
    return std::string{R"({"instrument_name":"BTC-PERPETUAL","amount":)"} + amount +
           (*price != '\0' ? std::string{",\"price\":"} + price : "") + more + "}";
  }
  static std::string id_of(const JsonValue& result) {
    return member(result, {"order", "order_id"});
  }
  static std::string with_id(const std::string& id, const std::string& more = "") {
    return R"({"order_id":")" + id + "\"" + more + "}";
  }
};

TEST_F(DeribitOrdersTest, ARestingOrderHasTheVenuesFields) {
  const auto order =
      *result("private/buy", btc("20", "89000", R"(,"label":"one","post_only":true)"))
           .find("order");
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"label", "one"},
           {"price", "89000.0"},
           {"amount", "20.0"},
           {"contracts", "2.0"},
           {"direction", "buy"},
           {"time_in_force", "good_til_cancelled"},
           {"instrument_name", "BTC-PERPETUAL"},
           {"filled_amount", "0.0"},
           {"average_price", "0.0"},
           {"post_only", "true"},
           {"reject_post_only", "false"},
           {"reduce_only", "false"},
           {"replaced", "false"},
           {"order_state", "open"},
           {"order_type", "limit"},
           {"api", "true"},
           {"web", "false"}}) {
    EXPECT_EQ(member(order, {name}), value) << name;
  }
  EXPECT_EQ(order.find("cancel_reason"), nullptr) << "optional fields are absent, not null";
}

TEST_F(DeribitOrdersTest, TheResponseEchoesItsIdAsItWasSent) {
  venue.on_frame(socket, R"({"jsonrpc":"2.0","id":"a\"7","method":"public/test","params":{}})",
                 now);
  collect();
  EXPECT_NE(raw.back().find(R"("id":"a\"7")"), std::string::npos);
  for (const char* name : {"usIn", "usOut", "usDiff", "testnet"}) {
    EXPECT_NE(core::parse_json(raw.back())->find(name), nullptr) << name;
  }
}

TEST_F(DeribitOrdersTest, ACrossingOrderAnswersWithItsTrades) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "30", "90100");
  const auto answer = result("private/buy", btc("50", "90100"));
  EXPECT_EQ(member(answer, {"order", "order_state"}), "open");
  EXPECT_EQ(member(answer, {"order", "filled_amount"}), "30.0");
  const auto& trades = answer.find("trades")->items;
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_EQ(member(trades[0], {"liquidity"}), "T");
  EXPECT_EQ(member(trades[0], {"order_id"}), id_of(answer));
  EXPECT_EQ(member(trades[0], {"fee_currency"}), "BTC");
  // 0.0005 · 30/90100 = 1.6648…e-07, rounded up to 8 decimals
  EXPECT_EQ(member(trades[0], {"fee"}), "1.7e-07");
  EXPECT_TRUE(trades[0].find("matching_id")->is_null());
}

struct RefusalCase {
  std::string params;
  int code;
  const char* param;  // data.param; "" where there is none
};

TEST_F(DeribitOrdersTest, WhatBreaksARuleIsRefusedWithTheVenuesCode) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "100", "90100");
  for (const auto& [params, code, param] : std::vector<RefusalCase>{
           {btc("5", "89000"), 10002, ""},
           {btc("15", "89000"), -32602, "amount"},
           {btc("10", "89000.3"), -32602, "price"},
           {btc("10", ""), -32602, "price"},
           {btc("\"ten\"", "89000"), -32602, "amount"},
           {btc("true", "89000"), -32602, "amount"},
           {btc("1e99", "89000"), -32602, "amount"},
           {R"({"instrument_name":"BTC-PERPETUAL","price":89000})", -32602, "amount"},
           {R"({"amount":10,"price":89000})", -32602, "instrument_name"},
           {R"({"instrument_name":"NO-SUCH","amount":10,"price":89000})", -32602,
            "instrument_name"},
           {btc("10", "89000", R"(,"type":"limitt")"), -32602, "type"},
           {btc("10", "89000", R"(,"time_in_force":"gtc")"), -32602, "time_in_force"},
           {btc("10", "89000", R"(,"contracts":2)"), -32602, "amount"},
           {btc("10", "89000", R"(,"label":")" + std::string(65, 'x') + "\""), -32602, "label"},
           {btc("10", "89000", R"(,"post_only":"maybe")"), -32602, "post_only"},
           {btc("10", "90100", R"(,"post_only":true,"reject_post_only":true)"), 11054, ""},
           {btc("10", "", R"(,"type":"market","post_only":true)"), -32602, "post_only"},
           {btc("10", "89000", R"(,"reduce_only":true)"), 11030, ""},
           {btc("900000000", "89000"), 10009, ""},
           {btc("10", "89000", R"(,"valid_until":1)"), 13888, ""},
           {btc("10", "", R"(,"type":"stop_market","trigger":"mark_price")"), -32602,
            "trigger_price"},
           {btc("10", "", R"(,"type":"stop_market","trigger_price":95000)"), -32602, "trigger"},
           {btc("10", "", R"(,"type":"stop_market","trigger":"mark_price","trigger_price":80000)"),
            10035, ""},
           {btc("10", "", R"(,"type":"take_market","trigger":"mark_price","trigger_price":95000)"),
            10034, ""},
           {btc("10", "",
                R"(,"type":"stop_market","trigger":"mark_price","trigger_price":95000.3)"),
            10044, ""},
           {btc("10", "", R"(,"type":"trailing_stop","trigger":"mark_price")"), 11030, ""},
           {btc("10", "89000", R"(,"linked_order_type":"one_cancels_other")"), 11030, ""},
           {R"({"instrument_name":"BTC_USDC-PERPETUAL","amount":100000,"price":89000})", 10009, ""},
       }) {
    const auto response = ask("private/buy", params);
    EXPECT_EQ(member(response, {"error", "code"}), std::to_string(code)) << params;
    EXPECT_EQ(member(response, {"error", "data", "param"}), param) << params;
  }
  EXPECT_TRUE(venue.exchange().client_orders().empty());
}

TEST_F(DeribitOrdersTest, MalformedRequestsAreAnsweredAndChangeNothing) {
  for (const auto& [text, code] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "-32700"},
           {"{", "-32700"},
           {"[]", "11050"},
           {"42", "11050"},
           {R"({"jsonrpc":"2.0","id":1})", "11050"},
           {R"({"jsonrpc":"2.0","method":"public/test"})", "11050"},
           {R"({"jsonrpc":"2.0","id":1,"method":"public/test","params":[1]})", "11050"},
           {R"({"jsonrpc":"2.0","id":1,"method":"private/fly","params":{}})", "-32601"}}) {
    venue.on_frame(socket, text, now);
    const auto frames = collect();
    ASSERT_EQ(frames.size(), 1U) << text;
    EXPECT_EQ(member(frames[0], {"error", "code"}), code) << text;
  }
  EXPECT_TRUE(closed.empty());
}

TEST_F(DeribitOrdersTest, AnOversizedRequestIsRefusedAndEndsTheConnection) {
  venue.on_frame(socket, "\"" + std::string(33 * 1024, 'x') + "\"", now);
  EXPECT_EQ(member(collect().at(0), {"error", "code"}), "-32600");
  EXPECT_EQ(closed, std::vector{socket});
}

TEST_F(DeribitOrdersTest, EditKeepsTheIdAndCountsTheTotalAmount) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "10", "90100");
  const auto id = id_of(result("private/buy", btc("30", "90100")));
  const auto edited = result("private/edit", with_id(id, R"(,"amount":50,"price":90000)"));
  EXPECT_EQ(id_of(edited), id);
  EXPECT_EQ(member(edited, {"order", "replaced"}), "true");
  EXPECT_EQ(member(edited, {"order", "amount"}), "50.0");
  EXPECT_EQ(member(edited, {"order", "filled_amount"}), "10.0");
  house_places("BTC-PERPETUAL", core::Side::Sell, "40", "90200");
  const auto crossing = result("private/edit", with_id(id, R"(,"amount":50,"price":90200)"));
  EXPECT_EQ(member(crossing, {"order", "order_state"}), "filled");
  EXPECT_EQ(crossing.find("trades")->items.size(), 1U);
  EXPECT_EQ(error("private/edit", with_id(id, R"(,"amount":60,"price":90200)")), 11044);
}

TEST_F(DeribitOrdersTest, AnEditThatWouldTakePostOnlyCancelsTheOrder) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "10", "90100");
  const std::string post_only = R"(,"post_only":true,"reject_post_only":true)";
  const auto id = id_of(result("private/buy", btc("10", "89000", post_only)));
  EXPECT_EQ(error("private/edit", with_id(id, R"(,"amount":10,"price":90100)" + post_only)), 11054);
  const auto state = result("private/get_order_state", with_id(id));
  EXPECT_EQ(member(state, {"order_state"}), "cancelled");
  EXPECT_EQ(member(state, {"cancel_reason"}), "edit_post_only_reject");
}

TEST_F(DeribitOrdersTest, PostOnlyWithoutRejectIsMovedOneTick) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "10", "90100");
  const auto answer = result("private/buy", btc("10", "90150", R"(,"post_only":true)"));
  EXPECT_EQ(member(answer, {"order", "price"}), "90099.5");
  EXPECT_EQ(member(answer, {"order", "order_state"}), "open");
}

TEST_F(DeribitOrdersTest, CancelAnswersTheOrderItselfOnce) {
  const auto id = id_of(result("private/buy", btc("10", "89000")));
  const auto cancelled = result("private/cancel", with_id(id));
  EXPECT_EQ(member(cancelled, {"order_id"}), id);
  EXPECT_EQ(member(cancelled, {"order_state"}), "cancelled");
  EXPECT_EQ(member(cancelled, {"cancel_reason"}), "user_request");
  EXPECT_EQ(error("private/cancel", with_id(id)), 11044);
  EXPECT_EQ(error("private/cancel", with_id("7")), 10004);
  EXPECT_EQ(error("private/cancel", with_id("ETH-" + id)), 10004);
  EXPECT_EQ(error("private/cancel", with_id("what")), 10025);
}

TEST_F(DeribitOrdersTest, LabelsFindOrdersAndNeedNotBeUnique) {
  result("private/buy", btc("10", "89000", R"(,"label":"twin")"));
  const std::string edit =
      R"({"label":"twin","instrument_name":"BTC-PERPETUAL","amount":20,"price":88000})";
  EXPECT_EQ(member(result("private/edit_by_label", edit), {"order", "price"}), "88000.0");
  result("private/buy", btc("10", "89000", R"(,"label":"twin")"));
  EXPECT_EQ(error("private/edit_by_label", edit), 13032);
  const auto states =
      result("private/get_order_state_by_label", R"({"currency":"BTC","label":"twin"})");
  EXPECT_EQ(states.items.size(), 2U);
  EXPECT_EQ(result("private/cancel_by_label", R"({"label":"twin","currency":"BTC"})").text, "2");
  EXPECT_EQ(error("private/edit_by_label", edit), 10004);
  EXPECT_TRUE(result("private/get_open_orders_by_label", R"({"currency":"BTC","label":"twin"})")
                  .items.empty());
}

TEST_F(DeribitOrdersTest, CancelAllHasItsSelections) {
  const auto eth = std::string{R"({"instrument_name":"ETH-PERPETUAL","amount":1,"price":2990})"};
  const auto linear =
      std::string{R"({"instrument_name":"ETH_USDC-PERPETUAL","amount":0.01,"price":2990})"};
  const auto stop =
      btc("10", "", R"(,"type":"stop_market","trigger":"mark_price","trigger_price":95000)");
  const auto fill_up = [&] {
    for (const auto& params : {btc("10", "89000"), eth, linear, stop})
      result("private/buy", params);
  };
  for (const auto& [method, params, count] :
       std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"private/cancel_all", "{}", "4"},
           {"private/cancel_all_by_currency", R"({"currency":"USDC"})", "1"},
           {"private/cancel_all_by_currency", R"({"currency":"BTC","type":"limit"})", "1"},
           {"private/cancel_all_by_currency", R"({"currency":"BTC","type":"trigger_all"})", "1"},
           {"private/cancel_all_by_currency_pair", R"({"currency_pair":"eth_usd"})", "1"},
           {"private/cancel_all_by_instrument", R"({"instrument_name":"BTC-PERPETUAL"})", "2"},
           {"private/cancel_all_by_kind_or_type", R"({"currency":"any","kind":"option"})", "0"},
           {"private/cancel_all_by_kind_or_type", R"({"currency":"any","kind":"future"})", "4"}}) {
    fill_up();
    EXPECT_EQ(result(method, params).text, count) << method << params;
    result("private/cancel_all");
  }
  EXPECT_EQ(error("private/cancel_all_by_currency"), -32602);
  fill_up();
  const auto detailed = result("private/cancel_all", R"({"detailed":true})");
  EXPECT_EQ(detailed.items.size(), 4U);
  EXPECT_EQ(member(detailed.items[3], {"type"}), "trigger");
}

TEST_F(DeribitOrdersTest, AStopIsUntriggeredThenTriggeredAndItsChildNamesIt) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "50", "90400");
  const auto stop = result(
      "private/buy",
      btc("10", "",
          R"(,"type":"stop_market","trigger":"index_price","trigger_price":90500,"label":"s")"));
  EXPECT_EQ(member(stop, {"order", "order_state"}), "untriggered");
  EXPECT_EQ(member(stop, {"order", "price"}), "market_price");
  EXPECT_TRUE(id_of(stop).starts_with("SLIS-")) << id_of(stop);
  venue.flow().set_index(0, core::Price{core::dec("90500")}, now);
  venue.on_market(now);
  collect();
  EXPECT_EQ(member(result("private/get_order_state", with_id(id_of(stop))), {"order_state"}),
            "triggered");
  const auto& child = venue.exchange().client_orders().back();
  const auto state = result("private/get_order_state", with_id(venue.order_id(child)));
  EXPECT_EQ(member(state, {"trigger_order_id"}), id_of(stop));
  EXPECT_EQ(member(state, {"label"}), "s");
  EXPECT_EQ(member(state, {"order_state"}), "filled");
}

TEST_F(DeribitOrdersTest, ClosePositionClosesIt) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "50", "90100");
  house_places("BTC-PERPETUAL", core::Side::Buy, "50", "89900");
  const std::string close = R"({"instrument_name":"BTC-PERPETUAL","type":"market"})";
  EXPECT_EQ(error("private/close_position", close), 11030);
  result("private/buy", btc("50", "90100"));
  const auto closed_order = result("private/close_position", close);
  EXPECT_EQ(member(closed_order, {"order", "direction"}), "sell");
  EXPECT_EQ(member(result("private/get_position", R"({"instrument_name":"BTC-PERPETUAL"})"),
                   {"direction"}),
            "zero");
}

TEST_F(DeribitOrdersTest, OptionPricesFollowTheirTickSteps) {
  std::string name;
  for (const auto& spec : venue.exchange().config().instruments) {
    if (spec.name.ends_with("-90000-C")) name = spec.name;
  }
  const auto buy = [&](const char* price) {
    return error("private/buy",
                 R"({"instrument_name":")" + name + R"(","amount":0.1,"price":)" + price + "}");
  };
  EXPECT_EQ(buy("0.0049"), 0);
  EXPECT_EQ(buy("0.0051"), -32602);
  EXPECT_EQ(buy("0.0055"), 0);
  EXPECT_EQ(buy("5.5"), 10007);
}

TEST_F(DeribitOrdersTest, QueriesAgreeWithWhatHappened) {
  house_places("BTC-PERPETUAL", core::Side::Sell, "30", "90100");
  const auto id = id_of(result("private/buy", btc("20", "90100", R"(,"label":"q")")));
  result("private/cancel", with_id(id_of(result("private/buy", btc("10", "89000")))));
  result("private/buy", btc("10", "88000"));
  EXPECT_EQ(result("private/get_open_orders").items.size(), 1U);
  EXPECT_EQ(result("private/get_open_orders_by_currency", R"({"currency":"ETH"})").items.size(),
            0U);
  EXPECT_EQ(result("private/get_order_history_by_currency", R"({"currency":"BTC"})").items.size(),
            1U);
  EXPECT_EQ(result("private/get_order_history_by_instrument",
                   R"({"instrument_name":"BTC-PERPETUAL","include_unfilled":true})")
                .items.size(),
            2U);
  EXPECT_EQ(result("private/get_user_trades_by_order", with_id(id)).items.size(), 1U);
  for (const auto& [method, params] : std::initializer_list<std::pair<const char*, const char*>>{
           {"private/get_user_trades_by_currency", R"({"currency":"BTC"})"},
           {"private/get_user_trades_by_instrument", R"({"instrument_name":"BTC-PERPETUAL"})"},
           {"private/get_user_trades_by_currency_and_time",
            R"({"currency":"BTC","start_timestamp":1,"end_timestamp":9000000000000})"}}) {
    const auto trades = result(method, params);
    ASSERT_EQ(trades.find("trades")->items.size(), 1U) << method;
    EXPECT_EQ(member(trades, {"has_more"}), "false");
    EXPECT_EQ(member(trades.find("trades")->items[0], {"label"}), "q");
  }
  const auto positions = result("private/get_positions", R"({"currency":"BTC"})");
  ASSERT_EQ(positions.items.size(), 1U);
  EXPECT_EQ(member(positions.items[0], {"size"}), "20.0");
  EXPECT_EQ(member(positions.items[0], {"average_price"}), "90100.0");
  const auto summary =
      result("private/get_account_summary", R"({"currency":"BTC","extended":true})");
  EXPECT_EQ(member(summary, {"balance"}), "99.99999988");
  EXPECT_EQ(result("private/get_account_summaries").find("summaries")->items.size(), 4U);
}

TEST_F(DeribitOrdersTest, HttpTakesTheSameOrdersByQueryString) {
  const auto reply = venue.on_http(
      {.method = "GET",
       .target =
           "/api/v2/private/buy?instrument_name=BTC-PERPETUAL&amount=10&type=limit&price=89000"
           "&label=a%20b&post_only=true&reject_post_only=true",
       .headers = {{"Authorization",
                    "Basic Y2F1c2V3YXktZGVtby1rZXk6Y2F1c2V3YXktZGVtby1zZWNyZXQtMDAwMDAwMDAwMDAw"
                    "MDAwMDAw"}},
       .body = {}},
      now);
  EXPECT_EQ(reply.status, 200U) << reply.body;
  EXPECT_EQ(venue.exchange().client_orders().back().request.label, "a b");
  const auto missing = venue.on_http(
      {.method = "GET", .target = "/api/v2/public/fly", .headers = {}, .body = {}}, now);
  EXPECT_EQ(missing.status, 400U);
  EXPECT_EQ(member(*core::parse_json(missing.body), {"error", "code"}), "-32601");
}

TEST_F(DeribitOrdersTest, InstrumentsAreListedWithAndWithoutCurrency) {
  EXPECT_EQ(result("public/get_instruments").items.size(), 18U);
  EXPECT_EQ(result("public/get_instruments", R"({"currency":"BTC"})").items.size(), 8U);
  EXPECT_EQ(result("public/get_instruments", R"({"currency":"USDC","kind":"future"})").items.size(),
            2U);
  EXPECT_EQ(result("public/get_instruments", R"({"currency":"any","kind":"option"})").items.size(),
            12U);
  EXPECT_EQ(result("public/get_instruments", R"({"currency":"BTC","kind":"spot"})").items.size(),
            0U);
  EXPECT_EQ(error("public/get_instruments", R"({"currency":"XYZ"})"), -32602);
  const auto perpetual = result("public/get_instrument", R"({"instrument_name":"BTC-PERPETUAL"})");
  EXPECT_EQ(member(perpetual, {"tick_size"}), "0.5");
  EXPECT_EQ(member(perpetual, {"contract_size"}), "10.0");
  EXPECT_EQ(member(perpetual, {"instrument_type"}), "reversed");
}

}  // namespace
}  // namespace causeway::simulator::deribit
