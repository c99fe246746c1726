#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/translators/run_until.hpp"

namespace causeway::translators {

/// A causeway-sim of its own, on free ports and with a folder of its own; ends with the object.
class SimProcess {
 public:
  explicit SimProcess(const std::vector<std::string>& options = {});
  ~SimProcess();
  SimProcess(const SimProcess&) = delete;
  SimProcess& operator=(const SimProcess&) = delete;

  [[nodiscard]] std::string websocket_url() const;
  [[nodiscard]] std::string https_url() const;
  /// Of any of its venues: "binance".
  [[nodiscard]] std::uint16_t port(const std::string& venue) const { return ports_.at(venue); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }

  /// One call of its control API; the body of the answer, which must be 200.
  std::string control(const std::string& method, const std::string& path,
                      const std::string& body = "");

 private:
  void read_ports(int out);

  std::filesystem::path folder_;
  pid_t process_ = -1;
  std::map<std::string, std::uint16_t> ports_;
  std::string ca_file_;
};

}  // namespace causeway::translators
