#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "fixspec/assert.hpp"
#include "gateway/audit/step.hpp"

namespace causeway::gateway::audit {

/// A step on its way to the audit thread.
struct QueuedStep {
  Step step;
  /// The sequence of the input before it that the core thread had for the audit, queued or not:
  /// what shows a gap. 0: the first since the thread was made.
  std::uint64_t previous = 0;
};

/// A queue of fixed capacity from one thread to another. Neither waits, neither makes a system
/// call.
class StepQueue {
 public:
  /// `capacity` must be a power of two.
  explicit StepQueue(std::size_t capacity)
      : slots_(std::make_unique<QueuedStep[]>(capacity)), mask_(capacity - 1) {
    CAUSEWAY_ASSERT(capacity > 0 && (capacity & mask_) == 0);
  }

  /// False, with `step` untouched, where the queue is full. One thread pushes.
  bool try_push(QueuedStep&& step) {
    const std::size_t at = pushed_.load(std::memory_order_relaxed);
    if (at - popped_.load(std::memory_order_acquire) > mask_) return false;
    slots_[at & mask_] = std::move(step);
    pushed_.store(at + 1, std::memory_order_release);
    return true;
  }
  /// False where the queue is empty. One thread pops.
  bool try_pop(QueuedStep& step) {
    const std::size_t at = popped_.load(std::memory_order_relaxed);
    if (at == pushed_.load(std::memory_order_acquire)) return false;
    step = std::move(slots_[at & mask_]);
    popped_.store(at + 1, std::memory_order_release);
    return true;
  }
  /// How many wait, as far as the calling thread can tell.
  [[nodiscard]] std::size_t size() const {
    return pushed_.load(std::memory_order_acquire) - popped_.load(std::memory_order_acquire);
  }

 private:
  std::unique_ptr<QueuedStep[]> slots_;
  std::size_t mask_;
  alignas(64) std::atomic<std::size_t> pushed_{0};
  alignas(64) std::atomic<std::size_t> popped_{0};
};

}  // namespace causeway::gateway::audit
