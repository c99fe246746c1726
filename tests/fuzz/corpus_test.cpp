#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/fuzz/round_trips.hpp"
#include "tests/fuzz/targets.hpp"

// Every input that the fuzzers begin with, and seeded mutations of them, without a fuzzer: what it
// found once is found here, on every machine.
namespace causeway::fuzz {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> seeds_of(const Target& target) {
  std::vector<fs::path> files;
  for (const std::string& seed : target.seeds) {
    if (fs::is_regular_file(seed)) {
      files.emplace_back(seed);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(seed)) {
      const bool is_text_beside =
          entry.path().extension() == ".expected" || entry.path().extension() == ".md";
      if (entry.is_regular_file() && !is_text_beside) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const fs::path& file : files) {
    std::string input = contents(file);
    // Wire tables hold a message a line.
    if (file.extension() == ".json") {
      for (std::size_t at = 0; at < input.size();) {
        const std::size_t end = std::min(input.find('\n', at), input.size());
        if (end > at) inputs.push_back(input.substr(at, end - at));
        at = end + 1;
      }
    } else {
      inputs.push_back(std::move(input));
    }
  }
  return inputs;
}

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::string operator()(const std::vector<std::string>& inputs) {
    std::string text = inputs[pick(inputs.size())];
    for (std::size_t i = 1 + pick(4); i > 0 && !text.empty(); --i) change(text, inputs);
    return text;
  }

 private:
  void change(std::string& text, const std::vector<std::string>& inputs) {
    const std::size_t at = pick(text.size());
    switch (pick(7)) {
      case 0:
        text[at] = static_cast<char>(random_());
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << pick(8)));
        break;
      case 2:
        text.erase(at, 1 + pick(16));
        break;
      case 3:
        text.insert(at, text.substr(pick(text.size()), 1 + pick(32)));
        break;
      case 4: {
        const std::string& other = inputs[pick(inputs.size())];
        if (!other.empty()) text.insert(at, other.substr(pick(other.size()), 1 + pick(64)));
        break;
      }
      case 5: {
        static constexpr const char* likely[] = {"-",    "0",  "-1",   "999999999999999999999",
                                                 "1e5",  "\"", "{",    "]",
                                                 "null", "=",  "\x01", "."};
        text.insert(at, likely[pick(std::size(likely))]);
        break;
      }
      default:
        text.resize(at);
    }
  }
  std::size_t pick(std::size_t below) { return below == 0 ? 0 : random_() % below; }

  std::mt19937 random_;
};

std::string printable(const std::string& bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 2'000)) {
    if (c >= 0x20 && c < 0x7F) {
      text += c;
    } else {
      char code[5];
      std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(c));
      text += code;
    }
  }
  return text;
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, ItsInputsAndTheirMutationsFindNothing) {
  const Target& target = *find_target(GetParam());
  const auto inputs = seeds_of(target);
  ASSERT_FALSE(inputs.empty());
  const auto run = [&](const std::string& input, const std::string& what) {
    try {
      target.run(input);
    } catch (const std::exception& error) {
      ADD_FAILURE() << what << ": " << error.what() << "\n" << printable(input);
    }
  };
  for (const std::string& input : inputs) run(input, "seed");
  const char* chosen = std::getenv("CAUSEWAY_TEST_SEED");
  const auto first = chosen != nullptr
                         ? static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10))
                         : std::random_device{}() % 1'000'000;
  const bool is_slow =
      target.name == "control" || target.name == "journal" || target.name == "simulator";
  const std::uint32_t count = is_slow ? 3'000 : 40'000;
  for (std::uint32_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    run(Mutator{seed}(inputs), "CAUSEWAY_TEST_SEED=" + std::to_string(seed));
  }
  if (target.name == "fix") {
    EXPECT_GT(compared_by_fix(), 1'000U) << "too few to say anything";
    EXPECT_GT(requests_there_and_back(), 1'000U) << "too few to say anything";
    EXPECT_GT(reports_there_and_back(), 500U) << "too few to say anything";
  }
  if (target.name == "journal") {
    EXPECT_GT(verified_by_journal(), 1'000U) << "too few to say anything";
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const Target& target : targets()) names.emplace_back(target.name);
                           return names;
                         }()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace causeway::fuzz
