#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixspec/amount.hpp"
#include "tests/simulation/fix_network.hpp"

namespace causeway::simulation {

/// The fields of a FIX message, in their order.
using Fields = std::vector<std::pair<int, std::string>>;

/// A client's order management: its own FIX session, written from the protocol alone, with its
/// sequence numbers, its memory of what was sent, and what the reports say of each order. It throws
/// Broken where a report contradicts an earlier one or the protocol.
class Oms final : public FixPeer {
 public:
  struct Order {
    std::string cl_ord_id;  ///< of its NewOrderSingle
    std::string newest_id;  ///< of the last accepted request
    std::string order_id;   ///< 37
    std::string venue;      ///< 207
    std::string symbol;     ///< 55
    std::string side;       ///< 54
    std::string request;    ///< the NewOrderSingle's body, to be repeated
    char status = 0;        ///< 39; 0: nothing was heard
    fixspec::Quantity order_qty, cum_qty, leaves_qty;
    fixspec::Quantity filled;                         ///< the sum of LastQty
    std::map<std::string, fixspec::Quantity> trades;  ///< by the venue's trade id (527)
    bool was_rejected = false;                        ///< it was once told 150=8
    std::set<std::string> waiting;                    ///< requests on it that have no answer yet

    [[nodiscard]] bool is_open() const;
    [[nodiscard]] bool is_settled() const;
  };

  explicit Oms(std::string comp_id);
  ~Oms() override;

  /// Connects and logs on, where it is not connected.
  void connect();
  [[nodiscard]] bool connected() const { return pipe_ != nullptr; }
  [[nodiscard]] bool logged_on() const { return logged_on_; }
  /// The connection breaks.
  void cut();
  /// Heartbeats. To be called about once a second.
  void on_second();

  /// A NewOrderSingle; `terms` from 54 on, without ClOrdID.
  void send_order(const std::string& account, const std::string& venue, const std::string& symbol,
                  const std::string& side, const std::string& terms);
  void send_cancel(Order& order);
  void send_replace(Order& order, const std::string& quantity, const std::string& price);
  void send_mass_cancel();
  /// The NewOrderSingle again, with PossResend(97)=Y.
  void repeat(const Order& order);

  [[nodiscard]] std::map<std::string, Order>& orders() { return orders_; }
  [[nodiscard]] const std::string& comp_id() const { return comp_id_; }
  /// Orders that wait for something.
  [[nodiscard]] std::vector<std::string> unsettled() const;
  [[nodiscard]] std::uint64_t reports() const { return reports_; }

 private:
  void on_bytes(std::string_view bytes) override;
  void on_closed() override;
  void on_message(const Fields& fields, const std::string& text);
  void on_application(const Fields& fields, const std::string& text, bool poss_resend);
  void on_report(const Fields& fields, const std::string& text, bool poss_resend);
  void resend(std::uint64_t begin);
  void send(const std::string& body);
  void write(std::uint64_t number, const std::string& body, const std::string& more_header);
  std::string next_id(char kind);
  [[noreturn]] void broken(const std::string& rule, const std::string& text) const;

  struct Sent {
    std::string body;
    std::string sending_time;
    bool application = false;
  };
  std::string comp_id_;
  std::shared_ptr<FixNetwork::Pipe> pipe_;
  bool logged_on_ = false;
  bool gap_asked_ = false;
  std::string input_;
  std::uint64_t next_out_ = 1;
  std::uint64_t next_in_ = 1;
  std::int64_t last_sent_ = 0;
  std::map<std::uint64_t, Sent> sent_;
  std::map<std::string, Order> orders_;
  std::map<std::string, std::string> order_of_;  ///< request's ClOrdID -> its order's
  std::set<std::string> exec_ids_;
  std::uint64_t ids_ = 0;
  std::uint64_t reports_ = 0;
};

}  // namespace causeway::simulation
