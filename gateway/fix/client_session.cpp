#include "gateway/fix/client_session.hpp"

#include <algorithm>
#include <utility>

#include "fixspec/crash_point.hpp"
#include "gateway/fix/encode.hpp"
#include "gateway/fix/frame.hpp"
#include "gateway/fix/hot_request.hpp"
#include "gateway/fix/logon.hpp"
#include "gateway/fix/reference.hpp"
#include "gateway/fix/tags.hpp"
#include "gateway/fix/time_text.hpp"
#include "gateway/fix/whole_numbers.hpp"

namespace causeway::gateway::fix {
namespace {

constexpr int reason_format = 6;            // SessionRejectReason(373)
constexpr int reason_other = 0;             // BusinessRejectReason(380)
constexpr int reason_unknown_id = 1;        // BusinessRejectReason(380)
constexpr int reason_unsupported_type = 3;  // BusinessRejectReason(380)
// A resend pauses while this share of the outbound queue waits: a client that reads slowly is then
// served slowly instead of being cut off.
constexpr std::size_t resend_share_of_queue = 2;
constexpr std::size_t resend_pause_bytes = 1U << 20U;
constexpr std::chrono::seconds refusal_period{1};
constexpr std::chrono::seconds repetition_window{10};   // asked for again so soon, it can wait
constexpr std::size_t unsent_limit_bytes = 32U << 10U;  // of market data, in the operating system
constexpr fixspec::UtcNanos feed_period_ns = fixspec::nanos_per_second;

FIX::DataDictionaryProvider provider_of(const SessionContext& context,
                                        const SessionSettings& settings) {
  FIX::DataDictionaryProvider provider;
  if (settings.validate_with_dictionary) {
    provider.addTransportDataDictionary(FIX::BeginString{std::string{our_begin_string}},
                                        context.dictionary);
  }
  return provider;
}

Route route_of(const SessionContext& context, const SessionSettings& settings) {
  return {std::string{our_begin_string}, context.settings.our_comp_id,
          settings.comp_id.to_string()};
}

// FIX 4.4's own application messages that this dialect has no use for: a client that sends one made
// no mistake in FIX, so it is answered by a BusinessMessageReject. Others are no FIX 4.4 at all.
bool is_unsupported_type(std::string_view type) {
  constexpr std::string_view types[] = {
      "6",  "7",  "B",  "C",  "E",  "J",  "K",  "L",  "M",  "N",  "P",  "Q",  "R",  "S",  "T",
      "W",  "X",  "Y",  "Z",  "a",  "b",  "c",  "d",  "e",  "f",  "i",  "k",  "l",  "m",  "o",
      "p",  "s",  "t",  "u",  "v",  "w",  "z",  "AA", "AB", "AC", "AD", "AE", "AG", "AH", "AI",
      "AJ", "AK", "AL", "AM", "AN", "AO", "AP", "AQ", "AR", "AS", "AT", "AU", "AV", "AW", "AX",
      "AY", "AZ", "BA", "BB", "BC", "BD", "BE", "BF", "BG", "BH", "CA", "BZ"};
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

std::uint64_t seq_num_of(const FIX::Message& message) {
  const std::string& text = message.getHeader().getField(tag::msg_seq_num);
  return static_cast<std::uint64_t>(FIX::IntConvertor::convert(text));
}

}  // namespace

ClientSession::ClientSession(const SessionContext& context, const SessionSettings& settings,
                             journal::SessionStore& store)
    : context_(context),
      settings_(settings),
      id_(settings.comp_id),
      kept_(store),
      store_(
          store, [this](std::uint64_t begin, std::uint64_t end) { on_resend(begin, end); },
          [this] {
            resend_.clear();
            highest_received_ = 0;
          }),
      report_frame_(route_of(context, settings)),
      resend_(store, route_of(context, settings)) {
  const Route route = route_of(context, settings);
  const FIX::SessionID session_id{route.begin_string, route.sender_comp_id, route.target_comp_id};
  constexpr int acceptor = 0;  // a HeartBtInt of 0 is how FIX::Session knows that it is one
  FIX::Application& application = *this;
  FIX::LogFactory& log_factory = *this;
  engine_ = std::make_unique<FIX::Session>(application, store_, session_id,
                                           provider_of(context, settings), always_open(), acceptor,
                                           &log_factory);
  engine_->setCheckLatency(settings.check_latency);
  engine_->setMaxLatency(settings.max_latency_s);
  engine_->setTimestampPrecision(settings.timestamp_precision);
  engine_->setValidateLengthAndChecksum(false);  // FrameReader has
  if (context.market != nullptr) {
    MarketDataOutlet& outlet = *this;
    market_ = std::make_unique<MarketDataFeed>(*context.market, outlet, id_,
                                               settings.timestamp_precision);
  }
}

ClientSession::~ClientSession() { *alive_ = false; }

void ClientSession::log_on(Connection& connection, std::string_view logon) {
  connection_ = &connection;
  connection.session = this;
  connection.set_outbound_limit(settings_.max_outbound_bytes);
  highest_received_ = 0;
  gap_begin_ = 0;
  gap_bytes_ = 0;
  engine_->setResponder(this);
  feed(logon);
}

bool ClientSession::may_refuse_now(std::chrono::steady_clock::time_point now) {
  if (now - refused_at_ < refusal_period) return false;
  refused_at_ = now;
  return true;
}

void ClientSession::refuse_logon(Connection& connection, const std::string& text) {
  connection_ = &connection;
  engine_->setResponder(this);
  FIX::Message message;
  message.getHeader().setField(tag::msg_type, "5");
  message.setField(tag::text, text);
  engine_->send(message);
  engine_->setResponder(nullptr);
  connection_ = nullptr;
  connection.close_after_sending(text);
}

void ClientSession::on_frame(std::string_view frame) {
  if (take_hot_request(frame, utc_now())) return;
  const std::string_view type = field_of(frame, tag::msg_type).value_or("");
  if (type.empty()) {
    // Garbled; FIX::Session would write a reject with an empty RefMsgType(372), which is no FIX.
    ignore("no MsgType(35)");
    return;
  }
  if (type == "A") {
    const LogonVerdict verdict =
        check_logon(frame, context_.settings, *context_.dictionary, utc_now());
    if (!verdict.refusal.empty() || verdict.session != &settings_) {
      log_out(verdict.refusal.empty() ? "this session is logged on" : verdict.refusal);
      engine_->disconnect();
      return;
    }
  }
  if (type == "4" && !number_of(frame, tag::msg_seq_num)) {
    // FIX::Session would write a reject without the RefSeqNum(45) that it must have.
    ignore("no MsgSeqNum(34)");
    return;
  }
  if (const auto tag = too_large_number(frame, *context_.dictionary)) {
    if (*tag == 0 || !reject_format(frame, *tag)) ignore("a number does not fit in 32 bits");
    return;
  }
  if (is_unsupported_type(type) && answer_unsupported(frame)) return;
  feed(frame);
}

// Takes the frame as the session's next request without FIX::Session, where everything about frame
// and session is as usual. FIX::Session is given a message a second all the same, since it would
// otherwise think that the client has gone quiet.
bool ClientSession::take_hot_request(std::string_view frame, fixspec::UtcNanos now) {
  const std::uint64_t expected = kept_.next_target_msg_seq_num();
  if (now - fed_at_ > feed_period_ns || now < fed_at_ || !logged_on() || engine_->sentLogout() ||
      highest_received_ + 1 != expected || !hot_fields_.read(frame)) {
    return false;
  }
  const HotSession session{
      .sender_comp_id = id_.view(),
      .target_comp_id = context_.settings.our_comp_id,
      .expected = expected,
      .now = now,
      .max_latency_ns =
          settings_.check_latency ? settings_.max_latency_s * fixspec::nanos_per_second : 0};
  if (!is_hot_request(hot_fields_, session)) return false;
  auto request = decode(hot_fields_, decode_context(now));
  if (!request) return false;
  highest_received_ = expected;
  context_.handler.on_client_request(id_, std::move(*request), expected);
  kept_.set_next_target_msg_seq_num(expected + 1);
  return true;
}

DecodeContext ClientSession::decode_context(fixspec::UtcNanos now) const {
  return {
      .now = now,
      .poss_dup_max_age_ns = std::chrono::nanoseconds{context_.settings.poss_dup_max_age}.count(),
      .instruments_named =
          [this](const fixspec::Symbol& symbol) {
            return context_.handler.instruments_named(symbol);
          },
      .knows_cl_ord_id =
          [this](const fixspec::ClOrdId& cl_ord_id) {
            return context_.handler.knows_cl_ord_id(id_, cl_ord_id);
          }};
}

void ClientSession::feed(std::string_view frame) {
  // FIX::Session may answer at once: what came before is answered first.
  context_.handler.on_requests_told();
  fed_at_ = utc_now();
  highest_received_ = std::max(highest_received_, number_of(frame, tag::msg_seq_num).value_or(0));
  try {
    engine_->next(std::string{frame}, FIX::UtcTimeStamp{});
  } catch (const FIX::Exception& error) {
    // What is not QuickFIX's is a bug of ours and goes on.
    ignore(error.what());
  }
  swallow_gap_fill_ = false;
  if (connected()) bound_gap(frame.size());
}

// A garbled message is ignored, as the standard asks: if it counted, the gap will show.
void ClientSession::ignore(std::string_view why) {
  context_.log.warning("fix_message_ignored",
                       {{"session", id_.to_string()}, {"why", std::string{why}}});
}

// The number of a frame that is the next expected message and in nothing unusual.
std::optional<std::uint64_t> ClientSession::number_of_next(std::string_view frame) {
  const auto number = number_of(frame, tag::msg_seq_num);
  const auto sent = parse_fix_time(field_of(frame, tag::sending_time).value_or(""));
  const auto expected = static_cast<std::uint64_t>(engine_->getExpectedTargetNum());
  if (!logged_on() || number != expected || !sent ||
      field_of(frame, tag::sender_comp_id) != id_.view() ||
      field_of(frame, tag::target_comp_id) != context_.settings.our_comp_id) {
    return std::nullopt;
  }
  const fixspec::UtcNanos distance = utc_now() - *sent;
  const fixspec::UtcNanos limit = settings_.max_latency_s * fixspec::nanos_per_second;
  if (settings_.check_latency && (distance > limit || -distance > limit)) return std::nullopt;
  return number;
}

// Answers the next expected message without FIX::Session.
void ClientSession::answer(std::uint64_t number, FIX::Message reject) {
  send_message(std::move(reject));
  engine_->setNextTargetMsgSeqNum(static_cast<int>(number + 1));
}

// FIX::Session would call the type invalid, because it is not in the dictionary. Anything unusual
// is left to it.
bool ClientSession::answer_unsupported(std::string_view frame) {
  const auto number = number_of_next(frame);
  if (!number) return false;
  const std::string type{field_of(frame, tag::msg_type).value_or("")};
  answer(*number, business_reject(*number, type, reason_unsupported_type,
                                  "MsgType(35)=" + type + " is not supported"));
  return true;
}

// FIX::Session would take the number for another one.
bool ClientSession::reject_format(std::string_view frame, int tag) {
  const auto number = number_of_next(frame);
  if (!number) return false;
  answer(*number, reject(*number, std::string{field_of(frame, tag::msg_type).value_or("")}, tag,
                         reason_format, "Incorrect data format for value"));
  return true;
}

void ClientSession::on_drained() {
  if (resend_.active()) {
    schedule_resend();
  } else if (market_) {
    market_->serve();
  }
}

void ClientSession::on_closed(const std::string& reason) {
  if (connection_ == nullptr) return;
  last_event_ = reason;
  connection_ = nullptr;
  resend_.clear();
  end_market_data();
  engine_->disconnect();
}

void ClientSession::on_timer() {
  if (!connected()) return;
  engine_->next(FIX::UtcTimeStamp{});
  if (connected()) watch_gap();
  if (connected()) watch_writes();
  if (market_) market_->on_timer();
}

// FIX::Session asks for missing messages once and then waits for ever: a client that does not
// answer would never be heard again.
void ClientSession::watch_gap() {
  const int expected = engine_->getExpectedTargetNum();
  const auto now = std::chrono::steady_clock::now();
  if (highest_received_ < static_cast<std::uint64_t>(expected)) {
    gap_begin_ = 0;
  } else if (gap_begin_ != expected) {
    gap_begin_ = expected;
    gap_since_ = now;
  } else if (now - gap_since_ >= context_.settings.gap_timeout) {
    log_out("message " + std::to_string(expected) + " was asked for and did not come");
    engine_->disconnect();
  }
}

// FIX::Session keeps what comes early without a bound.
void ClientSession::bound_gap(std::size_t frame_bytes) {
  const auto expected = static_cast<std::uint64_t>(engine_->getExpectedTargetNum());
  if (highest_received_ < expected) {
    gap_bytes_ = 0;
    return;
  }
  gap_bytes_ += frame_bytes;
  if (gap_bytes_ <= context_.settings.max_gap_bytes) return;
  log_out("message " + std::to_string(expected) + " has not come, and " +
          std::to_string(gap_bytes_) + " bytes are waiting for it; the most is " +
          std::to_string(context_.settings.max_gap_bytes));
  engine_->disconnect();
}

void ClientSession::watch_writes() {
  const auto stalled = connection_->stalled_for();
  if (stalled < context_.settings.stall_timeout) return;
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(stalled).count();
  connection_->close("the client does not read: " + std::to_string(connection_->queued_bytes()) +
                     " bytes have been waiting for " + std::to_string(milliseconds) +
                     " ms, the most is " + std::to_string(context_.settings.stall_timeout.count()));
}

void ClientSession::send(const fixspec::Report& report, journal::ReportKey key) {
  const auto* const execution = std::get_if<fixspec::ExecutionReport>(&report);
  const bool is_pending =
      execution != nullptr && (execution->exec_type == fixspec::ExecType::PendingNew ||
                               execution->exec_type == fixspec::ExecType::PendingCancel ||
                               execution->exec_type == fixspec::ExecType::PendingReplace);
  if (is_pending && settings_.ack_mode == AckMode::Venue) return;
  // What FIX::Session::send would do, without a FIX::Message: the number from the store, the bytes
  // into it, and out if the client is there.
  const std::uint64_t number = kept_.next_sender_msg_seq_num();
  const std::string_view bytes =
      report_frame_.make(report, number, utc_now(), settings_.timestamp_precision);
  kept_.append(number, bytes, key);
  fixspec::crash_point("report_stored");
  kept_.set_next_sender_msg_seq_num(number + 1);
  if (logged_on()) send_bytes(bytes, number);
}

void ClientSession::announce(const fixspec::TradingSessionStatus& status) {
  if (!logged_on() || !(wants_status_ || settings_.announce_on_logon)) return;
  send_message(encode(status, status_request_id_));
}

void ClientSession::log_out(const std::string& reason) {
  if (!connected()) return;
  last_event_ = reason;
  FIX::Message message;
  message.getHeader().setField(tag::msg_type, "5");
  message.setField(tag::text, reason);
  engine_->send(message);
}

void ClientSession::send_message(FIX::Message message, journal::ReportKey key) {
  store_.set_key(key);
  engine_->send(message);
  store_.set_key({});
}

void ClientSession::onLogon(const FIX::SessionID&) {
  context_.handler.on_session_state(id_, true, "");
  if (!settings_.announce_on_logon) return;
  for (const fixspec::TradingSessionStatus& status : context_.handler.venue_statuses()) {
    announce(status);
  }
}

void ClientSession::onLogout(const FIX::SessionID&) {
  wants_status_ = false;
  status_request_id_.clear();
  end_market_data();
  context_.handler.on_session_state(id_, false, last_event_);
}

void ClientSession::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  if (message.getHeader().getField(tag::msg_type) != "2") return;
  const int begin = FIX::IntConvertor::convert(message.getField(tag::begin_seq_no));
  const int end = FIX::IntConvertor::convert(message.getField(tag::end_seq_no));
  if (begin < 1 || begin >= engine_->getExpectedSenderNum()) {
    throw FIX::IncorrectTagValue{tag::begin_seq_no};
  }
  if (end != 0 && end < begin) throw FIX::IncorrectTagValue{tag::end_seq_no};
}

void ClientSession::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  const std::string& type = message.getHeader().getField(tag::msg_type);
  if (type == "D" || type == "G" || type == "F" || type == "q" || type == "H" || type == "AF") {
    on_request(message, type);
  } else if (type == "x") {
    on_security_list_request(message);
  } else if (type == "g") {
    on_status_request(message);
  } else if (type == "V") {
    on_market_data_request(message);
  } else if (type == "j") {
    context_.log.warning(
        "fix_client_rejected_message",
        {{"session", id_.to_string()},
         {"text", message.isSetField(tag::text) ? message.getField(tag::text) : std::string{}}});
  } else {
    throw FIX::UnsupportedMessageType{};
  }
}

