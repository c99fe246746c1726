#pragma once

#include "gateway/app/config.hpp"

namespace causeway::gateway::app {

/// What is wrong with the files that a config names.
struct FileFindings {
  Mistakes mistakes;  ///< there, but not usable: a key that others may read, no key=
  Mistakes notes;     ///< not there (yet)
};

/// Looks at the key, password, certificate and CA files of `config`, each with the line that names
/// it.
FileFindings check_files(const Config& config);

}  // namespace causeway::gateway::app
