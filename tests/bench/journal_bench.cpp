// What the journal costs, beside a bare write(2) and a bare fdatasync in the same run. Arguments: a
// directory on the disk to be measured (default: the current one).
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gateway/journal/journal.hpp"
#include "gateway/journal/reader.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using namespace causeway::gateway::journal;  // NOLINT(google-build-using-namespace): a program

constexpr std::size_t payload_size = 200;
constexpr int samples = 200'000;
const std::string payload(payload_size, 'p');

double nanoseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

struct Spread {
  double p50 = 0;
  double p99 = 0;
};

template <class Step>
Spread measure(int count, Step step) {
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto start = Clock::now();
    step();
    times.push_back(nanoseconds_since(start));
  }
  std::sort(times.begin(), times.end());
  return {.p50 = times[times.size() / 2], .p99 = times[times.size() * 99 / 100]};
}

void print(const char* what, Spread spread, const char* floor_name, Spread floor) {
  std::printf("%-44s p50 %9.0f ns  p99 %9.0f ns  = %5.2f x %s\n", what, spread.p50, spread.p99,
              spread.p50 / floor.p50, floor_name);
}

std::unique_ptr<Journal> open_journal(const std::string& directory, Durability durability) {
  Journal::Options options;
  options.durability = durability;
  auto journal = Journal::open(directory, options, nullptr);
  if (!journal) {
    std::fprintf(stderr, "%s\n", journal.error().text.c_str());
    std::exit(1);
  }
  return *std::move(journal);
}

void add(Journal& journal) {
  journal.append(RecordType::EngineInput, 1, {.utc_ns = 1, .mono_ns = 1},
                 std::as_bytes(std::span{payload}));
}

long resident_kib() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

void bench_process(const std::string& directory, Spread write_floor) {
  auto journal = open_journal(directory + "/process", Durability::Process);
  print("append + flush, durability process",
        measure(samples,
                [&] {
                  add(*journal);
                  static_cast<void>(journal->flush());
                }),
        "write(2)", write_floor);

  SessionStore& session = journal->session("BENCH", 0);
  std::uint64_t number = 0;
  const std::string message(350, 'm');
  const long before = resident_kib();
  print("FIX message kept + flush",
        measure(samples,
                [&] {
                  session.append(++number, message, {});
                  session.set_next_sender_msg_seq_num(number + 1);
                  static_cast<void>(journal->flush());
                }),
        "write(2)", write_floor);
  std::printf("%-44s %.1f bytes a message\n", "memory for the session's index",
              static_cast<double>(resident_kib() - before) * 1024 / samples);
  const auto start = Clock::now();
  std::uint64_t read = 0;
  for (std::uint64_t begin = 1; begin <= 100'000; begin += 100) {
    read += session.read(begin, begin + 99, 100).size();
  }
  std::printf("%-44s %.0f ms\n", "100 k messages read back for a resend",
              nanoseconds_since(start) / 1e6);
  if (read != 100'000) std::exit(1);
  print("append only", measure(samples, [&] { add(*journal); }), "write(2)", write_floor);
}

void bench_disk(const std::string& directory, Spread sync_floor) {
  auto journal = open_journal(directory + "/disk", Durability::Disk);
  print("append + flush + durable, durability disk",
        measure(2'000,
                [&] {
                  add(*journal);
                  static_cast<void>(journal->flush());
                  const auto last = journal->last_sequence();
                  while (journal->durable_sequence() < last) {
                  }
                }),
        "fdatasync", sync_floor);
  const auto start = Clock::now();
  for (int i = 0; i < samples; ++i) {
    add(*journal);
    if (i % 16 == 15) static_cast<void>(journal->flush());
  }
  while (journal->durable_sequence() < journal->flushed_sequence()) {
  }
  std::printf("%-44s %.2f M records/s\n", "group commit",
              samples / nanoseconds_since(start) * 1000);
}

void bench_replay(const std::string& directory) {
  {
    auto journal = open_journal(directory + "/replay", Durability::Process);
    for (int i = 0; i < 1'000'000; ++i) {
      add(*journal);
      if (i % 64 == 63) static_cast<void>(journal->flush());
    }
  }
  const auto start = Clock::now();
  std::uint64_t sum = 0;
  Journal::Options options;
  auto journal = Journal::open(directory + "/replay", options,
                               [&](const RecordView& record) { sum += record.payload.size(); });
  const double opened = nanoseconds_since(start);
  if (!journal || sum != 1'000'000 * payload_size) std::exit(1);
  std::printf("%-44s %.2f M records/s\n", "replay", 1e9 / opened);
  const auto verify_start = Clock::now();
  if (!verify(directory + "/replay")) std::exit(1);
  std::printf("%-44s %.2f M records/s\n", "verify (checksums and chain)",
              1e9 / nanoseconds_since(verify_start));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string parent = argc > 1 ? argv[1] : ".";
  const std::string directory = parent + "/journal_bench_" + std::to_string(::getpid());
  std::filesystem::create_directories(directory);
  const int file = ::open((directory + "/floor").c_str(), O_RDWR | O_CREAT, 0600);
  const std::string bytes(record_size(payload_size), 'b');
  const auto write_bytes = [&] {
    if (::write(file, bytes.data(), bytes.size()) < 0) std::exit(1);
  };
  const Spread write_floor = measure(samples, write_bytes);
  print("bare write(2) of a record's size", write_floor, "write(2)", write_floor);
  const Spread sync_floor = measure(500, [&] {
    write_bytes();
    if (::fdatasync(file) != 0) std::exit(1);
  });
  print("bare write(2) + fdatasync", sync_floor, "fdatasync", sync_floor);
  bench_process(directory, write_floor);
  bench_disk(directory, sync_floor);
  bench_replay(directory);
  ::close(file);
  std::filesystem::remove_all(directory);
}
