// Up at once, down at a review: one window of a calendar year, and the one before while it is open.
#include "rules/tiers.h"

#include <algorithm>
#include <optional>

#include <tally/base/check.h>
#include <tally/rules/evaluate.h>

namespace tally::rules {
namespace {

std::int32_t year_at(const Programme& programme, Timestamp at) {
  return year_of_day(local_day(programme.utc_offsets, at));
}

/// The highest tier that `count` reaches; inclusive.
std::uint8_t tier_reached(const TierRules& rules, Points count) {
  std::uint8_t reached = 0;
  for (std::size_t i = 0; i < rules.tiers.size(); ++i)
    if (count >= rules.tiers[i].threshold) reached = static_cast<std::uint8_t>(i);
  return reached;
}

/// Makes `year` the window that counts. A grace that goes on over a new year keeps its closed
/// window; of that and the year that closes now the larger count stays, to the member's good.
void open_window(std::int32_t year, TierStanding& standing) {
  if (standing.window >= year && standing.window != 0) return;
  const Points closed = standing.window == year - 1 ? standing.qualifying : Points();
  standing.qualifying_before =
      standing.in_grace ? std::max(standing.qualifying_before, closed) : closed;
  standing.qualifying = Points();
  standing.window = year;
}

Timestamp valid_until(const Programme& programme, Timestamp qualified_at) {
  const std::span<const UtcOffset> offsets = programme.utc_offsets;
  if (programme.tiers.valid_months != 0)
    return expiry_after_months(offsets, qualified_at, programme.tiers.valid_months,
                               MonthRounding::None);
  return start_of_day(offsets, CivilDate{year_at(programme, qualified_at) + 2, 1, 1});
}

/// One more year from the review that began on local `day`.
Timestamp valid_one_more_year(const Programme& programme, std::int64_t day) {
  return start_of_day(programme.utc_offsets, add_months(civil_from_days(day), 12));
}

std::uint8_t lower_tier(const TierRules& rules, std::uint8_t tier, Points count) {
  const std::uint8_t reached = tier_reached(rules, count);
  if (rules.downgrade == Downgrade::Recompute || tier == 0) return reached;
  return std::max<std::uint8_t>(static_cast<std::uint8_t>(tier - 1), reached);
}

void raise_tier(const Programme& programme, Timestamp at, TierStanding& standing) {
  const std::uint8_t reached = tier_reached(programme.tiers, standing.qualifying);
  if (reached <= standing.tier) return;
  standing.tier = reached;
  standing.valid_until = valid_until(programme, at);
  standing.in_grace = false;
}

}  // namespace

Points qualifying_at(const Programme& programme, const TierStanding& standing, Timestamp at) {
  return standing.window == year_at(programme, at) ? standing.qualifying : Points();
}

bool post_qualifying(const Programme& programme, Timestamp at, Points points,
                     TierStanding& standing) {
  open_window(year_at(programme, at), standing);
  const std::optional<Points> count = checked_add(standing.qualifying, points);
  if (!count) return false;
  standing.qualifying = *count;
  if (standing.in_grace) {  // counts for the closed window too
    const std::optional<Points> before = checked_add(standing.qualifying_before, points);
    if (!before) return false;
    standing.qualifying_before = *before;
  }
  raise_tier(programme, at, standing);
  return true;
}

namespace {

/// A review always brings the next one later, whatever a new version made of grace and offsets:
/// else the entry would be due again at once, for ever.
Timestamp after_review(Timestamp next, Timestamp at, std::uint64_t days_else) {
  return next > at ? next : at.plus(Duration(days_else * kDay.milliseconds()));
}

}  // namespace

Standing review_tier(const Programme& programme, Standing standing) {
  TierStanding& held = standing.tier;
  const TierRules& rules = programme.tiers;
  const Timestamp at = held.valid_until;
  CHECK(at != Timestamp::never());
  const std::size_t tiers = rules.tiers.size();
  held.tier =
      std::min<std::uint8_t>(held.tier, static_cast<std::uint8_t>(tiers == 0 ? 0 : tiers - 1));
  open_window(year_at(programme, at), held);

  // The closed window decides. Where validity ends inside a year, what that year has brought so far
  // counts as well: else the next point would lift the member again.
  const Points count = std::max(held.qualifying_before, held.qualifying);
  const bool keeps = held.tier != 0 && count >= rules.tiers[held.tier].threshold;
  const std::int64_t day = local_day(programme.utc_offsets, at);
  if (!keeps && held.tier != 0 && !held.in_grace && rules.grace_days != 0) {
    held.in_grace = true;
    const Timestamp end =
        start_of_day(programme.utc_offsets, civil_from_days(day + std::int64_t{rules.grace_days}));
    held.valid_until = after_review(end, at, rules.grace_days);
    return standing;
  }
  if (!keeps) held.tier = lower_tier(rules, held.tier, count);
  const std::int64_t review_day = held.in_grace ? day - std::int64_t{rules.grace_days} : day;
  held.in_grace = false;
  held.valid_until = Timestamp::never();
  if (held.tier != 0)
    held.valid_until = after_review(valid_one_more_year(programme, review_day), at, 365);
  return standing;
}

Standing take_back_qualifying(const Programme& programme, Standing standing, std::int32_t window,
                              Points taken) {
  TierStanding& held = standing.tier;
  const bool is_open = held.window == window;
  const bool is_in_grace = held.in_grace && held.window == window + 1;
  if (!is_open && !is_in_grace) return standing;  // a closed window stays as it was reviewed
  const Points before = std::max(held.qualifying, held.qualifying_before);
  if (is_open) held.qualifying = left_of(held.qualifying, taken);
  if (held.in_grace) held.qualifying_before = left_of(held.qualifying_before, taken);
  if (!programme.tiers.immediate_on_refund || programme.tiers.tiers.empty()) return standing;

  // A tier that last year's window still carries, or that no count carried, is not this clawback's.
  const Points after = std::max(held.qualifying, held.qualifying_before);
  if (held.tier >= programme.tiers.tiers.size()) return standing;
  const Points threshold = programme.tiers.tiers[held.tier].threshold;
  if (before < threshold || after >= threshold) return standing;
  held.tier = tier_reached(programme.tiers, after);
  if (held.tier == 0) held.valid_until = Timestamp::never();
  if (held.tier == 0) held.in_grace = false;
  return standing;
}

namespace {

/// Of two tiers that members hold the one that serves them better: a higher one, or longer.
const TierStanding& better(const TierStanding& one, const TierStanding& other) {
  if (one.tier != other.tier) return one.tier > other.tier ? one : other;
  if (one.in_grace != other.in_grace) return other.in_grace ? one : other;
  return one.valid_until >= other.valid_until ? one : other;
}

/// What a member has counted for the window that closed: in a grace this year's points too.
std::optional<Points> closed_count(const TierStanding& standing, bool in_grace) {
  if (!in_grace || standing.in_grace) return standing.qualifying_before;
  return checked_add(standing.qualifying_before, standing.qualifying);
}

}  // namespace

std::optional<TierStanding> join_tiers(const Programme& programme, Timestamp at, TierStanding one,
                                       TierStanding other) {
  const std::int32_t year = std::max({year_at(programme, at), one.window, other.window});
  open_window(year, one);
  open_window(year, other);
  TierStanding joined = better(one, other);
  const auto one_closed = closed_count(one, joined.in_grace);
  const auto other_closed = closed_count(other, joined.in_grace);
  const auto open = checked_add(one.qualifying, other.qualifying);
  if (!one_closed || !other_closed || !open) return std::nullopt;
  const auto closed = checked_add(*one_closed, *other_closed);
  if (!closed) return std::nullopt;
  joined.qualifying_before = *closed;
  joined.qualifying = *open;
  raise_tier(programme, at, joined);
  return joined;
}

}  // namespace tally::rules
