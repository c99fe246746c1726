#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixspec/amount.hpp"
#include "fixspec/enums.hpp"
#include "fixspec/instrument.hpp"
#include "fixspec/order.hpp"
#include "fixspec/time.hpp"
#include "gateway/fix/frame_fields.hpp"

namespace causeway::gateway::fix {

/// The instruments of that symbol, on any venue.
using InstrumentsNamed =
    std::function<std::vector<const fixspec::Instrument*>(const fixspec::Symbol&)>;

/// Reads fields of one message as typed values and keeps the first refusal. Every reader answers
/// nullopt where the field is absent or was refused, so a decoder reads on and looks once at the
/// end.
class FieldReader {
 public:
  /// Both must outlive the reader.
  FieldReader(const FrameFields& fields, const InstrumentsNamed& instruments_named)
      : fields_(fields), instruments_named_(instruments_named) {}

  struct Refusal {
    fixspec::RejectCode code = fixspec::RejectCode::UnsupportedValue;
    std::string text;
  };
  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }
  /// Keeps the refusal if it is the first.
  void refuse(fixspec::RejectCode code, std::string text);

  [[nodiscard]] bool has(int tag) const { return fields_.has(tag); }
  [[nodiscard]] std::optional<std::string_view> text(int tag) const { return fields_.text(tag); }
  /// As text(), but the field's absence is refused.
  std::optional<std::string_view> required(int tag);

  template <class IdType>
  std::optional<IdType> id(int tag, fixspec::RejectCode code);
  std::optional<fixspec::ClOrdId> cl_ord_id(int tag);
  std::optional<fixspec::Price> price(int tag);
  /// A quantity above zero.
  std::optional<fixspec::Quantity> quantity(int tag);
  std::optional<fixspec::UtcNanos> time(int tag);
  std::optional<fixspec::Side> side();
  std::optional<fixspec::OrdType> ord_type();
  std::optional<fixspec::TimeInForce> time_in_force();
  std::optional<fixspec::TriggerRef> trigger_ref();
  std::optional<fixspec::ExecInst> exec_inst();
  /// 55 with what 207, 100, 167 and 461 say; checks 15 where it is given.
  std::optional<fixspec::InstrumentRef> instrument();
  /// The venue that `tag` names.
  std::optional<fixspec::Venue> venue(int tag);

 private:
  std::optional<fixspec::Venue> order_venue();
  std::optional<fixspec::SecurityType> security_type();
  void narrow(fixspec::InstrumentRef& ref, std::optional<fixspec::SecurityType> type);

  const FrameFields& fields_;
  const InstrumentsNamed& instruments_named_;
  std::optional<Refusal> refusal_;
};

/// "OrderQty(38)" and so on, for people.
std::string field_name(int tag);

template <class IdType>
std::optional<IdType> FieldReader::id(int tag, fixspec::RejectCode code) {
  const auto value = text(tag);
  if (!value) return std::nullopt;
  auto parsed = IdType::parse(*value);
  if (!parsed) {
    refuse(code,
           field_name(tag) + " is longer than " + std::to_string(IdType::capacity) + " characters");
  }
  return parsed;
}

}  // namespace causeway::gateway::fix
