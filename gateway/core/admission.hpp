#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fixspec/id.hpp"
#include "gateway/engine/engine.hpp"

namespace causeway::gateway::core {

/// How much may be under way at once.
struct AdmissionLimits {
  /// Orders of one account that its venue has not answered, those of unknown outcome included.
  std::size_t pending_orders = 1'000;
  /// Orders that have not ended, of all accounts.
  std::size_t open_orders = 200'000;
};

/// Whether there is room for another order. A venue that does not answer must not let orders pile
/// up, and no client may fill the memory with orders that rest. What it says depends on the moment,
/// so it is asked before an order is journalled, and a refusal is journalled instead.
class Admission {
 public:
  Admission(const engine::Engine& engine, AdmissionLimits limits)
      : engine_(engine), limits_(limits) {}

  /// After a replay: counts what has not been answered.
  void start();
  /// The order `number` has been sent to the venue of `account`.
  void placed(const fixspec::AccountId& account, std::uint64_t number);
  /// The venue has said something about the account.
  void heard(const fixspec::AccountId& account);
  /// Why no other order of the account is taken now, naming the limit and its number.
  [[nodiscard]] std::optional<std::string> refusal(const fixspec::AccountId& account);

 private:
  struct Pending {
    std::vector<std::uint64_t> numbers;  // some of which may have been answered
    bool heard = true;                   // since they were looked through
  };
  void look_through(Pending& pending) const;

  const engine::Engine& engine_;
  AdmissionLimits limits_;
  std::map<fixspec::AccountId, Pending> accounts_;
};

}  // namespace causeway::gateway::core
