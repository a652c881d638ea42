// Void: the purchase did not come about, and the held points go back (design/loyalty.md §11). A
// freeze does not stand in its way.
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/programme_record.h>

#include "points/holds.h"

namespace tally::points {

Result<Outcome> preclaim(const Void& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, action.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const NamedHold hold, find_named_hold(action.programme, action.hold, context, view));
  return hold.outcome;
}

Result<Outcome> apply(const Void& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, action.programme, context.height));
  CHECK(record != nullptr);
  TRY(NamedHold hold, find_named_hold(action.programme, action.hold, context, delta));
  CHECK(hold.outcome == Outcome::Accepted);
  Resolution how;
  how.state = state::HoldState::Voided;
  how.at = context.ledger_time;
  how.programme = &record->rules.programme;
  TRY(const bool is_resolved, resolve(hold.id, std::move(hold.record), how, delta, receipt));
  return is_resolved ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace tally::points
