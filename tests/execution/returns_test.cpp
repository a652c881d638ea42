// Returns on the ledger: what is taken back of what a purchase earned (design/loyalty.md §9).
#include "support/returns_fixture.h"

#include <gmock/gmock.h>

namespace tally::execution {
namespace {

using namespace tally::test;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kOrder = 1'000;
constexpr std::uint64_t kOther = 1'001;
constexpr std::uint64_t kThird = 1'002;

class Returns : public ReturnsFixture {
 protected:
  /// R02: 100 earned, 70 of them spent, and another lot of 25.
  void spend_most(const Programme& programme) {
    start(programme);
    earn(kOrder, 10'000);
    ASSERT_EQ(redeem(kOther, 70, 70).outcome, Outcome::Accepted);
    earn(kThird, 2'500);
    ASSERT_EQ(available(), 55);
  }
};

TEST_F(Returns, R02_TakesItsOwnLotThenOthersWithinTheBalance) {
  spend_most(returning());

  ASSERT_EQ(reverse(kOrder, 10'000), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Clawed), ElementsAre(30, 25));
  EXPECT_THAT(lines(LineKind::Unrecovered), ElementsAre(45));
  EXPECT_EQ(available(), 0);
  EXPECT_EQ(debt(), 0);
  EXPECT_EQ(totals().clawed, points(55));
  EXPECT_EQ(totals().unrecovered, points(45));
}

TEST_F(Returns, R03_TakesNothingThatHasActivatedWithOnlyPending) {
  spend_most(returning(Clawback::OnlyPending));

  ASSERT_EQ(reverse(kOrder, 10'000), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Clawed), IsEmpty());
  EXPECT_THAT(lines(LineKind::Unrecovered), ElementsAre(100));
  EXPECT_EQ(available(), 55);
}

TEST_F(Returns, R04_MakesADebtUpToItsLimit) {
  Programme programme = returning(Clawback::Unlimited);
  programme.returns.debt_limit = points(40);
  spend_most(programme);

  ASSERT_EQ(reverse(kOrder, 10'000), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Clawed), ElementsAre(30, 25));
  EXPECT_THAT(lines(LineKind::Owed), ElementsAre(40));
  EXPECT_THAT(lines(LineKind::Unrecovered), ElementsAre(5));
  EXPECT_EQ(debt(), 40);
}

TEST_F(Returns, R05_ADebtIsPaidByTheNextEarn) {
  Programme programme = returning(Clawback::Unlimited);
  programme.returns.debt_limit = std::nullopt;
  spend_most(programme);
  ASSERT_EQ(reverse(kOrder, 10'000), Outcome::Accepted);
  ASSERT_EQ(debt(), 45);

  earn(kThird + 1, 6'000);

  EXPECT_THAT(lines(LineKind::Earned), ElementsAre(60));
  EXPECT_THAT(lines(LineKind::Settled), ElementsAre(45));
  EXPECT_EQ(debt(), 0);
  ASSERT_EQ(ledger->lots(1).size(), 1U);
  EXPECT_EQ(ledger->lots(1)[0].remaining, points(15));
}

TEST_F(Returns, R09_CountByTheTierOfThen) {
  Programme programme = returning();
  programme.tiers.tiers = {{"BASE", points(0)}, {"GOLD", points(100)}};
  programme.tiers.immediate_on_refund = true;
  Campaign half = a_campaign("half", "muldiv(base.points, 1, 2)");
  half.tiers = {"GOLD"};
  programme.campaigns = {half};
  start(programme);
  earn(kOther, 10'000);
  earn(kOrder, 10'000);
  ASSERT_EQ(available(), 100 + 150);
  ASSERT_EQ(reverse(kOther, 10'000), Outcome::Accepted);
  ASSERT_EQ(head().standing.tier.tier, 1);
  ASSERT_EQ(reverse(kOrder, 1), Outcome::Accepted);  // 99 are left, and BASE
  ASSERT_EQ(head().standing.tier.tier, 0);
  const std::int64_t before = available();

  ASSERT_EQ(reverse(kOrder, 3'999), Outcome::Accepted);

  EXPECT_EQ(available(), 90);
  EXPECT_EQ(sum(LineKind::Clawed), before - 90);
}

TEST_F(Returns, R10_TakeABonusThatTheRestDoesNotReach) {
  Programme programme = returning();
  Campaign bonus = a_campaign("bonus", "500");
  bonus.when = "tx.eligible >= 5000";
  programme.campaigns = {bonus};
  start(programme);
  earn(kOrder, 5'500);
  ASSERT_EQ(available(), 555);

  ASSERT_EQ(reverse(kOrder, 1'000), Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Clawed), 510);
  EXPECT_EQ(available(), 45);
}

TEST_F(Returns, R11_RefuseMoreThanRemains) {
  start(returning());
  earn(kOrder, 1'000);
  ASSERT_EQ(reverse(kOrder, 600), Outcome::Accepted);
  const std::int64_t before = available();

  EXPECT_EQ(reverse(kOrder, 401), Outcome::RefundExceedsOrder);
  EXPECT_EQ(available(), before);
  EXPECT_EQ(reverse(kOrder, 400), Outcome::Accepted);
  EXPECT_EQ(reverse(kOrder, 1), Outcome::AlreadyReturned);
}

TEST_F(Returns, OfAPurchaseOfNothingExceedIt) {
  start(returning());
  earn(kOrder, 0);

  EXPECT_EQ(reverse(kOrder, 1), Outcome::RefundExceedsOrder);
}

TEST_F(Returns, R13_LeaveWhatACapHadCutAnyway) {
  Programme programme = returning();
  programme.earn.cap_points = {{Period::Transaction, 500}};
  start(programme);
  earn(kOrder, 81'200);

  ASSERT_EQ(reverse(kOrder, 30'000), Outcome::Accepted);
  EXPECT_EQ(available(), 500);
  ASSERT_EQ(reverse(kOrder, 10'000), Outcome::Accepted);
  EXPECT_EQ(available(), 412);
}

Programme with_budget(std::int64_t budget, std::string award) {
  Programme programme = returning();
  Campaign bonus = a_campaign("bonus", std::move(award));
  bonus.budget = Budget{points(budget), false};
  programme.campaigns = {bonus};
  return programme;
}

TEST_F(Returns, B04_GiveBackToABudgetAndTopNobodyUp) {
  start(with_budget(200, "150"));
  ledger->enrol(2);
  earn(kOrder, 1'000, 1);
  earn(kOther, 1'000, 2);
  ASSERT_EQ(spent("bonus"), 200);
  ASSERT_EQ(available(2), 10 + 50);

  ASSERT_EQ(reverse(kOrder, 1'000), Outcome::Accepted);

  EXPECT_EQ(spent("bonus"), 50);
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(available(2), 10 + 50);
}

TEST_F(Returns, GiveNothingBackToACampaignThatHasEnded) {
  start(with_budget(200, "150"));
  earn(kOrder, 1'000);
  ASSERT_EQ(run(a_campaign_change().version(2).change(CampaignChange::End, "bonus")).outcome,
            Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 1'000), Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Clawed), 160);
  EXPECT_EQ(spent("bonus"), 150);
}

TEST_F(Returns, R14_WhatIsUnrecoveredDoesNotGoBackToABudget) {
  start(with_budget(140, "40"));
  earn(kOrder, 2'000);
  ASSERT_EQ(redeem(kOther, 60, 60).outcome, Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 2'000), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Clawed), IsEmpty());
  EXPECT_THAT(lines(LineKind::Unrecovered), ElementsAre(60));
  EXPECT_EQ(spent("bonus"), 40);
}

TEST_F(Returns, R16_ShareWhatIsRecoveredBaseFirst) {
  start(with_budget(140, "40"));
  earn(kOrder, 2'000);
  ASSERT_EQ(redeem(kOther, 30, 30).outcome, Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 2'000), Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Clawed), 30);
  EXPECT_EQ(sum(LineKind::Unrecovered), 30);
  EXPECT_EQ(spent("bonus"), 30);  // base 20, bonus 10
}

TEST_F(Returns, R15_AreTooLateAtTheEndOfTheWindow) {
  start(returning());
  earn(kOrder, 1'000);
  const Timestamp end = block_time().plus(Duration(90 * kDay.milliseconds()));

  at(end.minus(Duration(1)));
  EXPECT_EQ(reverse(kOrder, 100), Outcome::Accepted);
  at(end);
  EXPECT_EQ(reverse(kOrder, 100), Outcome::ReturnTooLate);
}

TEST_F(Returns, CountTheWindowOfTheVersionOfThen) {
  Programme programme = returning();
  start(programme);
  earn(kOrder, 1'000);
  programme.returns.window = kDay;
  ASSERT_EQ(run(a_publication().version(2).programme(programme)).outcome, Outcome::Accepted);
  earn(kOther, 1'000);

  at(block_time().plus(kDay));
  EXPECT_EQ(reverse(kOther, 100), Outcome::ReturnTooLate);
  EXPECT_EQ(reverse(kOrder, 100), Outcome::Accepted);
}

TEST_F(Returns, AreOfTheMerchantsOwnOrders) {
  start(returning());
  ledger->run(a_publication()
                  .by(kBakery)
                  .programme(a_programme("Bread", kBakery))
                  .request(5)
                  .valid_until(ledger->next_time().plus(kHour))
                  .build());
  earn(kOrder, 1'000);

  EXPECT_EQ(reverse(kOther, 1'000), Outcome::UnknownOrder);
  EXPECT_EQ(run(a_reverse().by(kBakery).at(kBakery).of_order(kOrder).total(1'000)).outcome,
            Outcome::NotYourOrder);
  EXPECT_EQ(available(), 10);
}

TEST_F(Returns, NameTheRequestOfAnOrderWithoutAnId) {
  start(returning());
  const std::uint64_t request = next_request;
  run(an_earn().total(1'000).event_time(ledger->next_time()));
  ASSERT_EQ(available(), 10);

  EXPECT_EQ(reverse(request, 1'000), Outcome::Accepted);
  EXPECT_EQ(available(), 0);
}

TEST_F(Returns, AskedAgainTakeNothingMore) {
  start(returning());
  earn(kOrder, 1'000);
  const Transaction asked = valid(a_reverse().of_order(kOrder).total(300));
  const Receipt first = ledger->run(asked);
  ASSERT_EQ(first.outcome, Outcome::Accepted);

  const Receipt again = ledger->run(asked);

  EXPECT_EQ(again.outcome, Outcome::Replayed);
  EXPECT_EQ(again.refers_to, first.position);
  EXPECT_EQ(available(), 7);
}

TEST_F(Returns, H10_AHoldDoesNotShieldADebt) {
  Programme programme = returning(Clawback::Unlimited);
  programme.returns.debt_limit = std::nullopt;
  start(programme);
  earn(kOrder, 10'000);
  hold(80);

  ASSERT_EQ(reverse(kOrder, 5'000), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::Clawed), ElementsAre(20));
  EXPECT_THAT(lines(LineKind::Owed), ElementsAre(30));

  ASSERT_EQ(release(), Outcome::Accepted);
  EXPECT_EQ(available(), 50);
  EXPECT_EQ(debt(), 0);
}

TEST_F(Returns, H12_MayMakeADebtOfWhatIsHeldWithinTheBalance) {
  start(returning());
  earn(kOrder, 12'000);
  hold(90);

  ASSERT_EQ(reverse(kOrder, 6'000), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::Clawed), ElementsAre(30));
  EXPECT_THAT(lines(LineKind::Owed), ElementsAre(30));

  ASSERT_EQ(capture(70), Outcome::Accepted);
  EXPECT_EQ(available(), 0);
  EXPECT_EQ(debt(), 10);
}

TEST_F(Returns, OweNoMoreThanIsHeldHoweverOften) {
  start(returning());
  earn(kOrder, 12'000);
  hold(20);
  ASSERT_EQ(redeem(kOther, 100, 100).outcome, Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 1'500), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::Owed), ElementsAre(15));
  ASSERT_EQ(reverse(kOrder, 1'500), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::Owed), ElementsAre(5));
  EXPECT_THAT(lines(LineKind::Unrecovered), ElementsAre(10));
}

Programme waiting(std::uint64_t days) {
  Programme programme = returning();
  programme.earn.pending.span = Duration(days * kDay.milliseconds());
  return programme;
}

TEST_F(Returns, P02_TakeFromWhatWaits) {
  start(waiting(14));
  earn(kOrder, 5'000);
  const Timestamp activation = block_time().plus(Duration(14 * kDay.milliseconds()));
  ASSERT_EQ(pending(), 50);

  ASSERT_EQ(reverse(kOrder, 2'000), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::ClawedPending), ElementsAre(20));
  EXPECT_EQ(pending(), 30);

  at(activation);
  ledger->run_block({});
  EXPECT_EQ(available(), 30);
  EXPECT_EQ(head().standing.tier.qualifying, points(30));
}

TEST_F(Returns, P04_TakeWhatTheSmallerBasketNoLongerGives) {
  Programme programme = waiting(14);
  programme.earn.base = base_rule(1, 300);
  start(programme);
  earn(kOrder, 1'000);
  ASSERT_EQ(pending(), 3);

  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);
  EXPECT_EQ(pending(), 3);
  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);
  EXPECT_EQ(pending(), 2);
  ASSERT_EQ(reverse(kOrder, 800), Outcome::Accepted);
  EXPECT_EQ(pending(), 0);
}

TEST_F(Returns, P05_CloseALotThatNeverActivates) {
  start(waiting(14));
  earn(kOrder, 5'000);
  const Timestamp activation = block_time().plus(Duration(14 * kDay.milliseconds()));

  ASSERT_EQ(reverse(kOrder, 5'000), Outcome::Accepted);
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(head().deadlines.earliest(), Timestamp::never());

  at(activation);
  EXPECT_THAT(ledger->run_block({}), IsEmpty());
  EXPECT_EQ(head().standing.tier.qualifying, Points());
  EXPECT_EQ(head().standing.activations, 0U);
}

TEST_F(Returns, A27_OfAPurchaseThatWaitsLeaveTheCardAsItWas) {
  Programme programme = waiting(14);
  programme.counters = {
      {"coffee_card", CounterKind::Stamps, Period::Day, 10, "", Posting::Activation, ""}};
  start(programme);
  const auto stamps = [&] {
    const auto& counters = head().standing.counters;
    return counters.empty() ? 0 : counters[0].value;
  };
  for (std::uint64_t i = 0; i < 8; ++i)
    earn(kThird + 1 + i, 500);
  at(block_time().plus(Duration(14 * kDay.milliseconds())));
  ledger->run_block({});
  ASSERT_EQ(stamps(), 8);

  earn(kOrder, 500);
  earn(kOther, 500);
  const Timestamp bought = block_time();
  at(bought.plus(Duration(10 * kDay.milliseconds())));
  ASSERT_EQ(reverse(kOrder, 500), Outcome::Accepted);
  EXPECT_EQ(stamps(), 8);

  at(bought.plus(Duration(14 * kDay.milliseconds())));
  ledger->run_block({});
  EXPECT_EQ(stamps(), 9);  // of the other purchase
}

TEST_F(Returns, TakeWhatTheActivationBrought) {
  Programme programme = waiting(14);
  Campaign bonus = a_campaign("bonus", "20");
  bonus.trigger = Trigger::Activated;
  bonus.when = "tx.total >= 5000";
  bonus.budget = Budget{points(100), false};
  programme.campaigns = {bonus};
  start(programme);
  earn(kOrder, 5'000);
  at(block_time().plus(Duration(14 * kDay.milliseconds())));
  ledger->run_block({});
  ASSERT_EQ(available(), 70);
  ASSERT_EQ(spent("bonus"), 20);

  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::Clawed), 1 + 20);
  EXPECT_EQ(available(), 49);
  EXPECT_EQ(spent("bonus"), 0);
  EXPECT_EQ(head().standing.tier.qualifying, points(49));
}

TEST_F(Returns, BeforeAnActivationCountForWhatItBrings) {
  Programme programme = waiting(14);
  Campaign bonus = a_campaign("bonus", "20");
  bonus.trigger = Trigger::Activated;
  bonus.when = "tx.total >= 5000";
  programme.campaigns = {bonus};
  start(programme);
  earn(kOrder, 5'000);
  const Timestamp activation = block_time().plus(Duration(14 * kDay.milliseconds()));
  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);

  at(activation);
  ledger->run_block({});

  EXPECT_EQ(available(), 49);
}

Programme with_tiers(bool immediate) {
  Programme programme = returning();
  programme.tiers.tiers = {{"BASE", points(0)}, {"SILVER", points(1'000)}, {"GOLD", points(5'000)}};
  programme.tiers.immediate_on_refund = immediate;
  return programme;
}

TEST_F(Returns, Ti07_LowerTheCountAndATierAtOnceOrAtTheReview) {
  for (const bool immediate : {false, true}) {
    start(with_tiers(immediate));
    earn(kOther, 98'000);
    earn(kOrder, 6'000);
    ASSERT_EQ(head().standing.tier.qualifying, points(1'040));
    ASSERT_EQ(head().standing.tier.tier, 1);

    ASSERT_EQ(reverse(kOrder, 6'000), Outcome::Accepted);

    EXPECT_EQ(head().standing.tier.qualifying, points(980));
    EXPECT_EQ(head().standing.tier.tier, immediate ? 0 : 1);
  }
}

TEST_F(Returns, Ti10_TakeWhatATierBroughtWithTheTier) {
  for (const bool immediate : {false, true}) {
    Programme programme = with_tiers(immediate);
    Campaign welcome = a_campaign("welcome", "500");
    welcome.trigger = Trigger::TierUp;
    welcome.tiers = {"GOLD"};
    programme.campaigns = {welcome};
    start(programme);
    earn(kOther, 450'000);
    earn(kOrder, 60'000);
    ASSERT_EQ(head().standing.tier.tier, 2);
    ASSERT_EQ(available(), 4'500 + 600 + 500);

    ASSERT_EQ(reverse(kOrder, 20'000), Outcome::Accepted);

    EXPECT_EQ(sum(LineKind::Clawed), immediate ? 200 + 500 : 200);
    EXPECT_EQ(head().standing.tier.tier, immediate ? 1 : 2);
    ASSERT_EQ(reverse(kOrder, 40'000), Outcome::Accepted);
    EXPECT_EQ(sum(LineKind::Clawed), 400);
  }
}

TEST_F(Returns, TakeAReferrersAwardFromTheReferrer) {
  Programme programme = returning();
  Campaign bring = a_campaign("bring", "200");
  bring.trigger = Trigger::Activated;
  bring.when = "tx.total >= 2500";
  bring.referrer = ReferrerAward{"300", {}, {}};
  programme.campaigns = {bring};
  start(programme);
  ASSERT_EQ(run(an_enrol().of(member(2)).referred_by(member(1))).outcome, Outcome::Accepted);
  earn(kOrder, 3'000, 2);
  ASSERT_EQ(available(2), 230);
  ASSERT_EQ(available(1), 300);

  ASSERT_EQ(reverse(kOrder, 1'000), Outcome::Accepted);

  EXPECT_EQ(available(2), 20);
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(head(1).last_receipt, last.position);
}

TEST_F(Returns, FollowAMergedAccount) {
  start(returning());
  ledger->enrol(2);
  earn(kOrder, 1'000, 1);
  const auto second = key_from_seed(77);
  ASSERT_EQ(run(a_key_registration().key(second.public_key()).role(Role::Operator)).outcome,
            Outcome::Accepted);
  ASSERT_EQ(run(a_merge().consented_by(second, ledger->chain.id)).outcome, Outcome::Accepted);
  ASSERT_EQ(available(2), 10);

  ASSERT_EQ(reverse(kOrder, 400), Outcome::Accepted);

  EXPECT_EQ(available(2), 6);
}

TEST_F(Returns, OfAnAccountThatHasEndedRecoverNothing) {
  start(returning(Clawback::Unlimited));
  earn(kOrder, 1'000);
  ASSERT_EQ(run(a_close()).outcome, Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 1'000), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::Unrecovered), ElementsAre(10));
  EXPECT_EQ(debt(), 0);
}

TEST_F(Returns, OfLinesTakeWhatTheLinesGave) {
  Programme programme = returning();
  programme.lines = true;
  programme.earn.base = "lines.sum(l, 'dairy' in l.cats, muldiv(l.net, 3, 100))";
  start(programme);
  run(an_earn()
          .order(kOrder)
          .event_time(ledger->next_time())
          .line({"milk", "", {"dairy"}, 2, money(2'000), Money()})
          .line({"bread", "", {}, 1, money(1'000), Money()}));
  ASSERT_EQ(available(), 60);

  EXPECT_EQ(reverse(kOrder, 500), Outcome::RefundExceedsOrder);  // it names no line
  ASSERT_EQ(run(a_reverse().of_order(kOrder).line({1, 1, money(1'000), Money()})).outcome,
            Outcome::Accepted);
  EXPECT_EQ(available(), 60);
  ASSERT_EQ(run(a_reverse().of_order(kOrder).line({0, 1, money(1'000), Money()})).outcome,
            Outcome::Accepted);
  EXPECT_EQ(available(), 30);
  EXPECT_EQ(run(a_reverse().of_order(kOrder).line({0, 2, money(1'000), Money()})).outcome,
            Outcome::RefundExceedsOrder);
}

TEST_F(Returns, OfABlockWhoseRulesAreSpentWait) {
  TestChain chain = a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 4'000;
  sign_again(chain);
  ledger.emplace(std::move(chain));
  ASSERT_EQ(run(a_publication().programme(returning())).outcome, Outcome::Accepted);
  ledger->enrol(1);
  earn(kOrder, 10'000);
  std::vector<Transaction> returns;
  for (int i = 0; i < 40; ++i)
    returns.push_back(valid(a_reverse().of_order(kOrder).total(100)));

  const auto receipts = ledger->run_block({{&ledger->operator_of(kCafe), returns}});

  ASSERT_EQ(receipts.size(), 40U);
  EXPECT_EQ(receipts.front().outcome, Outcome::Accepted);
  EXPECT_EQ(receipts.back().outcome, Outcome::BlockFull);
}

}  // namespace
}  // namespace tally::execution
