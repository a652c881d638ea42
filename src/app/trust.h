// Trust: the genesis under which a command checks what nodes tell it.
#pragma once

#include "app/connection.h"

#include <tally/model/genesis.h>

#include <string>
#include <vector>

namespace tally::app {

/// `file`, or without one the local network's own. CLI-008: neither is there.
[[nodiscard]] OrFaults<SignedGenesis> trusted_genesis(const std::string& file,
                                                      const ConnectionOptions& options);

/// The names of the founders whose nodes signed, in their order.
[[nodiscard]] std::vector<std::string> names_of_signers(const Genesis& genesis,
                                                        const consensus::Certificate& certificate);

}  // namespace tally::app
