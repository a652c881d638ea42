// Velocity: how often, and how much, a member may do a thing at a merchant (design/loyalty.md §15).
#pragma once

#include <tally/model/programme.h>
#include <tally/state/account.h>

namespace tally::points {

/// What a transaction is to the limits: one time, and so many points.
struct Counted {
  VelocityWhat what = VelocityWhat::Earn;
  MerchantId merchant;  ///< where it happens
  Timestamp time;       ///< ledger time
  Points points;
};

enum class Velocity : std::uint8_t {
  Within = 1,  ///< reaching a limit is allowed
  Flagged = 2,
  Blocked = 3,  ///< VELOCITY_LIMIT
};

/// What the programme's limits say of one more, `transfer.per_day` among them. Flagged comes of
/// earn alone: a limit that flags something else would let it through, so there it blocks.
[[nodiscard]] Velocity check_velocity(const Programme& programme, const state::AccountHead& head,
                                      const Counted& counted);

/// Counts it. Only what is accepted counts. Forgets windows that have passed.
void note_velocity(const Programme& programme, state::AccountHead& head, const Counted& counted);

}  // namespace tally::points
