// Simulate: the receipt that a transaction would get in the next block, and no change.
#include <tally/execution/execute.h>
#include <tally/points/missing.h>

#include "execution/block_execution.h"
#include "execution/named.h"

namespace tally::execution {
namespace {

/// After it was refused, so what was due on its accounts has run.
Result<Missing> find_missing(const Transaction& transaction, Outcome outcome,
                             BlockExecution& block) {
  if (outcome == Outcome::Accepted) return Missing();
  TRY(const Named named, resolve_names(transaction.action, block.delta));
  const Action& action = named.changed.has_value() ? *named.changed : transaction.action;
  return points::what_is_missing(action, outcome, block.ledger_time, block.height, block.rules,
                                 block.delta);
}

}  // namespace

Result<Simulated> simulate(const Transaction& transaction, const KeyId& key, const Header& parent,
                           const LedgerView& before) {
  // Nobody's static check stands between a caller and this.
  TRY_VOID(check_form(transaction));
  TRY(BlockExecution block, begin_block(parent, parent.time.plus(Duration(1)), before, {}));
  TRY_VOID(run_shared_entries(block, parent));
  TRY_VOID(execute_transaction(block, Asker{key, false}, transaction));
  Simulated simulated{std::move(block.receipts.back()), {}};
  TRY(simulated.missing, find_missing(transaction, simulated.receipt.outcome, block));
  return simulated;
}

}  // namespace tally::execution
