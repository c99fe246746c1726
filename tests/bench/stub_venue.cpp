#include "tests/bench/stub_venue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "translators/deribit/codec.hpp"
#include "translators/deribit/map.hpp"
#include "translators/net/clock.hpp"

namespace causeway::bench {
namespace {

namespace deribit = translators::deribit;

const fixspec::AccountId account{"alpha"};

fixspec::Instrument perpetual() {
  fixspec::Instrument instrument;
  instrument.key = {fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                    fixspec::Symbol{"BTC-PERPETUAL"}};
  instrument.security_type = fixspec::SecurityType::Future;
  instrument.base = instrument.settle = fixspec::Currency{"BTC"};
  instrument.quote = fixspec::Currency{"USD"};
  instrument.contract_type = fixspec::ContractType::Inverse;
  instrument.contract_multiplier = fixspec::Decimal::from_integer(10);
  instrument.tick = fixspec::parse_price("0.5").value();
  instrument.qty_step = instrument.min_qty = fixspec::parse_quantity("10").value();
  instrument.status = fixspec::SecurityTradingStatus::ReadyToTrade;
  return instrument;
}

using WorkingOrders = std::vector<translators::OrderUpdate>;

class StubVenue final : public translators::Venue {
 public:
  StubVenue(boost::asio::io_context& io, translators::VenueSink& sink, StubFate fate,
            std::size_t options, fixspec::Quantity position, std::shared_ptr<WorkingOrders> open)
      : io_(io),
        sink_(sink),
        fate_(fate),
        options_(options),
        position_(position),
        open_(std::move(open)) {}

  [[nodiscard]] fixspec::Venue id() const override { return fixspec::Venue::Deribit; }
  [[nodiscard]] const translators::Capabilities& capabilities() const override {
    return capabilities_;
  }

  void start() override {
    translators::Instruments list{.instruments = {perpetual()}, .complete = true};
    for (std::size_t i = 0; i < options_; ++i) {
      fixspec::Instrument option = perpetual();
      option.security_type = fixspec::SecurityType::Option;
      option.key.segment = fixspec::Segment::Option;
      option.key.symbol = fixspec::Symbol{"BTC-31DEC27-" + std::to_string(1'000 * (i + 1)) + "-C"};
      list.instruments.push_back(option);
    }
    sink_.on_venue_event(
        {.venue = fixspec::Venue::Deribit, .account = {}, .told = std::move(list)});
    tell(translators::AccountLink{.up = true, .reason = "connected"});
  }
  void stop() override {}

  void send(const translators::VenueRequest& request) override {
    using namespace translators;  // NOLINT(google-build-using-namespace): the port's many types
    if (const auto* place = std::get_if<PlaceOrder>(&request.ask)) {
      deribit::encode_frame(frame_, request.request_id,
                            deribit::to_wire(*place, place->valid_until / 1'000'000));
      if (fate_ != StubFate::Silence) answer_later(request, *place);
    } else if (const auto* trades = std::get_if<QueryTrades>(&request.ask)) {
      tell(Trades{.request_id = request.request_id, .since = trades->since});
    } else if (std::holds_alternative<QueryOpenOrders>(request.ask)) {
      tell(translators::OpenOrders{.request_id = request.request_id, .orders = *open_});
    } else if (std::holds_alternative<QueryPositions>(request.ask)) {
      tell(Positions{.request_id = request.request_id,
                     .positions = {{.instrument = perpetual().key, .size = position_}}});
    } else if (std::holds_alternative<QueryBalances>(request.ask)) {
      tell(Balances{.request_id = request.request_id});
    } else if (const auto* query = std::get_if<QueryOrder>(&request.ask)) {
      tell(QueryAnswer{.request_id = request.request_id, .client_id = query->client_id});
    }
  }

  void subscribe_market(const fixspec::InstrumentKey& instrument,
                        translators::MarketInterest) override {
    const auto price = fixspec::parse_price("64000").value();
    sink_.on_market_update({.instrument = instrument, .mark = price, .index = price});
  }

 private:
  void tell(translators::Told told) {
    events_.push_back(
        {.venue = fixspec::Venue::Deribit, .account = account, .told = std::move(told)});
    if (std::exchange(posted_, true)) return;
    boost::asio::post(io_, [this] {
      posted_ = false;
      for (std::size_t left = events_.size(); left > 0; --left) {
        translators::VenueEvent event = std::move(events_.front());
        events_.pop_front();
        sink_.on_venue_event(std::move(event));
      }
    });
  }

  void answer_later(const translators::VenueRequest& request,
                    const translators::PlaceOrder& place) {
    const std::string number = std::to_string(++last_number_);
    const fixspec::VenueOrderId order_id{number};
    const fixspec::UtcNanos now = translators::net::read_clock().utc_ns;
    const translators::OrderUpdate accepted{.source = translators::Source::Reply,
                                            .request_id = request.request_id,
                                            .client_id = place.client_id,
                                            .venue_order_id = order_id,
                                            .instrument = place.instrument,
                                            .side = place.side,
                                            .order_qty = place.order_qty,
                                            .price = place.price,
                                            .venue_time = now};
    tell(accepted);
    if (fate_ == StubFate::Working) {
      open_->push_back(accepted);
      open_->back().source = translators::Source::Query;
      return;
    }
    tell(translators::Fill{.client_id = place.client_id,
                           .venue_order_id = order_id,
                           .instrument = place.instrument,
                           .side = place.side,
                           .trade = {.trade_id = fixspec::TradeId{"T" + number},
                                     .last_qty = place.order_qty,
                                     .last_px = *place.price},
                           .venue_time = now});
  }

  boost::asio::io_context& io_;
  translators::VenueSink& sink_;
  StubFate fate_;
  std::size_t options_;
  fixspec::Quantity position_;
  std::shared_ptr<WorkingOrders> open_;
  translators::Capabilities capabilities_;
  std::string frame_;
  std::deque<translators::VenueEvent> events_;
  bool posted_ = false;
  std::uint64_t last_number_ = 0;
};

}  // namespace

gateway::app::MakeVenue stub_venue(StubFate fate, std::size_t options, std::int64_t position) {
  const fixspec::Quantity held{fixspec::Decimal::from_integer(position)};
  return [fate, options, held, open = std::make_shared<WorkingOrders>()](
             boost::asio::io_context& io, const gateway::app::VenueConfig&,
             translators::VenueSink& sink) -> std::unique_ptr<translators::Venue> {
    return std::make_unique<StubVenue>(io, sink, fate, options, held, open);
  };
}

}  // namespace causeway::bench
