// The end of a programme: vector S09 of the page on loyalty, from the last day of the notice on.
#include "execution/elsewhere_fixture.h"

namespace tally::execution {
namespace {

using test::a_redeem;
using test::a_reverse;
using test::member;

class ProgrammeEnd : public Elsewhere {
 protected:
  /// A leaves, with members 1 to 3, of whom the first two have points.
  void SetUp() override {
    start();
    ledger_.enrol(2, kA);
    ledger_.enrol(3, kA);
    give(700);
    give(30, 2);
    end_ = ledger_.next_time().plus(Duration(90 * kDay.milliseconds()));
    set_issuer(kA, {state::IssuerState::WindingDown, end_});
    write([](state::StateDelta& delta) {
      state::SettlementRecord settlement = state::settlement(delta).value();
      settlement.leaving = {kA};
      EXPECT_TRUE(state::put_settlement(delta, settlement).ok());
      state::Exposure exposure;
      exposure.collateral = cents(500'00);
      EXPECT_TRUE(state::put_exposure(delta, kA, kEuro, exposure).ok());
    });
  }
  [[nodiscard]] state::IssuerRecord issuer() const {
    return state::find_issuer(ledger_.view, kA).value();
  }
  Outcome close_cycle() {
    CloseCycle action;
    action.cycle = state::settlement(ledger_.view).value().open.front();
    Transaction transaction = a_redeem().by(kB).request(next_request_++).build();
    transaction.valid_until = ledger_.next_time().plus(kHour);
    transaction.action = action;
    return ledger_.run(transaction).outcome;
  }

  Timestamp end_;
};

TEST_F(ProgrammeEnd, S09WhatIsLeftExpiresWithReceipts) {
  ledger_.at(end_.minus(Duration(1)));
  ledger_.run_block({});
  EXPECT_EQ(available(), 700);
  EXPECT_EQ(issuer().state, state::IssuerState::WindingDown);

  ledger_.at(end_);
  const std::vector<Receipt> receipts = ledger_.run_block({});

  EXPECT_EQ(issuer().state, state::IssuerState::Closed);
  EXPECT_EQ(available(), 0);
  EXPECT_EQ(ledger_.available(2), 0);
  std::int64_t expired = 0;
  for (const Receipt& receipt : receipts)
    for (const ReceiptLine& line : receipt.lines) {
      EXPECT_EQ(line.kind, LineKind::Expired);
      EXPECT_EQ(line.source, "PROGRAMME_CLOSED");
      expired += line.points.value();
    }
  EXPECT_EQ(expired, 730);
  EXPECT_EQ(state::totals(ledger_.view, kA).value().expired.value(), 730);
  EXPECT_EQ(exposure(kA).owed.value(), 0);
  EXPECT_TRUE(state::settlement(ledger_.view).value().leaving.empty());
  EXPECT_EQ(issuer().ended_to, std::nullopt);
}

TEST_F(ProgrammeEnd, TakesSomeAccountsInEachBlock) {
  ledger_.limits.own_entries = 1;
  ledger_.at(end_);
  std::size_t blocks = 0;
  while (!state::settlement(ledger_.view).value().leaving.empty()) {
    ledger_.run_block({});
    ASSERT_LT(++blocks, 10U);
  }

  EXPECT_EQ(blocks, 4U);  // one for each account, and one that finds no more
  EXPECT_EQ(available(), 0);
  EXPECT_EQ(ledger_.available(2), 0);
}

TEST_F(ProgrammeEnd, AReturnFindsAnAccountEndedThoughItsTurnHasNotCome) {
  ledger_.at(end_.minus(kHour));
  ASSERT_EQ(agreed(at_b().order(9).basket(800).exactly(100)), Outcome::Accepted);
  ledger_.limits.own_entries = 0;
  ledger_.at(end_);
  ledger_.run_block({});
  ASSERT_EQ(available(), 600);

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(800)).outcome, Outcome::Accepted);

