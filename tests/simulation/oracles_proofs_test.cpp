// Each way in which a proof can lie, told to the oracle: it must see it.
#include "simulation/oracles_proofs.h"

#include <gtest/gtest.h>

#include "simulation/page_encoding.h"
#include "support/consensus_builders.h"

namespace tally::sim {
namespace {

using namespace tally::test;

class Proofs : public ::testing::Test {
 protected:
  /// Whether the oracle objects to a correct node that sends `message`.
  bool objects_to(const consensus::Message& message) {
    Verdict verdict;
    ProofOracle oracle(epoch, verdict);
    oracle.on_send("node 0", message);
    return verdict.failure().has_value() && verdict.failure()->oracle == "P1";
  }
  Proposal proposal(Height height) const { return a_proposal(epoch, height, kStart.plus(kHour)); }
  Certificate prepared(View view, Height height) const {
    return certificate_of(
        epoch, a_statement(epoch, Phase::Prepare, height, fixed_of<Hash>(height.value()), view));
  }
  NewView new_view(View view) const {
    std::vector<ViewChange> changes;
    for (std::size_t i = 0; i < 3; ++i)
      changes.push_back(a_view_change(epoch, view, node(i), block, {prepared(View(), Height(2))}));
    return a_new_view(epoch, view, std::move(changes));
  }

  Epoch epoch = an_epoch(4);
  Header header = test::execute(genesis_of(epoch), proposal(Height(1)));
  CertifiedHeader block = certified(epoch, header);
};

TEST_F(Proofs, AllowsWhatHolds) {
  EXPECT_FALSE(objects_to(a_pre_prepare(epoch, proposal(Height(1)))));
  EXPECT_FALSE(objects_to(a_checkpoint(header, node(2))));
  EXPECT_FALSE(objects_to(block));
  EXPECT_FALSE(objects_to(new_view(View(5))));
  EXPECT_FALSE(objects_to(a_complaint(epoch, View(1), node(3), Height(), {})));
}

TEST_F(Proofs, SeesAVoteWhoseSignatureIsOfAnotherView) {
  Vote vote = a_vote(epoch, Phase::Prepare, Height(1), fixed_of<Hash>(1), node(1));
  vote.statement.view = View(1);

  EXPECT_TRUE(objects_to(vote));
}

TEST_F(Proofs, SeesAPrePrepareForAnotherProposal) {
  PrePrepare fresh = a_pre_prepare(epoch, proposal(Height(1)));
  fresh.proposal.time = fresh.proposal.time.plus(Duration(1));

  EXPECT_TRUE(objects_to(fresh));
}

TEST_F(Proofs, SeesACertificateThatCountsOneSignerTwice) {
  CertifiedHeader twice = block;
  twice.certificate.votes[1] = twice.certificate.votes[0];

  EXPECT_TRUE(objects_to(twice));
}

TEST_F(Proofs, SeesACertificateOfTooFew) {
  CertifiedHeader few = block;
  few.certificate.votes.pop_back();

  EXPECT_TRUE(objects_to(few));
}

TEST_F(Proofs, SeesACertificateThatIsShownForAnotherHeader) {
  CertifiedHeader other = block;
  other.header.height = Height(2);

  EXPECT_TRUE(objects_to(other));
}

TEST_F(Proofs, SeesACertificateOfAnotherPhase) {
  EXPECT_TRUE(objects_to(prepared(View(), Height(1))));  // commits alone travel so
  EXPECT_TRUE(objects_to(a_view_change(
      epoch, View(1), node(1), {},
      {certificate_of(epoch, a_statement(epoch, Phase::Commit, Height(1), fixed_of<Hash>(1)))})));
}

TEST_F(Proofs, SeesAViewChangeWhoseProofsAreOutOfPlace) {
  const auto change = [&](std::vector<Certificate> proofs) {
    return a_view_change(epoch, View(2), node(1), block, std::move(proofs));
  };

  EXPECT_FALSE(objects_to(change({prepared(View(1), Height(2))})));
  EXPECT_TRUE(objects_to(change({prepared(View(2), Height(2))})));  // not below
  EXPECT_TRUE(objects_to(change({prepared(View(1), Height(1))})));  // stable
  EXPECT_TRUE(objects_to(change({prepared(View(1), Height(3))})));  // above the window
}

TEST_F(Proofs, SeesABadMemberOfANewView) {
  NewView repeated = new_view(View(5));
  repeated.changes[1] = repeated.changes[0];
  NewView few = new_view(View(5));
  few.changes.pop_back();
  NewView mixed = new_view(View(5));
  mixed.changes[2] = a_view_change(epoch, View(6), node(2));

  EXPECT_TRUE(objects_to(a_new_view(epoch, View(5), repeated.changes)));
  EXPECT_TRUE(objects_to(a_new_view(epoch, View(5), few.changes)));
  EXPECT_TRUE(objects_to(a_new_view(epoch, View(5), mixed.changes)));
}

TEST_F(Proofs, SeesWhatALogHolds) {
  Verdict verdict;
  ProofOracle oracle(epoch, verdict);
  CertifiedHeader few = block;
  few.certificate.votes.pop_back();

  oracle.on_logged("node 0", consensus::Stable{block});
  EXPECT_FALSE(verdict.failure().has_value());
  oracle.on_logged("node 0", consensus::Stable{few});
  EXPECT_TRUE(verdict.failure().has_value());
}

TEST(PageEncoding, HasTheQuorumsOfThePage) {
  constexpr std::size_t kQuorums[] = {3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10, 10, 11};
  for (std::size_t n = 4; n <= 16; ++n)
    EXPECT_EQ(page::quorum(n), kQuorums[n - 4]) << n;
}

}  // namespace
}  // namespace tally::sim
