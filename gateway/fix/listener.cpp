#include "gateway/fix/listener.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "fixspec/crash_point.hpp"

namespace causeway::gateway::fix {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using PlainStream = Tcp::socket;
using TlsStream = asio::ssl::stream<Tcp::socket>;

constexpr std::size_t read_buffer_size = 65536;
constexpr std::size_t max_bytes_per_write = 65536;
constexpr std::chrono::milliseconds flush_retry{1};

std::string text_of(const Tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const bool v6 = endpoint.address().is_v6();
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

template <class Stream>
class StreamConnection final : public Connection,
                               public std::enable_shared_from_this<StreamConnection<Stream>> {
 public:
  StreamConnection(Stream stream, std::string peer, ConnectionOwner& owner, Limits limits,
                   std::function<bool()> flush)
      : stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        retry_(stream_.get_executor()),
        owner_(&owner),
        limits_(limits),
        flush_(std::move(flush)),
        peer_(std::move(peer)) {}

  void start() override {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      limit_time(limits_.handshake_timeout, "no TLS handshake in time");
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code error) {
                                self->timer_.cancel();
                                if (error) {
                                  self->close("TLS handshake failed: " + error.message());
                                } else {
                                  self->read();
                                }
                              });
    } else {
      read();
    }
  }

  void send(std::string_view bytes) override {
    if (closed_ || closing_) return;
    if (queued_bytes() + bytes.size() > outbound_limit_) {
      close("the client does not read: " + std::to_string(queued_bytes()) +
            " bytes are waiting, MaxOutboundQueue is " + std::to_string(outbound_limit_));
      return;
    }
    waiting_ += bytes;
    schedule_write();
  }

  void close_after_sending(std::string reason) override {
    if (closed_ || closing_) return;
    closing_ = true;
    reason_ = std::move(reason);
    limit_time(limits_.drain_timeout, reason_);
    if (queued_bytes() == 0) finish_sending();
  }

  void close(std::string reason) override {
    if (closed_) return;
    closed_ = true;
    closing_ = true;
    timer_.cancel();
    retry_.cancel();
    error_code ignored;
    socket().shutdown(Tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
    asio::post(stream_.get_executor(),
               [self = this->shared_from_this(), reason = std::move(reason)] {
                 if (self->owner_ != nullptr) {
                   std::exchange(self->owner_, nullptr)->on_closed(*self, reason);
                 }
               });
  }

  void detach() override { owner_ = nullptr; }
  void set_outbound_limit(std::size_t bytes) override { outbound_limit_ = bytes; }
  [[nodiscard]] std::size_t queued_bytes() const override {
    return waiting_.size() + writing_.size() - written_;
  }
  [[nodiscard]] std::chrono::steady_clock::duration stalled_for() const override {
    if (!in_write_) return {};
    return std::chrono::steady_clock::now() - write_began_;
  }
  void hold_reading(bool hold) override {
    if (hold == std::exchange(reading_held_, hold) || hold || !std::exchange(read_waits_, false)) {
      return;
    }
    read();
  }
  void limit_unsent(std::size_t bytes) override {
    if (closed_) return;
    // Where it cannot be set, everything works, only staler.
    const int limit = static_cast<int>(bytes);
    ::setsockopt(socket().native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &limit, sizeof(limit));
  }
  [[nodiscard]] bool closing() const override { return closing_; }
  [[nodiscard]] const std::string& peer() const override { return peer_; }

 private:
  Tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void limit_time(std::chrono::milliseconds limit, std::string reason) {
    timer_.expires_after(limit);
    timer_.async_wait(
        [self = this->shared_from_this(), reason = std::move(reason)](error_code error) {
          if (!error) self->close(reason);
        });
  }

  void read() {
    if (closed_) return;
    if (reading_held_ && !closing_) {
      read_waits_ = true;
      return;
    }
    stream_.async_read_some(asio::buffer(input_), [self = this->shared_from_this()](
                                                      error_code error, std::size_t size) {
      if (self->closed_) return;
      if (error) {
        self->close(self->closing_              ? self->reason_
                    : error == asio::error::eof ? "the client closed the connection"
                                                : "the connection broke: " + error.message());
        return;
      }
      if (self->owner_ != nullptr && !self->closing_) {
        self->owner_->on_bytes(*self, std::string_view{self->input_.data(), size});
      }
      self->read();
    });
  }

  void schedule_write() {
    if (write_scheduled_) return;
    write_scheduled_ = true;
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->write(); });
  }

  // Writes what is queued, a bounded part at once; one write runs at a time.
  void write() {
    if (closed_) return;
    if (!flush_()) {
      retry_.expires_after(flush_retry);
      retry_.async_wait([self = this->shared_from_this()](error_code error) {
        if (!error) self->write();
      });
      return;
    }
    if (written_ == writing_.size()) {
      writing_.clear();
      written_ = 0;
      std::swap(writing_, waiting_);
    }
    fixspec::crash_point("fix_write_due");
    const std::size_t size = std::min(writing_.size() - written_, max_bytes_per_write);
    in_write_ = true;
    write_began_ = std::chrono::steady_clock::now();
    stream_.async_write_some(
        asio::buffer(writing_.data() + written_, size),
        [self = this->shared_from_this()](error_code error, std::size_t count) {
          self->in_write_ = false;
          self->written(error, count);
        });
  }

  void written(error_code error, std::size_t count) {
    if (closed_) return;
    if (error) {
      close("the connection broke: " + error.message());
      return;
    }
    fixspec::crash_point("fix_written");
    written_ += count;
    if (queued_bytes() > 0) {
      write();
      return;
    }
    write_scheduled_ = false;
    if (closing_) {
      finish_sending();
    } else if (owner_ != nullptr) {
      owner_->on_drained(*this);
    }
  }

  // Tells the peer that nothing more comes, then reads on until it closes too or the drain timeout
  // has passed: closing with unread input would reset the connection and lose what was just sent.
  void finish_sending() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_shutdown(
          [self = this->shared_from_this()](error_code) { self->close(self->reason_); });
    } else {
      error_code ignored;
      stream_.shutdown(Tcp::socket::shutdown_send, ignored);
    }
  }

  Stream stream_;
  asio::steady_timer timer_;
  asio::steady_timer retry_;
  ConnectionOwner* owner_;
  Limits limits_;
  std::function<bool()> flush_;
  std::string peer_;
  std::string reason_;
  std::string waiting_;      ///< what came since the write that runs was begun
  std::string writing_;      ///< what is being written
  std::size_t written_ = 0;  ///< how much of it the operating system has
  std::chrono::steady_clock::time_point write_began_;
  bool in_write_ = false;
  bool reading_held_ = false;
  bool read_waits_ = false;  ///< a read is due as soon as reading is allowed
  std::size_t outbound_limit_ = 1U << 20U;
  bool write_scheduled_ = false;
  bool closing_ = false;
  bool closed_ = false;
  std::array<char, read_buffer_size> input_{};
};

