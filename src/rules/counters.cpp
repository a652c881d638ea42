// Counters by event time, in which purchases may come late: so days are kept for as long as one
// may.
#include "rules/counters.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <tally/base/check.h>

namespace tally::rules {
namespace {

const Counter* find_counter(const Programme& programme, std::string_view name) {
  const auto found = std::find_if(programme.counters.begin(), programme.counters.end(),
                                  [&](const Counter& counter) { return counter.name == name; });
  return found == programme.counters.end() ? nullptr : &*found;
}

/// A version may give an old name to a counter of another kind. What its kind never keeps gives the
/// old one away; then it starts anew. A card that became smaller is one stamp short of full.
void adopt(const Counter& counter, CounterStanding& held) {
  const bool keeps_days =
      counter.kind != CounterKind::Streak && counter.kind != CounterKind::Stamps;
  const bool keeps_unit = counter.kind == CounterKind::Streak;
  const bool fits = keeps_days ? held.unit == 0 && held.value == 0
                               : held.days.empty() && keeps_unit == (held.unit != 0);
  if (!fits) held = CounterStanding{counter.name, 0, 0, {}};
  if (counter.kind == CounterKind::Stamps)
    held.value = std::min<std::int64_t>(held.value, std::int64_t{counter.size} - 1);
}

std::size_t place_of(const std::vector<CounterStanding>& counters, std::string_view name) {
  const auto found = std::lower_bound(
      counters.begin(), counters.end(), name,
      [](const CounterStanding& held, std::string_view wanted) { return held.name < wanted; });
  return static_cast<std::size_t>(found - counters.begin());
}

/// Null: it never counted.
const CounterStanding* find_held(std::string_view name, const Standing& standing) {
  const std::size_t at = place_of(standing.counters, name);
  const bool found = at < standing.counters.size() && standing.counters[at].name == name;
  return found ? &standing.counters[at] : nullptr;
}

CounterStanding& held_to_move(const std::string& name, Standing& standing) {
  const std::size_t at = place_of(standing.counters, name);
  if (at < standing.counters.size() && standing.counters[at].name == name)
    return standing.counters[at];
  return *standing.counters.insert(standing.counters.begin() + static_cast<std::ptrdiff_t>(at),
                                   CounterStanding{name, 0, 0, {}});
}

void add_day(const Deed& deed, std::vector<DayCount>& days) {
  const auto found =
      std::lower_bound(days.begin(), days.end(), deed.day,
                       [](const DayCount& held, std::int64_t day) { return held.day < day; });
  if (found == days.end() || found->day != deed.day) {
    days.insert(found, DayCount{deed.day, deed.event_time, 1});
    return;
  }
  found->first = std::min(found->first, deed.event_time);
  ++found->count;
}

std::int64_t unit_of_day(Period unit, std::int64_t day) {
  if (unit == Period::Week) return week_of_day(day);
  if (unit == Period::Month) return month_of_day(day);
  return day;
}

/// A day of the last unit is kept, not its number: so a streak of weeks can become one of days.
void count_streak(const Counter& counter, const Deed& deed, CounterStanding& held) {
  const std::int64_t unit = unit_of_day(counter.unit, deed.day);
  const std::int64_t last = unit_of_day(counter.unit, held.unit);
  const bool is_first = held.unit == 0 && held.value == 0;
  if (!is_first && unit <= last) return;
  held.value = !is_first && unit == last + 1 ? held.value + 1 : 1;
  held.unit = deed.day;
}

/// Whether the counter's days are those of all purchases at the programme's merchant.
bool uses_purchase_days(const Counter& counter) {
  return counter.when.empty() && counter.post == Posting::Earn;
}

std::span<const DayCount> days_of(const Programme& programme, const Counter& counter,
                                  const Standing& standing, const Deed& deed) {
  if (counter.merchant == programme.merchant) {
    if (uses_purchase_days(counter)) return standing.purchase_days;
    const CounterStanding* held = find_held(counter.name, standing);
    return held == nullptr ? std::span<const DayCount>() : held->days;
  }
  for (const OtherMerchant& other : deed.others)
    if (other.name == counter.merchant) return other.days;
  return {};
}

/// Local days since the last purchase before this one by event time. The list knows each day's
/// first event only, which is enough: a purchase after it on this day is 0 days away.
std::optional<std::int64_t> days_since(const Programme& programme, std::span<const DayCount> days,
                                       const Deed& deed) {
  for (auto held = days.rbegin(); held != days.rend(); ++held) {
    // One that is remembered already must not find itself.
    const bool is_before =
        deed.remembered ? held->first < deed.event_time : held->first <= deed.event_time;
    if (is_before) return deed.day - local_day(programme.utc_offsets, held->first);
  }
  return std::nullopt;
}

bool any_in(std::span<const DayCount> days, std::int64_t first, std::int64_t last) {
  return std::any_of(days.begin(), days.end(),
                     [&](const DayCount& held) { return held.day >= first && held.day <= last; });
}

std::int64_t distinct_merchants(const Programme& programme, const Counter& counter,
                                const Standing& standing, const Deed& deed, bool counts_it) {
  const std::int64_t first = deed.day - std::int64_t{counter.size} + 1;
  std::int64_t merchants = 0;
  bool has_this = false;
  const auto look = [&](std::string_view name, std::span<const DayCount> days) {
    const bool is_this = name == deed.merchant;
    has_this = has_this || is_this;
    if ((is_this && counts_it) || any_in(days, first, deed.day)) ++merchants;
  };
  look(programme.merchant, standing.purchase_days);
  for (const OtherMerchant& other : deed.others)
    if (other.name != programme.merchant) look(other.name, other.days);
  return counts_it && !has_this ? merchants + 1 : merchants;
}

std::int64_t visits(const Counter& counter, const CounterStanding& held, const Deed& deed) {
  std::int64_t sum = 0;
  for (const DayCount& day : held.days)
    if (day.day > deed.day - std::int64_t{counter.size} && day.day <= deed.day) sum += day.count;
  return sum;
}

/// The first local day on which a purchase that is still to come may have happened.
std::int64_t first_open_day(const Programme& programme, Timestamp block_time) {
  return local_day(programme.utc_offsets, block_time.minus(programme.offline_window));
}

/// Keeps the days from `first` on, and the last one before.
void forget_before(std::int64_t first, std::vector<DayCount>& days) {
  const auto open = std::find_if(days.begin(), days.end(),
                                 [&](const DayCount& held) { return held.day >= first; });
  if (open - days.begin() > 1) days.erase(days.begin(), open - 1);
}

}  // namespace

Deed deed_of(const Programme& programme, const Occasion& occasion) {
  return Deed{occasion.event_time, local_day(programme.utc_offsets, occasion.event_time),
              occasion.merchant, occasion.others, occasion.trigger == Trigger::Activated};
}

void adopt_counters(const Programme& programme, Standing& standing) {
  std::erase_if(standing.counters, [&](CounterStanding& held) {
    const Counter* counter = find_counter(programme, held.name);
    if (counter != nullptr) adopt(*counter, held);
    return counter == nullptr;
  });
}

CounterValue read_counter(const Programme& programme, const Counter& counter,
                          const Standing& standing, const Deed& deed) {
  const CounterStanding* held = find_held(counter.name, standing);
  switch (counter.kind) {
    case CounterKind::Streak:
    case CounterKind::Stamps:
      return CounterValue{held == nullptr ? 0 : held->value, false};
    case CounterKind::Visits:
      return CounterValue{held == nullptr ? 0 : visits(counter, *held, deed), false};
    case CounterKind::DaysSince:
      return CounterValue{days_since(programme, days_of(programme, counter, standing, deed), deed),
                          false};
    case CounterKind::DistinctMerchants:
      return CounterValue{distinct_merchants(programme, counter, standing, deed, false), false};
  }
  CHECK(false);
}

CounterValue count_deed(const Programme& programme, const Counter& counter, const Deed& deed,
                        Standing& standing) {
  if (counter.kind == CounterKind::DistinctMerchants)
    return CounterValue{distinct_merchants(programme, counter, standing, deed, true), false};
  const CounterValue before = read_counter(programme, counter, standing, deed);
  if (counter.kind == CounterKind::DaysSince) {
    // Of another merchant's purchases that merchant's programme keeps the days.
    const bool is_own = counter.merchant == programme.merchant && counter.merchant == deed.merchant;
    if (is_own && !uses_purchase_days(counter))
      add_day(deed, held_to_move(counter.name, standing).days);
    return before;
  }
  CounterStanding& held = held_to_move(counter.name, standing);
  if (counter.kind == CounterKind::Streak) count_streak(counter, deed, held);
  if (counter.kind == CounterKind::Visits) add_day(deed, held.days);
  if (counter.kind != CounterKind::Stamps) return read_counter(programme, counter, standing, deed);
  const bool full = held.value + 1 >= std::int64_t{counter.size};
  held.value = full ? 0 : held.value + 1;
  return CounterValue{held.value, full};
}

void remember_day(const Programme& programme, const Deed& deed, Standing& standing) {
  if (deed.merchant == programme.merchant) add_day(deed, standing.purchase_days);
}

void reset_counter(std::string_view name, Standing& standing) {
  const std::size_t at = place_of(standing.counters, name);
  if (at == standing.counters.size() || standing.counters[at].name != name) return;
  // A streak keeps its day: a purchase in the same unit leaves it at 0, the next one makes it 1.
  standing.counters[at].value = 0;
  standing.counters[at].days.clear();
}

void prune_counters(const Programme& programme, Timestamp block_time, Standing& standing) {
  const std::int64_t open = first_open_day(programme, block_time);
  for (CounterStanding& held : standing.counters) {
    const Counter* counter = find_counter(programme, held.name);
    CHECK(counter != nullptr);
    if (counter->kind == CounterKind::DaysSince) forget_before(open, held.days);
    if (counter->kind == CounterKind::Visits)
      std::erase_if(held.days, [&](const DayCount& day) {
        return day.day <= open - std::int64_t{counter->size};
      });
  }
  forget_before(open, standing.purchase_days);
}

}  // namespace tally::rules
