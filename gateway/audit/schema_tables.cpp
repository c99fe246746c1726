#include <array>

#include "gateway/audit/schema.hpp"

// Money and quantities are TEXT: the exact decimal. Times are INTEGER nanoseconds UTC. A row's
// place is (sequence, position): the journal's number of the input, and 0 for the input itself or n
// for the engine's n-th output.
namespace causeway::gateway::audit {
namespace {

constexpr std::string_view sequence_text = "The journal's number of the input";
constexpr std::string_view position_text = "Place among what the input made, from 1";
constexpr std::string_view time_text = "When the input entered, ns UTC";
constexpr std::string_view order_text =
    "OrderID(37) of the order it belongs to, where there is one";
constexpr std::string_view order_type = "TEXT REFERENCES orders(order_id)";
constexpr std::string_view key = "INTEGER NOT NULL";
constexpr std::string_view by_place = ", PRIMARY KEY(sequence, position)";

constexpr std::array runs{
    ColumnDefinition{"epoch", "INTEGER NOT NULL PRIMARY KEY", "Counts the runs of the gateway"},
    ColumnDefinition{"instance", "INTEGER NOT NULL", "Names the state directory for ever"},
    ColumnDefinition{"sequence", "INTEGER NOT NULL", sequence_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"limit_sets", "INTEGER NOT NULL", "[RISK] sections in force"},
    ColumnDefinition{"sessions", "INTEGER NOT NULL", "Sessions that may trade or look"},
};

constexpr std::array sessions{
    ColumnDefinition{"session", "TEXT NOT NULL PRIMARY KEY", "The client's CompID"},
    ColumnDefinition{"first_utc_ns", "INTEGER NOT NULL", "Its first request, ns UTC"},
    ColumnDefinition{"last_utc_ns", "INTEGER NOT NULL", "Its latest request, ns UTC"},
    ColumnDefinition{"requests", "INTEGER NOT NULL", "How many requests it has made"},
};

constexpr std::array instruments{
    ColumnDefinition{"venue", "TEXT NOT NULL", "SecurityExchange(207)"},
    ColumnDefinition{"segment", "TEXT NOT NULL",
                     "The venue's market: SPOT, LINEAR, INVERSE, OPTION"},
    ColumnDefinition{"symbol", "TEXT NOT NULL", "Symbol(55), as the venue spells it"},
    ColumnDefinition{"security_type", "TEXT NOT NULL", "Spot, Future (perpetuals too) or Option"},
    ColumnDefinition{"contract_type", "TEXT NOT NULL",
                     "ContractType(20040): Linear, Inverse, Quanto"},
    ColumnDefinition{"base", "TEXT NOT NULL", "The underlying asset"},
    ColumnDefinition{"quote", "TEXT NOT NULL", "Currency(15): what prices count"},
    ColumnDefinition{"settle", "TEXT NOT NULL", "SettlCurrency(120)"},
    ColumnDefinition{"expiry_utc_ns", "INTEGER", "Expiry, ns UTC; NULL for spot and perpetuals"},
    ColumnDefinition{"put_or_call", "TEXT", "Put or Call; options only"},
    ColumnDefinition{"strike", "TEXT", "StrikePrice(202); options only"},
    ColumnDefinition{"qty_type", "TEXT NOT NULL", "What quantities count: Units or Contracts"},
    ColumnDefinition{"contract_multiplier", "TEXT NOT NULL", "ContractMultiplier(231)"},
    ColumnDefinition{"tick", "TEXT NOT NULL", "MinPriceIncrement(969)"},
    ColumnDefinition{"qty_step", "TEXT NOT NULL", "QtyStep(20041)"},
    ColumnDefinition{"min_qty", "TEXT NOT NULL", "MinTradeVol(562)"},
    ColumnDefinition{"max_qty", "TEXT", "MaxTradeVol(1140), where the venue has one"},
    ColumnDefinition{"min_notional", "TEXT", "MinNotional(20042), where the venue has one"},
    ColumnDefinition{"trading_status", "TEXT NOT NULL", "SecurityTradingStatus(326) in words"},
    ColumnDefinition{"updated_utc_ns", "INTEGER NOT NULL", "When the venue last told it, ns UTC"},
};

constexpr std::array orders{
    ColumnDefinition{"order_id", "TEXT NOT NULL PRIMARY KEY", "OrderID(37), unique for ever"},
    ColumnDefinition{"session", "TEXT NOT NULL REFERENCES sessions(session)", "Whose order it is"},
    ColumnDefinition{"account", "TEXT NOT NULL", "Account(1)"},
    ColumnDefinition{"venue", "TEXT NOT NULL", "SecurityExchange(207)"},
    ColumnDefinition{"segment", "TEXT NOT NULL",
                     "The venue's market: SPOT, LINEAR, INVERSE, OPTION"},
    ColumnDefinition{"symbol", "TEXT NOT NULL", "Symbol(55)"},
    ColumnDefinition{"cl_ord_id", "TEXT NOT NULL", "ClOrdID(11), the last accepted one"},
    ColumnDefinition{"venue_cl_ord_id", "TEXT NOT NULL", "The client id that the venue was given"},
    ColumnDefinition{"venue_order_id", "TEXT", "SecondaryOrderID(198): the venue's id"},
    ColumnDefinition{"side", "TEXT NOT NULL", "Buy or Sell"},
    ColumnDefinition{"ord_type", "TEXT NOT NULL", "Market, Limit, Stop or StopLimit"},
    ColumnDefinition{"time_in_force", "TEXT NOT NULL", "GTC, IOC, FOK or GTD"},
    ColumnDefinition{"price", "TEXT", "Price(44)"},
    ColumnDefinition{"stop_px", "TEXT", "StopPx(99)"},
    ColumnDefinition{"exec_inst", "TEXT NOT NULL", "ExecInst(18) as the client sent it"},
    ColumnDefinition{"order_qty", "TEXT NOT NULL", "OrderQty(38), fills included"},
    ColumnDefinition{"cum_qty", "TEXT NOT NULL", "CumQty(14): filled"},
    ColumnDefinition{"leaves_qty", "TEXT NOT NULL", "LeavesQty(151): still open"},
    ColumnDefinition{"avg_px", "TEXT NOT NULL", "AvgPx(6)"},
    ColumnDefinition{"ord_status", "TEXT NOT NULL", "OrdStatus(39) in words"},
    ColumnDefinition{"is_open", "INTEGER NOT NULL", "1 until the status is final"},
    ColumnDefinition{"is_unknown", "INTEGER NOT NULL",
                     "1 while nobody can say what became of a request of the order"},
    ColumnDefinition{"last_step", "TEXT NOT NULL", "What happened to it last"},
    ColumnDefinition{"first_sequence", "INTEGER NOT NULL", "The journal's number of its request"},
    ColumnDefinition{"created_utc_ns", "INTEGER NOT NULL", "When its request entered, ns UTC"},
    ColumnDefinition{"updated_utc_ns", "INTEGER NOT NULL", "When it changed last, ns UTC"},
};

constexpr std::array requests{
    ColumnDefinition{"sequence", "INTEGER NOT NULL PRIMARY KEY", sequence_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"session", "TEXT NOT NULL REFERENCES sessions(session)", "Who sent it"},
    ColumnDefinition{"msg_seq_num", "INTEGER NOT NULL", "MsgSeqNum(34) of the message"},
    ColumnDefinition{"msg_type", "TEXT NOT NULL", "MsgType(35): D, G, F, q, H or AF"},
    ColumnDefinition{"cl_ord_id", "TEXT", "ClOrdID(11)"},
    ColumnDefinition{"orig_cl_ord_id", "TEXT", "OrigClOrdID(41)"},
    ColumnDefinition{"order_id", order_type, order_text},
    ColumnDefinition{"account", "TEXT", "Account(1)"},
    ColumnDefinition{"symbol", "TEXT", "Symbol(55)"},
    ColumnDefinition{"side", "TEXT", "Buy or Sell"},
    ColumnDefinition{"ord_type", "TEXT", "Market, Limit, Stop or StopLimit"},
    ColumnDefinition{"time_in_force", "TEXT", "GTC, IOC, FOK or GTD"},
    ColumnDefinition{"order_qty", "TEXT", "OrderQty(38)"},
    ColumnDefinition{"price", "TEXT", "Price(44)"},
    ColumnDefinition{"stop_px", "TEXT", "StopPx(99)"},
    ColumnDefinition{"mark_price", "TEXT", "The mark price that risk could use"},
    ColumnDefinition{"index_price", "TEXT", "The index price that risk could use"},
    ColumnDefinition{"reference_age_ms", "INTEGER", "How old those prices were"},
    ColumnDefinition{"text", "TEXT NOT NULL", "The request in words"},
};

constexpr std::array risk_decisions{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"session", "TEXT NOT NULL", "Who asked"},
    ColumnDefinition{"account", "TEXT NOT NULL", "Account(1)"},
    ColumnDefinition{"cl_ord_id", "TEXT NOT NULL", "ClOrdID(11) of the request"},
    ColumnDefinition{"order_id", order_type, order_text},
    ColumnDefinition{"accepted", "INTEGER NOT NULL", "1: passed every check; 0: refused"},
    ColumnDefinition{"code", "INTEGER", "RejectCode(20050) of the check that refused"},
    ColumnDefinition{"rule", "TEXT", "RiskRuleID(20080) of that check"},
    ColumnDefinition{"reference_price", "TEXT", "The price that values were computed with"},
    ColumnDefinition{"risk_limit", "TEXT", "RiskLimit(20081): the limit in force"},
    ColumnDefinition{"risk_used", "TEXT", "RiskUsed(20082): the value that broke it"},
    ColumnDefinition{"text", "TEXT NOT NULL", "The verdict in words"},
};

constexpr std::array venue_requests{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"request_id", "INTEGER NOT NULL", "Numbers the requests of a run"},
    ColumnDefinition{"venue", "TEXT NOT NULL", "Which venue was asked"},
    ColumnDefinition{"account", "TEXT NOT NULL", "On whose behalf"},
    ColumnDefinition{"kind", "TEXT NOT NULL", "What was asked: place, amend, cancel, a query"},
    ColumnDefinition{"order_id", order_type, order_text},
    ColumnDefinition{"venue_cl_ord_id", "TEXT", "The client id that the venue was given"},
    ColumnDefinition{"symbol", "TEXT", "Symbol(55)"},
    ColumnDefinition{"order_qty", "TEXT", "The quantity asked for"},
    ColumnDefinition{"price", "TEXT", "The price asked for"},
    ColumnDefinition{"stop_px", "TEXT", "The stop price asked for"},
    ColumnDefinition{"valid_until_utc_ns", "INTEGER", "The venue must not accept it later, ns UTC"},
    ColumnDefinition{"text", "TEXT NOT NULL", "The request in words"},
};

