#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/audit/database.hpp"
#include "strategies/client/client.hpp"
#include "tests/gateway/stack.hpp"

// A gateway under steady load for as long as one likes: two FIX clients trade on two venues, each
// with 100 orders a second besides their amends and cancels, prices flow, and every five minutes
// the clients' and the venues' connections break. In the first minutes the audit's database is
// locked for a while, so that its queue has been full once before growth counts. What the gateway's
// memory and descriptors do is written down every ten seconds and judged at the end.
namespace causeway::gateway {
namespace {

using Clock = std::chrono::steady_clock;
using fixspec::ExecType;
using fixspec::OrdStatus;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int orders_per_second = 200;  // of both clients together
constexpr std::size_t usual_open = 40;  // orders that a client leaves open
constexpr seconds sample_period{10};
constexpr seconds break_period{300};
constexpr seconds settling{300};
constexpr seconds locked_from{60}, locked_until{90};
constexpr double most_growth_mib_per_hour = 1.0;

class Trader {
 public:
  Trader(const Stack& stack, const VenueCase& venue, const std::string& comp_id) : venue_(venue) {
    settings_.port = stack.fix_port();
    settings_.comp_id = comp_id;
    settings_.numbers_file = stack.path(comp_id + ".numbers");
    connect();
  }

  // Drops the connection without a word and logs on again.
  void connect() {
    client_.reset();
    client_ = std::make_unique<strategies::client::Client>(
        settings_, [this](const auto& event) { on_event(event); });
    if (const auto connected = client_->connect(); !connected) {
      throw std::runtime_error(settings_.comp_id + ": " + connected.error().text);
    }
    fixspec::InstrumentRef instrument;
    instrument.symbol = fixspec::Symbol{venue_.symbol};
    (void)client_->request_best_prices("P" + std::to_string(++ids_), instrument);
  }

  void poll() {
    client_->poll(milliseconds{0});
    if (!client_->is_logged_on()) connect();
  }

  // An order that rests or one that takes, and, where there is enough, an amend or a cancel.
  void act() {
    ++turn_;
    fixspec::NewOrderSingle order;
    order.cl_ord_id = fixspec::ClOrdId{turn_ % 50 == 0 ? last_ : next_id('D')};  // some twice
    last_ = order.cl_ord_id.to_string();
    order.account = fixspec::AccountId{venue_.account};
    order.instrument.symbol = fixspec::Symbol{venue_.symbol};
    order.order_qty = fixspec::parse_quantity(venue_.qty("10")).value();
    if (turn_ % 4 < 2) {
      order.price = fixspec::parse_price("60000").value();
    } else {
      order.ord_type = fixspec::OrdType::Market;
      order.side = turn_ % 4 == 2 ? fixspec::Side::Buy : fixspec::Side::Sell;
    }
    (void)client_->send(order);
    ++orders;
    while (open_.size() > usual_open) cancel_oldest();
    if (turn_ % 5 == 0 && !open_.empty()) amend(open_.back());
  }

  std::uint64_t orders = 0;
  std::uint64_t reports = 0;
  std::uint64_t fills = 0;
  std::map<std::string, std::uint64_t> refusals;  // by reject code

 private:
  struct Open {
    std::string order_id;
    std::string cl_ord_id;
  };

  std::string next_id(char kind) { return settings_.comp_id + "-" + kind + std::to_string(++ids_); }
  void cancel_oldest() {
    fixspec::OrderCancelRequest cancel;
    cancel.cl_ord_id = fixspec::ClOrdId{next_id('F')};
    cancel.orig_cl_ord_id = fixspec::ClOrdId{open_.front().cl_ord_id};
    cancel.instrument = fixspec::InstrumentRef{.symbol = fixspec::Symbol{venue_.symbol}};
    cancel.side = fixspec::Side::Buy;
    open_.pop_front();
    (void)client_->send(cancel);
  }
  void amend(const Open& order) {
    fixspec::OrderCancelReplaceRequest replace;
    replace.cl_ord_id = fixspec::ClOrdId{next_id('G')};
    replace.orig_cl_ord_id = fixspec::ClOrdId{order.cl_ord_id};
    replace.instrument.symbol = fixspec::Symbol{venue_.symbol};
    replace.order_qty = fixspec::parse_quantity(venue_.qty(turn_ % 2 == 0 ? "20" : "30")).value();
    replace.price = fixspec::parse_price("60000").value();
    (void)client_->send(replace);
  }

