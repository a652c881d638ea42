// An account as a read shows it: with what is due on it done.
#include <tally/execution/execute.h>

#include "execution/block_execution.h"

namespace tally::execution {

Result<StateDelta> swept(const AccountId& account, const Header& header, Timestamp now,
                         const LedgerView& before) {
  BlockExecution block(before);
  block.chain = header.chain;
  block.height = header.height.next();
  block.time = header.time;
  block.ledger_time = now;
  block.proposed_time = now;
  TRY_VOID(sweep(block, account));
  return std::move(block.delta);
}

}  // namespace tally::execution
