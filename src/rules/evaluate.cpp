// The order of evaluation: base, campaigns, activation, tiers, counters (design/loyalty.md §6).
#include <algorithm>
#include <utility>

#include <tally/base/check.h>

#include "rules/admission.h"
#include "rules/evaluation.h"
#include "rules/funders.h"
#include "rules/tiers.h"

namespace tally::rules {
namespace {

bool names_any(const std::vector<std::string>& wanted, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  });
}

Awarded begin(const Programme& programme, const Occasion& occasion, const MemberBefore& member) {
  Awarded awarded;
  awarded.facts = facts_before(programme, occasion, member);
  awarded.standing = member.standing;
  return awarded;
}

}  // namespace

Awarded evaluate(const RuleSet& rules, const Occasion& occasion, const MemberBefore& member,
                 const std::optional<Standing>& referrer) {
  CHECK(occasion.trigger == Trigger::Purchase || occasion.trigger == Trigger::Enrol ||
        occasion.trigger == Trigger::Attested);
  CHECK((occasion.trigger == Trigger::Purchase) == (occasion.purchase != nullptr));
  return Evaluation(rules, occasion, member, referrer).run();
}

Awarded evaluate_activation(const RuleSet& rules, const Occasion& occasion,
                            const MemberBefore& member, const std::optional<Standing>& referrer) {
  CHECK(occasion.trigger == Trigger::Activated);
  return Evaluation(rules, occasion, member, referrer).run_activation();
}

bool is_at_once(const Pending& pending) {
  return !pending.by_event && pending.span == Duration();
}

Pending pending_of(const Programme& programme, const Campaign* campaign, Trigger trigger) {
  if (campaign == nullptr) return programme.earn.pending;
  if (campaign->pending.has_value()) return *campaign->pending;
  const bool has_waited = trigger == Trigger::Activated || campaign->trigger == Trigger::Activated;
  return has_waited ? Pending() : programme.earn.pending;
}

bool asks_others(const Programme& programme) {
  const auto asks = [&](const Counter& counter) {
    if (counter.kind == CounterKind::DistinctMerchants) return true;
    return counter.kind == CounterKind::DaysSince && counter.merchant != programme.merchant;
  };
  return std::any_of(programme.counters.begin(), programme.counters.end(), asks);
}

bool shares_activations(const Programme& programme) {
  const auto is_charged = [&](const FunderShare& share) {
    return owes_by_quote(programme, share.who);
  };
  const auto shares = [&](const Campaign& campaign) {
    const bool runs = campaign.trigger == Trigger::Activated || campaign.trigger == Trigger::TierUp;
    return runs && campaign.state == CampaignState::Active &&
           (campaign.budget.has_value() || campaign.referrer.has_value() ||
            std::any_of(campaign.funders.begin(), campaign.funders.end(), is_charged));
  };
  return asks_others(programme) ||
         std::any_of(programme.campaigns.begin(), programme.campaigns.end(), shares);
}

Money eligible_amount(const Programme& programme, const Earn& purchase, Money paid_by_points) {
  // Amounts are below 2^53 and lines at most 100: nothing here leaves 64 bits.
  std::int64_t amount = purchase.total.minor_units() - paid_by_points.minor_units() -
                        excluded_amount(programme, purchase).minor_units();
  if (!programme.earn.counts_tax) amount -= purchase.tax.minor_units();
  return Money::from(std::max<std::int64_t>(amount, 0)).value_or(Money());
}

Money excluded_amount(const Programme& programme, const Earn& purchase) {
  std::int64_t amount = purchase.excluded.minor_units();
  for (const BasketLine& line : purchase.lines) {
    if (!names_any(programme.earn.excluded_cats, line.cats)) continue;
    amount += line.net.minor_units();
    if (programme.earn.counts_tax) amount += line.tax.minor_units();
  }
  return Money::from(amount).value_or(purchase.total);
}

Evaluation::Evaluation(const RuleSet& rules, const Occasion& occasion, const MemberBefore& member,
                       const std::optional<Standing>& referrer)
    : rules_(rules),
      programme_(rules.programme),
      occasion_(occasion),
      places_(rules.programme.utc_offsets, occasion.block_time),
      deed_(deed_of(rules.programme, occasion)),
      awarded_(begin(rules.programme, occasion, member)),
      referrer_(referrer.value_or(Standing())),
      has_referrer_(referrer.has_value()),
      spent_(occasion.spent.begin(), occasion.spent.end()),
      rooms_(occasion.funders.begin(), occasion.funders.end()),
      reading_(rules.programme, occasion, awarded_.facts) {
  CHECK(rules.campaigns.size() == programme_.campaigns.size());
  CHECK(rules.counters.size() == programme_.counters.size());
  spent_.resize(programme_.campaigns.size());
  adopt_counters(programme_, awarded_.standing);
}

Awarded Evaluation::run() {
  return finish(happen());
}

Awarded Evaluation::run_activation() {
  qualifying_ = occasion_.qualifying;
  std::vector<CounterValue> values;
  for (const Counter& counter : programme_.counters)
    values.push_back(read_counter(programme_, counter, awarded_.standing, deed_));
  if (occasion_.purchase == nullptr) {
    reading_.see_counters(values);
    awarded_.facts.counters = std::move(values);
    return finish(raise_tier());
  }
  return finish(activate(values) && raise_tier());
}

