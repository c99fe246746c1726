#pragma once

#include <string>

#include "fixspec/order.hpp"
#include "fixspec/quickfix.hpp"

namespace causeway::strategies::client {

/// The message of a request, without header. `transact_time` is TransactTime(60),
/// "20261121-01:02:03.004".
FIX::Message encode(const fixspec::ClientRequest& request, const std::string& transact_time);

/// SecurityListRequest (35=x) for all instruments.
FIX::Message encode_security_list_request(const std::string& request_id);

/// MarketDataRequest (35=V) for the best prices of one instrument, the whole newest picture each
/// time.
FIX::Message encode_best_prices_request(const std::string& request_id,
                                        const fixspec::InstrumentRef& instrument);

}  // namespace causeway::strategies::client
