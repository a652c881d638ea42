// BlockExecution: one block on its way, from what falls due to its last transaction.
#pragma once

#include <tally/execution/execute.h>
#include <tally/model/receipt.h>
#include <tally/state/history.h>
#include <tally/state/programme_record.h>
#include <tally/state/state_delta.h>

#include "execution/authorise.h"
#include "execution/key_cache.h"

#include <limits>
#include <vector>

namespace tally::execution {

/// Where and when a block executes, and all that it has done so far.
struct BlockExecution {
  explicit BlockExecution(const LedgerView& before) : past(&before), delta(before) {}

  ChainId chain;
  Height height;
  Timestamp time;           ///< header time
  Timestamp ledger_time;    ///< what points count by
  Timestamp proposed_time;  ///< header time + offset, not held back
  Parameters parameters;
  ExecutionLimits limits;
  const LedgerView* past;  ///< the blocks before
  ByteView payload;        ///< of its proposal; none in a simulation
  state::StateDelta delta;
  KeyCache keys;
  state::RuleBook rules{0};  ///< of its transactions
  /// Of what falls due, which no budget bounds: what a block had to catch up with must not decide
  /// what becomes of a transaction.
  state::RuleBook due_rules{std::numeric_limits<std::uint64_t>::max()};
  std::vector<Receipt> receipts;
  std::vector<state::PayloadPlace> transactions;  ///< of each receipt, in `payload`
  state::PayloadPlace under_way;                  ///< of the transaction that executes
  std::size_t due_lines = 0;                      ///< of receipts of what fell due
  std::size_t lines = 0;  ///< of transactions' receipts, with their rules' results

  /// Of the next receipt.
  [[nodiscard]] Position position() const {
    return Position{height, static_cast<std::uint32_t>(receipts.size())};
  }
  /// Takes over what a transaction or a due entry wrote on top of `delta`, with its receipt.
  void absorb(state::StateDelta&& written, Receipt receipt);
};

/// The start of the block after `parent`: its times and parameters, as the state before it says.
/// Ledger time is held back to the deadline at which more than limits.shared_entries of those that
/// touch several accounts have fallen due.
[[nodiscard]] Result<BlockExecution> begin_block(const Header& parent, Timestamp header_time,
                                                 const LedgerView& before,
                                                 const ExecutionLimits& limits);

/// What the consortium has decided for this height, and the advices of what the last block closed.
/// Then every entry up to ledger time that touches several accounts, in the order of (deadline,
/// kind, account), with the call days and ends of settlement behind those of their instant.
[[nodiscard]] Result<void> run_shared_entries(BlockExecution& block, const Header& parent);
/// Of those that touch one account, oldest first, at most limits.own_entries, and none after
/// limits::kBlockLinesMax lines of what fell due.
[[nodiscard]] Result<void> run_own_entries(BlockExecution& block);

/// Of programmes that have ended: what is left of the next accounts, at most limits.own_entries of
/// any programme looked at, ends as of the programme's end.
[[nodiscard]] Result<void> run_endings(BlockExecution& block);

/// The same for one account, before its turn: of a programme that goes on nothing happens.
[[nodiscard]] Result<void> end_if_closed(BlockExecution& block, const AccountId& account);

/// All that is due on `account`, each with its receipt.
[[nodiscard]] Result<void> sweep(BlockExecution& block, const AccountId& account);

/// One transaction: what is due on its accounts, then its answer and receipt.
[[nodiscard]] Result<void> execute_transaction(BlockExecution& block, const Asker& asker,
                                               const Transaction& transaction);

}  // namespace tally::execution
