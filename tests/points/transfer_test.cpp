// Transfer: dates stay, the fee comes on top, both cool off.
#include "points/spending_fixture.h"

#include <gmock/gmock.h>

namespace tally::points {
namespace {

using test::a_transfer;
using test::utc;
using testing::ElementsAre;

class Transferring : public SpendingFixture {
 protected:
  Transferring() : key_(test::key_from_seed(50)) {
    rule({.enabled = true,
          .fee_min = Points(),
          .fee_basis_points = 0,
          .per_day = 0,
          .cooling_off = Duration(7 * kDayMs)});
    asking.role = Role::Member;
    asking.merchant = MerchantId();
    asking.member = test::member(1);
  }
  void rule(const TransferRule& transfer) {
    change([&](Programme& rules) { rules.transfer = transfer; });
  }
  Outcome transfer(const test::TransferBuilder& builder) { return run<Transfer>(builder.build()); }

  crypto::PrivateKey key_;
};

TEST_F(Transferring, KeepsDates_T01) {
  enrol(1, {{50, utc(2026, 4, 1)}, {100, utc(2026, 7, 1)}, {200, Timestamp::never()}});
  enrol(2);

  ASSERT_EQ(transfer(a_transfer().amount(100)), Outcome::Accepted);

  using Dated = std::pair<std::int64_t, Timestamp>;
  EXPECT_THAT(dated(2), ElementsAre(Dated(50, utc(2026, 4, 1)), Dated(50, utc(2026, 7, 1))));
  EXPECT_THAT(dated(1), ElementsAre(Dated(50, utc(2026, 7, 1)), Dated(200, Timestamp::never())));
  EXPECT_EQ(available(1), 250);
  EXPECT_EQ(available(2), 100);
  EXPECT_EQ(lines(LineKind::Sent), (std::vector<std::int64_t>{50, 50}));
  EXPECT_EQ(lines(LineKind::Received), (std::vector<std::int64_t>{50, 50}));
  EXPECT_EQ(lots(2)[0].earned_at, test::kStart.minus(kDay));
  EXPECT_EQ(lots(2)[0].first_owner, test::member(1));
  EXPECT_EQ(lots(2)[1].id, (LotId{receipt.position, 1}));
}

TEST_F(Transferring, TakesTheFeeOnTop_T02) {
  rule({.enabled = true,
        .fee_min = test::points(10),
        .fee_basis_points = 500,
        .per_day = 0,
        .cooling_off = {}});
  enrol(1, {{.amount = 160}});
  enrol(2);

  ASSERT_EQ(transfer(a_transfer().amount(150)), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Fee), std::vector<std::int64_t>{10});
  EXPECT_EQ(available(1), 0);
  EXPECT_EQ(available(2), 150);
  EXPECT_EQ(totals().fees, test::points(10));
  EXPECT_EQ(totals().transferred, test::points(150));
  EXPECT_EQ(totals().transfers, 1U);
}

TEST_F(Transferring, RoundsTheFeeUpAndTakesItFromTheLotsThatFollow) {
  rule({.enabled = true, .fee_min = {}, .fee_basis_points = 333, .per_day = 0, .cooling_off = {}});
  enrol(1, {{100, utc(2026, 4, 1)}, {50, utc(2026, 7, 1)}});
  enrol(2);

  EXPECT_EQ(transfer(a_transfer().amount(149)), Outcome::InsufficientAvailable);
  ASSERT_EQ(transfer(a_transfer().amount(100)), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Fee), std::vector<std::int64_t>{4});
  EXPECT_EQ(dated(1)[0].first, 46);
}

TEST_F(Transferring, CoolsOffAtBothEnds_T04) {
  enrol(1, {{.amount = 100}});
  enrol(2);
  const auto enrolled_at = [&](std::uint64_t n, Timestamp t) {
    write([&](StateDelta& delta) {
      auto account = state::Account::load(delta, account_id(n)).value();
      account->head.enrolled_at = t;
      EXPECT_TRUE(account->store(delta).ok());
    });
  };
  const Timestamp week_ago = now.minus(Duration(7 * kDayMs));

  enrolled_at(1, week_ago.plus(Duration(1)));
  EXPECT_EQ(transfer(a_transfer()), Outcome::CoolingOff);
  enrolled_at(1, week_ago);
  enrolled_at(2, week_ago.plus(Duration(1)));
  EXPECT_EQ(transfer(a_transfer()), Outcome::CoolingOff);
  enrolled_at(2, week_ago);
  EXPECT_EQ(transfer(a_transfer()), Outcome::Accepted);
}

TEST_F(Transferring, MergesPiecesThatAgreeInTheirDates) {
  const Timestamp expiry = utc(2026, 4, 1);
  enrol(1, {{10, expiry}, {20, expiry}, {30, expiry, test::kStart.minus(kHour)}});
  enrol(2);

  ASSERT_EQ(transfer(a_transfer().amount(60)), Outcome::Accepted);

  ASSERT_EQ(lots(2).size(), 2U);
  EXPECT_EQ(lots(2)[0].original, test::points(30));
  EXPECT_EQ(lots(2)[1].original, test::points(30));
  EXPECT_EQ(lines(LineKind::Sent), (std::vector<std::int64_t>{10, 20, 30}));
  EXPECT_EQ(receipt.previous.size(), 2U);
}