constexpr std::array venue_events{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, "0: the event; from 1: an order or trade that it lists"},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"venue", "TEXT NOT NULL", "Which venue told it"},
    ColumnDefinition{"account", "TEXT NOT NULL", "Of which account; empty for instruments"},
    ColumnDefinition{"kind", "TEXT NOT NULL", "What was told: order, fill, refused, unknown, ..."},
    ColumnDefinition{"source", "TEXT", "How a fact came: reply, stream or query"},
    ColumnDefinition{"request_id", "INTEGER", "The request that it answers"},
    ColumnDefinition{"order_id", order_type, order_text},
    ColumnDefinition{"venue_cl_ord_id", "TEXT", "The client id that the venue was given"},
    ColumnDefinition{"venue_order_id", "TEXT", "The venue's id of the order"},
    ColumnDefinition{"symbol", "TEXT", "Symbol(55)"},
    ColumnDefinition{"state", "TEXT", "The order's state at the venue"},
    ColumnDefinition{"order_qty", "TEXT", "The order's quantity at the venue"},
    ColumnDefinition{"cum_qty", "TEXT", "What the venue counts as filled"},
    ColumnDefinition{"price", "TEXT", "The order's price at the venue"},
    ColumnDefinition{"trade_id", "TEXT", "SecondaryExecID(527): the venue's id of a trade"},
    ColumnDefinition{"last_qty", "TEXT", "Quantity of that trade"},
    ColumnDefinition{"last_px", "TEXT", "Price of that trade"},
    ColumnDefinition{"venue_utc_ns", "INTEGER", "The venue's own time of it, ns UTC"},
    ColumnDefinition{"text", "TEXT NOT NULL", "The event in words"},
};

