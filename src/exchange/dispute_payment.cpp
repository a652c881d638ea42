// DisputePayment: a debtor says that it has paid what its creditor does not confirm.
#include <tally/base/check.h>
#include <tally/exchange/exchange.h>
#include <tally/state/consent.h>

#include "exchange/settling.h"

namespace tally::exchange {

using state::CycleRecord;
using state::Payment;
using state::PaymentState;

Result<Outcome> preclaim(const DisputePayment& action, const TransactionContext& context,
                         const StateView& view) {
  const MerchantId debtor = context.transaction->merchant;
  TRY(const std::size_t signing, state::operators_agreeing(view, context, debtor));
  if (signing == 0) return Outcome::ApprovalsMissing;
  TRY(auto record, state::find_cycle(view, action.cycle));
  if (!record.has_value()) return Outcome::NotDue;
  const Payment* const payment = find_payment(*record, action.currency, debtor, action.creditor);
  if (payment == nullptr || payment->state == PaymentState::Confirmed) return Outcome::NotDue;
  if (record->call_day <= context.ledger_time) return Outcome::TooLate;
  return payment->state == PaymentState::Due ? Outcome::Accepted : Outcome::NotDue;
}

Result<Outcome> apply(const DisputePayment& action, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  TRY(auto record, state::find_cycle(delta, action.cycle));
  CHECK(record.has_value());
  Payment* const payment =
      find_payment(*record, action.currency, context.transaction->merchant, action.creditor);
  CHECK(payment != nullptr);
  payment->state = PaymentState::Disputed;
  payment->bank_reference = action.bank_reference;
  TRY_VOID(state::put_cycle(delta, action.cycle, *record));
  receipt.cycle = action.cycle;
  return Outcome::Accepted;
}

}  // namespace tally::exchange
