// The log of receipts: one leaf a block, its peaks under the state root.
#pragma once

#include <tally/crypto/merkle.h>
#include <tally/state/state_delta.h>

namespace tally::state {

/// The hashed leaf of one block: (height, ledger time, receipts root).
[[nodiscard]] Hash receipt_log_leaf(Height height, Timestamp ledger_time,
                                    const Hash& receipts_root);

[[nodiscard]] Result<crypto::MerklePeaks> receipt_log(const StateView&);
[[nodiscard]] Result<void> put_receipt_log(StateDelta&, const crypto::MerklePeaks&);

}  // namespace tally::state
