// Ordering: what is refused, what is answered and when, what a failed disk ends.
#include <gmock/gmock.h>

#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::ProposalBody;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Ordering, AnswersWhenCertified) {
  LoneOrdering backup(node(1));
  const Proposal proposal = backup.next({a_submission(kCafe, 1)});
  (void)backup.hear(a_pre_prepare(backup.epoch, proposal), node(0));
  backup.vote(Phase::Prepare, proposal);
  backup.vote(Phase::Commit, proposal);

  EXPECT_TRUE(backup.execute(proposal).replies.empty()) << "executed is not certified";
  const node::OrderingEffects certified = backup.certify(backup.headers.back());

  ASSERT_EQ(certified.replies.size(), 1U);
  EXPECT_EQ(certified.replies[0].header, backup.headers.back());
}

TEST(Ordering, AnswersNothingThatItDidNotCompare) {
  LoneOrdering backup(node(1));
  const Proposal first = backup.next({a_submission(kCafe, 1)});
  (void)backup.hear(a_pre_prepare(backup.epoch, first), node(0));
  backup.vote(Phase::Prepare, first);
  backup.vote(Phase::Commit, first);
  const Header header1 = test::execute(backup.headers[0], first);
  const Proposal second = a_proposal(backup.epoch, Height(2), backup.now.utc.plus(Duration(1)));
  const Header header2 = test::execute(header1, second);
  (void)backup.certify(header2);

  EXPECT_TRUE(backup.execute(first).replies.empty()) << "height 2 is certified, this one was not";
  const node::OrderingEffects after = backup.execute(second, false, true);

  EXPECT_EQ(after.replies.size(), 2U) << "the certified header names its parent";
}

TEST(Ordering, ANodeThatHaltsSaysNothingMore) {
  LoneOrdering backup(node(1));
  const Proposal proposal = backup.next({a_submission(kCafe, 1)});
  Header other = test::execute(backup.headers[0], proposal);
  other.state_root = fixed_of<Hash>(666);
  (void)backup.certify(other);

  const node::OrderingEffects effects = backup.execute(proposal);

  EXPECT_TRUE(effects.halt.has_value());
  EXPECT_TRUE(effects.replies.empty());
  EXPECT_TRUE(effects.frames.empty());
  EXPECT_TRUE(effects.ledger.empty());
}

TEST(Ordering, RefusesReplays) {
  LoneOrdering backup(node(1));
  const Bytes old = a_submission(kCafe, 1);
  backup.finish(backup.next({old}));
  backup.now.utc = backup.now.utc.plus(Duration(1));
  const Proposal filler = backup.next({a_submission(kCafe, 2), old});

  const auto fresh = backup.hear(a_pre_prepare(backup.epoch, filler), node(0));
  EXPECT_TRUE(backup.all<Vote>().empty());
  ASSERT_FALSE(fresh.facts.empty());
  EXPECT_THAT(fresh.facts[0], HasSubstr("rule=replay"));

  (void)backup.hear(ProposalBody{filler}, node(0));
  EXPECT_TRUE(backup.all<Vote>().empty()) << "nor by way of its body";
}

TEST(Complaint, NamesTheBrokenRule) {
  LoneOrdering backup(node(1));
  Bytes forged = a_submission(kCafe, 1);
  forged.back() ^= 1;
  const Proposal bad = backup.next({forged});

  (void)backup.hear(a_pre_prepare(backup.epoch, bad), node(2));

  EXPECT_TRUE(backup.all<Vote>().empty());
  const auto complaints = backup.all<Complaint>();
  ASSERT_EQ(complaints.size(), 1U) << "its primary signed it, whoever brought it";
  EXPECT_EQ(complaints[0].reason, consensus::Reason::Refused);
  EXPECT_EQ(complaints[0].rule, consensus::Rule::Form);
  EXPECT_EQ(complaints[0].digest, proposal_digest(bad));
}

