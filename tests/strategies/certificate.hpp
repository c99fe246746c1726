#pragma once

#include <string>

namespace causeway::strategies::client {

/// Writes a self-signed EC certificate for `name` (a DNS name, or "IP:127.0.0.1") and its key as
/// PEM.
void write_certificate(const std::string& name, const std::string& certificate_file,
                       const std::string& key_file);

}  // namespace causeway::strategies::client
