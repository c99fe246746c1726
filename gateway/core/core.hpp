#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fixspec/log.hpp"
#include "gateway/core/admission.hpp"
#include "gateway/core/market.hpp"
#include "gateway/core/recent_reports.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/journal/binary.hpp"
#include "gateway/journal/journal.hpp"

// Joins engine and journal: every input is journalled, then applied, and what follows from it is
// done once the journal keeps it. No sockets and no clock of its own, so that a whole gateway can
// run in a test.
namespace causeway::gateway::core {

/// What the core needs the world to do. All calls on the core thread.
class Outlets {
 public:
  virtual ~Outlets() = default;
  virtual void send_report(const engine::SendReport& report) = 0;
  virtual void broadcast(const fixspec::TradingSessionStatus& status) = 0;
  virtual void send_request(const translators::VenueRequest& request) = 0;
  virtual void set_timer(const engine::SetTimer& timer) = 0;
  virtual void subscribe_market(const fixspec::InstrumentKey& instrument,
                                translators::MarketInterest interest) = 0;
  /// The newest state of an instrument that somebody watches is another one now. Called for each
  /// tick: notes it down, and does the work later.
  virtual void on_market_changed(const fixspec::InstrumentKey&) {}
  /// Every subscribed instrument has had a price: collars and values can be counted.
  virtual void on_prices_complete() = 0;
  virtual void on_alarm(const engine::Alarm& alarm) = 0;
  /// An input was applied and what follows from it done: for the audit. Must not block.
  virtual void on_applied(engine::Input&& input, engine::Outputs&& outputs) = 0;
  /// True: too much waits for the journal. Nothing more is to be read, from clients and venues,
  /// until it is called with false. Called from inside the core: what it brings about comes later.
  virtual void pause_inputs(bool paused) { static_cast<void>(paused); }
  [[nodiscard]] virtual fixspec::Timestamp now() const = 0;
};

/// How the core is set up; the rest is in the engine's StartInput.
struct Settings {
  journal::Durability durability = journal::Durability::Process;
  /// Inputs whose effects may wait for the journal; beyond it new orders are refused.
  std::size_t max_held_inputs = 4'096;
  /// Beyond it nothing more is read.
  std::size_t max_held_before_pause = 16'384;
  /// How long the oldest of them may wait; longer, and new orders are refused.
  std::int64_t max_held_ns = 100 * fixspec::nanos_per_milli;
  /// True: whoever tells of client requests calls release() after the last of those that came at
  /// once, so that one write to the journal does for them all.
  bool requests_are_followed_by_release = false;
  /// Returns when the journal is durable up to its last record; false where it cannot be now.
  std::function<bool()> make_durable;
  /// For Durability::Disk: calls release() soon, once for all that this turn has brought.
  std::function<void()> release_soon;
  /// Calls release() after a while: the journal could not keep something.
  std::function<void()> release_later;
  AdmissionLimits admission;
};

/// Rebuilds an engine's state from a journal's records, in the order in which they are given. Keeps
/// the reports of the newest inputs, so that those which a crash kept from their session can be
/// sent.
class Replayer {
 public:
  explicit Replayer(engine::Engine& engine) : engine_(engine) {}

  /// Takes one record; records that are no engine inputs are passed over.
  void on_record(const journal::RecordView& record);
  /// What could not be read, with its place; empty where all went well.
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::uint64_t inputs() const { return inputs_; }
  /// The number of the newest input; 0: there was none.
  [[nodiscard]] std::uint64_t last_sequence() const { return last_sequence_; }
  /// The reports that may not have reached their sessions.
  [[nodiscard]] RecentReports unsent_reports() const { return unsent_.unsent(); }

  /// Puts the engine into the state of a snapshot; the records behind it follow. An error leaves
  /// engine and replayer as new.
  fixspec::Result<fixspec::Done, fixspec::Error> restore(std::uint16_t version,
                                                         std::span<const std::byte> state);

