// How far a command is, in words; and latencies.
#include "app/progress_bar.h"

#include <gtest/gtest.h>

namespace tally::app {
namespace {

TEST(ProgressLine, TellsBarShareRateAndTimeLeft) {
  EXPECT_EQ(progress_line({"earns", 30'000, 60'000, 15'000}),
            "earns  [############............]  50 %  30,000 of 60,000  2,000/s  0:15 left");
}

TEST(ProgressLine, TellsTheTimeTakenAtTheEnd) {
  EXPECT_EQ(progress_line({"earns", 10, 10, 61'000}),
            "earns  [########################]  100 %  10 of 10  0/s  in 1:01");
}

TEST(ProgressLine, NeedsNoTotalNorAnyProgress) {
  EXPECT_EQ(progress_line({"earns", 500, 0, 1'000}), "earns  500  500/s  0:01");
  EXPECT_EQ(progress_line({"earns", 0, 5, 0}),
            "earns  [........................]  0 %  0 of 5  0/s");
}

TEST(SecondBySecond, ShowsAPauseAndHowLongItWas) {
  EXPECT_EQ(second_by_second({2'000, 0, 1'000, 10}),
            "    1 s        2,000  ##################################################\n"
            "    2 s            0\n"
            "    3 s        1,000  #########################\n"
            "    4 s           10\n");
  EXPECT_EQ(second_by_second({}), "");
  EXPECT_EQ(second_by_second({0}), "    1 s            0\n");
}

TEST(Latencies, GiveTheNearestRank) {
  Latencies latencies;
  EXPECT_EQ(latencies.percentile(50), 0U);
  for (std::uint64_t ms = 100; ms >= 1; --ms)
    latencies.add(ms);

  EXPECT_EQ(latencies.percentile(50), 50U);
  EXPECT_EQ(latencies.percentile(99), 99U);
  EXPECT_EQ(latencies.percentile(100), 100U);
  EXPECT_EQ(latencies.percentile(1), 1U);
}

}  // namespace
}  // namespace tally::app
