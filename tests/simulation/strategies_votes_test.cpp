// That two-faced liars sign two things, each as well as an honest node signs one.
#include <gtest/gtest.h>
#include <tally/model/submission.h>

#include <map>
#include <set>

#include "simulation/liar_bench.h"
#include "simulation/mutate.h"

namespace tally::sim {
namespace {

using consensus::Checkpoint;
using consensus::Phase;
using consensus::PrePrepare;
using consensus::Proposal;
using consensus::ProposalBody;
using consensus::Vote;
using test::node;

constexpr std::uint64_t kSeeds = 40;

PrePrepare fresh_at(const LiarBench& bench, Height height, Bytes payload = {}) {
  return test::a_pre_prepare(
      bench.epoch, test::a_proposal(bench.epoch, height, bench.now.utc, std::move(payload)));
}

TEST(TwoProposals, SignsTwoDigestsForOneSlotAndStandsByBoth) {
  std::set<std::size_t> faces;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("two_proposals", 4, node(0), seed);
    const PrePrepare fresh = fresh_at(bench, Height(1));
    std::map<NodeIndex, consensus::Hash> believes;
    std::set<consensus::Hash> digests;
    for (const auto& [to, shown] : all_of<PrePrepare>(bench.send_all(fresh))) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      EXPECT_EQ(shown.proposal.height, Height(1));
      EXPECT_EQ(shown.vote.statement.view, View());
      believes[to] = shown.vote.statement.digest;
      digests.insert(shown.vote.statement.digest);
    }
    EXPECT_EQ(believes.size(), 3U);
    faces.insert(digests.size());

    const Vote commit =
        test::a_vote(bench.epoch, Phase::Commit, Height(1), fresh.vote.statement.digest, node(0));
    for (const auto& [to, shown] : all_of<Vote>(bench.send_all(commit))) {
      EXPECT_EQ(shown.statement.digest, believes[to]);
      EXPECT_TRUE(verifies(shown, bench.epoch));
    }
    for (const auto& [to, digest] : believes) {
      if (digest == fresh.vote.statement.digest) continue;
      const auto bodies =
          all_of<ProposalBody>(bench.hear(consensus::FetchProposal{Height(1), digest}, to));
      ASSERT_EQ(bodies.size(), 1U);
      EXPECT_EQ(proposal_digest(bodies.front().second.proposal), digest);
    }
  }

  EXPECT_EQ(faces, (std::set<std::size_t>{1, 2}));
}

TEST(TwoProposals, LeavesOthersWordsAlone) {
  LiarBench bench("two_proposals", 4, node(1), 3);
  const PrePrepare fresh = fresh_at(bench, Height(1));

  for (const auto& [to, shown] : all_of<PrePrepare>(bench.send_all(fresh)))
    EXPECT_EQ(shown.vote, fresh.vote);
}

TEST(TwoVotes, SignsTwoDigestsForOneSlot) {
  std::set<consensus::Hash> digests;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("two_votes", 4, node(2), seed);
    (void)bench.hear(fresh_at(bench, Height(1)), node(0));
    const Vote vote =
        test::a_vote(bench.epoch, Phase::Prepare, Height(1), test::fixed_of<Hash>(9), node(2));
    for (const auto& [to, shown] : all_of<Vote>(bench.send_all(vote))) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      EXPECT_EQ(shown.statement.height, Height(1));
      EXPECT_EQ(shown.statement.phase, Phase::Prepare);
      digests.insert(shown.statement.digest);
    }
  }

  EXPECT_TRUE(digests.contains(test::fixed_of<Hash>(9)));
  EXPECT_GE(digests.size(), 3U);
}

TEST(FalseHeaders, SignsAHeaderThatNobodyExecuted) {
  std::size_t lies = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("false_headers", 4, node(1), seed);
    const auto header = test::execute(test::genesis_of(bench.epoch),
                                      test::a_proposal(bench.epoch, Height(1), bench.now.utc));
    for (const auto& [to, shown] :
         all_of<Checkpoint>(bench.send_all(test::a_checkpoint(header, node(1))))) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      EXPECT_EQ(shown.header.height, Height(1));
      if (shown.header != header) ++lies;
    }
  }

  EXPECT_GT(lies, kSeeds);
}

