// Earn: the lot, its dates, the till's clock, and each refusal.
#include "points/points_fixture.h"

namespace tally::points {
namespace {

using test::an_earn;
using test::kStart;
using test::member;
using test::money;

class Earning : public PointsFixture {
 protected:
  Earning() { enrol(1); }
  Outcome earn(const test::EarnBuilder& builder) { return run<Earn>(builder.build()); }
};

TEST_F(Earning, AddsOneLotWithTheDatesOfTheProgramme) {
  index = 7;
  ASSERT_EQ(earn(an_earn().total(4'299)), Outcome::Accepted);

  ASSERT_EQ(lots(1).size(), 1U);
  const state::Lot lot = lots(1)[0];
  EXPECT_EQ(lot.id, (LotId{Position{Height(2), 7}, 0}));
  EXPECT_EQ(lot.first_owner, member(1));
  EXPECT_EQ(lot.programme_version, 1U);
  EXPECT_EQ(lot.original, test::points(42));
  EXPECT_EQ(lot.remaining, test::points(42));
  EXPECT_EQ(lot.earned_at, kStart);
  EXPECT_EQ(lot.available_at, kStart);
  // Twelve months, end of month, local time +01:00: 1 February 2025 00:00 local.
  EXPECT_EQ(lot.expires_at, test::utc(2025, 2, 1).minus(kHour));
  EXPECT_EQ(available(1), 42);
  EXPECT_EQ(head(1).standing.purchases, 1U);
  EXPECT_EQ(head(1).deadlines.own, lot.expires_at);
}

TEST_F(Earning, WritesItsLineAndLinksTheReceiptBefore) {
  ASSERT_EQ(earn(an_earn().total(4'299)), Outcome::Accepted);
  const Receipt first = receipt;
  ASSERT_EQ(earn(an_earn().total(100).request(2)), Outcome::Accepted);

  ASSERT_EQ(first.lines.size(), 1U);
  EXPECT_EQ(first.lines[0].kind, LineKind::Earned);
  EXPECT_EQ(first.lines[0].points, test::points(42));
  EXPECT_EQ(first.lines[0].lot, (LotId{first.position, 0}));
  EXPECT_EQ(first.lines[0].source, "base");
  EXPECT_EQ(first.lines[0].programme_version, 1U);
  ASSERT_EQ(receipt.previous.size(), 1U);
  EXPECT_EQ(receipt.previous[0].position, first.position);
}

TEST_F(Earning, OfZeroIsAcceptedWithoutALot_A18) {
  ASSERT_EQ(earn(an_earn().total(0)), Outcome::Accepted);

  EXPECT_TRUE(lots(1).empty());
  EXPECT_EQ(lines(LineKind::Earned), std::vector<std::int64_t>{0});
  EXPECT_EQ(receipt.lines[0].lot, LotId());
  EXPECT_EQ(receipt.previous.size(), 1U);
  EXPECT_EQ(head(1).last_receipt, receipt.position);
}

TEST_F(Earning, CountsIntoTheTotals) {
  ASSERT_EQ(earn(an_earn().total(4'200)), Outcome::Accepted);

  EXPECT_EQ(totals().issued, test::points(42));
  EXPECT_EQ(totals().available, test::points(42));
  EXPECT_EQ(totals().earns, 1U);
}

TEST_F(Earning, DeductsTheLargerOfWhatPointsPaid_A23) {
  order.paid_by_points = money(1'000);
  ASSERT_EQ(earn(an_earn().total(6'000)), Outcome::Accepted);
  EXPECT_EQ(available(1), 50);

  ASSERT_EQ(earn(an_earn().total(6'000).paid_by_points(2'000)), Outcome::Accepted);
  EXPECT_EQ(available(1), 90);
}

TEST_F(Earning, RefusesALotThatWouldMakeTheAccountTooDearToWrite) {
  std::vector<LotSpec> specs;
  for (std::uint64_t i = 0; i < 34'000; ++i)
    specs.push_back({.amount = 1, .expires_at = kStart.plus(Duration(i + 1))});
  enrol(2, specs);

  EXPECT_EQ(earn(an_earn().of(member(2))), Outcome::AmountOverflow);
  EXPECT_EQ(earn(an_earn().of(member(2)).total(0).request(2)), Outcome::Accepted);
}

TEST_F(Earning, RefusesASecondEarnOfItsOrder) {
  order.earn = state::OrderPart{Position{Height(1), 0}, kStart};

  EXPECT_EQ(earn(an_earn()), Outcome::DuplicateOrder);
}

TEST_F(Earning, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(earn(an_earn().at(test::kBakery)), Outcome::UnknownProgramme);
  EXPECT_EQ(earn(an_earn().at(MerchantId(99))), Outcome::UnknownProgramme);
  EXPECT_EQ(earn(an_earn().of(member(9))), Outcome::UnknownMember);
  EXPECT_EQ(earn(an_earn().in("USD")), Outcome::CurrencyNotAccepted);
}

TEST_F(Earning, TakesEventsWithinTheOfflineWindow_A19) {
  const Duration window(72 * kHour.milliseconds());
  EXPECT_EQ(earn(an_earn().event_time(now.minus(window))), Outcome::Accepted);
  EXPECT_EQ(earn(an_earn().event_time(now.minus(window).minus(Duration(1)))), Outcome::EventTooOld);
}

TEST_F(Earning, TakesEventsUpToFiveSecondsAhead) {
  EXPECT_EQ(earn(an_earn().event_time(now.plus(Duration(5'000)))), Outcome::Accepted);
  EXPECT_EQ(earn(an_earn().event_time(now.plus(Duration(5'001)))), Outcome::EventInFuture);
}

TEST_F(Earning, LetsAnOperatorBackdateUpToItsRight_A26) {
  const Duration right(30 * kDayMs);
  asking.limits.backdate_max = right;

  EXPECT_EQ(earn(an_earn().event_time(now.minus(right))), Outcome::Accepted);
  EXPECT_EQ(earn(an_earn().event_time(now.minus(right).minus(Duration(1)))), Outcome::EventTooOld);

  asking.role = Role::Terminal;
  EXPECT_EQ(earn(an_earn().event_time(now.minus(right))), Outcome::EventTooOld);
}

TEST_F(Earning, RefusesAnAwardOf2To53_A21) {
  Programme programme = test::a_programme();
  programme.earn.base = test::base_rule(3, 1);
  publish(test::kCafe, programme);

  EXPECT_EQ(earn(an_earn().total(3'002'399'751'580'331)), Outcome::AmountOverflow);
  EXPECT_EQ(earn(an_earn().total(3'002'399'751'580'330)), Outcome::Accepted);
  EXPECT_EQ(available(1), 9'007'199'254'740'990);
}

TEST_F(Earning, RefusesABalanceOf2To53AndChangesNothing) {
  enrol(2, {{.amount = kPointsMax - 5}});

  EXPECT_EQ(earn(an_earn().of(member(2)).total(600)), Outcome::AmountOverflow);
  EXPECT_EQ(available(2), kPointsMax - 5);
  EXPECT_EQ(earn(an_earn().of(member(2)).total(500)), Outcome::Accepted);
  EXPECT_EQ(available(2), kPointsMax);
}

TEST_F(Earning, RefusesMoreThanAProgrammeCanEverHaveIssued) {
  enrol(2, {{.amount = kPointsMax}});

  EXPECT_EQ(earn(an_earn().total(100)), Outcome::AmountOverflow);
}

TEST_F(Earning, SettlesDebtFirst_R05) {
  owe(1, 45);

  ASSERT_EQ(earn(an_earn().total(6'000)), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Earned), std::vector<std::int64_t>{60});
  EXPECT_EQ(lines(LineKind::Settled), std::vector<std::int64_t>{45});
  ASSERT_EQ(lots(1).size(), 1U);
  EXPECT_EQ(lots(1)[0].original, test::points(15));
  EXPECT_EQ(available(1), 15);
  EXPECT_EQ(debt(1), 0);
  EXPECT_EQ(totals().issued, test::points(60));
}

TEST_F(Earning, ThatDebtTakesWholeMakesNoLot) {
  owe(1, 45);

  ASSERT_EQ(earn(an_earn().total(4'000)), Outcome::Accepted);

  EXPECT_TRUE(lots(1).empty());
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(debt(1), 5);
}

TEST_F(Earning, GoesOnWhileFrozenAndEndsWithTheAccount) {
  set_state(1, state::AccountState::Soft);
  EXPECT_EQ(earn(an_earn()), Outcome::Accepted);
  set_state(1, state::AccountState::Fraud);
  EXPECT_EQ(earn(an_earn()), Outcome::Accepted);
  enrol(2);
  set_state(2, state::AccountState::Closed);
  EXPECT_EQ(earn(an_earn().of(member(2))), Outcome::MemberClosed);
}

class IdleEarning : public Earning {
 protected:
  IdleEarning() {
    Programme programme = test::a_programme();
    programme.expiry = test::rolling(18, MonthRounding::None);
    programme.expiry.kind = ExpiryKind::Inactivity;
    publish(test::kCafe, programme);
  }
};

TEST_F(IdleEarning, DatesAllOfAMembersPointsByItsLastActivity_L07) {
  now = test::utc(2025, 1, 10);
  ASSERT_EQ(earn(an_earn().event_time(now)), Outcome::Accepted);
  EXPECT_EQ(head(1).idle_at, test::utc(2026, 7, 11).minus(kHour)) << "last day 10 July 2026";
  EXPECT_TRUE(lots(1)[0].idle);
  EXPECT_EQ(lots(1)[0].expires_at, head(1).idle_at);
  EXPECT_EQ(head(1).deadlines.own, head(1).idle_at);

  now = test::utc(2026, 5, 1);
  ASSERT_EQ(earn(an_earn().event_time(now)), Outcome::Accepted);

  ASSERT_EQ(lots(1).size(), 2U);
  EXPECT_EQ(lots(1)[0].expires_at, test::utc(2027, 11, 2).minus(kHour)) << "1 November 2027";
  EXPECT_EQ(lots(1)[1].expires_at, lots(1)[0].expires_at);
}

TEST_F(IdleEarning, OfNothingIsActivityToo) {
  ASSERT_EQ(earn(an_earn()), Outcome::Accepted);
  const Timestamp before = head(1).idle_at;
  now = now.plus(days(40));

  ASSERT_EQ(earn(an_earn().total(0).event_time(now)), Outcome::Accepted);

  EXPECT_GT(head(1).idle_at, before);
}

TEST_F(Earning, TakesTheFirstFixedDateThatIsFarEnough_L15) {
  Programme programme = test::a_programme();
  programme.expiry = {};
  programme.expiry.kind = ExpiryKind::Fixed;
  programme.expiry.dates = {{2027, 1, 1}, {2028, 1, 1}};
  programme.expiry.min_days = 60;
  publish(test::kCafe, programme);

  now = test::utc(2026, 11, 2);
  ASSERT_EQ(earn(an_earn().event_time(now)), Outcome::Accepted);
  now = test::utc(2026, 11, 3);
  ASSERT_EQ(earn(an_earn().event_time(now)), Outcome::Accepted);

  EXPECT_EQ(lots(1)[0].expires_at, test::utc(2027, 1, 1).minus(kHour));
  EXPECT_EQ(lots(1)[1].expires_at, test::utc(2028, 1, 1).minus(kHour));
}

struct ExpiryCase {
  const char* id;
  Timestamp earned;
  std::uint32_t months;
  MonthRounding rounding;
  Timestamp expires_at;
};

class Expiring : public Earning, public testing::WithParamInterface<ExpiryCase> {};

TEST_P(Expiring, AtTheFirstInstantOfTheNextLocalDay) {
  Programme programme = test::a_programme();
  programme.expiry = test::rolling(GetParam().months, GetParam().rounding);
  programme.utc_offsets = {{Timestamp(), 60}, {test::utc(2026, 3, 29).plus(kHour), 120}};
  publish(test::kCafe, programme);
  now = GetParam().earned;

  ASSERT_EQ(earn(an_earn().event_time(now)), Outcome::Accepted);

  EXPECT_EQ(lots(1)[0].expires_at, GetParam().expires_at);
}

INSTANTIATE_TEST_SUITE_P(
    Dates, Expiring,
    testing::Values(ExpiryCase{"L01", test::utc(2026, 1, 31), 1, MonthRounding::None,
                               test::utc(2026, 3, 1).minus(kHour)},
                    ExpiryCase{"L03", test::utc(2016, 12, 12), 36, MonthRounding::EndOfQuarter,
                               test::utc(2020, 1, 1).minus(kHour)},
                    ExpiryCase{"LeapDay", test::utc(2024, 1, 31), 1, MonthRounding::None,
                               test::utc(2024, 3, 1).minus(kHour)},
                    ExpiryCase{"LateEvening", test::utc(2026, 1, 30).plus(Duration(84'600'000)), 1,
                               MonthRounding::None, test::utc(2026, 3, 1).minus(kHour)},
                    ExpiryCase{"EndOfMonth", test::utc(2026, 2, 3), 12, MonthRounding::EndOfMonth,
                               test::utc(2027, 3, 1).minus(kHour).minus(kHour)},
                    ExpiryCase{"EndOfHalf", test::utc(2026, 2, 3), 1, MonthRounding::EndOfHalf,
                               test::utc(2026, 7, 1).minus(kHour).minus(kHour)},
                    ExpiryCase{"EndOfYear", test::utc(2026, 2, 3), 1, MonthRounding::EndOfYear,
                               test::utc(2027, 1, 1).minus(kHour).minus(kHour)}),
    [](const auto& instance) { return std::string(instance.param.id); });

TEST_F(Earning, NeverExpiresWhereTheProgrammeSaysSo) {
  Programme programme = test::a_programme();
  programme.expiry = {};
  publish(test::kCafe, programme);

  ASSERT_EQ(earn(an_earn()), Outcome::Accepted);

  EXPECT_EQ(lots(1)[0].expires_at, Timestamp::never());
  EXPECT_EQ(head(1).deadlines.own, Timestamp::never());
}

// A rule's static cost bounds what it costs, so no programme that was published gets there: here
// the proof in the record is less than the rule.
TEST_F(Earning, WhoseRulesRunPastTheirProvedCostIsRefused) {
  RuleSet rules = rules::compile(test::a_programme()).value();
  rules.base.cost = 1;
  write([&](state::StateDelta& delta) {
    ASSERT_TRUE(state::put_version(delta, test::kCafe, {1, Height(1), rules}).ok());
  });

  EXPECT_EQ(earn(an_earn().total(4'299)), Outcome::RuleCost);
  EXPECT_TRUE(lots(1).empty());
}

}  // namespace
}  // namespace tally::points
