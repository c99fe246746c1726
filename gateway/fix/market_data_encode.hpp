#pragma once

#include <cstdint>
#include <string>

#include "fixspec/instrument.hpp"
#include "gateway/fix/market_data_picture.hpp"
#include "gateway/fix/market_data_request.hpp"

// W, X and Y as text: every field after the session's header, in the order of the dictionary. They
// are made for each tick and each subscriber, so they do not go through FIX::Message.
namespace causeway::gateway::fix {

/// The trades of an instrument that a subscriber has not been told.
struct NewTrades {
  const core::NewestTrades* trades = nullptr;
  std::uint64_t from = 1;  ///< the first to tell; above total(): none
  std::uint64_t lost = 0;  ///< how many before it are told no more

  [[nodiscard]] bool any() const {
    return lost > 0 || (trades != nullptr && from <= trades->total());
  }
};

/// What one message is about.
struct MarketDataSubject {
  const std::string& request_id;
  const fixspec::InstrumentKey& instrument;
  int time_digits = 6;  ///< decimals of VenueEventTime(20061)
};

/// MarketDataSnapshotFullRefresh (35=W). `text`: Text(58) where it is not empty.
void append_snapshot(std::string& body, const MarketDataSubject& subject,
                     const MarketPicture& picture, const NewTrades& trades,
                     const std::string& text);

/// MarketDataIncrementalRefresh (35=X): what leads from `before` to `now`.
void append_changes(std::string& body, const MarketDataSubject& subject,
                    const MarketPicture& before, const MarketPicture& now, const NewTrades& trades,
                    const std::string& text);

/// MarketDataRequestReject (35=Y).
void append_refusal(std::string& body, const MarketDataRefusal& refusal);

}  // namespace causeway::gateway::fix
