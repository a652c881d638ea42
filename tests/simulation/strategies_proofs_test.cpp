// That false proofs are false, small steps are small, and floods have an end.
#include <gtest/gtest.h>

#include <set>

#include "simulation/liar_bench.h"
#include "simulation/mutate.h"
#include "support/consensus_samples.h"

namespace tally::sim {
namespace {

using consensus::Certificate;
using consensus::CertifiedBlocks;
using consensus::CertifiedHeader;
using consensus::Phase;
using consensus::Status;
using consensus::Vote;
using consensus::VoteStatement;
using test::node;

constexpr std::uint64_t kSeeds = 40;

TEST(Forged, IsRefusedWhateverTheWay) {
  for (const std::size_t nodes : {4U, 5U, 7U, 8U}) {
    const consensus::Epoch epoch = test::an_epoch(nodes);
    for (const Phase phase : {Phase::Prepare, Phase::Commit, Phase::Checkpoint}) {
      const Certificate good = test::certificate_of(
          epoch, test::a_statement(epoch, phase, Height(3), test::fixed_of<Hash>(9)));
      ASSERT_TRUE(check_certificate(epoch, good).ok());
      for (std::size_t way = 0; way < kForgeries; ++way)
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
          Random random(seed);
          const Certificate bad = forged(good, static_cast<Forgery>(way), epoch, random);
          EXPECT_FALSE(check_certificate(epoch, bad).ok()) << way;
        }
    }
  }
}

TEST(ForgedCertificates, NeverSendsOneThatHoldsWhereItChangedIt) {
  std::size_t forgeries = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("forged_certificates", 4, node(1), seed);
    const CertifiedHeader block = test::certified(bench.epoch, test::sample_header());
    const consensus::Message samples[] = {
        block, test::sample_certificate(),
        CertifiedBlocks{{{test::sample_proposal(), block.header, block.certificate}}}};
    for (const consensus::Message& sample : samples)
      for (const Told& each : bench.send_all(sample)) {
        const bool is_changed = encode_message(each.message) != encode_message(sample);
        EXPECT_NE(is_changed, verifies(each.message, bench.epoch));
        forgeries += is_changed ? 1 : 0;
      }
    for (const Told& each : bench.wait(20)) {
      EXPECT_FALSE(verifies(each.message, bench.epoch));
      ++forgeries;
    }
  }

  EXPECT_GT(forgeries, kSeeds * 5);
}

TEST(Far, VotesFarAwayUnderGoodSignatures) {
  std::set<Height> heights;
  std::set<View> views;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("far", 4, node(1), seed);
    for (const auto& [to, vote] : all_of<Vote>(bench.wait(20))) {
      EXPECT_TRUE(verifies(vote, bench.epoch));
      heights.insert(vote.statement.height);
      views.insert(vote.statement.view);
    }
  }

  EXPECT_GT(heights.rbegin()->value(), std::uint64_t{1} << 60);
  EXPECT_GT(views.rbegin()->value(), std::uint64_t{1} << 60);
  EXPECT_TRUE(heights.contains(Height(65)));
}

TEST(Far, ClaimsFarPlacesInSomeStatuses) {
  std::set<Height> heights;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("far", 4, node(1), seed);
    for (const auto& [to, status] : all_of<Status>(bench.send_all(Status())))
      heights.insert(status.stable);
  }

  EXPECT_TRUE(heights.contains(Height()));
  EXPECT_GT(heights.size(), 3U);
}

/// Three certified blocks.
CertifiedBlocks three_blocks(const consensus::Epoch& epoch) {
  CertifiedBlocks answer;
  consensus::Header parent = test::genesis_of(epoch);
  for (std::uint64_t height = 1; height <= 3; ++height) {
    const auto proposal = test::a_proposal(epoch, Height(height), test::kStart.plus(kHour));
    parent = test::execute(parent, proposal);
    answer.blocks.push_back({proposal, parent, test::certified(epoch, parent).certificate});
  }
  return answer;
}