TEST(Replay, CannotFillBlocks) {
  LoneOrdering backup(node(1));
  const Bytes old = a_submission(kCafe, 1);
  backup.finish(backup.next({old}));
  backup.now.utc = backup.now.utc.plus(Duration(1));

  (void)backup.submit(old);
  EXPECT_EQ(backup.status().pool_submissions, 0U) << "the receipt is the answer";
  (void)backup.hear(a_pre_prepare(backup.epoch, backup.next({old})), node(0));
  EXPECT_TRUE(backup.all<Vote>().empty());
  ASSERT_EQ(backup.all<Complaint>().size(), 1U);
  EXPECT_EQ(backup.all<Complaint>()[0].rule, consensus::Rule::Replay);

  LoneOrdering other(node(1));
  other.finish(other.next({old}));
  other.now.utc = other.now.utc.plus(Duration(1));
  (void)other.hear(a_pre_prepare(other.epoch, other.next({})), node(0));
  EXPECT_TRUE(other.all<Vote>().empty());
  ASSERT_EQ(other.all<Complaint>().size(), 1U);
  EXPECT_EQ(other.all<Complaint>()[0].rule, consensus::Rule::Empty);
}

/// A node that has committed height 1 and neither executed nor certified it hears of height 2.
void hear_early(LoneOrdering& backup, const Proposal& first, const Proposal& second) {
  (void)backup.hear(a_pre_prepare(backup.epoch, first), node(0));
  backup.vote(Phase::Prepare, first);
  backup.vote(Phase::Commit, first);
  backup.now.utc = backup.now.utc.plus(Duration(1));
  (void)backup.hear(a_pre_prepare(backup.epoch, second), node(0));
}

/// Of a submission that is in no block.
Proposal a_second_proposal(const LoneOrdering& backup) {
  const Bytes fresh = a_submission(kCafe, 2);
  return a_proposal(backup.epoch, Height(2), backup.now.utc.plus(Duration(1)),
                    encode_payload(std::vector<ByteView>{ByteView(fresh)}));
}

TEST(Replay, CannotFillBlocksThatComeEarly) {
  LoneOrdering backup(node(1));
  const Bytes old = a_submission(kCafe, 1);
  const Proposal first = backup.next({old});
  for (const bool is_empty : {false, true}) {
    LoneOrdering early(node(1));
    const std::vector<ByteView> again{ByteView(old)};
    const Bytes payload = encode_payload(is_empty ? std::vector<ByteView>() : again);
    const Timestamp time = early.now.utc.plus(Duration(1));
    const Proposal filler = a_proposal(early.epoch, Height(2), time, payload);
    hear_early(early, first, filler);

    (void)early.execute(first);
    (void)early.certify(early.headers.back());

    EXPECT_TRUE(early.all<Vote>().empty()) << is_empty;
    ASSERT_EQ(early.all<Complaint>().size(), 1U) << is_empty;
    EXPECT_EQ(early.all<Complaint>()[0].rule,
              is_empty ? consensus::Rule::Empty : consensus::Rule::Replay);
  }
}

TEST(Ordering, TakesWhatCameEarlyInItsTurn) {
  LoneOrdering backup(node(1));
  const Proposal first = backup.next({a_submission(kCafe, 1)});
  const Proposal second = a_second_proposal(backup);
  hear_early(backup, first, second);
  EXPECT_TRUE(backup.all<Vote>().empty());

  (void)backup.execute(first);
  (void)backup.certify(backup.headers.back());

  ASSERT_EQ(backup.all<Vote>().size(), 1U);
  EXPECT_EQ(backup.all<Vote>()[0].statement.digest, proposal_digest(second));
}

TEST(Ordering, ABodyDoesNotTakeThePlaceOfAnEarlyPrePrepare) {
  LoneOrdering backup(node(1));
  const Proposal first = backup.next({a_submission(kCafe, 1)});
  const Proposal second = a_second_proposal(backup);
  hear_early(backup, first, second);
  (void)backup.hear(consensus::ProposalBody{second}, node(0));

  (void)backup.execute(first);
  (void)backup.certify(backup.headers.back());

  EXPECT_EQ(backup.all<Vote>().size(), 1U);
}