TEST(BlockTime, ProposesOneTimeToAllAndOftenAnOddOne) {
  std::size_t odd = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("block_time", 4, node(0), seed);
    std::set<Timestamp> times;
    for (const auto& [to, shown] : all_of<PrePrepare>(bench.send_all(fresh_at(bench, Height(1))))) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      times.insert(shown.proposal.time);
    }
    EXPECT_EQ(times.size(), 1U);
    if (!times.contains(bench.now.utc)) ++odd;
  }

  EXPECT_GT(odd, kSeeds / 3);
}

TEST(Censor, LosesOneMerchantsSubmissionsAndNoOthers) {
  std::set<std::size_t> victims;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("censor", 4, node(0), seed);
    std::set<std::size_t> lost;
    std::vector<Bytes> all;
    for (std::size_t i = 0; i < 4; ++i) {
      const MerchantId merchant(static_cast<std::uint32_t>(i + 1));
      const auto key = test::key_from_seed(i + 1);
      all.push_back(
          seal_submission(bench.epoch.chain, {test::an_earn().by(merchant).build()}, key));
      (void)bench.hear(consensus::SharedSubmission{all.back()}, node(1));
      EXPECT_EQ(bench.heard_last, bench.liar->admits(all.back(), bench.now));
      if (!bench.heard_last) lost.insert(i);
    }
    ASSERT_EQ(lost.size(), 1U);
    victims.insert(*lost.begin());

    const std::vector<ByteView> views(all.begin(), all.end());
    const PrePrepare fresh = fresh_at(bench, Height(1), encode_payload(views));
    for (const auto& [to, shown] : all_of<PrePrepare>(bench.send_all(fresh))) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      const auto kept = decode_payload(shown.proposal.payload).value();
      EXPECT_EQ(kept.size(), 3U);
      for (const ByteView bytes : kept)
        EXPECT_NE(to_bytes(bytes), all[*lost.begin()]);
    }
  }

  EXPECT_EQ(victims.size(), 4U);
}

TEST(Filler, ProposesWhatWasOrderedBeforeOrNothing) {
  std::size_t old = 0;
  std::size_t empty = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("filler", 4, node(0), seed);
    const auto sealed = [&bench](std::uint64_t request) {
      const Bytes bytes = seal_submission(
          bench.epoch.chain, {test::an_earn().request(request).build()}, test::key_from_seed(1));
      const ByteView views[] = {bytes};
      return encode_payload(views);
    };
    const PrePrepare before = fresh_at(bench, Height(1), sealed(1));
    (void)bench.hear(before, node(3));
    const PrePrepare fresh = fresh_at(bench, Height(2), sealed(2));
    std::set<Bytes> shown_payloads;
    for (const auto& [to, shown] : all_of<PrePrepare>(bench.send_all(fresh))) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      EXPECT_EQ(shown.proposal.height, Height(2));
      shown_payloads.insert(shown.proposal.payload);
    }
    ASSERT_EQ(shown_payloads.size(), 1U);
    if (*shown_payloads.begin() == before.proposal.payload) ++old;
    if (shown_payloads.begin()->empty()) ++empty;
  }

  EXPECT_GT(old, kSeeds / 5);
  EXPECT_GT(empty, 0U);
  EXPECT_LT(old + empty, kSeeds);
}

TEST(ForgedSubmissions, ChangesOneSignatureAndNoContent) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("forged_submissions", 4, node(0), seed);
    std::vector<Bytes> all;
    for (std::uint64_t request = 1; request <= 3; ++request)
      all.push_back(seal_submission(bench.epoch.chain, {test::an_earn().request(request).build()},
                                    test::key_from_seed(1)));
    const std::vector<ByteView> views(all.begin(), all.end());
    const PrePrepare fresh = fresh_at(bench, Height(1), encode_payload(views));

    const auto told = all_of<PrePrepare>(bench.send_all(fresh));

    ASSERT_EQ(told.size(), 3U);
    for (const auto& [to, shown] : told) {
      EXPECT_TRUE(verifies(shown, bench.epoch));
      const auto kept = decode_payload(shown.proposal.payload).value();
      ASSERT_EQ(kept.size(), all.size());
      std::size_t forged = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        const Submission submission = decode_submission(kept[i]).value();
        EXPECT_EQ(submission.transactions, decode_submission(all[i]).value().transactions);
        if (!verify_submission(kept[i], bench.epoch.chain).ok()) ++forged;
      }
      EXPECT_EQ(forged, 1U);
    }
  }
}

