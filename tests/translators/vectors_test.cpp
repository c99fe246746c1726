// Reads every <venue>.json of a folder of reference vectors and makes each request again through
// our own codecs. Usage: vectors_test [-v]; the folder is CAUSEWAY_VECTORS, or
// ../shared/vectors/given. Ends with 1 where a vector failed or could not be read.

#include <rapidjson/error/en.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include "tests/translators/vectors.hpp"

namespace causeway::translators::vectors {
namespace {

using Check = Outcome (*)(const Json& vector);

const std::map<std::string, Check> built_venues{{"binance", check_binance},
                                                {"deribit", check_deribit}};

struct Tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t not_built = 0;
};

void print_reasons(const std::map<std::string, std::vector<std::string>>& reasons) {
  for (const auto& [reason, names] : reasons) {
    std::cout << "    not built, " << reason << ":";
    for (const std::string& name : names) std::cout << ' ' << name;
    std::cout << '\n';
  }
}

Tally check_all(const Json& list, Check check, const std::string& venue, bool verbose) {
  Tally tally;
  std::map<std::string, std::vector<std::string>> reasons;
  std::set<std::string> names;
  for (const Json& vector : list.GetArray()) {
    const std::string name = text_of(vector, "name");
    Outcome outcome = check(vector);
    if (!names.insert(name).second) outcome = Failed{"a second vector of this name"};
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      ++tally.failed;
      std::cout << "    FAILED " << venue << ' ' << name << ": " << failed->why << '\n';
    } else if (const auto* absent = std::get_if<NotBuilt>(&outcome)) {
      ++tally.not_built;
      reasons[absent->why].push_back(name);
    } else {
      ++tally.passed;
      if (verbose) std::cout << "    passed " << venue << ' ' << name << '\n';
    }
  }
  print_reasons(reasons);
  return tally;
}

// False where the file cannot be used or a vector of it failed.
bool check_file(const std::filesystem::path& path, bool verbose) {
  const std::string venue = path.stem().string();
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  rapidjson::Document list;
  list.Parse<rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (list.HasParseError() || !list.IsArray()) {
    std::cout << venue << ": " << path.string() << " is not a JSON array\n";
    return false;
  }
  const auto found = built_venues.find(venue);
  if (found == built_venues.end()) {
    std::cout << venue << ": run 0 / passed 0 / failed 0 / not built " << list.Size()
              << " (the venue's translator does not exist yet)\n";
    return true;
  }
  const Tally tally = check_all(list, found->second, venue, verbose);
  std::cout << venue << ": run " << tally.passed + tally.failed << " / passed " << tally.passed
            << " / failed " << tally.failed << " / not built " << tally.not_built << '\n';
  return tally.failed == 0;
}

int run(bool verbose) {
  const char* const named = std::getenv("CAUSEWAY_VECTORS");
  const std::filesystem::path folder = named != nullptr ? named : "../shared/vectors/given";
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error || files.empty()) {
    std::cerr << "vectors_test: no <venue>.json in " << folder.string()
              << " (CAUSEWAY_VECTORS names the folder)\n";
    return 1;
  }
  std::sort(files.begin(), files.end());
  bool good = true;
  for (const auto& file : files) good = check_file(file, verbose) && good;
  return good ? 0 : 1;
}

}  // namespace
}  // namespace causeway::translators::vectors

int main(int argc, char** argv) {
  const bool verbose = argc > 1 && std::string_view{argv[1]} == "-v";
  return causeway::translators::vectors::run(verbose);
}
