#include "gateway/app/run/gateway.hpp"

#include <malloc.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <utility>

#include "gateway/app/exit_code.hpp"
#include "gateway/app/run/replay_steps.hpp"
#include "gateway/app/run/settings.hpp"
#include "gateway/app/run/snapshot_thread.hpp"
#include "gateway/app/run/timers.hpp"
#include "gateway/audit/audit_thread.hpp"
#include "gateway/core/core.hpp"
#include "gateway/fix/acceptor.hpp"
#include "gateway/journal/journal.hpp"

namespace causeway::gateway::app {
namespace {

// How long a hybrid core spins after the last event before it sleeps.
constexpr std::chrono::microseconds hybrid_spin{50};
// How soon what the journal could not keep is tried again.
constexpr std::chrono::milliseconds release_retry{10};
// How long the core waits for a sync of the disk before it goes on with what needs none.
constexpr std::chrono::milliseconds disk_patience{5};

fixspec::Timestamp clock_now() {
  timespec utc{}, mono{};
  clock_gettime(CLOCK_REALTIME, &utc);
  clock_gettime(CLOCK_MONOTONIC, &mono);
  return {.utc_ns = utc.tv_sec * fixspec::nanos_per_second + utc.tv_nsec,
          .mono_ns = mono.tv_sec * fixspec::nanos_per_second + mono.tv_nsec};
}

fixspec::LogSink::Level level_of(engine::Alarm::Severity severity) {
  switch (severity) {
    case engine::Alarm::Severity::Info:
      return fixspec::LogSink::Level::Info;
    case engine::Alarm::Severity::Warning:
      return fixspec::LogSink::Level::Warning;
    case engine::Alarm::Severity::Critical:
      return fixspec::LogSink::Level::Error;
  }
  return fixspec::LogSink::Level::Error;
}

}  // namespace

class Gateway::Impl final : public core::Outlets, public fix::Handler, public fix::MarketSource {
 public:
  Impl(const Config& config, fixspec::LogSink& log,
       std::function<void(const std::string&)> announce, Surroundings surroundings)
      : config_(config),
        log_(log),
        announce_(std::move(announce)),
        surroundings_(std::move(surroundings)),
        timers_(
            io_, [] { return clock_now().utc_ns; },
            [this](std::uint64_t timer_id) { core_->on_timer(timer_id); },
            [this](std::uint64_t timer_id) { return engine_.has_timer(timer_id); }) {
    for (const SessionConfig& session : config.sessions) sessions_.insert(session.target_comp_id);
  }

  std::optional<StartError> start() {
    auto fix = fix_settings(config_);
    if (!fix) return StartError{exit_config, fix.error().text};
    if (auto error = make_venues()) return error;
    if (auto error = open_journal()) return error;
    // The first records of the run, before a session of it is opened.
    const journal::Epoch epoch = journal_->start_epoch(
        now(), surroundings_.instance ? *surroundings_.instance : std::random_device{}());
    acceptor_ = std::make_unique<fix::Acceptor>(
        io_, std::move(*fix),
        fix::Dependencies{.handler = *this,
                          .store = std::bind_front(&Impl::store_of, this),
                          .flush = [this] { make_durable(); },
                          .log = log_,
                          // What the journal could not keep is not sent: its number would be used
                          // again after a crash.
                          .may_write = [this] { return is_kept(); },
                          .market = this});
    start_audit(epoch);
    start_core(epoch);
    malloc_trim(0);  // what the replay needed
    if (auto listening = acceptor_->start(); !listening) {
      return StartError{exit_unavailable, listening.error().text};
    }
    snapshots_ = std::make_unique<SnapshotThread>(
        SnapshotThread::Options{
            .directory = config_.gateway.state_path + "/journal",
            .every = surroundings_.one_thread ? 0 : config_.gateway.snapshot_every},
        log_);
    return std::nullopt;
  }

  void begin() {
    for (auto& [id, venue] : venues_) venue->start();
  }
  std::size_t poll() {
    io_.restart();  // it stops where nothing is left to wait for
    return io_.poll();
  }

