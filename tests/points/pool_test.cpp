// Pools: members join, spend what is all of theirs, and part (design/loyalty.md §13).
#include <tally/state/hold.h>
#include <tally/state/identity.h>

#include "points/spending_fixture.h"
#include "support/account_builders.h"
#include "support/redemption_builders.h"

#include <gmock/gmock.h>

#include <map>

namespace tally::points {
namespace {

using state::AccountState;
using test::a_capture;
using test::a_hold;
using test::a_pool_change;
using test::a_redeem;
using test::a_transfer;
using test::a_void;
using test::member;
using test::utc;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Line = std::pair<std::uint64_t, std::int64_t>;

class Pooling : public SpendingFixture {
 protected:
  /// Member `n` signs, and the members `with`.
  Outcome join(std::uint64_t n, const std::vector<std::uint64_t>& with = {}) {
    return run<Pool>(signed_by(n, with, a_pool_change().of(member(n)).join(test::pool(1))));
  }
  Outcome leave(std::uint64_t n) {
    return run<Pool>(signed_by(n, {}, a_pool_change().of(member(n)).leave(test::pool(1))));
  }
  /// Member 1 and 2 with a key each, in one pool; 1 has 100 (May), 2 has 80 (April).
  void pool_of_two() {
    enrol(1, {{100, utc(2026, 6, 1)}});
    enrol(2, {{80, utc(2026, 5, 1)}});
    ASSERT_EQ(join(1), Outcome::Accepted);
    ASSERT_EQ(join(2, {1}), Outcome::Accepted);
  }
  Outcome redeem(std::uint64_t n, std::int64_t points) {
    return run<Redeem>(a_redeem().of(member(n)).basket(1'000'000).exactly(points).build());
  }
  Outcome hold(std::uint64_t n, std::int64_t points, std::uint64_t request = 1) {
    return run<Hold>(
        a_hold().request(request).of(member(n)).basket(1'000'000).exactly(points).build());
  }
  std::vector<std::uint64_t> touched_by(const Transaction& transaction) {
    std::vector<std::uint64_t> members;
    const auto accounts = accounts_touched(context(transaction), view).value();
    for (const AccountId& account : accounts)
      for (std::uint64_t n = 1; n <= 8; ++n)
        if (account == account_id(n)) members.push_back(n);
    return members;
  }
  [[nodiscard]] std::vector<MemberId> pool() const {
    return state::find_pool(view, test::kCafe, test::pool(1)).value();
  }

 private:
  Transaction signed_by(std::uint64_t n, const std::vector<std::uint64_t>& with,
                        test::PoolBuilder builder) {
    builder.consented_by(key_of(n), chain.id);
    for (const std::uint64_t other : with)
      builder.consented_by(key_of(other), chain.id);
    return builder.build();
  }
  const crypto::PrivateKey& key_of(std::uint64_t n) {
    const auto [at, is_new] = keys_.try_emplace(n, test::key_from_seed(100 + n));
    if (is_new) {
      state::KeyRecord record;
      record.key = at->second.public_key();
      record.role = Role::Member;
      record.member = member(n);
      write([&](auto& delta) { EXPECT_TRUE(put_key(delta, record).ok()); });
    }
    return at->second;
  }

