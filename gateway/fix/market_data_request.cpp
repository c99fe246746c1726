#include "gateway/fix/market_data_request.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/fix/field_reader.hpp"
#include "gateway/fix/tags.hpp"

namespace causeway::gateway::fix {
namespace {

using fixspec::Unexpected;

std::string text_of(const FIX::FieldMap& fields, int tag) {
  return fields.isSetField(tag) ? fields.getField(tag) : std::string{};
}

/// Reads one request and keeps the first reason to refuse it.
class Reading {
 public:
  Reading(const FIX::Message& message, const std::vector<fixspec::Instrument>& instruments,
          const std::function<bool(const fixspec::InstrumentKey&)>& may_see)
      : message_(message), instruments_(instruments), may_see_(may_see) {}

  fixspec::Result<MarketDataRequest, MarketDataRefusal> read() {
    request_.id = text_of(message_, tag::md_req_id);
    refusal_.id = request_.id;
    read_type();
    if (request_.type != SubscriptionType::Unsubscribe) {
      read_depth();
      read_update_type();
      read_entries();
      read_instruments();
    }
    if (refused_) return Unexpected{std::move(refusal_)};
    return std::move(request_);
  }

 private:
  void refuse(MdReqRejReason reason, std::string text) {
    if (std::exchange(refused_, true)) return;
    refusal_.reason = reason;
    refusal_.text = std::move(text);
  }

  void read_type() {
    const std::string type = text_of(message_, tag::subscription_request_type);
    if (type == "0" || type == "1" || type == "2") {
      request_.type = static_cast<SubscriptionType>(type.front());
    } else {
      refuse(MdReqRejReason::UnsupportedSubscriptionType,
             "SubscriptionRequestType(263)=" + type + ": only 0, 1 and 2");
    }
  }

  void read_depth() {
    const std::string text = text_of(message_, tag::market_depth);
    std::size_t depth = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), depth);
    if (error != std::errc{} || end != text.data() + text.size() ||
        depth > translators::max_book_levels) {
      refuse(MdReqRejReason::UnsupportedMarketDepth,
             text.empty() ? "MarketDepth(264) is missing"
                          : "MarketDepth(264)=" + text + ": only 0 (all 20 levels) and 1 to 20");
      return;
    }
    if (depth > 0) request_.depth = depth;
    if (text_of(message_, tag::aggregated_book) == "N") {
      refuse(MdReqRejReason::UnsupportedAggregatedBook,
             "AggregatedBook(266)=N: an entry is a price, not an order");
    }
  }

  void read_update_type() {
    const std::string text = text_of(message_, tag::md_update_type);
    if (text == "1") request_.incremental = true;
    const bool is_needed = request_.type == SubscriptionType::Subscribe;
    if (text == "0" || text == "1" || (text.empty() && !is_needed)) return;
    refuse(MdReqRejReason::UnsupportedMdUpdateType,
           text.empty() ? "MDUpdateType(265) is missing: 0 whole pictures, 1 changes"
                        : "MDUpdateType(265)=" + text + ": only 0 and 1");
  }

  void read_entries() {
    const auto count = message_.groupCount(tag::no_md_entry_types);
    FIX::Group group{tag::no_md_entry_types, tag::md_entry_type};
    for (unsigned i = 1; i <= count; ++i) {
      message_.getGroup(i, group);
      const std::string type = text_of(group, tag::md_entry_type);
      bool* const entry = entry_of(type.size() == 1 ? type.front() : '\0');
      if (entry == nullptr) {
        refuse(MdReqRejReason::UnsupportedMdEntryType,
               "MDEntryType(269)=" + type + ": only 0, 1, 2, 3, 6, C and f");
        return;
      }
      *entry = true;
    }
    if (count == 0) {
      refuse(MdReqRejReason::UnsupportedMdEntryType, "NoMDEntryTypes(267) is missing or 0");
    }
  }

  bool* entry_of(char type) {
    switch (type) {
      case '0':
        return &request_.entries.bid;
      case '1':
        return &request_.entries.offer;
      case '2':
        return &request_.entries.trade;
      case '3':
        return &request_.entries.index_value;
      case '6':
        return &request_.entries.mark_price;
      case 'C':
        return &request_.entries.open_interest;
      case 'f':
        return &request_.entries.funding_rate;
      default:
        return nullptr;
    }
  }

