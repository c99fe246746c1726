#include "gateway/app/commands/order_session.hpp"

#include <iostream>

#include "gateway/app/exit_code.hpp"
#include "gateway/app/log.hpp"
#include "strategies/client/session_file.hpp"
#include "strategies/client/words.hpp"

namespace causeway::gateway::app::commands {
namespace {

using fixspec::ExecType;
using fixspec::ExecutionReport;
using strategies::client::Event;
using strategies::client::EventBody;

// A report about the request that made it: by its own ClOrdID, which a cancel or replace passes on
// to the order it changes.
void apply_report(const ExecutionReport& report, Progress& progress) {
  progress.last = report;
  if (report.exec_type == ExecType::Rejected) {
    progress.outcome = Outcome::Rejected;
  } else if (is_terminal(report.ord_status)) {
    progress.outcome = Outcome::Done;
  } else if (report.exec_type == ExecType::New || report.exec_type == ExecType::Replaced ||
             report.exec_type == ExecType::Trade) {
    progress.outcome = Outcome::Working;
  }
}

std::string pretty_time() { return to_iso_micros(utc_now()).substr(11, 12); }

}  // namespace

void apply(const EventBody& event, const fixspec::ClOrdId& cl_ord_id, Progress& progress) {
  if (const auto* report = std::get_if<ExecutionReport>(&event)) {
    if (report->cl_ord_id == cl_ord_id) apply_report(*report, progress);
  } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event)) {
    if (reject->cl_ord_id == cl_ord_id) progress.outcome = Outcome::Rejected;
  } else if (const auto* mass = std::get_if<fixspec::OrderMassCancelReport>(&event)) {
    if (mass->cl_ord_id == cl_ord_id) {
      progress.outcome = mass->accepted ? Outcome::Done : Outcome::Rejected;
    }
  }
}

OrderSession::OrderSession(const FixOptions& options)
    : comp_id_(options.comp_id), limit_(std::chrono::seconds{options.timeout_s}) {
  const auto settings = client_settings(options);
  if (!settings) {
    settings_error_ = settings.error().text;
    return;
  }
  client_.emplace(*settings, [this](const Event& event) { on_event(event); });
}

void OrderSession::on_event(const Event& event) {
  const auto* report = std::get_if<ExecutionReport>(&event.body);
  const bool asked = report != nullptr && !status_request_.empty() &&
                     (report->ord_status_req_id == status_request_ ||
                      report->mass_status_req_id == status_request_);
  if (asked) {
    status_ = *report;
    const bool is_many = report->mass_status_req_id == status_request_;
    if (!is_many || report->last_rpt_requested || report->ord_rej_reason) status_is_last_ = true;
  }
  const bool is_reject = std::holds_alternative<strategies::client::SessionReject>(event.body) ||
                         std::holds_alternative<strategies::client::BusinessReject>(event.body);
  if (is_reject && !event.poss_dup) refused_ = true;
  if (cl_ord_id_) apply(event.body, *cl_ord_id_, progress_);
  if (quiet_ && asked) return;
  std::cout << pretty_time() << "  " << (event.poss_dup ? "(missed) " : "") << in_words(event.body)
            << std::endl;
}

int OrderSession::fail(const std::string& why, int code) {
  std::cerr << "causeway order: " << why << "\n";
  return code;
}

std::optional<int> OrderSession::connect() {
  if (!client_) return fail(settings_error_, exit_config);
  const auto connected = client_->connect();
  if (connected) return std::nullopt;
  return fail(strategies::client::with_advice(connected.error().text), exit_unavailable);
}

int OrderSession::run(const fixspec::ClientRequest& request, const fixspec::ClOrdId& cl_ord_id,
                      std::chrono::milliseconds follow) {
  cl_ord_id_ = cl_ord_id;
  const auto sent = client_->send(request);
  if (!sent) return fail(sent.error().text, exit_unavailable);
  const auto decided = [&] { return refused_ || progress_.outcome != Outcome::Pending; };
  const bool in_time = client_->run_until(decided, limit_);
  const auto ended = [&] {
    return refused_ || progress_.outcome == Outcome::Done || progress_.outcome == Outcome::Rejected;
  };
  if (in_time) client_->run_until(ended, follow);
  if (refused_ || progress_.outcome == Outcome::Rejected) return exit_failed;
  if (progress_.outcome != Outcome::Pending) return exit_ok;
  if (!client_->is_logged_on()) {
    return fail("the session ended: " + client_->disconnect_reason() +
                    ". What became of the request is not known here; ask with: causeway order "
                    "status " +
                    cl_ord_id.to_string(),
                exit_unavailable);
  }
  return fail(
      "no final answer in time; ask again with: causeway order status " + cl_ord_id.to_string(),
      exit_try_again);
}

std::optional<ExecutionReport> OrderSession::status(const fixspec::ClOrdId& cl_ord_id) {
  quiet_ = true;
  status_.reset();
  status_is_last_ = false;
  status_request_ = "s-" + std::to_string(utc_now());
  fixspec::OrderStatusRequest request;
  request.cl_ord_id = cl_ord_id;
  request.ord_status_req_id = status_request_;
  if (!client_->send(request)) return std::nullopt;
  client_->run_until([&] { return refused_ || status_is_last_; }, limit_);
  quiet_ = false;
  return status_;
}

int OrderSession::print_status(const fixspec::ClOrdId& cl_ord_id) {
  const auto report = status(cl_ord_id);
  if (!report) return fail("no answer in time", exit_try_again);
  std::cout << pretty_time() << "  " << strategies::client::in_words(*report) << "\n";
  return report->ord_rej_reason ? exit_failed : exit_ok;
}

int OrderSession::print_open_orders() {
  status_request_ = "s-" + std::to_string(utc_now());
  const auto sent = client_->send(fixspec::OrderMassStatusRequest{
      .mass_status_req_id = status_request_, .type = fixspec::MassStatusReqType::All});
  if (!sent) return fail(sent.error().text, exit_unavailable);
  client_->run_until([&] { return refused_ || status_is_last_; }, limit_);
  if (refused_) return exit_failed;
  return status_is_last_ ? exit_ok : fail("no complete answer in time", exit_try_again);
}

void OrderSession::logout() {
  if (client_) client_->logout();
}

}  // namespace causeway::gateway::app::commands
