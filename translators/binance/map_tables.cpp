#include <iterator>

#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

// The venue's words, in the order of the enumerators.
constexpr std::string_view side_words[] = {"BUY", "SELL"};
constexpr std::string_view order_type_words[] = {"LIMIT",
                                                 "MARKET",
                                                 "STOP",
                                                 "STOP_MARKET",
                                                 "TAKE_PROFIT",
                                                 "TAKE_PROFIT_MARKET",
                                                 "TRAILING_STOP_MARKET"};
constexpr std::string_view time_in_force_words[] = {"GTC", "IOC", "FOK", "GTX", "GTD", "RPI"};
constexpr std::string_view position_side_words[] = {"BOTH", "LONG", "SHORT"};
constexpr std::string_view working_type_words[] = {"CONTRACT_PRICE", "MARK_PRICE"};
constexpr std::string_view response_type_words[] = {"ACK", "RESULT"};
constexpr std::string_view stp_mode_words[] = {"NONE", "EXPIRE_TAKER", "EXPIRE_MAKER",
                                               "EXPIRE_BOTH"};
constexpr std::string_view price_match_words[] = {"NONE",    "OPPONENT", "OPPONENT_5", "QUEUE",
                                                  "QUEUE_5", "QUEUE_10", "QUEUE_20"};
constexpr std::string_view margin_type_words[] = {"ISOLATED", "CROSSED"};
constexpr std::string_view order_status_words[] = {
    "NEW",     "PARTIALLY_FILLED", "FILLED",        "CANCELED", "REJECTED",
    "EXPIRED", "EXPIRED_IN_MATCH", "NEW_INSURANCE", "NEW_ADL"};
constexpr std::string_view execution_type_words[] = {"NEW",     "TRADE",      "CANCELED",
                                                     "EXPIRED", "CALCULATED", "AMENDMENT"};
constexpr std::string_view algo_status_words[] = {"NEW",      "CANCELED", "TRIGGERING", "TRIGGERED",
                                                  "FINISHED", "REJECTED", "EXPIRED"};

template <class Enum, std::size_t count>
std::string_view word_of(Enum value, const std::string_view (&words)[count]) {
  const auto index = static_cast<std::size_t>(value);
  return index < count ? words[index] : std::string_view{};
}

template <class Enum, std::size_t count>
std::optional<Enum> value_of(std::string_view text, const std::string_view (&words)[count]) {
  for (std::size_t i = 0; i < count; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// The last enumerator of each has a word: so has each before it.
static_assert(std::size(side_words) == static_cast<std::size_t>(wire::Side::Sell) + 1);
static_assert(std::size(order_type_words) ==
              static_cast<std::size_t>(wire::OrderType::TrailingStopMarket) + 1);
static_assert(std::size(time_in_force_words) ==
              static_cast<std::size_t>(wire::TimeInForce::RetailPriceImprovement) + 1);
static_assert(std::size(position_side_words) ==
              static_cast<std::size_t>(wire::PositionSide::Short) + 1);
static_assert(std::size(working_type_words) ==
              static_cast<std::size_t>(wire::WorkingType::MarkPrice) + 1);
static_assert(std::size(response_type_words) ==
              static_cast<std::size_t>(wire::ResponseType::Result) + 1);
static_assert(std::size(stp_mode_words) == static_cast<std::size_t>(wire::StpMode::ExpireBoth) + 1);
static_assert(std::size(price_match_words) ==
              static_cast<std::size_t>(wire::PriceMatch::Queue20) + 1);
static_assert(std::size(margin_type_words) ==
              static_cast<std::size_t>(wire::MarginType::Crossed) + 1);
static_assert(std::size(order_status_words) ==
              static_cast<std::size_t>(wire::OrderStatus::NewAdl) + 1);
static_assert(std::size(execution_type_words) ==
              static_cast<std::size_t>(wire::ExecutionType::Amendment) + 1);
static_assert(std::size(algo_status_words) ==
              static_cast<std::size_t>(wire::AlgoStatus::Expired) + 1);

}  // namespace

std::string_view to_text(wire::Side value) { return word_of(value, side_words); }
std::string_view to_text(wire::OrderType value) { return word_of(value, order_type_words); }
std::string_view to_text(wire::TimeInForce value) { return word_of(value, time_in_force_words); }
std::string_view to_text(wire::PositionSide value) { return word_of(value, position_side_words); }
std::string_view to_text(wire::WorkingType value) { return word_of(value, working_type_words); }
std::string_view to_text(wire::ResponseType value) { return word_of(value, response_type_words); }
std::string_view to_text(wire::StpMode value) { return word_of(value, stp_mode_words); }
std::string_view to_text(wire::PriceMatch value) { return word_of(value, price_match_words); }
std::string_view to_text(wire::MarginType value) { return word_of(value, margin_type_words); }
std::string_view to_text(wire::OrderStatus value) { return word_of(value, order_status_words); }
std::string_view to_text(wire::ExecutionType value) { return word_of(value, execution_type_words); }
std::string_view to_text(wire::AlgoStatus value) { return word_of(value, algo_status_words); }

std::optional<wire::Side> side_from_text(std::string_view text) {
  return value_of<wire::Side>(text, side_words);
}
std::optional<wire::OrderType> order_type_from_text(std::string_view text) {
  return value_of<wire::OrderType>(text, order_type_words);
}
std::optional<wire::TimeInForce> time_in_force_from_text(std::string_view text) {
  return value_of<wire::TimeInForce>(text, time_in_force_words);
}
std::optional<wire::PositionSide> position_side_from_text(std::string_view text) {
  return value_of<wire::PositionSide>(text, position_side_words);
}
std::optional<wire::WorkingType> working_type_from_text(std::string_view text) {
  return value_of<wire::WorkingType>(text, working_type_words);
}
std::optional<wire::ResponseType> response_type_from_text(std::string_view text) {
  return value_of<wire::ResponseType>(text, response_type_words);
}
std::optional<wire::StpMode> stp_mode_from_text(std::string_view text) {
  return value_of<wire::StpMode>(text, stp_mode_words);
}
std::optional<wire::PriceMatch> price_match_from_text(std::string_view text) {
  return value_of<wire::PriceMatch>(text, price_match_words);
}
std::optional<wire::MarginType> margin_type_from_text(std::string_view text) {
  return value_of<wire::MarginType>(text, margin_type_words);
}
std::optional<wire::OrderStatus> order_status_from_text(std::string_view text) {
  return value_of<wire::OrderStatus>(text, order_status_words);
}
std::optional<wire::ExecutionType> execution_type_from_text(std::string_view text) {
  return value_of<wire::ExecutionType>(text, execution_type_words);
}
std::optional<wire::AlgoStatus> algo_status_from_text(std::string_view text) {
  return value_of<wire::AlgoStatus>(text, algo_status_words);
}

}  // namespace causeway::translators::binance