TEST_F(Transferring, NeedsTheSendersSignature) {
  enrol(1, {{.amount = 100}});
  enrol(2);
  asking.member = test::member(2);
  EXPECT_EQ(transfer(a_transfer()), Outcome::ConsentRequired);

  asking.role = Role::Terminal;
  asking.member = std::nullopt;
  state::KeyRecord record;
  record.key = key_.public_key();
  record.role = Role::Member;
  record.member = test::member(1);
  write([&](auto& delta) { EXPECT_TRUE(put_key(delta, record).ok()); });
  EXPECT_EQ(transfer(a_transfer()), Outcome::ConsentRequired);
  EXPECT_EQ(transfer(a_transfer().consented_by(key_, chain.id)), Outcome::Accepted);
}

TEST_F(Transferring, IsASwitchOfTheProgramme) {
  enrol(1, {{.amount = 100}});
  enrol(2);
  rule({});

  EXPECT_EQ(transfer(a_transfer()), Outcome::NotEnabled);
}

TEST_F(Transferring, RefusesWhatItDoesNotKnowOrCannotHold) {
  enrol(1, {{.amount = 100}});
  EXPECT_EQ(transfer(a_transfer()), Outcome::UnknownMember);
  EXPECT_EQ(transfer(a_transfer().at(test::kBakery)), Outcome::UnknownProgramme);
  enrol(2);
  EXPECT_EQ(transfer(a_transfer().amount(101)), Outcome::InsufficientAvailable);
  rule({.enabled = true,
        .fee_min = test::points(1),
        .fee_basis_points = 0,
        .per_day = 0,
        .cooling_off = {}});
  EXPECT_EQ(transfer(a_transfer().amount(kPointsMax)), Outcome::AmountOverflow);
  EXPECT_EQ(available(1), 100);
}

TEST_F(Transferring, T07_IsNotForDebtors) {
  enrol(1);
  enrol(2, {{.amount = 100}});
  owe(1, 1);
  EXPECT_EQ(transfer(a_transfer().amount(1)), Outcome::DebtOutstanding);
}

TEST_F(Transferring, SettlesTheReceiversDebtFirst) {
  enrol(1, {{50, utc(2026, 4, 1)}, {100, utc(2026, 7, 1)}});
  enrol(2);
  owe(2, 60);

  ASSERT_EQ(transfer(a_transfer().amount(100)), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Received), (std::vector<std::int64_t>{50, 50}));
  EXPECT_EQ(lines(LineKind::Settled), (std::vector<std::int64_t>{50, 10}));
  EXPECT_THAT(dated(2), ElementsAre(std::pair(40, utc(2026, 7, 1))));
  EXPECT_EQ(debt(2), 0);
  EXPECT_EQ(available(2), 40);
}

TEST_F(Transferring, IsForOpenAccounts) {
  using state::AccountState;
  enrol(1, {{.amount = 1'000}});
  enrol(2);

  set_state(1, AccountState::Soft);
  EXPECT_EQ(transfer(a_transfer()), Outcome::MemberFrozen);
  set_state(1, AccountState::Fraud);
  EXPECT_EQ(transfer(a_transfer()), Outcome::MemberFrozen);
  set_state(1, AccountState::Open);
  set_state(2, AccountState::Closed);
  EXPECT_EQ(transfer(a_transfer()), Outcome::MemberClosed);
  set_state(2, AccountState::Fraud);
  EXPECT_EQ(transfer(a_transfer()), Outcome::Accepted) << "a frozen member receives, as it earns";
}

TEST_F(Transferring, CountsPerDay) {
  rule({.enabled = true, .fee_min = {}, .fee_basis_points = 0, .per_day = 2, .cooling_off = {}});
  enrol(1, {{.amount = 1'000}});
  enrol(2);

  EXPECT_EQ(transfer(a_transfer()), Outcome::Accepted);
  EXPECT_EQ(transfer(a_transfer().amount(901)), Outcome::InsufficientAvailable);
  EXPECT_EQ(transfer(a_transfer()), Outcome::Accepted) << "what was refused does not count";
  EXPECT_EQ(transfer(a_transfer()), Outcome::VelocityLimit);
  now = now.plus(kDay);
  EXPECT_EQ(transfer(a_transfer()), Outcome::Accepted);
}

TEST_F(Transferring, GivesIdleLotsTheDateThatTheyHave) {
  const Timestamp idle_at = utc(2026, 1, 1);
  enrol(1, {{100, utc(2025, 1, 1)}});
  enrol(2);
  change_head(1, [&](state::AccountHead& head) { head.idle_at = idle_at; });
  write([&](StateDelta& delta) {
    auto account = state::Account::load(delta, account_id(1)).value();
    state::Lot lot = account->first_lot().value().value();
    EXPECT_TRUE(account->take_from_first(lot.remaining).ok());
    lot.idle = true;
    EXPECT_TRUE(account->add_lot(lot).ok());
    EXPECT_TRUE(account->store(delta).ok());
  });

  ASSERT_EQ(transfer(a_transfer().amount(60)), Outcome::Accepted);

  EXPECT_THAT(dated(2), ElementsAre(std::pair(60, idle_at)));
  EXPECT_FALSE(lots(2)[0].idle);
  EXPECT_EQ(head(2).idle_at, Timestamp::never());
  EXPECT_EQ(head(1).idle_at, idle_at) << "a gift does not count as activity";
  EXPECT_TRUE(lots(1)[0].idle);
}

TEST_F(Transferring, AddsNothingToAFullAccount) {
  enrol(1, {{.amount = 100}});
  std::vector<LotSpec> specs;
  for (std::uint64_t i = 0; i < 40'000; ++i)
    specs.push_back({.amount = 1, .expires_at = utc(2026, 1, 1).plus(Duration(i))});
  enrol(2, specs);

  EXPECT_EQ(transfer(a_transfer().amount(100)), Outcome::AmountOverflow);
}

}  // namespace
}  // namespace tally::points
