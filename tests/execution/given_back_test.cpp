// Returned redemptions on the ledger: part by part, to their own lots (design/loyalty.md §10).
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

class GivenBack : public ReturnsFixture {
 protected:
  /// L2 of 50 that ends with February and L1 of 100 that ends with March; 120 of them redeemed for
  /// a basket of 1.20: L2 50, L1 70.
  void redeem_of_two_lots(std::uint32_t grace_days) {
    Programme programme = returning();
    programme.expiry.months = 1;
    programme.expiry.grace_days = grace_days;
    start(programme);
    earn(kOther, 5'000);
    at(utc(2024, 2, 10));
    earn(kThird, 10'000);
    ASSERT_EQ(redeem(kOrder, 120, 120).outcome, Outcome::Accepted);
    ASSERT_THAT(lines(LineKind::Redeemed), ElementsAre(50, 70));
  }
  /// Remaining points of the lots, in the order of their use.
  [[nodiscard]] std::vector<std::int64_t> remaining() const {
    std::vector<std::int64_t> amounts;
    for (const state::Lot& lot : ledger->lots(1))
      amounts.push_back(lot.remaining.value());
    return amounts;
  }
};

const Timestamp kEndOfMarch = utc(2024, 4, 1).minus(kHour);  // 00:00 local

TEST_F(GivenBack, R06_ComesWithAGraceWhereItHasExpired) {
  redeem_of_two_lots(30);
  at(utc(2024, 3, 5));

  ASSERT_EQ(reverse(kOrder, 120), Outcome::Accepted);

  EXPECT_EQ(last.value, money(120));
  const auto lots = ledger->lots(1);
  ASSERT_EQ(lots.size(), 2U);
  EXPECT_EQ(lots[0].remaining, points(100));
  EXPECT_EQ(lots[0].expires_at, kEndOfMarch);
  EXPECT_FALSE(lots[0].late_date);
  EXPECT_EQ(lots[1].remaining, points(50));
  EXPECT_EQ(lots[1].expires_at, block_time().plus(Duration(30 * kDay.milliseconds())));
  EXPECT_TRUE(lots[1].late_date);
  EXPECT_EQ(totals().redeemed, Points());
}

TEST_F(GivenBack, R06_ExpiresAtOnceWithoutAGrace) {
  redeem_of_two_lots(0);
  at(utc(2024, 3, 5));

  ASSERT_EQ(reverse(kOrder, 120), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::GivenBack), ElementsAre(70, 50));
  EXPECT_THAT(lines(LineKind::Expired), ElementsAre(50));
  EXPECT_THAT(remaining(), ElementsAre(100));
}

TEST_F(GivenBack, R12_ComesToTheLotTakenLastFirst) {
  redeem_of_two_lots(0);

  ASSERT_EQ(reverse(kOrder, 60), Outcome::Accepted);
  EXPECT_THAT(remaining(), ElementsAre(90));
  ASSERT_EQ(reverse(kOrder, 60), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::GivenBack), ElementsAre(10, 50));
  EXPECT_THAT(remaining(), ElementsAre(50, 100));
  EXPECT_EQ(reverse(kOrder, 1), Outcome::AlreadyReturned);
}

