#pragma once

#include <string>

#include "fixspec/instrument.hpp"
#include "translators/venue.hpp"

namespace causeway::translators {

// Events as text, one per line, for comparing whole lists of them. Fields that hold nothing are
// left out.
std::string to_line(const Told& told);
std::string to_line(const MarketUpdate& update);
/// "book instrument=... bids=2@99.5,1@99 asks=3@100 time=..."
std::string to_line(const BookUpdate& update);
std::string to_line(const PublicTrade& trade);
std::string to_line(const fixspec::Instrument& instrument);

}  // namespace causeway::translators