  EXPECT_EQ(available(), 0);
  EXPECT_EQ(state::totals(ledger_.view, kA).value().expired.value(), 700);
}

TEST_F(ProgrammeEnd, NothingIsDoneWithItsPointsAfterwards) {
  ledger_.at(end_);
  ledger_.run_block({});

  EXPECT_EQ(agreed(at_b().basket(80).exactly(100)), Outcome::IssuerClosed);
  EXPECT_EQ(agreed(a_redeem().at(kA).basket(80).exactly(80)), Outcome::IssuerClosed);
  EXPECT_EQ(run(test::an_earn().at(kA).event_time(ledger_.next_time())).outcome,
            Outcome::IssuerClosed);
  EXPECT_EQ(run(test::an_adjust().at(kA).of(member(1)).credit(5)).outcome, Outcome::IssuerClosed);
  EXPECT_EQ(run(test::a_quote().at(kA).until(kLater.plus(kDay))).outcome, Outcome::IssuerClosed);
  EXPECT_EQ(run(test::a_publication().programme(programme_of_a()).by(kA).version(2)).outcome,
            Outcome::IssuerClosed);
}

TEST_F(ProgrammeEnd, WhatComesBackLateIsTakenBackFromTheAcceptorAndExpires) {
  ledger_.at(end_.minus(kHour));
  ASSERT_EQ(agreed(at_b().order(9).basket(800).exactly(100)), Outcome::Accepted);
  ASSERT_EQ(owed(kA, kB), 800'000);
  ledger_.at(end_);
  ledger_.run_block({});

  ASSERT_EQ(run(a_reverse().at(kB).by(kB).of_order(9).total(800)).outcome, Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::GivenBack), 100);
  EXPECT_EQ(sum(LineKind::Expired), 100);
  EXPECT_EQ(available(), 0);
  EXPECT_EQ(exposure(kA).owed.value(), 0);
}

TEST_F(ProgrammeEnd, ReleasesTheCollateralOfWhoOwesNothingAnyMore) {
  // 80 cents, and no rest: once they are drawn nothing is open.
  ASSERT_EQ(agreed(at_b().basket(8'100).exactly(100)), Outcome::Accepted);
  ledger_.at(state::start_of_cycle(state::cycle_of(ledger_.header.ledger_time) + 1));
  ASSERT_EQ(close_cycle(), Outcome::Accepted);
  ledger_.run_block({});
  ledger_.at(ledger_.next_time().plus(Duration(5 * kDay.milliseconds())));
  ledger_.run_block({});
  ASSERT_EQ(exposure(kA).owed.value(), 0);
  ASSERT_EQ(exposure(kA).collateral, cents(500'00 - 80));

  ledger_.at(end_);
  ledger_.run_block({});

  EXPECT_EQ(exposure(kA).collateral.value(), 0);
}

TEST_F(ProgrammeEnd, TheLastCycleRoundsUpAndReleasesTheCollateral) {
  // 102 points owe 81.6 cents: of the first cycle 81 are due, and the rest is carried.
  ASSERT_EQ(agreed(at_b().basket(8'100).exactly(102)), Outcome::Accepted);
  const std::int64_t owed_first = owed(kA, kB);
  ASSERT_NE(owed_first % 10'000, 0);
  ledger_.at(state::start_of_cycle(state::cycle_of(ledger_.header.ledger_time) + 1));
  ASSERT_EQ(close_cycle(), Outcome::Accepted);
  ledger_.run_block({});
  const auto settled = [&](std::uint32_t cycle) {
    auto record = state::find_cycle(ledger_.view, cycle).value().value();
    return record.state == state::CycleState::Settled;
  };
  const std::uint32_t first = *state::settlement(ledger_.view).value().last_closed;
  ledger_.at(ledger_.next_time().plus(Duration(5 * kDay.milliseconds())));
  ledger_.run_block({});  // nobody has paid: it is drawn from the collateral
  ASSERT_TRUE(settled(first));
  const std::int64_t drawn = owed_first / 10'000;
  EXPECT_EQ(exposure(kA).collateral, cents(500'00 - drawn));

  ledger_.at(end_);
  ledger_.run_block({});
  ledger_.at(state::start_of_cycle(state::settlement(ledger_.view).value().open.front() + 1));
  ASSERT_EQ(close_cycle(), Outcome::Accepted);
  ledger_.run_block({});
  const std::uint32_t last = *state::settlement(ledger_.view).value().last_closed;
  const auto record = state::find_cycle(ledger_.view, last).value().value();
  ASSERT_EQ(record.currencies.size(), 1U);
  ASSERT_EQ(record.currencies.front().payments.size(), 1U);
  EXPECT_EQ(record.currencies.front().payments.front().minor_units, 1);
  EXPECT_TRUE(record.currencies.front().pairs.front().carry.is_zero());
  EXPECT_EQ(exposure(kA).collateral, cents(500'00 - drawn));

  ledger_.at(ledger_.next_time().plus(Duration(5 * kDay.milliseconds())));
  ledger_.run_block({});

  EXPECT_TRUE(settled(last));
  EXPECT_EQ(exposure(kA).owed.value(), 0);
  EXPECT_EQ(exposure(kA).collateral.value(), 0);
}

}  // namespace
}  // namespace tally::execution
