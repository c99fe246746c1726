#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/engine/engine.hpp"

namespace causeway::gateway::engine {

/// An engine with one account, two sessions and one instrument, and a venue that the test plays.
/// What the engine puts out is written in the notation of the order-state cases:
///   `8(Y/X) 150/39 38/14/151`, `9(Y/X) 39=.. 102=..`, and `> place`, `> amend 110@60000`, `>
///   cancel`.
class World {
 public:
  static constexpr std::string_view symbol = "BTC-PERPETUAL";

  /// Inputs are numbered in steps: in a journal, other records stand between them.
  explicit World(bool ready = true, std::uint64_t sequence_step = 1);

  /// Applies one input and remembers it; its outputs are what take() then tells.
  void apply(InputBody body);
  /// What was put out since the last call, a line each; audit rows and info left out.
  std::string take();

  // The client.
  void new_order(std::string_view cl_ord_id, std::string_view qty, std::string_view price = "60000",
                 fixspec::Side side = fixspec::Side::Buy);
  fixspec::NewOrderSingle order(std::string_view cl_ord_id, std::string_view qty,
                                std::string_view price = "60000") const;
  void request(fixspec::ClientRequest request, std::string_view session = "OMS1");
  void replace(std::string_view cl_ord_id, std::string_view orig, std::string_view qty,
               std::string_view price = "60000");
  void cancel(std::string_view cl_ord_id, std::string_view orig);

  // The venue. Each speaks of the newest order unless told otherwise.
  void told(translators::Told told);
  translators::OrderUpdate update(translators::VenueOrderState state, std::string_view cum = "0",
                                  translators::Source source = translators::Source::Stream);
  translators::Fill fill(std::string_view trade_id, std::string_view qty,
                         std::string_view price = "60000",
                         translators::Source source = translators::Source::Stream);
  void ack() { told(update(translators::VenueOrderState::Open)); }
  void fills(std::string_view trade_id, std::string_view qty) { told(fill(trade_id, qty)); }
  void canceled(std::string_view cum = "0", std::string_view reason = "");
  void amended(std::string_view qty, std::string_view price = "60000");
  void refused(translators::AskKind kind, fixspec::RejectCode code, bool may_be_closed = false,
               bool may_pass_later = false);
  void unknown(translators::AskKind kind);
  void answer(bool found, translators::OrderUpdate order = {},
              std::vector<translators::Fill> fills = {});
  void link(bool up);
  /// Answers a whole recovery: nothing missed, `open` listed, positions as they are here.
  void recover(std::vector<translators::OrderUpdate> open = {},
               std::vector<translators::Fill> trades = {});
  /// Answers the newest query of positions: what the venue holds of the instrument.
  void positions(std::string_view size);
  /// Answers the newest query of open orders.
  void open_orders(std::vector<translators::OrderUpdate> open);
  /// An order of the account that is not ours.
  translators::OrderUpdate external(std::string_view venue_order_id, std::string_view qty,
                                    std::string_view cum = "0") const;
  /// Starts anew with these settings of the account, and recovers.
  void set(const AccountSettings& settings);
  void run_timers(std::int64_t milliseconds);
  void restart();

  /// The newest request of that kind.
  [[nodiscard]] translators::RequestId request_id(translators::AskKind kind) const;
  /// From when on the newest query of trades asks.
  [[nodiscard]] fixspec::UtcNanos trades_asked_since() const;
  [[nodiscard]] const Order& newest() const;
  [[nodiscard]] risk::InstrumentExposure exposure() const;
  [[nodiscard]] fixspec::InstrumentKey instrument() const;

  StartInput start;
  Engine engine;
  risk::ReferencePrices reference;  ///< what the core attaches to requests
  std::vector<Input> inputs;
  /// Both clocks go on.
  void pass(std::int64_t nanos) {
    now.utc_ns += nanos;
    now.mono_ns += nanos;
  }
  fixspec::Timestamp now{.utc_ns = 1'790'000'000'000'000'000, .mono_ns = 1'000'000'000};

 private:
  Outputs outputs_;
  std::vector<translators::VenueRequest> requests_;
  std::uint64_t sequence_step_ = 1;
  std::uint64_t sequence_ = 0;
};

fixspec::Quantity qty(std::string_view text);
fixspec::Price px(std::string_view text);

}  // namespace causeway::gateway::engine
