#include "gateway/app/demo/scenario.hpp"

#include <chrono>
#include <utility>

#include "gateway/app/demo/http.hpp"
#include "strategies/client/words.hpp"

namespace causeway::gateway::app {
namespace {

using fixspec::Done;
using fixspec::OrdStatus;

constexpr const char* symbol = "BTC-PERPETUAL";
constexpr std::chrono::seconds step_limit{10};

}  // namespace

Scenario::Scenario(Settings settings, std::function<void(const std::string&)> print)
    : settings_(std::move(settings)),
      print_(std::move(print)),
      client_(settings_.client, [this](const auto& event) { on_event(event); }),
      prefix_("demo-" +
              std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count()) +
              "-") {}

fixspec::Result<Done, fixspec::Error> Scenario::run() {
  if (auto connected = client_.connect(); !connected) return connected;
  using Part = Step (Scenario::*)();
  for (const Part part :
       {&Scenario::rest_amend_cancel, &Scenario::fill_in_two_parts, &Scenario::be_refused}) {
    if (auto done = (this->*part)(); !done) {
      client_.logout();
      return done;
    }
  }
  client_.logout();
  return Done{};
}

Scenario::Step Scenario::rest_amend_cancel() {
  const std::string id = prefix_ + "rest";
  if (auto sent =
          send("1. A limit order that rests, far below the market", order(id, "10", "81000"));
      !sent) {
    return sent;
  }
  if (auto told = wait_for(id, OrdStatus::New); !told) return told;

  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = fixspec::ClOrdId{prefix_ + "amend"};
  replace.orig_cl_ord_id = fixspec::ClOrdId{id};
  replace.instrument.symbol = fixspec::Symbol{symbol};
  replace.order_qty = fixspec::parse_quantity("20").value();
  replace.price = fixspec::parse_price("81500.5").value();
  if (auto sent = send("2. It is amended: twice the quantity, a better price", replace); !sent) {
    return sent;
  }
  if (auto told = wait_for(prefix_ + "amend", OrdStatus::New); !told) return told;

  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{prefix_ + "cancel"};
  cancel.orig_cl_ord_id = fixspec::ClOrdId{prefix_ + "amend"};
  cancel.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{symbol}};
  cancel.side = fixspec::Side::Buy;
  if (auto sent = send("3. And cancelled", cancel); !sent) return sent;
  return wait_for(prefix_ + "cancel", OrdStatus::Canceled);
}

// The market is held still for a moment, so that the order finds exactly 30 to buy at once and the
// rest later.
Scenario::Step Scenario::fill_in_two_parts() {
  const std::string venue = R"({"venue":"deribit","instrument":"BTC-PERPETUAL",)";
  for (const std::string& json :
       {std::string{R"({"venue":"deribit","action":"pause"})"}, venue + R"("action":"clear"})",
        venue + R"("action":"place","side":"sell","amount":"30","price":"90000"})"}) {
    if (auto done = market(json); !done) return done;
  }
  const std::string id = prefix_ + "cross";
  if (auto sent = send("4. A limit order that crosses: 30 are offered, it wants 50",
                       order(id, "50", "90000"));
      !sent) {
    return sent;
  }
  if (auto told = wait_for(id, OrdStatus::PartiallyFilled); !told) return told;
  print_("   ... somebody sells the other 20");
  if (auto done =
          market(venue + R"("action":"trade","side":"sell","amount":"20","price":"90000"})");
      !done) {
    return done;
  }
  if (auto told = wait_for(id, OrdStatus::Filled); !told) return told;
  filled_order_id_ = newest_.at(id).order_id->to_string();
  return market(R"({"venue":"deribit","action":"resume"})");
}

Scenario::Step Scenario::be_refused() {
  const std::string id = prefix_ + "huge";
  if (auto sent = send("5. An order that is too large: risk refuses it, the venue never sees it",
                       order(id, "90000000", "81000"));
      !sent) {
    return sent;
  }
  return wait_for(id, OrdStatus::Rejected);
}

Scenario::Step Scenario::send(const std::string& what, const fixspec::ClientRequest& request) {
  print_("");
  print_(what);
  return client_.send(request);
}

Scenario::Step Scenario::wait_for(const std::string& cl_ord_id, OrdStatus status) {
  const auto reached = [&] {
    const auto found = newest_.find(cl_ord_id);
    return found != newest_.end() && found->second.ord_status == status;
  };
  if (client_.run_until(reached, step_limit)) return Done{};
  const auto found = newest_.find(cl_ord_id);
  return fixspec::Unexpected{fixspec::Error{
      "order " + cl_ord_id + " should have become " + std::string{fixspec::to_words(status)} +
      ", but " +
      (found == newest_.end() ? std::string{"nothing was told of it"}
                              : "is " + std::string{fixspec::to_words(found->second.ord_status)})}};
}

Scenario::Step Scenario::market(const std::string& json) {
  const auto answer = http_post(settings_.control_port, "/v1/market", json);
  if (!answer) return fixspec::Unexpected{answer.error()};
  return Done{};
}

fixspec::NewOrderSingle Scenario::order(const std::string& cl_ord_id, const std::string& qty,
                                        const std::string& price) const {
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  order.account = fixspec::AccountId{settings_.account};
  order.instrument = {
      .symbol = fixspec::Symbol{symbol}, .venue = fixspec::Venue::Deribit, .segment = {}};
  order.side = fixspec::Side::Buy;
  order.order_qty = fixspec::parse_quantity(qty).value();
  order.price = fixspec::parse_price(price).value();
  return order;
}

void Scenario::on_event(const strategies::client::Event& event) {
  print_("   " + strategies::client::in_words(event.body));
  if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
    newest_[report->cl_ord_id.to_string()] = *report;
    told_.on_report(*report);
  } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
    told_.on_reject(*reject);
  }
}

}  // namespace causeway::gateway::app
