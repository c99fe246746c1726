#include <charconv>
#include <deque>
#include <sstream>

#include "fixspec/dictionary.hpp"
#include "gateway/fix/client_session.hpp"
#include "gateway/fix/frame.hpp"
#include "gateway/fix/logon.hpp"
#include "gateway/fix/time_text.hpp"
#include "tests/fix/support.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/venue_session.hpp"

namespace causeway::fuzz {
namespace {

namespace fix = gateway::fix;
using tests::fix::Desk;
using tests::fix::MemorySessionStore;

// A resend of a large range ends with the input: what is still to be resent is of no interest.
constexpr int most_tasks = 200;
// Numbers below it in an input stand for the next one that the session expects.
constexpr std::uint64_t first_literal_number = 100;

const std::shared_ptr<FIX::DataDictionary>& dictionary() {
  static const auto loaded = [] {
    std::istringstream text{std::string{fixspec::fix44_dictionary()}};
    return std::make_shared<FIX::DataDictionary>(text);
  }();
  return loaded;
}

fixspec::UtcNanos now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What the session writes has to be whole messages of the dialect, numbered without a hole.
class Wire final : public fix::Connection {
 public:
  void start() override {}
  void send(std::string_view bytes) override {
    require(!closing_, "bytes for a connection that is being closed");
    reader_.append(bytes);
    while (const auto frame = reader_.next()) check(std::string{*frame});
    require(reader_.skipped_bytes() == 0, "the gateway writes what is no FIX message");
  }
  void close_after_sending(std::string) override { closing_ = true; }
  void close(std::string) override { closing_ = true; }
  void detach() override {}
  void set_outbound_limit(std::size_t) override {}
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
  [[nodiscard]] std::chrono::steady_clock::duration stalled_for() const override { return {}; }
  void hold_reading(bool) override {}
  void limit_unsent(std::size_t) override {}
  [[nodiscard]] bool closing() const override { return closing_; }
  [[nodiscard]] const std::string& peer() const override { return peer_; }

 private:
  void check(const std::string& frame) {
    const auto number = fix::number_of(frame, 34);
    require(number.has_value(), "a message without a number");
    const bool is_again = fix::field_of(frame, 43) == "Y";
    // A Logon may begin anew at 1.
    const bool is_logon = fix::field_of(frame, 35) == "A";
    if (!is_again && !is_logon) {
      require(*number == last_ + 1, "a number was left out or used twice: " + frame);
    }
    if (!is_again) last_ = *number;
    try {
      const FIX::Message message{frame, *dictionary(), true};
      dictionary()->validate(message);
    } catch (const FIX::Exception& error) {
      throw Finding{std::string{"the dictionary refuses what the gateway writes: "} + error.what() +
                    ": " + frame};
    }
  }

  fix::FrameReader reader_{1U << 20U};
  std::uint64_t last_ = 0;
  bool closing_ = false;
  std::string peer_ = "fuzz";
};

/// One client's connection from its Logon to its end.
class Run {
 public:
  Run() {
    desk_.send = [this](const auto&, const fixspec::Report& report,
                        gateway::journal::ReportKey key) { session_.send(report, key); };
    const std::string logon = fix::make_frame(
        "FIX.4.4", completed("35=A\00149=OMS\00156=CAUSEWAY\00134=1\00152=\00198=0\001108=30\001"));
    const auto verdict = fix::check_logon(logon, settings_, *dictionary(), now());
    require(verdict.refusal.empty(), "the logon is refused: " + verdict.detail);
    session_.log_on(wire_, logon);
    require(session_.logged_on(), "the log-on does not succeed");
  }
  ~Run() {
    session_.on_closed("the end of the input");
    tasks_.clear();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void receive(std::string_view bytes) {
    reader_.append(bytes);
    while (!wire_.closing()) {
      const auto frame = reader_.next();
      if (!frame) break;
      take(std::string{*frame});
    }
  }

  // A line as in fixspec/messages becomes a message of this session: the other CompIDs, times and
  // small numbers in it are replaced, length and sum are made right.
  std::string framed(std::string_view line) const {
    std::string body{line.substr(std::min(line.find("35="), line.size()))};
    if (const auto sum = body.rfind("|10="); sum != std::string::npos) body.resize(sum + 1);
    std::replace(body.begin(), body.end(), '|', fix::soh);
    if (body.empty() || body.back() != fix::soh) body += fix::soh;
    return fix::make_frame("FIX.4.4", completed(body));
  }

 private:
  void take(const std::string& frame) {
    (void)fix::check_logon(frame, settings_, *dictionary(), now());
    const std::uint64_t expected = store_.next_target_msg_seq_num();
    session_.on_frame(frame);
    const bool may_go_back =
        fix::field_of(frame, 35) == "A" || frame.find("\001141=") != std::string::npos;
    require(may_go_back || store_.next_target_msg_seq_num() >= expected,
            "the number that is expected went back");
    for (int ran = 0; !tasks_.empty() && ran < most_tasks; ++ran) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
    if (!wire_.closing()) session_.on_timer();
  }

  std::string completed(std::string_view body) const {
    std::string made;
    fix::FieldWalk walk{body};
    while (const auto field = walk.next()) {
      std::string value{field->value};
      if (field->tag == 49) value = "OMS";
      if (field->tag == 56) value = "CAUSEWAY";
      if (field->tag == 52 || field->tag == 60) value = fix::to_fix_time(now(), 3);
      if (field->tag == 34) value = number(value);
      fix::append_field(made, field->tag, value);
    }
    return made;
  }
  std::string number(const std::string& text) const {
    std::uint64_t given = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given);
    if (error != std::errc{} || end != text.data() + text.size() || given >= first_literal_number) {
      return text;
    }
    return std::to_string(store_.next_target_msg_seq_num());
  }

  fix::Settings settings_ = tests::fix::TestGateway::default_settings();
  Desk desk_;
  NoLog log_;
  MemorySessionStore store_;
  std::deque<std::function<void()>> tasks_;
  fix::SessionContext context_{
      .settings = settings_,
      .handler = desk_,
      .log = log_,
      .dictionary = dictionary(),
      .post = [this](std::function<void()> task) { tasks_.push_back(std::move(task)); },
      .post_later = [this](std::chrono::microseconds,
                           std::function<void()> task) { tasks_.push_back(std::move(task)); }};
  Wire wire_;
  fix::FrameReader reader_{settings_.max_frame_bytes};
  fix::ClientSession session_{context_, settings_.sessions.front(), store_};
};

}  // namespace

void run_fix_session(std::string_view bytes) {
  Run run;
  for (const std::string_view line : lines_of(bytes)) {
    if (line.front() == '#') continue;
    const bool is_text = line.find('|') != std::string_view::npos;
    run.receive(is_text ? run.framed(line) : std::string{line});
  }
}

}  // namespace causeway::fuzz
