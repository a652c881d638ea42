// Orders: one earn each, and what points paid is not earned on again.
#include "support/test_ledger.h"

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::a_redeem;
using test::an_earn;
using test::kBakery;
using test::kCafe;
using test::TestLedger;

class Orders : public testing::Test {
 protected:
  Orders() {
    ledger_.enrol(1);
    ledger_.run(earn(99, 1'000'000).build());  // 10,000 points to spend
  }
  template <typename Builder>
  Builder valid(Builder builder) const {
    return builder.valid_until(ledger_.next_time().plus(kHour));
  }
  test::EarnBuilder earn(std::uint64_t request, std::int64_t total) const {
    return valid(an_earn().request(request).total(total).event_time(ledger_.next_time()));
  }
  test::RedeemBuilder redeem(std::uint64_t request, std::int64_t points) const {
    return valid(a_redeem().request(request).exactly(points).basket(10'000));
  }
  /// Points that the earn gave; −1: refused as a second one of its order.
  std::int64_t earned(const test::EarnBuilder& builder) {
    const Receipt receipt = ledger_.run(builder.build());
    if (receipt.outcome == Outcome::DuplicateOrder) return -1;
    EXPECT_EQ(receipt.outcome, Outcome::Accepted);
    return receipt.lines.at(0).points.value();
  }
  void redeemed(const test::RedeemBuilder& builder) {
    EXPECT_EQ(ledger_.run(builder.build()).outcome, Outcome::Accepted);
  }
  Outcome redeem(std::uint64_t request) {
    return ledger_.run(redeem(request, 100).order(50).build()).outcome;
  }
  test::HoldBuilder a_hold_of(std::uint64_t request) const {
    return valid(test::a_hold().request(request).exactly(100).basket(10'000));
  }
  Outcome hold(std::uint64_t request) {
    return ledger_.run(a_hold_of(request).order(50).build()).outcome;
  }
  Outcome capture(std::uint64_t hold) {
    const auto capture = test::a_capture().of_hold(hold).amount(100).request(10'000 + hold);
    return ledger_.run(valid(capture).build()).outcome;
  }
  Outcome give_up(std::uint64_t hold) {
    return ledger_.run(valid(test::a_void().of_hold(hold).request(20'000 + hold)).build()).outcome;
  }

  TestLedger ledger_;
};

TEST_F(Orders, EarnOnWhatPointsDidNotPay_A23) {
  redeemed(redeem(1, 1'000).order(50));

  const auto first = earn(2, 6'000).order(50);
  EXPECT_EQ(earned(first), 50);
  EXPECT_EQ(earned(earn(3, 6'000).order(50)), -1);
  EXPECT_EQ(ledger_.run(first.build()).outcome, Outcome::Replayed);
}

TEST_F(Orders, AddUpSeveralRedemptions) {
  redeemed(redeem(1, 1'000).order(50));
  redeemed(redeem(2, 500).order(50));

  EXPECT_EQ(earned(earn(3, 6'000).order(50).paid_by_points(1'200)), 45);
}

TEST_F(Orders, BearTheRequestIdWhereTheyHaveNoneOfTheirOwn) {
  redeemed(redeem(60, 1'000));
  EXPECT_EQ(earned(earn(2, 6'000).order(60)), 50);
  EXPECT_EQ(earned(earn(3, 6'000).order(60)), -1);

  EXPECT_EQ(earned(earn(70, 1'000)), 10);
  EXPECT_EQ(earned(earn(71, 1'000).order(70)), -1);

  EXPECT_EQ(earned(earn(72, 1'000).order(80)), 10);
  EXPECT_EQ(earned(earn(80, 1'000)), -1);

  redeemed(redeem(73, 1'000).order(90));
  EXPECT_EQ(earned(earn(90, 6'000)), 50);
}

TEST_F(Orders, AddUpBothWaysOfNamingThem) {
  redeemed(redeem(60, 1'000));
  redeemed(redeem(61, 500).order(60));

  EXPECT_EQ(earned(earn(62, 6'000).order(60)), 45);
}

TEST_F(Orders, AreTheirMerchantsOwn) {
  EXPECT_EQ(earned(earn(2, 1'000).order(50)), 10);
  ledger_.run(valid(test::a_publication().by(kBakery).request(3)).build());
  ledger_.enrol(1, kBakery);

  EXPECT_EQ(earned(earn(2, 1'000).order(50).by(kBakery).at(kBakery)), 10);
}

TEST_F(Orders, AreNotTouchedByRefusals) {
  const Receipt refused = ledger_.run(earn(2, 1'000).order(50).in("USD").build());
  EXPECT_EQ(refused.outcome, Outcome::CurrencyNotAccepted);
  const Receipt too_much = ledger_.run(redeem(3, 9'000'000).basket(90'000'000).order(50).build());
  EXPECT_EQ(too_much.outcome, Outcome::InsufficientAvailable);

  EXPECT_EQ(ledger_.run(earn(60, 1'000).in("USD").build()).outcome, Outcome::CurrencyNotAccepted);

  EXPECT_EQ(earned(earn(4, 1'000).order(50)), 10);
  EXPECT_EQ(earned(earn(5, 1'000).order(60)), 10);
}

TEST_F(Orders, ArePaidInAtMost16Parts) {
  for (std::uint64_t i = 0; i < 16; ++i)
    redeemed(redeem(100 + i, 100).order(50));

  EXPECT_EQ(ledger_.run(redeem(200, 100).order(50).build()).outcome, Outcome::TooManyRedemptions);
  EXPECT_EQ(ledger_.available(1), 10'000 - 1'600);
  EXPECT_EQ(earned(earn(3, 6'000).order(50)), 44);
}

TEST_F(Orders, KeepAPlaceForWhatIsHeld) {
  for (std::uint64_t i = 0; i < 8; ++i) {
    ASSERT_EQ(hold(100 + i), Outcome::Accepted);
    ASSERT_EQ(redeem(200 + i), Outcome::Accepted);
  }

  EXPECT_EQ(hold(300), Outcome::TooManyRedemptions);
  EXPECT_EQ(redeem(301), Outcome::TooManyRedemptions);
  for (std::uint64_t i = 0; i < 8; ++i)
    EXPECT_EQ(capture(100 + i), Outcome::Accepted);
  EXPECT_EQ(hold(302), Outcome::TooManyRedemptions);
  EXPECT_EQ(redeem(303), Outcome::TooManyRedemptions);
  EXPECT_EQ(ledger_.head(1)->held.value(), 0);
  EXPECT_EQ(ledger_.available(1), 10'000 - 1'600);
}

TEST_F(Orders, KeepAPlaceForAHoldWhoseRequestIsTheOrder) {
  ASSERT_EQ(ledger_.run(a_hold_of(50).build()).outcome, Outcome::Accepted);
  for (std::uint64_t i = 0; i < 15; ++i)
    ASSERT_EQ(redeem(200 + i), Outcome::Accepted);

  EXPECT_EQ(redeem(300), Outcome::TooManyRedemptions);
  EXPECT_EQ(capture(50), Outcome::Accepted);
}

TEST_F(Orders, HaveAPlaceAgainForWhatIsHeldNoMore) {
  for (std::uint64_t i = 0; i < 16; ++i)
    ASSERT_EQ(hold(100 + i), Outcome::Accepted);
  ASSERT_EQ(redeem(200), Outcome::TooManyRedemptions);

  EXPECT_EQ(give_up(100), Outcome::Accepted);
  EXPECT_EQ(redeem(201), Outcome::Accepted);
  EXPECT_EQ(redeem(202), Outcome::TooManyRedemptions);

  ledger_.at(ledger_.header.ledger_time.plus(Duration(900'000)));
  for (std::uint64_t i = 0; i < 15; ++i)
    EXPECT_EQ(redeem(300 + i), Outcome::Accepted);
  EXPECT_EQ(redeem(400), Outcome::TooManyRedemptions);
}

TEST_F(Orders, CountTheRedemptionWhoseRequestTheyAre) {
  redeemed(redeem(50, 100));
  for (std::uint64_t i = 0; i < 15; ++i)
    ASSERT_EQ(redeem(200 + i), Outcome::Accepted);

  EXPECT_EQ(redeem(300), Outcome::TooManyRedemptions);
  EXPECT_EQ(hold(301), Outcome::TooManyRedemptions);
}

TEST_F(Orders, LeaveNoPlaceForTheRedemptionWhoseRequestTheyAre) {
  for (std::uint64_t i = 0; i < 16; ++i)
    ASSERT_EQ(redeem(200 + i), Outcome::Accepted);

  EXPECT_EQ(ledger_.run(redeem(50, 100).build()).outcome, Outcome::TooManyRedemptions);
}

// What an order's redemptions are worth together has a largest amount, too.
TEST(OrderValue, IsKeptForWhatIsHeld) {
  constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
  Programme programme = test::a_programme();
  programme.redeem.price_points = test::points(1);
  programme.redeem.price_money = test::money(kMost / 2);
  programme.redeem.minimum = test::points(1);
  programme.redeem.step = test::points(1);
  TestLedger ledger(programme);
  ledger.enrol(1);
  const auto run = [&](auto builder) {
    return ledger.run(builder.valid_until(ledger.next_time().plus(kHour)).build()).outcome;
  };
  ASSERT_EQ(run(an_earn().request(99).total(1'000).event_time(ledger.next_time())),
            Outcome::Accepted);
  const auto hold = [&](std::uint64_t request) {
    return run(test::a_hold().request(request).order(50).exactly(1).basket(kMost));
  };
  ASSERT_EQ(hold(1), Outcome::Accepted);
  ASSERT_EQ(hold(2), Outcome::Accepted);

  EXPECT_EQ(hold(3), Outcome::AmountOverflow);
  EXPECT_EQ(run(a_redeem().request(4).order(50).exactly(1).basket(kMost)), Outcome::AmountOverflow);
  for (const std::uint64_t held : {1U, 2U})
    EXPECT_EQ(run(test::a_capture().of_hold(held).amount(1).request(10 + held)), Outcome::Accepted);
}

TEST_F(Orders, CountWhatTheirHoldsPaidAtTheCapture) {
  ASSERT_EQ(
      ledger_.run(valid(test::a_hold().basket(10'000).exactly(1'000).order(50).request(60)).build())
          .outcome,
      Outcome::Accepted);
  EXPECT_EQ(earned(earn(2, 6'000).order(50)), 60) << "it is not paid yet";
  ASSERT_EQ(
      ledger_.run(valid(test::a_hold().basket(10'000).exactly(500).request(70)).build()).outcome,
      Outcome::Accepted);
  ASSERT_EQ(
      ledger_.run(valid(test::a_capture().of_hold(70).amount(500).request(71)).build()).outcome,
      Outcome::Accepted);

  EXPECT_EQ(earned(earn(72, 6'000).order(70)), 55) << "the hold's request is its order";
  EXPECT_EQ(earned(earn(73, 6'000).order(71)), 60) << "the capture's is not";
}

TEST_F(Orders, OfAnotherMerchantAreNamedAsSuch) {
  EXPECT_EQ(earned(earn(2, 1'000).order(50)), 10);
  EXPECT_EQ(earned(earn(70, 1'000)), 10);
  ledger_.run(valid(test::a_publication().by(kBakery).request(3)).build());
  const auto reverse = [&](std::uint64_t request, std::uint64_t order) {
    return ledger_
        .run(valid(test::a_reverse().by(kBakery).at(kBakery).of_order(order).request(request))
                 .build())
        .outcome;
  };

  EXPECT_EQ(reverse(4, 50), Outcome::NotYourOrder);
  EXPECT_EQ(reverse(5, 70), Outcome::NotYourOrder);
  EXPECT_EQ(reverse(6, 51), Outcome::UnknownOrder);
}

TEST_F(Orders, AreForgottenAfterTheMemoryOfIds) {
  EXPECT_EQ(earned(earn(2, 1'000).order(50)), 10);
  EXPECT_EQ(earned(earn(70, 1'000)), 10);
  const Timestamp first = ledger_.header.ledger_time;
  const Duration memory = ledger_.chain.genesis.content.parameters.request_memory;

  ledger_.at(first.plus(memory));
  EXPECT_EQ(earned(earn(3, 1'000).order(70)), -1);
  ledger_.at(first.plus(memory).plus(Duration(1)));
  EXPECT_EQ(earned(earn(4, 1'000).order(50)), 10);
  EXPECT_EQ(earned(earn(5, 1'000).order(70)), 10);
}

}  // namespace
}  // namespace tally::execution
