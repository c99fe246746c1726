// Journals that earlier versions wrote are read by this one, and mean what they meant. FORMAT.md
// says how a version adds its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "fixspec/assert.hpp"
#include "gateway/app/journal_line.hpp"
#include "gateway/core/record.hpp"
#include "gateway/core/state.hpp"
#include "gateway/journal/reader.hpp"
#include "tests/core/story.hpp"
#include "tests/engine/world.hpp"
#include "tests/journal/support.hpp"

namespace causeway::gateway::core {
namespace {

using translators::AskKind;

constexpr const char* kept_folder = "tests/data/journals";
constexpr const char* expected_name = "expected.txt";
// Room for three other records before each input.
constexpr std::uint64_t sequence_step = 4;

// Two accounts on two venues; one of each kind of input.
std::vector<engine::Input> sample_inputs() {
  engine::World world{true, sequence_step};
  const fixspec::AccountId beta{"beta"};
  const fixspec::Symbol symbol{"BTCUSDT"};
  const auto from_binance = [&](translators::Told told) {
    world.apply(engine::VenueInput{
        {.venue = fixspec::Venue::Binance, .account = beta, .told = std::move(told)}});
  };
  world.start.permissions.accounts[beta] = fixspec::Venue::Binance;
  world.start.permissions.sessions[fixspec::SessionId{"OMS1"}].accounts.insert(beta);
  world.start.venues[fixspec::Venue::Binance] = {.amend_stop_orders = false};
  risk::LimitSet limits;
  limits.name = "ACCOUNT alpha";
  limits.max_order_qty = engine::qty("1000");
  world.start.limits = {limits};
  world.restart();
  world.link(true);
  world.recover();
  fixspec::Instrument perpetual;
  perpetual.key = {fixspec::Venue::Binance, fixspec::Segment::Linear, symbol};
  perpetual.tick = engine::px("0.1");
  perpetual.qty_step = perpetual.min_qty = engine::qty("0.001");
  from_binance(translators::Instruments{.instruments = {perpetual}, .complete = true});
  from_binance(translators::AccountLink{.up = true, .reason = "connected"});
  from_binance(translators::Trades{.request_id = world.request_id(AskKind::QueryTrades)});
  from_binance(translators::OpenOrders{.request_id = world.request_id(AskKind::QueryOpenOrders)});
  from_binance(translators::Positions{.request_id = world.request_id(AskKind::QueryPositions)});

  world.new_order("A1", "100");
  world.ack();
  auto fill = world.fill("t1", "20");
  fill.trade.fee = fixspec::Fee{.amount = fixspec::Decimal::parse("-0.00000125").value(),
                                .currency = fixspec::Currency{"BTC"}};
  fill.trade.liquidity = fixspec::LiquidityInd::Added;
  world.told(fill);
  world.replace("A2", "A1", "110");
  world.amended("110");
  world.replace("A3", "A2", "120");
  world.unknown(AskKind::Amend);
  world.answer(true, world.update(translators::VenueOrderState::Open, "20"), {fill});
  world.cancel("A4", "A2");
  world.refused(AskKind::Cancel, fixspec::RejectCode::TooLate, true);
  world.new_order("A5", "5000");
  auto order = world.order("B1", "0.25", "81000.1");
  order.account = beta;
  order.instrument = {.symbol = symbol, .venue = fixspec::Venue::Binance, .segment = std::nullopt};
  world.request(order);
  from_binance(world.update(translators::VenueOrderState::Open));
  from_binance(world.fill("77001", "0.05", "81000.1"));
  world.request(fixspec::OrderStatusRequest{.cl_ord_id = fixspec::ClOrdId{"B1"}});
  world.request(fixspec::OrderMassStatusRequest{.mass_status_req_id = "M1"});
  fixspec::RefusedRequest refused;
  refused.cl_ord_id = fixspec::ClOrdId{"R1"};
  refused.text = "OrdType(40)=P";
  world.request(refused);
  from_binance(translators::Balances{
      .request_id = 1, .balances = {{.currency = fixspec::Currency{"USDT"}, .equity = "1.5"}}});
  from_binance(translators::RequestNotSent{.request_id = 9, .reason = "down"});
  world.run_timers(5'000);
  world.request(fixspec::OrderMassCancelRequest{.cl_ord_id = fixspec::ClOrdId{"Q1"}});
  world.restart();
  world.link(true);
  return world.inputs;
}

void append_input(journal::Journal& journal, const engine::Input& input) {
  journal::Writer writer;
  auto& session = journal.session("OMS1", input.now.utc_ns);
  translators::VenueRequest intent{
      .request_id = input.sequence,
      .venue = fixspec::Venue::Binance,
      .account = fixspec::AccountId{"beta"},
      .ask = translators::CancelOrder{.client_id = fixspec::VenueClOrdId{"c1"}}};
  while (journal.last_sequence() + 1 < input.sequence) {
    const std::uint64_t number = session.next_sender_msg_seq_num();
    switch (journal.last_sequence() % 3) {
      case 0:
        writer.clear();
        encode(intent, writer);
        journal.append(journal::RecordType::VenueIntent, input_version, input.now, writer.bytes());
        break;
      case 1:
        session.append(number,
                       "8=FIX.4.4\x01"
                       "35=8\x01"
                       "11=A1\x01",
                       {.input_sequence = journal.last_sequence() / 4 * 4, .index = 0});
        session.set_next_sender_msg_seq_num(number + 1);
        break;
      default:
        session.set_next_target_msg_seq_num(session.next_target_msg_seq_num() + 1);
        CAUSEWAY_ASSERT(journal.flush());  // FixNumbers
    }
  }
  writer.clear();
  encode(input.body, writer);
  const auto sequence =
      journal.append(journal::RecordType::EngineInput, input_version, input.now, writer.bytes());
  CAUSEWAY_ASSERT(sequence == input.sequence);
  CAUSEWAY_ASSERT(journal.flush());
}

void write_sample(const std::string& directory) {
  const auto inputs = sample_inputs();
  for (std::size_t run = 0; run < 2; ++run) {
    const journal::Journal::Options options{.segment_bytes = 8'192, .reserve_bytes = 0};
    auto journal = journal::Journal::open(directory, options, nullptr).value();
    const std::size_t begin = run * (inputs.size() - 2);
    const std::size_t end = inputs.size() - 2 + run * 2;
    if (run == 0) journal->start_epoch(inputs[0].now, 7);
    for (std::size_t i = begin; i < end; ++i) append_input(*journal, inputs[i]);
    journal.reset();
    if (run > 0) break;
    SnapshotSource source;
    journal::Io io;
    CAUSEWAY_ASSERT(journal::make_snapshot(io, directory, 1, source.maker()));
  }
  std::filesystem::remove(directory + "/lock");
}

// What a start makes of it, and each record as a line.
std::string meaning_of(const std::string& directory, bool with_snapshots) {
  std::ostringstream text;
  std::set<journal::RecordType> types;
  auto reader = journal::JournalReader::open(directory).value();
  while (true) {
    const auto record = reader.next();
    if (!record) return record.error().text;
    if (!*record) break;
    types.insert((*record)->type);
    text << app::line_of(**record).text << "\n";
  }
  EXPECT_EQ(types.size(), journal::last_record_type) << "a record of each type";
  const Started started = start_on(directory, with_snapshots);
  EXPECT_EQ(started.report.snapshot_sequence > 0, with_snapshots);
  EXPECT_THAT(started.report.passed_over, testing::IsEmpty());
  text << "error: " << (started.error.empty() ? "none" : started.error) << "\n"
       << "records: " << started.report.records << "\n"
       << "state hash: " << std::hex << started.state_hash << "\n"
       << "OMS1: " << started.sessions.at("OMS1") << "\n";
  return text.str();
}

TEST(KeptJournals, EachVersionsMeansWhatItMeant) {
  int versions = 0;
  for (const auto& kept : std::filesystem::directory_iterator{kept_folder}) {
    ++versions;
    const std::string expected = journal::read_file(kept.path() / expected_name);
    EXPECT_FALSE(expected.empty());
    for (const bool with_snapshots : {false, true}) {
      // A start writes to it.
      const journal::TemporaryDirectory directory;
      journal::copy_journal(kept.path().string(), directory.path("copy"));
      EXPECT_TRUE(journal::verify(directory.path("copy")));
      EXPECT_EQ(meaning_of(directory.path("copy"), with_snapshots), expected) << kept.path();
    }
  }
  EXPECT_GE(versions, 1);
}

// The way in which this version adds its own: CAUSEWAY_WRITE_JOURNAL names the new folder.
TEST(KeptJournals, ThisVersionsCanBeWritten) {
  const journal::TemporaryDirectory directory;
  const std::string folder = directory.path("mine");
  write_sample(folder);
  const auto verified = journal::verify(folder);
  ASSERT_TRUE(verified) << verified.error().text;
  EXPECT_GE(verified->segments, 2U);
  const char* const keep = std::getenv("CAUSEWAY_WRITE_JOURNAL");
  const std::string copy = directory.path("copy");
  journal::copy_journal(folder, copy);
  const std::string meaning = meaning_of(copy, true);
  journal::copy_journal(folder, copy);
  EXPECT_EQ(meaning_of(copy, false), meaning);
  if (keep == nullptr) return;
  journal::copy_journal(folder, keep);
  journal::write_file(std::string{keep} + "/" + expected_name, meaning);
}

}  // namespace
}  // namespace causeway::gateway::core
