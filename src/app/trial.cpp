// A log served in the order of time, as a ledger with one programme would.
#include "app/trial.h"

#include <tally/base/check.h>
#include <tally/crypto/hash.h>

#include <algorithm>
#include <utility>

namespace tally::app {
namespace {

bool waits(const Pending& pending) {
  return pending.by_event || pending.span > Duration();
}

/// What a purchase brings for tiers when its points activate, of what did not count at once.
Points qualifies_later(const Programme& programme, const rules::Awarded& awarded) {
  Points sum;
  if (programme.tiers.post == Posting::Earn) return sum;
  for (const rules::AwardLine& line : awarded.lines) {
    if (line.to_referrer) continue;
    if (line.campaign.has_value()) {
      const Campaign& campaign = programme.campaigns[*line.campaign];
      if (!campaign.qualifying || !waits(campaign.pending.value_or(programme.earn.pending)))
        continue;
    }
    sum = checked_add(sum, line.points).value_or(sum);
  }
  return sum;
}

/// Counts one purchase at another merchant. REQUIRES: not before the last one
void remember(std::vector<DayCount>& days, std::int64_t day, Timestamp at) {
  if (days.empty() || days.back().day != day) days.push_back({day, at, 0});
  ++days.back().count;
}

}  // namespace

struct Trial::Customer {
  rules::MemberBefore before;
  std::vector<rules::OtherMerchant> others;
  MemberTally* tally = nullptr;
};

struct Trial::Waiting {
  Customer* customer = nullptr;
  TrialPurchase purchase;
  Points qualifying;
};

Trial::Trial(RuleSet rules)
    : rules_(std::move(rules)), enrols_(static_cost(rules_, Trigger::Enrol) > 0) {
  const std::vector<Campaign>& campaigns = rules_.programme.campaigns;
  spent_.resize(campaigns.size());
  places_.resize(campaigns.size());
  summary_.rules.emplace_back().id = rules::kBaseSource;
  for (const std::uint16_t place : rules_.order) {
    const Campaign& campaign = campaigns[place];
    places_[place] = summary_.rules.size();
    RuleTally& rule = summary_.rules.emplace_back();
    rule.id = campaign.id;
    rule.title = campaign.title;
  }
}

Trial::~Trial() = default;

void Trial::serve(const TrialPurchase& purchase) {
  const Timestamp now = purchase.earn.event_time;
  CHECK(summary_.last <= now);
  if (summary_.last == Timestamp()) summary_.first = now;
  summary_.last = now;
  activate_until(now);
  Customer& customer = customer_of(purchase);
  if (!earns_at(purchase.merchant)) {
    ++summary_.elsewhere;
    auto other = std::find_if(customer.others.begin(), customer.others.end(),
                              [&](const auto& each) { return each.name == purchase.merchant; });
    if (other == customer.others.end())
      other = customer.others.insert(other, {purchase.merchant, {}});
    return remember(other->days, local_day(rules_.programme.utc_offsets, now), now);
  }
  if (customer.tally == nullptr) enrol(customer, purchase);
  rules::Occasion occasion;
  occasion.trigger = Trigger::Purchase;
  occasion.block_time = occasion.event_time = now;
  occasion.merchant = purchase.merchant;
  occasion.purchase = &purchase.earn;
  const rules::Awarded awarded = happen(customer, occasion, false);
  if (awarded.outcome != Outcome::Accepted) {
    ++summary_.refused;
    return;
  }
  const Money eligible = rules::eligible_amount(rules_.programme, purchase.earn, Money());
  ++summary_.purchases;
  summary_.total += purchase.earn.total.minor_units();
  summary_.eligible += eligible.minor_units();
  ++customer.tally->purchases;
  customer.tally->total += purchase.earn.total.minor_units();
  customer.tally->eligible += eligible.minor_units();
  wait(customer, purchase, awarded);
}

TrialSummary Trial::finish() {
  activate_until(Timestamp::never());
  const std::vector<Campaign>& campaigns = rules_.programme.campaigns;
  for (std::size_t i = 0; i < campaigns.size(); ++i)
    if (campaigns[i].budget.has_value())
      summary_.rules[places_[i]].budget_left =
          checked_subtract(campaigns[i].budget->points, spent_[i]).value_or(Points());
  for (auto& [name, customer] : customers_)
    if (customer.tally != nullptr) customer.tally->tier = customer.before.standing.tier.tier;
  return std::move(summary_);
}

bool Trial::earns_at(const std::string& merchant) const {
  const Programme& programme = rules_.programme;
  return merchant == programme.merchant ||
         std::any_of(programme.partners.begin(), programme.partners.end(),
                     [&](const Partner& partner) { return partner.merchant == merchant; });
}

Trial::Customer& Trial::customer_of(const TrialPurchase& purchase) {
  return customers_.try_emplace(purchase.customer).first->second;
}

void Trial::enrol(Customer& customer, const TrialPurchase& purchase) {
  customer.before.enrolled_at = purchase.earn.event_time;
  customer.tally = &summary_.members[purchase.customer];
  customer.tally->by_rule.resize(summary_.rules.size());
  if (!enrols_) return;
  rules::Occasion occasion;
  occasion.trigger = Trigger::Enrol;
  occasion.block_time = occasion.event_time = purchase.earn.event_time;
  occasion.merchant = purchase.merchant;
  (void)happen(customer, occasion, false);
}

void Trial::activate_until(Timestamp now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const Timestamp at = waiting_.begin()->first;
    const Waiting due = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    rules::Occasion occasion;
    occasion.trigger = Trigger::Activated;
    occasion.block_time = at;
    occasion.event_time = occasion.earned_at = due.purchase.earn.event_time;
    occasion.merchant = due.purchase.merchant;
    occasion.purchase = &due.purchase.earn;
    occasion.qualifying = due.qualifying;
    if (happen(*due.customer, occasion, true).outcome != Outcome::Accepted) ++summary_.refused;
  }
}

