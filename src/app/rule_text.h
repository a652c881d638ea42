// What a check of rules tells people and programs, beside mistakes.
#pragma once

#include "app/rule_faults.h"

#include <tally/model/rule_set.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tally::app {

/// Rules of which nothing is wrong, and what else is to be said of them.
struct CheckedRules {
  const RuleSet& rules;
  std::vector<std::string> approvals;  ///< merchants whose operators must sign
  std::vector<PlacedWarning> unsupported;
  std::vector<PlacedWarning> warnings;
};
[[nodiscard]] std::string text_of(const CheckedRules& checked, std::uint32_t version);
[[nodiscard]] std::string json_of(const CheckedRules& checked, std::uint32_t version);

[[nodiscard]] std::size_t active_campaigns(const Programme& programme);

}  // namespace tally::app
