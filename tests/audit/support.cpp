#include "support.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "gateway/audit/schema.hpp"

namespace causeway::gateway::audit {

// In memory where that is possible: SQLite syncs.
TemporaryDirectory::TemporaryDirectory() {
  const std::filesystem::path in_memory = "/dev/shm";
  const bool has_memory = ::access(in_memory.c_str(), W_OK) == 0;
  const auto parent = has_memory ? in_memory : std::filesystem::temp_directory_path();
  std::string name = (parent / "causeway-test-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}
TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}
std::string TemporaryDirectory::path(std::string_view name) const {
  return (path_ / name).string();
}

void EventLog::write(Level, std::string_view event,
                     std::initializer_list<fixspec::LogField> fields) {
  const std::lock_guard lock{mutex_};
  events_.emplace_back(event);
  text_ += event;
  for (const auto& [name, value] : fields) text_ += " " + std::string{name} + "=" + value;
  text_ += "\n";
}
bool EventLog::has(std::string_view event) const {
  const std::lock_guard lock{mutex_};
  return std::find(events_.begin(), events_.end(), event) != events_.end();
}
std::string EventLog::text() const {
  const std::lock_guard lock{mutex_};
  return text_;
}

ReplaySteps replay_of(const std::vector<Step>& steps) {
  return [&steps](std::uint64_t from,
                  const StepSink& sink) -> fixspec::Result<fixspec::Done, fixspec::Error> {
    for (const Step& step : steps) {
      if (step.input.sequence >= from && !sink(step)) break;
    }
    return fixspec::Done{};
  };
}

std::vector<std::string> rows(const std::string& database, const std::string& sql) {
  std::vector<std::string> found;
  const auto opened = Database::open(database, Database::Mode::ReadOnly);
  if (!opened) {
    ADD_FAILURE() << opened.error().text;
    return found;
  }
  auto statement = (*opened)->prepare(sql);
  if (!statement) {
    ADD_FAILURE() << sql << ": " << statement.error().text;
    return found;
  }
  while (true) {
    const auto row = statement->next();
    if (!row) ADD_FAILURE() << sql << ": " << row.error().text;
    if (!row || !*row) return found;
    std::string line;
    for (int i = 0; i < statement->column_count(); ++i) {
      if (i > 0) line += '|';
      line += statement->is_null(i) ? "-" : statement->text(i);
    }
    found.push_back(line);
  }
}

std::string contents(const std::string& database) {
  std::string text;
  for (const TableDefinition& table : tables()) {
    text += "[" + std::string{table.name} + "]\n";
    auto all = rows(database, "SELECT * FROM " + std::string{table.name});
    std::sort(all.begin(), all.end());
    for (const std::string& row : all) text += row + "\n";
  }
  return text;
}

}  // namespace causeway::gateway::audit
