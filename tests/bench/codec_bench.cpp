// What encoding, signing, decoding and judging cost alone, in a loop over warm caches.
#include <benchmark/benchmark.h>

#include <charconv>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "gateway/fix/decode.hpp"
#include "gateway/fix/frame.hpp"
#include "gateway/fix/hot_request.hpp"
#include "gateway/fix/report_text.hpp"
#include "gateway/fix/time_text.hpp"
#include "risk/decide.hpp"
#include "risk/exposure.hpp"
#include "tests/bench/binance_codec.hpp"
#include "tests/bench/cost.hpp"
#include "tests/bench/deribit_texts.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/fix_driver.hpp"
#include "translators/deribit/codec.hpp"
#include "translators/deribit/map.hpp"
#include "translators/deribit/sign.hpp"

namespace causeway::bench {
namespace {

// ---- the venue's side
// ---------------------------------------------------------------------------

translators::PlaceOrder place_order() {
  return {.client_id = fixspec::VenueClOrdId{"04D2Y7ZK3000G000000000ABCD"},
          .instrument = {fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                         fixspec::Symbol{"BTC-PERPETUAL"}},
          .order_qty = fixspec::parse_quantity("100").value(),
          .price = fixspec::parse_price("63000.5").value(),
          .valid_until = 1'795'000'000'000'000'000};
}

void venue_codecs() {
  namespace codec = translators::deribit;
  const translators::PlaceOrder ask = place_order();
  std::string frame;
  const auto encode = [&] {
    codec::encode_frame(frame, 4'711, codec::to_wire(ask, ask.valid_until / 1'000'000));
    benchmark::DoNotOptimize(frame.data());
  };
  encode();
  std::string copy;
  const auto copy_frame = [&] {
    copy.assign(frame);
    benchmark::DoNotOptimize(copy.data());
  };
  // Deribit signs the log-on; orders of the session need no signature.
  print_cost("Deribit: encode an order", encode, "a copy of its bytes", copy_frame, 600);

  codec::HmacKey key{"not-a-secret"};
  BareHmac bare;
  print_cost(
      "Deribit: encode and sign an order",
      [&] {
        encode();
        benchmark::DoNotOptimize(key.sign(frame));
      },
      "HMAC-SHA256 of its bytes", [&] { bare.sign(frame); }, 600);

  const VenueServer::Order order{.request_id = 4'711,
                                 .number = 104'819'327'443,
                                 .label = "04D2Y7ZK3000G000000000ABCD",
                                 .price = "63000.5",
                                 .amount = "100"};
  const std::string notification = deribit::trade_notification(order);
  codec::Decoder decoder{1 << 20};
  const auto scan = [&] {
    std::size_t quotes = 0;
    for (const char c : notification) quotes += c == '"' ? 1 : 0;
    benchmark::DoNotOptimize(quotes);
  };
  print_cost(
      "Deribit: decode a fill (" + std::to_string(notification.size()) + " bytes)",
      [&] {
        const auto message = decoder.decode(notification);
        const auto channel = std::get<codec::wire::Notification>(*message).channel;
        const auto changes = decoder.changes(channel);
        auto fill = codec::to_fill(changes->trades.front(), translators::Source::Stream);
        benchmark::DoNotOptimize(fill);
      },
      "its quotes counted", scan, std::nullopt);
}

// ---- FIX
// ----------------------------------------------------------------------------------------

void fix_codec() {
  namespace fix = gateway::fix;
  OrderTemplate orders;
  const std::string frame{orders.next(7)};
  std::string copy;
  const auto checksum_floor = [&] { benchmark::DoNotOptimize(fix::checksum(frame)); };
  const std::vector<const fixspec::Instrument*> none;
  const fix::DecodeContext context{
      .instruments_named = [&](const fixspec::Symbol&) { return none; },
      .knows_cl_ord_id = [](const fixspec::ClOrdId&) { return false; }};
  const fix::HotSession session{
      .sender_comp_id = "OMS1", .target_comp_id = "CAUSEWAY", .expected = 7, .now = fix::utc_now()};
  fix::FrameReader reader{1 << 16};
  fix::FrameFields fields;
  print_cost(
      "FIX: read an order (" + std::to_string(frame.size()) + " bytes)",
      [&] {
        reader.append(frame);
        const auto whole = reader.next();
        if (!fields.read(*whole) || !fix::is_hot_request(fields, session)) std::abort();
        auto request = fix::decode(fields, context);
        benchmark::DoNotOptimize(request);
      },
      "its checksum", checksum_floor, std::nullopt);

  fixspec::ExecutionReport report;
  report.order_id = fixspec::OrderId{"00001-000000000123"};
  report.exec_id = fixspec::ExecId{"00001-000000000123-000"};
  report.cl_ord_id = fixspec::ClOrdId{"bench-000000123"};
  report.account = fixspec::AccountId{"alpha"};
  report.instrument = place_order().instrument;
  report.side = fixspec::Side::Buy;
  report.price = place_order().price;
  report.order_qty = report.leaves_qty = place_order().order_qty;
  report.transact_time = fix::utc_now();
  const fixspec::Report any{report};
  fix::ReportFrame out{{"FIX.4.4", "CAUSEWAY", "OMS1"}};
  const std::string made{out.make(any, 7, fix::utc_now(), 6)};
  print_cost(
      "FIX: write a report (" + std::to_string(made.size()) + " bytes)",
      [&] { benchmark::DoNotOptimize(out.make(any, 7, report.transact_time, 6)); }, "its checksum",
      [&] { benchmark::DoNotOptimize(fix::checksum(made)); }, std::nullopt);
}

// ---- risk
// ---------------------------------------------------------------------------------------

// A decision on a new order and its place in the counts, as the engine asks for it.
class RiskDesk {
 public:
  RiskDesk(std::size_t open_orders, std::size_t instruments) {
    risk::LimitSet all{.name = "all"};
    all.max_order_value = fixspec::Notional{fixspec::Decimal::from_integer(250'000)};
    all.price_collar_percent = fixspec::Decimal::from_integer(5);
    all.reference_max_age_ms = 5'000;
    all.duplicate_max = 5;
    all.duplicate_window_ms = 500;
    all.max_open_orders = 1'000'000;
    all.max_orders_per_second = 1'000'000;
    risk::LimitSet symbol{.name = "symbol"};
    symbol.scope.symbol = fixspec::Symbol{"INSTRUMENT-0"};
    symbol.max_order_qty = fixspec::parse_quantity("200000").value();
    symbol.max_position = fixspec::parse_quantity("1000000000").value();
    exposure_.set_limits({all, symbol});
    permission_.accounts = {fixspec::AccountId{"alpha"}};
    permission_.symbols = {"INSTRUMENT*"};
    instrument_.qty_step = instrument_.min_qty = fixspec::parse_quantity("10").value();
    instrument_.tick = fixspec::parse_price("0.5").value();
    instrument_.contract_type = fixspec::ContractType::Inverse;
    instrument_.contract_multiplier = fixspec::Decimal::from_integer(10);
    instrument_.status = fixspec::SecurityTradingStatus::ReadyToTrade;
    for (std::size_t i = 0; i < open_orders; ++i) {
      terms_.instrument.symbol = fixspec::Symbol{"INSTRUMENT-" + std::to_string(i % instruments)};
      exposure_.open(terms_, terms_.order_qty);
    }
    terms_.instrument.symbol = fixspec::Symbol{"INSTRUMENT-0"};
    instrument_.key = terms_.instrument;
  }

  void decide() {
    now_.mono_ns += 10'000;
    risk::Proposal proposal;
    proposal.instrument = &instrument_;
    proposal.permission = &permission_;
    proposal.account = terms_.account;
    proposal.order_qty = proposal.added_leaves = terms_.order_qty;
    proposal.price = terms_.price;
    proposal.reference = {.mark = terms_.price, .index = terms_.price, .age_ms = 10};
    proposal.exposure = exposure_.of(terms_.account, terms_.instrument);
    proposal.usages = exposure_.usages(terms_, now_);
    if (risk::decide(proposal)) std::abort();
  }
  void look_up() {
    auto found = exposure_.of(terms_.account, terms_.instrument);
    benchmark::DoNotOptimize(found);
  }

 private:
  risk::Exposure exposure_;
  risk::Permission permission_;
  fixspec::Instrument instrument_;
  risk::OrderTerms terms_{.session = fixspec::SessionId{"OMS1"},
                          .account = fixspec::AccountId{"alpha"},
                          .order_qty = fixspec::parse_quantity("100").value(),
                          .price = fixspec::parse_price("63000.5").value()};
  fixspec::Timestamp now_{.utc_ns = 1, .mono_ns = 1};
};

void risk_checks() {
  for (const std::size_t open_orders : {std::size_t{0}, std::size_t{10'000}}) {
    RiskDesk desk{open_orders, 1'000};
    print_cost(
        "risk: all checks, " + std::to_string(open_orders) + " orders open", [&] { desk.decide(); },
        "one look at the exposure", [&] { desk.look_up(); }, 1'000);
  }
}

}  // namespace
}  // namespace causeway::bench

int main() {
  using namespace causeway::bench;  // NOLINT(google-build-using-namespace): a program
  const OnCore pinned{gateway_core};
  print_title("Codecs and checks alone");
  venue_codecs();
  binance_codec();
  fix_codec();
  risk_checks();
}
