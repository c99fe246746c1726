#include "tests/simulation/oms.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "tests/simulation/ground.hpp"

namespace causeway::simulation {
namespace {

constexpr char delimiter = '\x01';
constexpr std::int64_t heartbeat = 10 * fixspec::nanos_per_second;

std::string with_bars(std::string text) {
  std::replace(text.begin(), text.end(), delimiter, '|');
  return text;
}

std::string time_text() {
  const auto now = Ground::get().true_utc();
  const std::time_t seconds = now / fixspec::nanos_per_second;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const auto size = std::strftime(text, sizeof text, "%Y%m%d-%H:%M:%S", &parts);
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03d",
                static_cast<int>(now % fixspec::nanos_per_second / fixspec::nanos_per_milli));
  return std::string{text, size} + millis;
}

const std::string& value_of(const Fields& fields, int tag) {
  static const std::string none;
  for (const auto& [name, value] : fields) {
    if (name == tag) return value;
  }
  return none;
}

fixspec::Quantity quantity_of(const Fields& fields, int tag) {
  const std::string& text = value_of(fields, tag);
  if (text.empty()) return {};
  return fixspec::Quantity{fixspec::Decimal::parse(text).value()};
}

std::uint64_t number_of(const Fields& fields, int tag) {
  const std::string& text = value_of(fields, tag);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Fields fields_of(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const auto equals = text.find('=');
    const auto end = text.find(delimiter);
    if (equals == std::string_view::npos || end == std::string_view::npos) break;
    int tag = 0;
    std::from_chars(text.data(), text.data() + equals, tag);
    fields.emplace_back(tag, std::string{text.substr(equals + 1, end - equals - 1)});
    text.remove_prefix(end + 1);
  }
  return fields;
}

bool is_pending(char status) { return status == 'A' || status == '6' || status == 'E'; }
bool is_final(char status) {
  return status == '2' || status == '4' || status == '8' || status == 'C' || status == '3';
}

}  // namespace

bool Oms::Order::is_open() const { return status != 0 && !is_final(status); }
bool Oms::Order::is_settled() const {
  return status != 0 && !is_pending(status) && (is_final(status) || waiting.empty());
}

Oms::Oms(std::string comp_id) : comp_id_(std::move(comp_id)) {}
Oms::~Oms() = default;

void Oms::broken(const std::string& rule, const std::string& text) const {
  throw Broken(comp_id_ + ": " + rule + ": " + with_bars(text));
}

// ---- session -----------------------------------------------------------------------------------

void Oms::connect() {
  if (pipe_) return;
  pipe_ = FixNetwork::get().connect(*this);
  if (!pipe_) return;
  input_.clear();
  gap_asked_ = false;
  send("35=A|98=0|108=10|");
}

void Oms::cut() {
  const auto pipe = pipe_;
  if (pipe) pipe->cut();
}

void Oms::on_closed() {
  pipe_ = nullptr;
  logged_on_ = false;
}

void Oms::on_second() {
  if (logged_on_ && Ground::get().elapsed() - last_sent_ >= heartbeat) send("35=0|");
}

void Oms::send(const std::string& body) {
  const char type = body[3];
  const bool application = type != 'A' && type != '0' && type != '1' && type != '2' && type != '5';
  sent_[next_out_] = {.body = body, .sending_time = time_text(), .application = application};
  write(next_out_++, body, "");
}

void Oms::write(std::uint64_t number, const std::string& body, const std::string& more_header) {
  if (!pipe_) return;
  last_sent_ = Ground::get().elapsed();
  const auto type_end = body.find('|') + 1;
  std::string inner = body.substr(0, type_end) + "34=" + std::to_string(number) +
                      "|49=" + comp_id_ + "|56=CAUSEWAY|52=" + time_text() + "|" + more_header +
                      body.substr(type_end);
  std::replace(inner.begin(), inner.end(), '|', delimiter);
  std::string whole = "8=FIX.4.4" + std::string(1, delimiter) +
                      "9=" + std::to_string(inner.size()) + delimiter + inner;
  unsigned sum = 0;
  for (const char byte : whole) sum += static_cast<unsigned char>(byte);
  char check[16];
  std::snprintf(check, sizeof check, "10=%03u%c", sum % 256, delimiter);
  pipe_->write(whole + check);
}

