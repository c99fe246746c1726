#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "gateway/audit/database.hpp"
#include "gateway/audit/step.hpp"

namespace causeway::gateway::audit {

struct Statements;

/// Turns steps into rows. The same steps make the same rows, whoever projects them: the audit
/// thread or a rebuild. Transactions are the caller's.
class Projector {
 public:
  /// Prepares the statements; `database` must have the schema and outlive this.
  static DatabaseResult<std::unique_ptr<Projector>> make(const Database& database);
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  /// Writes the step's rows and moves the watermark to it. Steps come in the order of their
  /// sequences, each above the watermark.
  DatabaseDone project(const Step& step);

  /// How many rows a step makes, roughly: to keep transactions small.
  static std::size_t weight(const Step& step) { return 2 + step.outputs.size(); }

 private:
  explicit Projector(std::unique_ptr<Statements> statements);

  std::unique_ptr<Statements> statements_;
};

/// How far a database has got, and with which journal.
struct Watermark {
  std::uint64_t sequence = 0;
  std::uint32_t instance = 0;  ///< 0: of none yet

  friend bool operator==(const Watermark&, const Watermark&) = default;
};
DatabaseResult<Watermark> read_watermark(const Database& database);

}  // namespace causeway::gateway::audit