  void read_instruments() {
    const auto count = message_.groupCount(tag::no_related_sym);
    if (count == 0) {
      refuse(MdReqRejReason::UnknownSymbol, "NoRelatedSym(146) is missing or 0");
    }
    FIX::Group group{tag::no_related_sym, tag::symbol};
    for (unsigned i = 1; i <= count && !refused_; ++i) {
      message_.getGroup(i, group);
      const fixspec::Instrument* const instrument = resolve(group);
      if (instrument == nullptr) return;
      check(*instrument);
      const auto& key = instrument->key;
      auto& all = request_.instruments;
      if (std::find(all.begin(), all.end(), key) == all.end()) all.push_back(key);
    }
  }

  // The one instrument that a row means; nullptr after a refusal.
  const fixspec::Instrument* resolve(const FIX::FieldMap& row) {
    FIX::Message named;
    for (const int tag : {tag::symbol, tag::security_exchange, tag::security_type, tag::cfi_code}) {
      if (row.isSetField(tag)) named.setField(tag, row.getField(tag));
    }
    const FrameFields fields{named};
    const InstrumentsNamed instruments_named = [this](const fixspec::Symbol& symbol) {
      std::vector<const fixspec::Instrument*> of_symbol;
      for (const fixspec::Instrument& instrument : instruments_) {
        if (instrument.key.symbol == symbol) of_symbol.push_back(&instrument);
      }
      return of_symbol;
    };
    FieldReader reader{fields, instruments_named};
    const auto wanted = reader.instrument();
    const std::string name = "Symbol(55)=" + text_of(row, tag::symbol);
    if (!wanted || reader.refusal()) {
      refuse(MdReqRejReason::UnknownSymbol,
             reader.refusal() ? reader.refusal()->text : name + " is not known");
      return nullptr;
    }
    const fixspec::Instrument* found = nullptr;
    std::string several;
    for (const fixspec::Instrument& instrument : instruments_) {
      const auto& key = instrument.key;
      if (key.symbol != wanted->symbol || (wanted->venue && *wanted->venue != key.venue) ||
          (wanted->segment && *wanted->segment != key.segment)) {
        continue;
      }
      several += (found == nullptr ? "" : ", ") + std::string{fixspec::to_fix(key.venue)} + " " +
                 std::string{fixspec::to_text(key.segment)};
      if (found != nullptr) {
        refuse(MdReqRejReason::UnknownSymbol,
               name + " names more than one instrument (" + several +
                   "): give SecurityExchange(207), SecurityType(167) or CFICode(461)");
        return nullptr;
      }
      found = &instrument;
    }
    if (found == nullptr) {
      const std::string venue = text_of(row, tag::security_exchange);
      refuse(MdReqRejReason::UnknownSymbol,
             name + (venue.empty() ? "" : " on " + venue) + " is not known");
    }
    return found;
  }

  // Whether the session may have it, and whether there is such a thing.
  void check(const fixspec::Instrument& instrument) {
    const std::string symbol = "Symbol(55)=" + instrument.key.symbol.to_string();
    if (!may_see_(instrument.key)) {
      refuse(MdReqRejReason::InsufficientPermission,
             symbol + " is not among the session's Symbols");
    }
    const bool is_spot = instrument.security_type == fixspec::SecurityType::Spot;
    const MarketDataEntries& wanted = request_.entries;
    if (wanted.funding_rate && !instrument.is_perpetual()) {
      refuse(MdReqRejReason::UnsupportedMdEntryType,
             "MDEntryType(269)=f: " + symbol + " has no funding rate, only perpetuals have");
    }
    if (is_spot && (wanted.mark_price || wanted.open_interest || wanted.index_value)) {
      refuse(MdReqRejReason::UnsupportedMdEntryType,
             "MDEntryType(269) 3, 6 and C: " + symbol + " is spot, which has none of them");
    }
  }

  const FIX::Message& message_;
  const std::vector<fixspec::Instrument>& instruments_;
  const std::function<bool(const fixspec::InstrumentKey&)>& may_see_;
  MarketDataRequest request_;
  MarketDataRefusal refusal_;
  bool refused_ = false;
};

}  // namespace

translators::MarketInterest MarketDataRequest::interest() const {
  const bool top = entries.any_book() && is_top_of_book();
  return {.values = entries.any_value() || top,
          .book = entries.any_book() && !is_top_of_book(),
          .trades = entries.trade};
}

fixspec::Result<MarketDataRequest, MarketDataRefusal> read_market_data_request(
    const FIX::Message& message, const std::vector<fixspec::Instrument>& instruments,
    const std::function<bool(const fixspec::InstrumentKey&)>& may_see) {
  return Reading{message, instruments, may_see}.read();
}

}  // namespace causeway::gateway::fix
