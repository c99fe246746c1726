#include "gateway/app/journal_line.hpp"

#include <utility>
#include <variant>

#include "gateway/app/log_line.hpp"
#include "gateway/audit/words.hpp"
#include "gateway/core/record.hpp"
#include "gateway/engine/ids.hpp"
#include "gateway/journal/journal.hpp"
#include "gateway/journal/sessions.hpp"

namespace causeway::gateway::app {
namespace {

constexpr char field_end = '\x01';

std::string field_text(std::string_view name, std::string_view value) {
  return " " + std::string{name} + "=" + std::string{value};
}

// Adds fields of a request, or of what a venue told, by their names in FIX.
class Fields {
 public:
  explicit Fields(JournalLine& line) : line_(line) {}

  template <class Id>
  void name(std::string_view field, const Id& id) {
    if (id.view().empty()) return;
    line_.text += field_text(field, id.view());
    line_.names.emplace(id.view());
  }
  template <class Id>
  void name(std::string_view field, const std::optional<Id>& id) {
    if (id) name(field, *id);
  }
  template <class Id>
  void value(std::string_view field, const Id& id) {
    if (!id.view().empty()) line_.text += field_text(field, id.view());
  }
  template <class Id>
  void value(std::string_view field, const std::optional<Id>& id) {
    if (id) value(field, *id);
  }

  // ---- what clients ask
  void of(const fixspec::NewOrderSingle& r) {
    name("ClOrdID(11)", r.cl_ord_id);
    value("Account(1)", r.account);
    if (r.poss_resend) line_.text += " PossResend(97)=Y";
  }
  void of(const fixspec::OrderCancelReplaceRequest& r) {
    name("ClOrdID(11)", r.cl_ord_id);
    name("OrigClOrdID(41)", r.orig_cl_ord_id);
    name("OrderID(37)", r.order_id);
  }
  void of(const fixspec::OrderCancelRequest& r) {
    name("ClOrdID(11)", r.cl_ord_id);
    name("OrigClOrdID(41)", r.orig_cl_ord_id);
    name("OrderID(37)", r.order_id);
  }
  void of(const fixspec::OrderMassCancelRequest& r) { value("ClOrdID(11)", r.cl_ord_id); }
  void of(const fixspec::OrderStatusRequest& r) {
    name("ClOrdID(11)", r.cl_ord_id);
    name("OrderID(37)", r.order_id);
  }
  void of(const fixspec::OrderMassStatusRequest& r) { value("Account(1)", r.account); }
  void of(const fixspec::RefusedRequest& r) {
    name("ClOrdID(11)", r.cl_ord_id);
    name("OrigClOrdID(41)", r.orig_cl_ord_id);
    value("Account(1)", r.account);
  }

  // ---- what venues tell
  void of(const translators::OrderUpdate& t) {
    name("client_id", t.client_id);
    name("SecondaryOrderID(198)", t.venue_order_id);
  }
  void of(const translators::Fill& t) {
    name("client_id", t.client_id);
    name("SecondaryOrderID(198)", t.venue_order_id);
  }
  void of(const translators::RequestRefused& t) { name("client_id", t.client_id); }
  void of(const translators::RequestNotSent& t) { name("client_id", t.client_id); }
  void of(const translators::RequestUnknown& t) { name("client_id", t.client_id); }
  void of(const translators::QueryAnswer& t) {
    name("client_id", t.client_id);
    if (t.order) name("SecondaryOrderID(198)", t.order->venue_order_id);
  }
  void of(const translators::OpenOrders& t) {
    for (const translators::OrderUpdate& order : t.orders) of(order);
  }
  void of(const translators::Trades& t) {
    for (const translators::Fill& fill : t.fills) of(fill);
  }
  void of(const translators::Positions&) {}
  void of(const translators::Balances&) {}
  void of(const translators::AccountLink&) {}
  void of(const translators::Instruments&) {}

 private:
  JournalLine& line_;
};

struct InputLine {
  JournalLine& line;

