#include "gateway/app/hide_secrets.hpp"

namespace causeway::gateway::app {

void hide_secrets(const Config& config, Redactor& redactor) {
  for (const AccountConfig& account : config.accounts) {
    if (const auto pair = load_key_pair(account.key)) redactor.hide(pair->secret);
  }
  for (const SessionConfig& session : config.sessions) {
    if (!session.password) continue;
    if (const auto password = load_password(*session.password)) redactor.hide(*password);
  }
}

}  // namespace causeway::gateway::app
