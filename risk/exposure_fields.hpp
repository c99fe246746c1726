#pragma once

#include <map>

#include "risk/exposure.hpp"

// What an Exposure remembers, in the order in which a snapshot lays it down; counts that follow
// from it are made again. Read into new objects only.
namespace causeway::risk {

template <class Archive, class T>
requires std::same_as<std::remove_const_t<T>, OrderTerms>
void fields(Archive& a, T& v) {
  auto& [session, account, instrument, side, ord_type, order_qty, price] = v;
  a(session, account, instrument, side, ord_type, order_qty, price);
}

template <class Archive, class T>
requires std::same_as<std::remove_const_t<T>, InstrumentExposure>
void fields(Archive& a, T& v) {
  auto& [position, open_buy, open_sell] = v;
  a(position, open_buy, open_sell);
}

template <class Archive, class Self>
void Exposure::Recent::fields(Archive& a, Self& v) {
  auto& [at_mono_ns, terms] = v;
  a(at_mono_ns, terms);
}

template <class Archive, class Self>
void Exposure::Section::fields(Archive& a, Self& v) {
  auto& [limits, open_orders, messages, news, alike] = v;
  a(limits, open_orders, messages, news);
  if constexpr (Archive::reads) {
    for (const Recent& recent : news) ++alike[recent.terms];
  }
}

template <class Archive, class Self>
void Exposure::fields(Archive& a, Self& v) {
  auto& [sections, by_instrument] = v;
  std::map<Key, InstrumentExposure> sorted;
  if constexpr (!Archive::reads) sorted.insert(by_instrument.begin(), by_instrument.end());
  a(sections, sorted);
  if constexpr (Archive::reads) by_instrument.insert(sorted.begin(), sorted.end());
}

}  // namespace causeway::risk
