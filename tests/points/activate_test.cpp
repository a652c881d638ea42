// Points that wait: for their time, for an event, for an operator; and what activation brings.
#include "points/points_fixture.h"
#include "support/redemption_builders.h"

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using state::WaitsFor;
using test::a_campaign;
using test::an_activate;
using test::an_earn;
using test::kStart;
using test::points;
using testing::ElementsAre;
using testing::IsEmpty;

class Waiting : public PointsFixture {
 protected:
  Waiting() { enrol(1); }

  /// Points of the programme wait 14 days.
  void start(const std::function<void(Programme&)>& change = {}) {
    programme_.earn.pending.span = days(14);
    if (change) change(programme_);
    publish(test::kCafe, programme_);
  }
  void start_by_event() {
    start([](Programme& programme) { programme.earn.pending = {true, days(30)}; });
  }
  Outcome earn(std::int64_t euros) {
    const Outcome outcome = run<Earn>(an_earn().total(euros * 100).event_time(now).build());
    earned_ = receipt;
    return outcome;
  }
  /// By the order of the last earn.
  Outcome let_go() {
    order.earn = state::OrderPart{earned_.position, kStart};
    return run<Activate>(an_activate().build());
  }
  static Campaign on(Trigger trigger, std::string id, std::string award) {
    Campaign campaign = a_campaign(std::move(id), std::move(award));
    campaign.trigger = trigger;
    return campaign;
  }
  std::int64_t qualifying() const { return head(1).standing.tier.qualifying.value(); }

  Programme programme_ = test::a_programme();
  Receipt earned_;
};

TEST_F(Waiting, CannotBeSpentBeforeItsTime_P01) {
  start();

  ASSERT_EQ(earn(50), Outcome::Accepted);

  EXPECT_EQ(pending(1), 50);
  EXPECT_EQ(available(1), 0);
  EXPECT_THAT(lines(LineKind::Pended), ElementsAre(50));
  EXPECT_EQ(receipt.lines[0].available_at, kStart.plus(days(14)));
  EXPECT_EQ(receipt.lines[0].expires_at, Timestamp::never());
  EXPECT_EQ(totals().pending, points(50));
  EXPECT_EQ(run<Redeem>(test::a_redeem().build()), Outcome::InsufficientAvailable);
}

TEST_F(Waiting, BecomesAvailableAtItsInstantWithADateFromThen) {
  start();
  ASSERT_EQ(earn(50), Outcome::Accepted);
  const Timestamp at = kStart.plus(days(14));

  EXPECT_THAT(pass_to(at.minus(Duration(1))), IsEmpty());
  const auto due = pass_to(at);

  ASSERT_EQ(due.size(), 1U);
  EXPECT_THAT(lines(due[0], LineKind::Activated), ElementsAre(50));
  ASSERT_EQ(lots(1).size(), 1U);
  const state::Lot lot = lots(1)[0];
  EXPECT_EQ(lot.id, (LotId{earned_.position, 0}));
  EXPECT_EQ(lot.earned_at, kStart);
  EXPECT_EQ(lot.available_at, at);
  EXPECT_EQ(lot.expires_at, test::utc(2025, 2, 1).minus(kHour)) << "a year from 15 January";
  EXPECT_EQ(pending(1), 0);
  EXPECT_EQ(totals().available, points(50));
}

