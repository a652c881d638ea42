// Checkpoints: over the executed header, whole; and what a contradiction does.
#include <gmock/gmock.h>

#include "support/lone_replica.h"

namespace tally::test {
namespace {

using consensus::Stable;
using ::testing::HasSubstr;

/// A backup that has executed height 1 and waits for checkpoints.
struct Executed {
  Executed() : proposal(replica.next()) {
    (void)replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
    for (const Phase phase : {Phase::Prepare, Phase::Commit})
      for (const std::size_t signer : {0U, 2U, 3U})
        (void)replica.hear_vote(phase, proposal, signer);
    said = replica.execute(proposal);
    header = replica.ledger.back();
  }
  /// Certified by a quorum, and not what this node came to.
  [[nodiscard]] Header other_header() const {
    Header other = header;
    other.state_root = fixed_of<Hash>(666);
    return other;
  }

  LoneReplica replica{4, node(1)};
  Proposal proposal;
  Header header;
  Said said;
};

TEST(Checkpoint, IsSentOnceItsBlockIsDurable) {
  const Executed at;

  const std::vector<Checkpoint> sent = at.said.all<Checkpoint>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].header, at.header);
  EXPECT_EQ(sent[0].signer, node(1));
}

TEST(Checkpoint, BindsHeightAndHeader) {
  Executed at;
  Header higher = at.header;
  higher.height = Height(2);
  (void)at.replica.hear(a_checkpoint(higher, node(2)), node(2));
  (void)at.replica.hear(a_checkpoint(at.other_header(), node(3)), node(3));
  const Said one = at.replica.hear(a_checkpoint(at.header, node(0)), node(0));
  EXPECT_TRUE(one.stable.empty()) << "own and one more are no quorum";

  const Said two = at.replica.hear(a_checkpoint(at.header, node(2)), node(2));

  ASSERT_EQ(two.stable.size(), 1U);
  EXPECT_EQ(two.stable[0].header, at.header);
  EXPECT_TRUE(check_block_certificate(at.replica.epoch, at.header, two.stable[0].certificate).ok());
  EXPECT_TRUE(std::holds_alternative<Stable>(two.records.at(0)));
}

TEST(Checkpoint, SaysWhoseHeaderIsAnother) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next();
  Header other = test::execute(replica.ledger.back(), proposal);
  other.state_root = fixed_of<Hash>(666);
  (void)replica.hear(a_checkpoint(other, node(3)), node(3));

  const Said said = replica.execute(proposal);

  ASSERT_EQ(said.facts.size(), 1U);
  EXPECT_THAT(said.facts[0], HasSubstr("header_mismatch height=1 node=3"));
}

TEST(Checkpoint, DivergenceHalts) {
  Executed at;

  const Said said = at.replica.hear(certified(at.replica.epoch, at.other_header()), node(2));

  ASSERT_TRUE(said.halt.has_value());
  EXPECT_THAT(*said.halt, HasSubstr(to_hex(header_digest(at.header).view())));
  EXPECT_THAT(*said.halt, HasSubstr(to_hex(header_digest(at.other_header()).view())));
}

TEST(Checkpoint, DivergenceHaltsForGood) {
  Executed at;
  (void)at.replica.hear(certified(at.replica.epoch, at.other_header()), node(2));

  const Said again = at.replica.hear(a_checkpoint(at.header, node(0)), node(0));
  const Said tick = at.replica.tick(Duration(100'000));

  for (const Said& said : {again, tick}) {
    EXPECT_TRUE(said.halt.has_value());
    EXPECT_TRUE(said.messages.empty());
    EXPECT_TRUE(said.records.empty());
    EXPECT_FALSE(said.wants_candidate);
  }
}

TEST(Checkpoint, DivergenceFoundByTheLedgerHaltsAlsoAfterARestart) {
  LoneReplica replica(4, node(1));
  const Proposal proposal = replica.next();
  Header other = test::execute(replica.ledger.back(), proposal);
  other.state_root = fixed_of<Hash>(666);
  (void)replica.hear(certified(replica.epoch, other), node(2));

  const Said found = replica.execute(proposal);
  replica.restart_answered();
  const Said restarted = replica.tick();

  EXPECT_TRUE(found.halt.has_value());
  EXPECT_TRUE(found.all<Checkpoint>().empty());
  EXPECT_TRUE(restarted.halt.has_value());
}

TEST(Checkpoint, TwoCertifiedHeadersOfOneHeightHalt) {
  Executed at;
  (void)at.replica.hear(certified(at.replica.epoch, at.header), node(2));

  const Said said = at.replica.hear(certified(at.replica.epoch, at.other_header()), node(3));

  EXPECT_TRUE(said.halt.has_value());
}

TEST(Checkpoint, TwoCommittedProposalsOfOneHeightHalt) {
  LoneReplica replica(4, node(1));
  const auto committed = [&](const Proposal& proposal) {
    return certificate_of(replica.epoch, a_statement(replica.epoch, Phase::Commit, Height(1),
                                                     proposal_digest(proposal)));
  };
  EXPECT_FALSE(replica.hear(committed(replica.next()), node(2)).halt.has_value());

  const Said said = replica.hear(committed(replica.next(id_bytes(1))), node(3));

  EXPECT_TRUE(said.halt.has_value());
}

TEST(Checkpoint, IsSentAgainAfterARestart) {
  Executed at;
  at.replica.restart_answered();
  (void)at.replica.tick();

  consensus::Status lacking;
  const Said said = at.replica.hear(lacking, node(3));

  const std::vector<Checkpoint> sent = said.all<Checkpoint>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].header, at.header);
  EXPECT_EQ(sent[0].signature, at.said.all<Checkpoint>()[0].signature);
}

}  // namespace
}  // namespace tally::test
