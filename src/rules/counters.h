// Counters: what the ledger counts of a member's purchases (design/rule-language.md §8).
#pragma once

#include <tally/rules/evaluate.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tally::rules {

/// The deed whose turn it is, as counters see it. Borrows.
struct Deed {
  Timestamp event_time;
  std::int64_t day = 0;  ///< the local day of `event_time`
  std::string_view merchant;
  std::span<const OtherMerchant> others;
  bool remembered = false;  ///< whether `purchase_days` has it already: of Activated
};
[[nodiscard]] Deed deed_of(const Programme& programme, const Occasion& occasion);

/// Drops counters that the programme no longer has, and starts those anew whose kind has changed.
void adopt_counters(const Programme& programme, Standing& standing);

// REQUIRES, of all that follow: adopt_counters has run on the standing.

/// How a counter stands for this deed, which does not move it.
[[nodiscard]] CounterValue read_counter(const Programme& programme, const Counter& counter,
                                        const Standing& standing, const Deed& deed);

/// Counts the deed, a purchase, and says how the counter stands with it; but days_since as before.
[[nodiscard]] CounterValue count_deed(const Programme& programme, const Counter& counter,
                                      const Deed& deed, Standing& standing);

/// Remembers the day of a purchase at the programme's own merchant; elsewhere it does nothing.
void remember_day(const Programme& programme, const Deed& deed, Standing& standing);

/// Sets a counter to 0, because a campaign that resets it has paid.
void reset_counter(std::string_view name, Standing& standing);

/// Forgets days that no counter and no purchase that may still come can ask for.
void prune_counters(const Programme& programme, Timestamp block_time, Standing& standing);

}  // namespace tally::rules
