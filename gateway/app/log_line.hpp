#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixspec/log.hpp"
#include "fixspec/secret.hpp"
#include "fixspec/time.hpp"

namespace causeway::gateway::app {

/// One thing that operators are told.
struct LogLine {
  fixspec::UtcNanos utc_ns = 0;
  fixspec::LogSink::Level level = fixspec::LogSink::Level::Info;
  std::string event;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// Keeps secrets out of log lines, in three ways: a field with a secret-like name ("secret",
/// "password", "token", "signature", "api_key" ...) is masked, a secret that was registered is
/// masked wherever it stands, and so are the values of FIX tags that carry secrets (554, 925, 96).
/// Any thread.
class Redactor {
 public:
  /// Masks this text from now on, as it is and percent-, hex- and base64-encoded. Secrets under six
  /// characters are not looked for: they would mask ordinary words.
  void hide(const fixspec::Secret& secret);
  /// `value` of the field `name` as it may be shown.
  [[nodiscard]] std::string shown(std::string_view name, std::string_view value) const;

  /// Whether a field of that name holds a secret.
  static bool is_secret_name(std::string_view name);

 private:
  mutable std::mutex mutex_;
  std::vector<fixspec::Secret> hidden_;
};

/// One JSON object without line end: "@timestamp" (UTC, microseconds), "log.level", "event", then
/// the fields as strings. Bytes that are not UTF-8 become U+FFFD; long values are cut.
std::string to_json(const LogLine& line, const Redactor& redactor);

/// "01:46:21.123 WARNING venue_lost venue=DERIBIT reason=\"no answer\"", for a terminal.
std::string to_human(const LogLine& line, const Redactor& redactor);

/// "2026-11-21T01:46:21.123456Z"
std::string to_iso_micros(fixspec::UtcNanos utc_ns);

}  // namespace causeway::gateway::app
