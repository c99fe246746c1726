#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "fixspec/assert.hpp"

namespace causeway::gateway::app {

/// A queue of fixed capacity that any thread may push to and pop from without ever waiting: each
/// slot carries the number of the turn that may use it next (D. Vyukov's bounded queue).
template <class T>
class BoundedQueue {
 public:
  /// `capacity` must be a power of two, at least 2.
  explicit BoundedQueue(std::size_t capacity)
      : slots_(std::make_unique<Slot[]>(capacity)), mask_(capacity - 1) {
    CAUSEWAY_ASSERT(capacity >= 2 && (capacity & mask_) == 0);
    for (std::size_t i = 0; i < capacity; ++i) slots_[i].turn.store(i, std::memory_order_relaxed);
  }

  /// False, with `value` untouched, where the queue is full.
  bool try_push(T&& value) {
    std::size_t position = next_push_.load(std::memory_order_relaxed);
    while (true) {
      Slot& slot = slots_[position & mask_];
      const std::size_t turn = slot.turn.load(std::memory_order_acquire);
      if (turn == position) {
        if (next_push_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
          slot.value = std::move(value);
          slot.turn.store(position + 1, std::memory_order_release);
          return true;
        }
      } else if (turn < position) {
        return false;
      } else {
        position = next_push_.load(std::memory_order_relaxed);
      }
    }
  }

  /// False where the queue is empty.
  bool try_pop(T& value) {
    std::size_t position = next_pop_.load(std::memory_order_relaxed);
    while (true) {
      Slot& slot = slots_[position & mask_];
      const std::size_t turn = slot.turn.load(std::memory_order_acquire);
      if (turn == position + 1) {
        if (next_pop_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
          value = std::move(slot.value);
          slot.turn.store(position + mask_ + 1, std::memory_order_release);
          return true;
        }
      } else if (turn < position + 1) {
        return false;
      } else {
        position = next_pop_.load(std::memory_order_relaxed);
      }
    }
  }

 private:
  struct Slot {
    std::atomic<std::size_t> turn{0};
    T value{};
  };

  std::unique_ptr<Slot[]> slots_;
  std::size_t mask_;
  alignas(64) std::atomic<std::size_t> next_push_{0};
  alignas(64) std::atomic<std::size_t> next_pop_{0};
};

}  // namespace causeway::gateway::app
