#include "gateway/audit/projector.hpp"

#include <utility>

#include "gateway/audit/step_writer.hpp"

namespace causeway::gateway::audit {

using fixspec::Unexpected;

Projector::Projector(std::unique_ptr<Statements> statements) : statements_(std::move(statements)) {}
Projector::~Projector() = default;

DatabaseResult<std::unique_ptr<Projector>> Projector::make(const Database& database) {
  auto statements = Statements::prepare(database);
  if (!statements) return Unexpected{statements.error()};
  return std::unique_ptr<Projector>{new Projector{*std::move(statements)}};
}

DatabaseDone Projector::project(const Step& step) { return StepWriter{*statements_, step}.write(); }

DatabaseResult<Watermark> read_watermark(const Database& database) {
  const auto sequence = database.integer("SELECT sequence FROM watermark");
  if (!sequence) return Unexpected{sequence.error()};
  const auto instance = database.integer("SELECT instance FROM watermark");
  if (!instance) return Unexpected{instance.error()};
  return Watermark{.sequence = static_cast<std::uint64_t>(*sequence),
                   .instance = static_cast<std::uint32_t>(*instance)};
}

}  // namespace causeway::gateway::audit
