// Starts: what a node remembers, what it asks, and the way back of one that forgot.
#include <gmock/gmock.h>

#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::Answer;
using consensus::Learner;
using consensus::LearnerStage;
using ::testing::HasSubstr;

TEST(Recovery, AsksItsPeersBeforeTheFirstVote) {
  LoneReplica replica(4, node(1));
  replica.restart();
  const Proposal proposal = replica.next(id_bytes(1));
  const auto asked = replica.tick().all<consensus::Status>();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].nonce, replica.nonce());

  EXPECT_TRUE(
      replica.hear(a_pre_prepare(replica.epoch, proposal), node(0)).votes(Phase::Prepare).empty());
  EXPECT_THAT(replica.replica().pending(), HasSubstr("its peers' answers (0 of 2)"));
  (void)replica.hear(Answer{replica.nonce() + 1, {}, {}, {}, {}}, node(2));
  (void)replica.hear(Answer{replica.nonce(), {}, {}, {}, {}}, node(2));
  (void)replica.hear(Answer{replica.nonce(), {}, {}, {}, {}}, node(2));
  EXPECT_FALSE(replica.replica().is_voting()) << "one peer's, twice, and one to another question";

  const Said said = replica.hear(Answer{replica.nonce(), {}, {}, {}, {}}, node(0));

  EXPECT_EQ(said.votes(Phase::Prepare).size(), 1U);
}

TEST(Recovery, AnswersWhoAsks) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  (void)replica.hear_vote(Phase::Commit, proposal, 3);
  (void)replica.hear(a_view_change(replica.epoch, View(3), node(3)), node(3));
  consensus::Status status;
  status.nonce = 77;

  const auto answers = replica.hear(status, node(3)).all<Answer>();

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].nonce, 77U);
  ASSERT_EQ(answers[0].votes.size(), 1U);
  EXPECT_EQ(answers[0].votes[0].statement.phase, Phase::Commit);
  EXPECT_EQ(answers[0].view_change->view, View(3));
}

TEST(Recovery, ResumesInsideViewChange) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  (void)replica.hear(a_view_change(replica.epoch, View(2), node(2)), node(2));
  const Said left = replica.hear(a_view_change(replica.epoch, View(2), node(3)), node(3));
  ASSERT_EQ(left.all<ViewChange>().size(), 1U);

  replica.restart_answered();

  EXPECT_TRUE(replica.replica().is_changing());
  EXPECT_EQ(replica.replica().view(), View(2));
  EXPECT_TRUE(replica.hear_vote(Phase::Prepare, proposal, 2).votes(Phase::Commit).empty());
  consensus::Status behind;
  const auto again = replica.hear(behind, node(0)).all<ViewChange>();
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0], left.all<ViewChange>()[0]) << "the same bytes";
}

TEST(Recovery, ResumesInsideALaterViewChangeToo) {
  LoneReplica replica(4, node(1));
  const auto change = [&](View view, std::size_t i) {
    return a_view_change(replica.epoch, view, node(i));
  };
  (void)replica.hear(a_new_view(replica.epoch, View(3),
                                {change(View(3), 0), change(View(3), 2), change(View(3), 3)}),
                     node(3));
  ASSERT_EQ(replica.replica().view(), View(3));
  (void)replica.hear(change(View(4), 2), node(2));
  (void)replica.hear(change(View(4), 3), node(3));

  replica.restart_answered();

  EXPECT_TRUE(replica.replica().is_changing());
  EXPECT_EQ(replica.replica().view(), View(4));
}

TEST(Recovery, ResumesInTheViewThatItEntered) {
  LoneReplica replica(4, node(2));
  const Proposal proposal = replica.next(id_bytes(1));
  const Certificate prepared = certificate_of(
      replica.epoch,
      a_statement(replica.epoch, Phase::Prepare, Height(1), proposal_digest(proposal)));
  const auto change = [&](std::size_t i) {
    return a_view_change(replica.epoch, View(1), node(i), {}, {prepared});
  };
  (void)replica.hear(a_new_view(replica.epoch, View(1), {change(0), change(1), change(3)}),
                     node(1));

  replica.restart_answered();

  EXPECT_EQ(replica.replica().view(), View(1));
  EXPECT_FALSE(replica.replica().is_changing());
  EXPECT_EQ(replica.hear(consensus::ProposalBody{proposal}, node(0)).votes(Phase::Prepare).size(),
            1U)
      << "what the new-view chose is still to be prepared";
}

