#include "gateway/app/config.hpp"

#include <algorithm>

#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {
namespace {

using gateway::app::Mistakes;

void check_places(const Mistakes& mistakes, std::size_t lines) {
  for (const auto& mistake : mistakes) {
    require(mistake.line <= lines, "a mistake in a line that is not there");
    require(!mistake.text.empty(), "a mistake without words");
    require(mistake.text.find('\n') == std::string::npos, "a mistake of several lines");
  }
  require(std::is_sorted(mistakes.begin(), mistakes.end(),
                         [](const auto& a, const auto& b) { return a.line < b.line; }),
          "mistakes are not in the order of their lines");
}

bool holds_same(const gateway::app::EffectiveSetting& a, const gateway::app::EffectiveSetting& b) {
  return a.section == b.section && a.key == b.key && a.value == b.value;
}

}  // namespace

void run_config(std::string_view bytes) {
  const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1;
  const auto config = gateway::app::parse_config(bytes);
  if (!config) {
    require(!config.error().empty(), "refused without a mistake");
    return check_places(config.error(), lines);
  }
  check_places(config->notes, lines);
  for (const auto& setting : config->effective) {
    require(setting.line <= lines, "a value that was set in a line that is not there");
  }
  for (const auto& account : config->accounts) {
    require(std::any_of(config->venues.begin(), config->venues.end(),
                        [&](const auto& venue) { return venue.name == account.venue; }),
            "an account of a venue that is not connected");
  }
  for (const auto& session : config->sessions) {
    for (const auto& account : session.accounts) {
      require(std::any_of(config->accounts.begin(), config->accounts.end(),
                          [&](const auto& known) { return known.name == account; }),
              "a session with an account that does not exist");
    }
  }

  // Lines that mean nothing change nothing.
  std::string spread = "# first\r\n\n";
  for (const char c : bytes) {
    if (c == '\n' && spread.back() != '\r') spread += '\r';
    spread += c;
    if (c == '\n') spread += " \n";
  }
  const bool is_marked = bytes.starts_with("\xEF\xBB\xBF");
  const auto again = gateway::app::parse_config(is_marked ? std::string{bytes} : spread);
  if (spread.size() > gateway::app::max_file) return;
  require(again.has_value(), "blank lines and comments made a good file a bad one");
  require(std::equal(config->effective.begin(), config->effective.end(), again->effective.begin(),
                     again->effective.end(), holds_same),
          "blank lines and comments changed what holds");
}

}  // namespace causeway::fuzz
