#include <algorithm>
#include <compare>
#include <set>
#include <string>
#include <utility>

#include "translators/deribit/private_session.hpp"

// Orders that nothing else finds are looked for in the history of their instrument. After a restart
// these are hundreds at once, so one reading serves all that ask: an order that is not on its pages
// was not there when they were read, which is after each of its searches was begun.
namespace causeway::translators::deribit {
namespace {

// Of an archive that is longer than this, nobody can say that an order is not in it.
constexpr std::int64_t longest_history = 100'000;
// Clocks differ.
constexpr std::int64_t history_margin_ns = 10 * fixspec::nanos_per_second;

// The rows of a page by each name that an order may be asked for by.
class RowsByName {
 public:
  explicit RowsByName(const std::vector<wire::Order>& rows) : rows_(rows) {
    entries_.reserve(rows.size() * 3);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      entries_.push_back({Kind::Label, rows[row].label, row});
      entries_.push_back({Kind::Id, rows[row].order_id, row});
      entries_.push_back({Kind::Id, rows[row].trigger_order_id, row});
    }
    std::sort(entries_.begin(), entries_.end());
  }

  [[nodiscard]] std::vector<wire::Order> of(
      std::string_view label, const std::optional<fixspec::VenueOrderId>& order_id) const {
    std::set<std::size_t> found;  // in the order of the page
    const auto add = [&](Kind kind, std::string_view name) {
      auto at = std::lower_bound(entries_.begin(), entries_.end(), Entry{kind, name, 0});
      for (; at != entries_.end() && at->kind == kind && at->name == name; ++at) {
        found.insert(at->row);
      }
    };
    if (!label.empty()) add(Kind::Label, label);
    if (order_id) add(Kind::Id, order_id->view());
    std::vector<wire::Order> rows;
    for (const std::size_t row : found) rows.push_back(rows_[row]);
    return rows;
  }

 private:
  enum class Kind : std::uint8_t { Label, Id };
  struct Entry {
    Kind kind;
    std::string_view name;
    std::size_t row;
    auto operator<=>(const Entry&) const = default;
  };
  const std::vector<wire::Order>& rows_;
  std::vector<Entry> entries_;
};

}  // namespace

void PrivateSession::search_history(Job& job, Step step) {
  job.step = step;
  Walk& walk = walks_[{std::get<QueryOrder>(job.request.ask).instrument, step == Step::Archive}];
  const auto reader = jobs_.find(walk.reader);
  // The first page may still wait for the rate limit.
  const bool unread =
      reader != jobs_.end() && reader->second.offset == 0 && reader->second.frame == 0;
  (unread ? walk.searches : walk.next).push_back(job.number);
}

// Behind everything that a message or a moment brings, so that a reading has all searches of it.
void PrivateSession::begin_walks(fixspec::Timestamp now) {
  for (auto& [history, walk] : walks_) {
    std::erase_if(walk.next, [this](std::uint64_t number) { return !jobs_.contains(number); });
    if (walk.reader == 0 && !walk.next.empty()) begin_walk(history, walk, now);
  }
  std::erase_if(walks_, [](const auto& entry) {
    return entry.second.reader == 0 && entry.second.next.empty();
  });
}

void PrivateSession::begin_walk(const History& history, Walk& walk, fixspec::Timestamp now) {
  walk.searches = std::exchange(walk.next, {});
  walk.reader = ++last_job_;
  Job& reader = jobs_[walk.reader];
  reader.number = walk.reader;
  reader.reads_history = true;
  reader.kind = AskKind::QueryOrder;
  reader.step = history.second ? Step::Archive : Step::RecentHistory;
  QueryOrder ask;
  ask.instrument = history.first;
  reader.request.ask = std::move(ask);
  reader.may_have_left = true;  // its searches have asked elsewhere before
  reader.deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns;
  perform(reader, now);
}

void PrivateSession::on_history_page(Job& reader, fixspec::Timestamp now) {
  if (reader.answered) return forget(reader.number);
  const auto rows = link_.body().orders();
  if (!rows) return answer_unknown(reader, rows.error().text);
  Walk& walk = walks_.at(
      {std::get<QueryOrder>(reader.request.ask).instrument, reader.step == Step::Archive});
  walk.searches = search_page(*rows, std::exchange(walk.searches, {}), now);
  if (walk.searches.empty()) {
    walk.reader = 0;
    return forget(reader.number);
  }
  reader.offset += rows_a_page;
  if (reader.offset >= longest_history) {
    return answer_unknown(reader, "the order is not among the last " +
                                      std::to_string(longest_history) + " of its instrument");
  }
  // A long history may take longer than one request: every page has the time of one.
  reader.deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns;
  perform(reader, now);
}

// Those that have to read on.
std::vector<std::uint64_t> PrivateSession::search_page(const std::vector<wire::Order>& rows,
                                                       const std::vector<std::uint64_t>& searches,
                                                       fixspec::Timestamp now) {
  const bool full = static_cast<std::int64_t>(rows.size()) >= rows_a_page;
  const RowsByName by_name{rows};
  std::vector<std::uint64_t> left;
  for (const std::uint64_t number : searches) {
    const auto at = jobs_.find(number);
    if (at == jobs_.end()) continue;
    Job& job = at->second;
    job.deadline_mono_ns = now.mono_ns + settings_.request_timeout_ns;
    const Wanted order = wanted(job.request);
    const auto found = by_name.of(order.client_id.view(), order.order_id);
    if (!found.empty()) {
      on_found(job, found, now);
    } else if (full && !is_before(rows.back(), job.request)) {
      left.push_back(number);
    } else {
      search_on(job, now);
    }
  }
  return left;
}

// What the reader is told holds for each search that needs its page. Those of the next reading do
// not.
void PrivateSession::fail_walk(const Job& reader, const Told& told) {
  const auto failed = std::find_if(walks_.begin(), walks_.end(), [&](const auto& entry) {
    return entry.second.reader == reader.number;
  });
  if (failed == walks_.end()) return;
  failed->second.reader = 0;
  for (const std::uint64_t number : std::exchange(failed->second.searches, {})) {
    const auto job = jobs_.find(number);
    if (job == jobs_.end()) continue;
    Told own = told;
    std::visit(
        [&](auto& outcome) {
          if constexpr (requires { outcome.kind; }) {
            outcome.request_id = job->second.request.request_id;
            outcome.client_id = client_id_of(job->second.request.ask);
          }
        },
        own);
    answer(job->second, std::move(own));
  }
}

// The history is told newest first, so behind a row that changed last before the order was made
// there is nothing to look for: an account that trades a lot has more rows than anybody can read.
bool PrivateSession::is_before(const wire::Order& row, const VenueRequest& request) const {
  const auto* const query = std::get_if<QueryOrder>(&request.ask);
  if (query == nullptr || query->placed_at == 0) return false;
  const std::int64_t placed_ms =
      link_.clock().to_venue(query->placed_at - history_margin_ns) / fixspec::nanos_per_milli;
  return row.last_update_timestamp_ms < placed_ms;
}

}  // namespace causeway::translators::deribit
