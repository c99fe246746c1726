#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "fixspec/report.hpp"
#include "fixspec/result.hpp"

namespace causeway::gateway::engine {

/// The instruments that venues have told of, found by their full name or by what FIX gives of it.
class InstrumentTable {
 public:
  InstrumentTable() = default;
  // by_symbol_ points into instruments_.
  InstrumentTable(const InstrumentTable&) = delete;
  InstrumentTable& operator=(const InstrumentTable&) = delete;

  /// Takes the instrument in, new or changed; says why not where its numbers make no sense.
  fixspec::Result<fixspec::Done, fixspec::Error> put(const fixspec::Instrument& instrument);

  /// Nothing of the venue can be traded until it is put in again: before a complete list.
  void withdraw(fixspec::Venue venue);

  [[nodiscard]] const fixspec::Instrument* find(const fixspec::InstrumentKey& key) const;
  /// What `reference` means on `venue`, or the refusal: unknown, or more than one (which says
  /// them).
  [[nodiscard]] fixspec::Result<const fixspec::Instrument*, fixspec::RejectDetail> resolve(
      fixspec::Venue venue, const fixspec::InstrumentRef& reference) const;
  /// Those of this symbol, on any venue and segment.
  [[nodiscard]] std::vector<const fixspec::Instrument*> named(const fixspec::Symbol& symbol) const;
  [[nodiscard]] const std::map<fixspec::InstrumentKey, fixspec::Instrument>& all() const {
    return instruments_;
  }
  /// What it remembers, for a snapshot: state_fields.hpp.
  template <class Archive, class Self>
  static void fields(Archive& a, Self& v);

 private:
  std::map<fixspec::InstrumentKey, fixspec::Instrument> instruments_;
  std::unordered_map<fixspec::Symbol, std::vector<const fixspec::Instrument*>> by_symbol_;
};

}  // namespace causeway::gateway::engine
