// What became of rules, and the facts that they read.
#include <tally/base/limits.h>
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/receipt.pb.h"

namespace tally::edge {
namespace {

void put(const std::vector<CounterValue>& counters,
         google::protobuf::RepeatedPtrField<v1::CounterValue>& messages) {
  for (const CounterValue& counter : counters) {
    v1::CounterValue& message = *messages.Add();
    if (counter.value.has_value()) message.set_value(*counter.value);
    message.set_full(counter.full);
  }
}

std::vector<CounterValue> counters_of(
    const google::protobuf::RepeatedPtrField<v1::CounterValue>& messages) {
  std::vector<CounterValue> counters;
  for (const v1::CounterValue& message : messages) {
    CounterValue counter;
    if (message.has_value()) counter.value = message.value();
    counter.full = message.full();
    counters.push_back(counter);
  }
  return counters;
}

Result<std::uint8_t> tier_of(std::string_view field, std::uint32_t tier) {
  if (tier >= limits::kTiersMax) return wrong(field, std::to_string(tier), "0 to 15");
  return static_cast<std::uint8_t>(tier);
}

}  // namespace

void to_proto(const RuleResult& result, v1::RuleResult& message) {
  message.set_source(result.source);
  message.set_trigger(static_cast<v1::Trigger>(result.trigger));
  message.set_to_referrer(result.to_referrer);
  message.set_reason(static_cast<v1::RuleReason>(result.reason));
  message.set_asked(result.asked.value());
  if (result.headroom.value() != kPointsMax) message.set_headroom(result.headroom.value());
  message.set_given(result.given.value());
  message.set_exhausted(result.exhausted);
}

Result<RuleResult> from_proto(const v1::RuleResult& message) {
  RuleResult result;
  result.source = message.source();
  if (message.trigger() < v1::TRIGGER_PURCHASE || message.trigger() > v1::TRIGGER_TIER_UP)
    return wrong("trigger", std::to_string(message.trigger()), "a trigger that is known");
  result.trigger = static_cast<Trigger>(message.trigger());
  result.to_referrer = message.to_referrer();
  if (message.reason() < v1::RULE_REASON_GIVEN ||
      message.reason() > v1::RULE_REASON_RATE_NOT_AVAILABLE)
    return wrong("reason", std::to_string(message.reason()), "a reason that is known");
  result.reason = static_cast<RuleReason>(message.reason());
  TRY(result.asked, amount<Points>("asked", message.asked()));
  TRY(result.headroom,
      amount<Points>("headroom", message.has_headroom() ? message.headroom() : kPointsMax));
  TRY(result.given, amount<Points>("given", message.given()));
  result.exhausted = message.exhausted();
  return result;
}

void to_proto(const RuleFacts& facts, v1::RuleFacts& message) {
  message.set_programme_version(facts.programme_version);
  message.set_paid_by_points(facts.paid_by_points.minor_units());
  message.set_enrolled_at(facts.enrolled_at.milliseconds());
  message.set_tier(facts.tier);
  message.set_qualifying(facts.qualifying.value());
  if (facts.last_activity.has_value())
    message.set_last_activity(facts.last_activity->milliseconds());
  message.set_purchases(facts.purchases);
  message.set_activations(facts.activations);
  if (facts.referrer.has_value()) message.set_referrer(hex(facts.referrer->view()));
  for (const std::string& segment : facts.segments)
    message.add_segments(segment);
  put(facts.counters, *message.mutable_counters());
  put(facts.counters_activated, *message.mutable_counters_activated());
  if (facts.tier_after.has_value()) message.set_tier_after(*facts.tier_after);
}

Result<RuleFacts> from_proto(const v1::RuleFacts& message) {
  RuleFacts facts;
  facts.programme_version = message.programme_version();
  TRY(facts.paid_by_points, amount<Money>("paid_by_points", message.paid_by_points()));
  facts.enrolled_at = Timestamp(message.enrolled_at());
  TRY(facts.tier, tier_of("tier", message.tier()));
  TRY(facts.qualifying, amount<Points>("qualifying", message.qualifying()));
  if (message.has_last_activity()) facts.last_activity = Timestamp(message.last_activity());
  facts.purchases = message.purchases();
  facts.activations = message.activations();
  if (!message.referrer().empty()) {
    TRY(const MemberId referrer, fixed<MemberId>("referrer", message.referrer()));
    facts.referrer = referrer;
  }
  facts.segments.assign(message.segments().begin(), message.segments().end());
  facts.counters = counters_of(message.counters());
  facts.counters_activated = counters_of(message.counters_activated());
  if (message.has_tier_after()) {
    TRY(const std::uint8_t tier, tier_of("tier_after", message.tier_after()));
    facts.tier_after = tier;
  }
  return facts;
}

}  // namespace tally::edge
