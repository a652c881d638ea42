#include <tally/base/micro_units.h>

#include <gtest/gtest.h>

namespace tally {
namespace {

constexpr std::int64_t kMost = (std::int64_t{1} << 62) - 1;

MicroUnits micro(std::int64_t value) {
  return MicroUnits::from(value).value();
}

TEST(MicroUnits, HasARangeThatASumOfTwoNeverLeavesUnseen) {
  EXPECT_EQ(MicroUnits::from(kMost + 1), std::nullopt);
  EXPECT_EQ(MicroUnits::from(-kMost - 1), std::nullopt);
  EXPECT_EQ(checked_add(micro(kMost), micro(1)), std::nullopt);
  EXPECT_EQ(checked_add(micro(-kMost), micro(-1)), std::nullopt);
  EXPECT_EQ(checked_add(micro(kMost), micro(-kMost)), micro(0));
  EXPECT_EQ(micro(kMost).negated(), micro(-kMost));
}

TEST(MicroUnits, PricesPointsExactly) {
  EXPECT_EQ(price_of(Points::from(101).value(), 8'000), micro(808'000));
  EXPECT_EQ(price_of(Points(), 1'000'000'000), micro(0));
  EXPECT_EQ(price_of(Points::from(kPointsMax).value(), 512), micro(kPointsMax * 512));
  EXPECT_EQ(price_of(Points::from(kPointsMax).value(), 513), std::nullopt);
  EXPECT_EQ(price_of(Points::from(kPointsMax).value(), 1'000'000'000), std::nullopt);
}

TEST(MicroUnits, KnowsHowManyAMinorUnitHas) {
  EXPECT_EQ(micro_units_in_minor(0), 1'000'000);
  EXPECT_EQ(micro_units_in_minor(2), 10'000);
  EXPECT_EQ(micro_units_in_minor(3), 1'000);
  EXPECT_EQ(micro_units_in_minor(6), 1);
}

TEST(MicroUnits, SplitsOffWholeMinorUnitsOfTheAmountWithoutItsSign) {
  EXPECT_EQ(split_minor(micro(1'234'567'891), 2).minor_units, 123'456);
  EXPECT_EQ(split_minor(micro(1'234'567'891), 2).rest, micro(7'891));
  EXPECT_EQ(split_minor(micro(-1'234'567'891), 2).minor_units, -123'456);
  EXPECT_EQ(split_minor(micro(-1'234'567'891), 2).rest, micro(-7'891));
  EXPECT_EQ(split_minor(micro(-9'999), 2).minor_units, 0);
}

}  // namespace
}  // namespace tally
