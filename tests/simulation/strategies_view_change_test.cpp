// That lies about views are well signed where they can be, and refused where they must be.
#include <gtest/gtest.h>
#include <tally/consensus/view_change.h>

#include <set>

#include "simulation/liar_bench.h"
#include "simulation/mutate.h"

namespace tally::sim {
namespace {

using consensus::Answer;
using consensus::Certificate;
using consensus::Complaint;
using consensus::NewView;
using consensus::Phase;
using consensus::ViewChange;
using test::node;

constexpr std::uint64_t kSeeds = 40;

/// Node `signer`'s word for `view`: it knows block 1, and prepared height 2 in view 1.
ViewChange change_of(const consensus::Epoch& epoch, NodeIndex signer, View view) {
  const auto header = test::execute(test::genesis_of(epoch),
                                    test::a_proposal(epoch, Height(1), test::kStart.plus(kHour)));
  ViewChange change;
  change.chain = epoch.chain;
  change.epoch = epoch.number;
  change.view = view;
  change.stable = test::certified(epoch, header);
  change.prepared = {test::certificate_of(
      epoch,
      test::a_statement(epoch, Phase::Prepare, Height(2), test::fixed_of<Hash>(7), View(1)))};
  return sign_change(std::move(change), signer, test::consensus_key(signer));
}

NewView new_view_of(const consensus::Epoch& epoch, View view) {
  NewView new_view{epoch.chain, epoch.number, view, {}, {}, {}};
  for (std::size_t i = 0; i < epoch.quorum().quorum(); ++i)
    new_view.changes.push_back(change_of(epoch, node(i), view));
  const NodeIndex primary = epoch.primary(view);
  return sign_new_view(std::move(new_view), primary, test::consensus_key(primary));
}

bool is_well_signed(const ViewChange& change, const consensus::Epoch& epoch) {
  return crypto::verify(epoch.find(change.signer)->key, signed_bytes(change), change.signature);
}

TEST(LyingViewChange, ProvesLessOlderOrNothingUnderItsOwnName) {
  std::size_t harmless = 0;
  std::size_t refused = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("lying_view_change", 4, node(1), seed);
    const ViewChange truth = change_of(bench.epoch, node(1), View(2));
    ASSERT_TRUE(verifies(truth, bench.epoch));
    for (const auto& [to, shown] : all_of<ViewChange>(bench.send_all(truth))) {
      EXPECT_EQ(shown.view, View(2));
      EXPECT_EQ(shown.signer, node(1));
      EXPECT_TRUE(is_well_signed(shown, bench.epoch));
      if (shown == truth) continue;
      const bool omits = shown.prepared.empty();
      EXPECT_TRUE(omits || !verifies(shown, bench.epoch));
      (verifies(shown, bench.epoch) ? harmless : refused) += 1;
    }
  }

  EXPECT_GT(harmless, 0U);
  EXPECT_GT(refused, 0U);
}

TEST(LyingViewChange, ShowsAnOlderProofOfTheSameHeight) {
  std::size_t older = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("lying_view_change", 4, node(1), seed);
    const Certificate old = test::certificate_of(
        bench.epoch,
        test::a_statement(bench.epoch, Phase::Prepare, Height(2), test::fixed_of<Hash>(8), View()));
    for (const consensus::VoteSignature& vote : old.votes)
      (void)bench.hear(consensus::Vote{old.statement, vote.signer, vote.signature}, vote.signer);
    for (const auto& [to, shown] :
         all_of<ViewChange>(bench.send_all(change_of(bench.epoch, node(1), View(2)))))
      if (shown.prepared.size() == 1 && shown.prepared.front() == old) {
        EXPECT_TRUE(verifies(shown, bench.epoch));
        ++older;
      }
  }

  EXPECT_GT(older, 0U);
}

TEST(BadNewView, IsWellSignedAndMostlyRefused) {
  std::size_t refused = 0;
  std::size_t held = 0;

  for (std::uint64_t seed = 0; seed < 2 * kSeeds; ++seed) {
    LiarBench bench("bad_new_view", 4, node(2), seed);
    for (std::size_t i = 0; i < 4; ++i)
      if (i != 2) (void)bench.hear(change_of(bench.epoch, node(i), View(2)), node(i));
    const NewView truth = new_view_of(bench.epoch, View(2));
    ASSERT_TRUE(check_new_view(bench.epoch, truth).ok());
    for (const auto& [to, shown] : all_of<NewView>(bench.send_all(truth))) {
      EXPECT_TRUE(check_new_view_signature(bench.epoch, shown).ok());
      EXPECT_EQ(shown.view, View(2));
      if (shown == truth) continue;
      (check_new_view(bench.epoch, shown).ok() ? held : refused) += 1;
    }
  }

  EXPECT_GT(refused, kSeeds);
  EXPECT_GT(held, 0U);
}

