#include "gateway/engine/past_names.hpp"

#include <bit>
#include <string_view>
#include <utility>

#include "fixspec/assert.hpp"

namespace causeway::gateway::engine {
// FNV-1a over both texts with a byte between them that neither can contain, then mixed so that the
// low bits, which choose the place, depend on all of it.
std::uint64_t PastNames::name_of(const fixspec::SessionId& session, const fixspec::ClOrdId& id) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;
  const auto add = [&](std::string_view text) {
    for (const char character : text) {
      hash = (hash ^ static_cast<unsigned char>(character)) * 1'099'511'628'211ULL;
    }
  };
  add(session.view());
  add(std::string_view{"\0", 1});
  add(id.view());
  hash ^= hash >> 33U;
  hash *= 0xff51'afd7'ed55'8ccdULL;
  hash ^= hash >> 33U;
  hash *= 0xc4ce'b9fe'1a85'ec53ULL;
  return hash ^ (hash >> 33U);
}

void PastNames::set_capacity(std::size_t capacity) {
  CAUSEWAY_ASSERT(capacity >= 1 && capacity <= most_capacity);
  if (capacity == ring_.size()) return;
  const std::vector<PastName> old = std::exchange(ring_, std::vector<PastName>(capacity));
  const std::size_t count = std::exchange(size_, 0);
  const std::size_t from = std::exchange(first_, 0);
  index_.assign(std::bit_ceil(capacity * 2), 0);
  const std::size_t skipped = count > capacity ? count - capacity : 0;
  for (std::size_t i = skipped; i < count; ++i) put(old[(from + i) % old.size()], 0);
}

void PastNames::index(std::size_t at) {
  std::size_t slot = home(ring_[at].name);
  while (index_[slot] != 0) slot = (slot + 1) & (index_.size() - 1);
  index_[slot] = static_cast<std::uint32_t>(at + 1);
}

bool PastNames::put(const PastName& name, fixspec::UtcNanos before) {
  CAUSEWAY_ASSERT(!ring_.empty());
  if (const PastName* known = find(name.name)) {
    ring_[static_cast<std::size_t>(known - ring_.data())] = name;
    return false;
  }
  bool lost = false;
  if (size_ == ring_.size()) {
    lost = ring_[first_].ended_utc_ns >= before;
    drop_oldest();
  }
  const std::size_t at = (first_ + size_++) % ring_.size();
  ring_[at] = name;
  index(at);
  return lost;
}

const PastName* PastNames::find(std::uint64_t name) const {
  if (size_ == 0) return nullptr;
  for (std::size_t slot = home(name); index_[slot] != 0; slot = (slot + 1) & (index_.size() - 1)) {
    const PastName& candidate = ring_[index_[slot] - 1];
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

void PastNames::purge(fixspec::UtcNanos before) {
  while (size_ > 0 && ring_[first_].ended_utc_ns < before) drop_oldest();
}

// Without gravestones: what stands behind the freed slot, and may not be found past it, moves up.
void PastNames::drop_oldest() {
  const std::size_t mask = index_.size() - 1;
  std::size_t hole = home(ring_[first_].name);
  while (index_[hole] != first_ + 1) hole = (hole + 1) & mask;
  for (std::size_t next = (hole + 1) & mask; index_[next] != 0; next = (next + 1) & mask) {
    const std::size_t from_home = (next - home(ring_[index_[next] - 1].name)) & mask;
    if (from_home < ((next - hole) & mask)) continue;
    index_[hole] = index_[next];
    hole = next;
  }
  index_[hole] = 0;
  first_ = (first_ + 1) % ring_.size();
  --size_;
}

}  // namespace causeway::gateway::engine
