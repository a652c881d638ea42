// The block under way on top of what was before it. Its transactions are decoded again from its
// payload when they are asked for, which is rare, so that none is kept.
#include "execution/block_history.h"

namespace tally::execution {

Result<std::optional<state::Past>> BlockHistory::find_past(const Position& position) const {
  if (position.height != block_.height) return block_.past->find_past(position);
  const bool is_there =
      position.index < block_.transactions.size() && block_.transactions[position.index].size != 0;
  if (!is_there) return std::optional<state::Past>();
  TRY(Transaction transaction,
      state::transaction_at(block_.payload, block_.transactions[position.index]));
  return std::optional(state::Past{std::move(transaction), block_.receipts.at(position.index)});
}

Result<std::optional<Receipt>> BlockHistory::find_receipt(const Position& position) const {
  if (position.height != block_.height) return block_.past->find_receipt(position);
  if (position.index >= block_.receipts.size()) return std::optional<Receipt>();
  return std::optional(block_.receipts[position.index]);
}

Result<Timestamp> BlockHistory::find_time(Height height) const {
  if (height == block_.height) return block_.ledger_time;
  return block_.past->find_time(height);
}

}  // namespace tally::execution
