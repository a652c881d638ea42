// Who owes for points, beside who has them (design/loyalty.md §8, §16).
#pragma once

#include <tally/points/points.h>
#include <tally/state/reservation.h>

#include <map>
#include <optional>

namespace tally::points {

/// The debtor comes to owe for `points` at the price of `terms`, as of `at`. With `origin`, the
/// receipt in which that arose, it takes so much back. False: a sum is out of range.
[[nodiscard]] Result<bool> owe_for(const state::Reservation& terms, Points points,
                                   ObligationReason reason, Timestamp at, StateDelta& delta,
                                   Receipt& receipt,
                                   const std::optional<Position>& origin = std::nullopt);

}  // namespace tally::points
