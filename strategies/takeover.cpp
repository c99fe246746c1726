#include "strategies/takeover.hpp"

#include <utility>

namespace causeway::strategies {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t ask_again_ns = second_ns / 4;
constexpr std::int64_t cancel_again_ns = 5 * second_ns;  // a venue may have refused a cancel
constexpr std::int64_t patience_ns = 30 * second_ns;     // for all of it

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Takeover::Takeover(const fixspec::InstrumentRef& instrument, Inventory& inventory,
                   std::string id_prefix, std::int64_t now_ns)
    : instrument_(instrument),
      inventory_(inventory),
      id_prefix_(std::move(id_prefix)),
      started_ns_(now_ns) {
  cancel_all(now_ns);
}

void Takeover::cancel_all(std::int64_t now_ns) {
  phase_ = Phase::Cancelling;
  cancelled_ns_ = now_ns;
  fixspec::OrderMassCancelRequest request;
  request.cl_ord_id = fixspec::ClOrdId{id_prefix_ + "Q" + std::to_string(++requests_made_)};
  request.type = fixspec::MassCancelRequestType::Security;
  request.instrument = instrument_;
  mass_cancel_id_ = request.cl_ord_id.to_string();
  requests_.emplace_back(std::move(request));
}

// Which orders are open now, and what became of those that the inventory does not know the end of.
void Takeover::ask(std::int64_t now_ns) {
  phase_ = Phase::Asking;
  asked_ns_ = now_ns;
  open_.clear();
  for (const fixspec::ClOrdId& cl_ord_id : inventory_.open_orders()) {
    fixspec::OrderStatusRequest request;
    request.cl_ord_id = cl_ord_id;
    request.ord_status_req_id = cl_ord_id.to_string();
    requests_.emplace_back(std::move(request));
  }
  fixspec::OrderMassStatusRequest request;
  request.mass_status_req_id = id_prefix_ + "S" + std::to_string(++requests_made_);
  request.type = fixspec::MassStatusReqType::Security;
  request.instrument = instrument_;
  mass_status_id_ = request.mass_status_req_id;
  requests_.emplace_back(std::move(request));
}

void Takeover::on_event(const client::Event& event, std::int64_t now_ns) {
  if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
    if (report->mass_status_req_id == mass_status_id_) on_status(*report, now_ns);
  } else if (const auto* mass = std::get_if<fixspec::OrderMassCancelReport>(&event.body)) {
    if (phase_ != Phase::Cancelling || mass->cl_ord_id.view() != mass_cancel_id_) return;
    if (mass->accepted) return ask(now_ns);
    error_ = "the gateway refuses to cancel the orders of earlier runs: " +
             (mass->reject ? mass->reject->text : std::string{"it does not say why"});
  } else if (const auto* reject = std::get_if<client::SessionReject>(&event.body)) {
    if (!event.poss_dup) error_ = "the gateway cannot read a request at the start: " + reject->text;
  } else if (const auto* refusal = std::get_if<client::BusinessReject>(&event.body)) {
    if (!event.poss_dup) error_ = "the gateway refuses a request at the start: " + refusal->text;
  }
}

void Takeover::on_status(const fixspec::ExecutionReport& report, std::int64_t now_ns) {
  // An answer without orders is one report that says so.
  if (!report.ord_rej_reason && !is_terminal(report.ord_status)) {
    open_.push_back(report.cl_ord_id.to_string());
  }
  if (phase_ != Phase::Asking || !report.last_rpt_requested) return;
  for (const fixspec::ClOrdId& cl_ord_id : inventory_.open_orders()) {
    open_.push_back(cl_ord_id.to_string());
  }
  phase_ = open_.empty() ? Phase::Done : Phase::Waiting;
  asked_ns_ = now_ns;
}

void Takeover::on_timer(std::int64_t now_ns) {
  if (is_done() || !error_.empty()) return;
  if (now_ns - started_ns_ > patience_ns) {
    error_ = open_.empty() ? "the gateway does not answer the cancel of earlier runs' orders"
                           : "orders of earlier runs are still open: " + joined(open_);
    return;
  }
  if (phase_ != Phase::Waiting) return;
  if (now_ns - cancelled_ns_ > cancel_again_ns) {
    cancel_all(now_ns);
  } else if (now_ns - asked_ns_ > ask_again_ns) {
    ask(now_ns);
  }
}

std::vector<fixspec::ClientRequest> Takeover::take_requests() {
  return std::exchange(requests_, {});
}

}  // namespace causeway::strategies
