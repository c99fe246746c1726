#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>

namespace causeway::translators::binance {

/// A map that forgets: it holds at least the newest `generation` entries that were put or found,
/// and at most twice as many.
template <class Key, class Value>
class Recent {
 public:
  explicit Recent(std::size_t generation) : generation_(generation) {}

  void put(const Key& key, Value value) {
    if (new_.size() >= generation_) old_ = std::exchange(new_, {});
    new_.insert_or_assign(key, std::move(value));
  }
  /// nullptr where it is not there; valid until the next put() or find().
  Value* find(const Key& key) {
    const auto found = new_.find(key);
    if (found != new_.end()) return &found->second;
    const auto old = old_.find(key);
    if (old == old_.end()) return nullptr;
    Value value = std::move(old->second);
    old_.erase(old);
    put(key, std::move(value));
    return &new_.at(key);
  }
  [[nodiscard]] bool contains(const Key& key) { return find(key) != nullptr; }

 private:
  std::size_t generation_;
  std::unordered_map<Key, Value> new_;
  std::unordered_map<Key, Value> old_;
};

}  // namespace causeway::translators::binance
