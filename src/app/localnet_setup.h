// What a local network's merchants put on the ledger first: keys and programmes.
#pragma once

#include "app/localnet.h"
#include "app/localnet_nodes.h"

#include <tally/base/time.h>

namespace tally::app {

/// For every merchant, signed by its first operator: the second operator, and with that one's word
/// the TLS keys of operator and auditor and the import key that may backdate; the terminal's TLS
/// key, and its programme. May run again: request ids are
/// derived, so that what is on the ledger already is answered by its receipt.
[[nodiscard]] Faults set_up_ledger(const Localnet& net, const Progress& progress);

/// Moves ledger time forward, as the first merchant's operator; returns once it counts.
[[nodiscard]] OrFaults<Timestamp> advance_clock(const Localnet& net, Duration by);

}  // namespace tally::app
