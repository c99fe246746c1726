#include "gateway/app/run/replay_steps.hpp"

#include <utility>

#include "gateway/core/core.hpp"

namespace causeway::gateway::app {

audit::ReplaySteps replay_steps(std::string directory) {
  return
      [directory = std::move(directory)](std::uint64_t from_sequence, const audit::StepSink& sink) {
        return core::replay_journal(directory,
                                    [&](const engine::Input& input, engine::Outputs& outputs) {
                                      if (input.sequence < from_sequence) return true;
                                      return sink({.input = input, .outputs = std::move(outputs)});
                                    });
      };
}

}  // namespace causeway::gateway::app
