// Whom a campaign's envelope lets in before its expressions are asked: its schedule and its lists.
#pragma once

#include <tally/rules/evaluate.h>
#include <tally/rules/explain.h>

#include <cstdint>
#include <string_view>

namespace tally::rules {

/// Null: the programme has none of this id.
[[nodiscard]] const Campaign* find_campaign(const Programme& programme, std::string_view id);

/// Whether the campaign pays nothing any more, whatever the event time: it was ended, or its end
/// and the offline window, for the sake of late tills, have passed (design/loyalty.md §5).
[[nodiscard]] bool has_ended(const Programme& programme, const Campaign& campaign,
                             Timestamp block_time);

/// Whether the envelope lets the occasion pass by this one; its `when` is not asked here.
[[nodiscard]] bool holds(Condition condition, const Programme& programme, const Campaign& campaign,
                         const Occasion& occasion, std::uint8_t tier);

/// Given, NotInSchedule, or NotMatched where a list or the attestor lets it not in.
[[nodiscard]] RuleReason admission(const Programme& programme, const Campaign& campaign,
                                   const Occasion& occasion, std::uint8_t tier);

}  // namespace tally::rules
