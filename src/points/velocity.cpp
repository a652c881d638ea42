// Velocity limits: tumbling windows, by ledger time and the programme's civil time.
#include "points/velocity.h"

#include <tally/rules/periods.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace tally::points {
namespace {

using state::AccountHead;
using state::VelocityUse;

std::vector<VelocityLimit> limits_of(const Programme& programme, VelocityWhat what) {
  std::vector<VelocityLimit> limits;
  std::copy_if(programme.velocity.begin(), programme.velocity.end(), std::back_inserter(limits),
               [&](const VelocityLimit& limit) { return limit.what == what; });
  if (what == VelocityWhat::Transfer && programme.transfer.per_day > 0)
    limits.push_back({what, Period::Day, programme.transfer.per_day, Points(), false});
  return limits;
}

auto order_of(const VelocityUse& use) {
  return std::tuple(use.what, use.window, use.merchant);
}

/// Where the use of a window stands, or would stand.
std::size_t place_of(const std::vector<VelocityUse>& uses, const VelocityUse& wanted) {
  const auto found = std::lower_bound(
      uses.begin(), uses.end(), wanted,
      [](const VelocityUse& a, const VelocityUse& b) { return order_of(a) < order_of(b); });
  return static_cast<std::size_t>(found - uses.begin());
}

/// Of a window in which nothing counted yet.
VelocityUse fresh_use(Period window, const rules::PeriodPlaces& places, const Counted& counted) {
  VelocityUse use;
  use.what = counted.what;
  use.window = window;
  use.merchant = counted.merchant;
  use.place = places.of(window);
  return use;
}

bool exceeds(const VelocityLimit& limit, const VelocityUse& use, Points more) {
  if (limit.times > 0) return use.times >= limit.times;
  // Both are below 2^53.
  return use.points.value() + more.value() > limit.points.value();
}

}  // namespace

Velocity check_velocity(const Programme& programme, const AccountHead& head,
                        const Counted& counted) {
  const rules::PeriodPlaces places(programme.utc_offsets, counted.time);
  Velocity answer = Velocity::Within;
  for (const VelocityLimit& limit : limits_of(programme, counted.what)) {
    VelocityUse use = fresh_use(limit.window, places, counted);
    const std::size_t at = place_of(head.velocity, use);
    if (at < head.velocity.size() && order_of(head.velocity[at]) == order_of(use) &&
        head.velocity[at].place == use.place)
      use = head.velocity[at];
    if (!exceeds(limit, use, counted.points)) continue;
    const bool flags = limit.flags && counted.what == VelocityWhat::Earn;
    answer = std::max(answer, flags ? Velocity::Flagged : Velocity::Blocked);
  }
  return answer;
}

void note_velocity(const Programme& programme, AccountHead& head, const Counted& counted) {
  const rules::PeriodPlaces places(programme.utc_offsets, counted.time);
  std::vector<VelocityUse>& uses = head.velocity;
  std::erase_if(uses, [&](const VelocityUse& use) { return use.place != places.of(use.window); });
  std::vector<Period> windows;
  for (const VelocityLimit& limit : limits_of(programme, counted.what))
    windows.push_back(limit.window);
  std::sort(windows.begin(), windows.end());
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  for (const Period window : windows) {
    const VelocityUse fresh = fresh_use(window, places, counted);
    const std::size_t at = place_of(uses, fresh);
    if (at == uses.size() || order_of(uses[at]) != order_of(fresh))
      uses.insert(uses.begin() + static_cast<std::ptrdiff_t>(at), fresh);
    VelocityUse& use = uses[at];
    ++use.times;
    use.points = checked_add(use.points, counted.points).value_or(*Points::from(kPointsMax));
  }
}

}  // namespace tally::points