void ClientSession::on_request(const FIX::Message& message, const std::string& type) {
  auto decoded = decode(FrameFields{message}, decode_context(utc_now()));
  const std::uint64_t number = seq_num_of(message);
  if (decoded) {
    context_.handler.on_client_request(id_, std::move(*decoded), number);
    return;
  }
  switch (decoded.error().kind) {
    case Undecodable::Kind::MissingField:
      throw FIX::RequiredTagMissing{decoded.error().tag};
    case Undecodable::Kind::BadValue:
      throw FIX::IncorrectTagValue{decoded.error().tag};
    case Undecodable::Kind::Unsupported:
      send_message(business_reject(number, type, reason_other, decoded.error().text));
  }
}

void ClientSession::on_security_list_request(const FIX::Message& message) {
  for (const SecurityListPage& page : security_list(message, context_.handler.instruments(),
                                                    context_.settings.instruments_per_page)) {
    send_message(encode(page));
  }
}

void ClientSession::on_status_request(const FIX::Message& message) {
  const StatusRequest request = read_status_request(message);
  bool found = false;
  for (const fixspec::TradingSessionStatus& status : context_.handler.venue_statuses()) {
    if (request.venue && *request.venue != fixspec::to_fix(status.venue)) continue;
    found = true;
    if (request.wants_current) send_message(encode(status, request.id));
  }
  if (!found) {
    send_message(business_reject(
        seq_num_of(message), "g", reason_other,
        "TradingSessionID(336)=" + request.venue.value_or("") + " is no venue of this gateway"));
    return;
  }
  wants_status_ = request.wants_updates;
  status_request_id_ = request.wants_updates ? request.id : "";
}

