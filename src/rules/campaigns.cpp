// The campaigns of one trigger: asked, limited, chosen, paid (design/loyalty.md §6, steps 4 to 8).
#include <algorithm>
#include <utility>

#include <tally/base/check.h>

#include "rules/admission.h"
#include "rules/evaluation.h"
#include "rules/funders.h"

namespace tally::rules {
namespace {

/// Lowers what is given to `left`, and says by what.
void cut(Points left, RuleReason reason, RuleResult& result) {
  result.headroom = smaller(result.headroom, left);
  if (result.given <= left) return;
  result.given = left;
  result.reason = reason;
}

/// Of sums that a cap, a budget or an award has bounded.
Points plus(Points a, Points b) {
  const std::optional<Points> sum = checked_add(a, b);
  CHECK(sum.has_value());
  return *sum;
}

}  // namespace

bool Evaluation::run_campaigns(Trigger trigger, const TierStep* step) {
  std::vector<Candidate> candidates;
  for (const std::uint16_t place : rules_.order) {
    const Campaign& campaign = programme_.campaigns[place];
    if (campaign.trigger != trigger || campaign.state != CampaignState::Active) continue;
    if (step != nullptr) {
      if (!campaign.each_step && step->step != step->now) continue;
      reading_.see_tiers(
          campaign.each_step ? static_cast<std::uint8_t>(step->step - 1) : step->before,
          step->step);
    }
    candidates.push_back(Candidate{place, unasked(campaign.id, trigger)});
    if (!ask(candidates.back())) return false;
  }
  choose_in_groups(programme_, candidates);
  for (Candidate& candidate : candidates) {
    const Campaign& campaign = programme_.campaigns[candidate.campaign];
    pay(Payee{caps_of(campaign), awarded_.standing, withheld_}, candidate.campaign,
        candidate.result);
    if (!candidate.result.given.is_zero()) {
      if (campaign.qualifying && posts_now(campaign)) {
        const std::optional<Points> sum = checked_add(qualifying_, candidate.result.given);
        if (!sum) return refuse(Outcome::AmountOverflow);
        qualifying_ = *sum;
      }
      if (!campaign.resets.empty()) resets_.push_back(candidate.campaign);
    }
    awarded_.results.push_back(candidate.result);
    if (!pay_referrer(candidate)) return false;
  }
  for (const std::uint16_t place : std::exchange(resets_, {}))
    reset_counter(programme_.campaigns[place].resets, awarded_.standing);
  return true;
}

/// What it would give: its expressions, then its own caps and its budget (step 5).
bool Evaluation::ask(Candidate& candidate) {
  const Campaign& campaign = programme_.campaigns[candidate.campaign];
  const CampaignTrees& trees = rules_.campaigns[candidate.campaign];
  RuleResult& result = candidate.result;
  result.reason = admission(programme_, campaign, occasion_, reading_.tier());
  if (result.reason != RuleReason::Given) return true;
  reading_.see_params(campaign.params);
  if (!trees.when.empty()) {
    const Evaluated<bool> matches = evaluate_bool(trees.when, reading_.facts());
    if (!goes_on(matches)) return false;
    if (matches.error) result.reason = RuleReason::RuleError;
    if (!matches.error && !matches.value) result.reason = RuleReason::NotMatched;
    if (result.reason != RuleReason::Given) return true;
  }
  if (!ask_award(trees.award, result)) return false;
  limit(Payee{caps_of(campaign), awarded_.standing, withheld_}, candidate.campaign, result);
  return true;
}

/// Sets what is asked, and gives it for now. An award of 0 is a rule that did not match.
bool Evaluation::ask_award(const Expression& award, RuleResult& result) {
  const Evaluated<std::int64_t> asked = evaluate_int(award, reading_.facts());
  if (!goes_on(asked)) return false;
  if (asked.error || asked.value < 0) {
    result.reason = RuleReason::RuleError;
    return true;
  }
  const std::optional<Points> points = Points::from(asked.value);
  if (!points) return refuse(Outcome::AmountOverflow);
  if (points->is_zero()) result.reason = RuleReason::NotMatched;
  result.asked = *points;
  result.given = *points;
  return true;
}

void Evaluation::limit(const Payee& payee, std::uint16_t place, RuleResult& result) const {
  if (result.given.is_zero()) return;
  cut(left_by_caps(payee.caps, places_, payee.standing), RuleReason::MemberCap, result);
  const std::optional<Budget>& budget = programme_.campaigns[place].budget;
  if (!budget || result.given.is_zero()) return;
  const Points left = checked_subtract(budget->points, spent_[place]).value_or(Points());
  const bool fits = result.given <= left;
  cut(left, RuleReason::Budget, result);
  if (!fits && budget->all_or_nothing) result.given = Points();
}

/// Step 7, as if no funder failed to pay.
void Evaluation::limit_by_programme(const Payee& payee, RuleResult& result) const {
  const CapOwner caps = caps_of(programme_);
  if (result.given.is_zero() || caps.points.empty()) return;
  const Points left = left_by_caps(caps, places_, payee.standing);
  cut(checked_subtract(left, payee.withheld).value_or(Points()), RuleReason::ProgrammeCap, result);
}

/// Steps 7 and 8: what is left after them uses up caps and budget.
void Evaluation::pay(const Payee& payee, std::uint16_t place, RuleResult& result) {
  limit_by_programme(payee, result);
  if (result.given.is_zero()) return;
  pay_parts(payee, place, programme_.campaigns[place].funders, result);
  if (result.given.is_zero()) return;
  use_caps(payee.caps, places_, result.given, payee.standing);
  use_caps(caps_of(programme_), places_, result.given, payee.standing);
  charge_budget(place, result);
}

/// Whether `who` may come to owe for so many points more, of its room in this deed too.
RuleReason Evaluation::charge_funder(const Funder& who, Points points) {
  if (points.is_zero() || !owes_by_quote(programme_, who)) return RuleReason::Given;
  if (!occasion_.quotes_in_force) return RuleReason::RateNotAvailable;
  const auto of = std::find_if(rooms_.begin(), rooms_.end(), [&](const FunderRoom& candidate) {
    return candidate.merchant == who.name;
  });
  if (of == rooms_.end()) return RuleReason::Given;
  if (points > of->room) return RuleReason::FunderCap;
  of->room = *checked_subtract(of->room, points);
  return RuleReason::Given;
}

/// A line for each funder. One that would owe without a quote in force, or more than it may, gives
/// 0, and what it leaves goes to no other.
void Evaluation::pay_parts(const Payee& payee, std::optional<std::uint16_t> place,
                           std::span<const FunderShare> shares, RuleResult& result) {
  const Points award = result.given;
  result.given = Points();
  for (FundedPart& part : split_by_funder(award, shares)) {
    const RuleReason stopped = charge_funder(part.who, part.points);
    if (stopped != RuleReason::Given) {
      result.reason = stopped;
      payee.withheld = checked_add(payee.withheld, part.points).value_or(kNoLimit);
      part.points = Points();
    }
    if (part.points.is_zero() && place) continue;  // a base of 0 is told, a part of 0 is nothing
    result.given = plus(result.given, part.points);
    awarded_.lines.push_back(
        AwardLine{result.source, place, result.to_referrer, std::move(part.who), part.points});
  }
}

void Evaluation::charge_budget(std::uint16_t place, RuleResult& result) {
  const std::optional<Budget>& budget = programme_.campaigns[place].budget;
  if (!budget) return;
  spent_[place] = plus(spent_[place], result.given);
  result.exhausted = spent_[place] == budget->points;
  const auto charged =
      std::find_if(awarded_.charges.begin(), awarded_.charges.end(),
                   [&](const BudgetCharge& charge) { return charge.campaign == place; });
  if (charged == awarded_.charges.end()) {
    awarded_.charges.push_back(BudgetCharge{place, result.given});
    return;
  }
  charged->points = plus(charged->points, result.given);
}

/// The second award, where the first was paid: so what is once for the member is once for both.
bool Evaluation::pay_referrer(const Candidate& paid) {
  const Campaign& campaign = programme_.campaigns[paid.campaign];
  if (!has_referrer_ || !campaign.referrer || paid.result.given.is_zero()) return true;
  RuleResult result = unasked(campaign.id, paid.result.trigger);
  result.to_referrer = true;
  reading_.see_params(campaign.params);
  if (!ask_award(rules_.campaigns[paid.campaign].referrer, result)) return false;
  const Payee payee{caps_of_referrer(campaign), referrer_, withheld_of_referrer_};
  limit(payee, paid.campaign, result);
  pay(payee, paid.campaign, result);
  referrer_paid_ = referrer_paid_ || !result.given.is_zero();
  awarded_.results.push_back(std::move(result));
  return true;
}

/// Qualifying points of a line post with the earn, or when the line activates.
bool Evaluation::posts_now(const Campaign& campaign) const {
  if (programme_.tiers.post == Posting::Earn) return true;
  return !occasion_.flagged && is_at_once(pending_of(programme_, &campaign, occasion_.trigger));
}

}  // namespace tally::rules
