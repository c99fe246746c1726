#include "tests/bench/figures.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace causeway::bench {
namespace {

bool is_met(const Figure& figure) {
  switch (figure.target->kind) {
    case Target::Kind::AtMost:
      return figure.value <= figure.target->value;
    case Target::Kind::AtLeast:
      return figure.value >= figure.target->value;
    case Target::Kind::AtMostTimesFloor:
      return figure.value <= figure.target->value * figure.floor.value_or(0);
  }
  return false;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  return text;
}

std::string target_text(const Figure& figure) {
  if (!figure.target) return "";
  const std::string value = number(figure.target->value);
  switch (figure.target->kind) {
    case Target::Kind::AtMost:
      return "<= " + value;
    case Target::Kind::AtLeast:
      return ">= " + value;
    case Target::Kind::AtMostTimesFloor:
      return "<= " + value + " x floor";
  }
  return "";
}

}  // namespace

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}

Spread spread_of(std::vector<double> samples) {
  if (samples.empty()) return {};
  std::sort(samples.begin(), samples.end());
  return {.p50 = samples[samples.size() / 2], .p99 = samples[samples.size() * 99 / 100]};
}

double median_of(std::vector<double> samples) { return spread_of(std::move(samples)).p50; }

void print_title(const std::string& title) {
  std::printf("\n%s\n%-46s %9s %5s %9s %9s %7s  %-24s %-14s\n", title.c_str(), "", "measured", "",
              "p99", "floor", "ratio", "of the floor", "target");
}

void print(const Figure& figure) {
  const std::string p99 = figure.p99 ? number(*figure.p99) : "";
  const std::string floor = figure.floor ? number(*figure.floor) : "";
  const std::string ratio =
      figure.floor && *figure.floor > 0 ? number(figure.value / *figure.floor) : "";
  const std::string target = target_text(figure);
  const char* const verdict = !figure.target ? "" : is_met(figure) ? "met" : "NOT MET";
  std::printf("%-46s %9s %-5s %9s %9s %7s  %-24s %-14s %s%s%s\n", figure.name.c_str(),
              number(figure.value).c_str(), figure.unit.c_str(), p99.c_str(), floor.c_str(),
              ratio.c_str(), figure.floor_name.c_str(), target.c_str(), verdict,
              figure.note.empty() ? "" : "  ", figure.note.c_str());
  std::fflush(stdout);
}

void pin_to_core(unsigned core) {
  if (core >= std::thread::hardware_concurrency()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

OnCore::~OnCore() {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned core = 0; core < std::thread::hardware_concurrency(); ++core) CPU_SET(core, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

std::int64_t resident_kib() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

}  // namespace causeway::bench
