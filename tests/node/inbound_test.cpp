// The static check: what a node may believe of bytes from outside.
#include <gmock/gmock.h>

#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::NewView;
using consensus::ProposalBody;
using consensus::Refused;
using consensus::RefusedNewView;
using consensus::Rule;
using consensus::VerifiedMessage;
using node::Inbound;
using node::InboundHint;
using ::testing::HasSubstr;

const Timestamp kNow = kStart.plus(kHour);

Proposal holding(const Epoch& epoch, const std::vector<Bytes>& submissions,
                 Height height = Height(1)) {
  const std::vector<ByteView> views(submissions.begin(), submissions.end());
  return a_proposal(epoch, height, kNow, encode_payload(views));
}

InboundHint above(Height stable) {
  InboundHint hint;
  hint.stable = stable;
  return hint;
}
InboundHint in_view(View view, bool changing = false) {
  InboundHint hint;
  hint.view = view;
  hint.changing = changing;
  return hint;
}
InboundHint wanting(const Proposal& proposal) {
  InboundHint hint;
  hint.wanted.insert(proposal_digest(proposal));
  return hint;
}

/// Why a backup does not let the proposal in; "" if it does. As a pre-prepare it is the primary's
/// fault, which signed it; as a body it is a fault of who brought it.
std::string fault(const Epoch& epoch, const Proposal& proposal) {
  const auto fresh = Inbound(epoch).message(encode_message(a_pre_prepare(epoch, proposal)), node(2),
                                            above(Height()));
  const auto body =
      Inbound(epoch).message(encode_message(ProposalBody{proposal}), node(2), wanting(proposal));
  EXPECT_TRUE(fresh.ok() && fresh->has_value());
  if (!fresh.ok() || !fresh->has_value()) return "no pre-prepare";
  const auto* refused = std::get_if<Refused>(&**fresh);
  EXPECT_EQ(refused == nullptr, body.ok());
  if (refused != nullptr) {
    EXPECT_EQ(refused->rule, Rule::Form);
  }
  return body.ok() ? "" : body.error().message;
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
  const auto checked = inbound.message(encode_message(message), node(0), above(Height()));

  EXPECT_TRUE(std::holds_alternative<Refused>(checked.value().value()));
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
    const auto settled = inbound.message(encode_message(message), node(2), above(Height(5)));
    ASSERT_TRUE(settled.ok());
    EXPECT_FALSE(settled->has_value());
  }
  EXPECT_FALSE(inbound.message(encode_message(vote), node(2), above(Height(4))).ok());
  EXPECT_FALSE(inbound.message(encode_message(messages[2]), node(0), above(Height(2)))->has_value())
      << "far above";
  EXPECT_TRUE(inbound.message(encode_message(messages[2]), node(0), above(Height(3)))->has_value());
}

TEST(Inbound, DropsWhatAnEarlierViewWasLeftBy) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const View view(6);
  ViewChange change = a_view_change(epoch, view, node(2));
  Complaint complaint = a_complaint(epoch, view, node(2), Height(), consensus::Reason::NoProgress);
  NewView proof = a_new_view(epoch, view, {change});
  change.signature = complaint.signature = proof.signature = {};
  const InboundHint in_it = in_view(view);
  const InboundHint above_it = in_view(View(7));
  const InboundHint changing_to_it = in_view(view, true);

  for (const Message& message : std::vector<Message>{change, complaint, proof}) {
    const Bytes frame = encode_message(message);
    EXPECT_FALSE(inbound.message(frame, node(2), above_it)->has_value());
    EXPECT_FALSE(inbound.message(frame, node(2), changing_to_it).ok()) << "worth a check";
  }
  EXPECT_FALSE(inbound.message(encode_message(proof), node(2), in_it)->has_value());
  EXPECT_FALSE(inbound.message(encode_message(complaint), node(2), in_it).ok());
}

