// Explanations of receipts, from a snapshot that holds the programme.
#pragma once

#include <tally/model/deed.h>
#include <tally/rules/explain.h>
#include <tally/state/state_delta.h>

#include "api/fault.h"
#include "api/transactions.h"

namespace tally::v1 {
class Explanation;
}  // namespace tally::v1

namespace tally::api {

/// Into `message`, words and all but its position. `ledger_time` is the block's. REQUIRES: the
/// transaction has an account_of_deed.
[[nodiscard]] Result<void> explain_to(const OrderedTransaction& from, const Receipt& receipt,
                                      Timestamp ledger_time, const state::StateView& view,
                                      v1::Explanation& message);

}  // namespace tally::api
