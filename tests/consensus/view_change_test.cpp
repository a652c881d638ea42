// View changes: their proofs, what follows from them, and when a node sends one. The names are the
// rows of design/consensus.md §10.
#include <gmock/gmock.h>

#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::check_new_view;
using consensus::check_view_change;
using consensus::Choice;
using consensus::choose;
using consensus::FetchProposal;
using consensus::null_proposal;
using consensus::Reason;
using ::testing::HasSubstr;

Epoch an_epoch_with(std::uint64_t window) {
  Epoch epoch = an_epoch(4);
  epoch.window = window;
  return epoch;
}

Certificate prepared(const Epoch& epoch, Height height, View view, const Hash& digest) {
  return certificate_of(epoch, a_statement(epoch, Phase::Prepare, height, digest, view));
}

std::string fault(const Epoch& epoch, const ViewChange& change) {
  const Result<void> checked = check_view_change(epoch, change);
  return checked.ok() ? "" : checked.error().message;
}

TEST(ViewChange, RefusesClaimWithoutProof) {
  const Epoch epoch = an_epoch_with(4);
  const Hash digest = fixed_of<Hash>(1);
  const Certificate good = prepared(epoch, Height(1), View(0), digest);
  Certificate few = good;
  few.votes.pop_back();
  Certificate forged = good;
  forged.votes[1].signature = {};
  Certificate commit = certificate_of(epoch, a_statement(epoch, Phase::Commit, Height(1), digest));
  CertifiedHeader unproved{genesis_of(epoch), {}};
  unproved.header.height = Height(9);
  const auto with = [&](std::vector<Certificate> claims) {
    return fault(epoch, a_view_change(epoch, View(2), node(1), {}, std::move(claims)));
  };

  EXPECT_EQ(with({good}), "");
  EXPECT_EQ(with({good, prepared(epoch, Height(4), View(1), digest)}), "");
  EXPECT_THAT(with({few}), HasSubstr("expected at least 3"));
  EXPECT_THAT(with({forged}), HasSubstr("does not verify"));
  EXPECT_THAT(with({commit}), HasSubstr("prepared certificates"));
  EXPECT_THAT(with({prepared(epoch, Height(1), View(2), digest)}), HasSubstr("views below"));
  EXPECT_THAT(with({prepared(epoch, Height(5), View(0), digest)}), HasSubstr("window"));
  EXPECT_THAT(with({good, good}), HasSubstr("ascends"));
  EXPECT_THAT(fault(epoch, a_view_change(epoch, View(2), node(1), unproved)),
              HasSubstr("another header"));
  EXPECT_THAT(fault(epoch, a_view_change(epoch, View(0), node(1))), HasSubstr("view 0"));
  ViewChange anothers = a_view_change(epoch, View(2), node(1));
  anothers.signer = node(2);
  EXPECT_THAT(fault(epoch, anothers), HasSubstr("does not verify"));
}

TEST(ViewChange, BadTwinCannotHideGoodOne) {
  LoneReplica primary(4, node(1));
  ViewChange twin = a_view_change(primary.epoch, View(1), node(2));
  twin.prepared = {prepared(primary.epoch, Height(1), View(0), fixed_of<Hash>(1))};
  twin.prepared[0].votes.pop_back();
  twin.signature = consensus_key(node(2)).sign(signed_bytes(twin));
  EXPECT_FALSE(verify_message(twin, node(2), primary.epoch).ok()) << "so it takes no place";

  (void)primary.hear(a_view_change(primary.epoch, View(1), node(2)), node(2));
  const Said said = primary.hear(a_view_change(primary.epoch, View(1), node(3)), node(3));

  EXPECT_EQ(said.all<NewView>().size(), 1U);
}

TEST(ViewChange, JoinsSmallestHigherView) {
  LoneReplica replica(4, node(0));
  EXPECT_TRUE(replica.hear(a_view_change(replica.epoch, View(90), node(3)), node(3))
                  .all<ViewChange>()
                  .empty())
      << "one peer's huge view moves nobody";

  const Said said = replica.hear(a_view_change(replica.epoch, View(2), node(1)), node(1));

  ASSERT_EQ(said.all<ViewChange>().size(), 1U);
  EXPECT_EQ(said.all<ViewChange>()[0].view, View(2));
  EXPECT_TRUE(replica.replica().is_changing());
  EXPECT_THAT(replica.replica().pending(), HasSubstr("view-changes for view 2 (2 of 3)"));
}