TEST_F(Waiting, SettlesDebtWhenItActivates) {
  start();
  ASSERT_EQ(earn(50), Outcome::Accepted);
  owe(1, 20);

  const auto due = pass_to(kStart.plus(days(14)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_THAT(lines(due[0], LineKind::Settled), ElementsAre(20));
  EXPECT_EQ(available(1), 30);
  EXPECT_EQ(debt(1), 0);
}

TEST_F(Waiting, ForAnEventActivatesWithoutOneAfterTheTimeout_P06) {
  start_by_event();
  ASSERT_EQ(earn(50), Outcome::Accepted);
  EXPECT_EQ(waiting(1)[0].waits_for, WaitsFor::Event);

  pass_to(kStart.plus(days(30)).minus(Duration(1)));
  EXPECT_EQ(pending(1), 50);
  pass_to(kStart.plus(days(30)));

  EXPECT_EQ(available(1), 50);
}

TEST_F(Waiting, ForAnEventIsLetGoByItsOrderOnce) {
  start_by_event();
  ASSERT_EQ(earn(50), Outcome::Accepted);
  now = kStart.plus(days(3));
  asking.role = Role::Terminal;

  EXPECT_EQ(let_go(), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Activated), ElementsAre(50));
  EXPECT_EQ(available(1), 50);
  EXPECT_EQ(lots(1)[0].available_at, now);
  EXPECT_EQ(let_go(), Outcome::TooLate) << "nothing waits any more";
}

TEST_F(Waiting, ForItsTimeIsNotLetGoByWord) {
  start();
  ASSERT_EQ(earn(50), Outcome::Accepted);

  EXPECT_EQ(let_go(), Outcome::TooLate);
  EXPECT_EQ(pending(1), 50);
}

TEST_F(Waiting, UnderReviewIsAnOperatorsAlone) {
  start([](Programme& programme) {
    programme.earn.pending = {};
    programme.velocity = {{VelocityWhat::Earn, Period::Day, 1, Points(), true}};
  });
  ASSERT_EQ(earn(1), Outcome::Accepted);
  ASSERT_EQ(earn(50), Outcome::Accepted);
  EXPECT_THAT(pass_to(now.plus(days(400))), testing::SizeIs(1)) << "the first earn's, that expire";

  asking.role = Role::Terminal;
  EXPECT_EQ(let_go(), Outcome::NotPermitted);
  asking.role = Role::Operator;
  EXPECT_EQ(let_go(), Outcome::Accepted);

  EXPECT_EQ(available(1), 50);
  EXPECT_EQ(head(1).standing.activations, 2U);
}

TEST_F(Waiting, OfAnotherOrderOrOfNoneIsRefused) {
  start_by_event();
  ASSERT_EQ(earn(50), Outcome::Accepted);

  EXPECT_EQ(run<Activate>(an_activate().build()), Outcome::UnknownOrder);
  order.of_another = true;
  EXPECT_EQ(run<Activate>(an_activate().build()), Outcome::NotYourOrder);
  order.of_another = false;
  order.earn = state::OrderPart{Position{Height(2), 99}, kStart};
  EXPECT_EQ(run<Activate>(an_activate().build()), Outcome::UnknownOrder);
  EXPECT_EQ(run<Activate>(an_activate().at(test::kBakery).build()), Outcome::UnknownProgramme);
}

TEST_F(Waiting, OfAClosedAccountIsRefused) {
  start_by_event();
  ASSERT_EQ(earn(0), Outcome::Accepted);
  set_state(1, state::AccountState::Closed);

  EXPECT_EQ(let_go(), Outcome::MemberClosed);
}

TEST_F(Waiting, OfAFullBlockIsAskedForLater) {
  start_by_event();
  ASSERT_EQ(earn(50), Outcome::Accepted);
  block_is_full = true;

  EXPECT_EQ(let_go(), Outcome::BlockFull);
}

TEST_F(Waiting, BringsActivatedCampaignsAndQualifyingPointsThen) {
  start([](Programme& programme) {
    programme.campaigns = {on(Trigger::Activated, "later", "7"), a_campaign("now", "5")};
    programme.campaigns[1].qualifying = true;
    programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", points(1'000)}};
  });
  ASSERT_EQ(earn(50), Outcome::Accepted);
  EXPECT_EQ(pending(1), 55);
  EXPECT_EQ(qualifying(), 0);
  EXPECT_EQ(head(1).standing.activations, 0U);

  const auto due = pass_to(kStart.plus(days(14)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_THAT(lines(due[0], LineKind::Earned), ElementsAre(7));
  ASSERT_EQ(due[0].rules.size(), 1U);
  EXPECT_EQ(due[0].rules[0].source, "later");
  ASSERT_TRUE(due[0].facts.has_value());
  EXPECT_EQ(due[0].facts->programme_version, 1U);
  EXPECT_EQ(qualifying(), 55);
  EXPECT_EQ(head(1).standing.activations, 1U);
  EXPECT_EQ(available(1), 62);
  // "A lot that a due entry makes has the id of the transaction that it stems from."
  ASSERT_EQ(lots(1).size(), 2U);
  EXPECT_EQ(lots(1)[1].id, (LotId{earned_.position, 1}));
  EXPECT_EQ(lots(1)[1].earned_at, kStart.plus(days(14)));
}

TEST_F(Waiting, RaisesTheTierWhenItActivates) {
  start([](Programme& programme) {
    programme.campaigns = {on(Trigger::TierUp, "up", "500")};
    programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", points(1'000)}};
  });
  ASSERT_EQ(earn(1'000), Outcome::Accepted);
  EXPECT_EQ(head(1).standing.tier.tier, 0);

  const auto due = pass_to(kStart.plus(days(14)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].facts->tier_after, 1);
  EXPECT_EQ(head(1).standing.tier.tier, 1);
  EXPECT_EQ(available(1), 1'500) << "what an activation gives does not wait again";
}

TEST_F(Waiting, PostsNoQualifyingPointTwiceWhereTheyPostedWithTheEarn) {
  start([](Programme& programme) {
    programme.tiers.post = Posting::Earn;
    programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", points(1'000)}};
  });
  ASSERT_EQ(earn(50), Outcome::Accepted);
  EXPECT_EQ(qualifying(), 50);

  pass_to(kStart.plus(days(14)));

  EXPECT_EQ(qualifying(), 50);
}

/// A campaign's points wait longer than the others of the purchase.
class WaitingLonger : public Waiting {
 protected:
  WaitingLonger() {
    start([](Programme& programme) {
      Campaign slow = a_campaign("slow", "900");
      slow.pending = Pending{false, days(30)};
      slow.qualifying = true;
      programme.campaigns = {on(Trigger::Activated, "later", "7"), slow,
                             on(Trigger::TierUp, "up", "500")};
      programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", points(1'000)}};
    });
  }
};

TEST_F(WaitingLonger, ActivatesAPurchaseOnce) {
  ASSERT_EQ(earn(100), Outcome::Accepted);
  EXPECT_EQ(waiting(1).size(), 2U);

  pass_to(kStart.plus(days(14)));
  EXPECT_EQ(available(1), 107);
  EXPECT_EQ(qualifying(), 100);
  const auto due = pass_to(kStart.plus(days(30)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_THAT(lines(due[0], LineKind::Activated), ElementsAre(900));
  EXPECT_THAT(lines(due[0], LineKind::Earned), ElementsAre(500)) << "the tier's, not ACTIVATED's";
  EXPECT_EQ(qualifying(), 1'000);
  EXPECT_EQ(head(1).standing.activations, 1U);
}

TEST_F(WaitingLonger, GivesNoTwoLotsOneId) {
  ASSERT_EQ(earn(100), Outcome::Accepted);
  pass_to(kStart.plus(days(30)));

  std::set<LotId> ids;
  for (const state::Lot& lot : lots(1))
    EXPECT_TRUE(ids.insert(lot.id).second) << lot.id.entry;
  EXPECT_EQ(ids.size(), 4U);
}

TEST_F(Waiting, ActivatesByTheVersionThatEarnedIt) {
  start([](Programme& programme) { programme.campaigns = {on(Trigger::Activated, "later", "7")}; });
  ASSERT_EQ(earn(50), Outcome::Accepted);
  write([&](StateDelta& delta) {
    auto merchant = state::find_merchant(delta, test::kCafe).value().value();
    merchant.programme_version = 2;
    Programme next = test::a_programme();
    next.expiry = {};
    ASSERT_TRUE(state::put_merchant(delta, test::kCafe, merchant).ok());
    ASSERT_TRUE(
        state::put_version(delta, test::kCafe, {2, Height(1), rules::compile(next).value()}).ok());
  });

  const auto due = pass_to(kStart.plus(days(14)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(available(1), 57);
  EXPECT_NE(lots(1)[0].expires_at, Timestamp::never());
}

TEST_F(Waiting, GroupsWhatAgreesInTimeDateAndFunder_L12) {
  start([](Programme& programme) {
    Campaign tier = a_campaign("tier", "8");
    Campaign dairy = a_campaign("dairy", "40");
    dairy.funders[0].who = {FunderKind::Brand, "milk"};
    Campaign brief = a_campaign("brief", "3");
    brief.expires = test::rolling(1, MonthRounding::None);
    programme.campaigns = {brief, dairy, tier};
  });

  ASSERT_EQ(earn(35), Outcome::Accepted);

  std::vector<std::int64_t> amounts;
  for (const state::PendingLot& pending : waiting(1))
    amounts.push_back(pending.lot.remaining.value());
  EXPECT_THAT(amounts, testing::UnorderedElementsAre(43, 40, 3));
  pass_to(kStart.plus(days(14)));
  EXPECT_EQ(lots(1)[0].remaining, points(3));
  EXPECT_EQ(lots(1)[0].expires_at, test::utc(2024, 2, 16).minus(kHour)) << "by its own rule";
}

TEST_F(Waiting, NeverComesIntoAPastDateOfInactivity) {
  start([](Programme& programme) {
    programme.earn.pending.span = days(60);
    programme.expiry = test::rolling(1, MonthRounding::None);
    programme.expiry.kind = ExpiryKind::Inactivity;
  });
  ASSERT_EQ(earn(50), Outcome::Accepted);
  ASSERT_LT(head(1).idle_at, kStart.plus(days(60)));

  pass_to(kStart.plus(days(60)));

  EXPECT_EQ(available(1), 50);
  EXPECT_EQ(lots(1)[0].expires_at, test::utc(2024, 4, 2).minus(kHour)) << "a month from 1 March";
}

TEST_F(Waiting, TouchesOthersWhereItsCampaignsDo) {
  start();
  ASSERT_EQ(earn(50), Outcome::Accepted);
  EXPECT_EQ(head(1).deadlines.own, kStart.plus(days(14)));
  EXPECT_EQ(head(1).deadlines.shared, Timestamp::never());

  enrol(2);
  start([](Programme& programme) {
    programme.campaigns = {on(Trigger::Activated, "later", "7")};
    programme.campaigns[0].budget = Budget{points(10), false};
  });
  ASSERT_EQ(run<Earn>(an_earn().of(test::member(2)).build()), Outcome::Accepted);

  EXPECT_EQ(head(2).deadlines.own, Timestamp::never());
  EXPECT_EQ(head(2).deadlines.shared, kStart.plus(days(14)));
}

TEST_F(Waiting, ChargesABudgetWhenItActivates) {
  start([](Programme& programme) {
    programme.campaigns = {on(Trigger::Activated, "later", "7")};
    programme.campaigns[0].budget = Budget{points(10), false};
  });
  ASSERT_EQ(earn(50), Outcome::Accepted);
  now = now.plus(Duration(1));
  ASSERT_EQ(earn(60), Outcome::Accepted);
  const auto spent = [&] {
    return state::find_campaign(view, test::kCafe, "later").value().spent.value();
  };
  EXPECT_EQ(spent(), 0);

  const auto due = pass_to(now.plus(days(14)));

  ASSERT_EQ(due.size(), 2U) << "one entry for each transaction";
  EXPECT_THAT(lines(due[0], LineKind::Earned), ElementsAre(7));
  EXPECT_THAT(lines(due[1], LineKind::Earned), ElementsAre(3));
  EXPECT_EQ(spent(), 10);
}

TEST_F(Waiting, ComesWithoutItsRulesWhereTheyCannotBePosted) {
  start([](Programme& programme) { programme.campaigns = {on(Trigger::Activated, "later", "7")}; });
  ASSERT_EQ(earn(50), Outcome::Accepted);
  // Another member has all other points there can be.
  enrol(2, {{.amount = kPointsMax - 55}});

  const auto due = pass_to(kStart.plus(days(14)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].outcome, Outcome::Accepted);
  EXPECT_THAT(lines(due[0], LineKind::Activated), ElementsAre(50));
  EXPECT_THAT(lines(due[0], LineKind::Earned), IsEmpty());
  EXPECT_EQ(available(1), 50);
}

TEST_F(Waiting, OfAnEnrolmentPostsItsQualifyingPointsAndNoPurchase) {
  start([](Programme& programme) {
    Campaign welcome = on(Trigger::Enrol, "welcome", "500");
    welcome.qualifying = true;
    programme.campaigns = {on(Trigger::Activated, "later", "7"), welcome};
    programme.tiers.tiers = {{"BASE", Points()}, {"SILVER", points(1'000)}};
  });
  const Transaction enrolment = test::an_enrol().build();
  const TransactionContext where = context(enrolment);
  receipt = Receipt();
  receipt.position = where.position();
  ++index;
  write([&](StateDelta& delta) {
    ASSERT_EQ(award_enrolment(std::get<Enrol>(enrolment.action), where, delta, receipt).value(),
              Outcome::Accepted);
  });
  view.remember(enrolment, receipt);
  EXPECT_EQ(pending(1), 500);

  const auto due = pass_to(kStart.plus(days(14)));

  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(available(1), 500);
  EXPECT_EQ(qualifying(), 500);
  EXPECT_EQ(head(1).standing.activations, 0U);
}

}  // namespace
}  // namespace tally::points
