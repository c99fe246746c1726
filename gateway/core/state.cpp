#include "gateway/core/state.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "gateway/core/record_archive.hpp"
#include "gateway/engine/state_fields.hpp"

namespace causeway::gateway::core {
namespace record {

void fields(Archive auto& a, Is<fixspec::ExecutionReport> auto& v) {
  auto& [order_id, exec_id, cl_ord_id, orig_cl_ord_id, venue_order_id, exec_type, ord_status,
         account, instrument, side, ord_type, time_in_force, price, stop_px, exec_inst, expire_time,
         order_qty, cum_qty, leaves_qty, avg_px, transact_time, trade, reject, ord_rej_reason,
         restatement_reason, exec_origin, text, ord_status_req_id, mass_status_req_id,
         tot_num_reports, last_rpt_requested] = v;
  a(order_id, exec_id, cl_ord_id, orig_cl_ord_id, venue_order_id, exec_type, ord_status, account,
    instrument, side, ord_type, time_in_force, price, stop_px, exec_inst, expire_time, order_qty,
    cum_qty, leaves_qty, avg_px, transact_time, trade, reject, ord_rej_reason, restatement_reason,
    exec_origin, text, ord_status_req_id, mass_status_req_id, tot_num_reports, last_rpt_requested);
}
void fields(Archive auto& a, Is<fixspec::OrderCancelReject> auto& v) {
  auto& [order_id, cl_ord_id, orig_cl_ord_id, ord_status, account, response_to, cxl_rej_reason,
         reject, transact_time] = v;
  a(order_id, cl_ord_id, orig_cl_ord_id, ord_status, account, response_to, cxl_rej_reason, reject,
    transact_time);
}
void fields(Archive auto& a, Is<fixspec::OrderMassCancelReport> auto& v) {
  auto& [order_id, cl_ord_id, type, accepted, total_affected_orders, affected_cl_ord_ids, reject,
         transact_time] = v;
  a(order_id, cl_ord_id, type, accepted, total_affected_orders, affected_cl_ord_ids, reject,
    transact_time);
}
void fields(Archive auto& a, Is<fixspec::TradingSessionStatus> auto& v) {
  auto& [venue, status, text] = v;
  a(venue, status, text);
}
void fields(Archive auto& a, Is<engine::SendReport> auto& v) {
  auto& [session, report, input_sequence, index] = v;
  a(session, report, input_sequence, index);
}

}  // namespace record

namespace {

using fixspec::Error;
using fixspec::Result;
using fixspec::Unexpected;

bool is_pending(fixspec::ExecType type) {
  return type == fixspec::ExecType::PendingNew || type == fixspec::ExecType::PendingCancel ||
         type == fixspec::ExecType::PendingReplace;
}

// Leaves both as new, and says why.
Unexpected<Error> give_up(engine::Engine& engine, RecentReports& unsent, std::string why) {
  std::destroy_at(&engine);
  std::construct_at(&engine);
  unsent.clear();
  return Unexpected{Error{std::move(why)}};
}

}  // namespace

void encode_state(const engine::Engine& engine, std::uint64_t last_input,
                  const RecentReports& unsent, journal::Writer& writer) {
  writer.u16(input_version);
  writer.u64(last_input);
  writer.u64(engine.state_hash());
  record::WriteArchive archive{writer};
  archive(engine, unsent);
}

Result<std::uint64_t, Error> decode_state(std::uint16_t version, std::span<const std::byte> bytes,
                                          engine::Engine& engine, RecentReports& unsent) {
  std::destroy_at(&engine);
  std::construct_at(&engine);
  unsent.clear();
  journal::Reader reader{bytes};
  const std::uint16_t fields_version = reader.u16();
  if (version != state_version || fields_version < 1 || fields_version > input_version) {
    return give_up(engine, unsent,
                   "a state of version " + std::to_string(version) + " with records of version " +
                       std::to_string(fields_version) + ", this program knows " +
                       std::to_string(state_version) + " and 1 to " +
                       std::to_string(input_version));
  }
  const std::uint64_t last_input = reader.u64();
  const std::uint64_t hash = reader.u64();
  record::ReadArchive archive{reader, fields_version};
  archive(engine, unsent);
  if (!reader.done()) return give_up(engine, unsent, "a state that does not fit its layout");
  if (engine.state_hash() != hash) {
    return give_up(engine, unsent,
                   "a state that has not the hash which it had when it was written");
  }
  return last_input;
}

journal::SnapshotMaker SnapshotSource::maker() {
  journal::SnapshotMaker maker;
  maker.restore = [this](std::uint16_t version, std::span<const std::byte> bytes) {
    return replayer_.restore(version, bytes);
  };
  maker.replay = [this](const journal::RecordView& record) { replayer_.on_record(record); };
  maker.save = [this](const std::function<bool(journal::ReportKey)>& was_sent) {
    return save(was_sent);
  };
  return maker;
}

Result<journal::AppState, Error> SnapshotSource::save(
    const std::function<bool(journal::ReportKey)>& was_sent) const {
  if (!replayer_.error().empty()) return Unexpected{Error{"journal: " + replayer_.error()}};
  journal::Writer writer;
  encode_state(engine_, replayer_.last_sequence(), unsent_of(replayer_.unsent_reports(), was_sent),
               writer);
  return journal::AppState{.version = state_version,
                           .bytes = {writer.bytes().begin(), writer.bytes().end()}};
}

// A pending state that later reports of the order have overtaken is none of them: its session did
// not want to be told (AckMode=venue).
RecentReports unsent_of(const RecentReports& recent,
                        const std::function<bool(journal::ReportKey)>& was_sent) {
  RecentReports unsent;
  std::set<fixspec::OrderId> overtaken;
  for (auto report = recent.rbegin(); report != recent.rend(); ++report) {
    const auto* execution = std::get_if<fixspec::ExecutionReport>(&report->report);
    const bool sent = was_sent({report->input_sequence, report->index});
    if (execution != nullptr && execution->order_id) {
      if (!sent && is_pending(execution->exec_type) && overtaken.contains(*execution->order_id)) {
        continue;
      }
      if (sent) overtaken.insert(*execution->order_id);
    }
    if (!sent) unsent.push_front(*report);
  }
  return unsent;
}

}  // namespace causeway::gateway::core
