#include "gateway/fix/logon.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

#include "gateway/fix/frame.hpp"
#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"
#include "gateway/fix/whole_numbers.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr int min_heart_bt_int = 5;
constexpr int max_heart_bt_int = 60;
// What a stranger is told: not which part was wrong.
constexpr std::string_view refused_credentials =
    "logon refused: SenderCompID(49), TargetCompID(56), Username(553) or Password(554) is wrong";

// Takes the same time wherever the first difference is.
bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

const SessionSettings* find_session(const Settings& settings, std::string_view sender,
                                    std::string_view target) {
  if (target != settings.our_comp_id) return nullptr;
  const auto found = std::find_if(
      settings.sessions.begin(), settings.sessions.end(),
      [&](const SessionSettings& session) { return session.comp_id.view() == sender; });
  return found == settings.sessions.end() ? nullptr : &*found;
}

bool credentials_hold(std::string_view frame, const SessionSettings& session) {
  const std::string_view username = field_of(frame, tag::username).value_or("");
  const std::string_view password = field_of(frame, tag::password).value_or("");
  const bool username_holds = session.username.empty() || username == session.username;
  const bool password_holds =
      !session.password || same_secret(password, session.password->reveal());
  return username_holds && password_holds;
}

// What is wrong with a logon whose sender is known, or nothing.
std::string wrong_heart_bt_int(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && last == end && value >= min_heart_bt_int &&
      value <= max_heart_bt_int) {
    return {};
  }
  return "HeartBtInt(108)=" + std::string{text} + " is not within " +
         std::to_string(min_heart_bt_int) + " to " + std::to_string(max_heart_bt_int) + " seconds";
}

std::string wrong_sending_time(std::string_view text, const SessionSettings& session,
                               fixspec::UtcNanos now) {
  const auto sent = parse_fix_time(text);
  if (!sent) return "SendingTime(52)=" + std::string{text} + " is no UTC timestamp";
  if (!session.check_latency) return {};
  const fixspec::UtcNanos distance = *sent > now ? *sent - now : now - *sent;
  if (distance <= session.max_latency_s * fixspec::nanos_per_second) return {};
  return "SendingTime(52)=" + std::string{text} + " is more than " +
         std::to_string(session.max_latency_s) + " s from this gateway's clock, " +
         to_fix_time(now, 3);
}

// What the dictionary has against the message, or nothing.
std::string dictionary_objection(std::string_view frame, const FIX::DataDictionary& dictionary) {
  if (const auto tag = too_large_number(frame, dictionary)) {
    return "the Logon is not valid: a number does not fit in 32 bits" +
           (*tag == 0 ? std::string{} : " in tag " + std::to_string(*tag));
  }
  try {
    const FIX::Message message{std::string{frame}, dictionary, false};
    dictionary.validate(message);
    return {};
  } catch (const FIX::Exception& error) {
    return std::string{"the Logon is not valid: "} + error.what();
  }
}

std::string wrong_fields(std::string_view frame, const SessionSettings& session,
                         const FIX::DataDictionary& dictionary, fixspec::UtcNanos now) {
  std::string wrong = wrong_heart_bt_int(field_of(frame, tag::heart_bt_int).value_or(""));
  if (wrong.empty()) wrong = dictionary_objection(frame, dictionary);
  if (wrong.empty()) {
    wrong = wrong_sending_time(field_of(frame, tag::sending_time).value_or(""), session, now);
  }
  if (wrong.empty() && !number_of(frame, tag::msg_seq_num)) wrong = "MsgSeqNum(34) is missing";
  return wrong;
}

}  // namespace

LogonVerdict check_logon(std::string_view frame, const Settings& settings,
                         const FIX::DataDictionary& dictionary, fixspec::UtcNanos now) {
  LogonVerdict verdict;
  const std::string begin_string{field_of(frame, 8).value_or("")};
  const std::string sender{field_of(frame, tag::sender_comp_id).value_or("")};
  const std::string target{field_of(frame, tag::target_comp_id).value_or("")};
  const auto refuse = [&](std::string text, std::string detail) {
    verdict.refusal = std::move(text);
    verdict.detail = std::move(detail);
    return verdict;
  };
  if (!sender.empty() && !target.empty() && sender.size() <= fixspec::SessionId::capacity &&
      target.size() <= fixspec::SessionId::capacity) {
    verdict.answer = Route{begin_string, target, sender};
  }
  if (begin_string != our_begin_string) {
    const std::string text = "BeginString(8)=" + begin_string + " is not spoken here, only " +
                             std::string{our_begin_string};
    return refuse(text, text);
  }
  const auto msg_type = field_of(frame, tag::msg_type);
  if (msg_type != "A") {
    const std::string text =
        "the first message must be a Logon (35=A), not 35=" + std::string{msg_type.value_or("")};
    return refuse(text, text);
  }
  const SessionSettings* const session = find_session(settings, sender, target);
  if (session == nullptr) {
    return refuse(std::string{refused_credentials},
                  "no [SESSION] for SenderCompID(49)=" + sender + " TargetCompID(56)=" + target);
  }
  verdict.session = session;
  verdict.authenticated = credentials_hold(frame, *session);
  if (!verdict.authenticated) {
    return refuse(std::string{refused_credentials},
                  "wrong Username(553) or Password(554) for " + sender);
  }
  const std::string wrong = wrong_fields(frame, *session, dictionary, now);
  return wrong.empty() ? verdict : refuse(wrong, wrong);
}

}  // namespace causeway::gateway::fix
