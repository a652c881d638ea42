// What truthful liars leave unsaid, or say too late or too often.
#include <gtest/gtest.h>

#include <set>

#include "simulation/liar_bench.h"

namespace tally::sim {
namespace {

using consensus::Phase;
using test::node;

consensus::PrePrepare proposal_of(const LiarBench& bench, Height height) {
  return test::a_pre_prepare(bench.epoch, test::a_proposal(bench.epoch, height, bench.now.utc));
}

TEST(Withhold, DropsSomeFramesAndNeverChangesOne) {
  std::size_t dropped = 0;
  std::size_t kept = 0;

  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t height = 1; height <= 4; ++height) {
      LiarBench bench("withhold", 7, node(0), seed);
      const auto fresh = proposal_of(bench, Height(height));
      const std::vector<Told> told = bench.send_all(fresh);
      dropped += 6 - told.size();
      kept += told.size();
      for (const Told& each : told)
        EXPECT_EQ(encode_message(each.message), encode_message(fresh));
    }

  EXPECT_GT(dropped, 0U);
  EXPECT_GT(kept, 0U);
}

TEST(Delay, StaysBelowTheTimeout) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    LiarBench bench("delay", 4, node(0), seed);
    const std::vector<Told> told = bench.send_all(proposal_of(bench, Height(1)));
    ASSERT_EQ(told.size(), 3U);
    for (const Told& each : told) {
      EXPECT_LT(each.delay, bench.epoch.request_timeout);
      EXPECT_GE(each.delay.milliseconds(), bench.epoch.request_timeout.milliseconds() / 2);
    }
  }
}

TEST(Few, SpeaksOfOneHeightToTheSameFewAtMostQuorumLessOne) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    LiarBench bench("few", 7, node(0), seed);
    const auto fresh = proposal_of(bench, Height(1));
    const auto vote =
        test::a_vote(bench.epoch, Phase::Commit, Height(1), fresh.vote.statement.digest, node(0));
    std::set<NodeIndex> of_proposal;
    std::set<NodeIndex> of_vote;
    for (const Told& each : bench.send_all(fresh))
      of_proposal.insert(each.to);
    for (const Told& each : bench.send_all(vote))
      of_vote.insert(each.to);
    EXPECT_EQ(of_proposal, of_vote);
    EXPECT_LE(of_proposal.size(), bench.epoch.quorum().quorum() - 1);
    EXPECT_GE(of_proposal.size(), bench.epoch.quorum().quorum() - 2);
  }
}

TEST(Few, KeepsQuietOfNothingThatHasNoHeight) {
  LiarBench bench("few", 7, node(0));
  EXPECT_EQ(bench.send_all(consensus::Status()).size(), 6U);
}

TEST(Replay, SaysAgainWhatOthersSaid) {
  LiarBench bench("replay", 4, node(0));
  const auto vote = test::a_vote(bench.epoch, Phase::Commit, Height(1), Hash(), node(2));
  EXPECT_TRUE(bench.wait(20).empty());

  (void)bench.hear(vote, node(2));
  const std::vector<Told> told = bench.wait(100);

  ASSERT_FALSE(told.empty());
  for (const Told& each : told)
    EXPECT_EQ(std::get<consensus::Vote>(each.message), vote);
}

TEST(Burst, KeepsAllForOneMoment) {
  LiarBench bench("burst", 4, node(0));
  std::set<Timestamp> arrivals;
  std::size_t late = 0;

  for (int i = 0; i < 200; ++i) {
    bench.now.monotonic = bench.now.monotonic.plus(Duration(10));
    for (const Told& each : bench.send_all(proposal_of(bench, Height(1)))) {
      if (each.delay == Duration()) continue;
      ++late;
      arrivals.insert(bench.now.monotonic.plus(each.delay));
    }
  }

  EXPECT_GT(late, 50U);
  EXPECT_LE(arrivals.size(), 6U);
}

}  // namespace
}  // namespace tally::sim
