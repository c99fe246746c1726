#include "translators/binance/encode.hpp"

#include <algorithm>
#include <type_traits>

#include "fixspec/assert.hpp"
#include "translators/binance/map.hpp"

namespace causeway::translators::binance {
namespace {

using wire::Parameter;
using Texts = std::span<const std::string_view>;

constexpr std::int64_t longest_recv_window_ms = 60'000;

/// The parameters that every request of a kind has beside its own.
struct Common {
  std::string_view api_key;  ///< empty: not among the parameters
  std::optional<std::int64_t> timestamp_ms;
  std::optional<std::int64_t> recv_window_ms;
};

/// Weaves a request's own parameters and the common ones into one ascending order, and passes them
/// on to `Form`.
template <class Form>
class Weave {
 public:
  Weave(Form form, const Common& common) : form_(form), common_(common) {}

  template <class T>
  void put(Parameter parameter, const T& value) {
    put_common_before(static_cast<int>(parameter));
    form_.put(parameter, value);
  }
  void finish() { put_common_before(static_cast<int>(Parameter::WorkingType) + 1); }

 private:
  void put_common_before(int next) {
    const auto due = [&](Parameter parameter) {
      return done_ < static_cast<int>(parameter) && static_cast<int>(parameter) < next;
    };
    if (!common_.api_key.empty() && due(Parameter::ApiKey)) {
      form_.put(Parameter::ApiKey, common_.api_key);
    }
    if (common_.recv_window_ms && due(Parameter::RecvWindow)) {
      form_.put(Parameter::RecvWindow, *common_.recv_window_ms);
    }
    if (common_.timestamp_ms && due(Parameter::Timestamp)) {
      form_.put(Parameter::Timestamp, *common_.timestamp_ms);
    }
    // The callers' own order is checked too: out of order, the signature would be wrong.
    CAUSEWAY_ASSERT(done_ < next);
    done_ = next;
  }

  Form form_;
  const Common& common_;
  int done_ = -1;
};

/// `name=value&name=value` as a WebSocket API frame is signed: values as they are, in UTF-8.
/// Beside it the same as JSON. Decimals are texts there, integers numbers.
class FrameForm {
 public:
  FrameForm(Buffer& text, Buffer& json) : text_(text), json_(json) {}

  void put(Parameter parameter, std::string_view value) {
    begin(parameter);
    text_.append(value);
    json_.append_json(value);
  }
  void put(Parameter parameter, fixspec::Decimal value) {
    char digits[fixspec::Decimal::max_text];
    put(parameter,
        std::string_view{digits, static_cast<std::size_t>(value.to_chars(digits) - digits)});
  }
  void put(Parameter parameter, std::int64_t value) {
    begin(parameter);
    text_.append(value);
    json_.append(value);
  }
  // The venue types its flags as texts, with this one exception.
  void put(Parameter parameter, bool value) {
    const std::string_view word = value ? "true" : "false";
    if (parameter != Parameter::ReturnRateLimits) return put(parameter, word);
    begin(parameter);
    text_.append(word);
    json_.append(word);
  }

 private:
  void begin(Parameter parameter) {
    const std::string_view name = to_text(parameter);
    if (!text_.empty()) {
      text_.append('&');
      json_.append(',');
    }
    text_.append(name);
    text_.append('=');
    json_.append('"');
    json_.append(name);
    json_.append("\":");
  }
  Buffer& text_;
  Buffer& json_;
};

/// `name=value&name=value` of a URL; it is signed as it stands there.
class QueryForm {
 public:
  explicit QueryForm(Buffer& out) : out_(out), start_(out.view().size()) {}

  void put(Parameter parameter, std::string_view value) {
    begin(parameter);
    out_.append_percent_encoded(value);
  }
  void put(Parameter parameter, fixspec::Decimal value) {
    begin(parameter);
    out_.append(value);
  }
  void put(Parameter parameter, std::int64_t value) {
    begin(parameter);
    out_.append(value);
  }
  void put(Parameter parameter, bool value) {
    begin(parameter);
    out_.append(value ? "true" : "false");
  }

