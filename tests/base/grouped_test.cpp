// Numbers for people.
#include <gtest/gtest.h>
#include <tally/base/grouped.h>

namespace tally {
namespace {

TEST(Grouped, PutsACommaBeforeEachThousand) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(2'453'159), "2,453,159");
}

}  // namespace
}  // namespace tally
