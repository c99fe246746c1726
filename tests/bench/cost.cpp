#include "tests/bench/cost.hpp"

#include <benchmark/benchmark.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "tests/bench/allocations.hpp"
#include "tests/bench/figures.hpp"

namespace causeway::bench {
namespace {

constexpr int repetitions = 7;

struct Cost {
  double nanos = 0;
  double allocations = 0;
};

// The median over repetitions of Google Benchmark's own timing of `step`.
Cost cost_of(const std::string& name, const std::function<void()>& step) {
  class Collect final : public benchmark::BenchmarkReporter {
   public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
      for (const Run& run : runs) {
        if (run.run_type == Run::RT_Iteration) samples.push_back(run.GetAdjustedCPUTime());
      }
    }
    std::vector<double> samples;
  };
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark(name.c_str(),
                               [&](benchmark::State& state) {
                                 for (auto _ : state) step();
                               })
      ->Repetitions(repetitions)
      ->MinTime(0.05);
  Collect collect;
  benchmark::RunSpecifiedBenchmarks(&collect);
  constexpr int counted = 1'000;
  const std::uint64_t before = allocations();
  for (int i = 0; i < counted; ++i) step();
  return {.nanos = median_of(std::move(collect.samples)),
          .allocations = static_cast<double>(allocations() - before) / counted};
}

}  // namespace

void print_cost(const std::string& name, const std::function<void()>& step,
                const std::string& floor_name, const std::function<void()>& floor,
                std::optional<double> target_ns) {
  const Cost cost = cost_of(name, step);
  char note[48];
  std::snprintf(note, sizeof note, "%.1f allocations", cost.allocations);
  Figure figure{.name = name, .unit = "ns", .value = cost.nanos, .note = note};
  figure.floor = cost_of(floor_name, floor).nanos;
  figure.floor_name = floor_name;
  if (target_ns) figure.target = Target{Target::Kind::AtMost, *target_ns};
  print(figure);
}

BareHmac::BareHmac() {
  EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  context_ = EVP_MAC_CTX_new(hmac);
  EVP_MAC_free(hmac);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  const unsigned char key[] = "not-a-secret";
  EVP_MAC_init(context_, key, sizeof key - 1, parameters);
}

BareHmac::~BareHmac() { EVP_MAC_CTX_free(context_); }

void BareHmac::sign(const std::string& text) {
  unsigned char digest[32];
  std::size_t size = 0;
  EVP_MAC_init(context_, nullptr, 0, nullptr);
  EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MAC_final(context_, digest, &size, sizeof digest);
  benchmark::DoNotOptimize(digest);
}

}  // namespace causeway::bench
