#include "gateway/app/demo/agreement.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "fixspec/decimal.hpp"
#include "gateway/audit/database.hpp"

namespace causeway::gateway::app {
namespace {

using audit::Database;
using audit::DatabaseError;

std::string canonical(std::string_view decimal) {
  const auto value = fixspec::Decimal::parse(decimal);
  return value ? value->to_string() : std::string{decimal};
}

// Whether an open order has filled in part shows in its quantity.
std::string plain_status(std::string status) {
  return status == "PartiallyFilled" ? "New" : status;
}

std::string ledger_status(std::string_view state) {
  if (state == "open" || state == "untriggered" || state == "triggered") return "New";
  if (state == "filled") return "Filled";
  if (state == "cancelled") return "Canceled";
  return std::string{state};
}

std::string text_of(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

// Every row of `sql`, whose one parameter is `parameter` where there is one.
template <class OnRow>
fixspec::Result<fixspec::Done, fixspec::Error> each_row(const Database& database,
                                                        std::string_view sql,
                                                        const std::string* parameter,
                                                        OnRow on_row) {
  const auto failed = [](const DatabaseError& error) {
    return fixspec::Unexpected{fixspec::Error{error.text}};
  };
  auto statement = database.prepare(sql);
  if (!statement) return failed(statement.error());
  if (parameter != nullptr) statement->bind(*parameter);
  while (true) {
    const auto more = statement->next();
    if (!more) return failed(more.error());
    if (!*more) return fixspec::Done{};
    on_row(*statement);
  }
}

std::string describe(const OrderAccount& order) {
  std::string text = order.status + ", " + order.cum_qty + " filled";
  for (const auto& [id, trade] : order.trades) text += ", trade " + id + " " + trade;
  return text;
}

}  // namespace

void ToldOrders::on_report(const fixspec::ExecutionReport& report) {
  // A report on a duplicate or an unknown order names none.
  if (!report.order_id) return;
  OrderAccount& order = orders_[report.order_id->to_string()];
  order.status = plain_status(std::string{fixspec::to_words(report.ord_status)});
  order.cum_qty = report.cum_qty.to_string();
  if (report.exec_type == fixspec::ExecType::Replaced && report.cum_qty == report.order_qty) {
    decreased_to_filled_.insert(report.order_id->to_string());
  }
  if (report.trade) {
    order.trades[report.trade->trade_id.to_string()] =
        report.trade->last_qty.to_string() + "@" + report.trade->last_px.to_string();
  }
}

void ToldOrders::on_reject(const fixspec::OrderCancelReject& reject) {
  if (!reject.order_id) return;
  const auto found = orders_.find(reject.order_id->to_string());
  if (found == orders_.end()) return;
  found->second.status = plain_status(std::string{fixspec::to_words(reject.ord_status)});
}

fixspec::Result<AuditedOrders, fixspec::Error> read_audit(const std::string& database) {
  auto opened = Database::open(database, Database::Mode::ReadOnly);
  if (!opened) return fixspec::Unexpected{fixspec::Error{opened.error().text}};
  // One picture for both queries, while the audit is being written.
  if (auto begun = (*opened)->execute("BEGIN"); !begun) {
    return fixspec::Unexpected{fixspec::Error{begun.error().text}};
  }
  AuditedOrders result;
  auto read =
      each_row(**opened, "SELECT order_id, ord_status, cum_qty, venue_cl_ord_id FROM v_orders",
               nullptr, [&](const audit::Statement& row) {
                 OrderAccount& order = result.by_order_id[row.text(0)];
                 order.status = plain_status(row.text(1));
                 order.cum_qty = canonical(row.text(2));
                 result.venue_cl_ord_id[row.text(0)] = row.text(3);
               });
  if (!read) return fixspec::Unexpected{read.error()};
  read = each_row(**opened, "SELECT order_id, trade_id, last_qty, last_px FROM v_executions",
                  nullptr, [&](const audit::Statement& row) {
                    result.by_order_id[row.text(0)].trades[row.text(1)] =
                        canonical(row.text(2)) + "@" + canonical(row.text(3));
                  });
  if (!read) return fixspec::Unexpected{read.error()};
  return result;
}

fixspec::Result<std::map<std::string, OrderAccount>, fixspec::Error> read_ledger(
    const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) {
    return fixspec::Unexpected{fixspec::Error{"the simulator's ledger cannot be read"}};
  }
  std::map<std::string, OrderAccount> result;
  for (const auto& member : document.GetObject()) {
    const auto& venue = member.value;
    if (!venue.IsObject() || !venue.HasMember("orders") || !venue.HasMember("fills")) continue;
    std::map<std::string, std::string> label_of;
    for (const auto& row : venue["orders"].GetArray()) {
      // A triggered stop is two orders there, the second under the same label or one that the venue
      // has made up.
      const auto stop = label_of.find(text_of(row, "trigger_order_id"));
      const std::string label = stop == label_of.end() ? text_of(row, "label") : stop->second;
      OrderAccount& order = result[label];
      order.status = ledger_status(text_of(row, "state"));
      order.cum_qty = canonical(text_of(row, "filled"));
      label_of[text_of(row, "order_id")] = label;
    }
    for (const auto& row : venue["fills"].GetArray()) {
      result[label_of[text_of(row, "order_id")]].trades[text_of(row, "trade_id")] =
          canonical(text_of(row, "amount")) + "@" + canonical(text_of(row, "price"));
    }
  }
  return result;
}

std::vector<std::string> compare(const ToldOrders& told, const AuditedOrders& audited,
                                 const std::map<std::string, OrderAccount>& ledger) {
  std::vector<std::string> differences;
  const auto check = [&](const std::string& order_id, std::string_view a_name,
                         const OrderAccount* a, std::string_view b_name, const OrderAccount* b) {
    if (a != nullptr && b != nullptr && *a == *b) return;
    differences.push_back("order " + order_id + ": " + std::string{a_name} + " " +
                          (a != nullptr ? describe(*a) : "does not have it") + "; " +
                          std::string{b_name} + " " +
                          (b != nullptr ? describe(*b) : "does not have it"));
  };
  const auto find = [](const auto& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
  };
  std::set<std::string> explained;
  for (const auto& [order_id, order] : audited.by_order_id) {
    check(order_id, "FIX", find(told.by_order_id(), order_id), "the audit", &order);
    const std::string& label = audited.venue_cl_ord_id.at(order_id);
    explained.insert(label);
    const OrderAccount* at_venue = find(ledger, label);
    if (at_venue == nullptr && order.status == "Rejected") continue;
    // Decreased to what was filled (38 <= 14): the venue cancelled the rest, and for the client the
    // order is filled.
    if (at_venue != nullptr && told.was_decreased_to_filled(order_id)) {
      OrderAccount filled = *at_venue;
      if (filled.status == "Canceled") filled.status = "Filled";
      check(order_id, "the audit", &order, "the venue's ledger", &filled);
      continue;
    }
    check(order_id, "the audit", &order, "the venue's ledger", at_venue);
  }
  for (const auto& [order_id, order] : told.by_order_id()) {
    if (!audited.by_order_id.contains(order_id))
      check(order_id, "FIX", &order, "the audit", nullptr);
  }
  for (const auto& [label, order] : ledger) {
    if (!explained.contains(label)) {
      differences.push_back("the venue's ledger has an order labelled '" + label +
                            "' that the audit does not know: " + describe(order));
    }
  }
  return differences;
}

fixspec::Result<std::vector<std::string>, fixspec::Error> read_timeline(
    const std::string& database, const std::string& order_id) {
  auto opened = Database::open(database, Database::Mode::ReadOnly);
  if (!opened) return fixspec::Unexpected{fixspec::Error{opened.error().text}};
  std::vector<std::string> lines;
  const auto padded = [](std::string text, std::size_t width, bool right) {
    if (text.size() >= width) return text;
    const std::string space(width - text.size(), ' ');
    return right ? space + text : text + space;
  };
  auto read = each_row(**opened,
                       "SELECT since_first_us, direction, text FROM v_order_timeline "
                       "WHERE order_id = ?1 ORDER BY step",
                       &order_id, [&](const audit::Statement& row) {
                         lines.push_back(padded(row.text(0), 9, true) + " us  " +
                                         padded(row.text(1), 10, false) + "  " + row.text(2));
                       });
  if (!read) return fixspec::Unexpected{read.error()};
  return lines;
}

}  // namespace causeway::gateway::app
