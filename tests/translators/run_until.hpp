#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace causeway::translators {

/// Runs `io` until `done`, for ten seconds at most; what `done` says at the end.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit = std::chrono::seconds{10});

}  // namespace causeway::translators
