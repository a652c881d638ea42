// What falls due: each at its own instant, in the order of their kinds, with a receipt.
#include <tally/state/hold.h>

#include "points/points_fixture.h"
#include "support/redemption_builders.h"

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using test::an_earn;
using test::kStart;
using test::member;
using test::points;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Due : public PointsFixture {};

TEST_F(Due, RunsNothingBeforeTheInstantAndEverythingAtIt) {
  enrol(1, {{10, Timestamp(5'000)}, {20, Timestamp(5'000)}, {30, Timestamp(6'000)}});

  EXPECT_EQ(fall_due(Timestamp(4'999)), std::nullopt);
  const auto due = fall_due(Timestamp(5'000));

  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->kind, ActionKind::Due);
  EXPECT_EQ(due->outcome, Outcome::Accepted);
  EXPECT_TRUE(due->request_key.is_zero());
  EXPECT_TRUE(due->request_digest.is_zero());
  EXPECT_THAT(lines(*due, LineKind::Expired), ElementsAre(10, 20));
  EXPECT_EQ(due->previous.size(), 1U);
  EXPECT_EQ(available(1), 30);
  EXPECT_EQ(head(1).deadlines.own, Timestamp(6'000));
  EXPECT_EQ(head(1).last_receipt, due->position);
  EXPECT_EQ(totals().expired, points(30));
}

TEST_F(Due, RunsOneInstantAtATime) {
  enrol(1, {{10, Timestamp(5'000)}, {30, Timestamp(6'000)}});

  EXPECT_EQ(fall_due(Timestamp(9'000))->lines[0].points, points(10));
  EXPECT_EQ(fall_due(Timestamp(9'000))->lines[0].points, points(30));
  EXPECT_EQ(fall_due(Timestamp(9'000)), std::nullopt);
  EXPECT_TRUE(lots(1).empty());
}

TEST_F(Due, RunsNothingOnAnAccountThatIsNotThere) {
  EXPECT_EQ(fall_due(Timestamp::never().minus(Duration(1)), 9), std::nullopt);
}

TEST_F(Due, LeavesTheRestOfAVeryLongListDueAtTheSameInstant) {
  enrol(1, std::vector<LotSpec>(4'100, LotSpec{1, Timestamp(5'000)}));

  EXPECT_EQ(fall_due(Timestamp(5'000))->lines.size(), 4'096U);
  EXPECT_EQ(head(1).deadlines.own, Timestamp(5'000));
  EXPECT_EQ(fall_due(Timestamp(5'000))->lines.size(), 4U);
  EXPECT_EQ(fall_due(Timestamp(5'000)), std::nullopt);
}

TEST_F(Due, ExpiresAtItsInstantAndNotBefore_L04) {
  enrol(1, {{200, kStart.plus(kDay)}});
  const auto redeem = [&] {
    return run<Redeem>(test::a_redeem().basket(1'000).exactly(100).build());
  };
  pass_to(kStart.plus(kDay).minus(Duration(1)));
  EXPECT_EQ(redeem(), Outcome::Accepted);

  pass_to(kStart.plus(kDay));

  EXPECT_EQ(redeem(), Outcome::InsufficientAvailable);
}

TEST_F(Due, ExpiresAllIdleLotsAtOneDate) {
  Programme programme = test::a_programme();
  programme.expiry = test::rolling(1, MonthRounding::None);
  programme.expiry.kind = ExpiryKind::Inactivity;
  publish(test::kCafe, programme);
  enrol(1);
  ASSERT_EQ(run<Earn>(an_earn().event_time(now).build()), Outcome::Accepted);
  now = now.plus(days(20));
  ASSERT_EQ(run<Earn>(an_earn().event_time(now).build()), Outcome::Accepted);
  const Timestamp at = head(1).idle_at;

  EXPECT_THAT(pass_to(at.minus(Duration(1))), IsEmpty());
  const auto due = pass_to(at);

  ASSERT_EQ(due.size(), 1U);
  EXPECT_THAT(lines(due[0], LineKind::Expired), ElementsAre(10, 10));
  EXPECT_EQ(due[0].lines[0].expires_at, at);
  EXPECT_TRUE(due[0].lines[0].idle);
}

/// Points wait for 14 days, and a hold may stand for a week.
class DueInOrder : public PointsFixture {
 protected:
  DueInOrder() {
    programme_.earn.pending.span = days(14);
    programme_.redeem.minimum = points(1);
    programme_.redeem.step = points(1);
    publish(test::kCafe, programme_);
  }
  /// To be activated at `at`.
  void earn_until(Timestamp at, std::int64_t euros) {
    now = at.minus(days(14));
    ASSERT_EQ(run<Earn>(an_earn().total(euros * 100).event_time(now).build()), Outcome::Accepted);
  }
  void hold_until(Timestamp at, std::int64_t held) {
    now = at.minus(kHour);
    ASSERT_EQ(run<Hold>(test::a_hold().basket(1'000'000).exactly(held).ttl(kHour).build()),
              Outcome::Accepted);
  }

  Programme programme_ = test::a_programme();
};

TEST_F(DueInOrder, ActivatesBeforeItExpires_L10) {
  const Timestamp at = kStart.plus(days(20));
  enrol(1, {{60, at}, {40}});
  earn_until(at, 40);

  const auto due = pass_to(at);

  ASSERT_EQ(due.size(), 2U);
  EXPECT_THAT(lines(due[0], LineKind::Activated), ElementsAre(40));
  EXPECT_THAT(lines(due[1], LineKind::Expired), ElementsAre(60));
  EXPECT_EQ(available(1), 80);
}

TEST_F(DueInOrder, SettlesDebtInTheOrderOfDeadlinesWhateverBlockRunsIt_L13) {
  const Timestamp midnight = kStart.plus(days(20));
  const auto at = [&](std::uint64_t minutes) { return midnight.plus(Duration(minutes * 60'000)); };
  enrol(1, {{50}});
  earn_until(at(7 * 60 + 30), 40);
  hold_until(at(9 * 60), 50);
  owe(1, 30);

  const auto due = pass_to(at(10 * 60));

  ASSERT_EQ(due.size(), 2U);
  EXPECT_THAT(lines(due[0], LineKind::Settled), ElementsAre(30));
  EXPECT_THAT(lines(due[1], LineKind::Released), ElementsAre(50));
  std::vector<std::int64_t> remaining;
  for (const state::Lot& lot : lots(1))
    remaining.push_back(lot.remaining.value());
  EXPECT_THAT(remaining, ElementsAre(10, 50)) << "P 10, X 50";
  EXPECT_EQ(debt(1), 0);
}

TEST_F(DueInOrder, ReleasesAHoldBeforeItActivates) {
  const Timestamp at = kStart.plus(days(20));
  enrol(1, {{50}});
  earn_until(at, 40);
  hold_until(at, 50);
  owe(1, 30);

  const auto due = pass_to(at);

  ASSERT_EQ(due.size(), 2U);
  EXPECT_THAT(lines(due[0], LineKind::Released), ElementsAre(50));
  EXPECT_THAT(lines(due[0], LineKind::Settled), ElementsAre(30));
  EXPECT_THAT(lines(due[1], LineKind::Activated), ElementsAre(40));
}

TEST_F(DueInOrder, ActivatesOneTransactionAtATime) {
  const Timestamp at = kStart.plus(days(20));
  enrol(1);
  earn_until(at, 40);
  earn_until(at, 30);

  const auto due = pass_to(at);

  ASSERT_EQ(due.size(), 2U);
  EXPECT_THAT(lines(due[0], LineKind::Activated), ElementsAre(40));
  EXPECT_THAT(lines(due[1], LineKind::Activated), ElementsAre(30));
}

TEST_F(DueInOrder, NamesTheReferrerBesideAnActivationThatMayPayIt) {
  Campaign referral = test::a_campaign("referral", "200");
  referral.trigger = Trigger::Activated;
  referral.referrer = ReferrerAward{"300", {}, {}};
  programme_.campaigns = {referral};
  publish(test::kCafe, programme_);
  enrol(1);
  enrol(2);
  write([&](StateDelta& delta) {
    auto account = state::Account::load(delta, account_id(1)).value();
    account->head.standing.referrer = member(2);
    ASSERT_TRUE(account->store(delta).ok());
  });
  const Timestamp at = kStart.plus(days(20));
  earn_until(at, 40);
  state::RuleBook rules(rule_cost_max);
  const DueContext where{at, Position{Height(2), index}, &rules, &view};

  EXPECT_THAT(accounts_beside(account_id(1), where, view).value(), ElementsAre(account_id(2)));
  EXPECT_THAT(pass_to(at), SizeIs(1));
  EXPECT_EQ(available(1), 240);
  EXPECT_EQ(available(2), 300);
  EXPECT_THAT(accounts_beside(account_id(1), where, view).value(), IsEmpty());
}

TEST_F(DueInOrder, PaysNobodyForReferringThemselves) {
  Campaign referral = test::a_campaign("referral", "200");
  referral.trigger = Trigger::Activated;
  referral.referrer = ReferrerAward{"300", {}, {}};
  programme_.campaigns = {referral};
  publish(test::kCafe, programme_);
  enrol(1);
  enrol(2);
  write([&](StateDelta& delta) {
    auto account = state::Account::load(delta, account_id(1)).value();
    account->head.standing.referrer = member(2);
    ASSERT_TRUE(account->store(delta).ok());
    auto merged = state::Account::load(delta, account_id(2)).value();
    merged->head.state = state::AccountState::Merged;
    merged->head.alias_of = member(1);
    ASSERT_TRUE(merged->store(delta).ok());
  });
  const Timestamp at = kStart.plus(days(20));
  earn_until(at, 40);

  EXPECT_THAT(pass_to(at), SizeIs(1));

  EXPECT_EQ(available(1), 240);
}

}  // namespace
}  // namespace tally::points
