#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/fix/acceptor.hpp"
#include "tests/fix/raw_client.hpp"

namespace causeway::tests::fix {

/// A SessionStore in memory, which outlives the acceptors of a test like a file outlives a process.
class MemorySessionStore final : public gateway::journal::SessionStore {
 public:
  struct Stored {
    std::string bytes;
    gateway::journal::ReportKey key;
  };

  [[nodiscard]] std::uint64_t next_sender_msg_seq_num() const override { return next_sender_; }
  [[nodiscard]] std::uint64_t next_target_msg_seq_num() const override { return next_target_; }
  void set_next_sender_msg_seq_num(std::uint64_t value) override { next_sender_ = value; }
  void set_next_target_msg_seq_num(std::uint64_t value) override { next_target_ = value; }
  void append(std::uint64_t msg_seq_num, std::string_view bytes,
              gateway::journal::ReportKey key) override {
    messages[msg_seq_num] = {std::string{bytes}, key};
  }
  [[nodiscard]] std::vector<gateway::journal::StoredMessage> read(
      std::uint64_t begin, std::uint64_t end, std::size_t max_messages) const override;
  void reset(fixspec::UtcNanos now) override;
  [[nodiscard]] fixspec::UtcNanos creation_time() const override { return creation_time_; }

  std::map<std::uint64_t, Stored> messages;

 private:
  std::uint64_t next_sender_ = 1;
  std::uint64_t next_target_ = 1;
  fixspec::UtcNanos creation_time_ = 0;
};

/// Keeps the events it is told.
class EventLog final : public fixspec::LogSink {
 public:
  void write(Level level, std::string_view event,
             std::initializer_list<fixspec::LogField> fields) override;
  std::vector<std::string> events;
};

/// Answers every request at once and always in the same way: orders rest, but one for a quantity of
/// 10 fills completely; cancels and replaces work while the order is open.
class Desk final : public gateway::fix::Handler {
 public:
  using Send = std::function<void(const fixspec::SessionId&, const fixspec::Report&,
                                  gateway::journal::ReportKey)>;
  Desk();

  void on_client_request(const fixspec::SessionId& session, fixspec::ClientRequest request,
                         std::uint64_t msg_seq_num) override;
  [[nodiscard]] bool knows_cl_ord_id(const fixspec::SessionId& session,
                                     const fixspec::ClOrdId& cl_ord_id) const override;
  [[nodiscard]] const std::vector<fixspec::Instrument>& instruments() const override {
    return instrument_list;
  }
  [[nodiscard]] std::vector<const fixspec::Instrument*> instruments_named(
      const fixspec::Symbol& symbol) const override;
  [[nodiscard]] std::vector<fixspec::TradingSessionStatus> venue_statuses() const override {
    return statuses;
  }
  void on_session_state(const fixspec::SessionId& session, bool logged_on,
                        const std::string& reason) override;

  struct Received {
    fixspec::SessionId session;
    fixspec::ClientRequest request;
    std::uint64_t msg_seq_num = 0;
  };
  Send send;
  std::vector<Received> requests;
  std::vector<std::string> session_states;
  std::vector<fixspec::Instrument> instrument_list;
  std::vector<fixspec::TradingSessionStatus> statuses;

 private:
  struct Order {
    fixspec::ExecutionReport state;
    bool open = true;
  };
  void answer(const fixspec::NewOrderSingle& request);
  void answer(const fixspec::OrderCancelReplaceRequest& request);
  void answer(const fixspec::OrderCancelRequest& request);
  void answer(const fixspec::OrderMassCancelRequest& request);
  void answer(const fixspec::OrderStatusRequest& request);
  void answer(const fixspec::OrderMassStatusRequest& request);
  void answer(const fixspec::RefusedRequest& request);
  void report(fixspec::ExecutionReport state, fixspec::ExecType type, fixspec::OrdStatus status);
  void emit(const fixspec::Report& report);

  std::map<std::pair<std::string, std::string>, Order> orders_;
  fixspec::SessionId session_;
  std::uint64_t input_ = 0;
  std::uint32_t output_ = 0;
  std::uint64_t next_order_ = 1;
  std::uint64_t next_exec_ = 1;
};

/// Public prices as a test sets them.
class PriceBoard final : public gateway::fix::MarketSource {
 public:
  [[nodiscard]] bool may_see(const fixspec::SessionId& session,
                             const fixspec::InstrumentKey& instrument) const override;
  const gateway::core::MarketState& watch(const fixspec::InstrumentKey& instrument,
                                          translators::MarketInterest interest) override;
  void unwatch(const fixspec::InstrumentKey& instrument,
               translators::MarketInterest interest) override;
  /// "values", "book", "trades": who watches what, in the order of the calls; "-book" ends it.
  std::vector<std::string> watched;
  std::map<fixspec::InstrumentKey, gateway::core::MarketState> states;
  std::string hidden_symbol;  ///< that no session may see
};

/// An acceptor with a Desk behind it, whose state survives restart().
class TestGateway {
 public:
  using Stores = std::function<gateway::journal::SessionStore&(const fixspec::SessionId&)>;
  /// `other_stores` take the place of the ones in memory, and `other_flush` that of none.
  explicit TestGateway(gateway::fix::Settings settings = default_settings(),
                       Stores other_stores = {}, std::function<void()> other_flush = {});
  ~TestGateway();

  /// Plain port 0, sessions OMS and OTHER without passwords.
  static gateway::fix::Settings default_settings();
  /// The process ends (without a Logout) and starts again over the same stores.
  void restart();
  /// Runs what is ready; waits a moment where nothing is, so that a test's loop does not burn.
  void pump();
  [[nodiscard]] std::function<void()> pumper() {
    return [this] { pump(); };
  }
  RawClient connect(RawClient::Options options = {}) {
    return {acceptor->plain_port(), pumper(), std::move(options)};
  }
  MemorySessionStore& store(const std::string& comp_id) { return *stores_[comp_id]; }

  gateway::fix::Settings settings;
  Desk desk;
  PriceBoard prices;
  EventLog log;
  std::uint64_t flushes = 0;
  bool may_write = true;
  std::unique_ptr<boost::asio::io_context> io;
  std::unique_ptr<gateway::fix::Acceptor> acceptor;

 private:
  void start();
  Stores other_stores_;
  std::function<void()> other_flush_;
  std::map<std::string, std::unique_ptr<MemorySessionStore>> stores_;
};

}  // namespace causeway::tests::fix