  void run() {
    begin();
    auto work = boost::asio::make_work_guard(io_);
    switch (config_.gateway.core_poll) {
      case CorePoll::Block:
        io_.run();
        break;
      case CorePoll::Hybrid:
        run_hybrid();
        break;
      case CorePoll::Spin:
        while (!stopping_.load(std::memory_order_relaxed)) io_.poll();
        break;
    }
    shut_down();
  }

  void stop() {
    stopping_ = true;
    boost::asio::post(io_, [this] { io_.stop(); });
  }

  [[nodiscard]] const engine::Engine& engine() const { return engine_; }
  [[nodiscard]] std::uint16_t plain_port() const { return acceptor_->plain_port(); }
  [[nodiscard]] std::uint16_t tls_port() const { return acceptor_->tls_port(); }

  // ---- core::Outlets ---------------------------------------------------------------------------

  void send_report(const engine::SendReport& report) override {
    if (!sessions_.contains(report.session)) {
      log_.warning("report_without_session", {{"session", report.session.to_string()}});
      return;
    }
    acceptor_->send(report.session, report.report,
                    {.input_sequence = report.input_sequence, .index = report.index});
  }
  void broadcast(const fixspec::TradingSessionStatus& status) override {
    log_.info("venue_status",
              {{"venue", std::string{fixspec::to_fix(status.venue)}},
               {"status", status.status == fixspec::TradSesStatus::Open ? "open" : "halted"},
               {"text", status.text}});
    announce_("venue " + std::string{fixspec::to_fix(status.venue)} +
              (status.status == fixspec::TradSesStatus::Open ? " open" : " halted"));
    acceptor_->broadcast(status);
  }
  void send_request(const translators::VenueRequest& request) override {
    venues_.at(request.venue)->send(request);
  }
  void set_timer(const engine::SetTimer& timer) override {
    timers_.set(timer.timer_id, timer.at_utc_ns);
  }
  void subscribe_market(const fixspec::InstrumentKey& instrument,
                        translators::MarketInterest interest) override {
    venues_.at(instrument.venue)->subscribe_market(instrument, interest);
  }
  void on_market_changed(const fixspec::InstrumentKey& instrument) override {
    acceptor_->market_changed(instrument);
  }
  void on_prices_complete() override { announce_("prices complete"); }
  void on_alarm(const engine::Alarm& alarm) override {
    log_.write(level_of(alarm.severity), alarm.event, {{"text", alarm.text}});
  }
  void on_applied(engine::Input&& input, engine::Outputs&& outputs) override {
    if (audit_) audit_->push({.input = std::move(input), .outputs = std::move(outputs)});
  }
  void pause_inputs(bool paused) override {
    inputs_paused_ = paused;
    boost::asio::post(io_, [this] { follow_pause(); });
  }
  [[nodiscard]] fixspec::Timestamp now() const override { return clock_now(); }

  // ---- fix::MarketSource -----------------------------------------------------------------------

  [[nodiscard]] bool may_see(const fixspec::SessionId& session,
                             const fixspec::InstrumentKey& instrument) const override {
    return core_->may_see_market(session, instrument);
  }
  const core::MarketState& watch(const fixspec::InstrumentKey& instrument,
                                 translators::MarketInterest interest) override {
    return core_->watch_market(instrument, interest);
  }
  void unwatch(const fixspec::InstrumentKey& instrument,
               translators::MarketInterest interest) override {
    core_->unwatch_market(instrument, interest);
  }

  // ---- fix::Handler ----------------------------------------------------------------------------

  void on_client_request(const fixspec::SessionId& session, fixspec::ClientRequest request,
                         std::uint64_t msg_seq_num) override {
    core_->on_client_request(session, std::move(request), msg_seq_num);
  }
  void on_requests_told() override { core_->release(); }
  [[nodiscard]] bool knows_cl_ord_id(const fixspec::SessionId& session,
                                     const fixspec::ClOrdId& cl_ord_id) const override {
    return engine_.orders().is_used(session, cl_ord_id);
  }
  [[nodiscard]] const std::vector<fixspec::Instrument>& instruments() const override {
    return core_->instruments();
  }
  [[nodiscard]] std::vector<const fixspec::Instrument*> instruments_named(
      const fixspec::Symbol& symbol) const override {
    return engine_.instruments().named(symbol);
  }
  [[nodiscard]] std::vector<fixspec::TradingSessionStatus> venue_statuses() const override {
    return engine_.venue_statuses();
  }
  void on_session_state(const fixspec::SessionId& session, bool logged_on,
                        const std::string& reason) override {
    log_.info(logged_on ? "session_logged_on" : "session_logged_out",
              {{"session", session.to_string()}, {"reason", reason}});
  }

