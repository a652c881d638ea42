// Generators of what rules are stored as, what they remember and what became of them.
#pragma once

#include <tally/model/rule_result.h>
#include <tally/model/rule_set.h>
#include <tally/model/standing.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "model/programme_generators.h"

namespace tally::test {

/// A subtree of at most `depth` levels at the end of the tree; its size is what came with it. A
/// text is new, and then the next of all texts, or one that was named before.
inline void add_subtree(Expression& tree, int depth) {
  const std::size_t at = tree.nodes.size();
  ExpressionNode node{any_u8(), 0, 1, any_i64()};
  if (any_bool()) node.kind = ExpressionNode::kText;
  if (node.kind == ExpressionNode::kText) {
    const auto named = static_cast<std::int64_t>(tree.texts.size());
    node.value = *rc::gen::inRange<std::int64_t>(0, named + 1);
    if (node.value == named)
      tree.texts.push_back(any_bool() ? any_text(limits::kRuleTextBytesMax)
                                      : std::string("\x01\n\xff", 3));
  }
  if (depth > 1) node.parts = *rc::gen::inRange<std::uint8_t>(0, 4);
  tree.nodes.push_back(node);
  for (std::uint8_t part = 0; part < node.parts; ++part)
    add_subtree(tree, depth - 1);
  tree.nodes[at].size = static_cast<std::uint16_t>(tree.nodes.size() - at);
}

/// A tree of at most 121 nodes, or none.
[[nodiscard]] inline Expression any_expression() {
  Expression expression;
  expression.type = any_of(ValueType::Bool, ValueType::String);
  expression.cost = any_u32();
  const int depth = *rc::gen::inRange(0, 6);
  if (depth > 0) add_subtree(expression, depth);
  return expression;
}

/// Trees beside their programme, in any order of evaluation.
[[nodiscard]] inline RuleSet any_rule_set() {
  RuleSet rules;
  rules.programme = any_programme();
  rules.base = any_expression();
  for (std::size_t i = 0; i < rules.programme.counters.size(); ++i)
    rules.counters.push_back(any_expression());
  for (std::size_t i = 0; i < rules.programme.campaigns.size(); ++i)
    rules.campaigns.push_back({any_expression(), any_expression(), any_expression()});
  rules.order.resize(rules.campaigns.size());
  std::iota(rules.order.begin(), rules.order.end(), std::uint16_t{0});
  if (any_bool()) std::reverse(rules.order.begin(), rules.order.end());
  return rules;
}

/// Sorted, and of what `key` makes the same only one.
template <typename T, typename Key>
[[nodiscard]] std::vector<T> ascending(std::vector<T> items, Key key) {
  std::sort(items.begin(), items.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
  const auto same = [&](const T& a, const T& b) { return key(a) == key(b); };
  items.erase(std::unique(items.begin(), items.end(), same), items.end());
  return items;
}

[[nodiscard]] inline std::vector<DayCount> any_days() {
  return ascending(any_list(4,
                            [] {
                              return DayCount{any_i64(), any_timestamp(), any_u32()};
                            }),
                   [](const DayCount& day) { return day.day; });
}

[[nodiscard]] inline std::uint8_t any_tier() {
  return *rc::gen::inRange<std::uint8_t>(0, limits::kTiersMax);
}

[[nodiscard]] inline TierStanding any_tier_standing() {
  return {any_tier(),      *rc::gen::inRange<std::int32_t>(0, 10'000),
          any_points(),    any_points(),
          any_timestamp(), any_bool()};
}

[[nodiscard]] inline std::vector<std::string> any_segments() {
  return ascending(any_names(), [](const std::string& name) { return name; });
}

[[nodiscard]] inline Standing any_standing() {
  Standing s;
  s.purchases = any_u64();
  s.activations = any_u64();
  s.last_activity = any_optional(any_timestamp);
  s.referrer = any_optional(any_member);
  s.tier = any_tier_standing();
  s.segments = any_segments();
  s.caps = ascending(
      any_list(4,
               [] {
                 return CapUse{any_name(), any_bool(),   any_period(),
                               any_i64(),  any_points(), any_u64()};
               }),
      [](const CapUse& use) { return std::tuple(use.campaign, use.referrer, use.period); });
  s.counters =
      ascending(any_list(3,
                         [] {
                           return CounterStanding{any_name(), any_i64(), any_i64(), any_days()};
                         }),
                [](const CounterStanding& counter) { return counter.name; });
  s.purchase_days = any_days();
  return s;
}

[[nodiscard]] inline RuleResult any_rule_result() {
  RuleResult result;
  result.source = any_name();
  result.trigger = any_of(Trigger::Purchase, Trigger::TierUp);
  result.to_referrer = any_bool();
  result.reason = any_of(RuleReason::Given, RuleReason::RateNotAvailable);
  result.asked = any_points();
  result.headroom = any_points();
  result.given = any_points();
  result.exhausted = any_bool();
  return result;
}

[[nodiscard]] inline std::vector<CounterValue> any_counter_values() {
  return any_list(3, [] { return CounterValue{any_optional(any_i64), any_bool()}; });
}

[[nodiscard]] inline RuleFacts any_rule_facts() {
  RuleFacts facts;
  facts.programme_version = any_u32();
  facts.paid_by_points = any_money();
  facts.enrolled_at = any_timestamp();
  facts.tier = any_tier();
  facts.qualifying = any_points();
  facts.last_activity = any_optional(any_timestamp);
  facts.purchases = any_u64();
  facts.activations = any_u64();
  facts.referrer = any_optional(any_member);
  facts.segments = any_segments();
  facts.counters = any_counter_values();
  facts.counters_activated = any_counter_values();
  facts.tier_after = any_optional(any_tier);
  return facts;
}

}  // namespace tally::test