// ---- market data
// ---------------------------------------------------------------------------------------

void ClientSession::on_market_data_request(const FIX::Message& message) {
  if (!market_) {
    send_message(business_reject(seq_num_of(message), "V", reason_unsupported_type,
                                 "MsgType(35)=V is not supported"));
    return;
  }
  if (!market_->on_request(message, context_.handler.instruments())) {
    send_message(business_reject(
        seq_num_of(message), "V", reason_unknown_id,
        "MDReqID(262)=" + message.getField(tag::md_req_id) + " has no subscription to end"));
  }
  store_.expect_unstored(market_->has_subscriptions());
  if (market_->has_subscriptions()) connection_->limit_unsent(unsent_limit_bytes);
}

void ClientSession::end_market_data() {
  if (!market_) return;
  market_->end();
  store_.expect_unstored(false);
}

bool ClientSession::may_send_market_data() const {
  return connection_ != nullptr && engine_->isLoggedOn() && !resend_.active() &&
         connection_->queued_bytes() < context_.market->limits().queue_mark_bytes;
}

// FIX::Session learns of the number from its store; that it believes itself silent costs a
// Heartbeat now and then.
void ClientSession::send_unstored(std::string_view msg_type, std::string_view fields) {
  const auto number = static_cast<std::uint64_t>(engine_->getExpectedSenderNum());
  std::string body;
  body.reserve(fields.size() + 128);
  append_field(body, tag::msg_type, msg_type);
  append_field(body, tag::msg_seq_num, std::to_string(number));
  append_field(body, tag::sender_comp_id, context_.settings.our_comp_id);
  append_field(body, tag::sending_time, to_fix_time(utc_now(), settings_.timestamp_precision));
  append_field(body, tag::target_comp_id, id_.view());
  body += fields;
  store_.incrNextSenderMsgSeqNum();
  send(make_frame(our_begin_string, body));
}