  void on_event(const strategies::client::Event& event) {
    if (const auto* reject = std::get_if<fixspec::OrderCancelReject>(&event.body)) {
      ++refusals[std::string{fixspec::to_text(reject->reject.code)}];
      return;
    }
    const auto* report = std::get_if<fixspec::ExecutionReport>(&event.body);
    if (report == nullptr || event.poss_dup) return;
    ++reports;
    if (report->exec_type == ExecType::Trade) ++fills;
    if (report->reject) ++refusals[std::string{fixspec::to_text(report->reject->code)}];
    if (!report->order_id) return;
    const std::string id = report->order_id->to_string();
    const auto known = std::find_if(open_.begin(), open_.end(),
                                    [&](const Open& open) { return open.order_id == id; });
    const bool works =
        report->ord_status == OrdStatus::New || report->ord_status == OrdStatus::PartiallyFilled;
    const bool ended = report->leaves_qty.is_zero();
    if (known == open_.end()) {
      if (works && report->price && report->exec_type == ExecType::New) {
        open_.push_back({.order_id = id, .cl_ord_id = report->cl_ord_id.to_string()});
      }
    } else if (ended) {
      open_.erase(known);
    } else if (report->exec_type == ExecType::Replaced) {
      known->cl_ord_id = report->cl_ord_id.to_string();
    }
  }

  const VenueCase& venue_;
  strategies::client::Settings settings_;
  std::unique_ptr<strategies::client::Client> client_;
  std::deque<Open> open_;
  std::string last_;
  std::uint64_t ids_ = 0;
  std::uint64_t turn_ = 0;
};

// Locks the audit's database, and lets go of it again.
class AuditLock {
 public:
  explicit AuditLock(std::string path) : path_(std::move(path)) {}
  void follow(seconds since_start) {
    const bool wanted = since_start >= locked_from && since_start < locked_until;
    if (!wanted) {
      database_.reset();  // which rolls back
    } else if (!database_) {
      auto opened = audit::Database::open(path_, audit::Database::Mode::ReadWrite);
      if (opened && (*opened)->execute("BEGIN EXCLUSIVE")) database_ = std::move(*opened);
    }
  }

