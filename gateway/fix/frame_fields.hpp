#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fixspec/quickfix.hpp"
#include "gateway/fix/frame.hpp"

namespace causeway::gateway::fix {

/// The fields of one message without groups, found by their tags: views into the message. Keep one
/// and read() into it: its memory is reused.
class FrameFields {
 public:
  FrameFields() = default;
  /// Header and body of a parsed message.
  explicit FrameFields(const FIX::Message& message);

  /// Takes the fields of a whole message. False where not all of it is `number=value`, or where a
  /// tag stands in it twice.
  bool read(std::string_view frame);

  [[nodiscard]] bool has(int tag) const { return find(tag) != nullptr; }
  /// The value, or nullopt where there is no such field.
  [[nodiscard]] std::optional<std::string_view> text(int tag) const {
    const FrameField* const found = find(tag);
    return found == nullptr ? std::nullopt : std::optional{found->value};
  }
  /// In the order of the message.
  [[nodiscard]] const std::vector<FrameField>& all() const { return fields_; }

 private:
  static constexpr std::size_t remembered_tags = 512;

  [[nodiscard]] const FrameField* find(int tag) const {
    if (!may_have(tag)) return nullptr;
    for (const FrameField& field : fields_) {
      if (field.tag == tag) return &field;
    }
    return nullptr;
  }
  // Most of what is asked for is not there, and this says so without a search.
  [[nodiscard]] bool may_have(int tag) const {
    const auto bit = static_cast<std::size_t>(tag);
    return bit >= remembered_tags || ((present_[bit / 64] >> (bit % 64)) & 1) != 0;
  }
  void add(FrameField field);

  std::vector<FrameField> fields_;
  std::array<std::uint64_t, remembered_tags / 64> present_{};
};

}  // namespace causeway::gateway::fix
