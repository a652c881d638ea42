// Caps: what of a limit for a span of time is used up, and what it leaves.
#pragma once

#include <tally/model/standing.h>
#include <tally/rules/periods.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace tally::rules {

inline constexpr Points kNoLimit = *Points::from(kPointsMax);

/// Whose caps: a campaign's, those of its referrer, or, without a name, the programme's. Borrows.
struct CapOwner {
  std::string_view campaign;
  bool referrer = false;
  std::span<const Cap> points;
  std::span<const Cap> times;
};
[[nodiscard]] CapOwner caps_of(const Programme& programme);
[[nodiscard]] CapOwner caps_of(const Campaign& campaign);
[[nodiscard]] CapOwner caps_of_referrer(const Campaign& campaign);

/// The points that the caps leave: kNoLimit without caps of points, 0 where one of times is
/// reached.
[[nodiscard]] Points left_by_caps(const CapOwner& owner, const PeriodPlaces& places,
                                  const Standing& standing);
/// REQUIRES: given is above 0 and at most what was left.
void use_caps(const CapOwner& owner, const PeriodPlaces& places, Points given, Standing& standing);

/// Forgets what can no longer bind: periods that have passed, this transaction among them, caps
/// that the programme no longer has, and campaigns that have ended or were left out for good.
void prune_caps(const Programme& programme, const PeriodPlaces& places, Standing& standing);

}  // namespace tally::rules
