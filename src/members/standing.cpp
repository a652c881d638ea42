// Standings joined and parted: what adds up, and where the larger counts.
#include "members/standing.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/rules/evaluate.h>
#include <tally/rules/standing.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tally::members {
namespace {

auto key_of(const CapUse& use) {
  return std::tuple(std::string_view(use.campaign), use.referrer, use.period);
}

bool add_use(CapUse& to, const CapUse& from) {
  const auto sum = checked_add(to.points, from.points);
  if (!sum.has_value()) return false;
  to.points = *sum;
  to.times += from.times;
  return true;
}

/// Of a period that has passed nothing binds any more: the later one counts.
void keep_larger(CapUse& to, const CapUse& from) {
  if (to.place != from.place) {
    if (from.place > to.place) to = from;
    return;
  }
  to.points = std::max(to.points, from.points);
  to.times = std::max(to.times, from.times);
}

CapUse& use_of(std::vector<CapUse>& uses, const CapUse& like) {
  const auto at =
      std::lower_bound(uses.begin(), uses.end(), like,
                       [](const CapUse& a, const CapUse& b) { return key_of(a) < key_of(b); });
  if (at != uses.end() && key_of(*at) == key_of(like)) return *at;
  CapUse fresh = like;
  fresh.points = Points();
  fresh.times = 0;
  return *uses.insert(at, std::move(fresh));
}

bool join_caps(Standing& to, const Standing& from) {
  for (const CapUse& use : from.caps)
    if (use.period != Period::Ever) keep_larger(use_of(to.caps, use), use);
  return add_caps_for_ever(to, from);
}

/// Days of both, of one day the larger count.
std::vector<DayCount> join_days(const std::vector<DayCount>& one,
                                const std::vector<DayCount>& other) {
  std::vector<DayCount> days;
  std::merge(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(days),
             [](const DayCount& a, const DayCount& b) { return a.day < b.day; });
  std::vector<DayCount> joined;
  for (const DayCount& day : days) {
    if (joined.empty() || joined.back().day != day.day) {
      joined.push_back(day);
      continue;
    }
    joined.back().first = std::min(joined.back().first, day.first);
    joined.back().count = std::max(joined.back().count, day.count);
  }
  return joined;
}

/// A counter that keeps days stands beside one that keeps a number where only one of the two has
/// moved since a version gave its name to another kind: then the target's stays.
void join_counter(CounterStanding& to, const CounterStanding& from) {
  const bool keeps_number = to.unit != 0 || to.value != 0;
  if (!from.days.empty() && !keeps_number) to.days = join_days(to.days, from.days);
  if (!from.days.empty() || !to.days.empty()) return;
  if (std::tie(from.value, from.unit) > std::tie(to.value, to.unit)) {
    to.value = from.value;
    to.unit = from.unit;
  }
}

void join_counters(Standing& to, const Standing& from) {
  for (const CounterStanding& counter : from.counters) {
    const auto at = std::lower_bound(
        to.counters.begin(), to.counters.end(), counter,
        [](const CounterStanding& a, const CounterStanding& b) { return a.name < b.name; });
    if (at == to.counters.end() || at->name != counter.name)
      to.counters.insert(at, counter);
    else
      join_counter(*at, counter);
  }
}

std::uint64_t less(std::uint64_t count, std::uint64_t taken) {
  return count - std::min(count, taken);
}

void take_caps_back(Standing& from, const Standing& taken) {
  for (CapUse& use : from.caps) {
    const auto same = [&](const CapUse& other) { return key_of(other) == key_of(use); };
    const auto found = std::find_if(taken.caps.begin(), taken.caps.end(), same);
    if (use.period != Period::Ever || found == taken.caps.end()) continue;
    use.points = left_of(use.points, found->points);
    use.times = less(use.times, found->times);
  }
}

bool holds_same(const TierStanding& one, const TierStanding& other) {
  return std::tie(one.tier, one.valid_until, one.in_grace) ==
         std::tie(other.tier, other.valid_until, other.in_grace);
}

/// What the source had counted goes, as far as its year is still remembered; a tier that nothing
/// has moved since the merge becomes the one from before, or what the rest reaches.
TierStanding part_tiers(const Programme& programme, Timestamp now, const TierStanding& target,
                        const TierStanding& source, const TierStanding& before,
                        const TierStanding& after) {
  TierStanding left = target;
  if (left.window == source.window) {
    left.qualifying = left_of(left.qualifying, source.qualifying);
    left.qualifying_before = left_of(left.qualifying_before, source.qualifying_before);
  }
  if (left.window == source.window + 1)
    left.qualifying_before = left_of(left.qualifying_before, source.qualifying);
  if (!holds_same(target, after)) return left;
  std::tie(left.tier, left.valid_until, left.in_grace) =
      std::tie(before.tier, before.valid_until, before.in_grace);
  return rules::join_tiers(programme, now, left, TierStanding()).value_or(left);
}

/// Whether two of its kind fit a record together. One that is longer may have been touched last
/// under a version with other counters, or years ago.
bool is_short(const Standing& standing) {
  constexpr std::size_t kCaps = 2'048;
  constexpr std::size_t kDays = 256;
  return standing.counters.size() <= limits::kCountersMax / 2 && standing.caps.size() <= kCaps &&
         standing.purchase_days.size() <= kDays &&
         std::ranges::all_of(standing.counters, [](const CounterStanding& counter) {
           return counter.days.size() <= kDays;
         });
}

}  // namespace

bool add_caps_for_ever(Standing& to, const Standing& from) {
  return std::all_of(from.caps.begin(), from.caps.end(), [&](const CapUse& use) {
    return use.period != Period::Ever || add_use(use_of(to.caps, use), use);
  });
}

bool join(const Programme& programme, Timestamp now, Standing& target, Standing source) {
  if (!is_short(target) || !is_short(source)) {
    rules::tidy(programme, now, target);
    rules::tidy(programme, now, source);
  }
  target.purchases += source.purchases;
  target.activations += source.activations;
  target.last_activity = std::max(target.last_activity, source.last_activity);
  const auto tier = rules::join_tiers(programme, now, target.tier, source.tier);
  if (!tier.has_value()) return false;
  target.tier = *tier;
  target.segments = both(target.segments, source.segments);
  CHECK(target.segments.size() <= limits::kSegmentsMax);
  join_counters(target, source);
  target.purchase_days = join_days(target.purchase_days, source.purchase_days);
  return join_caps(target, source);
}

Standing part(const Programme& programme, Timestamp now, const Standing& target,
              const Standing& source, const Standing& before, const Standing& after) {
  if (target == after) return before;
  Standing left = target;
  left.purchases = less(left.purchases, source.purchases);
  left.activations = less(left.activations, source.activations);
  left.tier = part_tiers(programme, now, target.tier, source.tier, before.tier, after.tier);
  take_caps_back(left, source);
  return left;
}

std::vector<std::string> both(const std::vector<std::string>& one,
                              const std::vector<std::string>& other) {
  std::vector<std::string> segments;
  std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(segments));
  return segments;
}

}  // namespace tally::members
