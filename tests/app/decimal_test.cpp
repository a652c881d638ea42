// Amounts as logs write them.
#include "app/decimal.h"

#include <gtest/gtest.h>

#include <string>

namespace tally::app {
namespace {

std::int64_t units(const char* text, std::uint8_t exponent) {
  return minor_units_from(*decimal_from(text), exponent)->minor_units();
}

TEST(Decimal, ComesToMinorUnitsExactly) {
  EXPECT_EQ(units("11.77", 2), 1'177);
  EXPECT_EQ(units("0.00", 2), 0);
  EXPECT_EQ(units("12", 2), 1'200);
  EXPECT_EQ(units("12.5", 2), 1'250);
  EXPECT_EQ(units("12.500", 2), 1'250);
  EXPECT_EQ(units("12", 0), 12);
  EXPECT_EQ(units("0.000001", 6), 1);
  EXPECT_EQ(units("00012.30", 2), 1'230);
}

TEST(Decimal, RefusesWhatIsNoPlainAmount) {
  for (const char* text : {"", ".", ".5", "5.", "-1", "+1", "1,5", "1.000.0", "1e3", " 1", "1 ",
                           "0x10", "inf", "4.440892e-16", "1234567890123456789"})
    EXPECT_FALSE(decimal_from(text).ok()) << text;
}

TEST(Decimal, RefusesPlacesThatTheCurrencyDoesNotHave) {
  const Result<Money> money = minor_units_from(*decimal_from("1.005"), 2);

  ASSERT_FALSE(money.ok());
  EXPECT_EQ(money.error().code, ErrorCode::OutOfLimits);
}

TEST(Decimal, RefusesWhatPassesTheLargestAmount) {
  EXPECT_EQ(units("90071992547409.91", 2), (std::int64_t{1} << 53) - 1);
  EXPECT_FALSE(minor_units_from(*decimal_from("90071992547409.92"), 2).ok());
  EXPECT_FALSE(minor_units_from(*decimal_from("999999999999999999"), 6).ok());
}

}  // namespace
}  // namespace tally::app