  std::map<std::uint64_t, crypto::PrivateKey> keys_;
};

TEST_F(Pooling, T05_SpendsFirstWhatExpiresFirstWhosesoeverItIs) {
  pool_of_two();

  ASSERT_EQ(redeem(1, 100), Outcome::Accepted);

  EXPECT_THAT(lines_of(receipt, LineKind::Redeemed), ElementsAre(Line(2, 80), Line(1, 20)));
  EXPECT_EQ(available(1), 80);
  EXPECT_EQ(available(2), 0);
  EXPECT_EQ(receipt.previous.size(), 2U);
  EXPECT_EQ(head(1).redemptions, 1U);
  EXPECT_EQ(head(2).redemptions, 0U);
  EXPECT_EQ(redeem(2, 81), Outcome::InsufficientAvailable);
}

TEST_F(Pooling, T05_TakesOfEqualDatesTheLowerMemberFirst) {
  const Timestamp expiry = utc(2026, 6, 1);
  enrol(3, {{30, expiry}, {30, expiry}});  // its lots have the lower ids
  enrol(2, {{30, expiry}});
  ASSERT_EQ(join(3), Outcome::Accepted);
  ASSERT_EQ(join(2, {3}), Outcome::Accepted);

  ASSERT_EQ(redeem(3, 70), Outcome::Accepted);

  EXPECT_THAT(lines_of(receipt, LineKind::Redeemed),
              ElementsAre(Line(2, 30), Line(3, 30), Line(3, 10)));
}

TEST_F(Pooling, OffersWhatAllHaveTogether) {
  pool_of_two();

  ASSERT_EQ(run<Redeem>(a_redeem().of(member(2)).basket(150).up_to(1'000).build()),
            Outcome::Accepted);

  EXPECT_EQ(receipt.value, test::money(150));
  EXPECT_EQ(available(1) + available(2), 30);
}

TEST_F(Pooling, T06_LeavesWithWhatRemains) {
  pool_of_two();
  ASSERT_EQ(redeem(1, 30), Outcome::Accepted);

  ASSERT_EQ(leave(2), Outcome::Accepted);

  EXPECT_EQ(available(2), 50);
  EXPECT_EQ(head(2).pool, std::nullopt);
  EXPECT_THAT(pool(), ElementsAre(member(1)));
  EXPECT_EQ(redeem(2, 51), Outcome::InsufficientAvailable);
  EXPECT_EQ(redeem(1, 101), Outcome::InsufficientAvailable);
  ASSERT_EQ(leave(1), Outcome::Accepted);
  EXPECT_THAT(pool(), IsEmpty());
}

TEST_F(Pooling, T08_ChargesTheLeastFeeOfATransfer) {
  change([](Programme& rules) {
    rules.transfer.fee_min = test::points(10);
    rules.transfer.fee_basis_points = 500;
  });
  enrol(1, {{.amount = 40}});
  enrol(2, {{.amount = 9}});
  enrol(3, {{.amount = 40}});
  change_head(
      3, [&](state::AccountHead& head) { head.enrolled_at = now.minus(Duration(6 * kDayMs)); });

  EXPECT_EQ(join(1), Outcome::Accepted);
  EXPECT_EQ(lines(LineKind::Fee), std::vector<std::int64_t>{10});
  EXPECT_EQ(available(1), 30);
  EXPECT_EQ(totals().fees, test::points(10));
  EXPECT_EQ(join(2, {1}), Outcome::InsufficientAvailable);
  EXPECT_EQ(join(3, {1}), Outcome::CoolingOff);
  EXPECT_THAT(pool(), ElementsAre(member(1)));
}

TEST_F(Pooling, T09_LeavesAFrozenMembersLotsAlone) {
  pool_of_two();
  set_state(2, AccountState::Soft);

  EXPECT_EQ(redeem(1, 101), Outcome::InsufficientAvailable);
  ASSERT_EQ(redeem(1, 100), Outcome::Accepted);
  EXPECT_THAT(lines_of(receipt, LineKind::Redeemed), ElementsAre(Line(1, 100)));
  EXPECT_EQ(redeem(2, 1), Outcome::MemberFrozen);
}

TEST_F(Pooling, T09_KeepsAMemberWhoseLotsAreHeld) {
  pool_of_two();
  ASSERT_EQ(hold(1, 80), Outcome::Accepted);

  EXPECT_EQ(leave(2), Outcome::HoldsOpen);
  EXPECT_EQ(leave(1), Outcome::Accepted) << "none of its own lots is held";
  ASSERT_EQ(run<Void>(a_void().of_hold(1).build()), Outcome::Accepted);
  EXPECT_EQ(leave(2), Outcome::Accepted);
}

TEST_F(Pooling, HoldsAndReleasesLotsOfAll) {
  pool_of_two();
  ASSERT_EQ(hold(1, 100), Outcome::Accepted);
  EXPECT_EQ(held(1), 20);
  EXPECT_EQ(held(2), 80);
  EXPECT_EQ(head(1).holds_asked, 1U);
  EXPECT_EQ(head(2).holds_asked, 0U);
  EXPECT_TRUE(head(1).holds.at(0).shared);
  EXPECT_TRUE(head(2).holds.at(0).shared);
  EXPECT_EQ(head(2).deadlines.shared, now.plus(programme.hold.ttl));

  ASSERT_EQ(run<Capture>(a_capture().of_hold(1).amount(90).build()), Outcome::Accepted);

  EXPECT_THAT(lines_of(receipt, LineKind::Captured), ElementsAre(Line(2, 80), Line(1, 10)));
  EXPECT_THAT(lines_of(receipt, LineKind::Released), ElementsAre(Line(1, 10)));
  EXPECT_EQ(held(1) + held(2), 0);
  EXPECT_THAT(head(2).holds, IsEmpty());
  EXPECT_EQ(head(1).redemptions, 1U);
}

TEST_F(Pooling, TimesOutAHoldOfSeveralOnce) {
  pool_of_two();
  ASSERT_EQ(hold(1, 100), Outcome::Accepted);

  now = now.plus(programme.hold.ttl);
  ASSERT_TRUE(run_due(2));

  EXPECT_FALSE(run_due(1));
  EXPECT_THAT(lines_of(due_receipts.at(0), LineKind::Released),
              ElementsAre(Line(2, 80), Line(1, 20)));
  EXPECT_EQ(available(1), 100);
  EXPECT_EQ(available(2), 80);
  EXPECT_EQ(head(1).holds_asked, 0U);
  EXPECT_THAT(due_receipts.at(0).previous, testing::SizeIs(2));
}

TEST_F(Pooling, HoldsOthersLotsAlone) {
  pool_of_two();
  ASSERT_EQ(hold(1, 80), Outcome::Accepted);
  EXPECT_THAT(head(1).holds, IsEmpty());
  EXPECT_TRUE(head(2).holds.at(0).shared) << "it is member 1 who has asked";

  now = now.plus(programme.hold.ttl);
  EXPECT_FALSE(run_due(1));
  EXPECT_TRUE(run_due(2));
  EXPECT_EQ(head(1).holds_asked, 0U);
  EXPECT_EQ(available(2), 80);
}

TEST_F(Pooling, CapturesNothingOfWhomFraudIsSuspected) {
  pool_of_two();
  ASSERT_EQ(hold(1, 100), Outcome::Accepted);
  set_state(2, AccountState::Fraud);

  EXPECT_EQ(run<Capture>(a_capture().of_hold(1).amount(10).build()), Outcome::MemberFrozen);
  EXPECT_EQ(run<Void>(a_void().of_hold(1).build()), Outcome::Accepted);
}

TEST_F(Pooling, SettlesDebtByItsOwnMembersLotsOnly) {
  pool_of_two();
  ASSERT_EQ(hold(1, 100), Outcome::Accepted);
  claw(2, 0, 50);

  ASSERT_EQ(run<Void>(a_void().of_hold(1).build()), Outcome::Accepted);

  EXPECT_THAT(lines_of(receipt, LineKind::Settled), ElementsAre(Line(2, 50)));
  EXPECT_EQ(available(1), 100);
  EXPECT_EQ(available(2), 30);
}

TEST_F(Pooling, LetsADebtorSpendWhatTheOthersHave) {
  enrol(1);
  enrol(2, {{.amount = 80}});
  ASSERT_EQ(join(1), Outcome::Accepted);
  ASSERT_EQ(join(2, {1}), Outcome::Accepted);
  owe(1, 30);

  EXPECT_EQ(redeem(1, 80), Outcome::Accepted);
  EXPECT_EQ(debt(1), 30);
}

TEST_F(Pooling, GivesAwayNobodyElsesPoints) {
  pool_of_two();
  enrol(3);
  asking.role = Role::Member;
  asking.merchant = MerchantId();
  asking.member = member(1);

  EXPECT_EQ(run<Transfer>(a_transfer().to(member(3)).amount(101).build()),
            Outcome::InsufficientAvailable);
  EXPECT_EQ(run<Transfer>(a_transfer().to(member(3)).amount(100).build()), Outcome::Accepted);
  EXPECT_EQ(available(2), 80);
}

TEST_F(Pooling, WantsTheSignaturesOfWhoJoinsAndOfOneInside) {
  pool_of_two();
  enrol(3);
  EXPECT_EQ(run<Pool>(a_pool_change().of(member(3)).join(test::pool(2)).build()),
            Outcome::ConsentRequired);
  EXPECT_EQ(join(3), Outcome::ConsentRequired);
  enrol(4);
  EXPECT_EQ(join(3, {4}), Outcome::ConsentRequired) << "not a member of the pool";
  set_state(2, AccountState::Fraud);
  EXPECT_EQ(join(3, {2}), Outcome::ConsentRequired) << "a frozen member lets nobody in";
  EXPECT_EQ(join(3, {1}), Outcome::Accepted);
  EXPECT_THAT(pool(), UnorderedElementsAre(member(1), member(2), member(3)));
  EXPECT_EQ(run<Pool>(a_pool_change().of(member(3)).leave(test::pool(1)).build()),
            Outcome::ConsentRequired);
}

TEST_F(Pooling, RefusesWhoMayNotJoinOrLeave) {
  pool_of_two();
  EXPECT_EQ(join(1, {2}), Outcome::AlreadyInPool);
  EXPECT_EQ(join(9), Outcome::UnknownMember);
  enrol(3);
  EXPECT_EQ(leave(3), Outcome::UnknownPool);
  owe(3, 1);
  EXPECT_EQ(join(3, {1}), Outcome::DebtOutstanding);
  enrol(4);
  set_state(4, AccountState::Soft);
  EXPECT_EQ(join(4, {1}), Outcome::MemberFrozen);
  set_state(4, AccountState::Closed);
  EXPECT_EQ(join(4, {1}), Outcome::MemberClosed);
  change([](Programme& rules) { rules.pool.members_max = 2; });
  enrol(5);
  EXPECT_EQ(join(5, {1}), Outcome::PoolFull);
  change([](Programme& rules) { rules.pool.enabled = false; });
  EXPECT_EQ(join(5, {1}), Outcome::NotEnabled);
  EXPECT_EQ(leave(2), Outcome::Accepted) << "who is in one may leave it";
}

TEST_F(Pooling, CountsJoiningAsATransfer) {
  change([](Programme& rules) { rules.transfer.per_day = 1; });
  enrol(1);
  ASSERT_EQ(join(1), Outcome::Accepted);
  ASSERT_EQ(leave(1), Outcome::Accepted);

  EXPECT_EQ(join(1), Outcome::VelocityLimit);
}

TEST_F(Pooling, TouchesTheOthersOfAPoolAndTheOwnersOfAHold) {
  pool_of_two();
  enrol(3);
  EXPECT_THAT(touched_by(a_redeem().of(member(1)).build()), ElementsAre(1, 2));
  EXPECT_THAT(touched_by(a_redeem().of(member(3)).build()), ElementsAre(3));
  EXPECT_THAT(touched_by(a_redeem().of(member(7)).build()), IsEmpty());
  EXPECT_THAT(touched_by(a_hold().of(member(2)).build()), ElementsAre(1, 2));

  ASSERT_EQ(hold(1, 80), Outcome::Accepted);
  EXPECT_THAT(touched_by(a_capture().of_hold(1).build()), ElementsAre(1, 2));
  EXPECT_THAT(touched_by(a_void().of_hold(1).build()), ElementsAre(1, 2));
  EXPECT_THAT(touched_by(a_void().of_hold(2).build()), IsEmpty());
  ASSERT_EQ(run<Void>(a_void().of_hold(1).build()), Outcome::Accepted);
  EXPECT_THAT(touched_by(a_void().of_hold(1).build()), IsEmpty());
}

}  // namespace
}  // namespace tally::points
