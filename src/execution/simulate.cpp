// Simulate: the receipt that a transaction would get in the next block, and no change.
#include <tally/execution/execute.h>

#include "execution/block_execution.h"

namespace tally::execution {

Result<Receipt> simulate(const Transaction& transaction, const KeyId& key, const Header& parent,
                         const LedgerView& before) {
  // Nobody's static check stands between a caller and this.
  TRY_VOID(check_form(transaction));
  TRY(BlockExecution block, begin_block(parent, parent.time.plus(Duration(1)), before, {}));
  TRY_VOID(run_shared_entries(block));
  TRY_VOID(execute_transaction(block, Asker{key, false}, transaction));
  return std::move(block.receipts.back());
}

}  // namespace tally::execution
