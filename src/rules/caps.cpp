// Caps, and their use by one member (design/loyalty.md §8).
#include "rules/caps.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include <tally/base/check.h>

#include "rules/admission.h"

namespace tally::rules {
namespace {

bool stands_before(const CapUse& use, const CapOwner& owner, Period period) {
  return std::tuple(std::string_view(use.campaign), use.referrer, use.period) <
         std::tuple(owner.campaign, owner.referrer, period);
}

bool is_of(const CapUse& use, const CapOwner& owner, Period period) {
  return use.campaign == owner.campaign && use.referrer == owner.referrer && use.period == period;
}

std::size_t place_of_use(const std::vector<CapUse>& uses, const CapOwner& owner, Period period) {
  const auto found = std::lower_bound(
      uses.begin(), uses.end(), period,
      [&](const CapUse& use, Period wanted) { return stands_before(use, owner, wanted); });
  return static_cast<std::size_t>(found - uses.begin());
}

/// Null: nothing is used up in the current period.
const CapUse* current_use(const CapOwner& owner, Period period, const PeriodPlaces& places,
                          const Standing& standing) {
  const std::size_t at = place_of_use(standing.caps, owner, period);
  if (at == standing.caps.size() || !is_of(standing.caps[at], owner, period)) return nullptr;
  const CapUse& use = standing.caps[at];
  return use.place == places.of(period) ? &use : nullptr;
}

CapUse& use_to_raise(const CapOwner& owner, Period period, const PeriodPlaces& places,
                     Standing& standing) {
  const std::size_t at = place_of_use(standing.caps, owner, period);
  const auto position = standing.caps.begin() + static_cast<std::ptrdiff_t>(at);
  const CapUse fresh{std::string(owner.campaign), owner.referrer, period, places.of(period), {}, 0};
  if (at == standing.caps.size() || !is_of(*position, owner, period))
    return *standing.caps.insert(position, fresh);
  if (position->place != fresh.place) *position = fresh;
  return *position;
}

bool has_period(std::span<const Cap> caps, Period period) {
  return std::any_of(caps.begin(), caps.end(),
                     [&](const Cap& cap) { return cap.period == period; });
}

/// A campaign whose time is over may get a later end; one that has ended or was left out is over
/// for good.
bool may_still_bind(const CapUse& use, const Programme& programme) {
  CapOwner owner = caps_of(programme);
  if (!use.campaign.empty()) {
    const Campaign* campaign = find_campaign(programme, use.campaign);
    if (campaign == nullptr || campaign->state == CampaignState::Ended) return false;
    owner = use.referrer ? caps_of_referrer(*campaign) : caps_of(*campaign);
  }
  return has_period(owner.points, use.period) || has_period(owner.times, use.period);
}

}  // namespace

CapOwner caps_of(const Programme& programme) {
  return CapOwner{{}, false, programme.earn.cap_points, {}};
}

CapOwner caps_of(const Campaign& campaign) {
  return CapOwner{campaign.id, false, campaign.cap_points, campaign.cap_times};
}

CapOwner caps_of_referrer(const Campaign& campaign) {
  if (!campaign.referrer) return CapOwner{campaign.id, true, {}, {}};
  return CapOwner{campaign.id, true, campaign.referrer->cap_points, campaign.referrer->cap_times};
}

Points left_by_caps(const CapOwner& owner, const PeriodPlaces& places, const Standing& standing) {
  for (const Cap& cap : owner.times) {
    const CapUse* use = current_use(owner, cap.period, places, standing);
    if (use != nullptr && use->times >= cap.limit) return Points();
  }
  Points left = kNoLimit;
  for (const Cap& cap : owner.points) {
    const CapUse* use = current_use(owner, cap.period, places, standing);
    const Points limit = Points::from(static_cast<std::int64_t>(cap.limit)).value_or(kNoLimit);
    const Points used = use == nullptr ? Points() : use->points;
    left = smaller(left, checked_subtract(limit, used).value_or(Points()));
  }
  return left;
}

void use_caps(const CapOwner& owner, const PeriodPlaces& places, Points given, Standing& standing) {
  CHECK(!given.is_zero());
  for (const Cap& cap : owner.points) {
    CapUse& use = use_to_raise(owner, cap.period, places, standing);
    const std::optional<Points> sum = checked_add(use.points, given);
    CHECK(sum.has_value());
    use.points = *sum;
  }
  for (const Cap& cap : owner.times)
    ++use_to_raise(owner, cap.period, places, standing).times;
}

void prune_caps(const Programme& programme, const PeriodPlaces& places, Standing& standing) {
  std::erase_if(standing.caps, [&](const CapUse& use) {
    return use.period == Period::Transaction || use.place != places.of(use.period) ||
           !may_still_bind(use, programme);
  });
}

}  // namespace tally::rules
