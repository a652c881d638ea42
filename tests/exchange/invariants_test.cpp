// The laws of settlement notice what breaks them: vector S07, and what is beside it.
#include <tally/state/account.h>
#include <tally/state/hold.h>

#include "exchange/settlement_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::exchange {
namespace {

using state::CyclePositions;
using state::CycleRecord;
using state::CycleState;
using state::Payment;
using state::PaymentState;
using testing::HasSubstr;

constexpr MerchantId kA{1};
constexpr MerchantId kB{2};
constexpr MerchantId kC{3};

class SettlementLaws : public testing::Test {
 protected:
  SettlementLaws() : first_(state::cycle_of(test::kStart)) {}

  /// A owes B 3.00 and a bit, C owes A 1.00; the cycle is closed, and advised.
  void advise() {
    world_.owes(kA, kB, kEuro, 3'000'123);
    world_.owes(kC, kA, kEuro, 1'000'000);
    world_.begin_block(state::start_of_cycle(first_ + 1));
    ASSERT_EQ(world_.run(test::a_close_of_cycle(first_)), Outcome::Accepted);
    world_.begin_block(world_.now);
  }

  /// What the laws say to a delta; empty: nothing.
  template <typename Write>
  std::string breach(Write write) const {
    StateDelta delta(world_.view);
    write(delta);
    const Result<void> checked = check_invariants(delta);
    if (checked.ok()) return {};
    EXPECT_EQ(checked.error().code, ErrorCode::Diverged);
    return checked.error().message;
  }
  template <typename Edit>
  std::string breach_of_cycle(Edit edit) const {
    return breach([&](StateDelta& delta) {
      CycleRecord record = world_.cycle(first_).value();
      edit(record);
      EXPECT_TRUE(state::put_cycle(delta, first_, record).ok());
    });
  }
  template <typename Edit>
  std::string breach_of_positions(Edit edit) const {
    return breach_of_cycle([&](CycleRecord& record) { edit(record.currencies.at(0)); });
  }
  template <typename Edit>
  static void edit_exposure(StateDelta& delta, MerchantId debtor, Edit edit) {
    auto exposure = state::find_exposure(delta, debtor, test::currency("EUR")).value();
    edit(exposure);
    EXPECT_TRUE(state::put_exposure(delta, debtor, test::currency("EUR"), exposure).ok());
  }
  static Payment listed(MerchantId debtor, MerchantId creditor, std::int64_t minor_units) {
    return {debtor, creditor, minor_units, PaymentState::Due, {}, 0};
  }
  static MicroUnits micro(std::int64_t value) { return MicroUnits::from(value).value(); }

