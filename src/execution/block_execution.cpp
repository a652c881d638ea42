// How a block starts, and what falls due in it.
#include "execution/block_execution.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/points/points.h>

#include "execution/dispatch.h"

#include <set>

namespace tally::execution {
namespace {

using state::DueEntry;
using state::StateDelta;

/// The account's next deadline; never, where it has none.
Result<Timestamp> next_deadline(const StateDelta& delta, const state::RecordKey& account) {
  TRY(const auto bytes, delta.find(account));
  if (!bytes.has_value()) return Timestamp::never();
  return state::decode_deadline(*bytes);
}

/// Runs one due entry; false: nothing was due.
Result<bool> run_due(BlockExecution& block, const AccountId& account) {
  StateDelta written = StateDelta::on(block.delta);
  TRY(auto receipt,
      points::run_first_due(account, block.ledger_time, block.position(), block.rules, written));
  if (!receipt.has_value()) return false;
  TRY_VOID(check_laws(written));
  block.absorb(std::move(written), std::move(*receipt));
  return true;
}

}  // namespace

Result<BlockExecution> begin_block(const ChainId& chain, Height height, Timestamp header_time,
                                   const state::StateView& view) {
  BlockExecution block(view);
  TRY(const state::ClockRecord clock, state::clock(view));
  TRY(block.parameters, state::parameters(view));
  block.rules = state::RuleBook(block.parameters.proposal_rule_cost_max);
  block.chain = chain;
  block.height = height;
  block.time = header_time;
  block.proposed_time = header_time.plus(clock.offset);
  // Nothing that falls due in this version touches several accounts, so nothing holds time back.
  block.ledger_time = block.proposed_time;
  return block;
}

Result<void> run_due_entries(BlockExecution& block) {
  TRY(const std::vector<DueEntry> due,
      block.delta.due(block.ledger_time, limits::kDueEntriesInBlock));
  // An account that is due again goes back. As many run as were fetched at most, so none that was
  // not fetched is older than one that runs.
  std::set<DueEntry> queue(due.begin(), due.end());
  for (std::size_t run = 0; run < limits::kDueEntriesInBlock && !queue.empty() &&
                            block.due_lines < limits::kBlockLinesMax;
       ++run) {
    const DueEntry entry = *queue.begin();
    queue.erase(queue.begin());
    const std::optional<AccountId> account = state::account_of(entry.account);
    CHECK(account.has_value());
    TRY(const bool was_due, run_due(block, *account));
    if (!was_due)
      return Error{ErrorCode::Corrupt, "due entry of record " + to_hex(entry.account.bytes) +
                                           ", which has nothing due"};
    TRY(const Timestamp next, next_deadline(block.delta, entry.account));
    if (next <= block.ledger_time) queue.insert(DueEntry{next, entry.account});
  }
  return {};
}

Result<void> sweep(BlockExecution& block, const AccountId& account) {
  for (;;) {
    TRY(const bool was_due, run_due(block, account));
    if (!was_due) return {};
  }
}

void BlockExecution::absorb(StateDelta&& written, Receipt receipt) {
  CHECK(receipt.position == position());
  (receipt.kind == ActionKind::Due ? due_lines : lines) +=
      receipt.lines.size() + receipt.rules.size();
  keys.forget(written);
  delta.absorb(std::move(written));
  receipts.push_back(std::move(receipt));
}

}  // namespace tally::execution
