#pragma once

#include <functional>

#include "fixspec/order.hpp"
#include "fixspec/quickfix.hpp"
#include "fixspec/result.hpp"

// The gateway and the client library of strategies are two hands that wrote FIX apart: what one
// reads the other writes, and it must come back as it was.
namespace causeway::fuzz {

/// Reads a whole message as the gateway does; nullopt where it is refused.
using ReadRequest = std::function<std::optional<fixspec::ClientRequest>(const std::string& frame)>;

/// A request that the gateway has read, written by the client library and read again.
void check_request(const fixspec::ClientRequest& request, const ReadRequest& read);

/// A message of the gateway's kind (8, 9, r) as the client library reads it, written by the gateway
/// and read again.
void check_report(const FIX::Message& message, const FIX::DataDictionary& dictionary);

/// How many of either came the whole way so far.
std::uint64_t requests_there_and_back();
std::uint64_t reports_there_and_back();

}  // namespace causeway::fuzz
