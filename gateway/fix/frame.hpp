#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace causeway::gateway::fix {

/// FIX's field delimiter.
inline constexpr char soh = '\x01';

/// One `tag=value` of a frame.
struct FrameField {
  int tag = 0;
  std::string_view value;
};

/// Walks the fields of a frame from its start. A field that is no `number=value` ends the walk.
class FieldWalk {
 public:
  explicit FieldWalk(std::string_view frame) : rest_(frame) {}
  std::optional<FrameField> next();
  /// True when every field has been walked over.
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

/// The first field `tag` of `frame`, or nullopt.
std::optional<std::string_view> field_of(std::string_view frame, int tag);
/// As field_of, for a whole number above zero such as MsgSeqNum(34).
std::optional<std::uint64_t> number_of(std::string_view frame, int tag);

/// The sum of all bytes modulo 256, as CheckSum(10) counts.
std::uint8_t checksum(std::string_view bytes);

/// Puts BeginString, BodyLength and CheckSum around `body`, which starts with MsgType(35).
std::string make_frame(std::string_view begin_string, std::string_view body);
/// Appends `tag=value` and the delimiter.
void append_field(std::string& body, int tag, std::string_view value);

/// Cuts a byte stream into FIX messages. What is no message is skipped, as the standard asks:
/// BodyLength(9) must lead to CheckSum(10), which must be right, and MsgType(35) come third.
class FrameReader {
 public:
  /// Messages longer than `max_frame_bytes` are skipped like garbage.
  explicit FrameReader(std::size_t max_frame_bytes) : max_frame_bytes_(max_frame_bytes) {}

  void append(std::string_view bytes);
  /// The next whole message, or nullopt until more bytes come. Valid until the next append().
  std::optional<std::string_view> next();
  /// Bytes skipped so far.
  [[nodiscard]] std::uint64_t skipped_bytes() const { return skipped_bytes_; }

 private:
  enum class Look : std::uint8_t { Frame, NeedMore, Garbage };
  Look look(std::size_t& frame_size) const;
  void skip(std::size_t count);

  std::size_t max_frame_bytes_;
  std::string buffer_;
  std::size_t start_ = 0;
  std::uint64_t skipped_bytes_ = 0;
};

}  // namespace causeway::gateway::fix
