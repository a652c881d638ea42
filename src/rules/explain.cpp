// Evaluates again what a receipt says, from its facts (design/loyalty.md §6).
#include <tally/rules/explain.h>

#include <tally/base/check.h>

#include "rules/admission.h"
#include "rules/node_kind.h"
#include "rules/reading.h"

#include <algorithm>
#include <utility>

namespace tally::rules {
namespace {

NodeKind kind_of(const ExpressionNode& node) {
  return static_cast<NodeKind>(node.kind);
}

std::optional<PlainRate::Of> amount_of(const ExpressionNode& node) {
  if (kind_of(node) != NodeKind::Field) return std::nullopt;
  if (node.value == static_cast<std::int64_t>(FieldNumber::TxEligible))
    return PlainRate::Of::Eligible;
  if (node.value == static_cast<std::int64_t>(FieldNumber::BasePoints))
    return PlainRate::Of::BasePoints;
  return std::nullopt;
}

/// An amount is two nodes, the field and the name before its dot.
std::optional<PlainRate> rate_of(const Expression& award) {
  constexpr std::size_t kAmountNodes = 2;
  const auto& nodes = award.nodes;
  if (nodes.size() == kAmountNodes && amount_of(nodes[0]).has_value())
    return PlainRate{*amount_of(nodes[0])};
  if (nodes.size() != 1 + kAmountNodes + 2 || kind_of(nodes[0]) != NodeKind::Muldiv)
    return std::nullopt;
  const std::optional<PlainRate::Of> of = amount_of(nodes[1]);
  const ExpressionNode& points = nodes[1 + kAmountNodes];
  const ExpressionNode& per = nodes[2 + kAmountNodes];
  if (!of.has_value() || kind_of(points) != NodeKind::Int || kind_of(per) != NodeKind::Int)
    return std::nullopt;
  return PlainRate{*of, points.value, per.value};
}

LocalTime local_time(const Programme& programme, Timestamp t) {
  constexpr std::int64_t kMinute = 60'000;
  return LocalTime(static_cast<std::int64_t>(t.milliseconds()) +
                   offset_minutes_at(programme.utc_offsets, t) * kMinute);
}

NamedTier named(const Programme& programme, std::uint8_t tier) {
  const std::vector<Tier>& tiers = programme.tiers.tiers;
  return {tier, tier < tiers.size() ? tiers[tier].name : std::string()};
}

EligibleAmount eligible_of(const Programme& programme, const Earn& purchase, Money paid_by_points) {
  EligibleAmount eligible;
  eligible.total = purchase.total;
  if (!programme.earn.counts_tax) eligible.tax = purchase.tax;
  eligible.excluded = excluded_amount(programme, purchase);
  eligible.paid_by_points = paid_by_points;
  eligible.amount = eligible_amount(programme, purchase, paid_by_points);
  return eligible;
}

/// The limits of `points` and `times` that can have left `headroom`. One of points that is as large
/// as that was not used before, and is the one; one of times leaves all or nothing.
std::vector<BindingCap> binding_of(const std::vector<Cap>& points, const std::vector<Cap>& times,
                                   Points headroom) {
  const auto left = static_cast<std::uint64_t>(headroom.value());
  std::vector<BindingCap> binding;
  for (const Cap& cap : points) {
    if (cap.limit == left) return {{cap, false}};
    if (cap.limit > left) binding.push_back({cap, false});
  }
  if (left > 0) return binding;
  for (const Cap& cap : times)
    binding.push_back({cap, true});
  return binding;
}

class Explainer {
 public:
  Explainer(const RuleSet& rules, const Occasion& occasion, const Receipt& receipt)
      : rules_(rules),
        programme_(rules.programme),
        occasion_(occasion),
        receipt_(receipt),
        facts_(*receipt.facts),
        reading_(programme_, occasion_, facts_),
        lines_(posted_lines(receipt)) {}

  std::vector<ExplainedRule> run() {
    std::vector<ExplainedRule> explained;
    for (std::size_t i = 0; i < receipt_.rules.size(); ++i)
      explained.push_back(explain_rule(i));
    for (ExplainedRule& rule : explained)
      if (rule.result.reason == RuleReason::Group) rule.chosen = chosen_instead_of(rule.result);
    return explained;
  }

