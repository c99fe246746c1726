#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/log.hpp"

namespace causeway::translators {

/// Fails the test on a warning that it did not announce.
class StrictLog final : public fixspec::LogSink {
 public:
  void expect(std::string event) { expected_.insert(std::move(event)); }
  [[nodiscard]] std::size_t seen(std::string_view event) const {
    return static_cast<std::size_t>(std::count(events_.begin(), events_.end(), event));
  }
  /// The value of a field of the last line of an event.
  [[nodiscard]] std::string last(const std::string& field) const {
    const auto found = fields_.find(field);
    return found == fields_.end() ? "" : found->second;
  }

  void write(Level level, std::string_view event,
             std::initializer_list<fixspec::LogField> fields) override {
    events_.emplace_back(event);
    for (const auto& [name, value] : fields) fields_[std::string{name}] = value;
    if (level < Level::Warning || expected_.contains(event)) return;
    std::string text{event};
    for (const auto& [name, value] : fields) {
      text.append(" ").append(name).append("=").append(value);
    }
    ADD_FAILURE() << "unexpected " << text;
  }

 private:
  std::set<std::string, std::less<>> expected_;
  std::vector<std::string> events_;
  std::map<std::string, std::string> fields_;
};

}  // namespace causeway::translators
