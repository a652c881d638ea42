// TransactionContext: what a transaction's preclaim and apply know beside the state.
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

namespace tally::state {

/// Where and when a transaction executes, and who asks.
struct TransactionContext {
  Height height;
  std::uint32_t index = 0;  ///< of its receipt in the block
  Timestamp ledger_time;    ///< what points count by
  Timestamp proposed_time;  ///< header time + offset, not held back: for what looks ahead
  const ChainId* chain = nullptr;
  const Transaction* transaction = nullptr;
  const KeyRecord* asking = nullptr;  ///< whose role and limits count
  RuleBook* rules = nullptr;          ///< the block's
  Duration request_memory;            ///< how long ids and refs are remembered
  Money paid_by_points;               ///< by redemptions of the same order, for an earn
  bool block_is_full = false;         ///< its receipts hold limits::kBlockLinesMax lines already
  bool order_has_earned = false;      ///< whether an accepted earn of the same order is remembered

  [[nodiscard]] Position position() const { return Position{height, index}; }
};

}  // namespace tally::state
