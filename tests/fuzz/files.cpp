#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "gateway/app/config.hpp"
#include "gateway/core/record.hpp"
#include "gateway/journal/format.hpp"
#include "gateway/journal/reader.hpp"
#include "tests/fuzz/targets.hpp"

namespace causeway::fuzz {
namespace {

namespace core = gateway::core;
namespace journal = gateway::journal;

// A folder of this process that goes with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "causeway-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path() const { return path_; }

 private:
  std::string path_;
};

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

template <class T, class Decode>
void same_again(const T& value, Decode decode) {
  journal::Writer first;
  core::encode(value, first);
  const auto again = decode(core::input_version, first.bytes());
  require(again.has_value(), "what was written cannot be read");
  journal::Writer second;
  core::encode(*again, second);
  require(std::ranges::equal(first.bytes(), second.bytes()), "reading changed what was written");
}

}  // namespace

void run_config(std::string_view bytes) {
  const auto config = gateway::app::parse_config(bytes);
  if (config) return;
  const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1;
  require(!config.error().empty(), "refused without a mistake");
  for (const auto& mistake : config.error()) {
    require(mistake.line <= lines, "a mistake in a line that is not there");
    require(!mistake.text.empty(), "a mistake without words");
  }
}

void run_journal(std::string_view bytes) {
  static const Folder folder;
  {
    std::ofstream file{folder.path() + "/" + journal::segment_file_name(1), std::ios::binary};
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  std::size_t records = 0;
  bool whole = false;
  if (auto reader = journal::JournalReader::open(folder.path())) {
    while (true) {
      const auto next = reader->next();
      if (!next) break;
      whole = !next->has_value();
      if (whole) break;
      ++records;
    }
  }
  const auto verified = journal::verify(folder.path());
  if (!verified) return;
  require(whole, "verify accepts what cannot be read to the end");
  require(verified->records == records, "verify and the reader count differently");
}

// The first byte chooses what is read, the second the version; the rest is the payload.
void run_records(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const auto version = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[1]));
  const auto payload = bytes_of(bytes.substr(2));
  if (bytes[0] == 'i') {
    if (const auto body = core::decode(version, payload)) same_again(*body, core::decode);
  } else if (const auto request = core::decode_request(version, payload)) {
    same_again(*request, core::decode_request);
  }
}

}  // namespace causeway::fuzz
