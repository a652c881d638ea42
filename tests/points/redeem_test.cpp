// Redeem: the five steps of design/loyalty.md §10, and what is taken.
#include "points/spending_fixture.h"

#include <rapidcheck/gtest.h>

namespace tally::points {
namespace {

using test::a_redeem;
using test::money;

class Redeeming : public SpendingFixture {
 protected:
  /// P points = M minor units, at most a percentage, minimum and step as given.
  void rule(std::int64_t p, std::int64_t m, std::int64_t minimum, std::int64_t step,
            int percent = 100) {
    change([&](Programme& rules) {
      rules.redeem.price_points = test::points(p);
      rules.redeem.price_money = money(m);
      rules.redeem.minimum = test::points(minimum);
      rules.redeem.step = test::points(step);
      rules.redeem.max_percent = static_cast<std::uint8_t>(percent);
    });
  }
  void change_rule(void (*how)(RedeemRule&)) {
    change([&](Programme& rules) { how(rules.redeem); });
  }
  Outcome redeem(const test::RedeemBuilder& builder) { return run<Redeem>(builder.build()); }
};

TEST_F(Redeeming, HoldsMinimumAndStep_D01) {
  rule(1, 1, 500, 100);
  enrol(1, {{.amount = 1'000}});

  EXPECT_EQ(redeem(a_redeem().exactly(450)), Outcome::BelowMinimum);
  EXPECT_EQ(redeem(a_redeem().exactly(550)), Outcome::InvalidStep);
  EXPECT_EQ(redeem(a_redeem().exactly(600)), Outcome::Accepted);
  EXPECT_EQ(available(1), 400);
}

TEST_F(Redeeming, CapsUpToByTheBasketAndRoundsDownToTheStep_D02) {
  rule(1, 1, 500, 100, 50);
  enrol(1, {{.amount = 5'000}});

  EXPECT_EQ(redeem(a_redeem().basket(1'999).up_to(5'000)), Outcome::Accepted);
  EXPECT_EQ(lines(LineKind::Redeemed), std::vector<std::int64_t>{900});
  EXPECT_EQ(receipt.value, money(900));
}

TEST_F(Redeeming, LeavesWhatBuysNothingWithTheMember_D03) {
  rule(150, 100, 1, 1);
  enrol(1, {{.amount = 1'000}});

  ASSERT_EQ(redeem(a_redeem().exactly(1'000)), Outcome::Accepted);

  EXPECT_EQ(receipt.value, money(666));
  EXPECT_EQ(lines(LineKind::Redeemed), std::vector<std::int64_t>{999});
  EXPECT_EQ(available(1), 1);
}

TEST_F(Redeeming, TakesNoPartOfABasketThatWantsPointsOnly_D05) {
  change_rule([](RedeemRule& rule) { rule.mixed = false; });
  enrol(1, {{.amount = 1'800}});

  EXPECT_EQ(redeem(a_redeem().basket(2'500).up_to(5'000)), Outcome::InsufficientAvailable);
  EXPECT_EQ(available(1), 1'800);
  EXPECT_EQ(redeem(a_redeem().basket(1'800).up_to(5'000)), Outcome::Accepted);
}

TEST_F(Redeeming, TellsMinimumBalanceAndBasketApart_D06) {
  rule(1, 1, 500, 100, 50);
  enrol(1, {{.amount = 480}});
  enrol(2, {{.amount = 5'000}});

  EXPECT_EQ(redeem(a_redeem().basket(10'000).up_to(5'000)), Outcome::BelowMinimum);
  EXPECT_EQ(redeem(a_redeem().basket(10'000).exactly(600)), Outcome::InsufficientAvailable);
  EXPECT_EQ(redeem(a_redeem().of(test::member(2)).basket(1'999).exactly(1'000)),
            Outcome::AboveMaximum);
  EXPECT_EQ(available(1) + available(2), 5'480);
}

TEST_F(Redeeming, LeavesOutWhatPointsMayNotPay_D07) {
  rule(1, 1, 1, 1, 50);
  enrol(1, {{.amount = 5'000}});

  ASSERT_EQ(redeem(a_redeem().basket(3'000).excluded(1'000).up_to(5'000)), Outcome::Accepted);

  EXPECT_EQ(receipt.value, money(1'000));
  EXPECT_EQ(available(1), 4'000);
}

TEST_F(Redeeming, RefusesWhatBuysLessThanTheSmallestCoin) {
  rule(150, 100, 1, 1);
  enrol(1, {{.amount = 10}});

  EXPECT_EQ(redeem(a_redeem().exactly(1)), Outcome::BelowMinUnit);
  EXPECT_EQ(redeem(a_redeem().exactly(2)), Outcome::Accepted);
}

TEST_F(Redeeming, NeverPaysMoreThanTheBasket) {
  rule(1, 100, 1, 1);  // a point is worth a euro
  enrol(1, {{.amount = 100}});

  ASSERT_EQ(redeem(a_redeem().basket(950).exactly(10)), Outcome::Accepted);

  EXPECT_EQ(receipt.value, money(950));
  EXPECT_EQ(available(1), 90);
  EXPECT_EQ(redeem(a_redeem().basket(950).exactly(11)), Outcome::AboveMaximum);
}

TEST_F(Redeeming, TakesLotsFirstExpiredFirstOut_L06) {
  rule(1, 1, 1, 1);
  const Timestamp expiry = test::kStart.plus(kDay);
  enrol(1, {{10, expiry, Timestamp(2'000)},
            {10, expiry, Timestamp(1'000)},
            {10, expiry, Timestamp(2'000)}});

  ASSERT_EQ(redeem(a_redeem().exactly(25)), Outcome::Accepted);

  EXPECT_EQ(lines(LineKind::Redeemed), (std::vector<std::int64_t>{10, 10, 5}));
  EXPECT_EQ(receipt.lines[0].lot.transaction.index, 1U);
  EXPECT_EQ(receipt.lines[1].lot.transaction.index, 0U);
  EXPECT_EQ(receipt.lines[2].lot.transaction.index, 2U);
  EXPECT_EQ(head(1).redemptions, 1U);
  EXPECT_EQ(totals().redeemed, test::points(25));
  EXPECT_EQ(totals().redemptions, 1U);
}

TEST_F(Redeeming, AsksForTheMembersSignatureAboveALimit) {
  change_rule([](RedeemRule& rule) { rule.consent_above = test::points(500); });
  enrol(1, {{.amount = 5'000}});
  const crypto::PrivateKey key = test::key_from_seed(77);
  const auto wish = a_redeem().exactly(501).consented_by(key, chain.id);

  EXPECT_EQ(redeem(a_redeem().exactly(500)), Outcome::Accepted);
  EXPECT_EQ(redeem(a_redeem().exactly(501)), Outcome::ConsentRequired);
  EXPECT_EQ(redeem(wish), Outcome::ConsentRequired) << "the key is not on the ledger";

  state::KeyRecord record;
  record.key = key.public_key();
  record.role = Role::Member;
  record.member = test::member(1);
  const auto put = [&] { write([&](auto& delta) { EXPECT_TRUE(put_key(delta, record).ok()); }); };
  record.purpose = Purpose::Tls;
  put();
  EXPECT_EQ(redeem(wish), Outcome::ConsentRequired) << "a key for TLS signs nothing";
  record.purpose = Purpose::Sign;
  record.member = test::member(2);
  put();
  EXPECT_EQ(redeem(wish), Outcome::ConsentRequired) << "another member's";
  record.member = test::member(1);
  record.valid_until = now;
  put();
  EXPECT_EQ(redeem(wish), Outcome::ConsentRequired) << "its time is over";
  record.valid_until = now.plus(Duration(1));
  put();
  EXPECT_EQ(redeem(wish), Outcome::Accepted);
}

TEST_F(Redeeming, RefusesWhatItDoesNotKnow) {
  enrol(1, {{.amount = 500}});

  EXPECT_EQ(redeem(a_redeem().at(test::kBakery)), Outcome::UnknownProgramme);
  EXPECT_EQ(redeem(a_redeem().of(test::member(9))), Outcome::UnknownMember);
  EXPECT_EQ(redeem(a_redeem().in("USD")), Outcome::CurrencyNotAccepted);
  EXPECT_EQ(redeem(a_redeem().basket(0).up_to(500)), Outcome::BelowMinimum);
}

TEST_F(Redeeming, RefusesFrozenAndClosedMembers_M04) {
  using state::AccountState;
  enrol(1, {{.amount = 500}});

  set_state(1, AccountState::Soft);
  EXPECT_EQ(redeem(a_redeem()), Outcome::MemberFrozen);
  set_state(1, AccountState::Fraud);
  EXPECT_EQ(redeem(a_redeem()), Outcome::MemberFrozen);
  set_state(1, AccountState::Closed);
  EXPECT_EQ(redeem(a_redeem()), Outcome::MemberClosed);
  set_state(1, AccountState::Open);
  EXPECT_EQ(redeem(a_redeem()), Outcome::Accepted);
}

TEST_F(Redeeming, StopsAtTheVelocityLimit_V02) {
  change([](Programme& rules) {
    rules.velocity = {{.what = VelocityWhat::Redeem,
                       .window = Period::Day,
                       .times = 0,
                       .points = test::points(5'000),
                       .flags = false}};
  });
  enrol(1, {{.amount = 10'000}});
  ASSERT_EQ(redeem(a_redeem().basket(100'000).exactly(4'900)), Outcome::Accepted);

  EXPECT_EQ(redeem(a_redeem().exactly(101)), Outcome::VelocityLimit);
  EXPECT_EQ(redeem(a_redeem().exactly(100)), Outcome::Accepted);
  EXPECT_EQ(redeem(a_redeem().exactly(1)), Outcome::VelocityLimit);
  now = now.plus(kDay);
  EXPECT_EQ(redeem(a_redeem().exactly(1)), Outcome::Accepted);
}

TEST_F(Redeeming, KeepsTheMembersIdleLotsAlive_L07) {
  change([](Programme& rules) {
    rules.expiry = {};
    rules.expiry.kind = ExpiryKind::Inactivity;
    rules.expiry.months = 18;
  });
  enrol(1, {{.amount = 500}});
  now = test::utc(2026, 5, 1);

  ASSERT_EQ(redeem(a_redeem()), Outcome::Accepted);

  // The last day is 1 November 2027; local time is an hour ahead.
  EXPECT_EQ(head(1).idle_at, test::utc(2027, 11, 2).minus(kHour));
  EXPECT_EQ(head(1).standing.last_activity, now);
}

TEST_F(Redeeming, TakesFromAtMost4096LotsAtOnce) {
  rule(1, 1, 1, 1);
  enrol(1, std::vector<LotSpec>(4'097, LotSpec{.amount = 1}));

  EXPECT_EQ(redeem(a_redeem().basket(10'000).exactly(4'097)), Outcome::InsufficientAvailable);
  EXPECT_EQ(available(1), 4'097);
  EXPECT_EQ(redeem(a_redeem().basket(10'000).exactly(4'096)), Outcome::Accepted);
  EXPECT_EQ(available(1), 1);
}

TEST_F(Redeeming, TakesFromFewLotsWhereTheBlockIsFull) {
  rule(1, 1, 1, 1);
  enrol(1, std::vector<LotSpec>(17, LotSpec{.amount = 1}));
  block_is_full = true;

  EXPECT_EQ(redeem(a_redeem().basket(10'000).exactly(17)), Outcome::InsufficientAvailable);
  EXPECT_EQ(redeem(a_redeem().basket(10'000).exactly(16)), Outcome::Accepted);
}

// Charge and value of any price: nobody pays more than the cap, no point buys nothing.
RC_GTEST_FIXTURE_PROP(Redeeming, ChargesExactlyWhatTheValueCosts, ()) {
  const auto p = *rc::gen::inRange<std::int64_t>(1, 2'000);
  const auto m = *rc::gen::inRange<std::int64_t>(1, 2'000);
  const auto basket = *rc::gen::inRange<std::int64_t>(0, 100'000);
  const auto percent = *rc::gen::inRange(1, 101);
  const auto balance = *rc::gen::inRange<std::int64_t>(1, 100'000);
  rule(p, m, 1, 1, percent);
  enrol(1, {{.amount = balance}});

  const Outcome outcome = redeem(a_redeem().basket(basket).up_to(100'000));

  const std::int64_t charge = balance - available(1);
  const std::int64_t value = receipt.value.minor_units();
  RC_ASSERT((outcome == Outcome::Accepted) == (value > 0));
  RC_ASSERT(value <= basket * percent / 100);
  if (outcome == Outcome::Accepted) RC_ASSERT(charge == (value * p + m - 1) / m);
  const std::int64_t best = std::min(basket * percent / 100, balance * m / p);
  RC_ASSERT(value == best || (charge * m / p >= best));
}

}  // namespace
}  // namespace tally::points
