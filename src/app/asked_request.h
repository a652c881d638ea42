// AskedRequest: a request that a person names by its id, at the node that is asked of it.
#pragma once

#include "app/connection.h"
#include "app/sender.h"

#include <string>

namespace tally::app {

struct RequestOptions {
  std::string request_id;
  ConnectionOptions connection;
};
void add_request_options(CLI::App& command, RequestOptions& options);

struct AskedRequest {
  Sender sender;
  MerchantId merchant;  ///< whose request it is
  Bytes id;
};
/// CLI-009: the id is none. Nobody is called before that is known.
[[nodiscard]] OrFaults<AskedRequest> asked_request(const RequestOptions& options);

}  // namespace tally::app