class AsioListener final : public Listener, public std::enable_shared_from_this<AsioListener> {
 public:
  AsioListener(asio::io_context& io, ConnectionOwner& owner, Options options,
               OnConnection on_connection)
      : acceptor_(io),
        retry_(io),
        owner_(owner),
        options_(std::move(options)),
        on_connection_(std::move(on_connection)) {}

  // Why the port cannot be opened, or nothing.
  std::optional<std::string> open_port() {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(options_.host, error);
    if (error) return "FIX host '" + options_.host + "' is no IP address";
    if (!options_.tls && !address.is_loopback()) {
      return "FIX without TLS is only for loopback addresses, not " + options_.host;
    }
    const Tcp::endpoint endpoint{address, options_.port};
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return "FIX port " + text_of(endpoint) + " cannot be opened: " + error.message();
    return std::nullopt;
  }

  // Why the certificate cannot be used, or nothing.
  std::optional<std::string> load_certificate() {
    if (!options_.tls) return std::nullopt;
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                      asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1);
    error_code error;
    tls_->use_certificate_chain_file(options_.tls->certificate_file, error);
    if (error) {
      return "TLS certificate file '" + options_.tls->certificate_file +
             "' cannot be used: " + error.message();
    }
    tls_->use_private_key_file(options_.tls->private_key_file, asio::ssl::context::pem, error);
    if (error) {
      return "TLS key file '" + options_.tls->private_key_file +
             "' cannot be used: " + error.message();
    }
    return std::nullopt;
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code error, Tcp::socket socket) {
      if (self->closed_) return;
      if (!error) {
        self->take(std::move(socket));
        return self->accept();
      }
      // Out of descriptors: accepting again at once would spin.
      self->retry_.expires_after(std::chrono::milliseconds{100});
      self->retry_.async_wait([self](error_code) {
        if (!self->closed_) self->accept();
      });
    });
  }

  [[nodiscard]] std::uint16_t port() const override {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  void close() override {
    closed_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  }

 private:
  void take(Tcp::socket socket) {
    error_code error;
    const Tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    socket.set_option(Tcp::no_delay(true), error);
    if (tls_) {
      on_connection_(std::make_shared<StreamConnection<TlsStream>>(
          TlsStream{std::move(socket), *tls_}, text_of(peer), owner_, options_.limits,
          options_.flush));
    } else {
      on_connection_(std::make_shared<StreamConnection<PlainStream>>(
          std::move(socket), text_of(peer), owner_, options_.limits, options_.flush));
    }
  }

  Tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  ConnectionOwner& owner_;
  Options options_;
  OnConnection on_connection_;
  std::optional<asio::ssl::context> tls_;
  bool closed_ = false;
};

}  // namespace

fixspec::Result<std::shared_ptr<Listener>, fixspec::Error> Listener::open(
    boost::asio::io_context& io, ConnectionOwner& owner, Options options,
    OnConnection on_connection) {
  auto listener =
      std::make_shared<AsioListener>(io, owner, std::move(options), std::move(on_connection));
  if (auto problem = listener->load_certificate()) {
    return fixspec::Unexpected{fixspec::Error{std::move(*problem)}};
  }
  if (auto problem = listener->open_port()) {
    return fixspec::Unexpected{fixspec::Error{std::move(*problem)}};
  }
  listener->accept();
  return std::shared_ptr<Listener>{std::move(listener)};
}

}  // namespace causeway::gateway::fix
