// Explanations of receipts, from a snapshot that holds the programme.
#pragma once

#include <tally/model/deed.h>
#include <tally/model/missing.h>
#include <tally/rules/explain.h>
#include <tally/state/state_delta.h>

#include "api/fault.h"
#include "api/transactions.h"

namespace tally::v1 {
class Explanation;
class Missing;
}  // namespace tally::v1

namespace tally::api {

/// Into `message`, words and all but its position: why rules gave what they gave, where they were
/// asked, and what was posted. `ledger_time` is the block's.
[[nodiscard]] Result<void> explain_to(const OrderedTransaction& from, const Receipt& receipt,
                                      Timestamp ledger_time, const state::StateView& view,
                                      v1::Explanation& message);

/// What a refused transaction of `merchant` lacks, into `message`, words and all.
[[nodiscard]] Result<void> put_missing(const Missing& missing, MerchantId merchant,
                                       const state::StateView& view, v1::Missing& message);

}  // namespace tally::api
