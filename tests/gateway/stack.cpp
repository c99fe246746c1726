#include "tests/gateway/stack.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

#include "gateway/app/demo/http.hpp"

namespace causeway::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds start_limit{20};

std::string bin(const std::string& program) {
  return (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin" / program)
      .string();
}

// The rest of the first line of `file` that begins with `start`.
std::string line_after(const fs::path& file, const std::string& start) {
  std::ifstream input{file};
  for (std::string line; std::getline(input, line);) {
    if (line.starts_with(start)) return line.substr(start.size());
  }
  return {};
}

std::uint16_t port_in(const std::string& address) {
  const auto colon = address.rfind(':');
  return colon == std::string::npos
             ? std::uint16_t{0}
             : static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)));
}

std::string of_venue(std::string_view simulator_name, const std::string& members) {
  return R"({"venue":")" + std::string{simulator_name} + "\"," + members + "}";
}

std::string of_instrument(const VenueCase& venue, const std::string& units,
                          const std::string& price) {
  return R"("instrument":")" + std::string{venue.symbol} + R"(","amount":")" + venue.qty(units) +
         R"(","price":")" + price + "\"";
}

std::string names(const fixspec::ClOrdId& cl_ord_id, const std::optional<fixspec::ClOrdId>& orig) {
  return "(" + cl_ord_id.to_string() + (orig ? "/" + orig->to_string() : std::string{}) + ")";
}

}  // namespace

bool eventually(const std::function<bool()>& condition, int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    poll(nullptr, 0, 20);
  }
  return true;
}

// ---- Stack
// ---------------------------------------------------------------------------------------

Stack::Stack(Options options) : options_(std::move(options)) {
  std::string name = (fs::temp_directory_path() / "causeway-stack-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = name;
  old_folder_ = fs::current_path();
  // The programs that are started count relative paths from here.
  fs::current_path(folder_);
  fs::create_directories(folder_ / "var/keys");
  start_simulator();
  start_gateway();
}

Stack::~Stack() {
  gateway_.reset();
  simulator_.reset();
  fs::current_path(old_folder_);
  if (testing::Test::HasFailure()) {
    std::cerr << "kept for a look: " << folder_ << "\n";
  } else {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
}

void Stack::start_simulator() {
  simulator_.reset();
  std::vector<std::string> command = {bin("causeway-sim"), "--control-port",
                                      std::to_string(control_port_)};
  for (const VenueCase* venue : all_venues) {
    command.push_back("--port-" + std::string{venue->simulator_name});
    command.push_back(std::to_string(venue_ports_[venue->simulator_name]));
  }
  for (const char* argument : {"--state", "var/sim", "--limits", "off", "--flow"}) {
    command.emplace_back(argument);
  }
  command.emplace_back(options_.flow ? "on" : "off");
  auto started = app::ChildProcess::start(command, path("sim.log"));
  if (!started) throw std::runtime_error(started.error().text);
  simulator_.emplace(std::move(*started));
  if (auto up = simulator_->wait_for_line("ready", start_limit); !up) {
    throw std::runtime_error(up.error().text);
  }
  for (const VenueCase* venue : all_venues) {
    venue_ports_[venue->simulator_name] = port_in(
        line_after(path("sim.log"), "listening " + std::string{venue->simulator_name} + " "));
  }
  control_port_ = port_in(line_after(path("sim.log"), "listening control "));
}

void Stack::pause_simulator(bool paused) { kill(simulator_->pid(), paused ? SIGSTOP : SIGCONT); }

void Stack::write_config() {
  const std::string key_file = path("var/keys/demo.key");
  std::ofstream{key_file} << "key=" << options_.key << "\nsecret=" << options_.secret << "\n";
  chmod(key_file.c_str(), 0600);
  config_ = path("sessions.cfg");
  std::string accounts, venues;
  for (const VenueCase* venue : options_.venues) {
    const std::string name{venue->account}, fix_name{venue->fix_name};
    std::string addresses{venue->config};
    for (auto at = addresses.find("PORT"); at != std::string::npos; at = addresses.find("PORT")) {
      addresses.replace(at, 4, std::to_string(venue_ports_.at(venue->simulator_name)));
    }
    accounts += (accounts.empty() ? "" : ",") + name;
    venues += "[VENUE]\nName=" + fix_name + "\n" + addresses +
              "CAFile=var/sim/ca.pem\n[ACCOUNT]\nName=" + name + "\nVenue=" + fix_name +
              "\nKeyRef=file:var/keys/demo.key\n" + account_config_;
  }
  std::ofstream{config_} << "[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\n"
                            "SenderCompID=CAUSEWAY\nSocketAcceptPort="
                         << fix_port_ << "\nStatePath=var\n"
                         << options_.default_config
                         << "[SESSION]\nTargetCompID=OMS1\nAccounts=" << accounts
                         << "\n[SESSION]\nTargetCompID=OMS2\nAccounts=" << accounts << "\n"
                         << venues << "[AUDIT]\nPath=" << audit_path() << "\n"
                         << options_.extra_config;
}

void Stack::start_gateway() {
  write_config();
  auto started =
      app::ChildProcess::start({bin("causeway"), "run", "-c", config_}, path("gateway.log"));
  if (!started) throw std::runtime_error(started.error().text);
  gateway_.emplace(std::move(*started));
  if (auto up = gateway_->wait_for_line("running", start_limit); !up) {
    throw std::runtime_error(up.error().text + "\n" + log());
  }
  fix_port_ = port_in(line_after(path("gateway.log"), "listening fix "));
  if (!options_.wait_until_open) return;
  for (const VenueCase* venue : options_.venues) {
    const std::string line = "venue " + std::string{venue->fix_name} + " open";
    if (auto up = gateway_->wait_for_line(line, start_limit); !up) {
      throw std::runtime_error(up.error().text + "\n" + log());
    }
  }
}

void Stack::kill_gateway() {
  kill(gateway_->pid(), SIGKILL);
  gateway_.reset();
}

void Stack::stop_gateway() { gateway_.reset(); }

void Stack::market(const VenueCase& venue, const std::string& members) {
  const auto done =
      app::http_post(control_port_, "/v1/market", of_venue(venue.simulator_name, members));
  ASSERT_TRUE(done) << done.error().text;
}

void Stack::house_offers(const VenueCase& venue, const std::string& units,
                         const std::string& price) {
  market(venue, R"("action":"place","side":"sell",)" + of_instrument(venue, units, price));
}

void Stack::house_sells(const VenueCase& venue, const std::string& units,
                        const std::string& price) {
  market(venue, R"("action":"trade","side":"sell",)" + of_instrument(venue, units, price));
}

void Stack::clear_book(const VenueCase& venue) {
  market(venue, R"("action":"clear","instrument":")" + std::string{venue.symbol} + "\"");
}

void Stack::fault(const std::string& members) { fault_at(venue().simulator_name, members); }

void Stack::fault_at(std::string_view simulator_name, const std::string& members) {
  const auto done = app::http_post(control_port_, "/v1/faults", of_venue(simulator_name, members));
  ASSERT_TRUE(done) << done.error().text;
}

void Stack::fault(std::string_view name, std::string_view method, const std::string& members) {
  fault(R"("fault":")" + std::string{name} + R"(","method":")" + std::string{method} + "\"" +
        (members.empty() ? "" : ",") + members);
}