/// Node 1 after it prepared `proposal` of height 1 in view 0.
void prepare(LoneReplica& replica, const Proposal& proposal) {
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  (void)replica.hear_vote(Phase::Prepare, proposal, 2);
}

/// View-changes for `view` by two peers that know nothing; the replica joins.
Said push_to(LoneReplica& replica, View view, std::size_t one = 2, std::size_t other = 3) {
  (void)replica.hear(a_view_change(replica.epoch, view, node(one)), node(one));
  return replica.hear(a_view_change(replica.epoch, view, node(other)), node(other));
}

TEST(ViewChange, ProofSurvivesFailedViews) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  prepare(replica, proposal);

  for (const View view : {View(2), View(3), View(6), View(7)}) {
    const auto sent = push_to(replica, view).all<ViewChange>();
    ASSERT_EQ(sent.size(), 1U);
    ASSERT_EQ(sent[0].prepared.size(), 1U) << "view " << view.value();
    EXPECT_EQ(sent[0].prepared[0].statement.digest, proposal_digest(proposal));
    EXPECT_EQ(sent[0].prepared[0].statement.view, View(0));
  }
}

TEST(ViewChange, LaggardCountsTowardQuorum) {
  LoneReplica primary(4, node(1));
  primary.finish(primary.next(id_bytes(1)));

  const Said said = push_to(primary, View(1), 0, 3);

  ASSERT_EQ(said.all<NewView>().size(), 1U) << "two of the three know nothing but genesis";
  EXPECT_EQ(primary.replica().view(), View(1));
  EXPECT_FALSE(primary.replica().is_changing());
}

TEST(ViewChange, HeightsNeverGoBack) {
  LoneReplica primary(4, node(1));
  primary.finish(primary.next(id_bytes(1)));
  (void)push_to(primary, View(1), 0, 3);

  const Said said = primary.step(consensus::Candidate{id_bytes(2)});

  ASSERT_EQ(said.all<PrePrepare>().size(), 1U);
  EXPECT_EQ(said.all<PrePrepare>()[0].proposal.height, Height(2));
  EXPECT_EQ(said.all<PrePrepare>()[0].vote.statement.view, View(1));
}

TEST(ViewChange, SendsNoVotesOfTheViewThatItLeft) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
  (void)push_to(replica, View(2));

  const Said said = replica.hear_vote(Phase::Prepare, proposal, 2);

  EXPECT_TRUE(said.votes(Phase::Commit).empty());
}

TEST(NewView, FollowsFromViewChangesAlone) {
  const Epoch epoch = an_epoch_with(2);
  const Hash low = fixed_of<Hash>(1);
  const Hash high = fixed_of<Hash>(2);
  std::vector<ViewChange> changes = {
      a_view_change(epoch, View(5), node(0), {}, {prepared(epoch, Height(1), View(1), low)}),
      a_view_change(epoch, View(5), node(1)),
      a_view_change(epoch, View(5), node(2), {}, {prepared(epoch, Height(1), View(3), high)})};

  const Result<Choice> choice = choose(epoch, changes);
  std::ranges::reverse(changes);
  const Result<Choice> same = choose(epoch, changes);

  ASSERT_TRUE(choice.ok());
  EXPECT_EQ(choice->digests, (std::map<Height, Hash>{{Height(1), high}})) << "the highest view's";
  EXPECT_EQ(same->digests, choice->digests);
  EXPECT_EQ(choice->top, Height(1));
}

TEST(NewView, FillsGapsWithNullProposals) {
  const Epoch epoch = an_epoch_with(4);
  const Hash digest = fixed_of<Hash>(1);
  const auto choice = choose(epoch, {a_view_change(epoch, View(2), node(0), {},
                                                   {prepared(epoch, Height(3), View(1), digest)})});

  const auto null = [&](Height height) { return proposal_digest(null_proposal(epoch, height)); };
  EXPECT_EQ(choice->digests,
            (std::map<Height, Hash>{
                {Height(1), null(Height(1))}, {Height(2), null(Height(2))}, {Height(3), digest}}));
  EXPECT_EQ(choice->top, Height(3));
}

