// Vectors X01, X04, X08, X12, X13 and X16 of the page on loyalty: the arithmetic alone.
#include <tally/state/exchange_rate.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::state {
namespace {

Points points(std::int64_t value) {
  return Points::from(value).value();
}
const Rate kThreeToTwo = Rate::from(2, 3).value();  // 3 of A are 2 of B

TEST(ExchangeRate, X01KeepsWithTheMemberWhatBuysNothing) {
  EXPECT_EQ(exchange_in(points(100), kThreeToTwo, 0),
            (Exchanged{points(99), points(0), points(66)}));
}

TEST(ExchangeRate, X04GivesNothingForLessThanAPoint) {
  EXPECT_EQ(exchange_in(points(1), kThreeToTwo, 0)->credit, Points());
}

TEST(ExchangeRate, X08TakesTheFeeFirst) {
  EXPECT_EQ(exchange_in(points(1'000), kThreeToTwo, 200),
            (Exchanged{points(980), points(20), points(653)}));
}

TEST(ExchangeRate, X12IsBidOfTheOneOverAskOfTheOther) {
  const Rate there = cross_rate(8'000, 12'000);
  const Rate back = cross_rate(11'700, 8'400);

  EXPECT_EQ(there, Rate::from(2, 3));
  EXPECT_EQ(back, Rate::from(39, 28));
  EXPECT_EQ(exchange_in(points(100), back, 0), (Exchanged{points(100), points(0), points(139)}));
}

TEST(ExchangeRate, X13SplitsTheCreditOverTheLots) {
  const Exchanged exchanged = exchange_in(points(100), kThreeToTwo, 0).value();

  EXPECT_EQ(credited_so_far(exchanged, points(60)), points(40));
  EXPECT_EQ(credited_so_far(exchanged, points(99)), points(66));
}

TEST(ExchangeRate, X16AddsTheFeeToWhatIsWanted) {
  EXPECT_EQ(exchange_out(points(100), kThreeToTwo, 200),
            (Exchanged{points(150), points(3), points(100)}));
}

TEST(ExchangeRate, RefusesWhatPassesAllPoints) {
  const Rate dear = Rate::from(1, 1'000'000'000).value();
  const Rate cheap = Rate::from(1'000'000'000, 1).value();

  EXPECT_EQ(exchange_out(points(kPointsMax / 1'000), dear, 0), std::nullopt);
  EXPECT_EQ(exchange_in(points(kPointsMax / 1'000), cheap, 0), std::nullopt);
  EXPECT_EQ(exchange_out(points(kPointsMax), Rate::from(1, 1).value(), 1), std::nullopt);
  EXPECT_EQ(exchange_out(points(kPointsMax), Rate::from(1, 1).value(), 0)->charge,
            points(kPointsMax));
}

RC_GTEST_PROP(ExchangeRate, TakesNoMoreThanIsOfferedAndIsFairToLessThanAPoint, ()) {
  const auto part = rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
  const Rate rate = Rate::from(*part, *part).value();
  const Points offered = points(*rc::gen::inRange<std::int64_t>(1, 1'000'000'000));
  const auto fee_bp = *rc::gen::inRange<std::uint32_t>(0, 10'000);
  const auto exchanged = exchange_in(offered, rate, fee_bp);
  if (!exchanged.has_value()) return;

  RC_ASSERT(exchanged->charge.value() + exchanged->fee.value() <= offered.value());
  if (exchanged->credit.is_zero()) return;
  // Who takes on the liability gives no more than it is paid, and less than a point less.
  __extension__ using Wide = __int128;
  const Wide paid = static_cast<Wide>(exchanged->charge.value()) * rate.numerator();
  const Wide given = static_cast<Wide>(exchanged->credit.value()) * rate.denominator();
  RC_ASSERT(given <= paid);
  RC_ASSERT(paid - given < std::max(rate.numerator(), rate.denominator()));
}

RC_GTEST_PROP(ExchangeRate, OfferingWhatWasChargedForGivesTheSame, ()) {
  const auto part = rc::gen::inRange<std::int64_t>(1, 1'000);
  const Rate rate = Rate::from(*part, *part).value();
  const Points wanted = points(*rc::gen::inRange<std::int64_t>(1, 1'000'000'000));
  const Exchanged out = exchange_out(wanted, rate, 0).value();

  const Exchanged in = exchange_in(out.charge, rate, 0).value();

  RC_ASSERT(in.credit >= wanted);
  RC_ASSERT(in.charge <= out.charge);
}

// Back at the inverse rate, or a worse one: what comes is worth at most what went, each way, and
// whole points of the first come back. So c · a ≤ charge · b there and c' · b ≤ charge' · a' back
// with a' ≥ a make c' ≤ charge.
RC_GTEST_PROP(ExchangeRate, ARoundTripNeverGains, ()) {
  const auto part = rc::gen::inRange<std::int64_t>(1, 2'000);
  const std::int64_t a = *part;
  const std::int64_t b = *part;
  const Rate there = Rate::from(b, a).value();
  const Rate back = Rate::from(a, b + *rc::gen::inRange<std::int64_t>(0, 3)).value();
  const auto fee_bp = *rc::gen::inRange<std::uint32_t>(0, 300);
  const auto amount = points(*rc::gen::inRange<std::int64_t>(1, 100'000));
  const auto given = *rc::gen::arbitrary<bool>() ? exchange_in(amount, there, fee_bp)
                                                 : exchange_out(amount, there, fee_bp);

  const auto returned = exchange_in(given->credit, back, 0);

  RC_ASSERT(returned->credit <= given->charge);
}

RC_GTEST_PROP(ExchangeRate, WhatThePiecesGiveRisesAndAddsUp, ()) {
  const auto part = rc::gen::inRange<std::int64_t>(1, 1'000);
  const Rate rate = Rate::from(*part, *part).value();
  const Exchanged exchanged = exchange_out(points(*rc::gen::inRange(1, 5'000)), rate, 0).value();
  const std::int64_t charge = exchanged.charge.value();
  std::int64_t charged = 0;
  Points credited;

  while (charged < charge) {
    charged += *rc::gen::inRange<std::int64_t>(1, charge - charged + 1);
    const Points so_far = credited_so_far(exchanged, points(charged));
    RC_ASSERT(so_far >= credited);
    // Never ahead of its share, nor a point behind it.
    const std::int64_t share = charged * exchanged.credit.value();
    RC_ASSERT(so_far.value() * charge <= share);
    RC_ASSERT(share < (so_far.value() + 1) * charge);
    credited = so_far;
  }

  RC_ASSERT(credited == exchanged.credit);
}

}  // namespace
}  // namespace tally::state
