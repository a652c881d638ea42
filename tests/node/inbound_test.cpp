// The static check: what a node may believe of bytes from outside.
#include <gmock/gmock.h>

#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::ProposalBody;
using node::Inbound;
using ::testing::HasSubstr;

const Timestamp kNow = kStart.plus(kHour);

Proposal holding(const Epoch& epoch, const std::vector<Bytes>& submissions,
                 Height height = Height(1)) {
  const std::vector<ByteView> views(submissions.begin(), submissions.end());
  return a_proposal(epoch, height, kNow, encode_payload(views));
}

/// Why a backup does not let the proposal in, be it a pre-prepare or a body; "" if it does.
std::string fault(const Epoch& epoch, const Proposal& proposal) {
  Inbound inbound(epoch);
  const auto fresh =
      inbound.message(encode_message(a_pre_prepare(epoch, proposal)), node(0), Height());
  const auto body = inbound.message(encode_message(ProposalBody{proposal}), node(0), Height());
  EXPECT_EQ(fresh.ok(), body.ok());
  return fresh.ok() ? "" : fresh.error().message;
}

TEST(Inbound, LetsGoodProposalsIn) {
  const Epoch epoch = an_epoch(4);

  EXPECT_EQ(fault(epoch, holding(epoch, {a_submission(kCafe, 1), a_submission(kBakery, 1)})), "");
  EXPECT_EQ(fault(epoch, holding(epoch, {})), "") << "an idle block";
}

TEST(Inbound, RefusesASubmissionThatStandsTwice) {
  const Epoch epoch = an_epoch(4);
  const Bytes bytes = a_submission(kCafe, 1);

  EXPECT_THAT(fault(epoch, holding(epoch, {bytes, bytes})), HasSubstr("repeats a submission"));
}

TEST(Inbound, RefusesASubmissionPastItsValidity) {
  const Epoch epoch = an_epoch(4);

  EXPECT_THAT(fault(epoch, holding(epoch, {a_submission(kCafe, 1, kNow)})),
              HasSubstr("past its validity"));
  EXPECT_EQ(fault(epoch, holding(epoch, {a_submission(kCafe, 1, kNow.plus(Duration(1)))})), "");
}

TEST(Inbound, RefusesMoreThanAProposalMayHold) {
  Epoch epoch = an_epoch(4);
  epoch.proposal_transactions_max = 1;
  EXPECT_THAT(fault(epoch, holding(epoch, {a_submission(kCafe, 1), a_submission(kCafe, 2)})),
              HasSubstr("2 transactions; expected at most 1"));

  epoch = an_epoch(4);
  epoch.proposal_bytes_max = 300;
  EXPECT_THAT(fault(epoch, holding(epoch, {a_submission(kCafe, 1), a_submission(kCafe, 2)})),
              HasSubstr("expected at most 300"));
}

TEST(Inbound, RefusesBadSignaturesAndBytesThatAreNone) {
  const Epoch epoch = an_epoch(4);
  Bytes forged = a_submission(kCafe, 1);
  forged.back() ^= 1;

  EXPECT_THAT(fault(epoch, holding(epoch, {forged})), HasSubstr("not the signature of key"));
  EXPECT_NE(fault(epoch, holding(epoch, {id_bytes(1)})), "");
  EXPECT_NE(fault(epoch, a_proposal(epoch, Height(1), kNow, id_bytes(1))), "");
}

TEST(Inbound, CacheBindsTheSignature) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Bytes good = a_submission(kCafe, 1);
  ASSERT_TRUE(inbound.submission(good).ok());
  Bytes forged = good;
  forged.back() ^= 1;

  const auto message = a_pre_prepare(epoch, holding(epoch, {forged}));

  EXPECT_FALSE(inbound.message(encode_message(message), node(0), Height()).ok());
}

TEST(Inbound, RefusesACallersSubmissionThatNoProposalHolds) {
  Epoch epoch = an_epoch(4);
  epoch.proposal_bytes_max = 200;
  Inbound inbound(epoch);

  const auto submission = inbound.submission(a_submission(kCafe, 1));

  ASSERT_FALSE(submission.ok());
  EXPECT_EQ(submission.error().code, ErrorCode::OutOfLimits);
}

TEST(Inbound, DropsWhatIsSettled) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Proposal proposal = holding(epoch, {a_submission(kCafe, 1)}, Height(5));
  Vote vote = a_vote(epoch, Phase::Commit, Height(5), proposal_digest(proposal), node(2));
  vote.signature = {};  // not worth a check, so nobody finds out
  Header header = genesis_of(epoch);
  header.height = Height(5);
  const std::vector<Message> messages = {vote, Checkpoint{header, node(2), {}},
                                         a_pre_prepare(epoch, proposal), ProposalBody{proposal}};

  for (const Message& message : messages) {
    const auto settled = inbound.message(encode_message(message), node(2), Height(5));
    ASSERT_TRUE(settled.ok());
    EXPECT_FALSE(settled->has_value());
  }
  EXPECT_FALSE(inbound.message(encode_message(vote), node(2), Height(4)).ok());
  EXPECT_FALSE(inbound.message(encode_message(messages[2]), node(0), Height(2))->has_value())
      << "far above";
  EXPECT_TRUE(inbound.message(encode_message(messages[2]), node(0), Height(3))->has_value());
}

TEST(Inbound, RefusesBytesThatAreNoMessage) {
  Inbound inbound(an_epoch(4));

  for (const Bytes& frame : {Bytes(), Bytes{255}, Bytes(100, 7)})
    EXPECT_FALSE(inbound.message(frame, node(2), Height()).ok());
}

}  // namespace
}  // namespace tally::test
