#include "gateway/app/log_line.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "gateway/app/utf8.hpp"

namespace causeway::gateway::app {
namespace {

constexpr std::string_view mask = "***";
constexpr std::size_t max_value = 4096;
constexpr std::size_t shortest_hidden = 6;

std::string_view level_name(fixspec::LogSink::Level level) {
  switch (level) {
    case fixspec::LogSink::Level::Debug:
      return "debug";
    case fixspec::LogSink::Level::Info:
      return "info";
    case fixspec::LogSink::Level::Warning:
      return "warning";
    case fixspec::LogSink::Level::Error:
      return "error";
  }
  return "";
}

std::string hex_of(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : text) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string base64_of(std::string_view text) {
  std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
  // OpenSSL speaks in unsigned bytes.
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  // The last characters depend on what follows where the secret is part of a longer text.
  while (encoded.ends_with('=')) encoded.pop_back();
  return encoded;
}

std::string percent_of(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

void mask_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + mask.size())) {
    text.replace(at, what.size(), mask);
  }
}

// "554=...": to the next separator, SOH on the wire or | in print.
void mask_fix_tag(std::string& text, std::string_view tag) {
  for (std::size_t at = text.find(tag); at != std::string::npos; at = text.find(tag, at + 1)) {
    const bool begins =
        at == 0 || text[at - 1] == '\x01' || text[at - 1] == '|' || text[at - 1] == ' ';
    if (!begins) continue;
    const std::size_t first = at + tag.size();
    const std::size_t last = std::min(text.find_first_of("\x01|", first), text.size());
    text.replace(first, last - first, mask);
  }
}

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out += '"';
}

}  // namespace

void Redactor::hide(const fixspec::Secret& secret) {
  if (secret.reveal().size() < shortest_hidden) return;
  const std::string_view text = secret.reveal();
  const std::lock_guard lock(mutex_);
  for (std::string form : {std::string{text}, hex_of(text), base64_of(text), percent_of(text)}) {
    hidden_.emplace_back(std::move(form));
  }
}

bool Redactor::is_secret_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '-' || c == '.' || c == ' ') {
      plain += '_';
    } else {
      plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
  }
  static constexpr std::array<std::string_view, 12> parts = {
      "secret", "password", "passwd",  "passphrase", "token",         "signature",
      "apikey", "api_key",  "private", "credential", "authorization", "rawdata"};
  for (const std::string_view part : parts) {
    if (plain.find(part) != std::string::npos) return true;
  }
  return plain == "key" || plain == "sig" || plain == "auth" || plain.ends_with("_key") ||
         plain.ends_with("_sig");
}

std::string Redactor::shown(std::string_view name, std::string_view value) const {
  if (is_secret_name(name)) return std::string{mask};
  std::string text{value};
  {
    const std::lock_guard lock(mutex_);
    for (const fixspec::Secret& secret : hidden_) mask_all(text, secret.reveal());
  }
  for (const std::string_view tag : {"554=", "925=", "96="}) mask_fix_tag(text, tag);
  // After masking, so that no secret is cut into a part that is not found.
  if (text.size() > max_value) text = text.substr(0, max_value) + "...";
  return text;
}

std::string to_iso_micros(fixspec::UtcNanos utc_ns) {
  std::time_t seconds = utc_ns / fixspec::nanos_per_second;
  std::int64_t nanos = utc_ns % fixspec::nanos_per_second;
  if (nanos < 0) {
    nanos += fixspec::nanos_per_second;
    --seconds;
  }
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 48> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + size, text.size() - size, ".%06dZ", static_cast<int>(nanos / 1000));
  return text.data();
}

std::string to_json(const LogLine& line, const Redactor& redactor) {
  std::string out = "{\"@timestamp\":\"" + to_iso_micros(line.utc_ns) + "\",\"log.level\":\"";
  out += level_name(line.level);
  out += "\",\"event\":";
  append_json_text(out, line.event);
  for (const auto& [name, value] : line.fields) {
    out += ',';
    append_json_text(out, name);
    out += ':';
    append_json_text(out, redactor.shown(name, value));
  }
  out += '}';
  return out;
}

std::string to_human(const LogLine& line, const Redactor& redactor) {
  std::string out = to_iso_micros(line.utc_ns).substr(11, 12);
  out += ' ';
  for (const char c : level_name(line.level)) out += static_cast<char>(c - 'a' + 'A');
  out += ' ' + line.event;
  for (const auto& [name, value] : line.fields) {
    const std::string text = redactor.shown(name, value);
    out += ' ' + name + '=';
    if (!text.empty() && text.find_first_of(" \"\\=") == std::string::npos && is_utf8(text) &&
        std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < 0x20; })) {
      out += text;
    } else {
      append_json_text(out, text);
    }
  }
  return out;
}

}  // namespace causeway::gateway::app
