#pragma once

#include <cstdint>
#include <optional>

#include "fixspec/id.hpp"

namespace causeway::gateway::engine {

/// OrderID(37): epoch and the sequence of the input that made the order, both zero-padded, so that
/// ids sort as they were made.
fixspec::OrderId make_order_id(std::uint32_t epoch, std::uint64_t sequence);

/// The sequence that make_order_id() was given; nullopt where `id` is not one of ours.
std::optional<std::uint64_t> number_of(const fixspec::OrderId& id);

/// The epoch that make_order_id() was given; nullopt where `id` is not one of ours.
std::optional<std::uint32_t> epoch_of(const fixspec::OrderId& id);

/// ExecID(17): epoch, the sequence of the input that made the report, and its place among them.
fixspec::ExecId make_exec_id(std::uint32_t epoch, std::uint64_t sequence, std::uint32_t index);

/// The client id we give to a venue: instance, epoch and sequence, 128 bits as 26 characters of
/// [0-9A-Z] without I, L, O and U. Unique for ever, and readable back.
fixspec::VenueClOrdId make_venue_cl_ord_id(std::uint32_t instance, std::uint32_t epoch,
                                           std::uint64_t sequence);

/// What make_venue_cl_ord_id() was made of.
struct VenueClOrdIdParts {
  std::uint32_t instance = 0;
  std::uint32_t epoch = 0;
  std::uint64_t sequence = 0;

  friend bool operator==(const VenueClOrdIdParts&, const VenueClOrdIdParts&) = default;
};
/// nullopt where `id` is not one of ours.
std::optional<VenueClOrdIdParts> parse_venue_cl_ord_id(const fixspec::VenueClOrdId& id);

}  // namespace causeway::gateway::engine
