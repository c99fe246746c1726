#pragma once

#include <cstdint>
#include <string>

#include "fixspec/result.hpp"

namespace causeway::gateway::app {

/// One HTTP request to a program on this machine (the simulator), over plain TCP; blocks for at
/// most some seconds. Answers the body of a 200, or what went wrong.
fixspec::Result<std::string, fixspec::Error> http_get(std::uint16_t port, const std::string& path);
fixspec::Result<std::string, fixspec::Error> http_delete(std::uint16_t port,
                                                         const std::string& path);
fixspec::Result<std::string, fixspec::Error> http_post(std::uint16_t port, const std::string& path,
                                                       const std::string& json);

}  // namespace causeway::gateway::app
