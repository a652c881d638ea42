// The envelope of a campaign: what rules::compile refuses (design/rule-language.md §8, §11).
#include <tally/rules/programme.h>

#include "support/programme_mistakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace tally::rules {
namespace {

using test::mistakes_of;
using test::of_campaign;
using test::of_programme;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kDayMs = 86'400'000;

TEST(Envelope, KeepsThePlaceOfAMistakeInItsExpression) {
  const auto rules =
      compile(test::campaign_with([](Campaign& c) { c.when = "tx.total > 1 &&\n 7u"; }));

  ASSERT_FALSE(rules.has_value());
  ASSERT_EQ(rules.error().size(), 1U);
  EXPECT_EQ(rules.error()[0].reason, Reason::NoUint);
  EXPECT_EQ(rules.error()[0].field, "campaigns[0].when");
  EXPECT_EQ(rules.error()[0].line, 2U);
  EXPECT_EQ(rules.error()[0].column, 2U);
}

TEST(Envelope, Rul06RefusesOneIdTwice) {
  EXPECT_THAT(of_programme([](Programme& p) { p.campaigns[1].id = "a"; }),
              ElementsAre("BAD_ENVELOPE campaigns[1].id: \"a\""));
  EXPECT_THAT(of_programme([](Programme& p) { p.campaigns[1].id = "B"; }),
              Contains("BAD_ENVELOPE campaigns[1].id: \"B\""));
  EXPECT_THAT(of_programme([](Programme& p) { p.campaigns[0].id = "bb"; }),
              ElementsAre("BAD_ENVELOPE campaigns[1].id: \"b\""));
}

TEST(Envelope, Rul01AndRul08AskForARule) {
  EXPECT_THAT(of_campaign([](Campaign& c) { c.award = ""; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].award: no award"));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.award = " // none"; }),
              ElementsAre(HasSubstr("EMPTY_RULE campaigns[0].award: ")));
  EXPECT_THAT(of_programme([](Programme& p) { p.earn.base = ""; }),
              ElementsAre(HasSubstr("EMPTY_RULE earn.base: ")));
}

TEST(Envelope, Rul11RefusesANegativeConstantAward) {
  EXPECT_THAT(of_campaign([](Campaign& c) { c.award = "-1"; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].award: -1"));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.award = "2 * (3 - 5)"; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].award: -4"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.params = {{"x", std::int64_t{-7}}};
                c.award = "p.x";
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].award: -7"));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.award = "tx.total - 5"; }), IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) { c.award = "0"; }), IsEmpty());
}

TEST(Envelope, Rul12RefusesLimitsOfZeroAndAboveTheProgrammes) {
  EXPECT_THAT(of_campaign([](Campaign& c) { c.cap_points = {{Period::Day, 1'000}}; }), IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) { c.cap_points = {{Period::Week, 1'001}}; }), IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.cap_points = {{Period::Day, 1'001}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].cap_points[0].limit: 1001"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.cap_points = {{Period::Day, 0}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].cap_points[0].limit: 0"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.cap_times = {{Period::Ever, 0}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].cap_times[0].limit: 0"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.cap_times = {{Period::Transaction, 1}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].cap_times[0].period: another period"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.trigger = Trigger::Activated;
                c.award = "1";
                c.referrer = ReferrerAward{"1", {{Period::Day, 1'001}}, {}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].referrer.cap_points[0].limit: 1001"));
}

TEST(Envelope, Rul13AsksForSharesThatAddUpToOne) {
  const auto shares = [](std::vector<std::pair<std::uint32_t, std::uint32_t>> parts) {
    return of_campaign([&](Campaign& c) {
      c.funders.clear();
      for (const auto& [n, d] : parts)
        c.funders.push_back({{FunderKind::Brand, "b" + std::to_string(c.funders.size())}, n, d});
    });
  };

  EXPECT_THAT(shares({{1, 1}}), IsEmpty());
  EXPECT_THAT(shares({{1, 2}, {1, 3}, {1, 6}}), IsEmpty());
  EXPECT_THAT(shares({{1, 1'000'000'000}, {999'999'999, 1'000'000'000}}), IsEmpty());
  EXPECT_THAT(shares({{1, 2}, {1, 3}}),
              ElementsAre("BAD_ENVELOPE campaigns[0].funders: shares of 5/6 together"));
  EXPECT_THAT(shares({{2, 3}, {2, 3}}),
              ElementsAre("BAD_ENVELOPE campaigns[0].funders: shares of 4/3 together"));
  EXPECT_THAT(shares({{2, 4}, {1, 2}}),
              Contains("BAD_ENVELOPE campaigns[0].funders[0].numerator: 2/4"));
  EXPECT_THAT(shares({{0, 1}, {1, 1}}),
              Contains("BAD_ENVELOPE campaigns[0].funders[0].numerator: 0/1"));
  EXPECT_THAT(shares({{1, 0}}), Contains("BAD_ENVELOPE campaigns[0].funders[0].numerator: 1/0"));
  EXPECT_THAT(shares({{1, 999'999'937}, {1, 999'999'929}}),
              ElementsAre(HasSubstr("without a common denominator")));
  EXPECT_THAT(shares({}), Contains("BAD_ENVELOPE campaigns[0].funders: 0"));
}

TEST(Envelope, NamesFundersInOneWay) {
  const auto funder = [](Funder who) {
    return of_campaign([&](Campaign& c) { c.funders = {{who, 1, 1}}; });
  };

  EXPECT_THAT(funder({FunderKind::Merchant, "air"}), IsEmpty());
  EXPECT_THAT(funder({FunderKind::Merchant, ""}),
              ElementsAre("BAD_ENVELOPE campaigns[0].funders[0].who: 0 bytes"));
  EXPECT_THAT(funder({FunderKind::Issuer, "x"}),
              ElementsAre("BAD_ENVELOPE campaigns[0].funders[0].who: \"x\""));
  EXPECT_THAT(funder({FunderKind::Merchant, test::a_programme().merchant}),
              ElementsAre("BAD_ENVELOPE campaigns[0].funders[0].who: the issuer by its name"));
}

TEST(Envelope, Rul20RefusesAnEmptyOrTooLongValidity) {
  constexpr std::int64_t kFive = 5LL * 366 * 86'400'000;
  const auto validity = [](std::optional<std::int64_t> from, std::optional<std::int64_t> to) {
    return of_campaign([&](Campaign& c) {
      if (from) c.starts = LocalTime(*from);
      if (to) c.ends = LocalTime(*to);
    });
  };

  EXPECT_THAT(validity(0, 1), IsEmpty());
  EXPECT_THAT(validity(7, 7 + kFive), IsEmpty());
  EXPECT_THAT(validity(7, std::nullopt), IsEmpty());
  EXPECT_THAT(validity(7, 7), ElementsAre(HasSubstr("BAD_ENVELOPE campaigns[0].ends: ")));
  EXPECT_THAT(validity(8, 7), ElementsAre(HasSubstr("BAD_ENVELOPE campaigns[0].ends: ")));
  EXPECT_THAT(validity(7, 8 + kFive), ElementsAre(HasSubstr("BAD_ENVELOPE campaigns[0].ends: ")));
  EXPECT_THAT(validity(-1, std::nullopt), ElementsAre(HasSubstr("campaigns[0].starts: ")));
  EXPECT_THAT(validity(INT64_MIN, INT64_MAX), testing::SizeIs(2));
}

TEST(Envelope, Rul34RefusesABudgetOfZero) {
  EXPECT_THAT(of_campaign([](Campaign& c) { c.budget = Budget{}; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].budget.points: 0"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.budget = Budget{test::points(1), true};
              }),
              IsEmpty());
}

TEST(Envelope, AsksForWhatACampaignNames) {
  EXPECT_THAT(of_campaign([](Campaign& c) { c.group = "nobody"; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].group: \"nobody\""));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.tiers = {"GOLD", "TIN"};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].tiers[1]: \"TIN\""));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.resets = "week_streak"; }), IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) { c.resets = "month_streak"; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].resets: \"month_streak\""));
  EXPECT_THAT(of_programme([](Programme& p) {
                p.counters = {
                    {"air", CounterKind::DaysSince, Period::Day, 0, "airline", Posting::Earn, ""}};
                p.campaigns[0].resets = "air";
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].resets: \"air\""));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.channels = {std::string(17, 'a')}; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].channels[0]: 17 bytes"));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.stores = {""}; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].stores[0]: 0 bytes"));
}

