#include "gateway/fix/whole_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "gateway/fix/frame.hpp"

namespace causeway::gateway::fix {
namespace {

// As many digits always fit.
constexpr std::size_t few_digits = std::numeric_limits<int>::digits10;

// Whatever follows the digits: they are read before it is noticed.
bool fits(std::string_view text) {
  if (text.size() <= few_digits) return true;
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec != std::errc::result_out_of_range && value != std::numeric_limits<int>::min();
}

bool is_whole_number(int tag, const FIX::DataDictionary& dictionary) {
  FIX::TYPE::Type type = FIX::TYPE::Unknown;
  dictionary.getFieldType(tag, type);
  return type == FIX::TYPE::Int || type == FIX::TYPE::SeqNum || type == FIX::TYPE::Length ||
         type == FIX::TYPE::NumInGroup || type == FIX::TYPE::DayOfMonth;
}

}  // namespace

std::optional<int> too_large_number(std::string_view frame, const FIX::DataDictionary& dictionary) {
  // No FieldWalk: it ends where a field is none, and FIX::Message may go on.
  while (!frame.empty()) {
    const std::size_t end = std::min(frame.find(soh), frame.size());
    const std::string_view field = frame.substr(0, end);
    frame.remove_prefix(std::min(end + 1, frame.size()));
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    if (!fits(field.substr(0, equals))) return 0;
    const std::string_view value = field.substr(equals + 1);
    if (fits(value)) continue;
    int tag = 0;
    std::from_chars(field.data(), field.data() + equals, tag);
    if (is_whole_number(tag, dictionary)) return tag;
  }
  return std::nullopt;
}

}  // namespace causeway::gateway::fix
