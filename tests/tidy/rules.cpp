#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace causeway::tidy {
namespace {

using std::string_view_literals::operator""sv;

// ---- the table ---------------------------------------------------------------------------------

struct Room {
  std::string_view path;                   ///< folder with '/', or one file
  std::vector<std::string_view> includes;  ///< paths it may include besides itself
};

constexpr auto quickfix = "fixspec/quickfix.hpp"sv;
constexpr auto fixspec = "fixspec/"sv;
constexpr auto risk = "risk/"sv;
constexpr auto venue = "translators/venue."sv;
constexpr auto net = "translators/net/"sv;
constexpr auto book = "translators/book/"sv;
constexpr auto client = "strategies/client/"sv;

// The longest path that a file begins with is its room. docs/architecture.md shows the same.
const std::vector<Room>& rooms() {
  static const std::vector<Room> table = {
      {quickfix, {}},
      {fixspec, {}},
      {risk, {fixspec}},
      {venue, {fixspec}},
      {net, {fixspec, venue}},
      {book, {fixspec, venue}},
      {"translators/binance/", {fixspec, venue, net, book}},
      {"translators/bybit/", {fixspec, venue, net, book}},
      {"translators/okx/", {fixspec, venue, net, book}},
      {"translators/deribit/", {fixspec, venue, net, book}},
      {"translators/hyperliquid/", {fixspec, venue, net, book}},
      {client, {fixspec, quickfix}},
      {"strategies/math/", {fixspec}},
      {"strategies/", {fixspec, client, "strategies/math/"}},
      {"gateway/journal/", {fixspec}},
      {"gateway/engine/", {fixspec, risk, venue}},
      {"gateway/core/", {fixspec, risk, venue, "gateway/journal/", "gateway/engine/"}},
      {"gateway/fix/",
       {fixspec, quickfix, venue, "gateway/journal/", "gateway/engine/",
        "gateway/core/market_state."}},
      {"gateway/audit/", {fixspec, risk, venue, "gateway/journal/", "gateway/engine/"}},
      {"gateway/app/", {fixspec, risk, "translators/", "strategies/", "gateway/"}},
      {"risk/guard/", {fixspec, "translators/", "gateway/app/config", "gateway/app/secrets"}},
      {"simulator/core/", {fixspec}},
      {"simulator/net/", {fixspec, "simulator/core/"}},
      {"simulator/deribit/", {fixspec, "simulator/core/"}},
      {"simulator/", {fixspec, "simulator/"}},
      {"tests/simulator/", {fixspec, "simulator/", "tests/"}},
      {"tests/", {"fixspec/", "risk/", "translators/", "strategies/", "gateway/", "simulator/"}},
  };
  return table;
}

// What the table forbids but is right, each with its reason.
struct Exception {
  std::string_view path;      ///< the file or folder that includes
  std::string_view includes;  ///< what it may include besides
};
const std::vector<Exception>& exceptions() {
  static const std::vector<Exception> list = {};
  return list;
}

// Libraries, by how their headers begin, and the only places that may include them.
struct Library {
  std::string_view prefix;
  std::vector<std::string_view> places;
};

std::vector<std::string_view> socket_places() {
  return {net,
          client,
          "gateway/fix/",
          "gateway/app/",
          "simulator/net/",
          "simulator/main.cpp",
          "risk/guard/",
          "tests/"};
}

std::vector<std::string_view> with(std::vector<std::string_view> places,
                                   std::string_view one_more) {
  places.push_back(one_more);
  return places;
}

const std::vector<Library>& libraries() {
  static const std::vector<Library> table = {
      // The measurements compare with QuickFIX's own acceptor.
      {"quickfix/", {quickfix, "tests/bench/"}},
      {"sqlite3.h", {"gateway/audit/", "tests/"}},
      {"CLI/",
       {"gateway/app/main.cpp", "gateway/app/commands/", "simulator/main.cpp",
        "tests/simulation/simulate.cpp"}},
      {"rapidjson/", {"translators/", "simulator/", "gateway/app/", "tests/"}},
      // A translator may use Asio's timers and queue; sockets are for translators/net alone.
      {"boost/asio/ip/", socket_places()},
      {"boost/asio/ssl", socket_places()},
      {"boost/beast/", socket_places()},
      {"boost/", with(socket_places(), "translators/")},
      {"openssl/",
       {"translators/", client, "gateway/journal/", "gateway/fix/", "gateway/audit/",
        "gateway/app/", "simulator/", "risk/guard/", "tests/"}},
      {"gtest/", {"tests/"}},
      {"gmock/", {"tests/"}},
  };
  return table;
}

// Rooms that decide do no I/O, read no clock and own no thread.
constexpr std::array pure_rooms = {"fixspec/"sv, "risk/"sv, "translators/book/"sv,
                                   "gateway/engine/"sv, "gateway/core/"sv};
constexpr std::array impure_headers = {
    "fstream"sv,   "iostream"sv, "thread"sv, "mutex"sv,    "condition_variable"sv,
    "future"sv,    "chrono"sv,   "random"sv, "unistd.h"sv, "fcntl.h"sv,
    "sys/"sv,      "netinet/"sv, "cmath"sv,  "time.h"sv,   "ctime"sv,
    "filesystem"sv};
constexpr std::array impure_exceptions = {quickfix, "fixspec/assert.cpp"sv};

// Where money is counted there is no binary floating point.
constexpr std::array exact_rooms = {"fixspec/"sv, "risk/"sv, "gateway/engine/"sv, "gateway/core/"sv,
                                    "gateway/journal/"sv};
constexpr std::array inexact_words = {"double"sv, "float"sv,  "stod"sv, "stof"sv,
                                      "strtod"sv, "strtof"sv, "atof"sv, "stold"sv};
constexpr std::array inexact_exceptions = {quickfix};

constexpr std::array may_print = {"gateway/app/main.cpp"sv, "gateway/app/commands/"sv,
                                  "gateway/app/demo/"sv, "simulator/main.cpp"sv, "tests/"sv};

constexpr std::size_t max_lines = 600;
constexpr std::array may_be_long = {
    "tests/translators/deribit_vectors.cpp"sv,  // one case a call of the venue
};

// ---- helpers -----------------------------------------------------------------------------------

bool begins_with_any(std::string_view path, const auto& prefixes) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view prefix) { return path.starts_with(prefix); });
}

