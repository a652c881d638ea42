// rules::compile: a programme as a whole, and its sections (design/rule-language.md §7, §9).
#include <tally/rules/programme.h>

#include <tally/base/limits.h>

#include "support/programme_mistakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <functional>
#include <string>
#include <vector>

namespace tally::rules {
namespace {

using test::a_campaign;
using test::mistakes_of;
using test::of_campaign;
using test::of_programme;
using test::programme_with;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kDayMs = 86'400'000;

TEST(Programme, GivesARuleSetPlaceByPlace) {
  const Programme programme = programme_with([](Programme& p) {
    p.counters[0].when = "tx.total > 0";
    p.campaigns[1].when = "c.week_streak == 4";
    p.campaigns[2].trigger = Trigger::Enrol;
    p.campaigns[2].award = "100";
    p.campaigns[2].referrer = ReferrerAward{"50", {}, {{Period::Month, 1}}};
  });

  const auto rules = compile(programme);

  ASSERT_TRUE(rules.has_value());
  EXPECT_EQ(rules->programme, programme);
  EXPECT_FALSE(rules->base.empty());
  ASSERT_EQ(rules->counters.size(), 1U);
  EXPECT_FALSE(rules->counters[0].empty());
  ASSERT_EQ(rules->campaigns.size(), 3U);
  EXPECT_TRUE(rules->campaigns[0].when.empty());
  EXPECT_FALSE(rules->campaigns[1].when.empty());
  EXPECT_FALSE(rules->campaigns[2].referrer.empty());
}

TEST(Programme, OrdersCampaignsByGroupThenPriorityThenId) {
  const auto rules = compile(programme_with([](Programme& p) {
    p.campaigns = {a_campaign("a"), a_campaign("b"), a_campaign("c"),
                   a_campaign("d"), a_campaign("e"), a_campaign("f")};
    p.campaigns[0].priority = -5;  // without a group: last whatever its priority
    p.campaigns[1].group = "promo";
    p.campaigns[1].priority = 7;
    p.campaigns[2].group = "promo";
    p.campaigns[2].priority = -1;
    p.campaigns[3].group = "status";
    p.campaigns[3].priority = 99;
    p.campaigns[4].group = "promo";
    p.campaigns[4].priority = 7;
  }));

  ASSERT_TRUE(rules.has_value());
  EXPECT_THAT(rules->order, ElementsAre(3, 2, 1, 4, 0, 5));
}

TEST(Programme, TellsAllMistakesInTheOrderOfTheFields) {
  EXPECT_THAT(
      of_programme([](Programme& p) {
        p.campaigns[1].award = "tx.total / 2";
        p.id = "Points!";
        p.redeem.step = Points();
        p.earn.base = "tx.totl";
        p.campaigns[0].award = "";
      }),
      ElementsAre("BAD_ENVELOPE id: \"Points!\"", HasSubstr("UNKNOWN_NAME earn.base: "),
                  "BAD_ENVELOPE redeem.step: 0", "BAD_ENVELOPE campaigns[0].award: no award",
                  HasSubstr("NO_DIVISION campaigns[1].award: ")));
}

/// A field, and a change that makes it wrong.
struct Row {
  const char* field;
  std::function<void(Programme&)> change;
};

constexpr Duration kFar{4'000 * kDayMs};

void expect_mistakes(const std::vector<Row>& rows) {
  for (const Row& row : rows)
    EXPECT_THAT(of_programme(row.change), Contains(HasSubstr(" " + std::string(row.field) + ": ")))
        << row.field;
}

TEST(Programme, RefusesAHeadOutOfItsRange) {
  expect_mistakes({
      {"id", [](auto& p) { p.id = ""; }},
      {"id", [](auto& p) { p.id = std::string(33, 'a'); }},
      {"id", [](auto& p) { p.id = "caf\xc3\xa9"; }},
      {"merchant", [](auto& p) { p.merchant = ""; }},
      {"merchant", [](auto& p) { p.merchant = std::string(33, 'a'); }},
      {"name", [](auto& p) { p.name = std::string(257, 'a'); }},
      {"currency", [](auto& p) { p.currency = Currency::from_view(as_bytes("EUr")); }},
      {"offline_window", [](auto& p) { p.offline_window = Duration(401 * kDayMs); }},
      {"utc_offsets[0].minutes",
       [](auto& p) {
         p.utc_offsets = {{Timestamp(), 1'441}};
       }},
      {"utc_offsets[1].from",
       [](auto& p) {
         p.utc_offsets = {{Timestamp(), 0}, {Timestamp(), 60}};
       }},
      {"utc_offsets[0].from",
       [](auto& p) {
         p.utc_offsets = {{Timestamp::never(), 0}};
       }},
  });
}

TEST(Programme, RefusesEarningOutOfItsRange) {
  expect_mistakes({
      {"earn.excluded_cats[0]", [](auto& p) { p.earn.excluded_cats = {""}; }},
      {"earn.excluded_cats[0]", [](auto& p) { p.earn.excluded_cats = {std::string(33, 'a')}; }},
      {"earn.pending", [](auto& p) { p.earn.pending.span = kFar; }},
      {"earn.pending",
       [](auto& p) {
         p.earn.pending = {true, Duration()};
       }},
      {"earn.cap_points[0].limit",
       [](auto& p) {
         p.earn.cap_points = {{Period::Day, 0}};
       }},
      {"earn.cap_points[0].period",
       [](auto& p) {
         p.earn.cap_points = {{Period::Hour, 1}};
       }},
      {"earn.cap_points[1].period",
       [](auto& p) {
         p.earn.cap_points = {{Period::Day, 1}, {Period::Day, 1}};
       }},
  });
}

TEST(Programme, RefusesExpiryOutOfItsRange) {
  expect_mistakes({
      {"expiry.months", [](auto& p) { p.expiry.months = 0; }},
      {"expiry.months", [](auto& p) { p.expiry.months = 1'201; }},
      {"expiry.dates",
       [](auto& p) {
         p.expiry.dates = {{2026, 1, 1}};
       }},
      {"expiry.min_days", [](auto& p) { p.expiry.min_days = 1; }},
      {"expiry.grace_days", [](auto& p) { p.expiry.grace_days = 36'601; }},
      {"expiry.reinstate",
       [](auto& p) {
         p.expiry.reinstate = {10, 0};
       }},
      {"expiry.months", [](auto& p) { p.expiry = {ExpiryKind::Never, 1, {}, {}, 0, 0, {}}; }},
      {"expiry.grace_days", [](auto& p) { p.expiry = {ExpiryKind::Never, 0, {}, {}, 0, 1, {}}; }},
      {"expiry.dates", [](auto& p) { p.expiry = {ExpiryKind::Fixed, 0, {}, {}, 1, 0, {}}; }},
      {"expiry.dates[0]",  // RUL-20
       [](auto& p) {
         p.expiry = {ExpiryKind::Fixed, 0, {}, {{2026, 2, 30}}, 1, 0, {}};
       }},
      {"expiry.dates[1]",
       [](auto& p) {
         p.expiry = {ExpiryKind::Fixed, 0, {}, {{2026, 3, 1}, {2026, 3, 1}}, 1, 0, {}};
       }},
      {"expiry.min_days",
       [](auto& p) {
         p.expiry = {ExpiryKind::Fixed, 0, {}, {{2026, 3, 1}}, 0, 0, {}};
       }},
  });
}

TEST(Programme, RefusesRulesOfSpendingOutOfTheirRange) {
  expect_mistakes({
      {"redeem.price_points", [](auto& p) { p.redeem.price_points = Points(); }},
      {"redeem.price_money", [](auto& p) { p.redeem.price_money = Money(); }},
      {"redeem.minimum", [](auto& p) { p.redeem.minimum = Points(); }},
      {"redeem.minimum",
       [](auto& p) {
         p.redeem.minimum = test::points(kPointsMax);
         p.redeem.step = test::points(kPointsMax - 1);
       }},
      {"redeem.step", [](auto& p) { p.redeem.step = Points(); }},
      {"redeem.max_percent", [](auto& p) { p.redeem.max_percent = 0; }},
      {"redeem.max_percent", [](auto& p) { p.redeem.max_percent = 101; }},
      {"hold.ttl", [](auto& p) { p.hold.ttl = Duration(); }},
      {"hold.ttl",
       [](auto& p) {
         p.hold = {Duration(2), Duration(1)};
       }},
      {"hold.ttl_max", [](auto& p) { p.hold.ttl_max = Duration(7 * kDayMs + 1); }},
      {"returns.debt_limit", [](auto& p) { p.returns.debt_limit = test::points(1); }},
      {"returns.debt_limit", [](auto& p) { p.returns.debt_limit = std::nullopt; }},
      {"transfer.fee_basis_points", [](auto& p) { p.transfer.fee_basis_points = 10'001; }},
      {"transfer.cooling_off", [](auto& p) { p.transfer.cooling_off = kFar; }},
      {"pool.members_max", [](auto& p) { p.pool.members_max = 1; }},
      {"pool.members_max", [](auto& p) { p.pool.members_max = 8; }},
      {"exchange.fee_basis_points", [](auto& p) { p.exchange.fee_basis_points = 10'001; }},
      {"velocity[0].window",
       [](auto& p) {
         p.velocity = {{VelocityWhat::Earn, Period::Year, 1, Points(), false}};
       }},
      {"velocity[0].times",
       [](auto& p) {
         p.velocity = {{VelocityWhat::Earn, Period::Day, 0, Points(), false}};
       }},
      {"velocity[0].times",
       [](auto& p) {
         p.velocity = {{VelocityWhat::Earn, Period::Day, 1, test::points(1), false}};
       }},
      {"velocity[0].flags",
       [](auto& p) {
         p.velocity = {{VelocityWhat::Redeem, Period::Day, 1, Points(), true}};
       }},
      {"velocity",
       [](auto& p) {
         p.velocity.assign(17, {VelocityWhat::Earn, Period::Day, 1, Points(), false});
       }},
  });
}

TEST(Programme, RefusesDeclarationsOutOfTheirRange) {
  expect_mistakes({
      {"tiers.grace_days", [](auto& p) { p.tiers.grace_days = 367; }},
      {"tiers.valid_months", [](auto& p) { p.tiers.valid_months = 1'201; }},
      {"tiers.tiers[0].threshold", [](auto& p) { p.tiers.tiers[0].threshold = test::points(1); }},
      {"tiers.tiers[1].threshold", [](auto& p) { p.tiers.tiers[1].threshold = Points(); }},
      {"tiers.tiers[1].name", [](auto& p) { p.tiers.tiers[1].name = "BASE"; }},
      {"partners[0].merchant",
       [](auto& p) {
         p.partners = {{p.merchant, false, Points()}};
       }},
      {"partners[1].merchant",
       [](auto& p) {
         p.partners = {{"x", false, Points()}, {"x", false, Points()}};
       }},
      {"partners[0].points_per_cycle",
       [](auto& p) {
         p.partners = {{"x", true, Points()}};
       }},
      {"partners[0].points_per_cycle",
       [](auto& p) {
         p.partners = {{"x", false, test::points(1)}};
       }},
      {"groups[1].name", [](auto& p) { p.groups[1].name = "promo"; }},
      {"groups[1].order", [](auto& p) { p.groups[1].order = 20; }},
  });
}

TEST(Programme, AsksCountersForWhatTheirKindHas) {
  const auto counter = [](Counter each) {
    return of_programme([&](Programme& p) { p.counters.push_back(each); });
  };
  const auto row = [](CounterKind kind, Period unit, std::uint32_t size, std::string merchant) {
    return Counter{"x", kind, unit, size, std::move(merchant), Posting::Earn, ""};
  };

  EXPECT_THAT(counter(row(CounterKind::Visits, Period::Day, 366, "")), IsEmpty());
  EXPECT_THAT(counter(row(CounterKind::Visits, Period::Day, 367, "")),
              ElementsAre("BAD_ENVELOPE counters[1].size: 367"));
  EXPECT_THAT(counter(row(CounterKind::Visits, Period::Day, 0, "")),
              ElementsAre("BAD_ENVELOPE counters[1].size: 0"));
  EXPECT_THAT(counter(row(CounterKind::Stamps, Period::Day, 0, "")),
              ElementsAre("BAD_ENVELOPE counters[1].size: 0"));
  EXPECT_THAT(counter(row(CounterKind::Streak, Period::Year, 0, "")),
              ElementsAre("BAD_ENVELOPE counters[1].unit: another period"));
  EXPECT_THAT(counter(row(CounterKind::Streak, Period::Day, 1, "")),
              ElementsAre("BAD_ENVELOPE counters[1].size: 1"));
  EXPECT_THAT(counter(row(CounterKind::DaysSince, Period::Day, 0, "")),
              ElementsAre("BAD_ENVELOPE counters[1].merchant: 0 bytes"));
  EXPECT_THAT(counter(row(CounterKind::Streak, Period::Day, 0, "air")),
              ElementsAre("BAD_ENVELOPE counters[1].merchant: \"air\""));
}

TEST(Programme, NamesEachCounterOnceAndInTheLanguage) {
  const auto named = [](std::string first, CounterKind kind, std::string second) {
    return of_programme([&](Programme& p) {
      p.counters = {
          {std::move(first), kind, Period::Day, kind == CounterKind::Stamps ? 5U : 0U, "",
           Posting::Earn, ""},
          {std::move(second), CounterKind::Streak, Period::Day, 0, "", Posting::Earn, ""}};
    });
  };

  EXPECT_THAT(named("a", CounterKind::Streak, "b"), IsEmpty());
  EXPECT_THAT(named("a", CounterKind::Streak, "a"),
              ElementsAre("BAD_ENVELOPE counters[1].name: \"a\""));
  EXPECT_THAT(named("card", CounterKind::Stamps, "card_full"),
              ElementsAre("BAD_ENVELOPE counters[1].name: \"card_full\""));
  for (const char* name : {"", "1st", "in", "while", "a-b", "\xd0\xb0"})
    EXPECT_THAT(named(name, CounterKind::Streak, "b"),
                Contains(HasSubstr("BAD_ENVELOPE counters[0].name: ")))
        << name;
}

TEST(Programme, BoundsTheDaysOfAllVisitsTogether) {
  const auto days = [](std::uint32_t last) {
    return of_programme([&](Programme& p) {
      p.counters.clear();
      for (const std::uint32_t size : {366U, last})
        p.counters.push_back({"v" + std::to_string(p.counters.size()), CounterKind::Visits,
                              Period::Day, size, "", Posting::Earn, ""});
      p.counters.push_back({"w", CounterKind::Visits, Period::Day, 1, "", Posting::Earn, ""});
    });
  };

  EXPECT_THAT(days(365), IsEmpty());
  EXPECT_THAT(days(366), ElementsAre("BAD_ENVELOPE counters: 733"));
}

TEST(Programme, LetsACounterSeeNoCountersAndNoParameters) {
  EXPECT_THAT(of_programme([](Programme& p) { p.counters[0].when = "c.week_streak > 1"; }),
              ElementsAre(HasSubstr("counters[0].when")));
  EXPECT_THAT(of_programme([](Programme& p) { p.earn.base = "c.week_streak"; }),
              ElementsAre(HasSubstr("earn.base")));
}

TEST(Programme, BoundsTheReturnsWindow) {
  EXPECT_THAT(of_programme([](Programme& p) { p.returns.window = Duration(400 * kDayMs); }),
              IsEmpty());
  EXPECT_THAT(of_programme([](Programme& p) { p.returns.window = Duration(400 * kDayMs + 1); }),
              ElementsAre(HasSubstr("WINDOW_TOO_LONG returns.window: ")));
}

/// `count` active campaigns with the award `award`, and as many paused ones.
Programme crowd(std::size_t count, const std::string& award) {
  return programme_with([&](Programme& p) {
    p.campaigns.clear();
    p.lines = true;
    for (std::size_t i = 0; i < 2 * count; ++i) {
      Campaign campaign = a_campaign("c" + std::to_string(1'000 + i));
      campaign.award = award;
      if (i % 2 == 1) campaign.state = CampaignState::Paused;
      p.campaigns.push_back(std::move(campaign));
    }
  });
}

TEST(Programme, BoundsTheActiveCampaignsOfATrigger) {
  EXPECT_THAT(mistakes_of(crowd(64, "1")), IsEmpty());
  EXPECT_THAT(mistakes_of(crowd(65, "1")),
              ElementsAre("TOO_LARGE campaigns: 65 active campaigns of PURCHASE"));
}

TEST(Programme, Rul28BoundsTheCostOfATriggersCampaignsTogether) {
  const std::string dear = "lines.sum(l, \"abcdefgh\" in l.cats, l.net)";
  const auto one = compile(crowd(1, dear));
  ASSERT_TRUE(one.has_value());
  const std::uint32_t cost = one->campaigns[0].award.cost;
  ASSERT_GT(cost, 0U);
  const std::size_t most = limits::kTriggerCostMax / cost;
  ASSERT_LT(most, 64U);

  EXPECT_THAT(mistakes_of(crowd(most, dear)), IsEmpty());
  EXPECT_THAT(mistakes_of(crowd(most + 1, dear)),
              ElementsAre("TOO_COSTLY campaigns: a cost of " + std::to_string((most + 1) * cost) +
                          " of all campaigns of PURCHASE"));
}

TEST(Programme, BoundsTheWholeOfIt) {
  const Programme large = programme_with([](Programme& p) {
    for (Campaign& campaign : p.campaigns)
      campaign.state = CampaignState::Ended;
    const std::string comment = "1 //" + std::string(2'000, ' ');
    p.campaigns.clear();
    for (std::size_t i = 0; i < 320; ++i) {
      p.campaigns.push_back(a_campaign("c" + std::to_string(1'000 + i)));
      p.campaigns.back().state = CampaignState::Ended;
      p.campaigns.back().award = comment;
    }
  });

  EXPECT_THAT(mistakes_of(large), ElementsAre(HasSubstr("TOO_LARGE : ")));
}

TEST(Programme, NamesTheMerchantsWhoseApprovalItNeeds) {
  const Programme programme = programme_with([](Programme& p) {
    p.partners = {{"coffee", false, Points()}};
    p.counters.push_back(
        {"air", CounterKind::DaysSince, Period::Day, 0, "airline", Posting::Earn, ""});
    p.counters.push_back(
        {"own", CounterKind::DaysSince, Period::Day, 0, p.merchant, Posting::Earn, ""});
    p.campaigns[0].funders = {{{FunderKind::Merchant, "coffee"}, 1, 2},
                              {{FunderKind::Merchant, "bank"}, 1, 2}};
    p.campaigns[1].funders = {{{FunderKind::Brand, "milk"}, 1, 1}};
  });

  EXPECT_THAT(merchants_named(programme), ElementsAre("airline", "bank", "coffee"));
  EXPECT_THAT(merchants_named(test::a_programme()), IsEmpty());
}

}  // namespace
}  // namespace tally::rules
