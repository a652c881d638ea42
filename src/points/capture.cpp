// Capture: the purchase has come about, and the held points pay for it (design/loyalty.md §11).
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/programme_record.h>

#include "points/heads.h"
#include "points/holds.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::HoldRecord;

/// By the hold's own price. All of it is worth what the hold is, whose points were rounded up.
Money value_of(const HoldRecord& hold, Points captured) {
  if (captured == hold.points) return hold.value;
  const auto value = muldiv(captured.value(), hold.price_money.minor_units(),
                            hold.price_points.value(), Rounding::Floor);
  return std::min(Money::from(value.value_or(hold.value.minor_units())).value_or(hold.value),
                  hold.value);
}

/// Whether nobody whose points these are is suspected of fraud. A soft freeze lets a hold from
/// before it pass: the goods may be gone.
Result<bool> has_fraud(const HoldId& id, const StateView& view) {
  TRY(const std::vector<AccountId> accounts, accounts_of_hold(view, id));
  for (const AccountId& account : accounts) {
    TRY(const auto head, find_head(view, account));
    CHECK(head.has_value());
    if (head->state == state::AccountState::Fraud) return true;
  }
  return false;
}

}  // namespace

Result<Outcome> preclaim(const Capture& capture, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, capture.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const NamedHold hold, find_named_hold(capture.programme, capture.hold, context, view));
  if (hold.outcome != Outcome::Accepted) return hold.outcome;
  TRY(const bool is_fraud, has_fraud(hold.id, view));
  if (is_fraud) return Outcome::MemberFrozen;
  return capture.points > hold.record.points ? Outcome::ExceedsHold : Outcome::Accepted;
}

Result<Outcome> apply(const Capture& capture, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, capture.programme, context.height));
  CHECK(record != nullptr);
  TRY(NamedHold hold, find_named_hold(capture.programme, capture.hold, context, delta));
  CHECK(hold.outcome == Outcome::Accepted);
  const Money value = value_of(hold.record, capture.points);
  Resolution how;
  how.state = state::HoldState::Captured;
  how.at = context.ledger_time;
  how.captured = capture.points;
  how.programme = &record->rules.programme;
  TRY(const bool is_resolved, resolve(hold.id, std::move(hold.record), how, delta, receipt));
  receipt.value = value;
  return is_resolved ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace tally::points
