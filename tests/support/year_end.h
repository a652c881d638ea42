// A programme whose points all end on 31 December, and members who have some: one night on which
// everything falls due.
#pragma once

#include "support/builders.h"

namespace tally::test {

/// When the points of everybody who enrolled in January to November 2024 expire.
inline constexpr Timestamp kYearEnd{1'735'689'600'000};  // 2025-01-01 00:00 UTC

/// Gives 100 points to whoever enrols.
[[nodiscard]] inline Programme year_end_programme() {
  Programme programme = a_programme();
  programme.utc_offsets = {};
  programme.expiry = rolling(1, MonthRounding::EndOfYear);
  Campaign welcome = a_campaign("welcome", "100");
  welcome.trigger = Trigger::Enrol;
  programme.campaigns = {welcome};
  return programme;
}

/// The café enrols member `n`.
[[nodiscard]] inline Transaction year_end_enrolment(std::uint64_t n, Timestamp now) {
  return an_enrol().of(member(n)).request(10'000'000 + n).valid_until(now.plus(kHour)).build();
}

}  // namespace tally::test