constexpr std::array order_events{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"order_id", "TEXT NOT NULL REFERENCES orders(order_id)", "OrderID(37)"},
    ColumnDefinition{"what", "TEXT NOT NULL", "The step in a word or two"},
    ColumnDefinition{"ord_status", "TEXT NOT NULL", "OrdStatus(39) after it, in words"},
    ColumnDefinition{"is_unknown", "INTEGER NOT NULL", "1: a request's outcome is unknown"},
    ColumnDefinition{"order_qty", "TEXT NOT NULL", "OrderQty(38) after it"},
    ColumnDefinition{"cum_qty", "TEXT NOT NULL", "CumQty(14) after it"},
    ColumnDefinition{"leaves_qty", "TEXT NOT NULL", "LeavesQty(151) after it"},
    ColumnDefinition{"avg_px", "TEXT NOT NULL", "AvgPx(6) after it"},
    ColumnDefinition{"price", "TEXT", "Price(44) after it"},
    ColumnDefinition{"stop_px", "TEXT", "StopPx(99) after it"},
    ColumnDefinition{"text", "TEXT NOT NULL", "The step and the state after it in words"},
};

constexpr std::array reports{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"session", "TEXT NOT NULL", "Who was told"},
    ColumnDefinition{"msg_type", "TEXT NOT NULL", "MsgType(35): 8, 9, r or h"},
    ColumnDefinition{"exec_id", "TEXT", "ExecID(17)"},
    ColumnDefinition{"order_id", order_type, order_text},
    ColumnDefinition{"order_id_sent", "TEXT", "OrderID(37) as it was sent"},
    ColumnDefinition{"cl_ord_id", "TEXT", "ClOrdID(11)"},
    ColumnDefinition{"orig_cl_ord_id", "TEXT", "OrigClOrdID(41)"},
    ColumnDefinition{"exec_type", "TEXT", "ExecType(150), the FIX character"},
    ColumnDefinition{"ord_status", "TEXT", "OrdStatus(39), the FIX character"},
    ColumnDefinition{"order_qty", "TEXT", "OrderQty(38)"},
    ColumnDefinition{"cum_qty", "TEXT", "CumQty(14)"},
    ColumnDefinition{"leaves_qty", "TEXT", "LeavesQty(151)"},
    ColumnDefinition{"avg_px", "TEXT", "AvgPx(6)"},
    ColumnDefinition{"last_qty", "TEXT", "LastQty(32) of a trade"},
    ColumnDefinition{"last_px", "TEXT", "LastPx(31) of a trade"},
    ColumnDefinition{"reject_code", "INTEGER", "RejectCode(20050), where something was refused"},
    ColumnDefinition{"transact_utc_ns", "INTEGER", "TransactTime(60), ns UTC"},
    ColumnDefinition{"text", "TEXT NOT NULL", "The report in words"},
};

