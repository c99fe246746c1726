#include "gateway/app/demo/scenario.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "gateway/app/demo/http.hpp"
#include "strategies/client/words.hpp"

namespace causeway::gateway::app {
namespace {

using fixspec::Done;
using fixspec::OrdStatus;

constexpr std::chrono::seconds step_limit{10};

const TourStop stops[] = {{.venue = fixspec::Venue::Deribit,
                           .simulator_name = "deribit",
                           .symbol = "BTC-PERPETUAL",  // counted in US dollars
                           .small = "10",
                           .twice = "20",
                           .offered = "30",
                           .wanted = "50",
                           .rest = "20",
                           .huge = "90000000"},
                          {.venue = fixspec::Venue::Binance,
                           .simulator_name = "binance",
                           .symbol = "BTCUSDT",  // counted in bitcoin
                           .small = "0.01",
                           .twice = "0.02",
                           .offered = "0.03",
                           .wanted = "0.05",
                           .rest = "0.02",
                           .huge = "900"}};

}  // namespace

const TourStop* tour_stop(fixspec::Venue venue) {
  const auto found = std::find_if(std::begin(stops), std::end(stops),
                                  [&](const TourStop& stop) { return stop.venue == venue; });
  return found == std::end(stops) ? nullptr : found;
}

Scenario::Scenario(Settings settings, std::function<void(const std::string&)> print)
    : settings_(std::move(settings)),
      print_(std::move(print)),
      client_(settings_.client, [this](const auto& event) { on_event(event); }),
      run_("demo-" +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count()) +
           "-") {}

fixspec::Result<Done, fixspec::Error> Scenario::run() {
  if (auto connected = client_.connect(); !connected) return connected;
  using Part = Step (Scenario::*)();
  for (const auto& [account, stop] : settings_.accounts) {
    account_ = account;
    stop_ = stop;
    prefix_ = run_ + stop->simulator_name + "-";
    print_("");
    print_("==== " + std::string{fixspec::to_fix(stop->venue)} + ", " + stop->symbol +
           ", account " + account + " ====");
    for (const Part part :
         {&Scenario::rest_amend_cancel, &Scenario::fill_in_two_parts, &Scenario::be_refused}) {
      if (auto done = (this->*part)(); !done) {
        client_.logout();
        return done;
      }
    }
  }
  client_.logout();
  return Done{};
}

Scenario::Step Scenario::rest_amend_cancel() {
  const std::string id = prefix_ + "rest";
  if (auto sent = send("1. A limit order that rests, far below the market",
                       order(id, stop_->small, "81000"));
      !sent) {
    return sent;
  }
  if (auto told = wait_for(id, OrdStatus::New); !told) return told;

  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = fixspec::ClOrdId{prefix_ + "amend"};
  replace.orig_cl_ord_id = fixspec::ClOrdId{id};
  replace.instrument.symbol = fixspec::Symbol{stop_->symbol};
  replace.order_qty = fixspec::parse_quantity(stop_->twice).value();
  replace.price = fixspec::parse_price("81500.5").value();
  if (auto sent = send("2. It is amended: twice the quantity, a better price", replace); !sent) {
    return sent;
  }
  if (auto told = wait_for(prefix_ + "amend", OrdStatus::New); !told) return told;

  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{prefix_ + "cancel"};
  cancel.orig_cl_ord_id = fixspec::ClOrdId{prefix_ + "amend"};
  cancel.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{stop_->symbol}};
  cancel.side = fixspec::Side::Buy;
  if (auto sent = send("3. And cancelled", cancel); !sent) return sent;
  return wait_for(prefix_ + "cancel", OrdStatus::Canceled);
}

// The market is held still for a moment, so that the order finds exactly so much to buy at once and
// the rest later.
Scenario::Step Scenario::fill_in_two_parts() {
  for (const std::string& members :
       {std::string{R"("action":"pause")"}, R"("action":"clear",)" + of_symbol(),
        R"("action":"place","side":"sell","amount":")" + stop_->offered + R"(","price":"90000",)" +
            of_symbol()}) {
    if (auto done = market(members); !done) return done;
  }
  const std::string id = prefix_ + "cross";
  if (auto sent = send("4. A limit order that crosses: " + stop_->offered +
                           " are offered, it wants " + stop_->wanted,
                       order(id, stop_->wanted, "90000"));
      !sent) {
    return sent;
  }
  if (auto told = wait_for(id, OrdStatus::PartiallyFilled); !told) return told;
  print_("   ... somebody sells the other " + stop_->rest);
  if (auto done = market(R"("action":"trade","side":"sell","amount":")" + stop_->rest +
                         R"(","price":"90000",)" + of_symbol());
      !done) {
    return done;
  }
  if (auto told = wait_for(id, OrdStatus::Filled); !told) return told;
  filled_order_id_ = newest_.at(id).order_id->to_string();
  return market(R"("action":"resume")");
}

Scenario::Step Scenario::be_refused() {
  const std::string id = prefix_ + "huge";
  if (auto sent = send("5. An order that is too large: risk refuses it, the venue never sees it",
                       order(id, stop_->huge, "81000"));
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

std::string Scenario::of_symbol() const { return R"("instrument":")" + stop_->symbol + "\""; }

Scenario::Step Scenario::market(const std::string& members) {
  const auto answer = http_post(settings_.control_port, "/v1/market",
                                R"({"venue":")" + stop_->simulator_name + "\"," + members + "}");
  if (!answer) return fixspec::Unexpected{answer.error()};
  return Done{};
}

fixspec::NewOrderSingle Scenario::order(const std::string& cl_ord_id, const std::string& qty,
                                        const std::string& price) const {
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  order.account = fixspec::AccountId{account_};
  order.instrument = {
      .symbol = fixspec::Symbol{stop_->symbol}, .venue = stop_->venue, .segment = {}};
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
