#pragma once

#include <memory>

#include "translators/binance/query.hpp"

// For make_query() alone.
namespace causeway::translators::binance {

std::unique_ptr<Query> make_order_query(const VenueRequest& request, AlgoOrders& orders);
std::unique_ptr<Query> make_trades_query(const VenueRequest& request, AlgoOrders& orders,
                                         fixspec::LogSink& log);
/// QueryOpenOrders and CancelAll.
std::unique_ptr<Query> make_open_orders_query(const VenueRequest& request, AlgoOrders& orders,
                                              fixspec::LogSink& log);

}  // namespace causeway::translators::binance
