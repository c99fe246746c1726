#include "translators/net/websocket.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <deque>
#include <type_traits>
#include <utility>

#include "fixspec/assert.hpp"
#include "fixspec/crash_point.hpp"
#include "translators/net/transport.hpp"

namespace causeway::translators::net {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

/// One attempt and the connection that comes of it. It keeps itself alive through its handlers;
/// its owner lets go of it by detach().
class WebSocket::Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  virtual void start() = 0;
  virtual SendOutcome send(std::string_view text, std::uint64_t tag, SendLane lane) = 0;
  virtual void close_later(std::string reason) = 0;
  virtual void detach() = 0;
  [[nodiscard]] virtual bool over() const = 0;
};

namespace {

using TlsStream = beast::ssl_stream<Socket>;

template <class Stream>
class ConnectionOver final : public WebSocket::Connection,
                             public std::enable_shared_from_this<ConnectionOver<Stream>> {
 public:
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

  template <class... StreamArguments>
  ConnectionOver(boost::asio::io_context& io, const WebSocketOptions& options,
                 WebSocketHandler& handler, StreamArguments&&... arguments)
      : io_(io),
        options_(options),
        handler_(&handler),
        stream_(std::forward<StreamArguments>(arguments)...),
        dialer_(io),
        deadline_(io),
        watchdog_(io),
        buffer_(options.max_message_bytes) {}

  void start() override {
    dialer_.dial(socket(), options_.endpoint, options_.step_timeout,
                 [self = this->shared_from_this()](const std::string& error) {
                   if (!error.empty()) return self->fail(error);
                   if constexpr (is_tls) {
                     self->shake_hands();
                   } else {
                     self->upgrade();
                   }
                 });
  }

  SendOutcome send(std::string_view text, std::uint64_t tag, SendLane lane) override {
    if (!open_) return SendOutcome::NotConnected;
    if (!writing_) {
      write(std::string_view{text});
      return SendOutcome::Taken;
    }
    const bool first = lane == SendLane::First;
    const std::size_t most = options_.max_queued_bytes + (first ? options_.reserved_bytes : 0);
    if (queued_bytes_ + text.size() > most) return SendOutcome::QueueFull;
    queued_bytes_ += text.size();
    (first ? first_queue_ : queue_).push_back({std::string{text}, tag});
    return SendOutcome::Taken;
  }

  void close_later(std::string reason) override {
    boost::asio::post(
        io_, [self = this->shared_from_this(), why = std::move(reason)] { self->fail(why); });
  }

  void detach() override {
    handler_ = nullptr;
    shut();
  }

  [[nodiscard]] bool over() const override { return over_; }

 private:
  struct Waiting {
    std::string text;
    std::uint64_t tag;
  };

  Socket& socket() { return beast::get_lowest_layer(stream_); }

  void arm(const char* step) {
    deadline_.arm(options_.step_timeout, [this, step] {
      fail(std::string{step} + ": no answer within " +
           std::to_string(options_.step_timeout.count()) + " ms");
    });
  }

  void shake_hands() {
    if constexpr (is_tls) {
      SSL* const ssl = stream_.next_layer().native_handle();
      if (!expect_host(ssl, options_.endpoint.host)) {
        return fail("TLS: not a host name or address: " + options_.endpoint.host);
      }
      arm("TLS handshake");
      stream_.next_layer().async_handshake(
          boost::asio::ssl::stream_base::client,
          [self = this->shared_from_this(), ssl](const error_code& error) {
            if (self->over_) return;
            if (error) return self->fail(handshake_error(ssl, error));
            self->upgrade();
          });
    }
  }

  void upgrade() {
    stream_.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                       websocket::stream_base::none(), false});
    stream_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
      request.set(beast::http::field::user_agent, "causeway");
    }));
    // The buffer bounds a message: Beast's own bound would first say goodbye to the peer, and then
    // report how that went instead of why.
    stream_.read_message_max(0);
    stream_.auto_fragment(false);
    stream_.text(true);
    arm("WebSocket upgrade");
    stream_.async_handshake(
        response_, options_.endpoint.host_header(), options_.endpoint.target,
        [self = this->shared_from_this()](const error_code& error) { self->on_upgraded(error); });
  }

  void on_upgraded(const error_code& error) {
    if (over_) return;
    if (error) {
      std::string reason = "WebSocket upgrade: " + error.message();
      if (response_.result_int() != 0 && error == websocket::error::upgrade_declined) {
        reason += ", HTTP status " + std::to_string(response_.result_int());
      }
      return fail(reason);
    }
    deadline_.cancel();
    open_ = true;
    heard_at_ = Clock::now();
    watch();
    read();
    if (handler_ != nullptr) handler_->on_open();
  }

  void read() {
    stream_.async_read(
        buffer_, [self = this->shared_from_this()](const error_code& error, std::size_t) {
          if (self->over_) return;
          if (error) return self->on_read_failed(error);
          self->heard_at_ = Clock::now();
          const auto data = self->buffer_.cdata();
          if (self->handler_ != nullptr) {
            self->handler_->on_message({static_cast<const char*>(data.data()), data.size()});
          }
          if (self->over_) return;
          self->buffer_.consume(self->buffer_.size());
          self->read();
        });
  }

  void on_read_failed(const error_code& error) {
    if (error == websocket::error::closed) {
      const auto& why = stream_.reason();
      return fail("closed by the venue, code " + std::to_string(why.code) +
                  (why.reason.empty() ? "" : ": " + std::string{why.reason.c_str()}));
    }
    if (error == websocket::error::buffer_overflow) {
      return fail("a message is longer than " + std::to_string(options_.max_message_bytes) +
                  " bytes");
    }
    fail("reading: " + error.message());
  }

  void write(std::string_view text) {
    writing_ = true;
    write_started_at_ = Clock::now();
    outgoing_.assign(text);
    fixspec::crash_point("venue_write_due");
    stream_.async_write(boost::asio::buffer(outgoing_),
                        [self = this->shared_from_this()](const error_code& error, std::size_t) {
                          self->on_written(error);
                        });
  }

  void on_written(const error_code& error) {
    if (over_) return;
    if (error) return fail("writing: " + error.message());
    fixspec::crash_point("venue_written");
    writing_ = false;
    std::deque<Waiting>& queue = first_queue_.empty() ? queue_ : first_queue_;
    if (queue.empty()) return;
    const Waiting next = std::move(queue.front());
    queue.pop_front();
    queued_bytes_ -= next.text.size();
    write(next.text);
  }

  // A coarse clock of its own for silence and stuck writes: arming a timer per message would cost
  // more than sending one.
  void watch() {
    const auto step = std::min(
        {std::chrono::milliseconds{500}, options_.silence_timeout / 4, options_.step_timeout / 4});
    watchdog_.arm(std::max(step, std::chrono::milliseconds{1}), [this] {
      const auto now = Clock::now();
      if (now - heard_at_ > options_.silence_timeout) {
        return fail("no message for " + std::to_string(options_.silence_timeout.count()) + " ms");
      }
      if (writing_ && now - write_started_at_ > options_.step_timeout) {
        return fail("writing: the venue does not read");
      }
      watch();
    });
  }

  void fail(const std::string& reason) {
    if (over_) return;
    // shut() drops handlers that may hold the last owner of this.
    const auto self = this->shared_from_this();
    std::vector<std::uint64_t> never_started;
    never_started.reserve(first_queue_.size() + queue_.size());
    for (const auto* queue : {&first_queue_, &queue_}) {
      for (const Waiting& waiting : *queue) never_started.push_back(waiting.tag);
    }
    shut();
    WebSocketHandler* const handler = std::exchange(handler_, nullptr);
    if (handler != nullptr) handler->on_closed(reason, never_started);
  }

  void shut() {
    over_ = true;
    open_ = false;
    first_queue_.clear();
    queue_.clear();
    dialer_.cancel();
    deadline_.cancel();
    watchdog_.cancel();
    error_code ignored;
    socket().close(ignored);
  }

  boost::asio::io_context& io_;
  const WebSocketOptions options_;
  WebSocketHandler* handler_;
  websocket::stream<Stream> stream_;
  Dialer dialer_;
  Deadline deadline_;
  Deadline watchdog_;
  websocket::response_type response_;
  beast::flat_buffer buffer_;
  std::string outgoing_;
  std::deque<Waiting> first_queue_;
  std::deque<Waiting> queue_;
  std::size_t queued_bytes_ = 0;
  Clock::time_point heard_at_;
  Clock::time_point write_started_at_;
  bool writing_ = false;
  bool open_ = false;
  bool over_ = false;
};

}  // namespace

WebSocket::WebSocket(boost::asio::io_context& io, std::shared_ptr<Tls> tls,
                     WebSocketOptions options, WebSocketHandler& handler)
    : io_(io), tls_(std::move(tls)), options_(std::move(options)), handler_(handler) {}

WebSocket::~WebSocket() {
  if (connection_) connection_->detach();
}

void WebSocket::connect() {
  CAUSEWAY_ASSERT(!connection_ || connection_->over());
  if (options_.endpoint.tls()) {
    connection_ =
        std::make_shared<ConnectionOver<TlsStream>>(io_, options_, handler_, io_, tls_->context());
  } else {
    connection_ = std::make_shared<ConnectionOver<Socket>>(io_, options_, handler_, io_);
  }
  connection_->start();
}

SendOutcome WebSocket::send(std::string_view text, std::uint64_t tag, SendLane lane) {
  return connection_ ? connection_->send(text, tag, lane) : SendOutcome::NotConnected;
}

void WebSocket::close(std::string reason) {
  if (connection_) connection_->close_later(std::move(reason));
}

}  // namespace causeway::translators::net
