// From an explanation's data to lines: who, how much, why not more.
#include <tally/words/explanation.h>

#include <tally/base/check.h>

#include "words/parts.h"

#include <algorithm>

namespace tally::words {
namespace {

using rules::Condition;
using rules::ExplainedExpression;
using rules::ExplainedRule;
using rules::Explanation;
using rules::RunError;

bool is_base(const ExplainedRule& rule) {
  return rule.result.source == rules::kBaseSource;
}

class RuleLine {
 public:
  RuleLine(const ExplainedRule& rule, const Explanation& explanation, const Style& style)
      : rule_(rule), result_(rule.result), whole_(explanation), parts_(style) {}

  [[nodiscard]] std::string text() const {
    std::string line = main_part();
    if (!rule_.agrees) line += " " + parts_.say(Sentence::Disagrees);
    if (result_.exhausted) line += " " + parts_.say(Sentence::UsedUp);
    if (is_funded_by_others())
      line += " " + parts_.say(Sentence::PaidBy, {{"funders", parts_.funders(rule_.funders)}});
    if (expires_on_its_own()) line += " " + parts_.good_until(rule_);
    return line;
  }

 private:
  [[nodiscard]] std::string main_part() const {
    const std::string rule = name();
    const std::string given = parts_.points(result_.given);
    if (!result_.given.is_zero() && result_.reason == RuleReason::Given)
      return parts_.say(Sentence::Gave,
                        {{"rule", rule}, {"given", given}, {"how", how(rule_.award)}});
    if (!result_.given.is_zero())
      return parts_.say(Sentence::GaveLess, {{"rule", rule},
                                             {"given", Parts::number(result_.given)},
                                             {"asked", Parts::number(result_.asked)},
                                             {"why", why()}});
    if (!result_.asked.is_zero())
      return parts_.say(Sentence::GaveNothingOf,
                        {{"rule", rule}, {"asked", parts_.points(result_.asked)}, {"why", why()}});
    return parts_.say(Sentence::GaveNothing, {{"rule", rule}, {"why", why()}});
  }

  [[nodiscard]] std::string name() const {
    if (is_base(rule_)) return parts_.say(Sentence::Base);
    const std::string& title = rule_.campaign ? rule_.campaign->title : result_.source;
    std::string name = title.empty() ? result_.source : title;
    const auto within = [&](Sentence sentence) { name = parts_.say(sentence, {{"rule", name}}); };
    switch (result_.trigger) {
      case Trigger::Purchase:
        break;
      case Trigger::Enrol:
        within(Sentence::OnEnrol);
        break;
      case Trigger::Activated:
        within(Sentence::OnActivated);
        break;
      case Trigger::Attested:
        within(Sentence::OnAttested);
        break;
      case Trigger::TierUp:
        within(Sentence::OnTierUp);
        break;
    }
    if (result_.to_referrer) within(Sentence::ToReferrer);
    return name;
  }

  [[nodiscard]] std::string how(const ExplainedExpression& award) const {
    if (award.fixed) return parts_.say(Sentence::Fixed);
    if (award.rate.has_value()) return rate(*award.rate, award);
    const std::string source = Parts::one_line(award.source);
    if (award.reads.empty()) return parts_.say(Sentence::Computed, {{"source", source}});
    return parts_.say(Sentence::ComputedFrom,
                      {{"source", source}, {"facts", parts_.facts(award.reads)}});
  }

  [[nodiscard]] std::string rate(const rules::PlainRate& rate,
                                 const ExplainedExpression& award) const {
    if (rate.of == rules::PlainRate::Of::BasePoints) {
      if (rate.points == 1 && rate.per == 1) return parts_.say(Sentence::AsBase);
      const auto* base = std::get_if<std::int64_t>(&award.reads.front().value);
      CHECK(base != nullptr);
      return parts_.say(Sentence::EachBase, {{"points", std::to_string(rate.points)},
                                             {"per", std::to_string(rate.per)},
                                             {"base", std::to_string(*base)}});
    }
    const std::string amount = what_counts();
    const std::string per = parts_.money(rate.per);
    if (rate.points == 1) return parts_.say(Sentence::EachFull, {{"per", per}, {"amount", amount}});
    return parts_.say(Sentence::Each,
                      {{"points", std::to_string(rate.points)}, {"per", per}, {"amount", amount}});
  }

