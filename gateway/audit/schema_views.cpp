#include <array>

#include "gateway/audit/schema.hpp"

// For people: names instead of codes, ISO times with microseconds. iso(x) stands for the expression
// that makes one of nanoseconds.
namespace causeway::gateway::audit {
namespace {

constexpr std::array v_orders{
    ColumnDefinition{"order_id", "o.order_id", "OrderID(37)"},
    ColumnDefinition{"created", "iso(o.created_utc_ns)", "When the order came in, ISO 8601 UTC"},
    ColumnDefinition{"updated", "iso(o.updated_utc_ns)", "When it changed last, ISO 8601 UTC"},
    ColumnDefinition{"session", "o.session", "The client's CompID"},
    ColumnDefinition{"account", "o.account", "Account(1)"},
    ColumnDefinition{"cl_ord_id", "o.cl_ord_id", "ClOrdID(11), the last accepted one"},
    ColumnDefinition{"venue", "o.venue", "SecurityExchange(207)"},
    ColumnDefinition{"symbol", "o.symbol", "Symbol(55)"},
    ColumnDefinition{"side", "o.side", "Buy or Sell"},
    ColumnDefinition{"ord_type", "o.ord_type", "Market, Limit, Stop or StopLimit"},
    ColumnDefinition{"time_in_force", "o.time_in_force", "GTC, IOC, FOK or GTD"},
    ColumnDefinition{"order_qty", "o.order_qty", "OrderQty(38)"},
    ColumnDefinition{"price", "o.price", "Price(44)"},
    ColumnDefinition{"stop_px", "o.stop_px", "StopPx(99)"},
    ColumnDefinition{"ord_status", "o.ord_status", "OrdStatus(39) in words"},
    ColumnDefinition{"cum_qty", "o.cum_qty", "CumQty(14): filled"},
    ColumnDefinition{"leaves_qty", "o.leaves_qty", "LeavesQty(151): still open"},
    ColumnDefinition{"avg_px", "o.avg_px", "AvgPx(6)"},
    ColumnDefinition{"fills", "(SELECT count(*) FROM executions e WHERE e.order_id = o.order_id)",
                     "How many fills it had"},
    ColumnDefinition{"is_unknown", "o.is_unknown", "1: a request's outcome is unknown"},
    ColumnDefinition{"last_step", "o.last_step", "What happened to it last"},
    ColumnDefinition{"reject_text",
                     "(SELECT r.text FROM rejects r WHERE r.order_id = o.order_id "
                     "ORDER BY r.sequence DESC, r.position DESC LIMIT 1)",
                     "Text(58) of its latest refusal"},
    ColumnDefinition{"venue_order_id", "o.venue_order_id", "SecondaryOrderID(198)"},
    ColumnDefinition{"venue_cl_ord_id", "o.venue_cl_ord_id", "The client id at the venue"},
};

constexpr std::array v_open_orders{
    ColumnDefinition{"order_id", "order_id", "OrderID(37)"},
    ColumnDefinition{"created", "iso(created_utc_ns)", "When the order came in, ISO 8601 UTC"},
    ColumnDefinition{"session", "session", "The client's CompID"},
    ColumnDefinition{"account", "account", "Account(1)"},
    ColumnDefinition{"cl_ord_id", "cl_ord_id", "ClOrdID(11), the last accepted one"},
    ColumnDefinition{"venue", "venue", "SecurityExchange(207)"},
    ColumnDefinition{"symbol", "symbol", "Symbol(55)"},
    ColumnDefinition{"side", "side", "Buy or Sell"},
    ColumnDefinition{"ord_type", "ord_type", "Market, Limit, Stop or StopLimit"},
    ColumnDefinition{"price", "price", "Price(44)"},
    ColumnDefinition{"stop_px", "stop_px", "StopPx(99)"},
    ColumnDefinition{"order_qty", "order_qty", "OrderQty(38)"},
    ColumnDefinition{"cum_qty", "cum_qty", "CumQty(14): filled"},
    ColumnDefinition{"leaves_qty", "leaves_qty", "LeavesQty(151): still open"},
    ColumnDefinition{"ord_status", "ord_status", "OrdStatus(39) in words"},
    ColumnDefinition{"is_unknown", "is_unknown", "1: a request's outcome is unknown"},
    ColumnDefinition{"last_step", "last_step", "What happened to it last"},
    ColumnDefinition{"venue_order_id", "venue_order_id", "SecondaryOrderID(198)"},
    ColumnDefinition{"venue_cl_ord_id", "venue_cl_ord_id", "The client id at the venue"},
};

constexpr std::array v_executions{
    ColumnDefinition{"time", "iso(e.utc_ns)", "When the gateway was told, ISO 8601 UTC"},
    ColumnDefinition{"venue_time", "iso(e.venue_utc_ns)", "When it traded, by the venue's clock"},
    ColumnDefinition{"exec_id", "e.exec_id", "ExecID(17)"},
    ColumnDefinition{"order_id", "e.order_id", "OrderID(37)"},
    ColumnDefinition{"session", "o.session", "The client's CompID"},
    ColumnDefinition{"account", "o.account", "Account(1)"},
    ColumnDefinition{"cl_ord_id", "e.cl_ord_id", "ClOrdID(11)"},
    ColumnDefinition{"venue", "o.venue", "SecurityExchange(207)"},
    ColumnDefinition{"symbol", "o.symbol", "Symbol(55)"},
    ColumnDefinition{"side", "o.side", "Buy or Sell"},
    ColumnDefinition{"last_qty", "e.last_qty", "LastQty(32)"},
    ColumnDefinition{"last_px", "e.last_px", "LastPx(31)"},
    ColumnDefinition{"liquidity", "e.liquidity", "Added or Removed"},
    ColumnDefinition{"fee", "e.fee", "MiscFeeAmt(137): positive paid, negative a rebate"},
    ColumnDefinition{"fee_currency", "e.fee_currency", "MiscFeeCurr(138)"},
    ColumnDefinition{"trade_id", "e.trade_id", "SecondaryExecID(527)"},
    ColumnDefinition{"cum_qty", "e.cum_qty", "CumQty(14) after it"},
    ColumnDefinition{"leaves_qty", "e.leaves_qty", "LeavesQty(151) after it"},
    ColumnDefinition{"exec_origin", "e.exec_origin", "Who caused it, where not the client"},
};

constexpr std::array v_order_timeline{
    ColumnDefinition{"order_id", "order_id", "OrderID(37)"},
    ColumnDefinition{"step",
                     "row_number() OVER (PARTITION BY order_id ORDER BY sequence, phase, position)",
                     "Counts the order's steps from 1"},
    ColumnDefinition{"time", "iso(utc_ns)", "When the step's input entered, ISO 8601 UTC"},
    ColumnDefinition{"since_first_us", "(utc_ns - min(utc_ns) OVER (PARTITION BY order_id)) / 1000",
                     "Microseconds since the order's first step"},
    ColumnDefinition{"direction", "direction",
                     "FIX in, risk, to venue, from venue, order or FIX out"},
    ColumnDefinition{"text", "text", "The step in words"},
    ColumnDefinition{"sequence", "sequence", "The journal's number of the step's input"},
};

constexpr std::string_view timeline_source =
    "(SELECT order_id, sequence, 0 AS phase, 0 AS position, utc_ns, 'FIX in' AS direction, text "
    "FROM requests WHERE order_id IS NOT NULL "
    "UNION ALL SELECT order_id, sequence, 0, position, utc_ns, 'from venue', text "
    "FROM venue_events WHERE order_id IS NOT NULL "
    "UNION ALL SELECT order_id, sequence, 1, position, utc_ns, 'risk', text "
    "FROM risk_decisions WHERE order_id IS NOT NULL "
    "UNION ALL SELECT order_id, sequence, 1, position, utc_ns, 'to venue', text "
    "FROM venue_requests WHERE order_id IS NOT NULL "
    "UNION ALL SELECT order_id, sequence, 1, position, utc_ns, 'order', text FROM order_events "
    "UNION ALL SELECT order_id, sequence, 1, position, utc_ns, 'FIX out', text "
    "FROM reports WHERE order_id IS NOT NULL)";

constexpr std::array v_rejects{
    ColumnDefinition{"time", "iso(utc_ns)", "When the request was refused, ISO 8601 UTC"},
    ColumnDefinition{"session", "session", "Whose request it was"},
    ColumnDefinition{"what", "what", "new order, cancel, replace or mass cancel"},
    ColumnDefinition{"cl_ord_id", "cl_ord_id", "ClOrdID(11) of the request"},
    ColumnDefinition{"order_id", "order_id", "OrderID(37), where there is an order"},
    ColumnDefinition{"by",
                     "CASE WHEN code BETWEEN 1000 AND 1999 THEN 'request' "
                     "WHEN code BETWEEN 2000 AND 2999 THEN 'instrument' "
                     "WHEN code BETWEEN 3000 AND 3999 THEN 'risk' "
                     "WHEN code BETWEEN 4000 AND 4999 THEN 'gateway' ELSE 'venue' END",
                     "Who refused: request, instrument, risk, gateway or venue"},
    ColumnDefinition{"code", "code", "RejectCode(20050)"},
    ColumnDefinition{"rule", "rule", "The code in words"},
    ColumnDefinition{"text", "text", "Text(58)"},
    ColumnDefinition{"risk_limit", "risk_limit", "RiskLimit(20081)"},
    ColumnDefinition{"risk_used", "risk_used", "RiskUsed(20082)"},
    ColumnDefinition{"venue_error_code", "venue_error_code", "VenueErrorCode(20051)"},
    ColumnDefinition{"venue_error_text", "venue_error_text", "VenueErrorText(20052)"},
};

constexpr std::array all_views{
    ViewDefinition{"v_orders", "One line an order, as it stands now", v_orders, "orders o"},
    ViewDefinition{"v_open_orders", "Orders that can still trade", v_open_orders,
                   "orders WHERE is_open = 1"},
    ViewDefinition{"v_executions", "One line a fill, with its order", v_executions,
                   "executions e JOIN orders o ON o.order_id = e.order_id"},
    ViewDefinition{
        "v_order_timeline",
        "One line a step of an order, in order: what came in, what was decided, what went "
        "out",
        v_order_timeline, timeline_source},
    ViewDefinition{"v_rejects", "One line a refusal, with who refused and why", v_rejects,
                   "rejects"},
};

}  // namespace

std::span<const ViewDefinition> views() { return all_views; }

}  // namespace causeway::gateway::audit
