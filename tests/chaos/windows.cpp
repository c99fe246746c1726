#include "tests/chaos/windows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "gateway/core/core.hpp"

namespace causeway::chaos {
namespace {

using gateway::engine::Input;
using gateway::engine::Outputs;

// What the journal knows of orders.
struct Journalled {
  std::map<std::string, std::string> client_id_of;  // by "session ClOrdID"
  std::set<std::string> heard_of;                   // client ids of which the venue said something
};

void note_told(const translators::Told& told, Journalled& journalled) {
  const auto note = [&](const auto& client_id) {
    if (client_id) journalled.heard_of.insert(client_id->to_string());
  };
  if (const auto* update = std::get_if<translators::OrderUpdate>(&told)) {
    note(update->client_id);
  } else if (const auto* fill = std::get_if<translators::Fill>(&told)) {
    note(fill->client_id);
  } else if (const auto* refused = std::get_if<translators::RequestRefused>(&told)) {
    journalled.heard_of.insert(refused->client_id.to_string());
  } else if (const auto* answer = std::get_if<translators::QueryAnswer>(&told)) {
    journalled.heard_of.insert(answer->client_id.to_string());
  } else if (const auto* open = std::get_if<translators::OpenOrders>(&told)) {
    for (const auto& each : open->orders) note(each.client_id);
  } else if (const auto* trades = std::get_if<translators::Trades>(&told)) {
    for (const auto& each : trades->fills) note(each.client_id);
  }
}

Journalled read_journal(const std::string& directory) {
  Journalled journalled;
  const auto read =
      gateway::core::replay_journal(directory, [&](const Input& input, Outputs& outputs) {
        if (const auto* client = std::get_if<gateway::engine::ClientInput>(&input.body)) {
          const auto* order = std::get_if<fixspec::NewOrderSingle>(&client->request);
          if (order == nullptr) return true;
          const std::string name = client->session.to_string() + " " + order->cl_ord_id.to_string();
          journalled.client_id_of.emplace(name, "");
          for (const auto& output : outputs) {
            const auto* sent = std::get_if<gateway::engine::SendRequest>(&output);
            if (sent == nullptr) continue;
            const auto* place = std::get_if<translators::PlaceOrder>(&sent->request.ask);
            if (place != nullptr) journalled.client_id_of[name] = place->client_id.to_string();
          }
        } else if (const auto* venue = std::get_if<gateway::engine::VenueInput>(&input.body)) {
          note_told(venue->event.told, journalled);
        }
        return true;
      });
  EXPECT_TRUE(read) << read.error().text;
  return journalled;
}

// The ledger once the simulator has handled everything that the gateway had written.
std::map<std::string, gateway::app::OrderAccount> settled_ledger(const gateway::Stack& stack) {
  auto ledger = stack.ledger();
  gateway::eventually([&] {
    auto again = stack.ledger();
    const bool same = again == ledger;
    ledger = std::move(again);
    return same;
  });
  return ledger;
}

}  // namespace

std::string to_text(Window window) {
  switch (window) {
    case Window::BeforeJournal:
      return "before the journal write";
    case Window::JournalToSend:
      return "between journal and send";
    case Window::SendToAck:
      return "between send and acknowledgement";
    case Window::FillToReport:
      return "between fill and report";
  }
  return {};
}

Caught caught_by_kill(const gateway::Stack& stack, const std::vector<const Trader*>& traders) {
  const auto ledger = settled_ledger(stack);
  const Journalled journalled = read_journal(stack.path("var/journal").string());
  Caught caught;
  for (const Trader* trader : traders) {
    for (const auto& [cl_ord_id, venue] : trader->sent()) {
      const auto in_journal = journalled.client_id_of.find(trader->comp_id() + " " + cl_ord_id);
      // What an earlier kill has caught may still be unresolved.
      const bool is_new = trader->is_of_this_round(cl_ord_id);
      if (in_journal == journalled.client_id_of.end()) {
        if (is_new) ++caught[Window::BeforeJournal];
        continue;
      }
      if (in_journal->second.empty()) continue;  // refused before it was to be sent
      const auto at_venue = ledger.find(in_journal->second);
      if (at_venue == ledger.end()) {
        if (is_new && !journalled.heard_of.contains(in_journal->second)) {
          ++caught[Window::JournalToSend];
        }
        continue;
      }
      if (is_new && !journalled.heard_of.contains(in_journal->second)) ++caught[Window::SendToAck];
      const auto& reported = trader->trades_of(cl_ord_id);
      for (const auto& [trade, what] : at_venue->second.trades) {
        if (!reported.contains(trade)) ++caught[Window::FillToReport];
      }
    }
  }
  return caught;
}

}  // namespace causeway::chaos