constexpr std::array executions{
    ColumnDefinition{"exec_id", "TEXT NOT NULL PRIMARY KEY", "ExecID(17), unique for ever"},
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"venue_utc_ns", "INTEGER NOT NULL",
                     "The venue's own time of the trade, ns UTC"},
    ColumnDefinition{"order_id", "TEXT NOT NULL REFERENCES orders(order_id)", "OrderID(37)"},
    ColumnDefinition{"cl_ord_id", "TEXT NOT NULL", "ClOrdID(11) in the report"},
    ColumnDefinition{"trade_id", "TEXT NOT NULL", "SecondaryExecID(527): the venue's id"},
    ColumnDefinition{"last_qty", "TEXT NOT NULL", "LastQty(32)"},
    ColumnDefinition{"last_px", "TEXT NOT NULL", "LastPx(31)"},
    ColumnDefinition{"liquidity", "TEXT", "LastLiquidityInd(851): Added or Removed"},
    ColumnDefinition{"fee", "TEXT", "MiscFeeAmt(137): positive paid, negative a rebate"},
    ColumnDefinition{"fee_currency", "TEXT", "MiscFeeCurr(138)"},
    ColumnDefinition{"cum_qty", "TEXT NOT NULL", "CumQty(14) after it"},
    ColumnDefinition{"leaves_qty", "TEXT NOT NULL", "LeavesQty(151) after it"},
    ColumnDefinition{"avg_px", "TEXT NOT NULL", "AvgPx(6) after it"},
    ColumnDefinition{"exec_origin", "TEXT",
                     "ExecOrigin(20020), where it was not the client's doing"},
};

constexpr std::array rejects{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"session", "TEXT NOT NULL", "Whose request was refused"},
    ColumnDefinition{"what", "TEXT NOT NULL", "new order, cancel, replace or mass cancel"},
    ColumnDefinition{"cl_ord_id", "TEXT NOT NULL", "ClOrdID(11) of the request"},
    ColumnDefinition{"order_id", order_type, order_text},
    ColumnDefinition{"code", "INTEGER NOT NULL", "RejectCode(20050)"},
    ColumnDefinition{"rule", "TEXT NOT NULL", "The code in words, RiskRuleID(20080)"},
    ColumnDefinition{"text", "TEXT NOT NULL", "Text(58)"},
    ColumnDefinition{"risk_limit", "TEXT", "RiskLimit(20081), where a limit refused"},
    ColumnDefinition{"risk_used", "TEXT", "RiskUsed(20082): the value that broke it"},
    ColumnDefinition{"venue_error_code", "TEXT", "VenueErrorCode(20051), where the venue refused"},
    ColumnDefinition{"venue_error_text", "TEXT", "VenueErrorText(20052)"},
};

