// Certificates and keys of the front door, checked before they are used.
#pragma once

#include <tally/api/api_server.h>

namespace tally::api {

/// Malformed: names which of the three is not what it must be, or that key and certificate differ.
[[nodiscard]] Result<void> check_tls(const ApiSettings& settings);

}  // namespace tally::api
