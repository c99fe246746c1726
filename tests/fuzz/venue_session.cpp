#include "tests/fuzz/venue_session.hpp"

#include "tests/fuzz/journalled.hpp"
#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {

using namespace translators;

std::vector<VenueRequest> Conversation::requests(fixspec::Segment segment,
                                                 std::string_view symbol) {
  const fixspec::InstrumentKey instrument{venue_, segment, fixspec::Symbol{symbol}};
  const auto client_id = [](int number) {
    return fixspec::VenueClOrdId{"C" + std::to_string(number)};
  };
  PlaceOrder place;
  place.client_id = client_id(1);
  place.instrument = instrument;
  place.order_qty = fixspec::parse_quantity("100").value();
  place.price = fixspec::parse_price("50000.5").value();
  PlaceOrder stop = place;
  stop.client_id = client_id(2);
  stop.ord_type = fixspec::OrdType::Stop;
  stop.price.reset();
  stop.stop_px = place.price;
  AmendOrder amend;
  amend.client_id = client_id(3);
  amend.venue_order_id = fixspec::VenueOrderId{"55"};
  amend.instrument = instrument;
  amend.order_qty = place.order_qty;
  amend.price = place.price;
  CancelOrder by_id;
  by_id.client_id = client_id(3);
  by_id.venue_order_id = amend.venue_order_id;
  by_id.instrument = instrument;
  CancelOrder by_client_id = by_id;
  by_client_id.venue_order_id.reset();
  QueryOrder query;
  query.client_id = client_id(1);
  query.instrument = instrument;
  QueryOrder query_by_id = query;
  query_by_id.venue_order_id = amend.venue_order_id;

  std::vector<VenueRequest> requests;
  const auto add = [&](Ask ask) {
    const RequestId number = requests.size() + 1;
    answers_.emplace(number, 0);
    requests.push_back({.request_id = number,
                        .venue = venue_,
                        .account = fixspec::AccountId{"alpha"},
                        .ask = std::move(ask)});
  };
  add(place);
  add(stop);
  add(amend);
  add(by_id);
  add(by_client_id);
  add(CancelAll{});
  add(query);
  add(query_by_id);
  add(QueryOpenOrders{});
  add(QueryTrades{.since = 1'590'000'000 * fixspec::nanos_per_second});
  add(QueryPositions{});
  add(QueryBalances{});
  return requests;
}

void Conversation::on_told(const Told& told) {
  require_journallable(venue_, told);
  const RequestId answered = std::visit(
      [](const auto& each) -> RequestId {
        if constexpr (requires { each.request_id; }) return each.request_id;
        return 0;
      },
      told);
  if (answered == 0) return;
  const auto found = answers_.find(answered);
  require(found != answers_.end(), "an answer to what nobody asked");
  require(++found->second == 1, "request " + std::to_string(answered) + " was answered twice");
}

void Conversation::require_all_answered() const {
  for (const auto& [request, answers] : answers_) {
    require(answers == 1, "request " + std::to_string(request) + " was never answered");
  }
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end != 0) lines.push_back(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  return lines;
}

std::string as_reply_to(std::string_view message, const std::vector<std::uint64_t>& frames) {
  constexpr std::string_view key = "\"id\":";
  std::string text{message};
  const std::size_t at = text.find(key);
  if (at == std::string::npos || frames.empty()) return text;
  const std::size_t start = at + key.size();
  const std::size_t end = std::min(text.find_first_not_of("0123456789", start), text.size());
  std::uint64_t number = 0;
  for (std::size_t i = start; i < end; ++i) {
    number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  return text.replace(start, end - start, std::to_string(frames[number % frames.size()]));
}

}  // namespace causeway::fuzz
