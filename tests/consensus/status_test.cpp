// Retransmission: what a peer lacks it gets, and no more than that.
#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::FetchProposal;
using consensus::ProposalBody;
using consensus::SlotStatus;
using consensus::Status;

Status status_at(Height stable, std::vector<SlotStatus> slots = {}) {
  Status status;
  status.stable = stable;
  status.executed = stable;
  status.slots = std::move(slots);
  return status;
}

/// A backup with everybody's votes of height 1 but the checkpoints.
LoneReplica a_voter(Proposal& proposal) {
  LoneReplica replica(4, node(1));
  proposal = replica.next();
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  for (const Phase phase : {Phase::Prepare, Phase::Commit})
    for (const std::size_t signer : {0U, 2U})
      (void)replica.hear_vote(phase, proposal, signer);
  return replica;
}

TEST(Status, ResendsWhatThePeerLacks) {
  Proposal proposal;
  LoneReplica replica = a_voter(proposal);

  const Said said = replica.hear(status_at(Height()), node(3));

  std::set<std::pair<Phase, NodeIndex>> sent;
  for (const Vote& vote : said.all<Vote>())
    sent.emplace(vote.statement.phase, vote.signer);
  const std::set<std::pair<Phase, NodeIndex>> held = {
      {Phase::Prepare, node(0)}, {Phase::Prepare, node(1)}, {Phase::Prepare, node(2)},
      {Phase::Commit, node(0)},  {Phase::Commit, node(1)},  {Phase::Commit, node(2)}};
  EXPECT_EQ(sent, held);
  for (const auto& [to, message] : said.messages)
    EXPECT_EQ(to, node(3));
}

TEST(Status, DoesNotResendWhatThePeerHas) {
  Proposal proposal;
  LoneReplica replica = a_voter(proposal);
  SlotStatus has;
  has.height = Height(1);
  has.has_body = true;
  has.is_committed = true;
  has.prepares = 0b0110;
  has.commits = 0b0111;

  const Said said = replica.hear(status_at(Height(), {has}), node(3));

  ASSERT_EQ(said.messages.size(), 1U);
  EXPECT_EQ(said.all<Vote>().at(0).signer, node(0));
}

TEST(Status, IsAnsweredOnceATick) {
  Proposal proposal;
  LoneReplica replica = a_voter(proposal);
  EXPECT_FALSE(replica.hear(status_at(Height()), node(3)).messages.empty());

  EXPECT_TRUE(replica.hear(status_at(Height()), node(3)).messages.empty());
  EXPECT_FALSE(replica.hear(status_at(Height()), node(2)).messages.empty());
  (void)replica.tick();
  EXPECT_FALSE(replica.hear(status_at(Height()), node(3)).messages.empty());
}

TEST(Status, BringsALaggardTheCertifiedHeader) {
  LoneReplica replica(4, node(1));
  replica.finish(replica.next());

  const Said said = replica.hear(status_at(Height()), node(3));

  ASSERT_EQ(said.messages.size(), 1U);
  ASSERT_EQ(said.all<CertifiedHeader>().size(), 1U);
  EXPECT_EQ(said.all<CertifiedHeader>()[0].header, replica.ledger.back());
  EXPECT_TRUE(replica.hear(status_at(Height(9)), node(2)).messages.empty());
}

TEST(Status, ResendsTheVotesOfCertificatesAfterARestart) {
  Proposal proposal;
  LoneReplica replica = a_voter(proposal);
  replica.restart_answered();

  const Said said = replica.hear(status_at(Height()), node(3));

  EXPECT_EQ(said.votes(Phase::Prepare).size(), 3U);
  EXPECT_EQ(said.votes(Phase::Commit).size(), 3U);
}

TEST(Status, ThePrimaryOffersItsProposalAgain) {
  LoneReplica primary(4, node(0));
  const auto proposed = primary.step(consensus::Candidate{id_bytes(1)}).all<PrePrepare>();
  ASSERT_EQ(proposed.size(), 1U);
  EXPECT_TRUE(primary.hear(status_at(Height()), node(2)).all<PrePrepare>().empty());
  (void)primary.tick(Duration(1'500));

  const auto again = primary.hear(status_at(Height()), node(2)).all<PrePrepare>();

  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].vote, proposed[0].vote);
}

TEST(Status, AVoterFetchesTheBodyThatItLacks) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear_vote(Phase::Prepare, proposal, 0);
  (void)replica.hear_vote(Phase::Prepare, proposal, 2);

  std::set<NodeIndex> asked;
  for (int tick = 0; tick < 2; ++tick)
    for (const auto& [to, message] : replica.tick().messages)
      if (const auto* question = std::get_if<FetchProposal>(&message)) {
        EXPECT_EQ(question->digest, proposal_digest(proposal));
        asked.insert(to.value());
      }
  EXPECT_EQ(asked, (std::set<NodeIndex>{node(0), node(2)})) << "its signers in turn";

  const Said said = replica.hear(ProposalBody{proposal}, node(2));
  EXPECT_EQ(said.votes(Phase::Prepare).size(), 1U);
}

TEST(Status, ABodyIsServedOnceATick) {
  Proposal proposal;
  LoneReplica replica = a_voter(proposal);
  const FetchProposal question{Height(1), proposal_digest(proposal)};

  EXPECT_EQ(replica.hear(question, node(3)).all<ProposalBody>().size(), 1U);
  EXPECT_EQ(replica.hear(question, node(3)).all<ProposalBody>().size(), 0U);
  EXPECT_EQ(replica.hear(question, node(2)).all<ProposalBody>().size(), 1U);
  (void)replica.tick();
  EXPECT_EQ(replica.hear(question, node(3)).all<ProposalBody>().size(), 1U);
}

}  // namespace
}  // namespace tally::test
