// One node's status.
#include "app/node_status.h"

namespace tally::app {

NodeAnswer ask_status(const client::ClientSettings& settings, const std::string& endpoint) {
  client::ClientSettings alone = settings;
  alone.endpoints = {endpoint};
  alone.timeout = Duration(3'000);
  NodeAnswer answer{0, endpoint, std::nullopt, {}};
  Result<std::unique_ptr<client::Client>> client = client::Client::connect(std::move(alone));
  if (!client.ok()) {
    answer.error = client.error();
    return answer;
  }
  Result<client::RemoteStatus> status = (*client)->status();
  if (status.ok())
    answer.status = std::move(*status);
  else
    answer.error = status.error();
  return answer;
}

}  // namespace tally::app