  /// The base says how the amount came about; that is enough once.
  [[nodiscard]] std::string what_counts() const {
    if (!whole_.eligible.has_value()) return parts_.money(0);
    if (is_base(rule_)) return parts_.eligible(*whole_.eligible);
    return parts_.money(whole_.eligible->amount.minor_units());
  }

  [[nodiscard]] std::string why() const {
    switch (result_.reason) {
      case RuleReason::Given:
        return how(rule_.award);
      case RuleReason::NotMatched:
      case RuleReason::NotInSchedule:
        return why_not_matched();
      case RuleReason::Group:
        return why_group();
      case RuleReason::MemberCap:
        return why_member_cap();
      case RuleReason::ProgrammeCap:
        return why_programme_cap();
      case RuleReason::Budget: {
        const bool whole =
            rule_.campaign && rule_.campaign->budget && rule_.campaign->budget->all_or_nothing;
        return parts_.say(whole ? Sentence::BudgetWhole : Sentence::BudgetLeaves,
                          {{"headroom", Parts::number(result_.headroom)}});
      }
      case RuleReason::FunderCap:
        return parts_.say(Sentence::FunderCap);
      case RuleReason::RuleError:
        return why_error();
      case RuleReason::RateNotAvailable:
        break;
    }
    return parts_.say(Sentence::NoQuote);
  }

  [[nodiscard]] std::string why_not_matched() const {
    std::string all;
    for (const Condition condition : rule_.failed)
      all += (all.empty() ? "" : "; ") + why_condition(condition);
    if (!all.empty()) return all;
    return parts_.say(Sentence::AwardIsNothing, {{"how", how(rule_.award)}});
  }

  [[nodiscard]] std::string why_condition(Condition condition) const {
    static const Campaign none;
    const Campaign& campaign = rule_.campaign ? *rule_.campaign : none;
    const auto only = [&](Sentence sentence, const std::vector<std::string>& names,
                          const std::string& got) {
      return parts_.say(sentence, {{"names", Parts::list(names)}, {"got", got}});
    };
    switch (condition) {
      case Condition::Schedule:
        return why_schedule(campaign);
      case Condition::Tier:
        return only(Sentence::OnlyTiers, campaign.tiers, rule_.tier.name);
      case Condition::Merchant:
        return only(Sentence::OnlyMerchants, campaign.merchants, whole_.merchant);
      case Condition::Store:
        return only(Sentence::OnlyStores, campaign.stores, parts_.text(whole_.store));
      case Condition::Channel:
        return only(Sentence::OnlyChannels, campaign.channels, parts_.text(whole_.channel));
      case Condition::Attestor:
        return parts_.say(Sentence::OnlyAttestor,
                          {{"name", campaign.attestor}, {"got", parts_.text(whole_.signed_by)}});
      case Condition::When:
        break;
    }
    return why_when();
  }

  [[nodiscard]] std::string why_schedule(const Campaign& campaign) const {
    if (campaign.starts && whole_.event_time < *campaign.starts)
      return parts_.say(Sentence::NotYet, {{"moment", parts_.moment(*campaign.starts)}});
    if (campaign.ends && whole_.event_time >= *campaign.ends)
      return parts_.say(Sentence::Ended, {{"moment", parts_.moment(*campaign.ends)}});
    return parts_.say(Sentence::Over);
  }

  [[nodiscard]] std::string why_when() const {
    CHECK(rule_.when.has_value());
    const std::string source = Parts::one_line(rule_.when->source);
    if (rule_.when->reads.empty()) return parts_.say(Sentence::WhenFails, {{"source", source}});
    return parts_.say(Sentence::WhenFailsFor,
                      {{"source", source}, {"facts", parts_.facts(rule_.when->reads)}});
  }

  [[nodiscard]] std::string why_group() const {
    const std::string group = rule_.campaign ? rule_.campaign->group : std::string();
    if (rule_.chosen.empty()) return parts_.say(Sentence::GroupOther, {{"group", group}});
    const bool first = rule_.group_mode == GroupMode::First;
    return parts_.say(first ? Sentence::GroupFirst : Sentence::GroupBest,
                      {{"other", rule_.chosen}, {"group", group}});
  }

  [[nodiscard]] std::string why_member_cap() const {
    const std::string headroom = Parts::number(result_.headroom);
    if (rule_.binding.size() != 1)
      return parts_.say(Sentence::MemberLimits, {{"headroom", headroom}});
    const rules::BindingCap& binding = rule_.binding.front();
    const std::string period = parts_.period(binding.cap.period);
    if (!binding.times)
      return parts_.say(Sentence::MemberLimit, {{"period", period}, {"headroom", headroom}});
    if (binding.cap.limit == 1) return parts_.say(Sentence::MemberOnce, {{"period", period}});
    return parts_.say(Sentence::MemberTimes,
                      {{"period", period}, {"limit", std::to_string(binding.cap.limit)}});
  }

