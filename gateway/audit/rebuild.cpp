#include "gateway/audit/rebuild.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "gateway/audit/schema.hpp"

namespace causeway::gateway::audit {
namespace {

using fixspec::Done;
using fixspec::Unexpected;

constexpr std::size_t steps_per_transaction = 10'000;

Unexpected<DatabaseError> failed(const std::string& what) {
  return Unexpected{DatabaseError{.fault = DatabaseFault::Other, .text = "audit: " + what}};
}

bool sync_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

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
    // Until it is whole, nobody needs the file: a crash leaves it to be begun again.
    auto hurried = (*database)->execute(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;");
    if (!hurried) return Unexpected{hurried.error()};
    auto projected = project_all(**database, replay);
    if (!projected) return projected;
    count = *projected;
    // A reader may open it before the gateway does; that must not need a file beside it.
    auto finished = (*database)->execute("PRAGMA journal_mode = DELETE");
    if (!finished) return Unexpected{finished.error()};
  }
  if (!sync_file(unfinished)) return failed("can't sync " + unfinished);
  remove_files(path, {"-wal", "-shm"});
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  if (error) return failed("can't rename " + unfinished + " to " + path + ": " + error.message());
  return count;
}

}  // namespace causeway::gateway::audit
