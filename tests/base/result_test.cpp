// Result, TRY and Error.
#include <tally/base/result.h>

#include <memory>

#include <gtest/gtest.h>

namespace tally {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return malformed("odd number");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY(const int once, half(number));
  TRY(const int twice, half(once));
  return twice;
}

Result<void> require_quarter(int number) {
  TRY_VOID(quarter(number));
  return {};
}

TEST(Result, HoldsAValue) {
  const Result<int> result = half(8);

  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, 4);
  EXPECT_EQ(result.value(), 4);
}

TEST(Result, HoldsAnError) {
  const Result<int> result = half(7);

  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
  EXPECT_EQ(result.error().message, "odd number");
}

TEST(Result, IsPassedUpByTry) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message, "odd number");
  EXPECT_TRUE(require_quarter(8).ok());
  EXPECT_EQ(require_quarter(7).error().message, "odd number");
}

TEST(Result, MovesAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);

  const std::unique_ptr<int> taken = std::move(result).value();

  EXPECT_EQ(*taken, 3);
}

TEST(Error, TakesContextInFront) {
  const Error error = with_context("node.toml", Error{ErrorCode::Io, "no such file"});

  EXPECT_EQ(error.code, ErrorCode::Io);
  EXPECT_EQ(error.message, "node.toml: no such file");
}

TEST(ResultDeathTest, StopsWhenTheWrongHalfIsTaken) {
  EXPECT_DEATH((void)half(7).value(), "odd number");
  EXPECT_DEATH((void)half(8).error(), "CHECK failed");
  EXPECT_DEATH((void)Result<void>().error(), "CHECK failed");
}

TEST(CheckDeathTest, NamesTheConditionAndThePlaceAndAborts) {
  const int points = -1;

  EXPECT_EXIT(CHECK(points >= 0), testing::KilledBySignal(SIGABRT),
              "CHECK failed: points >= 0 at .*result_test.cpp:[0-9]+");
}

TEST(Check, LetsATrueConditionPassAndEvaluatesItOnce) {
  int evaluations = 0;

  CHECK(++evaluations == 1);

  EXPECT_EQ(evaluations, 1);
}

}  // namespace
}  // namespace tally