  [[nodiscard]] std::string why_programme_cap() const {
    const std::string headroom = Parts::number(result_.headroom);
    if (rule_.binding.size() != 1)
      return parts_.say(Sentence::ProgrammeLimits, {{"headroom", headroom}});
    return parts_.say(
        Sentence::ProgrammeLimit,
        {{"period", parts_.period(rule_.binding.front().cap.period)}, {"headroom", headroom}});
  }

  [[nodiscard]] std::string why_error() const {
    const std::optional<RunError> error =
        rule_.when && rule_.when->error ? rule_.when->error : rule_.award.error;
    if (error == RunError::Index) return parts_.say(Sentence::OutsideList);
    if (error == RunError::Muldiv) return parts_.say(Sentence::BadDivision);
    return parts_.say(error.has_value() ? Sentence::Overflow : Sentence::Negative);
  }

  [[nodiscard]] bool is_funded_by_others() const {
    return std::any_of(rule_.funders.begin(), rule_.funders.end(),
                       [](const auto& part) { return part.who.kind != FunderKind::Issuer; });
  }

  /// Where all points have one date, lines_of tells it once.
  [[nodiscard]] bool expires_on_its_own() const {
    return rule_.expires_at.has_value() &&
           std::any_of(whole_.rules.begin(), whole_.rules.end(), [&](const ExplainedRule& other) {
             return other.expires_at.has_value() && other.expires_at != rule_.expires_at;
           });
  }

  const ExplainedRule& rule_;
  const RuleResult& result_;
  const Explanation& whole_;
  const Parts parts_;
};

Points given_to_member(const Explanation& explanation) {
  Points sum;
  for (const ExplainedRule& rule : explanation.rules)
    if (!rule.result.to_referrer)
      sum = checked_add(sum, rule.result.given).value_or(sum);  // of one receipt: below the limit
  return sum;
}

/// Whether the base's line does not tell how the amount came about, though there is something to
/// tell.
bool must_tell_amount(const Explanation& explanation) {
  if (!explanation.eligible.has_value() || explanation.rules.empty()) return false;
  const ExplainedRule& base = explanation.rules.front();
  const bool told =
      is_base(base) && base.award.rate.has_value() && base.result.reason == RuleReason::Given;
  return !told && explanation.eligible->amount != explanation.eligible->total;
}

bool has_one_date(const Explanation& explanation) {
  const ExplainedRule* first = nullptr;
  for (const ExplainedRule& rule : explanation.rules) {
    if (!rule.expires_at.has_value()) continue;
    if (first == nullptr) first = &rule;
    if (rule.expires_at != first->expires_at) return false;
  }
  return first != nullptr;
}

}  // namespace

std::string line_of(const ExplainedRule& rule, const Explanation& explanation, const Style& style) {
  return RuleLine(rule, explanation, style).text();
}

std::vector<std::string> lines_of(const Explanation& explanation, const Style& style) {
  const Parts parts(style);
  if (explanation.outcome != Outcome::Accepted)
    return {parts.say(Sentence::Refused, {{"why", std::string(sentence_of(explanation.outcome))}})};
  if (explanation.rules.empty()) return {parts.say(Sentence::NoRules)};
  std::vector<std::string> lines = {
      parts.say(Sentence::Total, {{"given", parts.points(given_to_member(explanation))}})};
  if (must_tell_amount(explanation))
    lines.push_back(
        parts.say(Sentence::WhatCounts, {{"amount", parts.eligible(*explanation.eligible)}}));
  for (const ExplainedRule& rule : explanation.rules)
    lines.push_back(line_of(rule, explanation, style));
  if (explanation.tier_after != explanation.tier_before)
    lines.push_back(parts.say(Sentence::TierRaised, {{"before", explanation.tier_before.name},
                                                     {"after", explanation.tier_after.name}}));
  if (has_one_date(explanation)) {
    const auto dated =
        std::find_if(explanation.rules.begin(), explanation.rules.end(),
                     [](const ExplainedRule& rule) { return rule.expires_at.has_value(); });
    lines.push_back(parts.good_until(*dated));
  }
  return lines;
}

}  // namespace tally::words
