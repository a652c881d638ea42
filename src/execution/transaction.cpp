// One transaction, from what is due on its accounts to its receipt.
#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/execution/conflict.h>
#include <tally/points/points.h>
#include <tally/state/issuer.h>
#include <tally/state/transaction_context.h>

#include "execution/block_execution.h"
#include "execution/block_history.h"
#include "execution/dispatch.h"
#include "execution/named.h"
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

Result<void> refer_to(const RequestRecord& known, const Transaction& transaction,
                      const state::History& history, Receipt& receipt) {
  receipt.refers_to = known.position;
  if (known.request_digest == receipt.request_digest) {
    receipt.outcome = Outcome::Replayed;
    return {};
  }
  receipt.outcome = Outcome::IdempotencyConflict;
  TRY(const auto past, history.find_past(known.position));
  receipt.conflict_field = conflict_field(past, transaction);
  return {};
}

Outcome check_validity(const BlockExecution& block, const Transaction& transaction) {
  if (transaction.valid_until <= block.ledger_time) return Outcome::StaleRequest;
  if (transaction.valid_until > block.ledger_time.plus(block.parameters.validity_max))
    return Outcome::ValidityTooLong;
  return Outcome::Accepted;
}

Memory memory_of(const BlockExecution& block) {
  return {block.ledger_time, block.parameters.request_memory};
}

Result<Outcome> claim_and_apply(const BlockExecution& block, const TransactionContext& context,
                                StateDelta& written, Receipt& receipt) {
  TRY(const Outcome claimed, preclaim(context, written));
  if (claimed != Outcome::Accepted) return claimed;
  TRY(const Outcome applied, apply(context, written, receipt));
  if (applied != Outcome::Accepted) return applied;
  if (!is_within_limit(context.asking->limits, receipt)) return Outcome::NotPermitted;
  return remember_order(written, *context.transaction, receipt, context.order, memory_of(block));
}

/// Nothing is done with the points of a programme that has ended, but that a return takes note.
Result<Outcome> check_programme_goes_on(const TransactionContext& context,
                                        const state::StateView& view) {
  std::optional<MerchantId> programme = programme_of(*context.action);
  const ActionKind kind = kind_of(*context.action);
  if (kind == ActionKind::PublishProgramme || kind == ActionKind::PublishCampaign)
    programme = context.transaction->merchant;
  if (!programme.has_value() || kind == ActionKind::Reverse) return Outcome::Accepted;
  TRY(const state::IssuerRecord issuer, state::find_issuer(view, *programme));
  return issuer.state == state::IssuerState::Closed ? Outcome::IssuerClosed : Outcome::Accepted;
}

/// What the transaction comes to for the key that asks, written on `written` as far as it got.
Result<Outcome> decide(const BlockExecution& block, const TransactionContext& context,
                       Outcome named, StateDelta& written, Receipt& receipt) {
  const Outcome valid = check_validity(block, *context.transaction);
  if (valid != Outcome::Accepted) return valid;
  if (context.asking == nullptr) return Outcome::NotPermitted;
  TRY(const Outcome permitted, authorise(context, block.delta));
  if (permitted != Outcome::Accepted) return permitted;
  if (named != Outcome::Accepted) return named;
  TRY(const Outcome goes_on, check_programme_goes_on(context, block.delta));
  if (goes_on != Outcome::Accepted) return goes_on;
  return claim_and_apply(block, context, written, receipt);
}

/// What anybody else than whose it is sends uses no request id up.
Result<bool> takes_request_id(const TransactionContext& context, Outcome outcome,
                              const state::StateView& view) {
  if (context.asking == nullptr || !tally::takes_request_id(outcome)) return false;
  return may_take_request_id(*context.asking, *context.transaction, view);
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

TransactionContext begin_context(BlockExecution& block, const Transaction& transaction,
                                 const Named& named) {
  TransactionContext context;
  context.height = block.height;
  context.ledger_time = canary(108) ? Timestamp(canary_clock()) : block.ledger_time;
  context.proposed_time = block.proposed_time;
  context.chain = &block.chain;
  context.transaction = &transaction;
  context.action = named.changed.has_value() ? &*named.changed : &transaction.action;
  context.rules = &block.rules;
  context.request_memory = block.parameters.request_memory;
  context.block_is_full = block.lines >= limits::kBlockLinesMax;
  return context;
}

/// Runs what is due on every account that the transaction names, or touches beside those. Its order
/// may have a part more by that: points of its purchase that activated only now.
Result<void> sweep_touched(BlockExecution& block, TransactionContext& context) {
  const std::size_t first = block.receipts.size();
  for (const AccountId& account : accounts_of(*context.action))
    TRY_VOID(sweep(block, account));
  TRY(const auto touched, points::accounts_touched(context, block.delta));
  // A return is what an ended programme's accounts see last: whether their turn has come must not
  // decide what it takes.
  const bool is_return = std::holds_alternative<Reverse>(*context.action);
  for (const AccountId& account : touched) {
    TRY_VOID(sweep(block, account));
    if (is_return) TRY_VOID(end_if_closed(block, account));
  }
  if (block.receipts.size() == first) return {};
  TRY(context.order, find_order_facts(block.delta, *context.transaction, memory_of(block)));
  return {};
}

}  // namespace

Result<void> execute_transaction(BlockExecution& block, const Asker& asker,
                                 const Transaction& transaction) {
  const BlockHistory history(block);
  TRY(const Named named, resolve_names(transaction.action, block.delta));
  TransactionContext context = begin_context(block, transaction, named);
  context.history = &history;
  TRY(context.asking, find_asking(block.keys, block.delta, asker, transaction, block.ledger_time));
  TRY(context.order, find_order_facts(block.delta, transaction, memory_of(block)));
  if (named.outcome == Outcome::Accepted) TRY_VOID(sweep_touched(block, context));
  context.index = block.position().index;

  Receipt receipt = begin_receipt(block, transaction);
  StateDelta written = StateDelta::on(block.delta);
  TRY(const auto known, block.delta.find_request(receipt.request_key));
  if (known.has_value() && memory_of(block).holds(known->ledger_time)) {
    TRY_VOID(refer_to(*known, transaction, history, receipt));
  } else {
    TRY(const Outcome outcome, decide(block, context, named.outcome, written, receipt));
    if (outcome != Outcome::Accepted) {
      written = StateDelta::on(block.delta);
      receipt = begin_receipt(block, transaction);
    }
    receipt.outcome = outcome;
    TRY(const bool takes_id, takes_request_id(context, outcome, block.delta));
    if (takes_id) written.put_request(receipt.request_key, record_of(block, transaction, receipt));
  }
  TRY_VOID(check_laws(written));
  block.absorb(std::move(written), std::move(receipt));
  return {};
}

}  // namespace tally::execution
