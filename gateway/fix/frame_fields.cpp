#include "gateway/fix/frame_fields.hpp"

namespace causeway::gateway::fix {

FrameFields::FrameFields(const FIX::Message& message) {
  const FIX::FieldMap& header = message.getHeader();
  const FIX::FieldMap& body = message;
  for (const FIX::FieldMap* const part : {&header, &body}) {
    for (const FIX::FieldBase& field : *part) add({field.getTag(), field.getString()});
  }
}

bool FrameFields::read(std::string_view frame) {
  fields_.clear();
  present_ = {};
  FieldWalk walk{frame};
  while (const auto field = walk.next()) {
    if (has(field->tag)) return false;
    add(*field);
  }
  return walk.at_end();
}

void FrameFields::add(FrameField field) {
  const auto bit = static_cast<std::size_t>(field.tag);
  if (bit < remembered_tags) present_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  fields_.push_back(field);
}

}  // namespace causeway::gateway::fix