 private:
  ExplainedRule explain_rule(std::size_t number) {
    const RuleResult& result = receipt_.rules[number];
    ExplainedRule rule;
    rule.result = result;
    add_lines(number, rule);
    if (result.source == kBaseSource) {
      rule.tier = named(programme_, facts_.tier);
      rule.award = evaluate_award(programme_.earn.base, rules_.base, true);
      reading_.see_base(Points::from(rule.award.value.value_or(0)).value_or(Points()));
      if (result.reason == RuleReason::ProgrammeCap)
        rule.binding = binding_of(programme_.earn.cap_points, {}, result.headroom);
      rule.agrees = agrees(rule);
      return rule;
    }
    const Campaign* campaign = find_campaign(programme_, result.source);
    if (campaign == nullptr) return rule;  // a receipt of other rules: it does not agree
    const auto place = static_cast<std::size_t>(campaign - programme_.campaigns.data());
    rule.campaign = *campaign;
    rule.group_mode = mode_of(*campaign);
    reading_.see(result, *campaign);
    rule.tier = named(programme_, reading_.tier());
    if (!result.to_referrer) ask_conditions(*campaign, rules_.campaigns[place].when, rule);
    const bool matched = rule.failed.empty() && !(rule.when && rule.when->error);
    const bool to_referrer = result.to_referrer && campaign->referrer.has_value();
    rule.award =
        to_referrer
            ? evaluate_award(campaign->referrer->award, rules_.campaigns[place].referrer, matched)
            : evaluate_award(campaign->award, rules_.campaigns[place].award, matched);
    add_caps(*campaign, rule);
    rule.agrees = agrees(rule) && result.to_referrer == to_referrer;
    return rule;
  }

  void ask_conditions(const Campaign& campaign, const Expression& when, ExplainedRule& rule) {
    for (const Condition condition : kEnvelopeConditions)
      if (!holds(condition, programme_, campaign, occasion_, reading_.tier()))
        rule.failed.push_back(condition);
    if (when.empty()) return;
    const Evaluated<bool> matches = evaluate_bool(when, reading_.facts());
    ExplainedExpression& asked = rule.when.emplace();
    asked.source = campaign.when;
    asked.error = matches.error;
    asked.reads = facts_read(when, programme_, reading_.facts());
    if (matches.error.has_value()) return;
    asked.value = matches.value ? 1 : 0;
    if (!matches.value) rule.failed.push_back(Condition::When);
  }

  /// `matched`: whether the rule came so far that its award was asked.
  [[nodiscard]] ExplainedExpression evaluate_award(const RuleSource& source, const Expression& tree,
                                                   bool matched) const {
    ExplainedExpression award;
    award.source = source;
    award.reads = facts_read(tree, programme_, reading_.facts());
    award.rate = rate_of(tree);
    award.fixed = tree.nodes.size() == 1 && kind_of(tree.nodes[0]) == NodeKind::Int;
    if (!matched) return award;
    const Evaluated<std::int64_t> asked = evaluate_int(tree, reading_.facts());
    award.error = asked.error;
    if (!asked.error.has_value()) award.value = asked.value;
    return award;
  }

  /// What the expressions alone decide. Caps, budgets and groups have a memory of their own, and
  /// of those the receipt is the record.
  static bool agrees(const ExplainedRule& rule) {
    const RuleResult& result = rule.result;
    const bool is_base = result.source == kBaseSource;
    const auto failed = [&](RuleReason reason) {
      return result.reason == reason && result.asked.is_zero() && result.given.is_zero();
    };
    if (!rule.failed.empty() && rule.failed.front() != Condition::When)
      return failed(rule.failed.front() == Condition::Schedule ? RuleReason::NotInSchedule
                                                               : RuleReason::NotMatched);
    if (rule.when.has_value() && rule.when->error.has_value()) return failed(RuleReason::RuleError);
    if (!rule.failed.empty()) return failed(RuleReason::NotMatched);
    if (!rule.award.value.has_value() || *rule.award.value < 0)
      return failed(RuleReason::RuleError);
    if (*rule.award.value == 0) return failed(is_base ? RuleReason::Given : RuleReason::NotMatched);
    const bool was_asked = result.reason != RuleReason::NotMatched &&
                           result.reason != RuleReason::NotInSchedule &&
                           result.reason != RuleReason::RuleError;
    const bool whole = result.reason != RuleReason::Given || result.given == result.asked;
    return was_asked && whole && result.asked.value() == *rule.award.value &&
           result.given <= smaller(result.asked, result.headroom);
  }

