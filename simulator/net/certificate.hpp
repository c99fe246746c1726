#pragma once

#include <filesystem>
#include <string>

namespace causeway::simulator::net {

/// A server's identity. Its key is new at every start and never leaves the process.
struct Certificate {
  std::filesystem::path ca;  ///< the PEM file that clients trust
  std::string certificate;   ///< PEM, for 127.0.0.1, ::1 and localhost
  std::string key;           ///< PEM
};

/// Makes sure that `directory` has a certificate authority of its own (kept, so that clients can go
/// on trusting it) and makes an EC P-256 server certificate signed by it. Several programs may do
/// so at the same time. Throws std::runtime_error where a file cannot be read or written.
Certificate prepare_certificate(const std::filesystem::path& directory);

}  // namespace causeway::simulator::net
