#include "gateway/fix/reference.hpp"

#include <algorithm>

#include "gateway/fix/field_reader.hpp"
#include "gateway/fix/tags.hpp"

namespace causeway::gateway::fix {
namespace {

// SecurityListRequestType(559) and SecurityRequestResult(560)
constexpr std::string_view by_symbol = "0";
constexpr std::string_view all_securities = "4";
constexpr int valid_request = 0;
constexpr int invalid_request = 1;
constexpr int none_found = 2;

std::optional<fixspec::SecurityType> type_of(std::string_view text) {
  if (text == "FUT" || text == "PERP") return fixspec::SecurityType::Future;
  if (text == "OPT") return fixspec::SecurityType::Option;
  return std::nullopt;
}

std::string text_or_empty(const FIX::Message& message, int tag) {
  return message.isSetField(tag) ? message.getField(tag) : std::string{};
}

// Why the request cannot be answered, or nothing.
std::string objection(const FIX::Message& request) {
  const std::string type = text_or_empty(request, tag::security_list_request_type);
  if (type != by_symbol && type != all_securities) {
    return "SecurityListRequestType(559)=" + type + ": only 0 and 4";
  }
  if (type == by_symbol && !request.isSetField(tag::symbol)) return "Symbol(55) is missing";
  const std::string security_type = text_or_empty(request, tag::security_type);
  if (!security_type.empty() && !type_of(security_type)) {
    return "SecurityType(167)=" + security_type + ": only FUT, PERP and OPT";
  }
  if (request.isSetField(tag::cfi_code)) return "CFICode(461) is not supported as a filter";
  const std::string subscription = text_or_empty(request, tag::subscription_request_type);
  if (!subscription.empty() && subscription != "0") {
    return "SubscriptionRequestType(263)=" + subscription + ": only 0, there are no updates";
  }
  return {};
}

bool matches(const fixspec::Instrument& instrument, const FIX::Message& request) {
  const auto equal_if_given = [&](int tag, std::string_view value) {
    return !request.isSetField(tag) || request.getField(tag) == value;
  };
  const bool type_matches =
      !request.isSetField(tag::security_type) ||
      type_of(request.getField(tag::security_type)) == instrument.security_type;
  const bool symbol_matches = request.getField(tag::security_list_request_type) == all_securities ||
                              equal_if_given(tag::symbol, instrument.key.symbol.view());
  return type_matches && symbol_matches &&
         equal_if_given(tag::security_exchange, fixspec::to_fix(instrument.key.venue)) &&
         equal_if_given(tag::currency, instrument.quote.view());
}

}  // namespace

std::vector<SecurityListPage> security_list(const FIX::Message& request,
                                            const std::vector<fixspec::Instrument>& instruments,
                                            std::size_t per_page) {
  SecurityListPage empty;
  empty.request_id = text_or_empty(request, tag::security_req_id);
  empty.response_id = empty.request_id + "-1";
  empty.text = objection(request);
  if (!empty.text.empty()) {
    empty.result = invalid_request;
    return {empty};
  }
  std::vector<const fixspec::Instrument*> found;
  for (const fixspec::Instrument& instrument : instruments) {
    if (matches(instrument, request)) found.push_back(&instrument);
  }
  if (found.empty()) {
    empty.result = none_found;
    empty.text = "no instrument matches";
    return {empty};
  }
  std::vector<SecurityListPage> pages;
  for (std::size_t first = 0; first < found.size(); first += per_page) {
    const std::size_t end = std::min(first + per_page, found.size());
    SecurityListPage page;
    page.request_id = empty.request_id;
    page.response_id = empty.request_id + "-" + std::to_string(pages.size() + 1);
    page.result = valid_request;
    page.instruments.assign(found.begin() + static_cast<std::ptrdiff_t>(first),
                            found.begin() + static_cast<std::ptrdiff_t>(end));
    page.total = found.size();
    page.last = end == found.size();
    pages.push_back(std::move(page));
  }
  return pages;
}

StatusRequest read_status_request(const FIX::Message& message) {
  StatusRequest request;
  request.id = text_or_empty(message, tag::trad_ses_req_id);
  if (message.isSetField(tag::trading_session_id)) {
    request.venue = message.getField(tag::trading_session_id);
  }
  const std::string type = text_or_empty(message, tag::subscription_request_type);
  request.wants_current = type == "0" || type == "1";
  request.wants_updates = type == "1";
  return request;
}

}  // namespace causeway::gateway::fix
