// ConfirmPayment: the creditor says that a payment of a cycle has come.
#include <tally/base/check.h>
#include <tally/exchange/exchange.h>
#include <tally/state/consent.h>

#include "exchange/settling.h"

namespace tally::exchange {
namespace {

using state::CycleRecord;
using state::Payment;
using state::PaymentState;

/// Of a payment that is still to come.
bool is_open(const Payment* payment) {
  return payment != nullptr &&
         (payment->state == PaymentState::Due || payment->state == PaymentState::Disputed);
}

}  // namespace

Result<Outcome> preclaim(const ConfirmPayment& action, const TransactionContext& context,
                         const StateView& view) {
  const MerchantId creditor = context.transaction->merchant;
  // A gateway's word gives up no claim.
  TRY(const std::size_t signing, state::operators_agreeing(view, context, creditor));
  if (signing == 0) return Outcome::ApprovalsMissing;
  TRY(auto record, state::find_cycle(view, action.cycle));
  if (!record.has_value()) return Outcome::NotDue;
  const Payment* const payment = find_payment(*record, action.currency, action.debtor, creditor);
  return is_open(payment) ? Outcome::Accepted : Outcome::NotDue;
}

Result<Outcome> apply(const ConfirmPayment& action, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  TRY(auto record, state::find_cycle(delta, action.cycle));
  CHECK(record.has_value());
  Payment* const payment =
      find_payment(*record, action.currency, action.debtor, context.transaction->merchant);
  CHECK(is_open(payment));
  payment->state = PaymentState::Confirmed;
  receipt.cycle = action.cycle;
  TRY_VOID(put_or_settle(delta, action.cycle, std::move(*record)));
  return Outcome::Accepted;
}

}  // namespace tally::exchange
