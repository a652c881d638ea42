// Whom a campaign's envelope lets in before its expressions are asked: its schedule and its lists.
#pragma once

#include <tally/rules/evaluate.h>
#include <tally/rules/explain.h>

#include <cstdint>
#include <string_view>

namespace tally::rules {

/// Whether the envelope lets the occasion pass by this one; its `when` is not asked here.
[[nodiscard]] bool holds(Condition condition, const Programme& programme, const Campaign& campaign,
                         const Occasion& occasion, std::uint8_t tier);

/// Given, NotInSchedule, or NotMatched where a list or the attestor lets it not in.
[[nodiscard]] RuleReason admission(const Programme& programme, const Campaign& campaign,
                                   const Occasion& occasion, std::uint8_t tier);

}  // namespace tally::rules