 private:
  std::string path_;
  std::unique_ptr<audit::Database> database_;
};

struct Sample {
  double seconds = 0;
  double rss_kib = 0;   // all of it
  double anon_kib = 0;  // without the program's own file
  std::size_t descriptors = 0;
};

Sample sample(pid_t pid, double at) {
  Sample result{.seconds = at};
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(status, line);) {
    std::istringstream words{line};
    std::string name;
    words >> name;
    if (name == "VmRSS:") words >> result.rss_kib;
    if (name == "RssAnon:") words >> result.anon_kib;
  }
  for (const auto& entry :
       std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/fd"}) {
    (void)entry;
    ++result.descriptors;
  }
  return result;
}

// MiB an hour, by least squares.
double slope(const std::vector<Sample>& samples) {
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (const Sample& one : samples) {
    const double x = one.seconds / 3'600, y = one.rss_kib / 1'024;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
  }
  const auto count = static_cast<double>(samples.size());
  const double spread = count * sum_xx - sum_x * sum_x;
  return spread > 0 ? (count * sum_xy - sum_x * sum_y) / spread : 0;
}

// The descriptors of one third of the samples: 0, 1, 2.
std::pair<std::size_t, std::size_t> range_of(const std::vector<Sample>& samples,
                                             std::size_t third) {
  std::size_t fewest = samples.front().descriptors, most = 0;
  const std::size_t begin = samples.size() * third / 3, end = samples.size() * (third + 1) / 3;
  if (begin < end) fewest = samples[begin].descriptors;
  for (std::size_t i = begin; i < end; ++i) {
    fewest = std::min(fewest, samples[i].descriptors);
    most = std::max(most, samples[i].descriptors);
  }
  return {fewest, most};
}

void say_totals(const Trader& trader, const VenueCase& venue) {
  std::cout << "  " << venue.fix_name << ": " << trader.orders << " orders, " << trader.reports
            << " reports, " << trader.fills << " fills";
  for (const auto& [code, count] : trader.refusals) std::cout << ", " << count << " " << code;
  std::cout << "\n";
}

int run(int minutes, const std::string& csv_path) {
  Stack::Options options;
  options.venues = {&deribit, &binance};
  options.flow = true;
  const std::filesystem::path csv_file = std::filesystem::absolute(csv_path);
  std::filesystem::create_directories(csv_file.parent_path());
  Stack stack{options};
  Trader first{stack, deribit, "OMS1"}, second{stack, binance, "OMS2"};

  std::ofstream csv{csv_file};
  csv << "seconds,rss_kib,anon_kib,descriptors,orders\n";
  std::vector<Sample> samples;
  AuditLock audit_lock{stack.audit_path()};
  const auto start = Clock::now();
  const auto end = start + std::chrono::minutes{minutes};
  auto next_sample = start, next_break = start + break_period / 2, next_note = start;
  std::uint64_t acts = 0;
  while (Clock::now() < end) {
    const auto now = Clock::now();
    const auto due = static_cast<std::uint64_t>(std::chrono::duration<double>(now - start).count() *
                                                orders_per_second);
    // Time that was lost to other programs is not made up for.
    if (due > acts + orders_per_second) acts = due - orders_per_second;
    for (; acts < due; ++acts) (acts % 2 == 0 ? first : second).act();
    first.poll();
    second.poll();
    audit_lock.follow(std::chrono::duration_cast<seconds>(now - start));
    if (now >= next_break) {
      next_break += break_period;
      for (const VenueCase* venue : {&deribit, &binance}) {
        stack.fault_at(venue->simulator_name, R"("fault":"disconnect","method":")" +
                                                  std::string{venue->place_method} + "\"");
      }
      first.connect();
      second.connect();
    }
    if (now >= next_sample) {
      next_sample += sample_period;
      if (!stack.gateway_is_running())
        throw std::runtime_error("the gateway ended:\n" + stack.log());
      samples.push_back(
          sample(stack.gateway().pid(), std::chrono::duration<double>(now - start).count()));
      csv << samples.back().seconds << ',' << samples.back().rss_kib << ','
          << samples.back().anon_kib << ',' << samples.back().descriptors << ','
          << first.orders + second.orders << std::endl;
    }
    if (now >= next_note) {
      next_note += std::chrono::minutes{1};
      std::cout << std::chrono::duration_cast<std::chrono::minutes>(now - start).count()
                << " min, RSS " << samples.back().rss_kib / 1'024 << " MiB, "
                << samples.back().descriptors << " descriptors" << std::endl;
      say_totals(first, deribit);
      say_totals(second, binance);
    }
    usleep(1'000);
  }

  std::vector<Sample> settled;
  for (const Sample& one : samples) {
    if (minutes <= 10 || one.seconds >= static_cast<double>(settling.count()))
      settled.push_back(one);
  }
  const auto [fewest, most] = std::minmax_element(
      settled.begin(), settled.end(),
      [](const Sample& a, const Sample& b) { return a.descriptors < b.descriptors; });
  const double growth = slope(settled);
  std::cout << "after " << minutes << " minutes: " << first.orders + second.orders << " orders, "
            << first.reports + second.reports << " reports\n"
            << "RSS " << settled.front().rss_kib / 1'024 << " MiB after " << settled.front().seconds
            << " s, " << settled.back().rss_kib / 1'024 << " MiB at the end, slope " << growth
            << " MiB/h (least squares)\n"
            << "descriptors " << settled.front().descriptors << ", " << settled.back().descriptors
            << " at the end, between " << fewest->descriptors << " and " << most->descriptors
            << "\n";
  say_totals(first, deribit);
  say_totals(second, binance);
  // Idle connections to a venue come and go.
  const bool constant = range_of(settled, 2).first <= range_of(settled, 0).second;
  const bool flat = growth < most_growth_mib_per_hour && constant;
  if (minutes <= 10) std::cout << "too short a run to judge growth by\n";
  return flat || minutes <= 10 ? 0 : 1;
}

}  // namespace
}  // namespace causeway::gateway

int main(int argc, char** argv) {
  const int minutes = argc > 1 ? std::atoi(argv[1]) : 30;
  const std::string csv = argc > 2 ? argv[2] : "soak.csv";
  if (minutes < 1) {
    std::cerr << "usage: soak MINUTES [FILE.csv]\n";
    return 64;
  }
  return causeway::gateway::run(minutes, csv);
}
