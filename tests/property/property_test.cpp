// Random ledgers against the model: the same outcomes, balances, lots and totals, whatever is asked
// in whatever order, under programmes that differ in all that design/loyalty.md leaves to them.
#include "property/property_run.h"
#include "property/property_writer.h"
#include "support/builders.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <ostream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::test {
namespace {

/// Together with RapidCheck's 100 runs and the variants below: more than 200,000 steps.
constexpr std::size_t kStepsOfRun = 160;
constexpr Ms kDayMs = 86'400'000;

struct Variant {
  const char* name;
  std::function<void(ModelRules&)> change;
};

void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.name;
}

Campaign campaign_of(const ModelCampaign& model) {
  Campaign campaign = a_campaign(model.id, std::to_string(model.bonus));
  if (model.attested) campaign.trigger = Trigger::Attested;
  campaign.attestor = model.attestor;
  if (!model.attested) campaign.when = "tx.eligible >= " + std::to_string(model.from);
  if (model.once) campaign.cap_times = {{Period::Ever, 1}};
  if (model.budget > 0) campaign.budget = Budget{points(model.budget), false};
  if (model.pending.has_value()) campaign.pending = Pending{false, Duration(*model.pending)};
  campaign.expires = model.expiry;
  campaign.funders = {FunderShare{model.funder, 1, 1}};
  return campaign;
}