  void operator()(const engine::ClientInput& input) const {
    line.text += " client " + input.session.to_string() +
                 " MsgSeqNum(34)=" + std::to_string(input.msg_seq_num);
    std::visit([this](const auto& request) { Fields{line}.of(request); }, input.request);
    line.text += ": " + audit::describe(input.request);
  }
  void operator()(const engine::VenueInput& input) const {
    line.text += " venue " + std::string{fixspec::to_fix(input.event.venue)};
    Fields{line}.value("Account(1)", input.event.account);
    std::visit([this](const auto& told) { Fields{line}.of(told); }, input.event.told);
    line.text += ": " + audit::describe(input.event.told);
  }
  void operator()(const engine::TimerInput& input) const {
    line.text += " timer " + std::to_string(input.timer_id) + " went off";
  }
  void operator()(const engine::StartInput& input) const {
    line.text += " start of run " + std::to_string(input.epoch) + " of instance " +
                 std::to_string(input.instance) + ": " + std::to_string(input.venues.size()) +
                 " venues, " + std::to_string(input.limits.size()) + " risk sections";
  }
};

bool add_input(const journal::RecordView& record, JournalLine& line) {
  const auto body = core::decode(record.version, record.payload);
  if (!body) return false;
  std::visit(InputLine{line}, *body);
  return true;
}

bool add_intent(const journal::RecordView& record, JournalLine& line) {
  const auto request = core::decode_request(record.version, record.payload);
  if (!request) return false;
  line.text += " for " + std::string{fixspec::to_fix(request->venue)};
  Fields{line}.value("Account(1)", request->account);
  std::visit(
      [&line](const auto& ask) {
        if constexpr (requires { ask.client_id; }) Fields{line}.name("client_id", ask.client_id);
        if constexpr (requires { ask.venue_order_id; }) {
          Fields{line}.name("SecondaryOrderID(198)", ask.venue_order_id);
        }
      },
      request->ask);
  line.text += ": " + audit::describe(request->ask);
  return true;
}

// The value of a field of a FIX message; empty: it has none.
std::string_view value_of(std::string_view message, std::string_view tag) {
  const std::string key = field_end + std::string{tag} + "=";
  const auto at = message.find(key);
  if (at == std::string_view::npos) return {};
  message.remove_prefix(at + key.size());
  return message.substr(0, message.find(field_end));
}

bool add_outgoing(const journal::RecordView& record, JournalLine& line) {
  const auto outgoing = journal::decode_fix_outgoing(record.payload);
  if (!outgoing) return false;
  line.text += " to " + std::string{outgoing->session} +
               " MsgSeqNum(34)=" + std::to_string(outgoing->msg_seq_num);
  if (outgoing->key.input_sequence != 0) {
    line.text += ", output " + std::to_string(outgoing->key.index) + " of record " +
                 std::to_string(outgoing->key.input_sequence);
  }
  std::string shown{outgoing->bytes};
  for (char& character : shown) {
    if (character == field_end) character = '|';
  }
  line.text += ": " + shown;
  for (const auto* tag : {"11", "41", "37", "198"}) {
    const auto value = value_of(outgoing->bytes, tag);
    if (!value.empty() && value != "NONE") line.names.emplace(value);
  }
  return true;
}

bool add_session(const journal::RecordView& record, JournalLine& line) {
  if (record.type == journal::RecordType::FixNumbers) {
    const auto numbers = journal::decode_fix_numbers(record.payload);
    if (!numbers) return false;
    line.text += " of " + std::string{numbers->session} + ": next to send " +
                 std::to_string(numbers->next_sender) + ", next expected " +
                 std::to_string(numbers->next_target);
    return true;
  }
  const auto reset = journal::decode_fix_reset(record.payload);
  if (!reset) return false;
  line.text += " of " + std::string{reset->session} + ": both numbers are 1";
  return true;
}

bool add_body(const journal::RecordView& record, JournalLine& line) {
  switch (record.type) {
    case journal::RecordType::EngineInput:
      return add_input(record, line);
    case journal::RecordType::VenueIntent:
      return add_intent(record, line);
    case journal::RecordType::FixOutgoing:
      return add_outgoing(record, line);
    case journal::RecordType::FixNumbers:
    case journal::RecordType::FixReset:
      return add_session(record, line);
    case journal::RecordType::EpochStart: {
      const auto epoch = journal::decode_epoch_start(record.payload);
      if (!epoch) return false;
      line.text += " run " + std::to_string(epoch->epoch) + " of instance " +
                   std::to_string(epoch->instance);
      return true;
    }
    case journal::RecordType::ChainCheckpoint: {
      const auto checkpoint = journal::decode_chain_checkpoint(record.payload);
      if (!checkpoint) return false;
      line.text += " after record " + std::to_string(checkpoint->sequence) + ": " +
                   journal::to_hex(checkpoint->hash);
      return true;
    }
  }
  return false;
}

}  // namespace

JournalLine line_of(const journal::RecordView& record) {
  JournalLine line;
  line.text = std::to_string(record.sequence) + " " + to_iso_micros(record.at.utc_ns) + " " +
              std::string{journal::to_text(record.type)};
  if (!add_body(record, line)) {
    line.text += " version " + std::to_string(record.version) + ", " +
                 std::to_string(record.payload.size()) +
                 " bytes that this version of causeway can't read (segment " +
                 std::to_string(record.segment) + ", offset " + std::to_string(record.offset) + ")";
  }
  return line;
}

OrderFilter::OrderFilter(std::string name) {
  if (!name.empty()) names_.insert(std::move(name));
}

bool OrderFilter::wants(const journal::RecordView& record, const JournalLine& line) {
  if (names_.empty()) return true;
  if (record.type == journal::RecordType::EpochStart) {
    if (const auto epoch = journal::decode_epoch_start(record.payload)) {
      instance_ = epoch->instance;
      epoch_ = epoch->epoch;
    }
    return false;
  }
  const bool is_input = record.type == journal::RecordType::EngineInput;
  const std::string order_id = engine::make_order_id(epoch_, record.sequence).to_string();
  const std::string client_id =
      engine::make_venue_cl_ord_id(instance_, epoch_, record.sequence).to_string();
  bool wanted = is_input && (names_.contains(order_id) || names_.contains(client_id));
  for (const std::string& name : line.names) wanted = wanted || names_.contains(name);
  if (!wanted) return false;
  // A list of many orders names others, too.
  constexpr std::size_t most_names_of_one = 4;
  if (line.names.size() <= most_names_of_one) names_.insert(line.names.begin(), line.names.end());
  if (is_input && record.payload.size() > 0) {
    const auto body = core::decode(record.version, record.payload);
    const auto* client = body ? std::get_if<engine::ClientInput>(&*body) : nullptr;
    if (client != nullptr && std::holds_alternative<fixspec::NewOrderSingle>(client->request)) {
      names_.insert({order_id, client_id});
    }
  }
  return true;
}

}  // namespace causeway::gateway::app
