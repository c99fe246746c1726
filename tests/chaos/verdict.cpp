#include "tests/chaos/verdict.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>

#include "gateway/app/demo/agreement.hpp"
#include "gateway/app/run/replay_steps.hpp"
#include "gateway/audit/database.hpp"
#include "gateway/audit/rebuild.hpp"
#include "gateway/core/record.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/journal/reader.hpp"

namespace causeway::chaos {
namespace {

using namespace std::chrono_literals;
using gateway::audit::Database;

constexpr std::size_t most_lines = 10;

// A check's findings, of which the first few are shown.
class Findings {
 public:
  Findings(Rig& rig, std::string check) : rig_(rig), check_(std::move(check)) {}
  ~Findings() {
    if (count_ > most_lines) {
      rig_.fail(check_ + ": and " + std::to_string(count_ - most_lines) + " more");
    }
  }
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;
  void add(const std::string& what) {
    if (++count_ <= most_lines) rig_.fail(check_ + ": " + what);
  }

 private:
  Rig& rig_;
  std::string check_;
  std::size_t count_ = 0;
};

// ---- to rest -----------------------------------------------------------------------------------

bool all(Rig& rig, bool (Desk::*is)() const) {
  return std::all_of(rig.desks().begin(), rig.desks().end(),
                     [is](const auto& desk) { return (*desk.*is)(); });
}

// Desks log on again where their connection broke; what they ask again is answered from the
// journal.
bool settle(Rig& rig, bool (Desk::*is)() const, std::chrono::seconds limit) {
  auto next_cancel = Rig::Clock::now();
  const bool to_the_end = is == &Desk::is_quiet;
  return rig.until(
      [&] {
        if (!rig.connect_desks()) return false;
        if (to_the_end && Rig::Clock::now() >= next_cancel) {
          for (auto& desk : rig.desks()) desk->cancel_all();
          next_cancel = Rig::Clock::now() + 2s;
        }
        return all(rig, is);
      },
      limit);
}

void come_to_rest(Rig& rig) {
  if (!rig.bring_up()) return;
  Findings unsettled{rig, "unsettled"};
  if (!settle(rig, &Desk::is_settled, 60s) || !settle(rig, &Desk::is_quiet, 60s)) {
    for (const auto& desk : rig.desks()) {
      if (const std::string what = desk->unsettled(); !what.empty()) unsettled.add(what);
    }
  }
}

// ---- ledger, desks, audit ----------------------------------------------------------------------

// No client id of ours stands twice in the ledger: a request was never carried out twice.
void check_doubled(Rig& rig, const std::string& ledger) {
  Findings findings{rig, "doubled at the venue"};
  rapidjson::Document document;
  document.Parse(ledger.data(), ledger.size());
  for (const auto& venue : document.GetObject()) {
    if (!venue.value.IsObject() || !venue.value.HasMember("orders")) continue;
    std::set<std::string> labels;
    for (const auto& row : venue.value["orders"].GetArray()) {
      const std::string label = row["label"].GetString();
      if (!labels.insert(label).second) findings.add(label);
    }
  }
}

std::vector<std::string> differences(Rig& rig) {
  const auto audited = gateway::app::read_audit(rig.audit_path());
  if (!audited) return {audited.error().text};
  const auto ledger = gateway::app::read_ledger(rig.ledger_json());
  if (!ledger) return {ledger.error().text};
  return gateway::app::compare(rig.told(), *audited, *ledger);
}

void rebuild_by_command(Rig& rig) {
  const std::string command = "'" + Rig::program("bin/causeway") + "' audit rebuild -c '" +
                              rig.path("sessions.cfg") + "' >> '" + rig.path("rebuild.log") +
                              "' 2>&1";
  if (std::system(command.c_str()) != 0) rig.fail("causeway audit rebuild failed");
}

void check_agreement(Rig& rig) {
  std::vector<std::string> differ;
  const auto agree = [&] {
    differ = differences(rig);
    return differ.empty();
  };
  // A damage in pages that nothing reads stays until somebody has the database made anew.
  if (rig.audit_was_damaged) rebuild_by_command(rig);
  if (rig.until(agree, 20s)) return;
  Findings findings{rig, "agreement"};
  for (const std::string& line : differ) findings.add(line);
}

// ---- the journal -------------------------------------------------------------------------------

void check_journal(Rig& rig) {
  namespace core = gateway::core;
  namespace engine = gateway::engine;
  namespace journal = gateway::journal;
  Findings findings{rig, "journal"};
  const std::string directory = rig.path("var/journal");
  if (const auto verified = journal::verify(directory); !verified) {
    return findings.add(verified.error().text);
  }
  auto reader = journal::JournalReader::open(directory);
  if (!reader) return findings.add(reader.error().text);
  std::map<std::string, std::size_t> placed;                // by the client id at the venue
  std::map<std::string, std::set<std::string>> reported;    // ExecIDs by session
  std::map<std::string, std::set<std::string>> to_be_told;  // those that nothing overtakes
  engine::Engine replayed;
  engine::Outputs outputs;
  while (true) {
    const auto next = reader->next();
    if (!next) return findings.add(next.error().text);
    if (!*next) break;
    const journal::RecordView& record = **next;
    if (record.type == journal::RecordType::VenueIntent) {
      const auto request = core::decode_request(record.version, record.payload);
      if (!request) return findings.add(request.error().text);
      const auto* place = std::get_if<translators::PlaceOrder>(&request->ask);
      if (place != nullptr) ++placed[place->client_id.to_string()];
    } else if (record.type == journal::RecordType::EngineInput) {
      auto body = core::decode(record.version, record.payload);
      if (!body) return findings.add(body.error().text);
      outputs.clear();
      replayed.apply({.sequence = record.sequence, .now = record.at, .body = std::move(*body)},
                     outputs);
      for (const engine::Output& output : outputs) {
        const auto* sent = std::get_if<engine::SendReport>(&output);
        if (sent == nullptr) continue;
        const auto* report = std::get_if<fixspec::ExecutionReport>(&sent->report);
        if (report == nullptr) continue;
        const bool is_pending = report->exec_type == fixspec::ExecType::PendingNew ||
                                report->exec_type == fixspec::ExecType::PendingCancel ||
                                report->exec_type == fixspec::ExecType::PendingReplace;
        reported[sent->session.to_string()].insert(report->exec_id.to_string());
        if (!is_pending) to_be_told[sent->session.to_string()].insert(report->exec_id.to_string());
      }
    }
  }
  for (const auto& [client_id, times] : placed) {
    if (times != 1) findings.add(client_id + " was placed " + std::to_string(times) + " times");
  }
  if (const auto& open = replayed.orders().open(); !open.empty()) {
    findings.add(std::to_string(open.size()) + " orders have no end");
  }
  for (const auto& desk : rig.desks()) {
    for (const std::string& exec_id : to_be_told[desk->comp_id()]) {
      if (!desk->exec_ids().contains(exec_id)) {
        findings.add("report " + exec_id + " did not come to " + desk->comp_id());
      }
    }
    for (const std::string& exec_id : desk->exec_ids()) {
      if (!reported[desk->comp_id()].contains(exec_id)) {
        findings.add("report " + exec_id + " came to " + desk->comp_id() +
                     " and is not what the journal makes");
      }
    }
    for (const auto& [order_id, order] : desk->orders()) {
      const auto* known =
          replayed.orders().find(fixspec::SessionId{desk->comp_id()}, order.newest.cl_ord_id);
      if (known == nullptr) continue;  // ended long ago
      if (known->ord_status() != order.newest.ord_status ||
          known->cum_qty != order.newest.cum_qty || known->avg_px() != order.newest.avg_px) {
        findings.add(order_id + " ended otherwise for " + desk->comp_id());
      }
    }
  }
}

// ---- the audit against one made anew -----------------------------------------------------------

// Every row of every table, sorted.
std::optional<std::vector<std::string>> rows_of(Rig& rig, const std::string& path) {
  const auto database = Database::open(path, Database::Mode::ReadOnly);
  if (!database) {
    rig.fail("audit: " + database.error().text);
    return std::nullopt;
  }
  std::vector<std::string> names, rows;
  std::string error;
  const auto read = [&](const std::string& sql, std::string_view start,
                        std::vector<std::string>& into) {
    auto statement = (*database)->prepare(sql);
    if (!statement) error = statement.error().text;
    while (statement) {
      const auto more = statement->next();
      if (!more) error = more.error().text;
      if (!more || !*more) return;
      std::string row{start};
      for (int i = 0; i < statement->column_count(); ++i) {
        row += (row.empty() ? "" : "|") + statement->text(i);
      }
      into.push_back(std::move(row));
    }
  };
  read("SELECT name FROM sqlite_master WHERE type = 'table'", "", names);
  for (const std::string& name : names) read("SELECT * FROM " + name, name, rows);
  if (!error.empty()) {
    rig.fail("audit: " + error);
    return std::nullopt;
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

void check_rebuilt_audit(Rig& rig) {
  const std::string anew = rig.path("anew.db");
  const auto made =
      gateway::audit::rebuild(anew, gateway::app::replay_steps(rig.path("var/journal")));
  if (!made) return rig.fail("audit made anew: " + made.error().text);
  const auto kept = rows_of(rig, rig.audit_path()), fresh = rows_of(rig, anew);
  if (!kept || !fresh) return;
  Findings findings{rig, "audit"};
  std::vector<std::string> only;
  std::set_difference(kept->begin(), kept->end(), fresh->begin(), fresh->end(),
                      std::back_inserter(only));
  for (const std::string& row : only) findings.add("not from the journal: " + row);
  only.clear();
  std::set_difference(fresh->begin(), fresh->end(), kept->begin(), kept->end(),
                      std::back_inserter(only));
  for (const std::string& row : only) findings.add("missing: " + row);
}

}  // namespace

void judge(Rig& rig) {
  come_to_rest(rig);
  for (const auto& desk : rig.desks()) {
    for (const std::string& complaint : desk->complaints()) rig.fail(complaint);
  }
  if (rig.gateway_runs()) {
    check_agreement(rig);
    check_doubled(rig, rig.ledger_json());
    if (!rig.gateway().stop(10s)) rig.fail("SIGTERM did not end the gateway within 10 s");
  }
  check_journal(rig);
  check_rebuilt_audit(rig);
}

}  // namespace causeway::chaos
