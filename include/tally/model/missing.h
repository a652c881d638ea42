// Missing: what a refused transaction lacks, so that a till can say more than no.
#pragma once

#include <tally/base/points.h>
#include <tally/base/time.h>

#include <optional>
#include <vector>

namespace tally {

/// Points that the member has and cannot use before `until`.
struct NotYetUsable {
  Points points;
  Timestamp until;    ///< Timestamp::never(): until somebody lets them go
  bool held = false;  ///< by a hold; else they wait
  friend bool operator==(const NotYetUsable&, const NotYetUsable&) = default;
};

/// Each part may be there or not.
struct Missing {
  Points points;                         ///< so many more are needed
  std::vector<NotYetUsable> not_usable;  ///< where points are needed: by date, at most eight
  Points debt;                           ///< that must be settled first
  std::optional<Timestamp> not_before;   ///< from when on it may be tried again
  friend bool operator==(const Missing&, const Missing&) = default;
};

}  // namespace tally
