#include "strategies/client/session_file.hpp"

#include <filesystem>

namespace causeway::strategies::client {

void keep_numbers(Settings& settings, const std::string& folder, bool reset) {
  settings.numbers_file = folder + "/" + settings.comp_id + "-" + settings.gateway_comp_id + ".seq";
  std::error_code error;
  const auto size = std::filesystem::file_size(settings.numbers_file, error);
  settings.reset_seq_num = reset || error || size == 0;
}

std::string with_advice(const std::string& logon_error) {
  if (logon_error.find("MsgSeqNum too low") == std::string::npos) return logon_error;
  return logon_error +
         "\nThe two sides count this session differently; --reset starts it over at 1 on both, and "
         "reports that were missed are given up.";
}

}  // namespace causeway::strategies::client