TEST(Envelope, KeepsToATriggerWhatOnlyItHas) {
  EXPECT_THAT(of_campaign([](Campaign& c) { c.attestor = "social"; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].attestor: \"social\""));
  EXPECT_THAT(of_campaign([](Campaign& c) { c.each_step = true; }),
              ElementsAre("BAD_ENVELOPE campaigns[0].each_step: true"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.referrer = ReferrerAward{"1", {}, {}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].referrer: another trigger"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.trigger = Trigger::Attested;
                c.attestor = "social";
                c.award = "1";
              }),
              IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.trigger = Trigger::TierUp;
                c.each_step = true;
                c.award = "m.tier_before";
              }),
              IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) { c.trigger = Trigger::Enrol; }),
              ElementsAre(HasSubstr("campaigns[0].award")));  // ENROL has no base
}

TEST(Envelope, ChecksWhatStandsInsteadOfTheProgrammes) {
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.expires = {ExpiryKind::Rolling, 3, MonthRounding::EndOfMonth, {}, 0, 0, {}};
                c.pending = Pending{};
              }),
              IsEmpty());
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.expires = {ExpiryKind::Rolling, 0, MonthRounding::None, {}, 0, 0, {}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].expires.months: 0"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.expires = {ExpiryKind::Inactivity, 3, MonthRounding::None, {}, 0, 0, {}};
              }),
              ElementsAre("BAD_ENVELOPE campaigns[0].expires.kind: inactivity"));
  EXPECT_THAT(of_campaign([](Campaign& c) {
                c.pending = Pending{false, Duration(401 * kDayMs)};
              }),
              ElementsAre(HasSubstr("BAD_ENVELOPE campaigns[0].pending: ")));
}

TEST(Envelope, ChecksParameters) {
  const auto params = [](std::vector<Parameter> all) {
    return of_campaign([&](Campaign& c) { c.params = all; });
  };

  EXPECT_THAT(params({{"a", true}, {"b", std::string(64, 'x')}}), IsEmpty());
  EXPECT_THAT(params({{"b", true}, {"a", true}}),
              ElementsAre("BAD_ENVELOPE campaigns[0].params.a: \"a\""));
  EXPECT_THAT(params({{"a", true}, {"a", true}}), testing::SizeIs(1));
  EXPECT_THAT(params({{"2", true}}), testing::SizeIs(1));
  EXPECT_THAT(params({{"a", std::string(65, 'x')}}), ElementsAre(HasSubstr("params.a: 65")));
  std::vector<Parameter> many;
  for (char c = 'a'; c < 'a' + 17; ++c)
    many.push_back({std::string(1, c), true});
  EXPECT_THAT(params(many), ElementsAre("BAD_ENVELOPE campaigns[0].params: 17"));
}

}  // namespace
}  // namespace tally::rules
