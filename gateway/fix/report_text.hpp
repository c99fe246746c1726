#pragma once

#include <cstdint>
#include <string_view>

#include "fixspec/report.hpp"
#include "fixspec/time.hpp"
#include "gateway/fix/field_writer.hpp"
#include "gateway/fix/resend.hpp"

// Reports are most of what a session sends, so they are written as text at once instead of being
// collected in a FIX::Message first: that costs a tenth.
namespace causeway::gateway::fix {

/// MsgType(35) of the report.
std::string_view msg_type_of(const fixspec::Report& report);

/// The fields behind the standard header, as FIX::Message would order them: by their tags, a group
/// behind its count. `time_digits` is the number of decimals of TransactTime(60).
void write_report(FieldWriter& out, const fixspec::Report& report, int time_digits);

/// Makes whole messages of reports; its memory is used again for each.
class ReportFrame {
 public:
  explicit ReportFrame(Route route);

  /// The message numbered `msg_seq_num`, sent at `now`. Valid until the next call.
  std::string_view make(const fixspec::Report& report, std::uint64_t msg_seq_num,
                        fixspec::UtcNanos now, int time_digits);

 private:
  Route route_;
  FieldWriter body_;
  FieldWriter frame_;
};

}  // namespace causeway::gateway::fix