void Trial::review_until(Customer& customer, Timestamp now) const {
  Standing& standing = customer.before.standing;
  while (standing.tier.valid_until <= now)
    standing = rules::review_tier(rules_.programme, std::move(standing));
}

rules::Awarded Trial::happen(Customer& customer, rules::Occasion occasion, bool activation) {
  review_until(customer, occasion.block_time);
  occasion.quotes_in_force = true;
  occasion.others = customer.others;
  occasion.spent = spent_;
  rules::Awarded awarded =
      activation ? rules::evaluate_activation(rules_, occasion, customer.before, std::nullopt)
                 : rules::evaluate(rules_, occasion, customer.before, std::nullopt);
  if (awarded.outcome != Outcome::Accepted) return awarded;
  customer.before.standing = std::move(awarded.standing);
  for (const rules::BudgetCharge& charge : awarded.charges)
    spent_[charge.campaign] = checked_add(spent_[charge.campaign], charge.points).value();
  tally(customer, awarded);
  return awarded;
}

/// A purchase of nothing has nothing that could activate.
void Trial::wait(Customer& customer, const TrialPurchase& purchase, const rules::Awarded& awarded) {
  const Programme& programme = rules_.programme;
  if (!waits(programme.earn.pending) || purchase.earn.total == Money()) return;
  waiting_.emplace(purchase.earn.event_time.plus(programme.earn.pending.span),
                   Waiting{&customer, purchase, qualifies_later(programme, awarded)});
}

void Trial::tally(Customer& customer, const rules::Awarded& awarded) {
  for (const RuleResult& result : awarded.results) {
    std::size_t place = 0;
    if (result.source != rules::kBaseSource) {
      const auto& campaigns = rules_.programme.campaigns;
      const auto found = std::lower_bound(
          campaigns.begin(), campaigns.end(), result.source,
          [](const Campaign& campaign, const std::string& id) { return campaign.id < id; });
      place = places_[static_cast<std::size_t>(found - campaigns.begin())];
    }
    RuleTally& rule = summary_.rules[place];
    std::uint64_t& members = customer.tally->by_rule[place];
    const auto points = static_cast<std::uint64_t>(result.given.value());
    ++rule.asked;
    ++rule.reasons.at(static_cast<std::size_t>(result.reason));
    rule.points += points;
    if (points == 0) continue;
    ++rule.given;
    if (members == 0) ++rule.members;
    members += points;
    customer.tally->points += points;
    summary_.points += points;
  }
}

}  // namespace tally::app
