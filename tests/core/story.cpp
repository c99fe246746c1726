#include "tests/core/story.hpp"

#include <random>

#include "fixspec/assert.hpp"
#include "gateway/core/record.hpp"
#include "gateway/core/state.hpp"
#include "tests/engine/world.hpp"

namespace causeway::gateway::core {
namespace {

using engine::World;
using translators::AskKind;
using translators::Source;
using translators::VenueOrderState;

// Sessions among which the messages of a journal are divided.
constexpr const char* sessions[] = {"OMS1", "OMS2"};

class Storyteller {
 public:
  Storyteller(std::uint64_t seed, std::uint64_t sequence_step)
      : random_(seed), world_(true, sequence_step) {
    risk::LimitSet limits;
    limits.name = "ACCOUNT alpha";
    limits.max_orders_per_second = 1'000;
    limits.duplicate_max = 3;
    limits.duplicate_window_ms = 50;
    world_.start.limits = {limits};
    world_.start.kept_ended_orders = 8;
    world_.start.kept_cl_ord_ids = 24;
    reconnect(true);
  }

  std::vector<engine::Input> tell(std::size_t steps) {
    while (world_.inputs.size() < steps) step();
    world_.inputs.resize(steps);
    return world_.inputs;
  }

 private:
  std::size_t any(std::size_t below) { return random_() % below; }
  std::string next_name() { return "C" + std::to_string(++names_); }
  std::string amount() { return std::to_string(10 * (1 + any(20))); }
  std::string price() { return std::to_string(59'000 + any(2'000)); }

  void reconnect(bool restart) {
    if (restart) world_.restart();
    world_.link(false);
    world_.link(true);
    std::vector<translators::OrderUpdate> open;
    if (!world_.engine.orders().all().empty() && any(2) == 0) {
      open.push_back(
          world_.update(VenueOrderState::Open, world_.newest().cum_qty.to_string(), Source::Query));
    }
    world_.recover(open);
  }

  void step() {
    if (world_.engine.orders().all().empty() || any(4) == 0) {
      name_ = next_name();
      const auto side = any(2) == 0 ? fixspec::Side::Buy : fixspec::Side::Sell;
      return world_.new_order(name_, amount(), price(), side);
    }
    const std::string other = any(8) == 0 ? "C" + std::to_string(1 + any(names_)) : name_;
    switch (any(16)) {
      case 0:
      case 1:
      case 2:
        return world_.ack();
      case 3:
      case 4:
        return world_.fills("T" + std::to_string(any(3) == 0 ? any(50) : ++trades_), "10");
      case 5: {
        const std::string name = next_name();
        world_.replace(name, other, amount(), price());
        if (any(2) == 0) name_ = name;
        return;
      }
      case 6:
        return world_.amended(amount(), price());
      case 7:
      case 8:
        return world_.cancel(next_name(), other);
      case 9:
        return world_.canceled(world_.newest().cum_qty.to_string(), "");
      case 10:
        return world_.refused(any(2) == 0 ? AskKind::Cancel : AskKind::Amend,
                              fixspec::RejectCode::TooLate, any(2) == 0);
      case 11:
        return world_.unknown(any(2) == 0 ? AskKind::Place : AskKind::Cancel);
      case 12:
        return world_.run_timers(static_cast<std::int64_t>(any(5'000)));
      case 13:
        return world_.answer(
            any(2) == 0, world_.update(VenueOrderState::Open, world_.newest().cum_qty.to_string(),
                                       Source::Query));
      case 14:
        return any(4) == 0 ? world_.request(fixspec::OrderMassCancelRequest{}) : world_.ack();
      default:
        return reconnect(any(3) == 0);
    }
  }

  std::mt19937_64 random_;
  World world_;
  std::string name_ = "none";
  std::size_t names_ = 0;
  std::size_t trades_ = 100;
};

journal::Journal::Options journal_options() {
  return {.segment_bytes = 4'096, .reserve_bytes = 0, .sync_interval = std::chrono::hours{1}};
}

std::string described(journal::SessionStore& session) {
  std::string text = std::to_string(session.next_sender_msg_seq_num()) + "/" +
                     std::to_string(session.next_target_msg_seq_num()) + "/" +
                     std::to_string(session.creation_time());
  for (const auto& message : session.read(1, 1'000'000, 1'000'000)) {
    text += "\n" + std::to_string(message.msg_seq_num) + " " + message.bytes;
  }
  return text;
}

}  // namespace

std::vector<engine::Input> random_story(std::uint64_t seed, std::size_t steps,
                                        std::uint64_t sequence_step) {
  return Storyteller{seed, sequence_step}.tell(steps);
}

void write_journal(const std::string& directory, const std::vector<engine::Input>& story,
                   std::size_t runs) {
  journal::Writer writer;
  for (std::size_t run = 0; run < runs; ++run) {
    auto opened = journal::Journal::open(directory, journal_options(), nullptr);
    CAUSEWAY_ASSERT(opened);
    journal::Journal& journal = **opened;
    const std::size_t end = story.size() * (run + 1) / runs;
    for (std::size_t i = journal.last_sequence() / 2; i < end; ++i) {
      const engine::Input& input = story[i];
      // The first record makes a session, the second such place the other.
      auto& session = journal.session(sessions[i % std::size(sessions)], input.now.utc_ns);
      if (journal.last_sequence() + 1 < input.sequence) {
        const std::uint64_t number = session.next_sender_msg_seq_num();
        session.append(number, "message of input " + std::to_string(i),
                       {.input_sequence = i > 4 ? story[i - 3].sequence : 0, .index = 0});
        session.set_next_sender_msg_seq_num(number + 1);
      }
      writer.clear();
      encode(input.body, writer);
      const auto sequence = journal.append(journal::RecordType::EngineInput, input_version,
                                           input.now, writer.bytes());
      CAUSEWAY_ASSERT(sequence == input.sequence);
      CAUSEWAY_ASSERT(journal.flush());
    }
  }
}

Started start_on(const std::string& directory, bool with_snapshots, journal::Io* io) {
  Started started;
  engine::Engine engine;
  Replayer replayer{engine};
  auto options = journal_options();
  options.io = io;
  if (with_snapshots) {
    options.restore = [&](std::uint16_t version, std::span<const std::byte> state) {
      return replayer.restore(version, state);
    };
  }
  auto opened = journal::Journal::open(
      directory, options, [&](const journal::RecordView& record) { replayer.on_record(record); });
  if (!opened || !replayer.error().empty()) {
    started.error = opened ? replayer.error() : opened.error().text;
    return started;
  }
  journal::Journal& journal = **opened;
  const auto was_sent = [&](journal::ReportKey key) { return journal.was_sent(key); };
  journal::Writer writer;
  encode_state(engine, replayer.last_sequence(), unsent_of(replayer.unsent_reports(), was_sent),
               writer);
  started.state.assign(reinterpret_cast<const char*>(writer.bytes().data()), writer.bytes().size());
  started.state_hash = engine.state_hash();
  started.last_sequence = journal.last_sequence();
  started.report = journal.report();
  for (const char* name : sessions) {
    started.sessions[name] = described(journal.session(name, 0));
  }
  return started;
}

}  // namespace causeway::gateway::core
