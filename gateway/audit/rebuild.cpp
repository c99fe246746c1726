#include "gateway/audit/rebuild.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "gateway/audit/schema.hpp"

namespace causeway::gateway::audit {
namespace {

using fixspec::Done;
using fixspec::Unexpected;

constexpr std::size_t steps_per_transaction = 10'000;

void remove_files(const std::string& path, std::initializer_list<const char*> suffixes) {
  std::error_code ignored;
  for (const char* suffix : suffixes) std::filesystem::remove(path + suffix, ignored);
}

DatabaseResult<std::uint64_t> project_all(Database& database, const ReplaySteps& replay) {
  auto projector = Projector::make(database);
  if (!projector) return Unexpected{projector.error()};
  std::uint64_t count = 0;
  std::optional<DatabaseError> failed;
  const auto check = [&](DatabaseDone done) {
    if (!done) failed = done.error();
    return !failed;
  };
  if (!check(database.execute("BEGIN"))) return Unexpected{*failed};
  const auto replayed = replay(1, [&](const Step& step) {
    if (!check((*projector)->project(step))) return false;
    ++count;
    return count % steps_per_transaction != 0 || check(database.execute("COMMIT; BEGIN"));
  });
  if (!replayed) {
    return Unexpected{DatabaseError{.fault = DatabaseFault::Other, .text = replayed.error().text}};
  }
  if (failed || !check(database.execute("COMMIT"))) return Unexpected{*failed};
  return count;
}

}  // namespace

DatabaseResult<std::uint64_t> rebuild(const std::string& path, const ReplaySteps& replay) {
  const std::string unfinished = path + ".rebuild";
  remove_files(unfinished, {"", "-wal", "-shm"});
  std::uint64_t count = 0;
  {
    auto database = open_for_writing(unfinished);
    if (!database) return Unexpected{database.error()};
    auto projected = project_all(**database, replay);
    if (!projected) return projected;
    count = *projected;
    // One file, complete: what waits in the WAL goes into it, and on to the disk.
    auto folded = (*database)->execute(
        "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = "
        "DELETE;");
    if (!folded) return Unexpected{folded.error()};
  }
  remove_files(path, {"-wal", "-shm"});
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  if (error) {
    return Unexpected{DatabaseError{.fault = DatabaseFault::Other,
                                    .text = "audit: can't put the rebuilt database in place at " +
                                            path + ": " + error.message()}};
  }
  return count;
}

}  // namespace causeway::gateway::audit
