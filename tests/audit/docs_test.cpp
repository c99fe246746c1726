// docs/audit.md is right: its queries run and answer, and it names what there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "gateway/audit/rebuild.hpp"
#include "gateway/audit/schema.hpp"
#include "support.hpp"

namespace causeway::gateway::audit {
namespace {

std::string document() {
  std::ifstream file{"docs/audit.md"};
  EXPECT_TRUE(file) << "run from the source directory";
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> queries() {
  const std::string text = document();
  const std::string start = "```sql\n";
  std::vector<std::string> found;
  for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at)) {
    at += start.size();
    found.push_back(text.substr(at, text.find("```", at) - at));
  }
  return found;
}

TEST(AuditDocument, QueriesAnswerTheStory) {
  const TemporaryDirectory directory;
  const auto steps = story();
  ASSERT_TRUE(rebuild(directory.path("audit.db"), replay_of(steps)));
  std::vector<std::size_t> counts;
  for (const std::string& query : queries()) {
    counts.push_back(rows(directory.path("audit.db"), query).size());
  }
  // The last one lists disagreements, and there are none.
  EXPECT_THAT(counts, testing::ElementsAre(2, 14, 2, 1, 1, 3, 1, 5, 17, 0));
}

TEST(AuditDocument, DescribesEveryColumn) {
  const std::string text = document();
  const auto expect_all = [&](std::string_view object, std::string_view kind,
                              std::span<const ColumnDefinition> columns) {
    const std::string title = "### " + std::string{object} + " (" + std::string{kind} + ")\n";
    const auto at = text.find(title);
    ASSERT_NE(at, std::string::npos) << title;
    const std::string section = text.substr(at, text.find("\n### ", at + 1) - at);
    for (const ColumnDefinition& column : columns) {
      const std::string row =
          "| " + std::string{column.name} + " | " + std::string{column.description} + " |\n";
      EXPECT_NE(section.find(row), std::string::npos) << object << ": " << row;
    }
  };
  for (const TableDefinition& table : tables()) expect_all(table.name, "table", table.columns);
  for (const ViewDefinition& view : views()) expect_all(view.name, "view", view.columns);
}

}  // namespace
}  // namespace causeway::gateway::audit
