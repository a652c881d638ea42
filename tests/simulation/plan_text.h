// A plan as text: what a shrink leaves behind, and a replay takes back.
#pragma once

#include <tally/base/result.h>

#include "simulation/plan.h"

#include <string>
#include <string_view>

namespace tally::sim {

/// One line a thing, `name value …`; what is as by default is left out. Lines that begin with # say
/// something to people.
[[nodiscard]] std::string to_text(const Plan& plan);
/// Malformed: names the line and what is wrong with it, also where a plan would not hold together.
[[nodiscard]] Result<Plan> plan_from_text(std::string_view text);

}  // namespace tally::sim
