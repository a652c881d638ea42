// The names of the rule language and where they come from (design/rule-language.md §3).
#include "rules/reading.h"

#include "rules/tiers.h"

namespace tally::rules {
namespace {

TransactionFacts transaction_facts(const Programme& programme, const Occasion& occasion) {
  TransactionFacts tx;
  tx.event_time = static_cast<std::int64_t>(occasion.event_time.milliseconds());
  tx.merchant = occasion.merchant;
  if (occasion.purchase == nullptr) {
    tx.channel = occasion.channel;
    tx.store = occasion.store;
    tx.ref = occasion.ref;
    return tx;
  }
  const Earn& purchase = *occasion.purchase;
  tx.channel = purchase.channel;
  tx.store = purchase.store;
  tx.currency = as_text(purchase.currency.view());
  tx.total = purchase.total.minor_units();
  tx.eligible = eligible_amount(programme, purchase, occasion.paid_by_points).minor_units();
  tx.points_value = occasion.paid_by_points.minor_units();
  tx.pay_methods = purchase.pay_methods;
  tx.ref = purchase.ref;
  tx.lines = purchase.lines;
  return tx;
}

MemberFacts member_facts(const RuleFacts& recorded, const std::string& referrer) {
  MemberFacts m;
  m.tier = recorded.tier;
  m.tier_before = recorded.tier;
  m.tqp = recorded.qualifying.value();
  m.enrolled_at = static_cast<std::int64_t>(recorded.enrolled_at.milliseconds());
  if (recorded.last_activity)
    m.last_activity_at = static_cast<std::int64_t>(recorded.last_activity->milliseconds());
  m.purchases_total = static_cast<std::int64_t>(recorded.purchases);
  m.activations_total = static_cast<std::int64_t>(recorded.activations);
  m.segs = recorded.segments;
  if (recorded.referrer) m.referrer = referrer;
  return m;
}

}  // namespace

RuleFacts facts_before(const Programme& programme, const Occasion& occasion,
                       const MemberBefore& member) {
  const Standing& standing = member.standing;
  RuleFacts facts;
  facts.paid_by_points = occasion.paid_by_points;
  facts.enrolled_at = member.enrolled_at;
  facts.tier = standing.tier.tier;
  facts.qualifying = qualifying_at(programme, standing.tier, occasion.block_time);
  facts.last_activity = standing.last_activity;
  facts.purchases = standing.purchases;
  facts.activations = standing.activations;
  facts.referrer = standing.referrer;
  facts.segments = standing.segments;
  return facts;
}

Reading::Reading(const Programme& programme, const Occasion& occasion, const RuleFacts& recorded)
    : referrer_(recorded.referrer ? to_hex(recorded.referrer->view()) : std::string()) {
  facts_.tx = transaction_facts(programme, occasion);
  facts_.m = member_facts(recorded, referrer_);
  facts_.utc_offsets = programme.utc_offsets;
}

void Reading::see_tiers(std::uint8_t before, std::uint8_t now) {
  facts_.m.tier_before = before;
  facts_.m.tier = now;
}

void Reading::see_counters(const std::vector<CounterValue>& values) {
  counters_.clear();
  for (const CounterValue& counter : values)
    counters_.push_back(CounterFact{counter.value, counter.full});
  facts_.counters = counters_;
}

Retracing::Retracing(const Programme& programme, const Occasion& occasion,
                     const RuleFacts& recorded)
    : recorded_(recorded), reading_(programme, occasion, recorded) {
  reading_.see_counters(recorded.counters);
}

void Retracing::see(const RuleResult& result, const Campaign& campaign) {
  const bool is_later = result.trigger == Trigger::Activated || result.trigger == Trigger::TierUp;
  const bool differs = is_later && !recorded_.counters_activated.empty();
  reading_.see_counters(differs ? recorded_.counters_activated : recorded_.counters);
  reading_.see_params(campaign.params);
  if (result.trigger != Trigger::TierUp) return;
  const std::uint8_t now = recorded_.tier_after.value_or(recorded_.tier);
  if (!campaign.each_step) return reading_.see_tiers(recorded_.tier, now);
  // One result for each tier on the way; the referrer's stands right behind the member's.
  std::uint8_t& steps = steps_[campaign.id];
  if (!result.to_referrer) ++steps;
  const auto step = static_cast<std::uint8_t>(recorded_.tier + steps);
  reading_.see_tiers(static_cast<std::uint8_t>(step - 1), step);
}

}  // namespace tally::rules
