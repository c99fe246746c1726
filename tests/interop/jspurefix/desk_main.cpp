// The FIX acceptor with a desk that answers every request at once: the other side of oms.js where
// no whole gateway is wanted. Prints "port <n>" and runs until its standard input ends.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <iostream>

#include "tests/fix/support.hpp"

int main() {
  using namespace causeway::tests::fix;
  TestGateway gateway;
  boost::asio::posix::stream_descriptor input{*gateway.io, STDIN_FILENO};
  std::string ignored;
  boost::asio::async_read(input, boost::asio::dynamic_buffer(ignored),
                          [&](auto, auto) { gateway.io->stop(); });
  std::cout << "port " << gateway.acceptor->plain_port() << std::endl;
  gateway.io->run();
}
