// What a trial of rules says to people and to programs.
#pragma once

#include "app/trial.h"

#include <cstddef>
#include <string>

namespace tally::app {

/// How a summary is shown.
struct TrialShown {
  const Programme& programme;
  std::uint8_t exponent = 2;  ///< decimal places of its currency
  std::size_t top = 10;       ///< members with the most points
};

/// Tables: rules, why they gave less, members by tier, top members.
[[nodiscard]] std::string text_of(const TrialSummary& summary, const TrialShown& shown);
/// One JSON document on one line; amounts in minor units.
[[nodiscard]] std::string json_of(const TrialSummary& summary, const TrialShown& shown);
/// A CSV with a row for each member and a column for each rule.
[[nodiscard]] std::string members_csv(const TrialSummary& summary, const TrialShown& shown);

}  // namespace tally::app
