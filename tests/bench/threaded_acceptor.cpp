#include "tests/bench/threaded_acceptor.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "fixspec/dictionary.hpp"
#include "fixspec/quickfix.hpp"
#include "tests/bench/scratch_folder.hpp"

// As in fixspec/quickfix.hpp, for the two headers that only this baseline needs.
#define throw(...)
#include <quickfix/SessionSettings.h>
#include <quickfix/ThreadedSocketAcceptor.h>
#undef throw

namespace causeway::bench {
namespace {

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ::bind(socket, generic, size);
  ::getsockname(socket, generic, &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

// Answers each order with a report of the gateway's own fields.
class Answerer final : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) override {}
  void fromApp(const FIX::Message& order, const FIX::SessionID& session) override {
    FIX::Message report;
    report.getHeader().setField(35, "8");
    for (const int tag : {1, 11, 18, 38, 40, 44, 54, 55, 59, 207}) {
      report.setField(tag, order.getField(tag));
    }
    report.setField(37, "00001-000000000001");
    report.setField(17, "00001-000000000001-000");
    report.setField(150, "A");
    report.setField(39, "A");
    report.setField(151, order.getField(38));
    report.setField(14, "0");
    report.setField(6, "0");
    report.setField(60, order.getField(60));
    FIX::Session::sendToTarget(report, session);
  }
};

}  // namespace

class ThreadedAcceptor::Impl {
 public:
  Impl() : port(free_port()), settings_(make_settings()), acceptor_(answerer_, stores_, settings_) {
    acceptor_.start();
  }
  ~Impl() { acceptor_.stop(true); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port;

 private:
  FIX::SessionSettings make_settings() {
    const std::string dictionary = folder_.path("FIX44.xml");
    std::ofstream{dictionary} << fixspec::fix44_dictionary();
    std::istringstream text{
        "[DEFAULT]\nConnectionType=acceptor\nReconnectInterval=1\nFileStorePath=.\n"
        "StartTime=00:00:00\nEndTime=00:00:00\nUseDataDictionary=Y\nDataDictionary=" +
        dictionary + "\nSocketNodelay=Y\nSocketAcceptPort=" + std::to_string(port) +
        "\n[SESSION]\nBeginString=FIX.4.4\nSenderCompID=CAUSEWAY\nTargetCompID=OMS1\n"};
    return FIX::SessionSettings{text};
  }

  ScratchFolder folder_;
  Answerer answerer_;
  FIX::MemoryStoreFactory stores_;
  FIX::SessionSettings settings_;
  FIX::ThreadedSocketAcceptor acceptor_;
};

ThreadedAcceptor::ThreadedAcceptor() : impl_(std::make_unique<Impl>()) {}
ThreadedAcceptor::~ThreadedAcceptor() = default;
std::uint16_t ThreadedAcceptor::port() const { return impl_->port; }

}  // namespace causeway::bench
