// The encodings of what became of rules, and of the facts they read. FORMAT: stored, hashed;
// docs/formats.md §2.
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/rule_result.h>

#include "model/programme_parts.h"

namespace tally {
namespace {

std::string_view name_or_empty(RuleReason reason) {
  switch (reason) {
    case RuleReason::Given:
      return "GIVEN";
    case RuleReason::NotMatched:
      return "NOT_MATCHED";
    case RuleReason::NotInSchedule:
      return "NOT_IN_SCHEDULE";
    case RuleReason::Group:
      return "GROUP";
    case RuleReason::MemberCap:
      return "MEMBER_CAP";
    case RuleReason::ProgrammeCap:
      return "PROGRAMME_CAP";
    case RuleReason::Budget:
      return "BUDGET";
    case RuleReason::FunderCap:
      return "FUNDER_CAP";
    case RuleReason::RuleError:
      return "RULE_ERROR";
    case RuleReason::RateNotAvailable:
      return "RATE_NOT_AVAILABLE";
  }
  return {};
}

void encode_counters(codec::Writer& out, const std::vector<CounterValue>& counters) {
  out.list(counters, [](codec::Writer& w, const CounterValue& counter) {
    w.optional(counter.value, [](codec::Writer& v, std::int64_t value) { v.i64(value); });
    w.boolean(counter.full);
  });
}

std::vector<CounterValue> decode_counters(codec::Reader& in) {
  return in.list<CounterValue>(limits::kCountersMax, [](codec::Reader& r) {
    CounterValue counter;
    counter.value = r.optional<std::int64_t>([](codec::Reader& v) { return v.i64(); });
    counter.full = r.boolean();
    return counter;
  });
}

std::uint8_t decode_tier(codec::Reader& in) {
  const std::uint8_t tier = in.u8();
  if (tier >= limits::kTiersMax) in.fail("a tier that no programme can have");
  return tier;
}

}  // namespace

std::string_view name_of(RuleReason reason) {
  const std::string_view name = name_or_empty(reason);
  CHECK(!name.empty());
  return name;
}

void encode(codec::Writer& out, const RuleResult& result) {
  out.text(result.source);
  encode_enum(out, result.trigger);
  out.boolean(result.to_referrer);
  encode_enum(out, result.reason);
  encode(out, result.asked);
  encode(out, result.headroom);
  encode(out, result.given);
  out.boolean(result.exhausted);
}

void decode(codec::Reader& in, RuleResult& result) {
  result.source = decode_name(in);
  result.trigger = decode_between(in, Trigger::Purchase, Trigger::TierUp);
  result.to_referrer = in.boolean();
  result.reason = decode_between(in, RuleReason::Given, RuleReason::RateNotAvailable);
  decode(in, result.asked);
  decode(in, result.headroom);
  decode(in, result.given);
  result.exhausted = in.boolean();
}

void encode(codec::Writer& out, const RuleFacts& facts) {
  out.u32(facts.programme_version);
  encode(out, facts.paid_by_points);
  out.timestamp(facts.enrolled_at);
  out.u8(facts.tier);
  encode(out, facts.qualifying);
  out.optional(facts.last_activity, [](codec::Writer& w, Timestamp t) { w.timestamp(t); });
  out.u64(facts.purchases);
  out.u64(facts.activations);
  out.optional(facts.referrer, [](codec::Writer& w, const MemberId& id) { w.fixed(id); });
  encode_names(out, facts.segments);
  encode_counters(out, facts.counters);
  encode_counters(out, facts.counters_activated);
  out.optional(facts.tier_after, [](codec::Writer& w, std::uint8_t tier) { w.u8(tier); });
}

void decode(codec::Reader& in, RuleFacts& facts) {
  facts.programme_version = in.u32();
  decode(in, facts.paid_by_points);
  facts.enrolled_at = in.timestamp();
  facts.tier = decode_tier(in);
  decode(in, facts.qualifying);
  facts.last_activity = in.optional<Timestamp>([](codec::Reader& r) { return r.timestamp(); });
  facts.purchases = in.u64();
  facts.activations = in.u64();
  facts.referrer = in.optional<MemberId>([](codec::Reader& r) { return r.fixed<MemberId>(); });
  facts.segments = decode_names(in, limits::kSegmentsMax);
  facts.counters = decode_counters(in);
  facts.counters_activated = decode_counters(in);
  facts.tier_after = in.optional<std::uint8_t>(decode_tier);
}

}  // namespace tally
