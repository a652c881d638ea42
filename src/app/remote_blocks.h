// Blocks as a node gives them away, for an audit.
#pragma once

#include <tally/audit/audit.h>
#include <tally/client/client.h>

namespace tally::app {

/// Whole blocks through `client`, whose caller must be an auditor; borrows it.
[[nodiscard]] audit::BlockSource blocks_of(client::Client& client);

}  // namespace tally::app
