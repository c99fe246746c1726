#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace causeway::fixspec {

/// One named value of a log line. Never a secret, a signature or a whole request.
using LogField = std::pair<std::string_view, std::string>;

/// Where operators' log lines go. The journal is the record; this is for people who run the thing.
/// write() is called on any thread and must not block.
class LogSink {
 public:
  enum class Level : std::uint8_t { Debug, Info, Warning, Error };

  virtual ~LogSink() = default;
  /// `event` is a stable snake_case name, e.g. "venue_connected".
  virtual void write(Level level, std::string_view event,
                     std::initializer_list<LogField> fields) = 0;

  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::Info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::Warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::Error, event, fields);
  }
};

}  // namespace causeway::fixspec
