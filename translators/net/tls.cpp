#include "translators/net/tls.hpp"

#include <boost/asio/ssl/context.hpp>

namespace causeway::translators::net {

namespace ssl = boost::asio::ssl;

fixspec::Result<std::shared_ptr<Tls>, fixspec::Error> Tls::load(
    const std::optional<std::string>& ca_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                       ssl::context::no_tlsv1_1 | ssl::context::no_compression);
  context->set_verify_mode(ssl::verify_peer);
  if (ca_file) {
    context->load_verify_file(*ca_file, error);
    if (error) {
      return fixspec::Unexpected{
          fixspec::Error{"CA file " + *ca_file + ": " + error.message() +
                         " (it must be a readable PEM file with at least one certificate)"}};
    }
  } else {
    context->set_default_verify_paths(error);
    if (error) {
      return fixspec::Unexpected{fixspec::Error{"system's certificates: " + error.message()}};
    }
  }
  return std::shared_ptr<Tls>(new Tls(std::move(context)));
}

Tls::Tls(std::unique_ptr<ssl::context> context) : context_(std::move(context)) {}
Tls::~Tls() = default;

}  // namespace causeway::translators::net