 private:
  engine::Engine& engine_;
  engine::Outputs outputs_;
  UnsentReports unsent_;
  std::string error_;
  std::uint64_t inputs_ = 0;
  std::uint64_t last_sequence_ = 0;
};

/// Replays the journal in `directory` through an engine of its own, also while a gateway writes it.
/// `observer` gets every input with what follows from it, until it answers false. An error names
/// the place that cannot be read. On any thread.
fixspec::Result<fixspec::Done, fixspec::Error> replay_journal(
    const std::string& directory,
    const std::function<bool(const engine::Input&, engine::Outputs&)>& observer);

/// The core of a running gateway.
class Core final : public translators::VenueSink {
 public:
  Core(engine::Engine& engine, journal::Journal& journal, Outlets& outlets, Settings settings);

  /// The first input of this run; then the reports that the last run did not get to its sessions,
  /// and the timers that have not gone off.
  void start(engine::StartInput start, const RecentReports& recent_reports);

  void on_client_request(const fixspec::SessionId& session, fixspec::ClientRequest request,
                         std::uint64_t msg_seq_num);
  void on_timer(std::uint64_t timer_id);
  void on_venue_event(translators::VenueEvent event) override;
  void on_market_update(const translators::MarketUpdate& update) override;
  void on_book_update(const translators::BookUpdate& update) override;
  void on_public_trade(const translators::PublicTrade& trade) override;

  /// Whether the session's [SESSION] Symbols cover the instrument.
  [[nodiscard]] bool may_see_market(const fixspec::SessionId& session,
                                    const fixspec::InstrumentKey& instrument) const;
  /// One more watches this of the instrument, which its venue sends from now on. The state stays
  /// where it is until unwatch_market() with the same interest.
  const MarketState& watch_market(const fixspec::InstrumentKey& instrument,
                                  translators::MarketInterest interest);
  void unwatch_market(const fixspec::InstrumentKey& instrument,
                      translators::MarketInterest interest);

  /// Does what waits for the journal, as far as the journal has got. While it cannot write, cancels
  /// go out all the same and everything else waits.
  void release();
  [[nodiscard]] const engine::Engine& engine() const { return engine_; }
  /// Every instrument of every venue, for a SecurityList.
  [[nodiscard]] const std::vector<fixspec::Instrument>& instruments() const;

 private:
  struct Held {
    std::uint64_t sequence = 0;  // of the last record that it made
    engine::Input input;
    engine::Outputs outputs;
    bool reported = false;  // its reports have been given to their sessions
  };
  void apply(engine::InputBody body, bool release_follows = false);
  void release_now_or_soon();
  /// Gives sessions the reports of what is held: they are kept in the journal, too, and so are
  /// written with it.
  void report_held();
  void carry_out(const engine::Output& output);
  /// Sends the cancels among what is held, each once.
  void send_held_cancels();
  /// The prices for an order, and its feed subscribed if it was not.
  risk::ReferencePrices reference_for(const fixspec::AccountId& account,
                                      const fixspec::InstrumentRef& instrument);
  /// The prices that risk decisions need, from now on.
  void want_prices(const fixspec::InstrumentKey& instrument);
  /// The feeds of what sessions may trade, futures first, as far as a connection carries them; the
  /// rest is subscribed with its first order.
  void subscribe_tradable();
  /// A refusal in place of a request that would make more risk, where something is full or the
  /// journal is in trouble.
  void refuse_where_full(const fixspec::SessionId& session, fixspec::ClientRequest& request);
  [[nodiscard]] std::optional<std::string> journal_trouble() const;
  void pause_where_full();

  engine::Engine& engine_;
  journal::Journal& journal_;
  Outlets& outlets_;
  Settings settings_;
  Market market_;
  risk::Permissions permissions_;
  journal::Writer writer_;
  std::deque<Held> held_;
  std::vector<engine::Outputs> spare_outputs_;  // their memory is used again
  Admission admission_;
  bool releasing_ = false;
  bool paused_ = false;
  mutable std::vector<fixspec::Instrument> instruments_;
  mutable bool instruments_current_ = false;
};

}  // namespace causeway::gateway::core