TEST(Ordering, TakesWhatCameEarlyAlsoWhereItLags) {
  LoneOrdering backup(node(1));
  const Proposal first = backup.next({a_submission(kCafe, 1)});
  const Proposal second = a_second_proposal(backup);
  hear_early(backup, first, second);

  (void)backup.certify(execute(backup.headers.back(), first));  // its ledger has not executed it

  ASSERT_EQ(backup.all<Vote>().size(), 1U);
  EXPECT_EQ(backup.all<Vote>()[0].statement.digest, proposal_digest(second));
}

TEST(Ordering, RefusesEmptyBlocksBeforeTheirTime) {
  LoneOrdering backup(node(1));
  backup.finish(backup.next({a_submission(kCafe, 1)}));
  backup.now.utc = backup.now.utc.plus(Duration(1));

  const auto early = backup.hear(a_pre_prepare(backup.epoch, backup.next({})), node(0));

  EXPECT_TRUE(backup.all<Vote>().empty());
  ASSERT_FALSE(early.facts.empty());
  EXPECT_THAT(early.facts[0], HasSubstr("rule=empty"));
}

TEST(Ordering, TakesEmptyBlocksInTheirTimeAndWhileLedgerTimeIsBehind) {
  LoneOrdering in_time(node(1));
  in_time.finish(in_time.next({a_submission(kCafe, 1)}));
  (void)in_time.tick(in_time.epoch.idle_block);
  (void)in_time.hear(a_pre_prepare(in_time.epoch, in_time.next({})), node(0));
  EXPECT_EQ(in_time.all<Vote>().size(), 1U);

  LoneOrdering behind(node(1));
  behind.finish(behind.next({a_submission(kCafe, 1)}), true);
  behind.now.utc = behind.now.utc.plus(Duration(1));
  (void)behind.hear(a_pre_prepare(behind.epoch, behind.next({})), node(0));
  EXPECT_EQ(behind.all<Vote>().size(), 1U);
}

TEST(Ordering, TheIdlePrimaryProposesWhatBackupsTake) {
  LoneOrdering primary(node(0));
  LoneOrdering backup(node(1));
  (void)primary.tick();
  (void)primary.tick();
  const auto proposed = primary.all<PrePrepare>();
  ASSERT_EQ(proposed.size(), 1U);

  (void)backup.hear(proposed[0], node(0));

  EXPECT_EQ(backup.all<Vote>().size(), 1U);
}

TEST(Ordering, AFailedSyncEndsVoting) {
  LoneOrdering backup(node(1));
  const Proposal proposal = backup.next({a_submission(kCafe, 1)});
  backup.files.fail_after(1, "No space left on device");

  const auto failed = backup.hear(a_pre_prepare(backup.epoch, proposal), node(0));
  EXPECT_TRUE(failed.frames.empty()) << "the vote is not durable";
  EXPECT_FALSE(backup.status().voting);
  EXPECT_THAT(backup.status().waiting_for,
              AllOf(HasSubstr("votes/0000000000000001.votes"), HasSubstr("No space left on device"),
                    HasSubstr("start the node again")));

  EXPECT_TRUE(backup.tick().frames.empty());
}

TEST(Ordering, ADiskThatWorksAgainIsNotBelieved) {
  LoneOrdering backup(node(1));
  const Proposal proposal = backup.next({a_submission(kCafe, 1)});
  backup.files.fail_sync(1);

  EXPECT_TRUE(backup.hear(a_pre_prepare(backup.epoch, proposal), node(0)).frames.empty());
  backup.vote(Phase::Prepare, proposal);
  EXPECT_TRUE(backup.all<Vote>().empty()) << "the next sync would succeed";

  EXPECT_FALSE(backup.status().voting);
  backup.restart(backup.disk());
  EXPECT_TRUE(backup.status().voting) << "after a start it votes";
}

}  // namespace
}  // namespace tally::test
