#pragma once

#include "fixspec/result.hpp"
#include "gateway/app/config.hpp"
#include "gateway/fix/acceptor.hpp"
#include "translators/binance/venue.hpp"
#include "translators/deribit/venue.hpp"

// sessions.cfg in the words of each room.
namespace causeway::gateway::app {

/// The acceptor's settings; passwords are loaded, every mistake in them told together.
fixspec::Result<fix::Settings, fixspec::Error> fix_settings(const Config& config);

/// Deribit's settings with the keys of its accounts loaded, every mistake in them told together.
fixspec::Result<translators::deribit::Settings, fixspec::Error> deribit_settings(
    const Config& config, const VenueConfig& venue);

/// Binance's settings, likewise.
fixspec::Result<translators::binance::Settings, fixspec::Error> binance_settings(
    const Config& config, const VenueConfig& venue);

}  // namespace causeway::gateway::app
