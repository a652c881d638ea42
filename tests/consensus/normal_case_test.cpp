// Pre-prepare, prepare, commit; and which proposals are in time.
#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::Candidate;
using consensus::ProposalBody;
using consensus::Refused;

constexpr Duration kBound{3'000};

/// Whether a backup whose clock says kStart + 1 h prepares a first proposal of `time`.
bool is_prepared(Timestamp time) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = a_proposal(replica.epoch, Height(1), time);
  return !replica.hear(a_pre_prepare(replica.epoch, proposal), node(0))
              .votes(Phase::Prepare)
              .empty();
}

TEST(BlockTime, FreshProposalIsWithinTheBoundOfTheOwnClock) {
  const Timestamp clock = kStart.plus(kHour);

  EXPECT_TRUE(is_prepared(clock));
  EXPECT_TRUE(is_prepared(clock.plus(kBound)));
  EXPECT_TRUE(is_prepared(clock.minus(kBound)));
  EXPECT_FALSE(is_prepared(clock.plus(Duration(3'001))));
  EXPECT_FALSE(is_prepared(clock.minus(Duration(3'001))));
  EXPECT_FALSE(is_prepared(Timestamp::never()));
}

TEST(BlockTime, RisesStrictly) {
  EXPECT_FALSE(is_prepared(kStart));
  EXPECT_FALSE(is_prepared(kStart.minus(Duration(1))));
  EXPECT_FALSE(is_prepared(Timestamp()));
}

TEST(BlockTime, TheLeastStepIsAlwaysInTime) {
  EXPECT_TRUE(is_prepared(kStart.plus(Duration(1)))) << "an hour behind the clock";

  LoneReplica ahead(4, node(1));
  ahead.now.utc = kStart.minus(kDay);
  const Proposal least = a_proposal(ahead.epoch, Height(1), kStart.plus(Duration(1)));
  EXPECT_FALSE(ahead.hear(a_pre_prepare(ahead.epoch, least), node(0)).messages.empty())
      << "a day ahead of it";
}

TEST(BlockTime, AProposalOfTomorrowWaitsForTheClock) {
  LoneReplica replica(4, node(1));
  const Proposal early = a_proposal(replica.epoch, Height(1), replica.now.utc.plus(kHour));
  const Said early_said = replica.hear(a_pre_prepare(replica.epoch, early), node(0));
  EXPECT_TRUE(early_said.votes(Phase::Prepare).empty());

  const Said said = replica.tick(kHour);

  EXPECT_EQ(said.votes(Phase::Prepare).size(), 1U);
}

TEST(BlockTime, ALateProposalIsComplainedOfAndNeverPrepared) {
  LoneReplica replica(4, node(1));
  const Proposal late =
      a_proposal(replica.epoch, Height(1), replica.now.utc.minus(Duration(60'000)));

  const Said said = replica.hear(a_pre_prepare(replica.epoch, late), node(0));

  ASSERT_EQ(said.all<Complaint>().size(), 1U);
  EXPECT_EQ(said.all<Complaint>()[0].rule, consensus::Rule::Clock);
  EXPECT_TRUE(said.votes(Phase::Prepare).empty());
  EXPECT_TRUE(replica.tick(Duration(3'001)).votes(Phase::Prepare).empty());
}

TEST(BlockTime, ThePrimaryProposesItsClockOrTheLeastStep) {
  LoneReplica primary(4, node(0));
  const auto by_clock = primary.step(Candidate{id_bytes(1)}).all<PrePrepare>();
  LoneReplica behind(4, node(0));
  behind.now.utc = kStart.minus(kDay);
  const auto by_step = behind.step(Candidate{id_bytes(1)}).all<PrePrepare>();

  EXPECT_EQ(by_clock.at(0).proposal.time, primary.now.utc);
  EXPECT_EQ(by_step.at(0).proposal.time, kStart.plus(Duration(1)));
}

TEST(NormalCase, EachVoteFollowsItsQuorum) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));

  const Said fresh = replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  EXPECT_EQ(fresh.votes(Phase::Prepare).size(), 1U);
  EXPECT_TRUE(std::holds_alternative<consensus::Proposed>(fresh.records.at(0)));
  EXPECT_TRUE(std::holds_alternative<consensus::Voted>(fresh.records.at(1)));
  const Said prepared = replica.hear_vote(Phase::Prepare, proposal, 2);
  EXPECT_EQ(prepared.votes(Phase::Commit).size(), 1U);
  EXPECT_TRUE(std::holds_alternative<consensus::Prepared>(prepared.records.at(0)));
  EXPECT_TRUE(replica.hear_vote(Phase::Commit, proposal, 2).execute.empty());
  const Said committed = replica.hear_vote(Phase::Commit, proposal, 3);

  ASSERT_EQ(committed.execute.size(), 1U);
  EXPECT_EQ(committed.execute[0].proposal, proposal);
  EXPECT_TRUE(check_certificate(replica.epoch, committed.execute[0].certificate).ok());
  EXPECT_TRUE(std::holds_alternative<consensus::Committed>(committed.records.at(0)));
}

TEST(NormalCase, CommitsWhatTheQuorumPreparedThoughTheOwnPrepareWentElsewhere) {
  LoneReplica replica(7, node(1));
  const Proposal mine = replica.next(id_bytes(1));
  const Proposal theirs = replica.next(id_bytes(2));
  (void)replica.hear(a_pre_prepare(replica.epoch, mine), node(0));
  for (const std::size_t signer : {2U, 3U, 4U, 5U})
    (void)replica.hear_vote(Phase::Prepare, theirs, signer);
  (void)replica.hear(ProposalBody{theirs}, node(2));

  const Said said = replica.hear_vote(Phase::Prepare, theirs, 6);

  ASSERT_EQ(said.votes(Phase::Commit).size(), 1U);
  EXPECT_EQ(said.votes(Phase::Commit)[0].statement.digest, proposal_digest(theirs));
}

TEST(NormalCase, ARefusedProposalIsNotPreparedEvenByItsBody) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  const auto refused = [&](Message message) {
    return replica.step(Refused{verify_message(std::move(message), node(0), replica.epoch).value(),
                                consensus::Rule::Replay});
  };

  const Said fresh = refused(a_pre_prepare(replica.epoch, proposal));
  const Said body = refused(ProposalBody{proposal});

  EXPECT_TRUE(fresh.votes(Phase::Prepare).empty());
  EXPECT_EQ(fresh.facts.at(0), "proposal_refused height=1 rule=replay");
  EXPECT_TRUE(body.messages.empty());
  EXPECT_TRUE(body.facts.empty()) << "said once";
  (void)replica.hear_vote(Phase::Prepare, proposal, 2);
  const Said overruled = replica.hear_vote(Phase::Prepare, proposal, 3);
  EXPECT_EQ(overruled.votes(Phase::Commit).size(), 1U) << "a quorum has prepared it";
}

TEST(NormalCase, ANullProposalIsNotPrepared) {
  LoneReplica replica(4, node(1));
  replica.ledger.front().time = Timestamp();
  Proposal null = a_proposal(replica.epoch, Height(1), Timestamp());
  null.kind = consensus::ProposalKind::Null;

  (void)replica.hear_vote(Phase::Prepare, null, 0);

  EXPECT_TRUE(replica.hear(ProposalBody{null}, node(0)).votes(Phase::Prepare).empty());
}

TEST(NormalCase, TheFirstBlockWaitsForAllStartersOrTheIdleTime) {
  consensus::Status asking;
  asking.nonce = 7;
  LoneReplica primary(4, node(0));
  (void)primary.hear(asking, node(3));
  EXPECT_FALSE(primary.step(consensus::Work{true}).wants_candidate)
      << "node 3 would see a block before its peers answered it";
  EXPECT_TRUE(primary.hear(consensus::Status{}, node(3)).wants_candidate);

  LoneReplica alone(4, node(0));
  (void)alone.hear(asking, node(3));
  (void)alone.step(consensus::Work{true});
  alone.pass(alone.epoch.idle_block);
  EXPECT_TRUE(alone.step(consensus::Tick{0}).wants_candidate);
}

TEST(NormalCase, AnIdlePrimaryAsksForAnEmptyBlockInTime) {
  LoneReplica primary(4, node(0));
  EXPECT_FALSE(primary.tick().wants_candidate);

  const Said said = primary.tick();

  EXPECT_TRUE(said.wants_candidate);
  EXPECT_TRUE(said.may_be_empty);
}

TEST(NormalCase, ANodeAloneOrdersByItself) {
  LoneReplica alone(1, node(0));

  const Said said = alone.step(Candidate{id_bytes(1)});
  ASSERT_EQ(said.execute.size(), 1U);
  const Said executed = alone.execute(said.execute[0].proposal);

  ASSERT_EQ(executed.stable.size(), 1U);
  EXPECT_EQ(executed.stable[0].header.height, Height(1));
}

TEST(NormalCase, OwnVotesComeFromTheLogAlone) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));

  const Said said = replica.hear_vote(Phase::Prepare, proposal, 1);

  ASSERT_EQ(said.records.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<consensus::Learner>(said.records[0]));
  const Said fresh = replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  EXPECT_TRUE(fresh.votes(Phase::Prepare).empty()) << "its log is an older copy";
}

}  // namespace
}  // namespace tally::test
