#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/id.hpp"
#include "fixspec/time.hpp"

namespace causeway::gateway::engine {

/// What is kept of a ClOrdID whose order is no longer kept whole, or that is one of very many names
/// of an order that still works: enough to refuse it as a duplicate, and to say how its order
/// ended.
struct PastName {
  std::uint64_t name = 0;    ///< name_of() the session and the ClOrdID
  std::uint64_t number = 0;  ///< of the order
  std::uint32_t epoch = 0;   ///< in which the order was made; with the number: its OrderID
  /// Of the order that has ended; none: it was still working.
  std::optional<fixspec::OrdStatus> final_status;
  fixspec::UtcNanos ended_utc_ns = 0;  ///< when the order ended, or when later names took its place
  fixspec::Quantity cum_qty;
  fixspec::Price avg_px;
};

/// The newest `capacity` past names. Memory for all of them is taken at once, so that a gateway
/// that runs for long does not grow; at the bound the oldest is forgotten.
class PastNames {
 public:
  /// 64 bits of both, the same for ever: two names in a million that are taken for one another are
  /// less likely than 1 in 10^7, and then a new order is refused as a duplicate.
  static std::uint64_t name_of(const fixspec::SessionId& session, const fixspec::ClOrdId& id);

  static constexpr std::size_t most_capacity = std::size_t{1} << 30;
  /// Keeps the newest `capacity` of what is there. 1 to most_capacity.
  void set_capacity(std::size_t capacity);
  [[nodiscard]] std::size_t capacity() const { return ring_.size(); }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// A name that is there already is written over. True where the oldest had to be forgotten for it
  /// although it had not ended before `before`.
  bool put(const PastName& name, fixspec::UtcNanos before);
  /// nullptr: never used, or too long ago. Valid until the next change.
  [[nodiscard]] const PastName* find(std::uint64_t name) const;
  /// Forgets what had ended before `before`.
  void purge(fixspec::UtcNanos before);
  /// Calls `visit` for each, oldest first.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t i = 0; i < size_; ++i) visit(ring_[(first_ + i) % ring_.size()]);
  }
  /// What it remembers, for a snapshot: state_fields.hpp.
  template <class Archive, class Self>
  static void fields(Archive& a, Self& v);

 private:
  [[nodiscard]] std::size_t home(std::uint64_t name) const { return name & (index_.size() - 1); }
  void index(std::size_t at);
  void drop_oldest();

  std::vector<PastName> ring_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  // Open addressing, linear probing: 1 + the place in the ring; 0: free. At most half full.
  std::vector<std::uint32_t> index_;
};

}  // namespace causeway::gateway::engine
