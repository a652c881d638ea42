// Messages as bytes, and the check that lets one in.
#include <gmock/gmock.h>

#include <functional>

#include "support/consensus_samples.h"
#include "support/golden.h"

namespace tally::test {
namespace {

using consensus::CertifiedBlocks;
using consensus::decode_message;
using consensus::ProposalBody;
using consensus::verify_message;
using ::testing::HasSubstr;

TEST(MessageBytes, AreWhatTheGoldenFilesSay) {
  for (const auto& [name, message] : sample_messages())
    Golden(encode_message(message)).expect_in("consensus/" + name + ".hex");
}

TEST(MessageBytes, ComeBack) {
  for (const auto& [name, message] : sample_messages()) {
    const Bytes bytes = encode_message(message);
    const Result<Message> back = decode_message(bytes);
    ASSERT_TRUE(back.ok()) << name;
    EXPECT_EQ(back->index(), message.index()) << name;
    EXPECT_EQ(encode_message(*back), bytes) << name;
  }
}

TEST(MessageBytes, RefuseWhatIsCutOrLonger) {
  for (const auto& [name, message] : sample_messages()) {
    Bytes bytes = encode_message(message);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode_message(ByteView(bytes).first(size)).ok()) << name << " " << size;
    bytes.push_back(0);
    EXPECT_FALSE(decode_message(bytes).ok()) << name;
  }
}

TEST(MessageBytes, RefuseUnknownTypes) {
  for (const int type : {0, 16, 255})
    EXPECT_FALSE(decode_message(Bytes{static_cast<std::uint8_t>(type)}).ok()) << type;
}

TEST(MessageBytes, RefuseMoreThanAnAnswerMayHold) {
  consensus::Status status;
  status.slots.resize(2 * limits::kWindowMax + 1);

  EXPECT_FALSE(decode_message(encode_message(status)).ok());
}

/// Why `message` is not let in; "" if it is.
std::string fault(const Message& message) {
  const auto verified = verify_message(message, node(1), sample_epoch());
  return verified.ok() ? "" : verified.error().message;
}

TEST(VerifyMessage, LetsGoodOnesIn) {
  for (const auto& [name, message] : sample_messages())
    EXPECT_EQ(fault(message), "") << name;
}

TEST(VerifyMessage, SaysWhoBroughtIt) {
  EXPECT_EQ(verify_message(sample_vote(), node(1), sample_epoch()).value().from(), node(1));
}

TEST(VerifyMessage, RefusesAPrePrepareThatDoesNotFitItsProposal) {
  const Epoch& epoch = sample_epoch();
  const PrePrepare good = a_pre_prepare(epoch, sample_proposal());
  const auto expect_fault = [&](const std::function<void(PrePrepare&)>& change, const char* why) {
    PrePrepare bad = good;
    change(bad);
    EXPECT_THAT(fault(bad), HasSubstr(why));
  };

  expect_fault([](PrePrepare& p) { p.vote.statement.phase = Phase::Commit; }, "prepare vote");
  expect_fault([](PrePrepare& p) { p.proposal.kind = consensus::ProposalKind::Null; }, "null");
  expect_fault([](PrePrepare& p) { p.proposal.height = Height(13); }, "its vote's");
  expect_fault([](PrePrepare& p) { p.proposal.chain = Hash(); }, "its vote's");
  expect_fault([](PrePrepare& p) { p.vote.signer = node(1); }, "primary");
  expect_fault([](PrePrepare& p) { p.vote.statement.view = View(1); }, "primary");
  expect_fault([](PrePrepare& p) { p.proposal.payload = {}; }, "digest");
  expect_fault([](PrePrepare& p) { p.vote.signature = {}; }, "does not verify");
}

TEST(VerifyMessage, RefusesVotesOfOthersAndOfNoPhaseOfTheirs) {
  Vote unsigned_vote = sample_vote();
  unsigned_vote.signature = {};
  Vote anothers = sample_vote();
  anothers.signer = node(3);
  Vote strangers = sample_vote();
  strangers.signer = node(4);
  const Vote bare =
      a_vote(sample_epoch(), Phase::Checkpoint, Height(12), fixed_of<Hash>(1), node(2));
  VoteStatement other_chain = sample_vote().statement;
  other_chain.chain = fixed_of<Hash>(1);

  EXPECT_THAT(fault(unsigned_vote), HasSubstr("does not verify"));
  EXPECT_THAT(fault(anothers), HasSubstr("does not verify"));
  EXPECT_THAT(fault(strangers), HasSubstr("no member"));
  EXPECT_THAT(fault(bare), HasSubstr("travels with its header"));
  EXPECT_THAT(fault(a_vote(other_chain, node(2))), HasSubstr("another chain"));
}

TEST(VerifyMessage, RefusesCheckpointsAndCertifiedHeadersOfAnotherHeader) {
  Checkpoint checkpoint = a_checkpoint(sample_header(), node(3));
  checkpoint.header.state_root = Hash();
  CertifiedHeader block = certified(sample_epoch(), sample_header());
  block.header.state_root = Hash();

  EXPECT_THAT(fault(checkpoint), HasSubstr("does not verify"));
  EXPECT_THAT(fault(block), HasSubstr("another header"));
}

TEST(VerifyMessage, RefusesCertificatesThatMustNotTravelAlone) {
  VoteStatement prepared = sample_vote().statement;
  prepared.phase = Phase::Prepare;

  EXPECT_THAT(fault(certificate_of(sample_epoch(), prepared)), HasSubstr("commit certificate"));
}

TEST(VerifyMessage, RefusesBodiesOfAnotherChain) {
  Proposal proposal = sample_proposal();
  proposal.chain = fixed_of<Hash>(1);

  EXPECT_NE(fault(ProposalBody{proposal}), "");
}

TEST(VerifyMessage, RefusesBlocksThatDoNotFitTogether) {
  const Epoch& epoch = sample_epoch();
  const Proposal next_proposal = a_proposal(epoch, Height(13), kStart.plus(kDay));
  const Header next = execute(sample_header(), next_proposal);
  const consensus::CertifiedBlock first = {sample_proposal(), sample_header(),
                                           certified(epoch, sample_header()).certificate};
  const consensus::CertifiedBlock second = {next_proposal, next,
                                            certified(epoch, next).certificate};
  consensus::CertifiedBlock other_body = second;
  other_body.proposal.payload = id_bytes(1);
  consensus::CertifiedBlock other_height = second;
  other_height.proposal.height = Height(14);
  consensus::CertifiedBlock uncertified = second;
  uncertified.certificate = first.certificate;

  EXPECT_EQ(fault(CertifiedBlocks{{first, second}}), "");
  EXPECT_EQ(fault(CertifiedBlocks{}), "");
  EXPECT_THAT(fault(CertifiedBlocks{{second, first}}), HasSubstr("ascend by one"));
  EXPECT_THAT(fault(CertifiedBlocks{{first, first}}), HasSubstr("ascend by one"));
  EXPECT_THAT(fault(CertifiedBlocks{{other_body}}), HasSubstr("proposal's digest"));
  EXPECT_THAT(fault(CertifiedBlocks{{other_height}}), HasSubstr("one height"));
  EXPECT_THAT(fault(CertifiedBlocks{{uncertified}}), HasSubstr("another header"));
}

}  // namespace
}  // namespace tally::test