/// 1 point for each 50 cents net of tax; 3 points pay 2 cents; returns for 20 days; a bonus once,
/// and one with a budget.
ModelRules plain_rules() {
  ModelRules rules;
  rules.per = 50;
  Programme& programme = rules.programme;
  programme = a_programme();
  programme.earn.base = base_rule(1, rules.per);
  programme.earn.counts_tax = false;
  programme.expiry = rolling(1, MonthRounding::None);
  programme.redeem = {.price_points = points(3),
                      .price_money = money(2),
                      .minimum = points(6),
                      .step = points(2),
                      .max_percent = 80,
                      .mixed = true,
                      .consent_above = points(60),
                      .excluded_cats = {}};
  programme.hold = {.ttl = Duration(900'000), .ttl_max = Duration(3 * kDayMs)};
  programme.returns = {Duration(20 * kDayMs), Clawback::WithinBalance, Points()};
  programme.transfer = {.enabled = true,
                        .fee_min = points(2),
                        .fee_basis_points = 700,
                        .per_day = 0,
                        .cooling_off = Duration(7 * kDayMs)};
  programme.pool.enabled = true;
  programme.pool.members_max = 3;
  programme.adjust.alone_per_day = points(300);
  // The second change of clocks lies in what the runs live through.
  programme.utc_offsets = {{Timestamp(), 60}, {utc(2024, 3, 31).plus(kHour), 120}};
  ModelCampaign once;
  once.id = "a-welcome";
  once.from = 2'000;
  once.bonus = 30;
  once.once = true;
  ModelCampaign budgeted;
  budgeted.id = "b-budgeted";
  budgeted.from = 3'000;
  budgeted.bonus = 25;
  budgeted.budget = 120;
  budgeted.funder = {FunderKind::Brand, "milky"};
  ModelCampaign shared;
  shared.id = "d-shared";
  shared.attested = true;
  shared.attestor = kTill;
  shared.bonus = 15;
  rules.campaigns = {once, budgeted, shared};
  return rules;
}

ModelRules rules_of(const Variant& variant) {
  ModelRules rules = plain_rules();
  variant.change(rules);
  for (const ModelCampaign& campaign : rules.campaigns)
    rules.programme.campaigns.push_back(campaign_of(campaign));
  return rules;
}

void limit(ModelRules& rules, VelocityWhat what, Period window, std::uint64_t times,
           std::int64_t most, bool flags) {
  rules.programme.velocity.push_back({what, window, times, points(most), flags});
}

/// The tenth of five months, with grace.
ExpiryRule fixed_dates() {
  ExpiryRule rule;
  rule.kind = ExpiryKind::Fixed;
  for (const int month : {2, 3, 4, 5, 7})
    rule.dates.push_back({2024, static_cast<std::uint8_t>(month), 10});
  rule.min_days = 5;
  rule.grace_days = 12;
  return rule;
}

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all = {
      {"Plain", [](ModelRules&) {}},
      {"Pending14Days",
       [](ModelRules& r) {
         r.programme.earn.pending = {false, Duration(14 * kDayMs)};
       }},
      {"PendingByEvent",
       [](ModelRules& r) {
         r.programme.earn.pending = {true, Duration(30 * kDayMs)};
         r.campaigns[1].pending = 3 * kDayMs;
       }},
      {"FixedDatesAndGrace", [](ModelRules& r) { r.programme.expiry = fixed_dates(); }},
      {"Inactivity", [](ModelRules& r) { r.programme.expiry.kind = ExpiryKind::Inactivity; }},
      {"InactivityAndGrace",
       [](ModelRules& r) {
         r.programme.expiry.kind = ExpiryKind::Inactivity;
         r.programme.expiry.grace_days = 20;
         r.campaigns[0].expiry = rolling(2, MonthRounding::EndOfMonth);
       }},
      {"NeverAndUnlimited",
       [](ModelRules& r) {
         r.programme.expiry = ExpiryRule();
         r.programme.returns.clawback = Clawback::Unlimited;
         r.programme.returns.debt_limit.reset();
       }},
      {"UnlimitedToALimit",
       [](ModelRules& r) {
         r.programme.returns.clawback = Clawback::Unlimited;
         r.programme.returns.debt_limit = points(40);
         r.programme.earn.pending = {false, Duration(2 * kDayMs)};
       }},
      {"OnlyPending",
       [](ModelRules& r) {
         r.programme.returns.clawback = Clawback::OnlyPending;
         r.programme.earn.pending = {false, Duration(14 * kDayMs)};
       }},
      {"GraceAndReinstatement",
       [](ModelRules& r) {
         r.programme.expiry.grace_days = 5;
         r.programme.expiry.reinstate = {10, 30};
         r.programme.earn.cap_points = {{Period::Transaction, 100}};
       }},
      {"BlockedVelocity",
       [](ModelRules& r) {
         limit(r, VelocityWhat::Earn, Period::Hour, 2, 0, false);
         limit(r, VelocityWhat::Redeem, Period::Day, 0, 120, false);
         r.programme.transfer.per_day = 1;
       }},
      {"FlaggedVelocity",
       [](ModelRules& r) {
         limit(r, VelocityWhat::Earn, Period::Day, 0, 150, true);
         limit(r, VelocityWhat::Earn, Period::Week, 6, 0, true);
         r.programme.redeem.mixed = false;
       }},
      {"NoGiftsNoPools",
       [](ModelRules& r) {
         r.programme.transfer = TransferRule();
         r.programme.pool = PoolRule();
         r.programme.expiry.reinstate = {3, 10};
       }},
  };
  return all;
}

class RandomLedgers : public testing::TestWithParam<Variant> {};

TEST_P(RandomLedgers, DoWhatTheModelDoes) {
  const PropertyRun run(rules_of(GetParam()));
  Met met;
  EXPECT_TRUE(rc::check("ledger and model agree", [&] {
    const Steps steps = *any_steps(kStepsOfRun);
    const auto disagreement = run.first_disagreement(steps, met);
    if (disagreement.has_value()) RC_FAIL(*disagreement);
  }));
  if (std::getenv("TALLY_MET") != nullptr)
    for (const auto& [answer, times] : met)
      std::printf("met %s %zu\n", answer.c_str(), times);
}

INSTANTIATE_TEST_SUITE_P(Property, RandomLedgers, testing::ValuesIn(variants()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace tally::test
