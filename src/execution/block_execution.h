// BlockExecution: one block on its way, from what falls due to its last transaction.
#pragma once

#include <tally/model/genesis.h>
#include <tally/model/receipt.h>
#include <tally/state/programme_record.h>
#include <tally/state/state_delta.h>

#include "execution/authorise.h"
#include "execution/key_cache.h"

#include <vector>

namespace tally::execution {

/// Where and when a block executes, and all that it has done so far.
struct BlockExecution {
  explicit BlockExecution(const state::StateView& view) : delta(view) {}

  ChainId chain;
  Height height;
  Timestamp time;           ///< header time
  Timestamp ledger_time;    ///< what points count by
  Timestamp proposed_time;  ///< header time + offset; here never held back from ledger time
  Parameters parameters;
  state::StateDelta delta;
  KeyCache keys;
  state::RuleBook rules{0};  ///< of this block
  std::vector<Receipt> receipts;
  std::size_t due_lines = 0;  ///< of receipts of what fell due
  std::size_t lines = 0;      ///< of transactions' receipts, with their rules' results

  /// Of the next receipt.
  [[nodiscard]] Position position() const {
    return Position{height, static_cast<std::uint32_t>(receipts.size())};
  }
  /// Takes over what a transaction or a due entry wrote on top of `delta`, with its receipt.
  void absorb(state::StateDelta&& written, Receipt receipt);
};

/// The start of block `height`: its times and parameters, as the state before it says.
[[nodiscard]] Result<BlockExecution> begin_block(const ChainId& chain, Height height,
                                                 Timestamp header_time,
                                                 const state::StateView& view);

/// Due entries up to ledger time, oldest first, at most limits::kDueEntriesInBlock, and none after
/// limits::kBlockLinesMax lines of their receipts.
[[nodiscard]] Result<void> run_due_entries(BlockExecution& block);

/// All that is due on `account`, each with its receipt.
[[nodiscard]] Result<void> sweep(BlockExecution& block, const AccountId& account);

/// One transaction: what is due on its accounts, then its answer and receipt.
[[nodiscard]] Result<void> execute_transaction(BlockExecution& block, const Asker& asker,
                                               const Transaction& transaction);

}  // namespace tally::execution
