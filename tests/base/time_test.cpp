// Timestamps and durations stop at both ends of time.
#include <tally/base/time.h>

#include <gtest/gtest.h>

#include <tally/base/ids.h>

namespace tally {
namespace {

TEST(Timestamp, StopsAtNever) {
  const Timestamp late(Timestamp::never().milliseconds() - 5);

  EXPECT_EQ(late.plus(Duration(4)).milliseconds(), Timestamp::never().milliseconds() - 1);
  EXPECT_EQ(late.plus(Duration(5)), Timestamp::never());
  EXPECT_EQ(late.plus(Duration(6)), Timestamp::never());
  EXPECT_EQ(Timestamp::never().plus(kDay), Timestamp::never());
  EXPECT_EQ(Timestamp().plus(Duration(~std::uint64_t{0})), Timestamp::never());
}

TEST(Timestamp, StopsAtZero) {
  EXPECT_EQ(Timestamp(5).minus(Duration(4)), Timestamp(1));
  EXPECT_EQ(Timestamp(5).minus(Duration(5)), Timestamp());
  EXPECT_EQ(Timestamp(5).minus(Duration(6)), Timestamp());
}

TEST(Timestamp, MeasuresTheSpanSinceAnEarlierOne) {
  EXPECT_EQ(Timestamp(9).since(Timestamp(4)), Duration(5));
  EXPECT_EQ(Timestamp(4).since(Timestamp(9)), Duration());
  EXPECT_EQ(Timestamp(4).since(Timestamp(4)), Duration());
}

TEST(StrongInteger, StepsAndCompares) {
  EXPECT_EQ(Height(7).next(), Height(8));
  EXPECT_LT(Height(7), Height(8));
  EXPECT_EQ(NodeIndex().value(), 0);
}

}  // namespace
}  // namespace tally