const Room* room_at(std::string_view path) {
  const Room* best = nullptr;
  for (const Room& room : rooms()) {
    if (path.starts_with(room.path) && (best == nullptr || room.path.size() > best->path.size())) {
      best = &room;
    }
  }
  return best;
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_character(line[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == line.size() || !is_word_character(line[end]))) return true;
  }
  return false;
}

std::vector<std::string_view> lines_of(std::string_view content) {
  std::vector<std::string_view> lines;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    lines.push_back(content.substr(0, end));
    if (end == std::string_view::npos) break;
    content.remove_prefix(end + 1);
  }
  return lines;
}

// The header that a line includes, with whether it stands in quotes.
struct Include {
  std::string_view header;
  bool quoted = false;
};
std::vector<std::pair<std::size_t, Include>> includes_of(std::string_view content) {
  std::vector<std::pair<std::size_t, Include>> includes;
  const auto code = code_lines(content);
  const auto lines = lines_of(content);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // The directive must stand in code; the header itself is read from the raw line, since string
    // contents are blanked in code.
    std::string_view directive = code[i];
    directive.remove_prefix(std::min(directive.find_first_not_of(" \t"), directive.size()));
    if (!directive.starts_with('#')) continue;
    directive.remove_prefix(1);
    directive.remove_prefix(std::min(directive.find_first_not_of(" \t"), directive.size()));
    if (!directive.starts_with("include")) continue;
    const std::size_t open = lines[i].find_first_of("\"<");
    if (open == std::string_view::npos) continue;
    const bool is_quoted = lines[i][open] == '"';
    const std::size_t close = lines[i].find(is_quoted ? '"' : '>', open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back({i + 1, {lines[i].substr(open + 1, close - open - 1), is_quoted}});
  }
  return includes;
}

class Checker {
 public:
  explicit Checker(std::string_view path) : path_(path) {}

  void check_include(std::size_t line, const Include& include) {
    for (const Library& library : libraries()) {
      if (include.header.starts_with(library.prefix) && !begins_with_any(path_, library.places)) {
        add(line, "may not include " + std::string{include.header} + ": that library is for " +
                      places_text(library.places));
      }
    }
    if (begins_with_any(path_, pure_rooms) && !begins_with_any(path_, impure_exceptions) &&
        !path_.starts_with("risk/guard/") && begins_with_header(include.header)) {
      add(line, "may not include " + std::string{include.header} +
                    ": a room that decides does no I/O, reads no clock, owns no thread");
    }
    if (include.quoted) check_room(line, include.header);
  }

  void add(std::size_t line, std::string what) {
    findings.push_back({std::string{path_}, line, std::move(what)});
  }

  Findings findings;

 private:
  static bool begins_with_header(std::string_view header) {
    return std::any_of(impure_headers.begin(), impure_headers.end(), [&](std::string_view name) {
      return name.ends_with('/') ? header.starts_with(name) : header == name;
    });
  }

  static std::string places_text(const std::vector<std::string_view>& places) {
    std::string text;
    for (const auto place : places) text += (text.empty() ? "" : ", ") + std::string{place};
    return text;
  }

  void check_room(std::size_t line, std::string_view header) {
    const Room* from = room_at(path_);
    const Room* to = room_at(header);
    if (from == nullptr) return add(line, "stands in no room of the table");
    // A test may name a helper beside it by its bare name.
    if (from->path.starts_with("tests/") && header.find('/') == std::string_view::npos) return;
    if (to == nullptr) {
      return add(
          line, "includes " + std::string{header} + ", which is no path from the root into a room");
    }
    if (from == to) return;
    for (const Exception& exception : exceptions()) {
      if (path_.starts_with(exception.path) && header.starts_with(exception.includes)) return;
    }
    // QuickFIX must be allowed by name; being in fixspec is not enough.
    const bool allowed =
        std::any_of(from->includes.begin(), from->includes.end(), [&](std::string_view prefix) {
          return header.starts_with(prefix) &&
                 (to->path != quickfix || prefix == quickfix || from->path.starts_with("tests/"));
        });
    if (!allowed) {
      add(line, std::string{from->path} + " may not include " + std::string{header});
    }
  }

