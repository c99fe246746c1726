#include "risk/exposure.hpp"

#include <utility>

namespace causeway::risk {
namespace {

bool applies(const Scope& scope, const OrderTerms& terms) {
  return (!scope.session || *scope.session == terms.session) &&
         (!scope.account || *scope.account == terms.account) &&
         (!scope.venue || *scope.venue == terms.instrument.venue) &&
         (!scope.symbol || *scope.symbol == terms.instrument.symbol);
}

}  // namespace

bool Exposure::Alike::operator()(const OrderTerms& a, const OrderTerms& b) const {
  return a.account == b.account && a.instrument == b.instrument && a.side == b.side &&
         a.ord_type == b.ord_type && a.order_qty == b.order_qty && a.price == b.price;
}

std::size_t Exposure::AlikeHash::operator()(const OrderTerms& terms) const {
  std::size_t hash = std::hash<fixspec::AccountId>{}(terms.account);
  hash = hash * 31 + std::hash<fixspec::InstrumentKey>{}(terms.instrument);
  hash = hash * 31 + static_cast<std::size_t>(terms.side);
  hash = hash * 31 + static_cast<std::size_t>(terms.ord_type);
  hash = hash * 31 + std::hash<fixspec::Decimal>{}(terms.order_qty.value());
  return terms.price ? hash * 31 + std::hash<fixspec::Decimal>{}(terms.price->value()) : hash;
}

void Exposure::set_limits(Limits limits) {
  sections_.clear();
  for (LimitSet& set : limits) sections_.push_back({.limits = std::move(set)});
}

std::vector<Usage> Exposure::usages(const OrderTerms& terms, fixspec::Timestamp now) {
  std::vector<Usage> result;
  result.reserve(sections_.size());
  for (Section& section : sections_) {
    if (!applies(section.limits.scope, terms)) continue;
    while (!section.messages.empty() &&
           now.mono_ns - section.messages.front() >= fixspec::nanos_per_second) {
      section.messages.pop_front();
    }
    const std::int64_t window_ns =
        section.limits.duplicate_window_ms.value_or(0) * fixspec::nanos_per_milli;
    while (!section.news.empty() && now.mono_ns - section.news.front().at_mono_ns >= window_ns) {
      const auto count = section.alike.find(section.news.front().terms);
      if (--count->second == 0) section.alike.erase(count);
      section.news.pop_front();
    }
    Usage usage{.limits = &section.limits,
                .open_orders = section.open_orders,
                .orders_in_last_second = static_cast<std::uint32_t>(section.messages.size())};
    if (const auto count = section.alike.find(terms); count != section.alike.end()) {
      usage.alike_in_window = count->second;
    }
    result.push_back(usage);
  }
  return result;
}

InstrumentExposure Exposure::of(const fixspec::AccountId& account,
                                const fixspec::InstrumentKey& instrument) const {
  const auto found = by_instrument_.find({account, instrument});
  return found == by_instrument_.end() ? InstrumentExposure{} : found->second;
}

void Exposure::count_message(const OrderTerms& terms, bool is_new, fixspec::Timestamp now) {
  for (Section& section : sections_) {
    if (!applies(section.limits.scope, terms)) continue;
    if (section.limits.max_orders_per_second) section.messages.push_back(now.mono_ns);
    if (is_new && section.limits.duplicate_max) {
      section.news.push_back({.at_mono_ns = now.mono_ns, .terms = terms});
      ++section.alike[terms];
    }
  }
}

void Exposure::open(const OrderTerms& terms, fixspec::Quantity leaves) {
  for (Section& section : sections_) {
    if (applies(section.limits.scope, terms)) ++section.open_orders;
  }
  reserve(terms, leaves);
}

void Exposure::reserve(const OrderTerms& terms, fixspec::Quantity difference) {
  InstrumentExposure& exposure = by_instrument_[{terms.account, terms.instrument}];
  fixspec::Quantity& side =
      terms.side == fixspec::Side::Buy ? exposure.open_buy : exposure.open_sell;
  side += difference;
  CAUSEWAY_ASSERT(!side.is_negative());
}

void Exposure::close(const OrderTerms& terms, fixspec::Quantity remaining) {
  for (Section& section : sections_) {
    if (!applies(section.limits.scope, terms)) continue;
    CAUSEWAY_ASSERT(section.open_orders > 0);
    --section.open_orders;
  }
  reserve(terms, -remaining);
}

void Exposure::trade(const fixspec::AccountId& account, const fixspec::InstrumentKey& instrument,
                     fixspec::Side side, fixspec::Quantity qty) {
  InstrumentExposure& exposure = by_instrument_[{account, instrument}];
  exposure.position += side == fixspec::Side::Buy ? qty : -qty;
}

std::map<fixspec::InstrumentKey, fixspec::Quantity> Exposure::positions(
    const fixspec::AccountId& account) const {
  std::map<fixspec::InstrumentKey, fixspec::Quantity> result;
  for (const auto& [key, exposure] : by_instrument_) {
    if (key.first == account && !exposure.position.is_zero()) {
      result.emplace(key.second, exposure.position);
    }
  }
  return result;
}

void Exposure::set_position(const fixspec::AccountId& account,
                            const fixspec::InstrumentKey& instrument, fixspec::Quantity position) {
  by_instrument_[{account, instrument}].position = position;
}

}  // namespace causeway::risk
