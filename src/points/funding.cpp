// From points and their price to obligations.
#include "points/funding.h"

#include <tally/state/exposure.h>

namespace tally::points {

Result<bool> owe_for(const state::Reservation& terms, Points points, ObligationReason reason,
                     Timestamp at, StateDelta& delta, Receipt& receipt,
                     const std::optional<Position>& origin) {
  const auto amount = price_of(points, terms.price);
  if (!amount.has_value()) return false;
  const MicroUnits signed_amount = origin.has_value() ? amount->negated() : *amount;
  return state::owe(delta, receipt,
                    {terms.debtor, terms.creditor, terms.currency, signed_amount, reason, origin},
                    at);
}

}  // namespace tally::points
