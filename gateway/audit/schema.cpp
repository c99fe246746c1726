#include "gateway/audit/schema.hpp"

namespace causeway::gateway::audit {
namespace {

using fixspec::Done;
using fixspec::Unexpected;

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string create_indexes(const TableDefinition& table) {
  std::string sql;
  std::string_view rest = table.indexes;
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = rest.find(';');
    const auto columns = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    sql += "CREATE INDEX " + std::string{table.name} + "_index_" + std::to_string(number) + " ON " +
           std::string{table.name} + "(" + std::string{columns} + ");\n";
  }
  return sql;
}

std::string create_table(const TableDefinition& table) {
  std::string sql = "CREATE TABLE " + std::string{table.name} + "(";
  for (const ColumnDefinition& column : table.columns) {
    if (&column != &table.columns.front()) sql += ", ";
    sql += std::string{column.name} + " " + std::string{column.definition};
  }
  return sql + std::string{table.constraints} + ") STRICT;\n" + create_indexes(table);
}

/// Puts the expression for each iso(column) of a view's definition.
std::string expand_times(std::string_view expression) {
  constexpr std::string_view start = "iso(";
  std::string result;
  while (true) {
    const auto at = expression.find(start);
    if (at == std::string_view::npos) return result + std::string{expression};
    const auto end = expression.find(')', at);
    const std::string column{expression.substr(at + start.size(), end - at - start.size())};
    result += std::string{expression.substr(0, at)} + "strftime('%Y-%m-%dT%H:%M:%S', " + column +
              " / 1000000000, 'unixepoch') || printf('.%06dZ', " + column + " / 1000 % 1000000)";
    expression.remove_prefix(end + 1);
  }
}

std::string create_view(const ViewDefinition& view) {
  std::string sql = "CREATE VIEW " + std::string{view.name} + " AS SELECT ";
  for (const ColumnDefinition& column : view.columns) {
    if (&column != &view.columns.front()) sql += ", ";
    sql += expand_times(column.definition) + " AS " + std::string{column.name};
  }
  return sql + " FROM " + std::string{view.source} + ";\n";
}

std::string describe(std::string_view object, std::string_view kind, std::string_view description,
                     std::span<const ColumnDefinition> columns) {
  const std::string start =
      "INSERT INTO data_dictionary VALUES(" + quoted(object) + "," + quoted(kind) + ",";
  std::string sql = start + "''," + quoted(description) + ");\n";
  for (const ColumnDefinition& column : columns) {
    sql += start + quoted(column.name) + "," + quoted(column.description) + ");\n";
  }
  return sql;
}

}  // namespace

DatabaseDone create_schema(Database& database) {
  std::string sql = "BEGIN IMMEDIATE;\n";
  for (const TableDefinition& table : tables()) sql += create_table(table);
  for (const ViewDefinition& view : views()) sql += create_view(view);
  for (const TableDefinition& table : tables()) {
    sql += describe(table.name, "table", table.description, table.columns);
  }
  for (const ViewDefinition& view : views()) {
    sql += describe(view.name, "view", view.description, view.columns);
  }
  const std::string version = std::to_string(schema_version);
  sql += "INSERT INTO schema_version VALUES(" + version + ");\n";
  sql += "INSERT INTO watermark VALUES(1, 0, 0);\n";
  sql += "PRAGMA user_version = " + version + ";\nCOMMIT;";
  auto created = database.execute(sql);
  if (!created) static_cast<void>(database.execute("ROLLBACK"));
  return created;
}

DatabaseResult<std::unique_ptr<Database>> open_for_writing(const std::string& path) {
  auto opened = Database::open(path, Database::Mode::Create);
  if (!opened) return opened;
  Database& database = **opened;
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return Unexpected{version.error()};
  if (*version > schema_version) {
    return Unexpected{DatabaseError{
        .fault = DatabaseFault::Refused,
        .text = "audit: " + path + " has schema version " + std::to_string(*version) +
                ", this causeway writes version " + std::to_string(schema_version) +
                ": it was left alone; use the newer causeway, or move the file away and it is "
                "rebuilt from the journal"}};
  }
  const auto objects = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!objects) return Unexpected{objects.error()};
  if (*objects > 0 && *version < schema_version) {
    return Unexpected{
        DatabaseError{.fault = DatabaseFault::Damaged,
                      .text = "audit: " + path + " has schema version " + std::to_string(*version) +
                              ", this causeway writes version " + std::to_string(schema_version)}};
  }
  auto prepared = database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
      "PRAGMA temp_store = MEMORY;");
  if (prepared && *objects == 0) prepared = create_schema(database);
  if (!prepared) return Unexpected{prepared.error()};
  return opened;
}

}  // namespace causeway::gateway::audit