/// Two liars of seven, the primary among them.
class ConspiracyOfTwo : public ::testing::Test {
 protected:
  ConspiracyOfTwo() {
    for (std::size_t i = 0; i < 2; ++i)
      liars_.push_back(std::make_unique<Liar>(
          LiarSeat{epoch_, node(i), keys_[i], {{node(0), &keys_[0]}, {node(1), &keys_[1]}}, 77},
          std::vector<StrategyWindow>{{"conspiracy", Timestamp(), Timestamp::never(), i}}));
  }

  const consensus::Epoch epoch_ = test::an_epoch(7);
  const crypto::PrivateKey keys_[2] = {test::consensus_key(node(0)), test::consensus_key(node(1))};
  const consensus::Now now_{Timestamp(1'000), test::kStart.plus(kHour)};
  std::vector<std::unique_ptr<Liar>> liars_;
};

TEST_F(ConspiracyOfTwo, ShowsEachNodeOneWorldAndBothWorldsToSomebody) {
  const PrePrepare fresh =
      test::a_pre_prepare(epoch_, test::a_proposal(epoch_, Height(1), now_.utc));
  std::vector<Parcel> parcels;
  for (std::size_t i = 1; i < 7; ++i)
    parcels.push_back({node(i), encode_message(fresh), Duration()});

  liars_[0]->on_send(parcels, now_);
  Bytes shown_to_second;
  for (const Parcel& parcel : parcels)
    if (parcel.to == node(1) && shown_to_second.empty()) shown_to_second = parcel.frame;
  ASSERT_TRUE(liars_[1]->on_hear(node(0), shown_to_second, now_, parcels));

  std::map<NodeIndex, std::set<consensus::Hash>> worlds;
  std::map<NodeIndex, std::map<Phase, std::set<NodeIndex>>> votes;
  std::set<consensus::Hash> all;
  for (const Parcel& parcel : parcels) {
    const auto message = consensus::decode_message(parcel.frame).value();
    EXPECT_TRUE(verifies(message, epoch_));
    if (parcel.to == node(1)) continue;
    const Vote vote = vote_in(message).value();
    worlds[parcel.to].insert(vote.statement.digest);
    votes[parcel.to][vote.statement.phase].insert(vote.signer);
    all.insert(vote.statement.digest);
  }
  EXPECT_EQ(all.size(), 2U);
  for (std::size_t i = 2; i < 7; ++i) {
    EXPECT_EQ(worlds[node(i)].size(), 1U) << i;
    EXPECT_EQ(votes[node(i)][Phase::Prepare].size(), 2U) << i;
    EXPECT_EQ(votes[node(i)][Phase::Commit].size(), 2U) << i;
  }
}

TEST_F(ConspiracyOfTwo, SignsWhateverHeaderAnHonestNodeComesTo) {
  const auto header =
      test::execute(test::genesis_of(epoch_), test::a_proposal(epoch_, Height(1), now_.utc));
  std::vector<Parcel> more;

  (void)liars_[1]->on_hear(node(5), encode_message(test::a_checkpoint(header, node(5))), now_,
                           more);

  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more.front().to, node(5));
  const auto echo = consensus::decode_message(more.front().frame).value();
  EXPECT_TRUE(verifies(echo, epoch_));
  EXPECT_EQ(std::get<Checkpoint>(echo).header, header);
  EXPECT_EQ(std::get<Checkpoint>(echo).signer, node(1));
}

}  // namespace
}  // namespace tally::sim
