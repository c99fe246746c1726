#include "strategies/inventory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace causeway::strategies {

using fixspec::ClOrdId;
using fixspec::Done;
using fixspec::Error;
using fixspec::Quantity;
using fixspec::Result;
using fixspec::Side;
using fixspec::Unexpected;

namespace {

constexpr const char* first_line = "causeway inventory 1";
constexpr const char* last_line = "end";
// Orders that have ended stay this long, since one of their fills may be told again or late.
constexpr std::size_t kept_ended = 200;

std::string key_of(const fixspec::Symbol& symbol, const fixspec::AccountId& account) {
  return symbol.to_string() + " " + account.to_string();
}

// Empty, or why not. Whoever reads `path` finds the old text or the new one, whole.
std::string replace_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return fresh + ": " + std::strerror(errno);
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  std::string why;
  if (written < 0 || ::fdatasync(descriptor) != 0) {
    why = std::strerror(errno);
  } else if (static_cast<std::size_t>(written) != text.size()) {
    why = "no space left";
  }
  ::close(descriptor);
  if (why.empty() && ::rename(fresh.c_str(), path.c_str()) != 0) why = std::strerror(errno);
  return why.empty() ? why : fresh + ": " + why;
}

}  // namespace

std::string inventory_file(const std::string& folder, const std::string& session,
                           const fixspec::Symbol& symbol, const fixspec::AccountId& account) {
  std::string name = session + " " + key_of(symbol, account);
  for (char& c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (!plain) c = c == ' ' ? '.' : '_';
  }
  return folder + "/" + name + ".inventory";
}

Inventory::Inventory(std::string path, const fixspec::Symbol& symbol,
                     const fixspec::AccountId& account, std::string id_prefix)
    : path_(std::move(path)),
      key_(key_of(symbol, account)),
      symbol_(symbol),
      account_(account),
      id_prefix_(std::move(id_prefix)) {
  std::error_code error;
  const auto folder = std::filesystem::path(path_).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (std::filesystem::exists(path_)) read();
}

void Inventory::read() {
  std::ifstream input{path_};
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);) lines.push_back(line);
  const auto fail = [this](const std::string& where) {
    throw std::runtime_error("inventory file " + path_ + ": " + where +
                             "; put it right by hand, or remove it if the strategy holds nothing");
  };
  if (lines.size() < 4 || lines.front() != first_line || lines.back() != last_line) {
    fail("is damaged");
  }
  if (lines[1] != key_) fail("line 2: is about " + lines[1] + ", not " + key_);
  for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
    try {
      read_line(lines[i]);
    } catch (const std::runtime_error& error) {
      fail("line " + std::to_string(i + 1) + ": " + error.what());
    }
  }
}

// "position 0.04" or "order MM-1-1 2-77 1 0.01 open".
void Inventory::read_line(const std::string& line) {
  std::istringstream words{line};
  std::string kind, name, order_id, side, quantity, state;
  words >> kind;
  if (kind == "position") {
    words >> quantity;
    const auto parsed = fixspec::Decimal::parse(quantity);
    if (!parsed) throw std::runtime_error("there is no quantity in \"" + line + "\"");
    position_ = Quantity{*parsed};
    return;
  }
  words >> name >> order_id >> side >> quantity >> state;
  const auto cl_ord_id = ClOrdId::parse(name);
  const auto id = fixspec::OrderId::parse(order_id);
  const auto parsed_side = fixspec::side_from_fix(side);
  const auto cum_qty = fixspec::Decimal::parse(quantity);
  const bool readable = kind == "order" && cl_ord_id && id && parsed_side && cum_qty &&
                        (state == "open" || state == "ended");
  if (!readable) throw std::runtime_error("there is no order in \"" + line + "\"");
  orders_.push_back({.cl_ord_id = *cl_ord_id,
                     .order_id = order_id == "-" ? fixspec::OrderId{} : *id,
                     .side = *parsed_side,
                     .cum_qty = Quantity{*cum_qty},
                     .ended = state == "ended"});
}

