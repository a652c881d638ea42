// Execution: a block in, its results out. The same proposal and view give the same bytes on every
// node; an Error is the disk's, or a broken law of the ledger (Diverged), which stops the node.
#pragma once

#include <tally/base/limits.h>
#include <tally/model/genesis.h>
#include <tally/model/missing.h>
#include <tally/state/block.h>
#include <tally/state/history.h>
#include <tally/state/state_delta.h>
#include <tally/state/state_root.h>

#include <span>
#include <vector>

namespace tally::execution {

using consensus::Header;
using consensus::Proposal;
using state::Block;
using state::LedgerView;
using state::StateDelta;
using state::StateRoot;
using state::StateView;

struct BlockResult {
  Block block;
  StateDelta delta;  ///< borrows the view that it was executed on
  state::RootUpdate root;
  bool behind = false;  ///< ledger time is held back; more is due (design/consensus.md §8)
};

/// How much of what falls due runs in one block (design/loyalty.md §5). A chain has the default
/// ones, K and K2; tests show by others what does not depend on them.
struct ExecutionLimits {
  std::size_t own_entries = limits::kDueEntriesInBlock;
  std::size_t shared_entries = limits::kSharedEntriesInBlock;
};

/// Executes `proposal` on top of `parent`, whose state is `before` and `root`.
/// REQUIRES: committed, so its static check has passed; its height is parent's + 1.
[[nodiscard]] Result<BlockResult> execute_block(const Proposal& proposal, const Header& parent,
                                                const LedgerView& before, const StateRoot& root,
                                                const ExecutionLimits& limits = {});

/// The state that genesis starts, and its header.
struct GenesisResult {
  Header header;
  StateDelta delta;
  state::RootUpdate root;
};
[[nodiscard]] Result<GenesisResult> execute_genesis(const Genesis& genesis, const StateView& empty,
                                                    const StateRoot& empty_root);

struct Simulated {
  Receipt receipt;
  Missing missing;  ///< of a refusal: what it lacks; empty where its outcome says all
};
/// The receipt that `transaction`, asked by `key`, would get now. Advisory; changes nothing.
[[nodiscard]] Result<Simulated> simulate(const Transaction& transaction, const KeyId& key,
                                         const Header& parent, const LedgerView& before);

/// `before`, on which `header` stands, with all that is due on `account` at `now` done: what a read
/// shows (design/loyalty.md §5). Changes nothing. REQUIRES: `before` outlives what this gives.
[[nodiscard]] Result<StateDelta> swept(const AccountId& account, const Header& header,
                                       Timestamp now, const LedgerView& before);

/// Which of `transactions` are of a merchant that `signer` may speak for at `now`, by itself or as
/// a gateway. The answer to any other is NotPermitted, and its request id stays unused.
[[nodiscard]] Result<std::vector<bool>> may_speak(std::span<const Transaction> transactions,
                                                  const KeyId& signer, Timestamp now,
                                                  const StateView& view);

}  // namespace tally::execution
