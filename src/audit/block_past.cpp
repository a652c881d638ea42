// Blocks taken apart, a few at a time: what comes back was mostly bought lately.
#include "audit/block_past.h"

#include <tally/model/submission.h>

#include <utility>

namespace tally::audit {
namespace {

constexpr std::size_t kBlocksKept = 32;

/// All transactions of a payload, in order.
Result<std::vector<Transaction>> transactions_of(ByteView payload) {
  std::vector<Transaction> all;
  if (payload.empty()) return all;
  TRY(const std::vector<ByteView> submissions, decode_payload(payload));
  for (const ByteView bytes : submissions) {
    TRY(Submission submission, decode_submission(bytes));
    for (Transaction& transaction : submission.transactions)
      all.push_back(std::move(transaction));
  }
  return all;
}

}  // namespace

Result<std::optional<state::Past>> BlockPast::find_past(const Position& position) const {
  TRY(const Read* const block, read(position.height));
  const bool is_there = position.index < block->transactions.size() &&
                        block->transactions[position.index].has_value();
  if (!is_there) return std::optional<state::Past>();
  return std::optional(
      state::Past{*block->transactions[position.index], block->receipts[position.index]});
}

Result<std::optional<Receipt>> BlockPast::find_receipt(const Position& position) const {
  TRY(const Read* const block, read(position.height));
  if (position.index >= block->receipts.size()) return std::optional<Receipt>();
  return std::optional(block->receipts[position.index]);
}

Result<Timestamp> BlockPast::find_time(Height height) const {
  TRY(const Read* const block, read(height));
  return block->ledger_time;
}

Result<const BlockPast::Read*> BlockPast::read(Height height) const {
  const auto known = read_.find(height);
  if (known != read_.end()) return &std::as_const(known->second);
  TRY(storage::StoredBlock block, blocks_(height));
  TRY(std::vector<Transaction> transactions, transactions_of(block.proposal.payload));
  Read read;
  read.ledger_time = block.header.ledger_time;
  auto next = transactions.begin();
  for (const Receipt& receipt : block.receipts) {
    const bool has_one = receipt.kind != ActionKind::Due && next != transactions.end();
    read.transactions.push_back(has_one ? std::optional(std::move(*next++)) : std::nullopt);
  }
  read.receipts = std::move(block.receipts);
  if (order_.size() == kBlocksKept) {
    read_.erase(order_.front());
    order_.erase(order_.begin());
  }
  order_.push_back(height);
  return &std::as_const(read_.emplace(height, std::move(read)).first->second);
}

}  // namespace tally::audit
