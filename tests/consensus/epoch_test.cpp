// Quorums, and who is primary.
#include "support/consensus_builders.h"

namespace tally::test {
namespace {

using consensus::Quorum;

TEST(Quorum, OverlapHoldsACorrectNode) {
  for (std::size_t n = 1; n <= 64; ++n) {
    const Quorum quorum(n);
    const std::size_t f = quorum.faulty();
    const std::size_t q = quorum.quorum();

    EXPECT_LT(3 * f, n);
    EXPECT_GE(3 * (f + 1), n);
    EXPECT_LE(q, n - f) << "the correct nodes alone are a quorum, n " << n;
    EXPECT_GE(2 * q - n, f + 1) << "two quorums share a correct node, n " << n;
    EXPECT_LT(2 * (q - 1), n + f + 1) << "one less would not do, n " << n;
    EXPECT_EQ(quorum.weak(), f + 1);
  }
}

TEST(Quorum, IsTheDesignsTable) {
  constexpr std::size_t kFaulty[] = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5};
  constexpr std::size_t kQuorum[] = {3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10, 10, 11};

  for (std::size_t n = 4; n <= 16; ++n) {
    EXPECT_EQ(Quorum(n).faulty(), kFaulty[n - 4]) << n;
    EXPECT_EQ(Quorum(n).quorum(), kQuorum[n - 4]) << n;
  }
}

TEST(Epoch, EachNodeIsPrimaryInTurn) {
  const Epoch epoch = an_epoch(4);

  EXPECT_EQ(epoch.primary(View(0)), node(0));
  EXPECT_EQ(epoch.primary(View(3)), node(3));
  EXPECT_EQ(epoch.primary(View(4)), node(0));
  EXPECT_EQ(epoch.primary(View(~std::uint64_t{0})), node(3));
  EXPECT_NE(epoch.find(node(3)), nullptr);
  EXPECT_EQ(epoch.find(node(4)), nullptr);
}

}  // namespace
}  // namespace tally::test
