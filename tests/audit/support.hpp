#pragma once

#include <filesystem>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/log.hpp"
#include "gateway/audit/audit_thread.hpp"
#include "gateway/audit/database.hpp"
#include "gateway/audit/step.hpp"

namespace causeway::gateway::audit {

/// A directory of its own that goes when the test ends.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  [[nodiscard]] std::string path(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

/// Keeps the events of log lines.
class EventLog final : public fixspec::LogSink {
 public:
  void write(Level level, std::string_view event,
             std::initializer_list<fixspec::LogField> fields) override;
  [[nodiscard]] bool has(std::string_view event) const;
  [[nodiscard]] std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
  std::string text_;
};

fixspec::Price price(std::string_view text);
fixspec::Quantity quantity(std::string_view text);

/// The story that the audit's tests and its documentation tell: a run starts, instruments come,
/// order A1 is accepted, filled partly and then fully; A2 rests, is replaced and cancelled; A3 is
/// refused by risk, A4 by the venue; a cancel of an order that nobody knows is refused; A5's
/// outcome is unknown; A6 rests.
std::vector<Step> story();
/// `count` steps more, each a small order of its own, from sequence `first` on.
std::vector<Step> many_orders(std::uint64_t first, std::size_t count);

/// Hands out the steps of a list, as a replay of the journal would.
ReplaySteps replay_of(const std::vector<Step>& steps);

/// All rows of a query, each with its columns joined by `|`, NULL as `-`.
std::vector<std::string> rows(const std::string& database, const std::string& sql);
/// Every row of every table of a database, in one text: equal for equal contents.
std::string contents(const std::string& database);

}  // namespace causeway::gateway::audit
