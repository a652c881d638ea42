// How a block starts, and what it takes over.
#include "execution/block_execution.h"

#include <tally/base/check.h>
#include <tally/state/consortium.h>

#include <algorithm>

namespace tally::execution {
namespace {

/// Block time: proposed, or earlier where more falls due at once than a block may hold
/// (design/loyalty.md §5). It rises all the same.
Result<Timestamp> held_back(const state::StateView& view, Timestamp proposed, Timestamp parent,
                            std::size_t shared_entries) {
  TRY(const std::vector<state::DueEntry> due,
      view.due(state::DueClass::Shared, proposed, shared_entries + 1));
  if (due.size() <= shared_entries) return proposed;
  return std::clamp(due.back().deadline, parent.plus(Duration(1)), proposed);
}

}  // namespace

Result<BlockExecution> begin_block(const Header& parent, Timestamp header_time,
                                   const LedgerView& before, const ExecutionLimits& limits) {
  CHECK(before.height() == parent.height);
  BlockExecution block(before);
  TRY(const state::ClockRecord clock, state::clock(before));
  TRY(block.parameters, state::parameters(before));
  block.rules = state::RuleBook(block.parameters.proposal_rule_cost_max);
  block.limits = limits;
  block.chain = parent.chain;
  block.height = parent.height.next();
  block.time = header_time;
  block.proposed_time = header_time.plus(clock.offset);
  TRY(block.ledger_time,
      held_back(before, block.proposed_time, parent.ledger_time, limits.shared_entries));
  return block;
}

void BlockExecution::absorb(StateDelta&& written, Receipt receipt) {
  CHECK(receipt.position == position());
  const bool is_due = receipt.kind == ActionKind::Due;
  (is_due ? due_lines : lines) += receipt.lines.size() + receipt.rules.size();
  transactions.push_back(is_due ? state::PayloadPlace() : under_way);
  keys.forget(written);
  delta.absorb(std::move(written));
  receipts.push_back(std::move(receipt));
}

}  // namespace tally::execution
