#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/venue_server.hpp"

// What the venue of a measurement says: Deribit's messages with the fields that it really sends, so
// that they are as long as on the wire.
namespace causeway::bench::deribit {

/// `id` of a request.
std::uint64_t id_of(std::string_view request);
/// The value of the text or number `name`, wherever it stands first; empty where it does not.
std::string_view text_of(std::string_view message, std::string_view name);
std::string_view number_of(std::string_view message, std::string_view name);

/// A reply with this JSON as its result.
std::string reply(std::uint64_t id, const std::string& result);
/// The result of whatever a gateway asks while it logs on and recovers.
std::string result_of(std::string_view method, std::string_view request, std::size_t options);

std::string placed(const VenueServer::Order& order);
std::string trade_notification(const VenueServer::Order& order);
std::string order_notification(const VenueServer::Order& order);
std::string ticker();

}  // namespace causeway::bench::deribit
