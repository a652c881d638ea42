// What is kept of open heights, and of no others.
#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::FetchProposal;
using consensus::ProposalBody;
using consensus::Status;

/// The slots that the replica tells its peers of.
std::vector<consensus::SlotStatus> slots_of(LoneReplica& replica) {
  const std::vector<Status> told = replica.tick().all<Status>();
  CHECK(told.size() == 1);
  return told.front().slots;
}

TEST(Window, OnePeerCannotMoveIt) {
  LoneReplica replica(4, node(1));
  const Hash digest = fixed_of<Hash>(5);

  for (std::uint64_t i = 0; i < 500; ++i) {
    const Height height(1 + i * i * i);
    for (const Phase phase : {Phase::Prepare, Phase::Commit}) {
      const VoteStatement far = a_statement(replica.epoch, phase, height, digest, View(i));
      const Said said = replica.hear(a_vote(far, node(2)), node(2));
      EXPECT_TRUE(said.records.empty());
      EXPECT_TRUE(said.messages.empty());
    }
    Header header = test::execute(replica.ledger.back(), replica.next());
    header.height = height;
    EXPECT_TRUE(replica.hear(a_checkpoint(header, node(2)), node(2)).records.empty());
  }

  EXPECT_EQ(replica.replica().stable(), Height());
  EXPECT_EQ(replica.replica().view(), View());
  EXPECT_LE(slots_of(replica).size(), 1U);
  replica.finish(replica.next());
}

TEST(Window, EarlyVotesCountOnce) {
  LoneReplica replica(4, node(1));
  const Proposal first = replica.next();
  const Proposal second = a_proposal(replica.epoch, Height(2), replica.now.utc.plus(Duration(1)));
  (void)replica.hear(a_pre_prepare(replica.epoch, second), node(0));
  for (int repeat = 0; repeat < 3; ++repeat)
    EXPECT_TRUE(replica.hear_vote(Phase::Commit, second, 2).records.empty());

  replica.finish(first);
  const Said after = replica.tick();

  EXPECT_TRUE(after.execute.empty()) << "one signer's early commit is no quorum";
  (void)replica.hear_vote(Phase::Commit, second, 0);
  const Said quorum = replica.hear_vote(Phase::Commit, second, 3);
  ASSERT_EQ(quorum.execute.size(), 1U) << "with it, three are";
  EXPECT_EQ(quorum.execute[0].proposal, second);
}

TEST(Window, EarlyProposalIsPreparedWhenItsHeightOpens) {
  LoneReplica replica(4, node(1));
  const Proposal first = replica.next();
  const Proposal second = a_proposal(replica.epoch, Height(2), replica.now.utc.plus(Duration(1)));

  const Said early = replica.hear(a_pre_prepare(replica.epoch, second), node(0));
  EXPECT_TRUE(early.votes(Phase::Prepare).empty());
  (void)replica.hear(a_pre_prepare(replica.epoch, first), node(0));
  const Said opens =
      replica.hear(certified(replica.epoch, test::execute(replica.ledger.back(), first)), node(2));

  ASSERT_EQ(opens.votes(Phase::Prepare).size(), 1U);
  EXPECT_EQ(opens.votes(Phase::Prepare)[0].statement.height, Height(2));
}

TEST(Window, KeepsTheFirstVoteOfItsView) {
  LoneReplica replica(4, node(1));
  const Proposal one = replica.next();
  const Proposal other = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, one), node(0));

  const Said twice = replica.hear(a_pre_prepare(replica.epoch, other), node(0));

  EXPECT_TRUE(twice.votes(Phase::Prepare).empty());
  ASSERT_EQ(twice.facts.size(), 1U);
  EXPECT_EQ(twice.facts[0], "two_votes_in_one_slot node=0 height=1");
}

TEST(Window, KeepsNothingBelowStable) {
  LoneReplica replica(4, node(1));
  const Proposal first = replica.next();
  replica.finish(first);

  const Said votes = replica.hear_vote(Phase::Prepare, first, 3);
  const Said question = replica.hear(FetchProposal{Height(1), proposal_digest(first)}, node(2));

  EXPECT_TRUE(votes.records.empty());
  EXPECT_TRUE(question.messages.empty());
  for (const consensus::SlotStatus& slot : slots_of(replica))
    EXPECT_GT(slot.height, Height(1));
  replica.log.compact();
  EXPECT_EQ(replica.log.history().size(), 1U);
}

TEST(Window, KeepsABodyOnlyWhileAVoteNamesIt) {
  LoneReplica replica(4, node(1));
  const auto vote_in = [&](const Proposal& proposal, View view) {
    return a_vote(
        a_statement(replica.epoch, Phase::Prepare, Height(1), proposal_digest(proposal), view),
        node(2));
  };
  const Proposal unnamed = replica.next(id_bytes(0));
  (void)replica.hear(ProposalBody{unnamed}, node(2));
  const Proposal old = replica.next(id_bytes(1));
  (void)replica.hear(vote_in(old, View(3)), node(2));
  (void)replica.hear(ProposalBody{old}, node(2));
  const Proposal newer = replica.next(id_bytes(2));
  (void)replica.hear(vote_in(newer, View(7)), node(2));
  (void)replica.hear(ProposalBody{newer}, node(2));

  const auto has = [&](const Proposal& proposal) {
    (void)replica.tick();  // one body a tick
    const FetchProposal question{Height(1), proposal_digest(proposal)};
    return !replica.hear(question, node(3)).all<ProposalBody>().empty();
  };
  EXPECT_FALSE(has(unnamed));
  EXPECT_FALSE(has(old)) << "a signer must not fill memory by voting in ever higher views";
  EXPECT_TRUE(has(newer));
}

}  // namespace
}  // namespace tally::test