TEST(LyingSync, NeverAnswersAsAskedAndNeverWithAFalseBlockThatHolds) {
  std::set<std::string> lies;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("lying_sync", 4, node(1), seed);
    const CertifiedBlocks truth = three_blocks(bench.epoch);
    const auto told = all_of<CertifiedBlocks>(bench.send_all(truth));
    if (told.empty()) lies.insert("silence");
    if (told.size() > 3) lies.insert("repetition");
    for (const auto& [to, shown] : told) {
      if (!verifies(shown, bench.epoch)) {
        lies.insert("false");
        continue;
      }
      for (const auto& block : shown.blocks)
        EXPECT_EQ(header_digest(block.header),
                  header_digest(truth.blocks[block.header.height.value() - 1].header));
      if (shown.blocks.empty() || shown.blocks.front().header.height != Height(1))
        lies.insert("other heights");
      else if (shown.blocks.size() < 3)
        lies.insert("too few");
    }
  }

  EXPECT_EQ(lies,
            (std::set<std::string>{"silence", "repetition", "false", "other heights", "too few"}));
}

TEST(LyingSync, ClaimsAHeightThatShrinksLater) {
  LiarBench bench("lying_sync", 4, node(1));
  std::set<Height> claimed;

  for (int i = 0; i < 200; ++i) {
    (void)bench.wait(1);
    for (const auto& [to, status] : all_of<Status>(bench.send_all(Status())))
      claimed.insert(status.stable);
  }

  EXPECT_EQ(claimed, (std::set<Height>{Height(), Height(1'000'000)}));
}

TEST(SmallMutations, AreOneStepOffAndWellSigned) {
  std::size_t changes = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("small_mutations", 4, node(1), seed);
    const VoteStatement before =
        test::a_statement(bench.epoch, Phase::Commit, Height(5), test::fixed_of<Hash>(9), View(3));
    for (int i = 0; i < 20; ++i)
      for (const auto& [to, vote] : all_of<Vote>(bench.send_all(test::a_vote(before, node(1))))) {
        const VoteStatement& after = vote.statement;
        if (after == before) continue;
        ++changes;
        EXPECT_TRUE(crypto::verify(bench.epoch.find(vote.signer)->key, signed_bytes(after),
                                   vote.signature));
        EXPECT_LE(after.view.value() - 2, 2U);
        EXPECT_LE(after.height.value() - 4, 2U);
        EXPECT_LE(after.epoch.value(), 1U);
      }
  }

  EXPECT_GT(changes, kSeeds);
}

TEST(SmallMutations, KeepAProposalAndItsVoteTogether) {
  std::size_t changes = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("small_mutations", 4, node(0), seed);
    const auto fresh =
        test::a_pre_prepare(bench.epoch, test::a_proposal(bench.epoch, Height(5), bench.now.utc));
    for (const auto& [to, shown] : all_of<consensus::PrePrepare>(bench.send_all(fresh))) {
      EXPECT_EQ(shown.vote.statement.digest, proposal_digest(shown.proposal));
      EXPECT_EQ(shown.vote.statement.height, shown.proposal.height);
      changes += shown.vote != fresh.vote ? 1U : 0U;
    }
  }

  EXPECT_GT(changes, 0U);
}

TEST(OtherChains, AddsVotesThatNobodyMayCount) {
  std::size_t strangers = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("other_chains", 4, node(1), seed);
    const Vote vote =
        test::a_vote(bench.epoch, Phase::Commit, Height(5), test::fixed_of<Hash>(9), node(1));
    std::size_t good = 0;
    for (const auto& [to, shown] : all_of<Vote>(bench.send_all(vote))) {
      if (shown == vote) {
        ++good;
        continue;
      }
      ++strangers;
      EXPECT_FALSE(verifies(shown, bench.epoch));
    }
    EXPECT_EQ(good, 3U);
  }

  EXPECT_GT(strangers, 0U);
}

TEST(Flood, HasAnEnd) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("flood", 4, node(1), seed);
    std::vector<Parcel> more;
    std::size_t undecodable = 0;

    for (int i = 0; i < 20; ++i)
      bench.liar->on_time(bench.now, more);

    EXPECT_GE(more.size(), 40U);
    EXPECT_LE(more.size(), 240U);
    for (const Parcel& parcel : more) {
      EXPECT_NE(parcel.to, node(1));
      EXPECT_LT(parcel.frame.size(), 1'000U);
      undecodable += consensus::decode_message(parcel.frame).ok() ? 0U : 1U;
    }
    EXPECT_GT(undecodable, 0U);
    EXPECT_LT(undecodable, more.size());
  }
}

}  // namespace
}  // namespace tally::sim