TEST_F(GivenBack, R07_AddsUpToWhatWasPaid) {
  start(returning());
  earn(kOther, 300'000);
  ASSERT_EQ(redeem(kOrder, 3'000, 8'000).outcome, Outcome::Accepted);
  earn(kOrder, 8'000);
  ASSERT_EQ(available(), 50);

  ASSERT_EQ(reverse(kOrder, 2'667), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::GivenBack), 1'000);
  EXPECT_EQ(last.value, money(1'000));
  // 53.33 less 20.00 that points still pay: 33 of the 50.
  EXPECT_EQ(sum(LineKind::Clawed), 17);

  ASSERT_EQ(reverse(kOrder, 5'333), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::GivenBack), 2'000);
  EXPECT_EQ(last.value, money(2'000));
  EXPECT_EQ(sum(LineKind::Clawed), 33);
  EXPECT_EQ(available(), 3'000);
}

TEST_F(GivenBack, IsOfTheLatestRedemptionFirst) {
  start(returning());
  earn(kOther, 10'000);
  ASSERT_EQ(redeem(kOrder, 40, 100).outcome, Outcome::Accepted);
  ASSERT_EQ(redeem(kOrder, 60, 100).outcome, Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 50), Outcome::Accepted);
  EXPECT_EQ(sum(LineKind::GivenBack), 50);
  ASSERT_EQ(reverse(kOrder, 50), Outcome::Accepted);
  EXPECT_THAT(lines(LineKind::GivenBack), ElementsAre(10, 40));
  EXPECT_EQ(available(), 100);
  EXPECT_EQ(reverse(kOrder, 1), Outcome::AlreadyReturned);
}

TEST_F(GivenBack, IsNeverMoreThanWasTakenThoughTheOrderIsPaidAgain) {
  Programme programme = returning();
  programme.expiry.months = 1;
  start(programme);
  earn(kOther, 1'000);
  at(utc(2024, 2, 10));
  ASSERT_EQ(redeem(kOrder, 10, 10).outcome, Outcome::Accepted);
  ASSERT_EQ(reverse(kOrder, 10), Outcome::Accepted);
  earn(kThird, 2'000);
  ASSERT_EQ(redeem(kOrder, 15, 30).outcome, Outcome::Accepted);
  ASSERT_THAT(lines(LineKind::Redeemed), ElementsAre(10, 5));

  // FLOOR(25 · 30 / 30) in all, of which 10 were given back before: of the second redemption.
  ASSERT_EQ(reverse(kOrder, 20), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::GivenBack), ElementsAre(5, 10));
  EXPECT_THAT(remaining(), ElementsAre(10, 20));
}

TEST_F(GivenBack, IsOfACaptureByTheBasketOfItsHold) {
  start(returning());
  earn(kOther, 10'000);
  hold_request = next_request;
  ASSERT_EQ(run(a_hold().order(kOrder).basket(200).exactly(80).ttl(kDay)).outcome,
            Outcome::Accepted);
  ASSERT_EQ(capture(60), Outcome::Accepted);

  EXPECT_EQ(reverse(kOrder, 201), Outcome::RefundExceedsOrder);
  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);

  EXPECT_EQ(sum(LineKind::GivenBack), 30);
  EXPECT_EQ(last.value, money(30));
  EXPECT_EQ(available(), 70);
}

TEST_F(GivenBack, PaysWhatIsTakenBack) {
  start(returning());
  earn(kOther, 10'000);
  ASSERT_EQ(redeem(kOrder, 100, 10'100).outcome, Outcome::Accepted);
  earn(kOrder, 10'100);
  ASSERT_EQ(redeem(kThird, 100, 100).outcome, Outcome::Accepted);
  ASSERT_EQ(available(), 0);

  ASSERT_EQ(reverse(kOrder, 10'100), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::GivenBack), ElementsAre(100));
  EXPECT_THAT(lines(LineKind::Clawed), ElementsAre(100));
  EXPECT_THAT(lines(LineKind::Unrecovered), IsEmpty());
}

TEST_F(GivenBack, SettlesADebt) {
  Programme programme = returning(Clawback::Unlimited);
  programme.returns.debt_limit = std::nullopt;
  start(programme);
  earn(kOther, 10'000);
  ASSERT_EQ(redeem(kOrder, 100, 100).outcome, Outcome::Accepted);
  ASSERT_EQ(reverse(kOther, 3'000), Outcome::Accepted);
  ASSERT_EQ(debt(), 30);

  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);

  EXPECT_EQ(debt(), 0);
  EXPECT_THAT(remaining(), ElementsAre(70));
}

TEST_F(GivenBack, OfAPoolGoesToWhomItWasTakenFrom) {
  Programme programme = returning();
  programme.pool.enabled = true;
  start(programme);
  const auto key_of_2 = key_from_seed(202);
  const auto key_of_3 = key_from_seed(203);
  const ChainId& chain = ledger->chain.id;
  const auto enrol_with = [&](std::uint64_t n, const crypto::PrivateKey& key) {
    return run(an_enrol().of(member(n)).member_key(key.public_key()).consented_by(key, chain))
        .outcome;
  };
  ASSERT_EQ(enrol_with(2, key_of_2), Outcome::Accepted);
  ASSERT_EQ(enrol_with(3, key_of_3), Outcome::Accepted);
  earn(kOther, 5'000, 2);
  earn(kThird, 3'000, 3);
  const auto join = [&](const crypto::PrivateKey& key, PoolBuilder change) {
    return ledger->run(key.public_key(), valid(std::move(change))).outcome;
  };
  ASSERT_EQ(join(key_of_2, a_pool_change().of(member(2))), Outcome::Accepted);
  ASSERT_EQ(join(key_of_3, a_pool_change().of(member(3)).consented_by(key_of_2, chain)),
            Outcome::Accepted);
  ASSERT_EQ(redeem(kOrder, 70, 70, 2).outcome, Outcome::Accepted);
  ASSERT_EQ(available(2), 0);
  ASSERT_EQ(available(3), 10);

  ASSERT_EQ(reverse(kOrder, 30), Outcome::Accepted);
  EXPECT_EQ(available(2), 10);
  EXPECT_EQ(available(3), 30);
  ASSERT_EQ(reverse(kOrder, 40), Outcome::Accepted);
  EXPECT_EQ(available(2), 50);
}

TEST_F(GivenBack, IsForfeitedWhereTheAccountHasEnded) {
  start(returning());
  earn(kOther, 10'000);
  ASSERT_EQ(redeem(kOrder, 100, 100).outcome, Outcome::Accepted);
  ASSERT_EQ(run(a_close()).outcome, Outcome::Accepted);

  ASSERT_EQ(reverse(kOrder, 100), Outcome::Accepted);

  EXPECT_THAT(lines(LineKind::GivenBack), ElementsAre(100));
  EXPECT_THAT(lines(LineKind::Forfeited), ElementsAre(100));
  EXPECT_EQ(available(), 0);
}

TEST_F(GivenBack, IsTheReturnedBasketsAndNoMore) {
  start(returning());
  earn(kOther, 10'000);
  ASSERT_EQ(redeem(kOrder, 100, 100).outcome, Outcome::Accepted);

  EXPECT_EQ(reverse(kOrder, 101), Outcome::RefundExceedsOrder);
  EXPECT_EQ(run(a_reverse().of_order(kOrder).line({0, 1, money(10), Money()})).outcome,
            Outcome::RefundExceedsOrder);
  EXPECT_EQ(available(), 0);
}

}  // namespace
}  // namespace tally::execution
