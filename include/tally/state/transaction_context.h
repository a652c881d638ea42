// TransactionContext: what a transaction's preclaim and apply know beside the state.
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/consortium.h>
#include <tally/state/history.h>
#include <tally/state/programme_record.h>

namespace tally::state {

/// What is remembered of the order that a transaction bears or names. One without an id of its own
/// has its transaction's request id for one.
struct OrderFacts {
  std::optional<OrderPart> earn;
  std::vector<OrderPart> redemptions;  ///< redeems and captures, in the order in which they came
  std::vector<OrderPart> activations;  ///< of the earn's waiting points: of which entry or word
  std::vector<OrderHold> holds;        ///< those open now
  Money paid_by_points;                ///< by the redemptions; stops at the largest amount there is
  bool of_another = false;             ///< nothing is known of it here, and another merchant has it
};

/// Where and when a transaction executes, and who asks.
struct TransactionContext {
  Height height;
  std::uint32_t index = 0;  ///< of its receipt in the block
  Timestamp ledger_time;    ///< what points count by
  Timestamp proposed_time;  ///< header time + offset, not held back: for what looks ahead
  const ChainId* chain = nullptr;
  const Transaction* transaction = nullptr;
  /// Its action, cards replaced by their members and aliases by whom they name now.
  const Action* action = nullptr;
  /// Whose role and limits count. One of purpose sign has signed; for a TLS key a gateway did.
  const KeyRecord* asking = nullptr;
  RuleBook* rules = nullptr;         ///< the block's
  const History* history = nullptr;  ///< of this block so far too
  Duration request_memory;           ///< how long ids and refs are remembered
  OrderFacts order;                  ///< of a kind that bears or names one
  bool block_is_full = false;        ///< its receipts hold limits::kBlockLinesMax lines already

  [[nodiscard]] Position position() const { return Position{height, index}; }
};

}  // namespace tally::state
