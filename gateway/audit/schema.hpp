#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/audit/database.hpp"

namespace causeway::gateway::audit {

/// PRAGMA user_version of the databases that this build writes.
inline constexpr std::int64_t schema_version = 1;

/// A column of a table or a view.
struct ColumnDefinition {
  std::string_view name;
  std::string_view definition;   ///< a table's: type and constraints; a view's: the expression
  std::string_view description;  ///< for the data dictionary
};
/// A table; the DDL and the data dictionary are both made from this, so neither can forget a
/// column.
struct TableDefinition {
  std::string_view name;
  std::string_view description;
  std::span<const ColumnDefinition> columns;
  std::string_view constraints;  ///< table constraints, each beginning with a comma; may be empty
  std::string_view indexes;  ///< columns, each group its own index: "order_id; session, cl_ord_id"
};
struct ViewDefinition {
  std::string_view name;
  std::string_view description;
  std::span<const ColumnDefinition> columns;
  std::string_view source;  ///< what follows FROM
};

std::span<const TableDefinition> tables();
std::span<const ViewDefinition> views();

/// Makes everything in an empty database, in one transaction.
DatabaseDone create_schema(Database& database);
/// Opens the database at `path` for writing, made if there is none: WAL, synchronous=NORMAL,
/// foreign keys. One of a newer schema is Refused, one of an older schema Damaged (it is rebuilt).
DatabaseResult<std::unique_ptr<Database>> open_for_writing(const std::string& path);

}  // namespace causeway::gateway::audit