void ClientSession::serve_market_data_soon() {
  context_.post([this, alive = std::weak_ptr<bool>{alive_}] {
    if (!alive.expired()) market_->serve();
  });
}

// ---- what FIX::Session sends
// ---------------------------------------------------------------------------

bool ClientSession::send(const std::string& bytes) {
  if (connection_ == nullptr) return false;
  if (swallow_gap_fill_ && field_of(bytes, tag::msg_type) == "4") {
    swallow_gap_fill_ = false;
    return true;
  }
  send_bytes(bytes, resend_.active() ? number_of(bytes, tag::msg_seq_num).value_or(0) : 0);
  return true;
}

// `msg_seq_num` counts only while a resend is served.
void ClientSession::send_bytes(std::string_view bytes, std::uint64_t msg_seq_num) {
  if (connection_ == nullptr) return;
  if (!resend_.active()) return connection_->send(bytes);
  resend_.hold(msg_seq_num, std::string{bytes});
  if (resend_.held_bytes() > settings_.max_outbound_bytes) {
    connection_->close(
        "the client reads a resend too slowly: " + std::to_string(resend_.held_bytes()) +
        " bytes of new messages are waiting behind it");
  }
}

void ClientSession::disconnect() {
  if (connection_ == nullptr) return;
  // A Logout that waits behind a resend is still worth sending: it says why.
  for (const std::string& held : resend_.release()) {
    if (field_of(held, tag::msg_type) == "5") connection_->send(held);
  }
  resend_.clear();
  connection_->session = nullptr;
  std::exchange(connection_, nullptr)->close_after_sending(last_event_);
}