void Stack::clear_faults() {
  const auto done = app::http_delete(control_port_, "/v1/faults");
  ASSERT_TRUE(done) << done.error().text;
}

std::string Stack::ledger_json() const {
  const auto json = app::http_get(control_port_, "/v1/ledger");
  if (!json) throw std::runtime_error(json.error().text);
  return *json;
}

std::map<std::string, app::OrderAccount> Stack::ledger() const {
  auto read = app::read_ledger(ledger_json());
  if (!read) throw std::runtime_error(read.error().text);
  return *read;
}

std::string Stack::program(const std::string& name) const { return bin(name); }

std::string Stack::log() const {
  std::ifstream input{path("gateway.log")};
  std::stringstream text;
  text << input.rdbuf();
  return text.str();
}

// ---- Oms
// -----------------------------------------------------------------------------------------

Oms::Oms(const Stack& stack, std::string comp_id) : venue_(stack.venue()) {
  settings_.port = stack.fix_port();
  settings_.comp_id = std::move(comp_id);
  settings_.numbers_file = stack.path(settings_.comp_id + ".numbers");
  connect();
}

void Oms::connect() {
  client_.reset();  // one client at a time has the session's numbers
  client_ = std::make_unique<strategies::client::Client>(
      settings_, [this](const auto& event) { on_event(event); });
  const auto connected = client_->connect();
  ASSERT_TRUE(connected) << connected.error().text;
}

void Oms::buy(const std::string& cl_ord_id, const std::string& qty, const std::string& price,
              const std::function<void(fixspec::NewOrderSingle&)>& change) {
  fixspec::NewOrderSingle order;
  order.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  order.account = fixspec::AccountId{venue_.account};
  order.instrument.symbol = fixspec::Symbol{venue_.symbol};
  order.order_qty = fixspec::parse_quantity(venue_.qty(qty)).value();
  order.price = fixspec::parse_price(price).value();
  if (change) change(order);
  send(order);
}