// Administrative messages are filled over; applications' are sent again as possible duplicates.
void Oms::resend(std::uint64_t begin) {
  std::uint64_t gap = 0;
  const auto fill = [&](std::uint64_t next) {
    if (gap == 0) return;
    write(gap, "35=4|123=Y|36=" + std::to_string(next) + "|", "43=Y|122=" + time_text() + "|");
    gap = 0;
  };
  for (std::uint64_t number = begin; number < next_out_; ++number) {
    const Sent& sent = sent_.at(number);
    if (!sent.application) {
      if (gap == 0) gap = number;
      continue;
    }
    fill(number);
    write(number, sent.body, "43=Y|122=" + sent.sending_time + "|");
  }
  fill(next_out_);
}

void Oms::on_bytes(std::string_view bytes) {
  input_ += bytes;
  while (true) {
    const auto body_length = input_.find(std::string{delimiter} + "9=");
    if (body_length == std::string::npos) return;
    const auto length_end = input_.find(delimiter, body_length + 1);
    if (length_end == std::string::npos) return;
    const auto size = std::stoul(input_.substr(body_length + 3, length_end - body_length - 3));
    const auto end = length_end + 1 + size + 7;
    if (input_.size() < end) return;
    const std::string text = input_.substr(0, end);
    input_.erase(0, end);
    on_message(fields_of(text), text);
    if (!pipe_) return;
  }
}

void Oms::on_message(const Fields& fields, const std::string& text) {
  const std::string& type = value_of(fields, 35);
  const std::uint64_t number = number_of(fields, 34);
  const bool poss_dup = value_of(fields, 43) == "Y";
  if (type == "5") {
    if (value_of(fields, 58).find("too low") != std::string::npos) {
      broken("the gateway has forgotten or doubled a number", text);
    }
  }
  if (type == "3") broken("a Reject of a message that is right", text);
  if (number < next_in_) {
    if (!poss_dup)
      broken("a number was used twice, " + std::to_string(next_in_) + " expected", text);
    return;
  }
  if (type == "A") logged_on_ = true;
  if (number > next_in_) {
    if (type == "2") resend(number_of(fields, 7));
    if (!gap_asked_) {
      gap_asked_ = true;
      send("35=2|7=" + std::to_string(next_in_) + "|16=0|");
    }
    return;
  }
  gap_asked_ = false;
  next_in_ = number + 1;
  if (type == "4") {
    const auto next = number_of(fields, 36);
    if (next <= number) broken("a SequenceReset that goes back", text);
    next_in_ = next;
  } else if (type == "1") {
    send("35=0|112=" + value_of(fields, 112) + "|");
  } else if (type == "2") {
    resend(number_of(fields, 7));
  } else if (type.find_first_of("A05") == std::string::npos) {
    on_application(fields, text, value_of(fields, 97) == "Y");
  }
}

// ---- orders ------------------------------------------------------------------------------------

std::string Oms::next_id(char kind) { return comp_id_ + kind + std::to_string(++ids_); }

void Oms::send_order(const std::string& account, const std::string& venue,
                     const std::string& symbol, const std::string& side, const std::string& terms) {
  const std::string id = next_id('d');
  Order& order = orders_[id];
  order.cl_ord_id = order.newest_id = id;
  order.venue = venue;
  order.symbol = symbol;
  order.side = side;
  order.request = "11=" + id + "|1=" + account + "|55=" + symbol + "|207=" + venue + "|54=" + side +
                  "|60=" + time_text() + "|" + terms;
  order_of_[id] = id;
  send("35=D|" + order.request);
}

void Oms::send_cancel(Order& order) {
  const std::string id = next_id('f');
  order_of_[id] = order.cl_ord_id;
  order.waiting.insert(id);
  send("35=F|11=" + id + "|41=" + order.newest_id + "|55=" + order.symbol + "|207=" + order.venue +
       "|54=" + order.side + "|60=" + time_text() + "|");
}

void Oms::send_replace(Order& order, const std::string& quantity, const std::string& price) {
  const std::string id = next_id('g');
  order_of_[id] = order.cl_ord_id;
  order.waiting.insert(id);
  send("35=G|11=" + id + "|41=" + order.newest_id + "|55=" + order.symbol + "|207=" + order.venue +
       "|54=" + order.side + "|60=" + time_text() + "|38=" + quantity + "|40=2|44=" + price + "|");
}