TEST(NewView, StartsAtHighestProvedHeight) {
  const Epoch epoch = an_epoch_with(2);
  Header ninth = genesis_of(epoch);
  ninth.height = Height(9);
  const Hash digest = fixed_of<Hash>(1);

  const auto choice = choose(
      epoch,
      {a_view_change(epoch, View(2), node(0), {}, {prepared(epoch, Height(2), View(1), digest)}),
       a_view_change(epoch, View(2), node(1), certified(epoch, ninth),
                     {prepared(epoch, Height(10), View(0), digest)})});

  EXPECT_EQ(choice->base->header.height, Height(9));
  EXPECT_EQ(choice->digests, (std::map<Height, Hash>{{Height(10), digest}}));
}

TEST(NewView, ALaggardsProofDoesNotLowerTheStart) {
  const Epoch epoch = an_epoch_with(2);
  const auto change = [&](std::size_t signer, Height height) {
    Header header = genesis_of(epoch);
    header.height = height;
    return a_view_change(epoch, View(2), node(signer), certified(epoch, header));
  };

  for (const std::size_t laggard : {0U, 1U, 2U}) {
    std::vector<ViewChange> changes;
    for (std::size_t i = 0; i < 3; ++i)
      changes.push_back(change(i, i == laggard ? Height(4) : Height(9)));
    const auto choice = choose(epoch, changes);
    EXPECT_EQ(choice->base->header.height, Height(9)) << laggard;
    EXPECT_EQ(choice->top, Height(9)) << laggard;
  }
}

TEST(NewView, ContradictingCertificatesHalt) {
  const Epoch epoch = an_epoch_with(1);
  const auto change = [&](std::size_t signer, const Hash& digest) {
    return a_view_change(epoch, View(2), node(signer), {},
                         {prepared(epoch, Height(1), View(1), digest)});
  };
  const std::vector<ViewChange> changes = {change(0, fixed_of<Hash>(1)),
                                           change(2, fixed_of<Hash>(2)),
                                           a_view_change(epoch, View(2), node(3))};
  LoneReplica replica(4, node(1));

  const Said said = replica.hear(a_new_view(epoch, View(2), changes), node(2));

  EXPECT_EQ(choose(epoch, changes).error().code, ErrorCode::Diverged);
  ASSERT_TRUE(said.halt.has_value());
  EXPECT_THAT(*said.halt, HasSubstr("two prepared certificates of height 1 and view 1"));
}

TEST(NewView, RefusesABadV) {
  const Epoch epoch = an_epoch_with(1);
  const auto change = [&](std::size_t signer, View view = View(1)) {
    return a_view_change(epoch, view, node(signer));
  };
  const auto fault_of = [&](std::vector<ViewChange> changes) {
    const auto checked = check_new_view(epoch, a_new_view(epoch, View(1), std::move(changes)));
    return checked.ok() ? "" : checked.error().message;
  };
  ViewChange strangers = change(3);
  strangers.signer = node(4);
  NewView usurper{epoch.chain, epoch.number, View(1), node(2), {change(0), change(1), change(2)},
                  {}};
  usurper.signature = consensus_key(node(2)).sign(signed_bytes(usurper));

  EXPECT_EQ(fault_of({change(0), change(1), change(3)}), "");
  EXPECT_THAT(fault_of({change(0), change(1)}), HasSubstr("expected at least 3"));
  EXPECT_THAT(fault_of({change(0), change(1), change(1)}), HasSubstr("ascend strictly"));
  EXPECT_THAT(fault_of({change(0), change(1), change(3, View(2))}), HasSubstr("for its view"));
  EXPECT_THAT(fault_of({change(0), change(1), strangers}), HasSubstr("no member"));
  EXPECT_FALSE(check_new_view(epoch, usurper).ok());
}

/// A new-view for view 1 that proposes again what node 0's view 0 prepared.
NewView new_view_of(const Epoch& epoch, const Proposal& proposal) {
  return a_new_view(
      epoch, View(1),
      {a_view_change(epoch, View(1), node(0), {},
                     {prepared(epoch, proposal.height, View(0), proposal_digest(proposal))}),
       a_view_change(epoch, View(1), node(1)), a_view_change(epoch, View(1), node(3))});
}