  std::string_view path_;
};

void check_style(std::string_view path, std::string_view content, Checker& checker) {
  const auto code = code_lines(content);
  const bool header = path.ends_with(".hpp");
  const bool exact = begins_with_any(path, exact_rooms) &&
                     !begins_with_any(path, inexact_exceptions) && !path.starts_with("risk/guard/");
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::string_view line = code[i];
    if (header && line.find("using namespace") != std::string_view::npos) {
      checker.add(i + 1, "using namespace in a header");
    }
    if (!begins_with_any(path, may_print)) {
      for (const auto word : {"cout"sv, "cerr"sv, "printf"sv, "puts"sv}) {
        if (has_word(line, word)) {
          checker.add(i + 1, std::string{word} + ": only commands print; log through a LogSink");
        }
      }
    }
    if (exact) {
      for (const auto word : inexact_words) {
        if (has_word(line, word)) {
          checker.add(i + 1, std::string{word} + ": money is Decimal, never floating point");
        }
      }
    }
  }
  if (header && std::find(code.begin(), code.end(), "#pragma once") == code.end()) {
    checker.add(1, "no #pragma once");
  }
  if (code.size() > max_lines && !begins_with_any(path, may_be_long)) {
    checker.add(code.size(),
                "more than " + std::to_string(max_lines) + " lines: is it two things?");
  }
}

// Reads C++ just well enough to blank comments and string contents.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text) {}

  std::string blanked() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    if (looking_at("//")) return skip_to_line_end();
    if (looking_at("/*")) return skip_until("*/", 2);
    if (looking_at("R\"") && (at_ == 0 || !is_word_character(text_[at_ - 1]))) return skip_raw();
    if (text_[at_] == '"' || is_character_literal()) return skip_literal(text_[at_]);
    out_ += text_[at_++];
  }

  [[nodiscard]] bool looking_at(std::string_view what) const {
    return text_.substr(at_).starts_with(what);
  }

  // A ' between two digits separates them.
  [[nodiscard]] bool is_character_literal() const {
    return text_[at_] == '\'' && (at_ == 0 || !is_word_character(text_[at_ - 1]));
  }

  void skip_to_line_end() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void skip_until(std::string_view end, std::size_t from) {
    const std::size_t found = text_.find(end, at_ + from);
    const std::size_t stop = found == std::string_view::npos ? text_.size() : found + end.size();
    for (; at_ < stop; ++at_) {
      if (text_[at_] == '\n') out_ += '\n';
    }
  }

  void skip_raw() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return skip_to_line_end();
    const std::string end = ")" + std::string{text_.substr(at_ + 2, open - at_ - 2)} + "\"";
    out_ += "\"\"";
    skip_until(end, open - at_);
  }

  void skip_literal(char quote) {
    out_ += quote;
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ < text_.size() && text_[at_] == quote) {
      out_ += quote;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::vector<std::string> code_lines(std::string_view content) {
  const std::string blanked = Blanker(content).blanked();
  std::vector<std::string> lines;
  for (const auto line : lines_of(blanked)) lines.emplace_back(line);
  lines.resize(lines_of(content).size());
  for (std::string& line : lines) {
    while (line.ends_with(' ') || line.ends_with('\t')) line.pop_back();
  }
  return lines;
}

std::string_view room_of(std::string_view path) {
  const Room* room = room_at(path);
  return room == nullptr ? std::string_view{} : room->path;
}

Findings check_source(std::string_view path, std::string_view content) {
  Checker checker(path);
  if (room_at(path) == nullptr) checker.add(1, "stands in no room of the table");
  for (const auto& [line, include] : includes_of(content)) checker.check_include(line, include);
  check_style(path, content, checker);
  return std::move(checker.findings);
}

Findings check_text(std::string_view path, std::string_view content) {
  // Spelled in halves, so that this file does not break its own rules.
  static const std::vector<std::string> marks = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X"};
  static const std::vector<std::string> machine_paths = {
      "/wo"
      "rk/",
      "/ho"
      "me/",
      "/ro"
      "ot/"};
  Findings findings;
  const auto lines = lines_of(content);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const std::string& mark : marks) {
      if (has_word(lines[i], mark))
        findings.push_back({std::string{path}, i + 1, "unfinished: " + mark});
    }
    for (const std::string& machine : machine_paths) {
      if (lines[i].find(machine) != std::string_view::npos) {
        findings.push_back({std::string{path}, i + 1, "a path of somebody's machine: " + machine});
      }
    }
  }
  return findings;
}

}  // namespace causeway::tidy
