// Amounts as people read them.
#include "app/amount_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace tally::app {
namespace {

TEST(AmountText, PutsThePointWhereTheCurrencyHasIt) {
  EXPECT_EQ(amount_text(1'234, 2), "12.34");
  EXPECT_EQ(amount_text(1'234, 0), "1234");
  EXPECT_EQ(amount_text(1'234, 3), "1.234");
  EXPECT_EQ(amount_text(5, 2), "0.05");
  EXPECT_EQ(amount_text(0, 2), "0.00");
}

TEST(AmountText, KeepsTheSignInFront) {
  EXPECT_EQ(amount_text(-5, 2), "-0.05");
  EXPECT_EQ(amount_text(-123'456, 2), "-1234.56");
  EXPECT_EQ(amount_text(std::numeric_limits<std::int64_t>::min(), 2), "-92233720368547758.08");
}

TEST(AmountText, ShowsEachMicroUnit) {
  EXPECT_EQ(amount_text(MicroUnits::from(980'000).value()), "0.980000");
  EXPECT_EQ(amount_text(MicroUnits::from(-7'891).value()), "-0.007891");
  EXPECT_EQ(amount_text(MicroUnits::from(1'234'567'891).value()), "1234.567891");
}

TEST(AmountText, LeavesNoughtsBehindAPriceOut) {
  EXPECT_EQ(price_text(8'000), "0.008");
  EXPECT_EQ(price_text(8'400), "0.0084");
  EXPECT_EQ(price_text(1'000'000), "1.0");
  EXPECT_EQ(price_text(0), "0.0");
}

TEST(AmountText, TellsPartsPerMillionAsPerCent) {
  EXPECT_EQ(percent_text(725'000), "72.5%");
  EXPECT_EQ(percent_text(1'000'000), "100.0%");
  EXPECT_EQ(percent_text(1), "0.0001%");
}

}  // namespace
}  // namespace tally::app
