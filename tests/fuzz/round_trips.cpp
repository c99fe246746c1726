#include "tests/fuzz/round_trips.hpp"

#include <utility>

#include "gateway/fix/report_text.hpp"
#include "strategies/client/decode.hpp"
#include "strategies/client/encode.hpp"
#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {
namespace {

namespace client = strategies::client;
using fixspec::ClientRequest;
using fixspec::UtcNanos;

constexpr const char* sent_at = "20261121-10:00:00.000";
constexpr int report_digits = 6;

std::uint64_t requests = 0;
std::uint64_t reports = 0;

void cut_to(UtcNanos& time, UtcNanos unit) { time -= time % unit; }

// What the wire does not carry: the client names no segment of futures, whose symbols differ, and
// writes times to the millisecond.
struct AsOnTheWire {
  static void ref(std::optional<fixspec::InstrumentRef>& instrument) {
    if (instrument) instrument->segment.reset();
  }
  void operator()(fixspec::NewOrderSingle& order) const {
    order.instrument.segment.reset();
    if (order.expire_time) cut_to(*order.expire_time, fixspec::nanos_per_milli);
  }
  void operator()(fixspec::OrderCancelReplaceRequest& request) const {
    request.instrument.segment.reset();
  }
  void operator()(fixspec::OrderCancelRequest&) const {}
  void operator()(fixspec::RefusedRequest&) const {}
  void operator()(auto& request) const { ref(request.instrument); }
};

ClientRequest as_on_the_wire(ClientRequest request) {
  std::visit(AsOnTheWire{}, request);
  return request;
}

std::optional<fixspec::Report> report_in(const FIX::Message& message) {
  const client::EventBody body = client::decode(message);
  if (const auto* report = std::get_if<fixspec::ExecutionReport>(&body)) return *report;
  if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&body)) return *reject;
  if (const auto* mass = std::get_if<fixspec::OrderMassCancelReport>(&body)) return *mass;
  return std::nullopt;
}

std::optional<fixspec::Report> written_and_read(const fixspec::Report& report,
                                                const FIX::DataDictionary& dictionary) {
  gateway::fix::ReportFrame frame{
      {.begin_string = "FIX.4.4", .sender_comp_id = "CAUSEWAY", .target_comp_id = "O"}};
  const std::string bytes{
      frame.make(report, 1, 1'795'255'200 * fixspec::nanos_per_second, report_digits)};
  return report_in(FIX::Message{bytes, dictionary, true});
}

}  // namespace

std::uint64_t requests_there_and_back() { return requests; }
std::uint64_t reports_there_and_back() { return reports; }

void check_request(const ClientRequest& request, const ReadRequest& read) {
  if (std::holds_alternative<fixspec::RefusedRequest>(request)) return;
  FIX::Message message = client::encode(request, sent_at);
  FIX::Header& header = message.getHeader();
  header.setField(8, "FIX.4.4");
  header.setField(34, "2");
  header.setField(49, "O");
  header.setField(52, sent_at);
  header.setField(56, "CAUSEWAY");
  const auto again = read(message.toString());
  require(again.has_value(), "the gateway refuses what its client library writes");
  require(as_on_the_wire(*again) == as_on_the_wire(request),
          "the client library writes another request than it was given");
  ++requests;
}

void check_report(const FIX::Message& message, const FIX::DataDictionary& dictionary) {
  const auto told = report_in(message);
  if (!told) return;
  // The first writing settles what a message of ours cannot have; from then on nothing may change.
  const auto first = written_and_read(*told, dictionary);
  require(first.has_value(), "the client library cannot read what the gateway writes");
  const auto second = written_and_read(*first, dictionary);
  require(second.has_value() && *second == *first, "a report changes each time it is written");
  if (const auto* before = std::get_if<fixspec::ExecutionReport>(&*told)) {
    const auto* after = std::get_if<fixspec::ExecutionReport>(&*first);
    require(after != nullptr, "a report became another kind of message");
    require(before->cum_qty == after->cum_qty && before->leaves_qty == after->leaves_qty &&
                before->order_qty == after->order_qty && before->avg_px == after->avg_px &&
                before->price == after->price && before->stop_px == after->stop_px,
            "an amount changed on its way");
    require(before->exec_id == after->exec_id && before->order_id == after->order_id &&
                before->cl_ord_id == after->cl_ord_id &&
                before->orig_cl_ord_id == after->orig_cl_ord_id &&
                before->venue_order_id == after->venue_order_id,
            "an id changed on its way");
    require(before->exec_type == after->exec_type && before->ord_status == after->ord_status &&
                before->side == after->side && before->trade == after->trade,
            "what happened changed on its way");
  }
  ++reports;
}

}  // namespace causeway::fuzz