 private:
  void begin(Parameter parameter) {
    if (out_.view().size() != start_) out_.append('&');
    out_.append(to_text(parameter));
    out_.append('=');
  }
  Buffer& out_;
  std::size_t start_;
};

/// One object of a batch's JSON array: every value is a text.
class ObjectForm {
 public:
  explicit ObjectForm(Buffer& out) : out_(out) { out_.append('{'); }

  void put(Parameter parameter, std::string_view value) {
    if (!first_) out_.append(',');
    first_ = false;
    out_.append_json(to_text(parameter));
    out_.append(':');
    out_.append_json(value);
  }
  void put(Parameter parameter, fixspec::Decimal value) {
    put(parameter, std::string_view{value.to_string()});
  }
  void put(Parameter parameter, std::int64_t value) {
    put(parameter, std::string_view{std::to_string(value)});
  }
  void put(Parameter parameter, bool value) {
    put(parameter, std::string_view{value ? "true" : "false"});
  }

 private:
  Buffer& out_;
  bool first_ = true;
};

// ---- a request's own parameters, in the order of their names ------------------------------------

template <class Out, class T>
void put_some(Out& out, Parameter parameter, const std::optional<T>& value) {
  if (!value) return;
  if constexpr (std::is_enum_v<T>) {
    out.put(parameter, to_text(*value));
  } else {
    out.put(parameter, *value);
  }
}

template <class Out>
void put_some(Out& out, Parameter parameter, std::string_view text) {
  if (!text.empty()) out.put(parameter, text);
}

template <class Out>
void put_parameters(Out& out, const wire::NewOrder& order) {
  put_some(out, Parameter::GoodTillDate, order.good_till_date_ms);
  put_some(out, Parameter::NewClientOrderId, order.new_client_order_id);
  put_some(out, Parameter::NewOrderRespType, order.response_type);
  put_some(out, Parameter::PositionSide, order.position_side);
  put_some(out, Parameter::Price, order.price);
  put_some(out, Parameter::PriceMatch, order.price_match);
  put_some(out, Parameter::Quantity, order.quantity);
  put_some(out, Parameter::ReduceOnly, order.reduce_only);
  put_some(out, Parameter::SelfTradePreventionMode, order.stp_mode);
  out.put(Parameter::Side, to_text(order.side));
  out.put(Parameter::Symbol, order.symbol);
  put_some(out, Parameter::TimeInForce, order.time_in_force);
  out.put(Parameter::Type, to_text(order.type));
}

template <class Out>
void put_parameters(Out& out, const wire::NewAlgoOrder& order) {
  put_some(out, Parameter::ActivatePrice, order.activate_price);
  out.put(Parameter::AlgoType, std::string_view{"CONDITIONAL"});
  put_some(out, Parameter::CallbackRate, order.callback_rate);
  put_some(out, Parameter::ClientAlgoId, order.client_algo_id);
  put_some(out, Parameter::ClosePosition, order.close_position);
  put_some(out, Parameter::GoodTillDate, order.good_till_date_ms);
  put_some(out, Parameter::NewOrderRespType, order.response_type);
  put_some(out, Parameter::PositionSide, order.position_side);
  put_some(out, Parameter::Price, order.price);
  put_some(out, Parameter::PriceMatch, order.price_match);
  put_some(out, Parameter::PriceProtect, order.price_protect);
  put_some(out, Parameter::Quantity, order.quantity);
  put_some(out, Parameter::ReduceOnly, order.reduce_only);
  put_some(out, Parameter::SelfTradePreventionMode, order.stp_mode);
  out.put(Parameter::Side, to_text(order.side));
  out.put(Parameter::Symbol, order.symbol);
  put_some(out, Parameter::TimeInForce, order.time_in_force);
  put_some(out, Parameter::TriggerPrice, order.trigger_price);
  out.put(Parameter::Type, to_text(order.type));
  put_some(out, Parameter::WorkingType, order.working_type);
}

template <class Out>
void put_parameters(Out& out, const wire::ModifyOrder& order) {
  put_some(out, Parameter::ModifyId, order.modify_id);
  put_some(out, Parameter::OrderId, order.order_id);
  put_some(out, Parameter::OrigClientOrderId, order.orig_client_order_id);
  put_some(out, Parameter::PositionSide, order.position_side);
  put_some(out, Parameter::Price, order.price);
  put_some(out, Parameter::PriceMatch, order.price_match);
  put_some(out, Parameter::Quantity, order.quantity);
  out.put(Parameter::Side, to_text(order.side));
  out.put(Parameter::Symbol, order.symbol);
}

template <class Out>
void put_parameters(Out& out, const wire::Call& call) {
  for (const wire::Call::Argument& argument : call.arguments()) {
    std::visit([&](const auto& value) { out.put(argument.parameter, value); }, argument.value);
  }
}

template <class Out, class Order>
void put_batch(Out& out, std::span<const Order> orders) {
  Buffer json;
  char separator = '[';
  for (const Order& order : orders) {
    json.append(separator);
    ObjectForm object{json};
    put_parameters(object, order);
    json.append('}');
    separator = ',';
  }
  json.append(orders.empty() ? "[]" : "]");
  out.put(Parameter::BatchOrders, json.view());
}

template <class Out>
void put_parameters(Out& out, const wire::NewOrders& batch) {
  put_batch(out, batch.orders);
}

template <class Out>
void put_parameters(Out& out, const wire::ModifyOrders& batch) {
  put_batch(out, batch.orders);
}

template <class Out>
void put_parameters(Out& out, const wire::CancelOrders& batch) {
  // No blank after a comma, says the venue.
  const auto put_list = [&](Parameter parameter, const auto& items, const auto& append) {
    if (items.empty()) return;
    Buffer json;
    char separator = '[';
    for (const auto& item : items) {
      json.append(separator);
      append(json, item);
      separator = ',';
    }
    json.append(']');
    out.put(parameter, json.view());
  };
  put_list(Parameter::OrderIdList, batch.order_ids,
           [](Buffer& json, std::int64_t id) { json.append(id); });
  put_list(Parameter::OrigClientOrderIdList, batch.orig_client_order_ids,
           [](Buffer& json, std::string_view id) { json.append_json(id); });
  out.put(Parameter::Symbol, batch.symbol);
}

template <class Form>
void put_all(Form form, const Common& common, const wire::Request& request) {
  Weave<Form> weave{form, common};
  std::visit([&](const auto& body) { put_parameters(weave, body); }, request);
  weave.finish();
}

}  // namespace

std::optional<Stamp> stamp(fixspec::UtcNanos now, fixspec::UtcNanos valid_until) {
  const std::int64_t timestamp_ms = now / fixspec::nanos_per_milli;
  if (valid_until == 0) return Stamp{.timestamp_ms = timestamp_ms, .recv_window_ms = {}};
  const std::int64_t window = valid_until / fixspec::nanos_per_milli - timestamp_ms;
  if (window < 1 || now >= valid_until) return std::nullopt;
  return Stamp{.timestamp_ms = timestamp_ms,
               .recv_window_ms = std::min(window, longest_recv_window_ms)};
}

Encoder::Encoder(std::string_view api_key, Signer signer)
    : api_key_(api_key), signer_(std::move(signer)) {}

std::string_view Encoder::frame(std::uint64_t id, const wire::Request& request, Stamp stamp,
                                FrameAuth auth) {
  const Endpoint endpoint = endpoint_of(request);
  CAUSEWAY_ASSERT(!endpoint.ws_method.empty());
  const bool is_signed = endpoint.security == Security::Signed;
  // A log-on proves itself; nothing has vouched for the session yet.
  const bool signs = is_signed && (auth == FrameAuth::Signature ||
                                   endpoint.ws_method == std::string_view{"session.logon"});
  Common common;
  if (signs || endpoint.security == Security::ApiKey) common.api_key = api_key_;
  if (is_signed) {
    common.timestamp_ms = stamp.timestamp_ms;
    common.recv_window_ms = stamp.recv_window_ms;
  }
  text_.clear();
  out_.clear();
  out_.append(R"({"id":)");
  out_.append(static_cast<std::int64_t>(id));
  out_.append(R"(,"method":")");
  out_.append(endpoint.ws_method);
  out_.append(R"(","params":{)");
  put_all(FrameForm{text_, out_}, common, request);
  if (signs) {
    const Signature signature = signer_.sign(text_.view());
    out_.append(R"(,"signature":")");
    out_.append(signature.view());
    out_.append('"');
  }
  out_.append("}}");
  return out_.view();
}

HttpCall Encoder::http(const wire::Request& request, Stamp stamp) {
  const Endpoint endpoint = endpoint_of(request);
  CAUSEWAY_ASSERT(!endpoint.path.empty());
  const bool signs = endpoint.security == Security::Signed;
  Common common;
  if (signs) {
    common.timestamp_ms = stamp.timestamp_ms;
    common.recv_window_ms = stamp.recv_window_ms;
  }
  out_.clear();
  out_.append(endpoint.path);
  out_.append('?');
  const std::size_t query = out_.view().size();
  put_all(QueryForm{out_}, common, request);
  if (signs) {
    const Signature signature = signer_.sign(out_.view().substr(query));
    out_.append("&signature=");
    out_.append_percent_encoded(signature.view());
  }
  std::string_view target = out_.view();
  if (target.size() == query) target.remove_suffix(1);
  return {.method = endpoint.http_method,
          .target = target,
          .needs_api_key = endpoint.security != Security::None};
}

std::string public_target(const wire::Call& call) {
  const Endpoint endpoint = endpoint_of(call);
  CAUSEWAY_ASSERT(!endpoint.path.empty() && endpoint.security == Security::None);
  Buffer out;
  out.append(endpoint.path);
  if (call.arguments().empty()) return std::string{out.view()};
  out.append('?');
  put_all(QueryForm{out}, Common{}, call);
  return std::string{out.view()};
}

void encode_subscription(std::string& out, std::uint64_t id, bool subscribe,
                         std::span<const std::string> streams) {
  Buffer json;
  json.append(R"({"method":")");
  json.append(subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE");
  json.append(R"(","params":)");
  char separator = '[';
  for (const std::string& stream : streams) {
    json.append(separator);
    json.append_json(stream);
    separator = ',';
  }
  json.append(streams.empty() ? "[]" : "]");
  json.append(R"(,"id":)");
  json.append(static_cast<std::int64_t>(id));
  json.append('}');
  out.assign(json.view());
}

std::string stream_name(std::string_view symbol, Stream stream) {
  std::string name;
  // Letters of ASCII alone: some symbols have others, which have no case.
  for (const char c : symbol) {
    name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  switch (stream) {
    case Stream::BookTicker:
      return name + "@bookTicker";
    case Stream::Depth100ms:
      return name + "@depth@100ms";
    case Stream::AggTrade:
      return name + "@aggTrade";
    case Stream::Trade:
      return name + "@trade";
    case Stream::MarkPrice1s:
      return name + "@markPrice@1s";
  }
  return name;
}

std::string_view route_of(Stream stream) {
  switch (stream) {
    case Stream::BookTicker:
    case Stream::Depth100ms:
    case Stream::Trade:
      return "/public";
    case Stream::AggTrade:
    case Stream::MarkPrice1s:
      return "/market";
  }
  return "";
}

}  // namespace causeway::translators::binance
