// One node asked where it stands, and no other in its place.
#pragma once

#include <tally/client/client.h>

#include <optional>
#include <string>

namespace tally::app {

struct NodeAnswer {
  unsigned number = 0;  ///< in a local network, where it is known without an answer
  std::string endpoint;
  std::optional<client::RemoteStatus> status;
  Error error;  ///< where there is no status
};

/// Asks `endpoint` as the caller of `settings`, for at most 3 s.
[[nodiscard]] NodeAnswer ask_status(const client::ClientSettings& settings,
                                    const std::string& endpoint);

}  // namespace tally::app