 private:
  // What a venue tells goes to the core, which is made after the venues.
  class Inlet final : public translators::VenueSink {
   public:
    explicit Inlet(std::unique_ptr<core::Core>& core) : core_(core) {}
    void on_venue_event(translators::VenueEvent event) override {
      core_->on_venue_event(std::move(event));
    }
    void on_market_update(const translators::MarketUpdate& update) override {
      core_->on_market_update(update);
    }
    void on_book_update(const translators::BookUpdate& update) override {
      core_->on_book_update(update);
    }
    void on_public_trade(const translators::PublicTrade& trade) override {
      core_->on_public_trade(trade);
    }

   private:
    std::unique_ptr<core::Core>& core_;
  };

  std::optional<StartError> make_venues() {
    for (const VenueConfig& venue : config_.venues) {
      if (surroundings_.make_venue) {
        venues_[venue.name] = surroundings_.make_venue(io_, venue, inlet_);
        continue;
      }
      auto made = make_venue(venue);
      if (!made) {
        return StartError{exit_config, "[VENUE] " + std::string{fixspec::to_fix(venue.name)} +
                                           ": " + made.error().text};
      }
      venues_[venue.name] = std::move(*made);
    }
    return std::nullopt;
  }

  fixspec::Result<std::unique_ptr<translators::Venue>, fixspec::Error> make_venue(
      const VenueConfig& venue) {
    try {
      switch (venue.name) {
        case fixspec::Venue::Deribit: {
          auto settings = deribit_settings(config_, venue);
          if (!settings) return fixspec::Unexpected{settings.error()};
          return translators::deribit::make_venue(io_, std::move(*settings), inlet_, log_);
        }
        case fixspec::Venue::Binance: {
          auto settings = binance_settings(config_, venue);
          if (!settings) return fixspec::Unexpected{settings.error()};
          return translators::binance::make_venue(io_, std::move(*settings), inlet_, log_);
        }
        case fixspec::Venue::Bybit:
        case fixspec::Venue::Okx:
        case fixspec::Venue::Hyperliquid:
          break;
      }
    } catch (const std::exception& error) {
      return fixspec::Unexpected{fixspec::Error{error.what()}};
    }
    return fixspec::Unexpected{
        fixspec::Error{"not built yet; this version trades on BINANCE and DERIBIT"}};
  }

  std::optional<StartError> open_journal() {
    const bool disk = config_.gateway.durability == Durability::Disk;
    core::Replayer replayer{engine_};
    auto opened = journal::Journal::open(
        config_.gateway.state_path + "/journal",
        {.durability = disk ? journal::Durability::Disk : journal::Durability::Process,
         .segment_bytes = config_.gateway.journal_segment_bytes,
         .on_durable = [this](std::uint64_t) { on_durable(); },
         .on_health = [this](journal::Health health,
                             const std::string& reason) { on_health(health, reason); },
         .restore =
             [&](std::uint16_t version, std::span<const std::byte> state) {
               return replayer.restore(version, state);
             },
         .io = surroundings_.journal_io,
         .own_thread = !surroundings_.one_thread},
        [&](const journal::RecordView& record) { replayer.on_record(record); });
    if (!opened) return StartError{exit_failed, opened.error().text};
    if (!replayer.error().empty()) return StartError{exit_failed, "journal: " + replayer.error()};
    journal_ = std::move(*opened);
    recent_reports_ = replayer.unsent_reports();
    last_replayed_ = replayer.last_sequence();
    const journal::OpenReport& report = journal_->report();
    log_.info("journal_replayed",
              {{"records", std::to_string(report.records)},
               {"inputs", std::to_string(replayer.inputs())},
               {"snapshot", std::to_string(report.snapshot_sequence)},
               {"open_orders", std::to_string(engine_.orders().open().size())}});
    for (const std::string& text : report.passed_over) {
      log_.error("snapshot_passed_over", {{"text", text}});
    }
    if (report.torn_bytes > 0) {
      log_.warning("journal_tail_cut", {{"bytes", std::to_string(report.torn_bytes)},
                                        {"file", report.torn_file},
                                        {"offset", std::to_string(report.torn_offset)}});
    }
    return std::nullopt;
  }