  void add_caps(const Campaign& campaign, ExplainedRule& rule) const {
    const RuleResult& result = rule.result;
    if (result.reason == RuleReason::ProgrammeCap)
      rule.binding = binding_of(programme_.earn.cap_points, {}, result.headroom);
    if (result.reason != RuleReason::MemberCap) return;
    const bool referrers = result.to_referrer && campaign.referrer.has_value();
    rule.binding =
        binding_of(referrers ? campaign.referrer->cap_points : campaign.cap_points,
                   referrers ? campaign.referrer->cap_times : campaign.cap_times, result.headroom);
  }

  void add_lines(std::size_t number, ExplainedRule& rule) {
    for (const PostedLine& posted : lines_) {
      if (posted.rule != number) continue;
      const ReceiptLine& line = receipt_.lines[posted.line];
      if (line.points.is_zero()) continue;
      rule.funders.push_back({line.funder, line.points});
      // Of points that wait, the date counts from their activation.
      if (line.kind == LineKind::Earned) rule.expires_at = line.expires_at;
    }
    if (!rule.expires_at.has_value() || *rule.expires_at == Timestamp::never()) return;
    rule.last_day = civil_date(programme_.utc_offsets, rule.expires_at->minus(Duration(1)));
  }

  [[nodiscard]] std::optional<GroupMode> mode_of(const Campaign& campaign) const {
    for (const Group& group : programme_.groups)
      if (group.name == campaign.group) return group.mode;
    return std::nullopt;
  }

  /// The campaign that its group chose, if it still gave something after the programme's caps.
  [[nodiscard]] std::string chosen_instead_of(const RuleResult& left_out) const {
    const Campaign* campaign = find_campaign(programme_, left_out.source);
    if (campaign == nullptr) return {};
    for (const RuleResult& other : receipt_.rules) {
      const Campaign* peer = find_campaign(programme_, other.source);
      if (peer != nullptr && peer->group == campaign->group && peer->id != campaign->id &&
          other.trigger == left_out.trigger && !other.to_referrer && !other.given.is_zero())
        return peer->id;
    }
    return {};
  }

  const RuleSet& rules_;
  const Programme& programme_;
  const Occasion& occasion_;
  const Receipt& receipt_;
  const RuleFacts& facts_;
  Retracing reading_;
  std::vector<PostedLine> lines_;
};

void describe(const Occasion& occasion, Explanation& explanation) {
  explanation.trigger = occasion.trigger;
  explanation.merchant = occasion.merchant;
  explanation.signed_by = occasion.signed_by;
  const Earn* purchase = occasion.purchase;
  explanation.store = purchase != nullptr ? purchase->store : std::string(occasion.store);
  explanation.channel = purchase != nullptr ? purchase->channel : std::string(occasion.channel);
}

}  // namespace

Explanation explain(const RuleSet& rules, const Occasion& occasion, const Receipt& receipt) {
  CHECK(rules.campaigns.size() == rules.programme.campaigns.size());
  Explanation explanation;
  explanation.outcome = receipt.outcome;
  describe(occasion, explanation);
  explanation.event_time = local_time(rules.programme, occasion.event_time);
  if (!receipt.facts.has_value()) return explanation;

  const RuleFacts& facts = *receipt.facts;
  Occasion recorded = occasion;
  recorded.paid_by_points = facts.paid_by_points;
  explanation.programme_version = facts.programme_version;
  if (occasion.purchase != nullptr)
    explanation.eligible = eligible_of(rules.programme, *occasion.purchase, facts.paid_by_points);
  explanation.tier_before = named(rules.programme, facts.tier);
  explanation.tier_after = named(rules.programme, facts.tier_after.value_or(facts.tier));
  explanation.rules = Explainer(rules, recorded, receipt).run();
  explanation.agrees = std::all_of(explanation.rules.begin(), explanation.rules.end(),
                                   [](const ExplainedRule& rule) { return rule.agrees; });
  return explanation;
}

}  // namespace tally::rules
