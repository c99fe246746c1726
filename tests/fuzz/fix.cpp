#include <algorithm>
#include <limits>
#include <sstream>

#include "fixspec/dictionary.hpp"
#include "gateway/fix/decode.hpp"
#include "gateway/fix/hot_request.hpp"
#include "gateway/fix/whole_numbers.hpp"
#include "tests/fuzz/round_trips.hpp"
#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {
namespace {

using gateway::fix::FrameFields;

const FIX::DataDictionary& dictionary() {
  static const FIX::DataDictionary loaded = [] {
    std::istringstream text{std::string{fixspec::fix44_dictionary()}};
    return FIX::DataDictionary{text};
  }();
  return loaded;
}

const gateway::fix::DecodeContext& context() {
  static const fixspec::Instrument known = [] {
    fixspec::Instrument instrument;
    instrument.key = {fixspec::Venue::Deribit, fixspec::Segment::Inverse,
                      fixspec::Symbol{"BTC-PERPETUAL"}};
    return instrument;
  }();
  static const gateway::fix::DecodeContext made{
      .now = 1'795'255'200 * fixspec::nanos_per_second,
      .poss_dup_max_age_ns = 5 * fixspec::nanos_per_second,
      .instruments_named =
          [](const fixspec::Symbol& symbol) {
            std::vector<const fixspec::Instrument*> found;
            if (symbol == known.key.symbol) found.push_back(&known);
            return found;
          },
      .knows_cl_ord_id = [](const fixspec::ClOrdId& id) { return id.view() == "known"; }};
  return made;
}

// What is written as in fixspec/messages becomes a message with a right length and sum, so that
// more than the sum is looked at; other bytes stay as they are.
std::string framed(std::string_view bytes) {
  if (bytes.find('|') == std::string_view::npos) return std::string{bytes};
  std::string stream;
  std::istringstream lines{std::string{bytes}};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto type = line.find("35=");
    const auto sum = line.rfind("10=");
    if (type == std::string::npos) continue;
    std::string body =
        line.substr(type, sum != std::string::npos && sum > type ? sum - type : std::string::npos);
    for (char& c : body) {
      if (c == '|') c = gateway::fix::soh;
    }
    stream += gateway::fix::make_frame("FIX.4.4", body);
  }
  return stream;
}

// A request as the gateway reads it, the long way.
std::optional<fixspec::ClientRequest> read_request(const std::string& frame) {
  try {
    const FIX::Message message{frame, dictionary(), true};
    dictionary().validate(message);
    const auto request = decode(FrameFields{message}, context());
    return request ? std::optional{*request} : std::nullopt;
  } catch (const FIX::Exception&) {
    return std::nullopt;
  }
}

std::uint64_t compared = 0;

// What the short way takes the long way must take, and as the same request.
void compare_ways(std::string_view frame, const FrameFields& fields) {
  constexpr std::uint64_t last_number = std::numeric_limits<int>::max();
  const std::uint64_t number = gateway::fix::number_of(frame, 34).value_or(0);
  const gateway::fix::HotSession session{.sender_comp_id = fields.text(49).value_or(""),
                                         .target_comp_id = fields.text(56).value_or(""),
                                         .expected = std::min(number, last_number),
                                         .now = context().now,
                                         .max_latency_ns = 0};
  if (!gateway::fix::is_hot_request(fields, session)) return;
  require(!gateway::fix::too_large_number(frame, dictionary()),
          "the short way took a number that does not fit");
  ++compared;
  FIX::Message message;
  try {
    message.setString(std::string{frame}, true, &dictionary(), &dictionary());
    dictionary().validate(message);
  } catch (const std::exception& error) {
    throw Finding{std::string{"the dictionary refuses what the short way took: "} + error.what()};
  }
  const auto short_way = decode(fields, context());
  const auto long_way = decode(FrameFields{message}, context());
  require(short_way.has_value() == long_way.has_value(), "one way can read it, the other cannot");
  if (short_way) require(*short_way == *long_way, "the two ways read different requests");
}

// As a request to the gateway and as a message to its client, whichever it is.
void read_both_hands(const std::string& frame) {
  if (gateway::fix::too_large_number(frame, dictionary())) return;
  FIX::Message message;
  try {
    message.setString(frame, true, &dictionary(), &dictionary());
    dictionary().validate(message);
  } catch (const FIX::Exception&) {
    return;  // refused, and said so
  }
  const std::string& type = message.getHeader().getField(35);
  if (type == "D" || type == "G" || type == "F" || type == "q" || type == "H" || type == "AF") {
    if (const auto request = decode(FrameFields{message}, context())) {
      check_request(*request, read_request);
    }
  } else {
    check_report(message, dictionary());
  }
}

}  // namespace

std::uint64_t compared_by_fix() { return compared; }

void run_fix(std::string_view bytes) {
  const std::string stream = framed(bytes);
  gateway::fix::FrameReader reader{64U << 10U};
  // In pieces, as a socket brings them.
  std::size_t taken = 0;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t piece = std::min<std::size_t>(1 + at * 7 % 61, stream.size() - at);
    reader.append(std::string_view{stream}.substr(at, piece));
    at += piece;
    while (const auto frame = reader.next()) {
      taken += frame->size();
      require(frame->starts_with("8=") && frame->back() == gateway::fix::soh, "no whole message");
      FrameFields fields;
      if (fields.read(*frame)) compare_ways(*frame, fields);
      read_both_hands(std::string{*frame});
    }
  }
  require(taken + reader.skipped_bytes() <= stream.size(), "more was read than came");
}

}  // namespace causeway::fuzz
