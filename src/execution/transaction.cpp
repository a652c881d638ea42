// One transaction, from what is due on its accounts to its receipt.
#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/points/points.h>
#include <tally/state/transaction_context.h>

#include "execution/block_execution.h"
#include "execution/dispatch.h"
#include "execution/orders.h"

namespace tally::execution {
namespace {

using state::RequestRecord;
using state::StateDelta;
using state::TransactionContext;

Receipt begin_receipt(const BlockExecution& block, const Transaction& transaction) {
  Receipt receipt;
  receipt.position = block.position();
  receipt.request_key = request_key(transaction.merchant, transaction.request_id);
  receipt.request_digest = request_digest(transaction);
  receipt.kind = kind_of(transaction.action);
  return receipt;
}

/// What differs from the request that has the id. The ledger keeps that request's digest, kind and
/// whether it had an order id; its other fields lie in the block that the receipt refers to, which
/// a snapshot may lack, so a closer answer is for who holds that block.
const char* conflict_field(const RequestRecord& known, const Transaction& transaction) {
  if (known.kind != kind_of(transaction.action)) return "kind";
  if (known.own_order != transaction.order_id.has_value()) return "order_id";
  return "action";
}

void refer_to(const RequestRecord& known, const Transaction& transaction, Receipt& receipt) {
  receipt.refers_to = known.position;
  if (known.request_digest == receipt.request_digest) {
    receipt.outcome = Outcome::Replayed;
    return;
  }
  receipt.outcome = Outcome::IdempotencyConflict;
  receipt.conflict_field = conflict_field(known, transaction);
}

Outcome check_validity(const BlockExecution& block, const Transaction& transaction) {
  if (transaction.valid_until <= block.ledger_time) return Outcome::StaleRequest;
  if (transaction.valid_until > block.ledger_time.plus(block.parameters.validity_max))
    return Outcome::ValidityTooLong;
  return Outcome::Accepted;
}

Result<Outcome> claim_and_apply(const BlockExecution& block, const TransactionContext& context,
                                StateDelta& written, Receipt& receipt) {
  TRY(const Outcome claimed, preclaim(context, written));
  if (claimed != Outcome::Accepted) return claimed;
  TRY(const Outcome applied, apply(context, written, receipt));
  if (applied != Outcome::Accepted) return applied;
  if (!is_within_limit(context.asking->limits, receipt)) return Outcome::NotPermitted;
  return remember_order(written, *context.transaction, receipt.value, block.ledger_time,
                        block.parameters.request_memory);
}

/// What the transaction comes to for the key that asks, written on `written` as far as it got.
Result<Outcome> decide(BlockExecution& block, const state::KeyRecord* asking,
                       const Transaction& transaction, StateDelta& written, Receipt& receipt) {
  const Outcome valid = check_validity(block, transaction);
  if (valid != Outcome::Accepted) return valid;
  if (asking == nullptr) return Outcome::NotPermitted;
  TransactionContext context;
  context.asking = asking;
  context.block_is_full = block.lines >= limits::kBlockLinesMax;
  context.height = block.height;
  context.index = receipt.position.index;
  context.ledger_time = canary(108) ? Timestamp(canary_clock()) : block.ledger_time;
  context.proposed_time = block.proposed_time;
  context.rules = &block.rules;
  context.request_memory = block.parameters.request_memory;
  context.chain = &block.chain;
  context.transaction = &transaction;
  TRY(const Outcome permitted, authorise(context, block.delta));
  if (permitted != Outcome::Accepted) return permitted;
  TRY(const OrderFacts order, find_order_facts(block.delta, transaction, block.ledger_time,
                                               block.parameters.request_memory));
  context.order_has_earned = order.has_earned;
  context.paid_by_points = order.paid_by_points;
  return claim_and_apply(block, context, written, receipt);
}

RequestRecord record_of(const BlockExecution& block, const Transaction& transaction,
                        const Receipt& receipt) {
  RequestRecord record;
  record.position = receipt.position;
  record.ledger_time = block.ledger_time;
  record.request_digest = receipt.request_digest;
  record.kind = receipt.kind;
  record.outcome = receipt.outcome;
  record.own_order = transaction.order_id.has_value();
  record.value = receipt.value;
  return record;
}

}  // namespace

Result<void> execute_transaction(BlockExecution& block, const Asker& asker,
                                 const Transaction& transaction) {
  for (const AccountId& account : accounts_of(transaction.action))
    TRY_VOID(sweep(block, account));
  TRY(const auto referrer,
      points::referrer_of(transaction.action, block.height, block.rules, block.delta));
  if (referrer.has_value()) TRY_VOID(sweep(block, *referrer));

  Receipt receipt = begin_receipt(block, transaction);
  StateDelta written = StateDelta::on(block.delta);
  TRY(const auto known, block.delta.find_request(receipt.request_key));
  if (known.has_value() &&
      is_remembered(known->ledger_time, block.ledger_time, block.parameters.request_memory)) {
    refer_to(*known, transaction, receipt);
  } else {
    TRY(const state::KeyRecord* const asking,
        find_asking(block.keys, block.delta, asker, transaction, block.ledger_time));
    TRY(const Outcome outcome, decide(block, asking, transaction, written, receipt));
    if (outcome != Outcome::Accepted) {
      written = StateDelta::on(block.delta);
      receipt = begin_receipt(block, transaction);
    }
    receipt.outcome = outcome;
    const bool may_take = asking != nullptr && may_take_request_id(*asking, transaction);
    if (may_take && takes_request_id(outcome))
      written.put_request(receipt.request_key, record_of(block, transaction, receipt));
  }
  TRY_VOID(check_laws(written));
  block.absorb(std::move(written), std::move(receipt));
  return {};
}

}  // namespace tally::execution
