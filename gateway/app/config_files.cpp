#include "gateway/app/config_files.hpp"

#include <filesystem>
#include <fstream>

namespace causeway::gateway::app {
namespace {

class FileChecker {
 public:
  explicit FileChecker(const Config& config) : config_(config) {}

  void readable(const std::string& section, const std::string& key, const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return missing(section, key, path);
    if (std::filesystem::is_directory(path, ignored) || !std::ifstream(path)) {
      findings.mistakes.push_back({line_of(section, key), key + "=" + path + ": cannot be read"});
    }
  }

  template <class Value>
  void secret(const std::string& section, const std::string& key, const SecretRef& reference,
              const fixspec::Result<Value, fixspec::Error>& loaded) {
    std::error_code ignored;
    if (!std::filesystem::exists(reference.where, ignored)) {
      return missing(section, key, reference.where);
    }
    if (!loaded) findings.mistakes.push_back({line_of(section, key), loaded.error().text});
  }

  FileFindings findings;

 private:
  void missing(const std::string& section, const std::string& key, const std::string& path) {
    findings.notes.push_back(
        {line_of(section, key), key + ": " + path +
                                    " does not exist yet; without it `causeway run` "
                                    "does not start"});
  }

  [[nodiscard]] std::size_t line_of(const std::string& section, const std::string& key) const {
    for (const EffectiveSetting& row : config_.effective) {
      if (row.section == section && row.key == key) return row.line;
    }
    return 0;
  }

  const Config& config_;
};

}  // namespace

FileFindings check_files(const Config& config) {
  FileChecker checker(config);
  if (const auto& tls = config.gateway.tls) {
    checker.readable("[DEFAULT]", "ServerCertificateFile", tls->certificate_file);
    checker.readable("[DEFAULT]", "ServerCertificateKeyFile", tls->key_file);
  }
  for (const VenueConfig& venue : config.venues) {
    if (venue.ca_file) {
      checker.readable("[VENUE] " + std::string{to_fix(venue.name)}, "CAFile", *venue.ca_file);
    }
  }
  for (const AccountConfig& account : config.accounts) {
    checker.secret("[ACCOUNT] " + account.name.to_string(), "KeyRef", account.key,
                   load_key_pair(account.key));
  }
  for (const SessionConfig& session : config.sessions) {
    if (session.password) {
      checker.secret("[SESSION] " + session.target_comp_id.to_string(), "PasswordRef",
                     *session.password, load_password(*session.password));
    }
  }
  return std::move(checker.findings);
}

}  // namespace causeway::gateway::app