void Oms::send_mass_cancel() { send("35=q|11=" + next_id('q') + "|530=7|60=" + time_text() + "|"); }

void Oms::repeat(const Order& order) { send("35=D|97=Y|" + order.request); }

void Oms::on_application(const Fields& fields, const std::string& text, bool poss_resend) {
  const std::string& type = value_of(fields, 35);
  if (type == "8") return on_report(fields, text, poss_resend);
  if (type == "9") {
    const auto found = order_of_.find(value_of(fields, 11));
    if (found == order_of_.end()) broken("a refusal of a request that was never sent", text);
    Order& order = orders_.at(found->second);
    order.waiting.erase(value_of(fields, 11));
    // The last word on an order that was filled while a cancel was pending.
    if (value_of(fields, 37) != "NONE") order.status = value_of(fields, 39).front();
    return;
  }
  if (type == "j") broken("a refusal of a message that is right", text);
}

void Oms::on_report(const Fields& fields, const std::string& text, bool poss_resend) {
  ++reports_;
  auto found = order_of_.find(value_of(fields, 11));
  if (found == order_of_.end()) found = order_of_.find(value_of(fields, 41));
  if (found == order_of_.end()) broken("a report of an order that was never sent", text);
  Order& order = orders_.at(found->second);
  const std::string& exec_type = value_of(fields, 150);
  const char status = value_of(fields, 39).front();
  const std::string& order_id = value_of(fields, 37);
  if (order_id != "NONE") {
    if (order.order_id.empty()) order.order_id = order_id;
    if (order.order_id != order_id) broken("another OrderID than " + order.order_id, text);
  } else if (order.status != 0 && exec_type == "8") {
    return;  // a repeated order that is not taken again; what is known of it holds
  }
  const bool is_status = exec_type == "I";
  if (!is_status && !exec_ids_.insert(value_of(fields, 17)).second && !poss_resend) {
    broken("an ExecID was used twice", text);
  }
  const auto cum = quantity_of(fields, 14), leaves = quantity_of(fields, 151);
  const auto quantity = quantity_of(fields, 38);
  if (exec_type == "F") {
    const auto last = quantity_of(fields, 32);
    if (!order.trades.emplace(value_of(fields, 527), last).second) {
      broken("a trade was reported twice", text);
    }
    order.filled += last;
  }
  if (cum < order.cum_qty) broken("CumQty fell from " + order.cum_qty.to_string(), text);
  if (cum != order.filled) {
    broken("CumQty is not the sum of the fills, " + order.filled.to_string(), text);
  }
  if (cum > quantity) broken("CumQty is above OrderQty", text);
  const auto expected = is_final(status) ? fixspec::Quantity{} : quantity - cum;
  if (leaves != expected) broken("LeavesQty is not " + expected.to_string(), text);
  if (order.status == '4' || order.status == '2' || order.status == 'C') {
    if (exec_type == "F") broken("a fill after the order's end", text);
    if (!is_final(status) && !is_status) broken("an ended order works", text);
  }
  order.cum_qty = cum;
  order.leaves_qty = leaves;
  order.order_qty = quantity;
  order.status = status;
  if (exec_type == "8") {
    order.was_rejected = true;
    const std::string& why = value_of(fields, 58);
    Ground::get().count("refused: " + why.substr(0, why.find_first_of(":0123456789")));
  }
  const std::string& about = value_of(fields, 11);
  if (exec_type == "5") order.newest_id = about;
  if (exec_type == "5" || exec_type == "4") order.waiting.erase(about);
  if (is_final(status)) order.waiting.clear();
}

std::vector<std::string> Oms::unsettled() const {
  std::vector<std::string> result;
  for (const auto& [id, order] : orders_) {
    if (order.is_settled()) continue;
    std::string line = id + " (" + order.order_id + ") 39=" +
                       (order.status == 0 ? std::string{"none"} : std::string(1, order.status));
    for (const std::string& request : order.waiting) line += " waits for " + request;
    result.push_back(std::move(line));
  }
  return result;
}

}  // namespace causeway::simulation