  void start_audit(const journal::Epoch& epoch) {
    if (!config_.audit.enabled) return;
    audit_ = std::make_unique<audit::AuditThread>(
        audit::AuditThread::Options{.path = config_.audit.path,
                                    .instance = epoch.instance,
                                    .last_sequence = last_replayed_},
        replay_steps(config_.gateway.state_path + "/journal"), log_);
    audit_->start();
  }

  void start_core(const journal::Epoch& epoch) {
    core_ = std::make_unique<core::Core>(
        engine_, *journal_, *this,
        core::Settings{.durability = config_.gateway.durability == Durability::Disk
                                         ? journal::Durability::Disk
                                         : journal::Durability::Process,
                       .requests_are_followed_by_release = true,
                       .make_durable = [this] { return make_durable(); },
                       .release_soon = [this] { release_soon(); },
                       .release_later = [this] { release_later(); },
                       .admission = {.pending_orders = config_.gateway.max_pending_orders,
                                     .open_orders = config_.gateway.max_live_orders}});
    engine::StartInput start{.instance = epoch.instance,
                             .epoch = epoch.epoch,
                             .limits = config_.limits,
                             .permissions = permissions_of(config_),
                             .kept_ended_orders = config_.gateway.keep_ended_orders,
                             .kept_cl_ord_ids = config_.gateway.keep_cl_ord_ids,
                             .cleared_halts = config_.gateway.clear_halts};
    for (const AccountConfig& account : config_.accounts) {
      start.account_settings[account.name] = {
          .hold_while_recovering = account.hold_while_recovering,
          .max_held_orders = account.max_held_orders,
          .max_hold_ms = account.max_hold_ms,
          .cancel_external = account.cancel_external,
          .adopt_position = account.adopt_position,
          .audit_interval_ms = account.audit_interval_s * 1'000};
    }
    for (const auto& [id, venue] : venues_) start.venues[id] = venue->capabilities();
    core_->start(std::move(start), std::exchange(recent_reports_, {}));
  }

  journal::SessionStore& store_of(const fixspec::SessionId& session) {
    return journal_->session(session.view(), now().utc_ns);
  }

  // One release for all inputs of this turn: their records share a sync.
  void release_soon() {
    if (std::exchange(release_posted_, true)) return;
    boost::asio::post(io_, [this] {
      release_posted_ = false;
      core_->release();
    });
  }

  // True when the journal keeps everything up to its last record. A disk that is slower than
  // disk_patience is waited for once: the core has cancels and other sessions to serve.
  bool make_durable() {
    if (!journal_->flush()) return false;  // on_health() has said why
    if (config_.gateway.durability == Durability::Process) return true;
    const std::uint64_t last = journal_->last_sequence();
    if (disk_is_slow_ && journal_->durable_sequence() < last) return false;
    disk_is_slow_ = false;
    const auto until = std::chrono::steady_clock::now() + disk_patience;
    std::unique_lock lock{durable_mutex_};
    while (journal_->durable_sequence() < last) {
      if (journal_->health() == journal::Health::Failed) return false;
      if (std::chrono::steady_clock::now() >= until) {
        disk_is_slow_ = true;
        return false;
      }
      durable_.wait_for(lock, std::chrono::milliseconds{1});
    }
    return true;
  }

  // On the sync thread.
  void on_durable() {
    durable_.notify_all();
    if (!disk_is_slow_.exchange(false)) return;
    boost::asio::post(io_, [this] { core_->release(); });
  }

  // Links that are cut stop bringing facts; when they are back, what was missed is asked for.
  void follow_pause() {
    if (inputs_paused_ == inputs_stopped_ || stopping_) return;
    inputs_stopped_ = inputs_paused_;
    log_.write(inputs_paused_ ? fixspec::LogSink::Level::Error : fixspec::LogSink::Level::Info,
               inputs_paused_ ? "inputs_paused" : "inputs_resumed",
               {{"reason",
                 inputs_paused_ ? "too much waits for the journal" : "the journal has caught up"}});
    acceptor_->hold_reading(inputs_paused_);
    for (auto& [id, venue] : venues_) inputs_paused_ ? venue->stop() : venue->start();
  }

  void release_later() {
    release_timer_.expires_after(release_retry);
    release_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) core_->release();
    });
  }

  [[nodiscard]] bool is_kept() const {
    return journal_->durable_sequence() >= journal_->last_sequence();
  }

  void on_health(journal::Health health, const std::string& reason) {
    const bool good = health == journal::Health::Good;
    log_.write(good ? fixspec::LogSink::Level::Info : fixspec::LogSink::Level::Error,
               "journal_health",
               {{"health", std::string{journal::to_text(health)}}, {"reason", reason}});
  }

  void run_hybrid() {
    auto last_event = std::chrono::steady_clock::now();
    while (!stopping_.load(std::memory_order_relaxed)) {
      if (io_.poll() > 0) {
        last_event = std::chrono::steady_clock::now();
      } else if (std::chrono::steady_clock::now() - last_event > hybrid_spin) {
        io_.run_one();
        last_event = std::chrono::steady_clock::now();
      }
    }
  }

  void shut_down() {
    log_.info("gateway_stopping", {});
    snapshots_.reset();
    io_.restart();
    for (auto& [id, venue] : venues_) venue->stop();
    acceptor_->stop();
    timers_.stop();
    release_timer_.cancel();
    // Clients answer the Logout, links close; timers that nobody needs any more are not waited for.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{2};
    while (acceptor_->has_connections() && std::chrono::steady_clock::now() < limit) {
      io_.run_one_for(std::chrono::milliseconds{50});
    }
    while (io_.poll() > 0 && std::chrono::steady_clock::now() < limit) {
    }
    make_durable();  // what the disk has not taken yet, the journal's end waits for
  }

  Config config_;
  fixspec::LogSink& log_;
  std::function<void(const std::string&)> announce_;
  Surroundings surroundings_;
  boost::asio::io_context io_{1};
  std::set<fixspec::SessionId> sessions_;
  Timers timers_;
  boost::asio::steady_timer release_timer_{io_};
  std::mutex durable_mutex_;
  std::condition_variable durable_;
  bool release_posted_ = false;
  bool inputs_paused_ = false;   // as the core wants it
  bool inputs_stopped_ = false;  // as it is
  std::atomic<bool> stopping_{false};
  std::atomic<bool> disk_is_slow_{false};
  engine::Engine engine_;
  core::RecentReports recent_reports_;
  std::uint64_t last_replayed_ = 0;
  std::unique_ptr<core::Core> core_;
  Inlet inlet_{core_};
  std::map<fixspec::Venue, std::unique_ptr<translators::Venue>> venues_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<fix::Acceptor> acceptor_;
  std::unique_ptr<audit::AuditThread> audit_;
  std::unique_ptr<SnapshotThread> snapshots_;
};

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gateway::~Gateway() = default;

fixspec::Result<std::unique_ptr<Gateway>, StartError> Gateway::open(
    const Config& config, fixspec::LogSink& log, std::function<void(const std::string&)> announce,
    const Surroundings& surroundings) {
  auto impl = std::make_unique<Impl>(config, log, std::move(announce), surroundings);
  if (auto error = impl->start()) return fixspec::Unexpected{std::move(*error)};
  return std::unique_ptr<Gateway>{new Gateway{std::move(impl)}};
}

void Gateway::run() { impl_->run(); }
void Gateway::stop() { impl_->stop(); }
void Gateway::begin() { impl_->begin(); }
std::size_t Gateway::poll() { return impl_->poll(); }
const engine::Engine& Gateway::engine() const { return impl_->engine(); }
std::uint16_t Gateway::plain_port() const { return impl_->plain_port(); }
std::uint16_t Gateway::tls_port() const { return impl_->tls_port(); }

}  // namespace causeway::gateway::app
