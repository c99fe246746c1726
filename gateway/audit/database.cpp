#include "gateway/audit/database.hpp"

#include <sqlite3.h>

#include "fixspec/assert.hpp"

namespace causeway::gateway::audit {
namespace {

using fixspec::Done;
using fixspec::Unexpected;

DatabaseFault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DatabaseFault::Busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DatabaseFault::Damaged;
    default:
      return DatabaseFault::Other;
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  next_parameter_ = 1;
}

Statement& Statement::bind(std::int64_t value) {
  CAUSEWAY_ASSERT(sqlite3_bind_int64(statement_.get(), next_parameter_++, value) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* const text = value.empty() ? "" : value.data();
  CAUSEWAY_ASSERT(sqlite3_bind_text64(statement_.get(), next_parameter_++, text, value.size(),
                                      SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind_null() {
  CAUSEWAY_ASSERT(sqlite3_bind_null(statement_.get(), next_parameter_++) == SQLITE_OK);
  return *this;
}

DatabaseDone Statement::run() {
  CAUSEWAY_ASSERT(next_parameter_ == sqlite3_bind_parameter_count(statement_.get()) + 1);
  int code = sqlite3_step(statement_.get());
  while (code == SQLITE_ROW) code = sqlite3_step(statement_.get());
  if (code == SQLITE_DONE) {
    reset();
    return Done{};
  }
  Unexpected<DatabaseError> failed{database_->error(code)};
  reset();
  return failed;
}

DatabaseResult<bool> Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Unexpected<DatabaseError> failed{database_->error(code)};
  reset();
  return failed;
}

int Statement::column_count() const { return sqlite3_column_count(statement_.get()); }
std::string Statement::column_name(int index) const {
  return sqlite3_column_name(statement_.get(), index);
}
std::int64_t Statement::integer(int index) const {
  return sqlite3_column_int64(statement_.get(), index);
}
std::string Statement::text(int index) const {
  const auto* const text = sqlite3_column_text(statement_.get(), index);
  return text == nullptr ? std::string{} : reinterpret_cast<const char*>(text);
}
bool Statement::is_null(int index) const {
  return sqlite3_column_type(statement_.get(), index) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

DatabaseResult<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::Create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database{new Database{path, handle}};
  if (code != SQLITE_OK) return Unexpected{database->error(code)};
  return database;
}

DatabaseError Database::error(int code) const {
  std::string text = "audit: " + path_ + ": ";
  text += handle_ != nullptr ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return {.fault = fault_of(code), .text = std::move(text)};
}

DatabaseDone Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Unexpected{error(code)};
  return Done{};
}

DatabaseResult<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Unexpected{error(code)};
  return Statement{*this, statement};
}

DatabaseResult<std::int64_t> Database::integer(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) return Unexpected{statement.error()};
  const auto row = statement->next();
  if (!row) return Unexpected{row.error()};
  return *row ? statement->integer(0) : std::int64_t{0};
}

}  // namespace causeway::gateway::audit