constexpr std::array alarms{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"severity", "TEXT NOT NULL", "info, warning or critical"},
    ColumnDefinition{"event", "TEXT NOT NULL", "Stable name"},
    ColumnDefinition{"text", "TEXT NOT NULL", "For people"},
};

constexpr std::array venue_status{
    ColumnDefinition{"sequence", key, sequence_text},
    ColumnDefinition{"position", key, position_text},
    ColumnDefinition{"utc_ns", "INTEGER NOT NULL", time_text},
    ColumnDefinition{"venue", "TEXT NOT NULL", "TradingSessionID(336)"},
    ColumnDefinition{"status", "TEXT NOT NULL", "TradSesStatus(340): Halted, Open or Closed"},
    ColumnDefinition{"text", "TEXT NOT NULL", "Why"},
};

constexpr std::array watermark{
    ColumnDefinition{"id", "INTEGER NOT NULL PRIMARY KEY CHECK(id = 1)",
                     "Always 1: there is one row"},
    ColumnDefinition{"sequence", "INTEGER NOT NULL", "Inputs up to this one are in this database"},
    ColumnDefinition{"instance", "INTEGER NOT NULL",
                     "Of the journal that they are from; 0: none yet"},
};

constexpr std::array schema_versions{
    ColumnDefinition{"version", "INTEGER NOT NULL", "Of this schema; also PRAGMA user_version"},
};

constexpr std::array data_dictionary{
    ColumnDefinition{"object", "TEXT NOT NULL", "A table or view"},
    ColumnDefinition{"kind", "TEXT NOT NULL", "table or view"},
    ColumnDefinition{"column_name", "TEXT NOT NULL", "A column of it; empty: the whole object"},
    ColumnDefinition{"description", "TEXT NOT NULL", "What it holds"},
};

constexpr std::array all_tables{
    TableDefinition{"runs", "Each start of the gateway", runs, "", ""},
    TableDefinition{"sessions", "Each FIX session that has ever sent a request", sessions, "", ""},
    TableDefinition{"instruments", "What can be traded, as the venues told it last", instruments,
                    ", PRIMARY KEY(venue, segment, symbol)", ""},
    TableDefinition{"orders", "Each order as it stands now", orders, "",
                    "session, cl_ord_id; venue_cl_ord_id; venue_order_id; is_open; created_utc_ns"},
    TableDefinition{"requests", "Each request of a client, as it was journalled", requests, "",
                    "order_id; session, cl_ord_id; utc_ns"},
    TableDefinition{"risk_decisions", "Each verdict of risk on a new order or a replace",
                    risk_decisions, by_place, "order_id"},
    TableDefinition{"venue_requests", "Each request to a venue", venue_requests, by_place,
                    "order_id"},
    TableDefinition{"venue_events", "Each fact and answer of a venue", venue_events, by_place,
                    "order_id"},
    TableDefinition{"order_events", "Each step of an order", order_events, by_place, "order_id"},
    TableDefinition{"reports", "Each FIX message that told a client of an order", reports, by_place,
                    "order_id; session, utc_ns"},
    TableDefinition{"executions", "Each fill, with its fee", executions, "", "order_id; utc_ns"},
    TableDefinition{"rejects", "Each refusal that a client was told", rejects,
                    ", PRIMARY KEY(sequence, position), FOREIGN KEY(sequence, position) REFERENCES "
                    "reports(sequence, position)",
                    "order_id; utc_ns"},
    TableDefinition{"alarms", "What a person should look at", alarms, by_place, ""},
    TableDefinition{"venue_status", "Each time a venue's link came up or went down", venue_status,
                    by_place, ""},
    TableDefinition{"watermark", "How far the journal has been projected", watermark, "", ""},
    TableDefinition{"schema_version", "The version of this schema", schema_versions, "", ""},
    TableDefinition{"data_dictionary", "What every table, view and column means", data_dictionary,
                    ", PRIMARY KEY(object, column_name)", ""},
};

}  // namespace

std::span<const TableDefinition> tables() { return all_tables; }

}  // namespace causeway::gateway::audit