TEST(NewView, ReproposalKeepsItsDigest) {
  LoneReplica replica(4, node(2));
  const Proposal proposal = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));

  const Said said = replica.hear(new_view_of(replica.epoch, proposal), node(1));

  ASSERT_EQ(said.votes(Phase::Prepare).size(), 1U) << "without a word of the new primary";
  EXPECT_EQ(said.votes(Phase::Prepare)[0].statement.digest, proposal_digest(proposal));
  EXPECT_EQ(said.votes(Phase::Prepare)[0].statement.view, View(1));
}

TEST(NewView, FetchesMissingBody) {
  LoneReplica replica(4, node(2));
  const Proposal proposal = replica.next(id_bytes(1));

  const Said said = replica.hear(new_view_of(replica.epoch, proposal), node(1));

  EXPECT_EQ(replica.replica().view(), View(1)) << "entered without the body";
  ASSERT_EQ(said.all<FetchProposal>().size(), 1U);
  EXPECT_EQ(said.all<FetchProposal>()[0].digest, proposal_digest(proposal));
  const Said voted = replica.hear(consensus::ProposalBody{proposal}, node(0));
  EXPECT_EQ(voted.votes(Phase::Prepare).size(), 1U);
}

TEST(NewView, WhatWasVotedForIsServedInEveryLaterView) {
  LoneReplica replica(4, node(2));
  const Proposal first = replica.next(id_bytes(1));
  (void)replica.hear(a_pre_prepare(replica.epoch, first), node(0));
  for (const View view : {View(1), View(3), View(4)}) {
    const auto change = [&](std::size_t i) { return a_view_change(replica.epoch, view, node(i)); };
    (void)replica.hear(a_new_view(replica.epoch, view, {change(0), change(1), change(3)}), node(1));
    const Proposal other = replica.next(id_bytes(view.value() + 1));
    ASSERT_EQ(replica.hear(a_pre_prepare(replica.epoch, other, view), node(1))
                  .votes(Phase::Prepare)
                  .size(),
              1U);
  }

  const Said said = replica.hear(FetchProposal{Height(1), proposal_digest(first)}, node(3));

  EXPECT_EQ(said.all<consensus::ProposalBody>().size(), 1U)
      << "node 3 may hold the certificate that chooses it, and nobody else the body";
}

TEST(BlockTime, ReproposalSkipsTheClock) {
  LoneReplica replica(4, node(2));
  const Proposal proposal = replica.next(id_bytes(1));
  replica.pass(kHour);
  (void)replica.hear(new_view_of(replica.epoch, proposal), node(1));

  const Said said = replica.hear(consensus::ProposalBody{proposal}, node(0));

  EXPECT_EQ(said.votes(Phase::Prepare).size(), 1U) << "an hour late";
  EXPECT_TRUE(said.all<Complaint>().empty());
}

TEST(NewView, AnOldOneDoesNotContradictWhatIsCommittedAboveIt) {
  LoneReplica replica(4, node(2));
  const Proposal old = replica.next(id_bytes(1));
  const VoteStatement committed =
      a_statement(replica.epoch, Phase::Commit, Height(1), fixed_of<Hash>(7), View(2));
  (void)replica.hear(certificate_of(replica.epoch, committed), node(3));

  const Said said = replica.hear(new_view_of(replica.epoch, old), node(1));

  EXPECT_EQ(said.halt, std::nullopt);
  EXPECT_TRUE(said.votes(Phase::Prepare).empty());
}

TEST(NewView, OneThatForgetsWhatWasCommittedHalts) {
  LoneReplica replica(4, node(2));
  const VoteStatement committed =
      a_statement(replica.epoch, Phase::Commit, Height(1), fixed_of<Hash>(7));
  (void)replica.hear(certificate_of(replica.epoch, committed), node(3));

  const Said said = replica.hear(new_view_of(replica.epoch, replica.next(id_bytes(1))), node(1));

  ASSERT_TRUE(said.halt.has_value());
  EXPECT_THAT(*said.halt, HasSubstr("height 1 is committed"));
}

}  // namespace
}  // namespace tally::test