  /// 100 points of A held at B, for 8,000 micro-euros each.
  static state::HoldRecord hold(state::HoldState state) {
    state::HoldRecord hold;
    hold.state = state;
    hold.merchant = kB;
    hold.account = {test::member(1), kA};
    hold.points = test::points(100);
    hold.price_points = test::points(1);
    hold.price_money = test::money(1);
    hold.reserved = state::Reservation{kA, kB, test::currency("EUR"), 8'000};
    return hold;
  }
  static void put_hold(StateDelta& delta, state::HoldState state) {
    EXPECT_TRUE(state::put_hold(delta, test::fixed_of<HoldId>(7), hold(state)).ok());
  }

  const Currency kEuro = test::currency("EUR");
  SettlementWorld world_;
  std::uint32_t first_;
};

TEST_F(SettlementLaws, S07NetsThatDoNotSumToZeroMakeABlockInvalid) {
  advise();
  EXPECT_THAT(breach_of_positions([](CyclePositions& p) { p.nets.at(0).minor_units += 1; }),
              HasSubstr("I6, a cycle's nets sum to 0"));
}

TEST_F(SettlementLaws, NetsAreOfThePairsAndPaymentsOfTheNets) {
  advise();
  EXPECT_THAT(breach_of_positions([](CyclePositions& p) { p.pairs.at(0).due += 1; }),
              HasSubstr("nets are what its pairs come to"));
  EXPECT_THAT(breach_of_positions([](CyclePositions& p) { p.payments.pop_back(); }),
              HasSubstr("payments bring its nets to 0"));
}

TEST_F(SettlementLaws, SettlesWithFewerPaymentsThanMerchants) {
  advise();
  EXPECT_THAT(breach_of_positions([](CyclePositions& p) {
                // To B by way of C: as many payments as merchants.
                p.payments = {listed(kA, kB, 100), listed(kA, kC, 100), listed(kC, kB, 200)};
              }),
              HasSubstr("less than n payments"));
}

TEST_F(SettlementLaws, PositionsStayAsTheyWereClosed) {
  advise();
  EXPECT_THAT(breach_of_positions([](CyclePositions& p) { p.pairs.at(0).carry = MicroUnits(); }),
              HasSubstr("positions never change"));
  EXPECT_THAT(breach_of_cycle([](CycleRecord& r) { r.call_day = r.call_day.plus(kDay); }),
              HasSubstr("stays as it was closed"));
  EXPECT_THAT(breach_of_cycle([](CycleRecord& r) { r.header = test::fixed_of<Hash>(9); }),
              HasSubstr("stays as it was closed"));
  EXPECT_THAT(breach_of_cycle([](CycleRecord& r) { r.header.reset(); }),
              HasSubstr("a header from its advice on"));
  EXPECT_THAT(breach_of_cycle([](CycleRecord& r) { r.currencies.clear(); }),
              HasSubstr("stays as it was closed"));
  EXPECT_THAT(
      breach([&](StateDelta& delta) { EXPECT_TRUE(delta.erase(state::cycle_key(first_)).ok()); }),
      HasSubstr("never goes"));
}

TEST_F(SettlementLaws, APaymentsAmountStaysAndWhatIsDoneIsDone) {
  advise();
  ASSERT_EQ(world_.cycle(first_)->currencies.at(0).payments.size(), 2U);
  ASSERT_EQ(world_.run(test::a_confirmation(first_, kC).by(kB)), Outcome::Accepted);
  const auto& payments = world_.cycle(first_)->currencies.at(0).payments;
  const std::size_t paid = payments.at(0).debtor == kC ? 0 : 1;

  EXPECT_THAT(breach_of_positions(
                  [&](CyclePositions& p) { p.payments.at(paid).state = PaymentState::Disputed; }),
              HasSubstr("payments never change"));
  EXPECT_THAT(breach_of_positions(
                  [&](CyclePositions& p) { std::swap(p.payments.at(0), p.payments.at(1)); }),
              HasSubstr("payments never change"));
  EXPECT_EQ(breach_of_positions(
                [&](CyclePositions& p) { p.payments.at(1 - paid).state = PaymentState::Disputed; }),
            "");
}

TEST_F(SettlementLaws, ACycleIsListedUntilAllOfItIsPaid) {
  advise();
  EXPECT_THAT(breach_of_cycle([](CycleRecord& r) { r.state = CycleState::Settled; }),
              HasSubstr("settled once all is paid"));
  EXPECT_THAT(breach([&](StateDelta& delta) {
                CycleRecord record = world_.cycle(first_).value();
                record.currencies.at(0).payments.at(0).state = PaymentState::Disputed;
                EXPECT_TRUE(state::put_cycle(delta, first_, record).ok());
                auto settlement = world_.settlement();
                settlement.closed.clear();
                EXPECT_TRUE(state::put_settlement(delta, settlement).ok());
              }),
              HasSubstr("listed as closed until it is settled"));
}

// S05's other half: not even by mistake.
TEST_F(SettlementLaws, NothingArisesInACycleThatIsClosed) {
  advise();
  EXPECT_THAT(breach([&](StateDelta& delta) {
                EXPECT_TRUE(state::put_owed(delta, kEuro, first_, kA, kB, micro(1)).ok());
              }),
              HasSubstr("nothing arises in a cycle that is closed"));
}

TEST_F(SettlementLaws, WhatADebtorOwesMovesAsWhatArises) {
  EXPECT_THAT(breach([&](StateDelta& delta) {
                EXPECT_TRUE(state::put_owed(delta, kEuro, first_, kA, kB, micro(5)).ok());
              }),
              HasSubstr("what a debtor owes moves as what arises: debtor 1"))
      << "though no exposure is touched";
  EXPECT_THAT(breach([&](StateDelta& delta) {
                edit_exposure(delta, kA, [](auto& e) { e.owed = micro(-5); });
              }),
              HasSubstr("-5; expected 0"));
  EXPECT_EQ(breach([&](StateDelta& delta) {
              EXPECT_TRUE(state::put_owed(delta, kEuro, first_, kA, kB, micro(5)).ok());
              EXPECT_TRUE(state::put_owed(delta, kEuro, first_, kA, kC, micro(-2)).ok());
              edit_exposure(delta, kA, [](auto& e) { e.owed = micro(3); });
            }),
            "");
}

TEST_F(SettlementLaws, WhatIsSettledIsOwedNoMoreButForItsCarry) {
  advise();
  const auto settle = [&](StateDelta& delta, std::int64_t left_to_a) {
    CycleRecord record = world_.cycle(first_).value();
    for (Payment& payment : record.currencies.at(0).payments)
      payment.state = PaymentState::Confirmed;
    record.state = CycleState::Settled;
    EXPECT_TRUE(state::put_cycle(delta, first_, record).ok());
    auto settlement = world_.settlement();
    settlement.closed.clear();
    EXPECT_TRUE(state::put_settlement(delta, settlement).ok());
    edit_exposure(delta, kA, [&](auto& e) { e.owed = micro(left_to_a); });
    edit_exposure(delta, kC, [](auto& e) { e.owed = MicroUnits(); });
  };
  EXPECT_EQ(breach([&](StateDelta& delta) { settle(delta, 123); }), "");
  EXPECT_THAT(breach([&](StateDelta& delta) { settle(delta, 0); }),
              HasSubstr("-3000123; expected -3000000"));
}

TEST_F(SettlementLaws, WhatIsReservedMovesAsHoldsDo) {
  EXPECT_THAT(breach([](StateDelta& delta) { put_hold(delta, state::HoldState::Open); }),
              HasSubstr("holds and waiting lots: debtor 1"));
  EXPECT_THAT(breach([](StateDelta& delta) {
                edit_exposure(delta, kA, [](auto& e) { e.reserved = micro(1); });
              }),
              HasSubstr("holds and waiting lots: debtor 1"));
  const auto open = [](StateDelta& delta) {
    put_hold(delta, state::HoldState::Open);
    edit_exposure(delta, kA, [](auto& e) { e.reserved = micro(800'000); });
  };
  EXPECT_EQ(breach(open), "");
  world_.write(open);
  EXPECT_THAT(breach([](StateDelta& delta) { put_hold(delta, state::HoldState::Captured); }),
              HasSubstr("0; expected -800000"));
  EXPECT_EQ(breach([](StateDelta& delta) {
              put_hold(delta, state::HoldState::Captured);
              edit_exposure(delta, kA, [](auto& e) { e.reserved = MicroUnits(); });
            }),
            "");
}

/// So many lots of 10 points of A's programme, which B funds and which wait: of many the account's
/// record has the first page alone.
void put_waiting(StateDelta& delta, std::uint16_t lots) {
  const AccountId id{test::member(1), kA};
  auto account = state::Account::open(delta, id, test::kStart);
  for (std::uint16_t n = 0; n < lots; ++n) {
    state::PendingLot pending;
    pending.lot.id = {{Height(1), 0}, n};
    pending.lot.available_at = test::kStart.plus(kDay);
    pending.lot.expires_at = Timestamp::never();
    pending.lot.original = test::points(10);
    pending.lot.remaining = test::points(10);
    pending.reserved = state::Reservation{kB, kA, test::currency("EUR"), 12'000};
    EXPECT_TRUE(account.add_pending(pending).ok());
  }
  EXPECT_TRUE(account.store(delta).ok());
}

TEST_F(SettlementLaws, WhatIsReservedMovesAsWaitingLotsDo) {
  EXPECT_THAT(breach([](StateDelta& delta) { put_waiting(delta, 1); }),
              HasSubstr("debtor 2, currency 455552: 0; expected 120000"));
  EXPECT_EQ(breach([](StateDelta& delta) {
              put_waiting(delta, 200);
              EXPECT_GT(delta.records().size(), 2U) << "of several pages";
              edit_exposure(delta, kB, [](auto& e) { e.reserved = micro(200 * 120'000); });
            }),
            "");
}

TEST_F(SettlementLaws, CollateralIsNeverBelowZero) {
  EXPECT_THAT(breach([](StateDelta& delta) {
                edit_exposure(delta, kA, [](auto& e) { e.collateral = micro(-1); });
              }),
              HasSubstr("collateral is never below 0"));
}

}  // namespace
}  // namespace tally::exchange
