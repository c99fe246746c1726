#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fixspec/result.hpp"
#include "fixspec/secret.hpp"

// Where secrets come from. sessions.cfg holds references only; a provider turns one into the
// secret. Key stores, vaults and HSMs will be further providers.
namespace causeway::gateway::app {

/// A reference to a secret, `<provider>:<where>`, e.g. `file:var/keys/demo.key`.
struct SecretRef {
  std::string provider;
  std::string where;

  friend bool operator==(const SecretRef&, const SecretRef&) = default;
};

/// The reference that `text` spells, or why it is none. The error never repeats `text`: somebody
/// may have pasted the secret itself.
fixspec::Result<SecretRef, fixspec::Error> parse_secret_ref(std::string_view text);

/// A venue key: what names the key and what signs with it.
struct KeyPair {
  fixspec::Secret key;  ///< client id or API key
  /// The shared secret, or the PEM text of a private key.
  fixspec::Secret secret;
  bool is_private_key = false;
};

/// One kind of place where secrets are kept. Called at start-up, on any thread.
class SecretProvider {
 public:
  virtual ~SecretProvider() = default;
  /// The `key=` of `where` with its `secret=`, or with the private key in the PEM file that its
  /// `private_key_file=` names; or what is wrong and what to do about it.
  [[nodiscard]] virtual fixspec::Result<KeyPair, fixspec::Error> key_pair(
      const std::string& where) const = 0;
  /// The `password=` of `where`.
  [[nodiscard]] virtual fixspec::Result<fixspec::Secret, fixspec::Error> password(
      const std::string& where) const = 0;
};

/// Secrets in files of `key=...`, `secret=...`, `private_key_file=...` and `password=...` lines.
/// Each file, the PEM one too, must be a regular file that belongs to the user who runs the gateway
/// and that nobody else may open (mode 0600).
class FileSecrets final : public SecretProvider {
 public:
  [[nodiscard]] fixspec::Result<KeyPair, fixspec::Error> key_pair(
      const std::string& where) const override;
  [[nodiscard]] fixspec::Result<fixspec::Secret, fixspec::Error> password(
      const std::string& where) const override;
};

/// Goes to the provider that the reference names.
fixspec::Result<KeyPair, fixspec::Error> load_key_pair(const SecretRef& reference);
fixspec::Result<fixspec::Secret, fixspec::Error> load_password(const SecretRef& reference);

}  // namespace causeway::gateway::app
