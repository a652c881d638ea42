// Settlement from obligations to payments: vectors S02, S03, S05, S06, S10 and S11 of the page on
// loyalty, through whole blocks.
#include <tally/base/limits.h>

#include "execution/settlement_fixture.h"

#include <gmock/gmock.h>

namespace tally::execution {
namespace {

using state::CycleState;
using state::IssuerState;
using state::NetPosition;
using state::PairBalance;
using state::Payment;
using state::PaymentState;
using testing::ElementsAre;
using testing::IsEmpty;

class Settlement : public SettlementLedger {
 protected:
  Settlement() : first_(this_cycle()) {}

  static MicroUnits micro(std::int64_t value) { return MicroUnits::from(value).value(); }
  Payment due(MerchantId debtor, MerchantId creditor, std::int64_t minor_units) const {
    return {debtor, creditor, minor_units, PaymentState::Due, {}, 0};
  }
  static Timestamp day_before(Timestamp t) { return t.minus(Duration(1)); }

  std::uint32_t first_;
};

TEST_F(Settlement, S02ThreeMerchantsSettleWithOnePayment) {
  owes_units(kA, kB, 1'000);
  owes_units(kB, kA, 400);
  owes_units(kB, kC, 350);
  owes_units(kC, kA, 500);
  owes_units(kA, kC, 200);
  owes_units(kC, kB, 50);
  ledger_.at(state::start_of_cycle(first_ + 1));

  ASSERT_EQ(close(first_), Outcome::Accepted);

  const auto closed = positions(first_);
  EXPECT_EQ(cycle(first_).state, CycleState::Closed);
  EXPECT_THAT(closed.pairs,
              ElementsAre(PairBalance{kA, kB, 60'000, {}}, PairBalance{kC, kA, 30'000, {}},
                          PairBalance{kB, kC, 30'000, {}}));
  EXPECT_THAT(closed.nets,
              ElementsAre(NetPosition{kA, -30'000}, NetPosition{kB, 30'000}, NetPosition{kC, 0}));
  EXPECT_THAT(closed.payments, IsEmpty()) << "they are listed in the next block";
  const Hash header = consensus::header_digest(ledger_.header);
  const auto receipts = pass_block();
  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].kind, ActionKind::Due);
  EXPECT_EQ(receipts[0].cycle, first_);
  EXPECT_EQ(cycle(first_).state, CycleState::Advised);
  EXPECT_EQ(cycle(first_).header, header) << "of the block that closed it";
  EXPECT_THAT(positions(first_).payments, ElementsAre(due(kA, kB, 30'000)));
  EXPECT_EQ(owed(kA), 1'200'000'000) << "until it is paid";
  ASSERT_EQ(confirm(first_, kA, kB), Outcome::Accepted);
  EXPECT_EQ(cycle(first_).state, CycleState::Settled);
  for (const MerchantId debtor : {kA, kB, kC})
    EXPECT_EQ(owed(debtor), 0);
  EXPECT_THAT(state::settlement(ledger_.view).value().closed, IsEmpty());
}

TEST_F(Settlement, S03CarriesWhatIsLessThanACent) {
  owes(kA, kB, 1'234'567'891);

  settle_up(first_);

  EXPECT_THAT(positions(first_).pairs, ElementsAre(PairBalance{kA, kB, 123'456, micro(7'891)}));
  ASSERT_EQ(confirm(first_, kA, kB), Outcome::Accepted);
  EXPECT_EQ(owed(kA), 7'891) << "the carry is owed still";
}

TEST_F(Settlement, TakesUpTheCarryOfTheCycleBeforeUntilItIsACent) {
  owes(kA, kB, 4'000);
  settle_up(first_);
  EXPECT_EQ(cycle(first_).state, CycleState::Settled) << "nothing is to be paid";
  owes(kA, kB, 4'000);
  settle_up(first_ + 1);
  EXPECT_THAT(positions(first_ + 1).pairs, ElementsAre(PairBalance{kA, kB, 0, micro(8'000)}));
  EXPECT_EQ(owed(kA), 8'000);
  // A week in which nothing arises between the two closes nothing, and loses nothing.
  ledger_.at(state::start_of_cycle(first_ + 3));
  owes(kB, kA, 1);
  owes(kA, kB, 4'000);

  settle_up(first_ + 3);

  EXPECT_THAT(positions(first_ + 3).pairs, ElementsAre(PairBalance{kA, kB, 1, micro(1'999)}));
  EXPECT_EQ(owed(kA), 12'000);
  EXPECT_EQ(owed(kB), 1);
  ASSERT_EQ(confirm(first_ + 3, kA, kB), Outcome::Accepted);
  EXPECT_EQ(owed(kA), 1'999);
  EXPECT_EQ(owed(kB), 0);
}

TEST_F(Settlement, ACarryThatTurnsIsOwedByTheOther) {
  owes(kA, kB, 4'000);
  settle_up(first_);
  owes(kB, kA, 9'000);
  settle_up(first_ + 1);

  EXPECT_THAT(positions(first_ + 1).pairs, ElementsAre(PairBalance{kB, kA, 0, micro(5'000)}));
  EXPECT_EQ(owed(kA), 0);
  EXPECT_EQ(owed(kB), 5'000);
}

TEST_F(Settlement, CyclesMaySettleInAnotherOrderThanTheyClosed) {
  owes(kA, kB, 14'000);
  settle_up(first_);
  ASSERT_EQ(dispute(first_, kA, kB), Outcome::Accepted) << "else it would be drawn meanwhile";
  owes(kA, kB, 8'000);
  settle_up(first_ + 1);
  EXPECT_THAT(positions(first_ + 1).pairs, ElementsAre(PairBalance{kA, kB, 1, micro(2'000)}));

  ASSERT_EQ(confirm(first_ + 1, kA, kB), Outcome::Accepted);
  EXPECT_EQ(owed(kA), 12'000) << "one cent of the first, and the last carry";
  ASSERT_EQ(confirm(first_, kA, kB), Outcome::Accepted);
  EXPECT_EQ(owed(kA), 2'000);
}

TEST_F(Settlement, ClosesTheOldestCycleThatIsOverAndNoOther) {
  owes_units(kA, kB, 1);
  ledger_.at(state::start_of_cycle(first_ + 1));
  owes_units(kA, kB, 1);
  ledger_.at(state::start_of_cycle(first_ + 2).minus(Duration(1)));

  EXPECT_EQ(close(first_ - 1), Outcome::NotDue) << "nothing arose in it";
  EXPECT_EQ(close(first_ + 1), Outcome::NotDue) << "an older one is open";
  EXPECT_EQ(close(first_), Outcome::Accepted);
  EXPECT_EQ(close(first_), Outcome::NotDue) << "it is closed";
  EXPECT_EQ(close(first_ + 1), Outcome::Accepted) << "blocks later, its last instant is past";
}

TEST_F(Settlement, ACycleIsOverAtItsLastInstantsEnd) {
  owes_units(kA, kB, 1);
  ledger_.at(state::start_of_cycle(first_ + 1).minus(Duration(1)));
  EXPECT_EQ(close(first_), Outcome::NotDue);

  ledger_.at(state::start_of_cycle(first_ + 1));
  EXPECT_EQ(close(first_), Outcome::Accepted);
}

TEST_F(Settlement, S05AReversalIsOfTheOpenCycleAndTheClosedOneStays) {
  const Position origin{Height(1), 0};
  owes_units(kA, kB, 20);
  settle_up(first_);
  const auto closed = cycle(first_);

  owes(kA, kB, -5'000'000, origin);

  EXPECT_EQ(cycle(first_), closed);
  EXPECT_EQ(state::find_owed(ledger_.view, kEuro, first_, kA, kB).value(), micro(20'000'000));
  EXPECT_EQ(state::find_owed(ledger_.view, kEuro, first_ + 1, kA, kB).value(), micro(-5'000'000));
  ASSERT_EQ(confirm(first_, kA, kB), Outcome::Accepted);
  EXPECT_EQ(owed(kA), -5'000'000);
  settle_up(first_ + 1);
  EXPECT_THAT(positions(first_ + 1).payments, ElementsAre(due(kB, kA, 500)));
  ASSERT_EQ(confirm(first_ + 1, kB, kA), Outcome::Accepted);
  EXPECT_EQ(owed(kA), 0);
}

TEST_F(Settlement, S06TheCollateralOfWhoHasNotPaidIsDrawnAtTheCallDay) {
  lay_collateral(kA, 50'000);
  owes_units(kA, kB, 300);
  settle_up(first_);
  const Timestamp call_day = cycle(first_).call_day;
  EXPECT_EQ(call_day, cycle(first_).closed_at.plus(Duration(limits::kCallDayMs)));

  EXPECT_THAT(block_at(day_before(call_day)), IsEmpty());
  EXPECT_EQ(issuer(kA), IssuerState::Active);
  const auto receipts = block_at(call_day);

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].cycle, first_);
  EXPECT_THAT(receipts[0].obligations, IsEmpty()) << "the collateral covers it";
  EXPECT_EQ(payment(first_).state, PaymentState::Drawn);
  EXPECT_EQ(payment(first_).drawn, 30'000);
  EXPECT_EQ(exposure(kA).collateral, micro(200'000'000));
  EXPECT_EQ(owed(kA), 0);
  EXPECT_EQ(issuer(kA), IssuerState::Suspended);
  EXPECT_EQ(issuer(kB), IssuerState::Active);
  EXPECT_EQ(cycle(first_).state, CycleState::Settled);
}

TEST_F(Settlement, S06WhatIsConfirmedIsNotDrawn) {
  lay_collateral(kA, 50'000);
  owes_units(kA, kB, 300);
  settle_up(first_);
  ASSERT_EQ(confirm(first_, kA, kB), Outcome::Accepted);

  EXPECT_THAT(block_at(cycle(first_).call_day), IsEmpty());

  EXPECT_EQ(exposure(kA).collateral, micro(500'000'000));
  EXPECT_EQ(issuer(kA), IssuerState::Active);
}

TEST_F(Settlement, S10SplitsCollateralByLargestRemainderAndOwesTheRestAnew) {
  lay_collateral(kA, 10'000);
  owes_units(kA, kB, 60);
  owes(kA, kC, 90'010'000);
  settle_up(first_);
  // The larger creditor is paid first in the list.
  EXPECT_THAT(positions(first_).payments, ElementsAre(due(kA, kC, 9'001), due(kA, kB, 6'000)));
  const Timestamp call_day = cycle(first_).call_day;

  const auto receipts = block_at(call_day);

  EXPECT_EQ(payment(first_, 0).drawn, 6'000);
  EXPECT_EQ(payment(first_, 1).drawn, 4'000);
  const Position closed_by = cycle(first_).closed_by;
  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_THAT(
      receipts[0].obligations,
      ElementsAre(
          Obligation{kA, kB, kEuro, micro(20'000'000), ObligationReason::Unpaid, closed_by},
          Obligation{kA, kC, kEuro, micro(30'010'000), ObligationReason::Unpaid, closed_by}));
  EXPECT_EQ(exposure(kA).collateral, micro(0));
  EXPECT_EQ(owed(kA), 50'010'000) << "in the open cycle";
  const std::uint32_t open = state::cycle_of(call_day);
  EXPECT_EQ(state::find_owed(ledger_.view, kEuro, open, kA, kB).value(), micro(20'000'000));
  settle_up(open);
  EXPECT_THAT(positions(open).payments, ElementsAre(due(kA, kC, 3'001), due(kA, kB, 2'000)));
}

TEST_F(Settlement, DrawsWholeMinorUnitsAlone) {
  lay_collateral(kA, 100);
  write([&](StateDelta& delta) {
    auto exposure = state::find_exposure(delta, kA, kEuro).value();
    exposure.collateral = micro(1'009'999);
    EXPECT_TRUE(state::put_exposure(delta, kA, kEuro, exposure).ok());
  });
  owes_units(kA, kB, 2);
  settle_up(first_);

  block_at(cycle(first_).call_day);

  EXPECT_EQ(payment(first_).drawn, 100);
  EXPECT_EQ(exposure(kA).collateral, micro(9'999));
}

class Disputed : public Settlement {
 protected:
  Disputed() {
    lay_collateral(kA, 50'000);
    owes_units(kA, kB, 300);
    settle_up(first_);
    call_day_ = cycle(first_).call_day;
    EXPECT_EQ(dispute(first_, kA, kB), Outcome::Accepted);
    EXPECT_EQ(payment(first_).state, PaymentState::Disputed);
    EXPECT_EQ(payment(first_).bank_reference, "RF18-539");
  }
  [[nodiscard]] Change found(bool paid) const { return DecidePayment{first_, kEuro, kA, kB, paid}; }

  Timestamp call_day_;
};

TEST_F(Disputed, S11UndecidedIsDrawnTenDaysAfterTheCallDay) {
  const Timestamp end = call_day_.plus(Duration(limits::kDisputeMs));

  EXPECT_THAT(block_at(call_day_), IsEmpty());
  EXPECT_EQ(issuer(kA), IssuerState::Active);
  EXPECT_THAT(block_at(day_before(end)), IsEmpty());
  ASSERT_EQ(block_at(end).size(), 1U);

  EXPECT_EQ(payment(first_).state, PaymentState::Drawn);
  EXPECT_EQ(payment(first_).drawn, 30'000);
  EXPECT_EQ(issuer(kA), IssuerState::Suspended);
  EXPECT_EQ(cycle(first_).state, CycleState::Settled);
}

TEST_F(Disputed, S11FoundUnpaidIsDrawnAtOnce) {
  ledger_.at(now().plus(kDay).plus(kDay));

  decide(found(false), {kB, kC, kD});
  const auto receipts = pass_block();

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(receipts[0].cycle, first_);
  EXPECT_LT(now(), call_day_);
  EXPECT_EQ(payment(first_).drawn, 30'000);
  EXPECT_EQ(issuer(kA), IssuerState::Suspended);
  EXPECT_EQ(cycle(first_).state, CycleState::Settled);
}

TEST_F(Disputed, S11FoundPaidIsSettledAndNothingDrawn) {
  decide(found(true), {kB, kC, kD});
  pass_block();

  EXPECT_EQ(payment(first_).state, PaymentState::Confirmed);
  EXPECT_EQ(cycle(first_).state, CycleState::Settled);
  EXPECT_EQ(exposure(kA).collateral, micro(500'000'000));
  EXPECT_EQ(issuer(kA), IssuerState::Active);
  EXPECT_EQ(owed(kA), 0);
  EXPECT_THAT(block_at(call_day_.plus(Duration(limits::kDisputeMs))), IsEmpty());
}

TEST_F(Disputed, TheCreditorMayConfirmAfterAll) {
  block_at(call_day_);

  EXPECT_EQ(confirm(first_, kA, kB), Outcome::Accepted);

  EXPECT_EQ(cycle(first_).state, CycleState::Settled);
  EXPECT_EQ(issuer(kA), IssuerState::Active);
}

TEST_F(Disputed, ADecisionOfWhatIsConfirmedMeanwhileDoesNothing) {
  decide(found(false), {kB, kC, kD});
  const auto receipts = ledger_.run_block(
      {{&ledger_.operator_of(kB), {valid(test::a_confirmation(first_, kA).by(kB))}}});
  // The decision's height came first, in the same block.
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[1].outcome, Outcome::NotDue);
  EXPECT_EQ(payment(first_).state, PaymentState::Drawn);
}

// The first cycle's dispute ends at day 22, the second one's call day is day 19.
TEST_F(Disputed, ALaterCyclesCallDayComesBeforeTheEndOfAnEarlierOnesDispute) {
  owes_units(kC, kB, 5);
  settle_up(first_ + 1);
  const Timestamp end = call_day_.plus(Duration(limits::kDisputeMs));
  const Timestamp second_day = cycle(first_ + 1).call_day;
  ASSERT_LT(second_day, end);

  const auto receipts = block_at(end);

  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[0].cycle, first_ + 1);
  EXPECT_EQ(receipts[1].cycle, first_);
}

TEST_F(Disputed, ALaterCyclesCallDayDoesNotWaitForAnEarlierOnesDispute) {
  owes_units(kC, kB, 5);
  settle_up(first_ + 1);

  ASSERT_EQ(block_at(cycle(first_ + 1).call_day).size(), 1U);

  EXPECT_EQ(payment(first_ + 1).state, PaymentState::Drawn);
  EXPECT_EQ(payment(first_).state, PaymentState::Disputed);
}

TEST_F(Settlement, RefusesADisputeOfWhatIsPaidAndOneThatComesLate) {
  lay_collateral(kA, 50'000);
  owes_units(kA, kB, 300);
  owes_units(kA, kC, 200);
  EXPECT_EQ(dispute(first_, kA, kB), Outcome::NotDue) << "the cycle is open";
  ledger_.at(state::start_of_cycle(first_ + 1));
  ASSERT_EQ(close(first_), Outcome::Accepted);
  pass_block();
  ASSERT_EQ(confirm(first_, kA, kB), Outcome::Accepted);

  EXPECT_EQ(dispute(first_, kA, kB), Outcome::NotDue) << "it is confirmed";
  EXPECT_EQ(dispute(first_, kA, kD), Outcome::NotDue) << "there is no such payment";
  EXPECT_EQ(dispute(first_, kC, kA), Outcome::NotDue) << "nor the other way";
  ledger_.at(cycle(first_).call_day);
  EXPECT_EQ(dispute(first_, kA, kC), Outcome::TooLate);
  EXPECT_EQ(confirm(first_, kA, kC), Outcome::NotDue) << "it is drawn";
}

TEST_F(Settlement, RefusesAConfirmationOfNoPaymentAndASecondOne) {
  owes_units(kA, kB, 300);
  owes_units(kA, kC, 300);
  settle_up(first_);

  EXPECT_EQ(confirm(first_, kA, kD), Outcome::NotDue);
  EXPECT_EQ(confirm(first_ + 1, kA, kB), Outcome::NotDue);
  EXPECT_EQ(confirm(first_, kA, kB), Outcome::Accepted);
  EXPECT_EQ(confirm(first_, kA, kB), Outcome::NotDue);
  EXPECT_EQ(cycle(first_).state, CycleState::Advised) << "C waits still";
}

TEST_F(Settlement, WhatAnObligationIsInIsTheCycleOfItsInstant) {
  owes_units(kA, kB, 1);
  ledger_.at(state::start_of_cycle(first_ + 1));
  owes_units(kA, kB, 2);

  settle_up(first_);

  EXPECT_THAT(positions(first_).payments, ElementsAre(due(kA, kB, 100)));
  EXPECT_THAT(state::settlement(ledger_.view).value().open, ElementsAre(first_ + 1));
}

// Nobody sent a block for weeks: the next one runs all of it, each as of its own day.
TEST_F(Settlement, ALongOutageDrawsWhatIsUnpaidInTheCycleOfItsCallDay) {
  owes_units(kA, kB, 3);
  settle_up(first_);
  const Timestamp call_day = cycle(first_).call_day;

  const auto receipts = block_at(call_day.plus(Duration(30 * kDay.milliseconds())));

  ASSERT_EQ(receipts.size(), 1U);
  EXPECT_EQ(state::find_owed(ledger_.view, kEuro, state::cycle_of(call_day), kA, kB).value(),
            micro(3'000'000));
}

TEST_F(Settlement, SimulatesWhatTheNextBlockWillHaveSettled) {
  owes_units(kA, kB, 3);
  ledger_.at(state::start_of_cycle(first_ + 1));
  ASSERT_EQ(close(first_), Outcome::Accepted);

  const auto simulated = simulate(valid(test::a_confirmation(first_, kA).by(kB)),
                                  ledger_.operator_of(kB).id(), ledger_.header, ledger_.view);

  EXPECT_EQ(simulated.value().receipt.outcome, Outcome::Accepted)
      << "the payment is listed by then";
  EXPECT_EQ(cycle(first_).state, CycleState::Closed);
}

TEST_F(Settlement, ClosingSpendsTheBlocksRules) {
  test::TestChain chain = test::a_genesis(4);
  chain.genesis.content.parameters.proposal_rule_cost_max = 1'600;
  test::sign_again(chain);
  ledger_ = test::TestLedger(std::move(chain));
  owes_units(kA, kB, 3);
  ledger_.at(state::start_of_cycle(first_ + 1));
  owes_units(kA, kB, 3);
  ledger_.at(state::start_of_cycle(first_ + 2));

  const auto receipts = ledger_.run_block(
      {{&ledger_.operator_of(kA),
        {valid(test::a_close_of_cycle(first_)), valid(test::a_close_of_cycle(first_ + 1))}}});

  EXPECT_EQ(receipts[0].outcome, Outcome::Accepted);
  EXPECT_EQ(receipts[1].outcome, Outcome::BlockFull);
}

}  // namespace
}  // namespace tally::execution
