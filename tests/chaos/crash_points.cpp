#include "tests/chaos/crash_points.hpp"

namespace causeway::chaos {
namespace {

// In the order in which a request, its answers and a restart pass them.
constexpr CrashPoint points[] = {
    // A request of a client, or what a venue told.
    {"venue_fact_read", Reached::Trading},
    {"input_appended", Reached::Trading},
    {"intents_appended", Reached::Trading},
    {"report_due", Reached::Trading},
    {"report_stored", Reached::Trading},
    {"journal_before_write", Reached::Trading},
    {"journal_written", Reached::Trading},
    {"input_kept", Reached::Trading},
    {"request_due", Reached::Trading},
    {"venue_write_due", Reached::Trading},
    {"request_handed_over", Reached::Trading},
    {"venue_written", Reached::Trading},
    {"input_carried_out", Reached::Trading},
    {"fix_write_due", Reached::Trading},
    {"fix_written", Reached::Trading},
    // The other threads.
    {"sync_due", Reached::Idling},
    {"sync_done", Reached::Idling},
    {"chain_entry_due", Reached::Idling},
    {"chain_entry_written", Reached::Idling},
    {"snapshot_written", Reached::Idling},
    {"snapshot_synced", Reached::Idling},
    {"snapshot_named", Reached::Idling},
    {"snapshot_removed", Reached::Idling},
    {"segment_archived", Reached::Idling},
    {"audit_commit_due", Reached::Idling},
    {"audit_committed", Reached::Idling},
    // Files and sessions that begin anew.
    {"segment_made", Reached::Rolling},
    {"segment_named", Reached::Rolling},
    {"session_reset_appended", Reached::Resetting},
    // A start.
    {"start_snapshot_taken", Reached::Starting},
    {"start_journal_read", Reached::Starting},
    {"start_tail_cut", Reached::Starting},
    {"start_epoch_appended", Reached::Starting},
    {"run_begun", Reached::Starting},
    {"unsent_reports_sent", Reached::Starting},
    {"recovery_link_told", Reached::Starting},
    {"recovery_trades_taken", Reached::Starting},
    {"recovery_open_orders_taken", Reached::Starting},
    {"recovery_order_answered", Reached::Starting},
    {"recovery_positions_taken", Reached::Starting},
};

}  // namespace

std::span<const CrashPoint> crash_points() { return points; }

}  // namespace causeway::chaos
