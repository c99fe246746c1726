#pragma once

#include <filesystem>
#include <string>

namespace causeway::simulator::net {

/// Where the files of a server's identity lie; all PEM.
struct Certificate {
  std::filesystem::path ca;           ///< what clients trust
  std::filesystem::path certificate;  ///< for 127.0.0.1 and localhost
  std::filesystem::path key;
};

/// Makes sure that `directory` has a certificate authority of its own (kept, so that clients can go
/// on trusting it) and a fresh EC P-256 server certificate signed by it. Throws std::runtime_error
/// where a file cannot be read or written.
Certificate prepare_certificate(const std::filesystem::path& directory);

}  // namespace causeway::simulator::net
