// One digest a slot, whatever the replica believes.
#include <tally/consensus/sign_guard.h>

#include "support/consensus_builders.h"

namespace tally::test {
namespace {

using consensus::SignGuard;
using consensus::Voted;
using consensus::VoteRecord;

const Hash kOne = fixed_of<Hash>(1);
const Hash kOther = fixed_of<Hash>(2);

const Epoch kEpoch = an_epoch(4);

SignGuard a_guard(const std::vector<VoteRecord>& history = {}) {
  return {consensus_key(node(1)), node(1), kEpoch, history};
}
VoteStatement at(std::uint64_t height, const Hash& digest, Phase phase = Phase::Prepare,
                 View view = View()) {
  return a_statement(kEpoch, phase, Height(height), digest, view);
}
ErrorCode refusal(SignGuard& guard, const VoteStatement& statement) {
  const Result<Vote> vote = guard.sign(statement);
  EXPECT_FALSE(vote.ok());
  return vote.ok() ? ErrorCode::Io : vote.error().code;
}

TEST(SignGuard, SignsAndSignsTheSameAgain) {
  SignGuard guard = a_guard();

  const Vote vote = guard.sign(at(1, kOne)).value();

  EXPECT_TRUE(check_vote(kEpoch, vote).ok());
  EXPECT_EQ(guard.sign(at(1, kOne)).value(), vote);
  EXPECT_TRUE(guard.has_signed(at(1, kOne)));
  EXPECT_FALSE(guard.has_signed(at(1, kOther)));
}

TEST(SignGuard, RefusesSecondDigest) {
  SignGuard guard = a_guard();
  for (const Phase phase : {Phase::Prepare, Phase::Commit, Phase::Checkpoint}) {
    ASSERT_TRUE(guard.sign(at(1, kOne, phase)).ok());

    EXPECT_EQ(refusal(guard, at(1, kOther, phase)), ErrorCode::Conflict);
  }
  EXPECT_TRUE(guard.sign(at(1, kOther, Phase::Prepare, View(1))).ok());
  EXPECT_TRUE(guard.sign(at(2, kOther)).ok());
}

TEST(SignGuard, RefusesSecondHeaderWhateverItsView) {
  SignGuard guard = a_guard();
  ASSERT_TRUE(guard.sign(at(1, kOne, Phase::Checkpoint)).ok());

  EXPECT_EQ(refusal(guard, at(1, kOther, Phase::Checkpoint, View(1))), ErrorCode::Conflict);
}

TEST(SignGuard, RefusesSecondDigestAfterARestart) {
  SignGuard before = a_guard();
  const Vote vote = before.sign(at(1, kOne)).value();

  SignGuard after = a_guard({Voted{vote}});

  EXPECT_EQ(refusal(after, at(1, kOther)), ErrorCode::Conflict);
  EXPECT_EQ(after.sign(at(1, kOne)).value(), vote);
}

TEST(SignGuard, SignsNothingAtOrBelowStable) {
  SignGuard guard = a_guard();
  ASSERT_TRUE(guard.sign(at(5, kOne)).ok());
  guard.forget_up_to(Height(5));
  guard.forget_up_to(Height(3));

  EXPECT_EQ(refusal(guard, at(5, kOne)), ErrorCode::Refused);
  EXPECT_EQ(refusal(guard, at(5, kOther)), ErrorCode::Refused);
  EXPECT_EQ(refusal(guard, at(4, kOne)), ErrorCode::Refused);
  EXPECT_TRUE(guard.sign(at(6, kOne)).ok());
}

TEST(SignGuard, SignsNothingAtOrBelowAStableOfTheLog) {
  SignGuard before = a_guard();
  const Vote old = before.sign(at(5, kOne)).value();
  const Vote open = before.sign(at(6, kOne)).value();
  Header header = genesis_of(kEpoch);
  header.height = Height(5);

  SignGuard after =
      a_guard({Voted{old}, consensus::Stable{certified(kEpoch, header)}, Voted{open}});

  EXPECT_EQ(refusal(after, at(5, kOne)), ErrorCode::Refused);
  EXPECT_EQ(refusal(after, at(6, kOther)), ErrorCode::Conflict);
}

}  // namespace
}  // namespace tally::test