TEST(BadNewView, ComesUnaskedToo) {
  LiarBench bench("bad_new_view", 4, node(2));
  EXPECT_TRUE(bench.wait(200).empty());
  (void)bench.hear(change_of(bench.epoch, node(1), View(2)), node(1));

  const auto told = all_of<NewView>(bench.wait(200));

  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(check_new_view_signature(bench.epoch, told.front().second).ok());
  EXPECT_FALSE(check_new_view(bench.epoch, told.front().second).ok());
}

TEST(FalseComplaints, GiveEveryReasonUnderAGoodSignature) {
  LiarBench bench("false_complaints", 4, node(1));
  std::set<consensus::Reason> reasons;
  std::size_t calls = 0;

  const std::vector<Told> told = bench.wait(400);
  for (const auto& [to, complaint] : all_of<Complaint>(told)) {
    EXPECT_TRUE(check_complaint(bench.epoch, complaint).ok());
    EXPECT_EQ(complaint.signer, node(1));
    reasons.insert(complaint.reason);
  }
  for (const auto& [to, change] : all_of<ViewChange>(told)) {
    EXPECT_TRUE(check_view_change(bench.epoch, change).ok());
    ++calls;
  }

  EXPECT_EQ(reasons.size(), 5U);
  EXPECT_GT(calls, 0U);
}

TEST(FalseComplaints, ComeFromAllLiarsAtOnce) {
  LiarBench first("false_complaints", 7, node(1), 1);
  LiarBench second("false_complaints", 7, node(2), 2);
  std::size_t together = 0;

  for (int i = 0; i < 200; ++i) {
    const auto a = all_of<Complaint>(first.wait(1));
    const auto b = all_of<Complaint>(second.wait(1));
    ASSERT_EQ(a.empty(), b.empty());
    if (a.empty()) continue;
    ++together;
    EXPECT_EQ(a.front().second.view, b.front().second.view);
    EXPECT_EQ(a.front().second.reason, b.front().second.reason);
  }

  EXPECT_GT(together, 20U);
}

TEST(LyingAnswers, HideRaiseOrRepeat) {
  std::set<bool> has_votes;
  std::set<Height> heights;
  std::set<std::uint64_t> nonces;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("lying_answers", 4, node(1), seed);
    Answer truth;
    truth.nonce = 9;
    truth.stable = change_of(bench.epoch, node(1), View(2)).stable;
    truth.votes = {test::a_vote(bench.epoch, Phase::Commit, Height(2), Hash(), node(0))};
    for (const auto& [to, shown] : all_of<Answer>(bench.send_all(truth))) {
      has_votes.insert(!shown.votes.empty());
      heights.insert(shown.stable->header.height);
      nonces.insert(shown.nonce);
    }
  }

  EXPECT_EQ(has_votes.size(), 2U);
  EXPECT_EQ(heights, (std::set<Height>{Height(1), Height(1'001)}));
  EXPECT_GT(nonces.size(), 1U);
}

TEST(Heard, KeepsTheCertificatesOfViewChanges) {
  const consensus::Epoch epoch = test::an_epoch(4);
  Heard heard(epoch, node(0));

  EXPECT_TRUE(
      heard.note(node(2), consensus::encode_message(new_view_of(epoch, View(2)))).has_value());

  EXPECT_EQ(heard.view_changes().size(), 3U);
  EXPECT_EQ(heard.certificates(Phase::Prepare).size(), 1U);
  EXPECT_EQ(heard.certified().size(), 1U);
}

TEST(ForgedCertificates, StandInViewChangesToo) {
  std::size_t forgeries = 0;

  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    LiarBench bench("forged_certificates", 4, node(2), seed);
    const ViewChange own = change_of(bench.epoch, node(2), View(2));
    for (const auto& [to, shown] : all_of<ViewChange>(bench.send_all(own))) {
      EXPECT_TRUE(is_well_signed(shown, bench.epoch));
      EXPECT_NE(shown == own, !verifies(shown, bench.epoch));
      forgeries += shown == own ? 0U : 1U;
    }
    const NewView new_view = new_view_of(bench.epoch, View(2));
    for (const auto& [to, shown] : all_of<NewView>(bench.send_all(new_view))) {
      EXPECT_TRUE(check_new_view_signature(bench.epoch, shown).ok());
      EXPECT_EQ(shown == new_view, check_new_view(bench.epoch, shown).ok());
      forgeries += shown == new_view ? 0U : 1U;
    }
  }

  EXPECT_GT(forgeries, kSeeds);
}

}  // namespace
}  // namespace tally::sim