void ClientSession::onEvent(const std::string& event) {
  if (event == "Received logout request") {
    last_event_ = "the client logged out";
  } else if (event != "Disconnecting" && event != "Sending logout response") {
    last_event_ = event;
  }
}

// FIX::Session asks its store for a range: the queue serves it, and the gap fill that FIX::Session
// then makes over the whole range, because the store gave it nothing, is swallowed.
void ClientSession::on_resend(std::uint64_t begin, std::uint64_t end) {
  const auto now = std::chrono::steady_clock::now();
  const bool soon = resend_.active() || now - resent_at_ < repetition_window;
  resend_is_repeated_ = soon && begin <= resent_up_to_;
  if (!soon) resent_up_to_ = 0;
  resent_up_to_ = std::max(resent_up_to_, end);
  resend_.request(begin, end);
  swallow_gap_fill_ = true;
  schedule_resend();
}

void ClientSession::schedule_resend() {
  if (resend_scheduled_) return;
  resend_scheduled_ = true;
  auto task = [this, alive = std::weak_ptr<bool>{alive_}] {
    if (!alive.expired()) serve_resend();
  };
  context_.post_later(resend_is_repeated_ ? context_.settings.repeated_resend_pause
                                          : context_.settings.resend_pause,
                      std::move(task));
}

void ClientSession::serve_resend() {
  resend_scheduled_ = false;
  if (connection_ == nullptr || !resend_.active()) return;
  const std::size_t pause_at =
      std::min(settings_.max_outbound_bytes / resend_share_of_queue, resend_pause_bytes);
  bool paused = connection_->queued_bytes() >= pause_at;
  if (!paused) {
    const std::string now = to_fix_time(utc_now(), settings_.timestamp_precision);
    resend_.serve(context_.settings.resend_slice, now, [&](std::string bytes) {
      connection_->send(bytes);
      paused = connection_->queued_bytes() >= pause_at;
      return !paused;
    });
  }
  if (!resend_.failure().empty()) {
    context_.log.error("fix_resend_failed",
                       {{"session", id_.to_string()}, {"reason", resend_.failure()}});
    log_out("earlier messages cannot be read from the gateway's journal; its operator is told");
    return engine_->disconnect();
  }
  if (resend_.active()) {
    if (!paused) schedule_resend();  // else on_drained() does
    return;
  }
  resent_at_ = std::chrono::steady_clock::now();
  for (const std::string& held : resend_.release()) connection_->send(held);
  if (market_) market_->serve();
}

}  // namespace causeway::gateway::fix
