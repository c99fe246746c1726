#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulator/binance/render.hpp"
#include "simulator/binance/stream.hpp"
#include "simulator/core/venue.hpp"

namespace causeway::simulator::binance {

/// Who listens to which account's events, and what they are told. A fill is told as TRADE_LITE,
/// ACCOUNT_UPDATE and ORDER_TRADE_UPDATE, in this order.
class UserStreams {
 public:
  UserStreams(View view, Orders& orders, core::Faults& faults, std::vector<core::Frame>& out);

  /// Tells `connection` the events of `account` under a listen key from now on.
  void subscribe(core::ConnectionId connection, const UserTarget& target, core::AccountId account,
                 bool wrapped);
  void unsubscribe(core::ConnectionId connection, std::string_view listen_key);
  void drop(core::ConnectionId connection);
  void set_wrapped(core::ConnectionId connection, bool wrapped);
  /// Tells that the key is dead; nothing comes under it any more.
  void expire(const std::string& listen_key, UtcNanos now);

  /// Tells what the events say of clients' orders.
  void publish(std::span<const core::Event> events, const std::map<core::AccountId, Account>& known,
               UtcNanos now);
  void tell_leverage(const Account& account, InstrumentIndex at, UtcNanos now);
  void tell_multi_assets(const Account& account, UtcNanos now);
  void tell_margin_type(const Account& account, InstrumentIndex at, UtcNanos now);

 private:
  struct Listener {
    core::ConnectionId connection = 0;
    core::AccountId account = 0;
    UserTarget target;
    bool wrapped = false;
  };
  // What was last told of an order that is open.
  struct Told {
    Decimal value;  // sum of amount · price of its fills
    Quantity filled;
    std::uint32_t amendments = 0;
  };
  // One ORDER_TRADE_UPDATE.
  struct Report {
    const Order& order;
    std::string_view execution_type;
    std::string_view status;
    Quantity filled;
    Decimal value;
    std::string_view expiry_reason = "0";
    const core::Execution* execution = nullptr;
  };
  using Operation = std::span<const core::Event>;

  void send(core::AccountId account, std::string_view event, std::string_view kind,
            std::string_view data, UtcNanos now);
  void publish_operation(Operation events, const std::map<core::AccountId, Account>& known,
                         UtcNanos now);
  void tell_algos(Operation events, UtcNanos now);
  void tell_accepted(Operation events, UtcNanos now);
  void tell_fills(Operation events, const std::map<core::AccountId, Account>& known, UtcNanos now);
  void tell_closed(Operation events, UtcNanos now);
  void tell_order(const Report& report, UtcNanos now);
  void tell_lite(const core::Execution& execution, UtcNanos now);
  void tell_account(const Account& account, Operation events, UtcNanos now);
  void tell_algo(const Order& order, const Algo& algo, std::string_view status, UtcNanos now);
  void write_position(JsonWriter& json, const Account& account, InstrumentIndex at,
                      core::PositionSide side) const;
  [[nodiscard]] bool is_heard(core::AccountId account) const;

  View view_;
  Orders& orders_;
  core::Faults& faults_;
  std::vector<core::Frame>& out_;
  std::vector<Listener> listeners_;
  std::unordered_map<OrderNumber, Told> told_;
};

}  // namespace causeway::simulator::binance
