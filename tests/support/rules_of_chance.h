// Programmes and purchases by chance, of rules of every kind: for properties.
#pragma once

#include "support/a_rule_set.h"

#include <rapidcheck.h>

#include <array>
#include <string>

namespace tally::test {

/// What rules of every kind may look like; some fail, some never match, some give too much.
inline constexpr std::array kConditions = {"",
                                           "m.purchases_total >= 2",
                                           "tx.eligible > 2000",
                                           "m.tier == 1",
                                           "has(m.last_activity_at)",
                                           "[1, 2][m.purchases_total] == 2",
                                           "c.card_full || c.streak >= 2"};
inline constexpr std::array kAwards = {"10",
                                       "base.points",
                                       "muldiv(tx.eligible, 3, 200)",
                                       "m.purchases_total - 2",
                                       "muldiv(7, 1, m.tier)",
                                       "0"};
inline constexpr std::array kLaterConditions = {"", "m.activations_total >= 2", "m.tier >= 1",
                                                "c.card == 0"};
inline constexpr std::array kLaterAwards = {"5", "m.tier * 50", "m.activations_total - 1"};

inline constexpr std::array kPeriods = {Period::Transaction, Period::Day, Period::Week,
                                        Period::Year, Period::Ever};

inline int up_to(int n) {
  return *rc::gen::inRange(0, n);
}
inline bool rarely() {
  return up_to(4) == 0;
}

inline void limit_somehow(Campaign& campaign) {
  const Period period = kPeriods.at(static_cast<std::size_t>(up_to(5)));
  if (rarely()) campaign.cap_points = {{period, static_cast<std::uint64_t>(up_to(40)) + 1}};
  if (rarely() && period != Period::Transaction) campaign.cap_times = {{period, 2}};
  if (rarely()) campaign.budget = Budget{points(up_to(60) + 1), rarely()};
  if (rarely()) campaign.tiers = {"SILVER", "GOLD"};
  if (rarely()) campaign.starts = local(date(2026, 3, 5));
  if (rarely()) campaign.ends = local(date(2026, 3, 6));
  if (rarely()) campaign.stores = {"north"};
  if (rarely())
    campaign.funders = {share_of(FunderKind::Brand, "milk", 1, 3),
                        share_of(FunderKind::Merchant, "airline", 2, 3)};
  if (rarely() && campaign.trigger == Trigger::Activated)
    campaign.referrer = ReferrerAward{"4", {{Period::Day, 6}}, {}};
  campaign.qualifying = rarely();
  campaign.group = rarely() ? "" : up_to(2) == 0 ? "best" : "first";
  campaign.priority = up_to(3);
}

inline Programme programme_of_chance() {
  Programme programme = bpts();
  programme.tiers.tiers = {{"BASE", points(0)}, {"SILVER", points(50)}, {"GOLD", points(120)}};
  programme.groups = {{"best", 1, GroupMode::Best}, {"first", 2, GroupMode::First}};
  programme.counters = {
      {"card", CounterKind::Stamps, Period::Day, 3, "",
       rarely() ? Posting::Activation : Posting::Earn, ""},
      {"streak", CounterKind::Streak, Period::Day, 0, "", Posting::Earn, "tx.eligible > 500"}};
  if (rarely()) programme.earn.cap_points = {{Period::Day, 100}};
  const int campaigns = up_to(8);
  for (int i = 0; i < campaigns; ++i) {
    const std::string id = "campaign-" + std::to_string(i);
    Campaign campaign = up_to(3) > 0
                            ? a_campaign(id, kAwards.at(static_cast<std::size_t>(up_to(6))),
                                         kConditions.at(static_cast<std::size_t>(up_to(7))))
                            : a_campaign(id, kLaterAwards.at(static_cast<std::size_t>(up_to(3))),
                                         kLaterConditions.at(static_cast<std::size_t>(up_to(4))),
                                         rarely() ? Trigger::TierUp : Trigger::Activated);
    limit_somehow(campaign);
    campaign.each_step = campaign.trigger == Trigger::TierUp && rarely();
    programme.campaigns.push_back(campaign);
  }
  return programme;
}

inline Earn purchase_of_chance(int day) {
  Earn purchase = spend(up_to(6'000), utc(date(2026, 3, 3 + day), {up_to(24)}));
  if (rarely()) purchase.store = "north";
  return purchase;
}

}  // namespace tally::test