TEST(Recovery, LostLogDoesNotVote) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  const Vote forgotten = replica.hear_vote(Phase::Prepare, proposal, 2).votes(Phase::Commit).at(0);
  replica.log = storage::VoteLog();
  replica.restart();

  const Said said = replica.hear(Answer{replica.nonce(), {}, {forgotten}, {}, {}}, node(2));
  (void)replica.hear(Answer{replica.nonce(), {}, {}, {}, {}}, node(3));

  ASSERT_EQ(said.records.size(), 1U);
  EXPECT_EQ(std::get<Learner>(said.records[0]).stage, LearnerStage::Asking);
  EXPECT_FALSE(replica.replica().is_voting());
  EXPECT_TRUE(
      replica.hear(a_pre_prepare(replica.epoch, proposal), node(0)).votes(Phase::Prepare).empty());
  replica.restart_answered();
  EXPECT_TRUE(replica.replica().learner().has_value()) << "a restart does not forget it";
}

TEST(Recovery, AnEmptyLogAmongBlocksIsALearner) {
  LoneReplica replica(4, node(1));
  Header header = replica.ledger.front();
  header.height = Height(7);
  replica.restart();

  (void)replica.hear(Answer{replica.nonce(), certified(replica.epoch, header), {}, {}, {}},
                     node(0));

  ASSERT_TRUE(replica.replica().learner().has_value());
  EXPECT_EQ(replica.replica().learner()->stage, LearnerStage::Asking);
  // It asks anew: what was answered before may be older than what is lost.
  const auto asked = replica.tick().all<consensus::Status>();
  EXPECT_NE(asked.at(0).nonce, replica.nonce());
}

TEST(Recovery, ALearnerComesBackInAViewAboveAllThatItForgot) {
  LoneReplica replica(4, node(1));
  replica.log = storage::VoteLog();
  (void)replica.log.append_and_sync(
      std::vector<consensus::VoteRecord>{Learner{LearnerStage::Asking, Height(), View()}});
  replica.restart_answered();
  ASSERT_EQ(replica.replica().learner()->stage, LearnerStage::Following);
  EXPECT_EQ(replica.replica().learner()->limit, Height(2)) << "two windows above what is certified";
  const auto follow = [&](const Proposal& proposal) {
    (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
    for (const std::size_t signer : {0U, 2U, 3U})
      EXPECT_TRUE(replica.hear_vote(Phase::Commit, proposal, signer).votes(Phase::Commit).empty());
    (void)replica.execute(proposal);
    for (const std::size_t signer : {0U, 2U, 3U})
      (void)replica.hear(a_checkpoint(replica.ledger.back(), node(signer)), node(signer));
  };
  follow(replica.next(id_bytes(1)));
  follow(replica.next(id_bytes(2)));
  EXPECT_EQ(replica.replica().learner()->stage, LearnerStage::Following);
  follow(replica.next(id_bytes(3)));
  ASSERT_EQ(replica.replica().learner()->stage, LearnerStage::Returning);

  const auto change = [&](std::size_t i) { return a_view_change(replica.epoch, View(2), node(i)); };
  (void)replica.hear(change(0), node(0));
  const Said joined = replica.hear(change(3), node(3));
  EXPECT_EQ(joined.all<ViewChange>().size(), 1U) << "it may join a view change again";
  (void)replica.hear(a_new_view(replica.epoch, View(2), {change(0), change(2), change(3)}),
                     node(2));

  EXPECT_FALSE(replica.replica().learner().has_value());
  replica.pass(Duration(100));
  const Proposal proposal = replica.next(id_bytes(4));
  EXPECT_EQ(replica.hear(a_pre_prepare(replica.epoch, proposal, View(2)), node(2))
                .votes(Phase::Prepare)
                .size(),
            1U);
}

TEST(Recovery, AGuardRebuiltFromAnyPrefixNeverContradictsIt) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  (void)replica.hear_vote(Phase::Prepare, proposal, 2);
  (void)replica.hear(a_view_change(replica.epoch, View(2), node(2)), node(2));
  (void)replica.hear(a_view_change(replica.epoch, View(2), node(3)), node(3));
  const std::vector<consensus::VoteRecord> history = replica.log.history();
  const Hash other = fixed_of<Hash>(9);

  for (std::size_t size = 0; size <= history.size(); ++size) {
    const std::vector<consensus::VoteRecord> prefix(history.begin(),
                                                    history.begin() + static_cast<long>(size));
    consensus::SignGuard guard(consensus_key(node(1)), node(1), replica.epoch, prefix);
    for (const consensus::VoteRecord& record : prefix) {
      if (const auto* voted = std::get_if<consensus::Voted>(&record)) {
        VoteStatement contradiction = voted->vote.statement;
        contradiction.digest = other;
        EXPECT_FALSE(guard.sign(contradiction).ok()) << size;
      }
      if (std::holds_alternative<consensus::Changing>(record)) {
        EXPECT_FALSE(
            guard.sign(a_statement(replica.epoch, Phase::Commit, Height(1), other, View(1))).ok())
            << size;
      }
    }
  }
}

}  // namespace
}  // namespace tally::test