void Oms::replace(const std::string& cl_ord_id, const std::string& orig, const std::string& qty,
                  const std::string& price) {
  fixspec::OrderCancelReplaceRequest replace;
  replace.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  replace.orig_cl_ord_id = fixspec::ClOrdId{orig};
  replace.instrument.symbol = fixspec::Symbol{venue_.symbol};
  replace.order_qty = fixspec::parse_quantity(venue_.qty(qty)).value();
  replace.price = fixspec::parse_price(price).value();
  send(replace);
}

void Oms::cancel(const std::string& cl_ord_id, const std::string& orig) {
  fixspec::OrderCancelRequest cancel;
  cancel.cl_ord_id = fixspec::ClOrdId{cl_ord_id};
  cancel.orig_cl_ord_id = fixspec::ClOrdId{orig};
  cancel.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{venue_.symbol}};
  cancel.side = fixspec::Side::Buy;
  send(cancel);
}

void Oms::send(const fixspec::ClientRequest& request) {
  const auto sent = client_->send(request);
  ASSERT_TRUE(sent) << sent.error().text;
}

const std::vector<fixspec::Instrument>& Oms::list_instruments() {
  instruments_.clear();
  listed_ = false;
  EXPECT_TRUE(client_->request_instruments("list"));
  EXPECT_TRUE(client_->run_until([this] { return listed_; }, std::chrono::seconds{10}));
  return instruments_;
}

bool Oms::sees(const std::string& cl_ord_id, fixspec::OrdStatus status, int seconds) {
  return client_->run_until(
      [&] {
        const auto* report = newest(cl_ord_id);
        return report != nullptr && report->ord_status == status;
      },
      std::chrono::seconds{seconds});
}

bool Oms::is_told(const std::string& line, int seconds) {
  return client_->run_until(
      [&] { return std::find(lines_.begin(), lines_.end(), line) != lines_.end(); },
      std::chrono::seconds{seconds});
}

void Oms::listen(int milliseconds) {
  client_->run_until([] { return false; }, std::chrono::milliseconds{milliseconds});
}

std::string Oms::text() const {
  std::string text;
  for (const std::string& line : lines_) text += line + "\n";
  return text;
}

const fixspec::ExecutionReport* Oms::newest(const std::string& cl_ord_id) const {
  const auto found = newest_.find(cl_ord_id);
  return found == newest_.end() ? nullptr : &found->second;
}

void Oms::on_event(const strategies::client::Event& event) {
  if (const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body)) {
    // A report that is new to the client may have been seen by it before the connection broke.
    if (exec_ids_[report->exec_id.to_string()]++ > 0) {
      EXPECT_TRUE(event.poss_dup) << "ExecID " << report->exec_id.view() << " came twice";
      return;
    }
    newest_[report->cl_ord_id.to_string()] = *report;
    told_.on_report(*report);
    lines_.push_back("8" + names(report->cl_ord_id, report->orig_cl_ord_id) + " " +
                     static_cast<char>(report->exec_type) + "/" +
                     static_cast<char>(report->ord_status) + " " +
                     venue_.units(report->order_qty.to_string()) + "/" +
                     venue_.units(report->cum_qty.to_string()) + "/" +
                     venue_.units(report->leaves_qty.to_string()));
  } else if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
    told_.on_reject(*reject);
    lines_.push_back("9" + names(reject->cl_ord_id, reject->orig_cl_ord_id) +
                     " 39=" + static_cast<char>(reject->ord_status) +
                     " 102=" + std::to_string(static_cast<int>(reject->cxl_rej_reason)));
  } else if (const auto* list = std::get_if<strategies::client::SecurityList>(&event.body)) {
    instruments_.insert(instruments_.end(), list->instruments.begin(), list->instruments.end());
    listed_ = list->last;
  } else if (const auto* other = std::get_if<strategies::client::Unreadable>(&event.body)) {
    ADD_FAILURE() << "unreadable " << other->msg_type << ": " << other->why;
  }
}

std::string disagreement(const Stack& stack, const app::ToldOrders& told) {
  std::string text;
  eventually([&] {
    text.clear();
    const auto audited = app::read_audit(stack.audit_path());
    if (!audited) {
      text = audited.error().text;
      return false;
    }
    for (const auto& line : app::compare(told, *audited, stack.ledger())) text += line + "\n";
    return text.empty();
  });
  return text;
}

}  // namespace causeway::gateway
