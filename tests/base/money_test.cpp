// Money, rates, and muldiv at every rounding and at both ends of its 128-bit product.
#include <tally/base/money.h>

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally {
namespace {

constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();
constexpr Rounding kAllRoundings[] = {Rounding::Floor, Rounding::Ceil, Rounding::HalfUp,
                                      Rounding::HalfEven};

/// a·n/d by subtraction alone, for small numbers: shares no arithmetic with muldiv.
std::int64_t naive_muldiv(std::int64_t a, std::int64_t n, std::int64_t d, Rounding rounding) {
  std::int64_t left = a * n;
  std::int64_t quotient = 0;
  while (left >= d) {
    left -= d;
    ++quotient;
  }
  const bool is_half = 2 * left == d;
  const bool is_above_half = 2 * left > d;
  const bool is_odd = quotient % 2 != 0;
  const bool up = (rounding == Rounding::Ceil && left > 0) ||
                  (rounding == Rounding::HalfUp && (is_half || is_above_half)) ||
                  (rounding == Rounding::HalfEven && (is_above_half || (is_half && is_odd)));
  return up ? quotient + 1 : quotient;
}

TEST(Money, IsZeroToTwoToThe53LessOne) {
  EXPECT_EQ(Money::from(0)->minor_units(), 0);
  EXPECT_EQ(Money::from((std::int64_t{1} << 53) - 1)->minor_units(), 9'007'199'254'740'991);
  EXPECT_FALSE(Money::from(std::int64_t{1} << 53).has_value());
  EXPECT_FALSE(Money::from(-1).has_value());
  EXPECT_FALSE(Money::from(kMax64).has_value());
}

TEST(Rate, IsReduced) {
  const std::optional<Rate> rate = Rate::from(150, 10'000);

  ASSERT_TRUE(rate.has_value());
  EXPECT_EQ(rate->numerator(), 3);
  EXPECT_EQ(rate->denominator(), 200);
  EXPECT_EQ(rate, Rate::from(3, 200));
}

TEST(Rate, HasPartsFromOneToABillion) {
  constexpr std::int64_t kBillion = 1'000'000'000;

  EXPECT_TRUE(Rate::from(kBillion, 1).has_value());
  EXPECT_TRUE(Rate::from(1, kBillion).has_value());
  EXPECT_TRUE(Rate::from(kBillion, kBillion - 1).has_value());
  EXPECT_FALSE(Rate::from(kBillion + 1, kBillion).has_value());
  EXPECT_FALSE(Rate::from(1, kBillion + 1).has_value());
  EXPECT_EQ(Rate::from(2 * kBillion, 2), Rate::from(kBillion, 1));
  EXPECT_FALSE(Rate::from(kMax64, kMax64 - 1).has_value());
}

TEST(Rate, RefusesZeroAndNegativeParts) {
  EXPECT_FALSE(Rate::from(0, 1).has_value());
  EXPECT_FALSE(Rate::from(1, 0).has_value());
  EXPECT_FALSE(Rate::from(-1, 1).has_value());
  EXPECT_FALSE(Rate::from(1, -1).has_value());
  EXPECT_FALSE(Rate::from(-1, -1).has_value());
  EXPECT_FALSE(Rate::from(std::numeric_limits<std::int64_t>::min(), 1).has_value());
}

TEST(Muldiv, RoundsEachWayAsNamed) {
  struct Case {
    std::int64_t a, n, d, floor, ceil, half_up, half_even;
  };
  constexpr Case kCases[] = {
      {0, 0, 1, 0, 0, 0, 0}, {0, 9, 7, 0, 0, 0, 0}, {6, 1, 2, 3, 3, 3, 3},    {1, 1, 2, 0, 1, 1, 0},
      {3, 1, 2, 1, 2, 2, 2}, {5, 1, 2, 2, 3, 3, 2}, {1, 1, 3, 0, 1, 0, 0},    {2, 1, 3, 0, 1, 1, 1},
      {7, 1, 5, 1, 2, 1, 1}, {8, 1, 5, 1, 2, 2, 2}, {99, 1, 100, 0, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1},
  };

  for (const Case& c : kCases) {
    SCOPED_TRACE(testing::Message() << c.a << " * " << c.n << " / " << c.d);
    EXPECT_EQ(muldiv(c.a, c.n, c.d, Rounding::Floor), c.floor);
    EXPECT_EQ(muldiv(c.a, c.n, c.d, Rounding::Ceil), c.ceil);
    EXPECT_EQ(muldiv(c.a, c.n, c.d, Rounding::HalfUp), c.half_up);
    EXPECT_EQ(muldiv(c.a, c.n, c.d, Rounding::HalfEven), c.half_even);
  }
}

TEST(Muldiv, AgreesWithRepeatedSubtraction) {
  for (std::int64_t a = 0; a <= 24; ++a)
    for (std::int64_t n = 0; n <= 12; ++n)
      for (std::int64_t d = 1; d <= 17; ++d)
        for (const Rounding rounding : kAllRoundings)
          ASSERT_EQ(muldiv(a, n, d, rounding), naive_muldiv(a, n, d, rounding))
              << a << " * " << n << " / " << d;
}

TEST(Muldiv, HoldsTheLargestProduct) {
  for (const Rounding rounding : kAllRoundings) {
    EXPECT_EQ(muldiv(kMax64, kMax64, kMax64, rounding), kMax64);
    EXPECT_EQ(muldiv(kMax64, 1, 1, rounding), kMax64);
    EXPECT_EQ(muldiv(kMax64, kMax64, 1, rounding), std::nullopt);
    EXPECT_EQ(muldiv(kMax64, 2, 1, rounding), std::nullopt);
  }
}

TEST(Muldiv, OverflowsOnlyWhereTheQuotientDoes) {
  constexpr std::int64_t kTwoTo62 = std::int64_t{1} << 62;

  EXPECT_EQ(muldiv(kTwoTo62, 3, 2, Rounding::Floor), std::int64_t{3} << 61);
  EXPECT_EQ(muldiv(kTwoTo62, 4, 2, Rounding::Floor), std::nullopt);
  EXPECT_EQ(muldiv(kMax64 - 1, kMax64, kMax64, Rounding::Ceil), kMax64 - 1);
  EXPECT_EQ(muldiv(kMax64, kMax64, kMax64 - 1, Rounding::Floor), std::nullopt);
}

TEST(Muldiv, OverflowsByRoundingAlone) {
  // (2^64 − 1) / 2 is 2^63 − 1 and a half, and 2^64 − 1 is the product of these two.
  constexpr std::int64_t kA = 4'294'967'295;
  constexpr std::int64_t kB = 4'294'967'297;

  EXPECT_EQ(muldiv(kA, kB, 2, Rounding::Floor), kMax64);
  EXPECT_EQ(muldiv(kA, kB, 2, Rounding::Ceil), std::nullopt);
  EXPECT_EQ(muldiv(kA, kB, 2, Rounding::HalfUp), std::nullopt);
  EXPECT_EQ(muldiv(kA, kB, 2, Rounding::HalfEven), std::nullopt);
}

TEST(Muldiv, HalfOfAnOddLargestDivisorIsNoTie) {
  // d = 2^63 − 1 is odd: d/2 lies between two integers, and neither is a tie.
  constexpr std::int64_t kBelowHalf = kMax64 / 2;

  EXPECT_EQ(muldiv(kBelowHalf, 1, kMax64, Rounding::HalfUp), 0);
  EXPECT_EQ(muldiv(kBelowHalf + 1, 1, kMax64, Rounding::HalfUp), 1);
  EXPECT_EQ(muldiv(kBelowHalf, 1, kMax64, Rounding::HalfEven), 0);
  EXPECT_EQ(muldiv(kBelowHalf + 1, 1, kMax64, Rounding::HalfEven), 1);
  EXPECT_EQ(muldiv(std::int64_t{1} << 61, 1, std::int64_t{1} << 62, Rounding::HalfUp), 1);
  EXPECT_EQ(muldiv(std::int64_t{1} << 61, 1, std::int64_t{1} << 62, Rounding::HalfEven), 0);
}

RC_GTEST_PROP(Muldiv, StaysWithinOneOfFloorAndInOrder, ()) {
  const auto a = *rc::gen::inRange<std::int64_t>(0, kMax64);
  const auto n = *rc::gen::inRange<std::int64_t>(0, 1'000'000'001);
  const auto d = *rc::gen::inRange<std::int64_t>(1, 1'000'000'001);

  const auto floor = muldiv(a, n, d, Rounding::Floor);
  RC_PRE(floor.value_or(kMax64) < kMax64);
  const auto ceil = muldiv(a, n, d, Rounding::Ceil);

  // a·n − floor·d is below d, so 64 bits hold it, whatever its terms wrap to.
  const std::uint64_t rest = static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(n) -
                             static_cast<std::uint64_t>(*floor) * static_cast<std::uint64_t>(d);
  RC_ASSERT(rest < static_cast<std::uint64_t>(d));
  RC_ASSERT(ceil == *floor + (rest == 0 ? 0 : 1));
  for (const Rounding half : {Rounding::HalfUp, Rounding::HalfEven}) {
    const auto rounded = muldiv(a, n, d, half);
    RC_ASSERT(rounded == *floor || rounded == *ceil);
    if (2 * rest != static_cast<std::uint64_t>(d))
      RC_ASSERT(rounded == (2 * rest > static_cast<std::uint64_t>(d) ? *ceil : *floor));
  }
}

TEST(MuldivDeathTest, StopsOnNegativeInputAndOnZeroDivisor) {
  EXPECT_DEATH((void)muldiv(-1, 1, 1, Rounding::Floor), "CHECK failed: a >= 0");
  EXPECT_DEATH((void)muldiv(1, -1, 1, Rounding::Floor), "CHECK failed: n >= 0");
  EXPECT_DEATH((void)muldiv(1, 1, 0, Rounding::Floor), "CHECK failed: d > 0");
}

}  // namespace
}  // namespace tally
