#include "gateway/core/recent_reports.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/engine/ids.hpp"

namespace causeway::gateway::core {

void UnsentReports::add(engine::SendReport&& report) {
  Entry entry{.key = {report.input_sequence, report.index}};
  const auto* execution = std::get_if<fixspec::ExecutionReport>(&report.report);
  if (execution != nullptr && execution->order_id) {
    entry.order = engine::number_of(*execution->order_id).value_or(0);
    entry.is_pending = execution->exec_type == fixspec::ExecType::PendingNew ||
                       execution->exec_type == fixspec::ExecType::PendingCancel ||
                       execution->exec_type == fixspec::ExecType::PendingReplace;
  }
  entry.report = std::make_unique<engine::SendReport>(std::move(report));
  entries_.push_back(std::move(entry));
  if (entries_.size() > most) entries_.pop_front();
}

void UnsentReports::mark_sent(journal::ReportKey key) {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), key,
      [](const Entry& entry, journal::ReportKey wanted) { return entry.key < wanted; });
  if (found == entries_.end() || found->key != key) return;
  found->report.reset();
  // What was sent matters only to earlier ones.
  while (!entries_.empty() && entries_.front().report == nullptr) entries_.pop_front();
}

RecentReports UnsentReports::unsent() const {
  RecentReports reports;
  std::set<std::uint64_t> overtaken;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->report == nullptr) {
      if (entry->order != 0) overtaken.insert(entry->order);
    } else if (!entry->is_pending || !overtaken.contains(entry->order)) {
      reports.push_front(*entry->report);
    }
  }
  return reports;
}

}  // namespace causeway::gateway::core
