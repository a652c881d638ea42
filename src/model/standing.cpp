// A standing's encoding. FORMAT: stored; docs/formats.md §3.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/standing.h>

#include "model/programme_parts.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace tally {
namespace {

// Far above what the rules of one programme can need: a record's own check, not a rule's.
constexpr std::size_t kCapUsesMax = 8'192;
constexpr std::size_t kDaysMax = 1'024;

/// What is searched by halves must ascend, each entry once: a list that does not is none of ours.
template <typename T, typename Key>
void require_ascending(codec::Reader& in, const std::vector<T>& items, Key key) {
  const auto out_of_order = [&](const T& a, const T& b) { return key(a) >= key(b); };
  if (std::adjacent_find(items.begin(), items.end(), out_of_order) != items.end())
    in.fail("a list of a standing that does not ascend");
}

void encode_cap_use(codec::Writer& out, const CapUse& use) {
  out.text(use.campaign);
  out.boolean(use.referrer);
  encode_enum(out, use.period);
  out.i64(use.place);
  encode(out, use.points);
  out.u64(use.times);
}

CapUse decode_cap_use(codec::Reader& in) {
  CapUse use;
  use.campaign = decode_name(in);
  use.referrer = in.boolean();
  use.period = decode_between(in, Period::Transaction, Period::Ever);
  use.place = in.i64();
  decode(in, use.points);
  use.times = in.u64();
  return use;
}

void encode_day(codec::Writer& out, const DayCount& day) {
  out.i64(day.day);
  out.timestamp(day.first);
  out.u32(day.count);
}

DayCount decode_day(codec::Reader& in) {
  DayCount day;
  day.day = in.i64();
  day.first = in.timestamp();
  day.count = in.u32();
  return day;
}

void encode_counter(codec::Writer& out, const CounterStanding& counter) {
  out.text(counter.name);
  out.i64(counter.unit);
  out.i64(counter.value);
  out.list(counter.days, encode_day);
}

std::vector<DayCount> decode_days(codec::Reader& in) {
  std::vector<DayCount> days = in.list<DayCount>(kDaysMax, decode_day);
  require_ascending(in, days, [](const DayCount& day) { return day.day; });
  return days;
}

CounterStanding decode_counter(codec::Reader& in) {
  CounterStanding counter;
  counter.name = decode_name(in);
  counter.unit = in.i64();
  counter.value = in.i64();
  counter.days = decode_days(in);
  return counter;
}

void encode_tier(codec::Writer& out, const TierStanding& tier) {
  out.u8(tier.tier);
  out.i64(tier.window);
  encode(out, tier.qualifying);
  encode(out, tier.qualifying_before);
  out.timestamp(tier.valid_until);
  out.boolean(tier.in_grace);
}

TierStanding decode_tier(codec::Reader& in) {
  TierStanding tier;
  tier.tier = in.u8();
  if (tier.tier >= limits::kTiersMax) in.fail("a tier that no programme can have");
  const std::int64_t window = in.i64();
  if (window < 0 || window > 1'000'000'000) in.fail("a year that no calendar has");
  tier.window = static_cast<std::int32_t>(window);
  decode(in, tier.qualifying);
  decode(in, tier.qualifying_before);
  tier.valid_until = in.timestamp();
  tier.in_grace = in.boolean();
  return tier;
}

}  // namespace

void encode(codec::Writer& out, const Standing& standing) {
  out.u64(standing.purchases);
  out.u64(standing.activations);
  out.optional(standing.last_activity, [](codec::Writer& w, Timestamp t) { w.timestamp(t); });
  out.optional(standing.referrer, [](codec::Writer& w, const MemberId& id) { w.fixed(id); });
  encode_tier(out, standing.tier);
  encode_names(out, standing.segments);
  out.list(standing.caps, encode_cap_use);
  out.list(standing.counters, encode_counter);
  out.list(standing.purchase_days, encode_day);
}

void decode(codec::Reader& in, Standing& standing) {
  standing.purchases = in.u64();
  standing.activations = in.u64();
  standing.last_activity = in.optional<Timestamp>([](codec::Reader& r) { return r.timestamp(); });
  standing.referrer = in.optional<MemberId>([](codec::Reader& r) { return r.fixed<MemberId>(); });
  standing.tier = decode_tier(in);
  standing.segments = decode_names(in, limits::kSegmentsMax);
  require_ascending(in, standing.segments,
                    [](const std::string& name) { return std::string_view(name); });
  standing.caps = in.list<CapUse>(kCapUsesMax, decode_cap_use);
  require_ascending(in, standing.caps, [](const CapUse& use) {
    return std::tuple(std::string_view(use.campaign), use.referrer, use.period);
  });
  standing.counters = in.list<CounterStanding>(limits::kCountersMax, decode_counter);
  require_ascending(in, standing.counters,
                    [](const CounterStanding& c) { return std::string_view(c.name); });
  standing.purchase_days = decode_days(in);
}

}  // namespace tally