void Inventory::save() {
  std::string text =
      std::string{first_line} + "\n" + key_ + "\nposition " + position_.to_string() + "\n";
  for (const Order& order : orders_) {
    text += "order " + order.cl_ord_id.to_string() + " " +
            (order.order_id.empty() ? "-" : order.order_id.to_string()) + " " +
            static_cast<char>(order.side) + " " + order.cum_qty.to_string() + " " +
            (order.ended ? "ended" : "open") + "\n";
  }
  problem_ = replace_file(path_, text + last_line + "\n");
}

std::vector<ClOrdId> Inventory::open_orders() const {
  std::vector<ClOrdId> result;
  for (const Order& order : orders_) {
    if (!order.ended) result.push_back(order.cl_ord_id);
  }
  return result;
}

Result<Done, Error> Inventory::on_order(const fixspec::NewOrderSingle& order) {
  orders_.push_back({.cl_ord_id = order.cl_ord_id,
                     .order_id = {},
                     .side = order.side,
                     .cum_qty = {},
                     .ended = false});
  forget_the_oldest();
  save();
  if (problem_.empty()) return Done{};
  orders_.pop_back();
  return Unexpected{Error{"the inventory cannot be written: " + problem_}};
}

bool Inventory::is_ours(const fixspec::ExecutionReport& report) const {
  const bool same_symbol = report.instrument && report.instrument->symbol == symbol_;
  const bool named =
      report.cl_ord_id.view().starts_with(id_prefix_) ||
      (report.orig_cl_ord_id && report.orig_cl_ord_id->view().starts_with(id_prefix_));
  return same_symbol && report.account == account_ && report.side && report.order_id && named;
}

// A replace or cancel gives an order other names; its OrderID(37) stays.
Inventory::Order* Inventory::find(const fixspec::ExecutionReport& report) {
  const auto found = std::find_if(orders_.begin(), orders_.end(), [&](const Order& order) {
    if (report.order_id && !order.order_id.empty()) return order.order_id == *report.order_id;
    return order.cl_ord_id == report.cl_ord_id || order.cl_ord_id == report.orig_cl_ord_id;
  });
  return found == orders_.end() ? nullptr : &*found;
}

Quantity Inventory::on_report(const fixspec::ExecutionReport& report) {
  Order* order = find(report);
  if (order == nullptr) {
    // Of a run from before this file.
    if (!is_ours(report)) return {};
    orders_.push_back({.cl_ord_id = report.cl_ord_id,
                       .order_id = *report.order_id,
                       .side = *report.side,
                       .cum_qty = {},
                       .ended = false});
    order = &orders_.back();
  }
  const Order before = *order;
  if (report.order_id) order->order_id = *report.order_id;
  // Once ended it stays so: an old report that comes again does not open it.
  order->ended = order->ended || is_terminal(report.ord_status);
  Quantity change;
  if (report.cum_qty > order->cum_qty) {
    change = report.cum_qty - order->cum_qty;
    order->cum_qty = report.cum_qty;
    if (order->side == Side::Sell) change = -change;
    position_ += change;
  }
  const bool is_news = order->order_id != before.order_id || order->ended != before.ended ||
                       !change.is_zero() || !problem_.empty();
  if (is_news) save();
  return change;
}

void Inventory::on_cancel_reject(const fixspec::OrderCancelReject& reject) {
  if (reject.response_to != fixspec::CxlRejResponseTo::CancelRequest ||
      !is_terminal(reject.ord_status)) {
    return;
  }
  for (Order& order : orders_) {
    if (order.cl_ord_id != reject.orig_cl_ord_id || order.ended) continue;
    order.ended = true;
    save();
  }
}

void Inventory::forget_the_oldest() {
  auto ended = static_cast<std::size_t>(std::count_if(
      orders_.begin(), orders_.end(), [](const Order& order) { return order.ended; }));
  for (auto it = orders_.begin(); it != orders_.end() && ended > kept_ended;) {
    if (it->ended) {
      it = orders_.erase(it);
      --ended;
    } else {
      ++it;
    }
  }
}

}  // namespace causeway::strategies
