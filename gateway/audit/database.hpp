#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fixspec/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace causeway::gateway::audit {

/// What went wrong with a database, as far as somebody can act on it.
enum class DatabaseFault : std::uint8_t {
  Busy,     ///< another process holds a lock: try again
  Damaged,  ///< not a database, or a malformed one: only a new one helps
  Refused,  ///< written by a newer version: leave it alone
  Other,    ///< disk full, read-only, no permission: a person has to look; try again
};
struct DatabaseError {
  DatabaseFault fault = DatabaseFault::Other;
  std::string text;  ///< for people: the file and what happened
};
template <class T>
using DatabaseResult = fixspec::Result<T, DatabaseError>;
using DatabaseDone = DatabaseResult<fixspec::Done>;

class Database;

/// A prepared statement. Parameters are bound in order, each bind() taking the next place.
class Statement {
 public:
  Statement& bind(std::int64_t value);
  Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(std::uint32_t value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(bool value) { return bind(static_cast<std::int64_t>(value ? 1 : 0)); }
  /// Copied.
  Statement& bind(std::string_view value);
  Statement& bind(const char* value) { return bind(std::string_view{value}); }
  Statement& bind(const std::string& value) { return bind(std::string_view{value}); }
  Statement& bind_null();
  template <class T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  /// Forgets what was bound: ready for the next round of bind().
  void reset();
  /// Executes it and makes it ready for the next round of bind().
  DatabaseDone run();
  /// The next row: true, or false after the last (it is ready for bind() again then).
  DatabaseResult<bool> next();
  [[nodiscard]] int column_count() const;
  [[nodiscard]] std::string column_name(int index) const;
  [[nodiscard]] std::int64_t integer(int index) const;
  /// Empty for NULL.
  [[nodiscard]] std::string text(int index) const;
  [[nodiscard]] bool is_null(int index) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(const Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_parameter_ = 1;
};

/// An open SQLite database. One thread at a time. Statements must go before it does.
class Database {
 public:
  enum class Mode : std::uint8_t { ReadOnly, ReadWrite, Create };
  /// Errors name the file.
  static DatabaseResult<std::unique_ptr<Database>> open(const std::string& path, Mode mode);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements without parameters, separated by semicolons.
  DatabaseDone execute(const std::string& sql);
  DatabaseResult<Statement> prepare(std::string_view sql) const;
  /// The first column of the first row of `sql`; 0 where there is none.
  [[nodiscard]] DatabaseResult<std::int64_t> integer(std::string_view sql) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
  [[nodiscard]] DatabaseError error(int code) const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace causeway::gateway::audit