bool Evaluation::happen() {
  Standing& standing = awarded_.standing;
  const bool is_purchase = occasion_.trigger == Trigger::Purchase;
  std::vector<CounterValue>& values = awarded_.facts.counters;
  for (const Counter& counter : programme_.counters)
    values.push_back(read_counter(programme_, counter, standing, deed_));
  Points base;
  if (is_purchase) {
    if (may_count(occasion_.block_time) && !count(Posting::Earn, values)) return false;
    if (!earn_base(base)) return false;
  }
  reading_.see_counters(values);
  if (!run_campaigns(occasion_.trigger)) return false;
  if (is_purchase) {
    standing.last_activity = occasion_.block_time;
    if (may_count(occasion_.block_time)) {
      ++standing.purchases;
      remember_day(programme_, deed_, standing);
    }
    // A purchase of nothing has nothing that could activate.
    const bool activates = !occasion_.flagged && is_at_once(programme_.earn.pending) &&
                           occasion_.purchase->total.minor_units() > 0;
    if (activates && !activate(values)) return false;
  }
  return raise_tier();
}

/// Step 3. `base.points` of campaigns is what the expression gave, before caps.
bool Evaluation::earn_base(Points& points) {
  RuleResult result = unasked(std::string(kBaseSource), Trigger::Purchase);
  if (!ask_award(rules_.base, result)) return false;
  // A purchase of nothing to count is no reason: 0 is the base's answer.
  if (result.reason == RuleReason::NotMatched) result.reason = RuleReason::Given;
  points = result.asked;
  reading_.see_base(points);
  const Payee payee{caps_of(programme_), awarded_.standing, withheld_};
  limit_by_programme(payee, result);
  const FunderShare whole{funder_of_base(programme_, occasion_.merchant), 1, 1};
  pay_parts(payee, std::nullopt, {&whole, 1}, result);
  if (!result.given.is_zero()) {
    use_caps(payee.caps, places_, result.given, payee.standing);
    const bool is_available = !occasion_.flagged && is_at_once(programme_.earn.pending);
    if (programme_.tiers.post == Posting::Earn || is_available) qualifying_ = result.given;
  }
  awarded_.results.push_back(std::move(result));
  return true;
}

/// Counters that move at `post`, by what their `when` says of this purchase.
bool Evaluation::count(Posting post, std::vector<CounterValue>& values) {
  for (std::size_t i = 0; i < programme_.counters.size(); ++i) {
    const Counter& counter = programme_.counters[i];
    if (counter.post != post) continue;
    if (!rules_.counters[i].empty()) {
      const Evaluated<bool> matches = evaluate_bool(rules_.counters[i], reading_.facts());
      if (!goes_on(matches)) return false;
      if (matches.error || !matches.value) continue;
    }
    values[i] = count_deed(programme_, counter, deed_, awarded_.standing);
  }
  return true;
}

/// ACTIVATED, and the counters that wait for it. They stand in the facts if they differ from what
/// PURCHASE saw; of a pending purchase's activation they are the only ones.
bool Evaluation::activate(const std::vector<CounterValue>& before) {
  const bool is_own = occasion_.trigger == Trigger::Activated;
  const Timestamp earned_at = is_own ? occasion_.earned_at : occasion_.block_time;
  std::vector<CounterValue> values = before;
  if (may_count(earned_at)) {
    if (!count(Posting::Activation, values)) return false;
    ++awarded_.standing.activations;
  }
  reading_.see_counters(values);
  if (is_own)
    awarded_.facts.counters = std::move(values);
  else if (values != before)
    awarded_.facts.counters_activated = std::move(values);
  return run_campaigns(Trigger::Activated);
}

/// Step 9. What TIER_UP gives may qualify in its turn, and lift further, but once is enough: a
/// transaction has one TIER_UP.
bool Evaluation::raise_tier() {
  TierStanding& held = awarded_.standing.tier;
  const auto post = [&] {
    const Points points = std::exchange(qualifying_, Points());
    if (points.is_zero()) return true;
    return post_qualifying(programme_, occasion_.block_time, points, held) ||
           refuse(Outcome::AmountOverflow);
  };
  const std::uint8_t before = held.tier;
  if (!post()) return false;
  const std::uint8_t now = held.tier;
  if (now <= before) return true;
  awarded_.facts.tier_after = now;
  for (int step = before + 1; step <= now; ++step) {
    const TierStep way{before, now, static_cast<std::uint8_t>(step)};
    if (!run_campaigns(Trigger::TierUp, &way)) return false;
  }
  return post();
}

/// A purchase of total 0, or one older than the offline window, counts nowhere.
bool Evaluation::may_count(Timestamp block_time_of_earn) const {
  return occasion_.purchase->total.minor_units() > 0 &&
         block_time_of_earn.since(occasion_.event_time) <= programme_.offline_window;
}

Awarded Evaluation::finish(bool goes_on) {
  CHECK(goes_on == (awarded_.outcome == Outcome::Accepted));
  if (!goes_on) {
    Awarded refused;
    refused.outcome = awarded_.outcome;
    refused.cost = awarded_.cost;
    return refused;
  }
  prune_caps(programme_, places_, awarded_.standing);
  prune_counters(programme_, occasion_.block_time, awarded_.standing);
  if (referrer_paid_) {
    prune_caps(programme_, places_, referrer_);
    awarded_.referrer = std::move(referrer_);
  }
  return std::move(awarded_);
}

bool Evaluation::refuse(Outcome outcome) {
  awarded_.outcome = outcome;
  return false;
}

}  // namespace tally::rules
