#include "gateway/fix/frame.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace causeway::gateway::fix {
namespace {

constexpr std::string_view begin_string_tag = "8=";
constexpr std::string_view frame_start = "8=FIX";
constexpr std::size_t trailer_size = 7;           // 10=ddd and the delimiter
constexpr std::size_t longest_begin_string = 16;  // 8=FIXT.1.1 with its delimiter, and room
constexpr std::size_t longest_body_length = 13;   // 9=, the digits of any length, the delimiter

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || last != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<FrameField> FieldWalk::next() {
  const std::size_t equals = rest_.find('=');
  const std::size_t end = rest_.find(soh);
  if (equals == std::string_view::npos || end == std::string_view::npos || end < equals) {
    return std::nullopt;
  }
  const std::optional<int> tag = parse_number<int>(rest_.substr(0, equals));
  if (!tag) return std::nullopt;
  const FrameField field{*tag, rest_.substr(equals + 1, end - equals - 1)};
  rest_.remove_prefix(end + 1);
  return field;
}

std::optional<std::string_view> field_of(std::string_view frame, int tag) {
  FieldWalk walk{frame};
  while (const auto field = walk.next()) {
    if (field->tag == tag) return field->value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_of(std::string_view frame, int tag) {
  const auto text = field_of(frame, tag);
  const auto number = text ? parse_number<std::uint64_t>(*text) : std::nullopt;
  return number && *number > 0 ? number : std::nullopt;
}

std::uint8_t checksum(std::string_view bytes) {
  // Eight bytes at a time: every other byte of a word is summed in 16 bits, which 128 words cannot
  // overflow.
  constexpr std::size_t word = sizeof(std::uint64_t);
  constexpr std::size_t words_at_once = 128;
  constexpr std::uint64_t even_bytes = 0x00ff00ff00ff00ff;
  std::uint64_t sum = 0;
  while (bytes.size() >= word) {
    std::uint64_t lanes = 0;
    const std::size_t words = std::min(bytes.size() / word, words_at_once);
    for (std::size_t i = 0; i < words; ++i) {
      std::uint64_t value = 0;
      std::memcpy(&value, bytes.data() + i * word, word);
      lanes += (value & even_bytes) + ((value >> 8) & even_bytes);
    }
    sum += (lanes & 0xffff) + ((lanes >> 16) & 0xffff) + ((lanes >> 32) & 0xffff) + (lanes >> 48);
    bytes.remove_prefix(words * word);
  }
  for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
  return static_cast<std::uint8_t>(sum % 256);
}

void append_field(std::string& body, int tag, std::string_view value) {
  body += std::to_string(tag);
  body += '=';
  body += value;
  body += soh;
}

std::string make_frame(std::string_view begin_string, std::string_view body) {
  std::string frame;
  frame.reserve(body.size() + 32);
  append_field(frame, 8, begin_string);
  append_field(frame, 9, std::to_string(body.size()));
  frame += body;
  const std::string sum = std::to_string(checksum(frame));
  append_field(frame, 10, std::string(3 - sum.size(), '0') + sum);
  return frame;
}

void FrameReader::append(std::string_view bytes) {
  buffer_.erase(0, start_);
  start_ = 0;
  buffer_ += bytes;
}

std::optional<std::string_view> FrameReader::next() {
  while (start_ < buffer_.size()) {
    std::size_t frame_size = 0;
    switch (look(frame_size)) {
      case Look::NeedMore:
        return std::nullopt;
      case Look::Garbage: {
        // Resynchronise where the next message may begin; its first letters may still be on the
        // way.
        const std::size_t found = buffer_.find(frame_start, start_ + 1);
        const std::size_t keep = std::min(frame_start.size() - 1, buffer_.size() - start_ - 1);
        skip(found != std::string::npos ? found - start_ : buffer_.size() - start_ - keep);
        break;
      }
      case Look::Frame: {
        const std::string_view frame{buffer_.data() + start_, frame_size};
        start_ += frame_size;
        return frame;
      }
    }
  }
  return std::nullopt;
}

void FrameReader::skip(std::size_t count) {
  start_ += count;
  skipped_bytes_ += count;
}

// What the unread bytes start with.
FrameReader::Look FrameReader::look(std::size_t& frame_size) const {
  const std::string_view rest{buffer_.data() + start_, buffer_.size() - start_};
  if (rest.substr(0, begin_string_tag.size()) != begin_string_tag.substr(0, rest.size())) {
    return Look::Garbage;
  }
  const std::size_t first_end = rest.substr(0, longest_begin_string).find(soh);
  if (first_end == std::string_view::npos) {
    return rest.size() >= longest_begin_string ? Look::Garbage : Look::NeedMore;
  }
  const std::string_view second = rest.substr(first_end + 1);
  if (second.substr(0, 2) != std::string_view{"9="}.substr(0, second.size())) return Look::Garbage;
  const std::size_t second_end = second.substr(0, longest_body_length).find(soh);
  if (second_end == std::string_view::npos) {
    return second.size() >= longest_body_length ? Look::Garbage : Look::NeedMore;
  }
  const auto body_length = parse_number<std::uint32_t>(second.substr(2, second_end - 2));
  if (!body_length || *body_length > max_frame_bytes_) return Look::Garbage;
  const std::size_t body_start = first_end + 1 + second_end + 1;
  const std::size_t body_end = body_start + *body_length;
  frame_size = body_end + trailer_size;
  if (frame_size > max_frame_bytes_) return Look::Garbage;
  if (rest.size() < frame_size) return Look::NeedMore;

  const std::string_view trailer = rest.substr(body_end, trailer_size);
  if (rest.substr(body_start, 3) != "35=" || trailer.substr(0, 3) != "10=" || trailer[6] != soh ||
      rest[body_end - 1] != soh) {
    return Look::Garbage;
  }
  const auto stated = parse_number<std::uint32_t>(trailer.substr(3, 3));
  return stated == checksum(rest.substr(0, body_end)) ? Look::Frame : Look::Garbage;
}

}  // namespace causeway::gateway::fix