TEST(Inbound, ChecksNoBodiesAndBlocksThatNobodyAskedFor) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Proposal bad = holding(epoch, {id_bytes(1)});
  const Header header = execute(genesis_of(epoch), bad);
  consensus::Certificate forged = certified(epoch, header).certificate;
  forged.votes[0].signature = {};
  const Bytes blocks = encode_message(consensus::CertifiedBlocks{{{bad, header, forged}}});
  InboundHint asked;
  asked.asked.insert(node(2));

  EXPECT_FALSE(
      inbound.message(encode_message(ProposalBody{bad}), node(2), InboundHint())->has_value());
  EXPECT_FALSE(inbound.message(encode_message(ProposalBody{bad}), node(2), wanting(bad)).ok());
  EXPECT_FALSE(inbound.message(blocks, node(3), asked)->has_value());
  EXPECT_FALSE(inbound.message(blocks, node(2), asked).ok());
}

TEST(Inbound, OfAPrimarysSecondProposalTheVoteAloneIsLeft) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Proposal first = holding(epoch, {a_submission(kCafe, 1)});
  const Proposal second = holding(epoch, {a_submission(kCafe, 2)});
  const auto hear = [&](const Proposal& proposal, const InboundHint& hint) {
    return inbound.message(encode_message(a_pre_prepare(epoch, proposal)), node(0), hint)
        .value()
        .value();
  };
  const auto is_whole = [](const node::Checked& checked) {
    return std::holds_alternative<PrePrepare>(std::get<VerifiedMessage>(checked).content());
  };

  EXPECT_TRUE(is_whole(hear(first, InboundHint())));
  EXPECT_FALSE(is_whole(hear(second, InboundHint()))) << "a liar could have us check for ever";
  EXPECT_TRUE(is_whole(hear(first, InboundHint()))) << "sent again";
  EXPECT_TRUE(is_whole(hear(second, wanting(second)))) << "a quorum took it";
  EXPECT_TRUE(is_whole(hear(second, InboundHint()))) << "checked";
}

TEST(Inbound, TakesAProposalOfTheNextViewBeforeItKnowsThatItBegan) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const Proposal proposal = holding(epoch, {a_submission(kCafe, 1)});
  const auto is_whole = [&](View view) {
    const auto checked = inbound.message(encode_message(a_pre_prepare(epoch, proposal, view)),
                                         epoch.primary(view), in_view(View(10)));
    return std::holds_alternative<PrePrepare>(
        std::get<VerifiedMessage>(checked.value().value()).content());
  };

  EXPECT_FALSE(is_whole(View(9))) << "it keeps no vote of a view that it left";
  EXPECT_FALSE(is_whole(View(12))) << "each node has one such view to sign for";
  EXPECT_TRUE(is_whole(View(11)));
  EXPECT_TRUE(is_whole(View(10)));
}

TEST(Inbound, ABadNewViewIsAReasonToComplainIfItsPrimarySignedIt) {
  const Epoch epoch = an_epoch(4);
  Inbound inbound(epoch);
  const ViewChange one = a_view_change(epoch, View(1), node(2));
  const NewView bad = a_new_view(epoch, View(1), {one});
  NewView forged = bad;
  forged.signature = {};

  const auto refused = inbound.message(encode_message(bad), node(3), InboundHint());

  ASSERT_TRUE(refused.ok() && refused->has_value());
  ASSERT_TRUE(std::holds_alternative<RefusedNewView>(**refused));
  EXPECT_EQ(std::get<RefusedNewView>(**refused).view, View(1));
  EXPECT_FALSE(inbound.message(encode_message(forged), node(3), InboundHint()).ok());
}

TEST(Inbound, RefusesBytesThatAreNoMessage) {
  Inbound inbound(an_epoch(4));

  for (const Bytes& frame : {Bytes(), Bytes{255}, Bytes(100, 7)})
    EXPECT_FALSE(inbound.message(frame, node(2), InboundHint()).ok());
}

}  // namespace
}  // namespace tally::test
