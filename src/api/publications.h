// Publications: rules with a mistake are refused before they are ordered, with its place.
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/state_view.h>

#include "api/fault.h"

namespace tally::api {

/// Passed for every other kind. INVALID_ARGUMENT with the first mistake's reason, such as
/// NO_DIVISION, its field, and the line and column in the expression. What depends on the ledger is
/// left to the ledger, which answers with an outcome.
[[nodiscard]] Check check_publication(const Transaction& transaction, const state::StateView& view);

}  // namespace tally::api
