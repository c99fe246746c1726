#include "tests/bench/venue_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bench/deribit_texts.hpp"

namespace causeway::bench {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

// One connection of the gateway.
class VenueServer::Session : public std::enable_shared_from_this<VenueServer::Session> {
 public:
  Session(tcp::socket socket, asio::ssl::context& tls, Sockets& owner)
      : stream_(std::move(socket), tls), owner_(owner) {
    beast::get_lowest_layer(stream_).set_option(tcp::no_delay(true));
  }

  void start() {
    stream_.next_layer().async_handshake(asio::ssl::stream_base::server,
                                         [self = shared_from_this()](error_code error) {
                                           if (error) return;
                                           self->stream_.text(true);
                                           self->stream_.async_accept([self](error_code accepted) {
                                             if (!accepted) self->read();
                                           });
                                         });
  }

  void send(const std::string& text) {
    error_code ignored;
    stream_.write(asio::buffer(text), ignored);
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      const auto data = self->buffer_.cdata();
      self->on_message({static_cast<const char*>(data.data()), data.size()});
      self->buffer_.consume(self->buffer_.size());
      self->read();
    });
  }
  void on_message(std::string_view text);

  beast::websocket::stream<beast::ssl_stream<tcp::socket>> stream_;
  Sockets& owner_;
  beast::flat_buffer buffer_;
};

struct VenueServer::Sockets {
  Sockets(const simulator::net::Certificate& certificate, std::size_t listed_options)
      : options(listed_options), acceptor(io, {asio::ip::address_v4::loopback(), 0}) {
    tls.use_certificate_chain(asio::buffer(certificate.certificate));
    tls.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem);
    accept();
  }

  void accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      std::make_shared<Session>(std::move(socket), tls, *this)->start();
      accept();
    });
  }

  std::size_t options;
  asio::io_context io{1};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tcp::acceptor acceptor;
  std::shared_ptr<Session> account;  // the connection that logged on
  std::shared_ptr<Session> market;   // the one that subscribed to prices
  std::deque<Order> orders;
  std::uint64_t last_number = 0;
};

void VenueServer::Session::on_message(std::string_view text) {
  const std::uint64_t id = deribit::id_of(text);
  const std::string_view method = deribit::text_of(text, "method");
  if (method == "private/buy" || method == "private/sell") {
    owner_.orders.push_back({.request_id = id,
                             .number = ++owner_.last_number,
                             .label = std::string{deribit::text_of(text, "label")},
                             .price = std::string{deribit::number_of(text, "price")},
                             .amount = std::string{deribit::number_of(text, "amount")}});
    return;
  }
  if (method == "public/auth") owner_.account = shared_from_this();
  const bool wants_prices = text.find("\"ticker.") != std::string_view::npos;
  if (wants_prices) owner_.market = shared_from_this();
  send(deribit::reply(id, deribit::result_of(method, text, owner_.options)));
  if (wants_prices) send(deribit::ticker());
}

VenueServer::VenueServer(const simulator::net::Certificate& certificate, std::size_t options)
    : sockets_(std::make_unique<Sockets>(certificate, options)) {}
VenueServer::~VenueServer() = default;

std::uint16_t VenueServer::port() const { return sockets_->acceptor.local_endpoint().port(); }

void VenueServer::poll() { sockets_->io.poll(); }

std::optional<VenueServer::Order> VenueServer::take_order() {
  if (sockets_->orders.empty()) return std::nullopt;
  Order order = std::move(sockets_->orders.front());
  sockets_->orders.pop_front();
  return order;
}

void VenueServer::acknowledge(const Order& order) {
  sockets_->account->send(deribit::reply(order.request_id, deribit::placed(order)));
}
void VenueServer::tell_trade(const Order& order) {
  sockets_->account->send(deribit::trade_notification(order));
}
void VenueServer::tell_filled(const Order& order) {
  sockets_->account->send(deribit::order_notification(order));
}
void VenueServer::tell_prices() {
  if (sockets_->market) sockets_->market->send(deribit::ticker());
}

}  // namespace causeway::bench
