// Points: the two ends of their range, and sums that pass them.
#include <tally/base/points.h>

#include <limits>

#include <gtest/gtest.h>

namespace tally {
namespace {

constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();

TEST(Points, AreZeroToTwoToThe53LessOne) {
  EXPECT_EQ(kPointsMax, 9'007'199'254'740'991);
  EXPECT_EQ(Points::from(0)->value(), 0);
  EXPECT_EQ(Points::from(kPointsMax)->value(), kPointsMax);
  EXPECT_FALSE(Points::from(kPointsMax + 1).has_value());
  EXPECT_FALSE(Points::from(-1).has_value());
  EXPECT_FALSE(Points::from(kMin64).has_value());
  EXPECT_FALSE(Points::from(kMax64).has_value());
}

TEST(Points, AddUpToTheLimitAndNoFurther) {
  const Points most = *Points::from(kPointsMax);
  const Points one = *Points::from(1);

  EXPECT_EQ(checked_add(*Points::from(kPointsMax - 1), one), most);
  EXPECT_EQ(checked_add(most, Points()), most);
  EXPECT_EQ(checked_add(most, one), std::nullopt);
  EXPECT_EQ(checked_add(most, most), std::nullopt);
}

TEST(Points, SubtractDownToZeroAndNoFurther) {
  const Points most = *Points::from(kPointsMax);
  const Points one = *Points::from(1);

  EXPECT_EQ(checked_subtract(most, most), Points());
  EXPECT_EQ(checked_subtract(one, Points()), one);
  EXPECT_EQ(checked_subtract(Points(), one), std::nullopt);
  EXPECT_EQ(checked_subtract(Points(), most), std::nullopt);
}

TEST(Points, AreLeftAsFarAsTheyWent) {
  const Points one = *Points::from(1);
  const Points two = *Points::from(2);

  EXPECT_EQ(left_of(two, one), one);
  EXPECT_EQ(left_of(two, two), Points());
  EXPECT_EQ(left_of(one, two), Points());
}

TEST(Points, SmallerIsTheLesserOfTwo) {
  const Points one = *Points::from(1);
  const Points two = *Points::from(2);

  EXPECT_EQ(smaller(one, two), one);
  EXPECT_EQ(smaller(two, one), one);
  EXPECT_EQ(smaller(two, two), two);
  EXPECT_TRUE(Points().is_zero());
  EXPECT_FALSE(one.is_zero());
}

}  // namespace
}  // namespace tally
