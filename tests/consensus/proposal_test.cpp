// Proposals, headers and votes as bytes.
#include "support/consensus_samples.h"
#include "support/golden.h"

namespace tally::test {
namespace {

using consensus::decode_certificate;
using consensus::decode_header;
using consensus::decode_proposal;
using consensus::ProposalKind;

TEST(Proposal, IsWhatTheGoldenFileSays) {
  const Proposal proposal = sample_proposal();

  Golden(encode_proposal(proposal))
      .digest("proposal", proposal_digest(proposal))
      .expect_in("consensus/proposal.hex");
}

TEST(Proposal, ComesBack) {
  Proposal null = a_proposal(sample_epoch(), Height(3), Timestamp());
  null.kind = ProposalKind::Null;

  for (const Proposal& proposal : {sample_proposal(), null})
    EXPECT_EQ(decode_proposal(encode_proposal(proposal)).value(), proposal);
}

TEST(Proposal, DigestCoversEachField) {
  const Proposal base = sample_proposal();
  std::set<Hash> digests = {proposal_digest(base)};
  const auto expect_new = [&](auto change) {
    Proposal other = base;
    change(other);
    EXPECT_TRUE(digests.insert(proposal_digest(other)).second);
  };

  expect_new([](Proposal& p) { p.kind = ProposalKind::Null; });
  expect_new([](Proposal& p) { p.chain = fixed_of<Hash>(1); });
  expect_new([](Proposal& p) { p.epoch = EpochNumber(1); });
  expect_new([](Proposal& p) { p.height = Height(1); });
  expect_new([](Proposal& p) { p.time = Timestamp(); });
  expect_new([](Proposal& p) { p.payload.clear(); });
}

TEST(Proposal, ANullOneHasNothingToChoose) {
  Proposal timed = a_proposal(sample_epoch(), Height(3), kStart);
  timed.kind = ProposalKind::Null;
  Proposal filled = a_proposal(sample_epoch(), Height(3), Timestamp(), id_bytes(1));
  filled.kind = ProposalKind::Null;

  EXPECT_FALSE(decode_proposal(encode_proposal(timed)).ok());
  EXPECT_FALSE(decode_proposal(encode_proposal(filled)).ok());
}

TEST(Proposal, RefusesOtherVersionsKindsAndLengths) {
  const Bytes good = encode_proposal(sample_proposal());
  Bytes version = good;
  version[0] = 2;
  Bytes kind = good;
  kind[1] = 3;
  Bytes longer = good;
  longer.push_back(0);

  for (const Bytes& bytes : {version, kind, longer, Bytes(good.begin(), good.end() - 1), Bytes()})
    EXPECT_FALSE(decode_proposal(bytes).ok());
}

TEST(Header, IsWhatTheGoldenFileSays) {
  const Header header = sample_header();

  Golden(encode_header(header))
      .digest("header", header_digest(header))
      .digest("validators", header.validators)
      .expect_in("consensus/header.hex");
}

TEST(Header, ComesBack) {
  EXPECT_EQ(decode_header(encode_header(sample_header())).value(), sample_header());
}

TEST(Vote, SignsWhatTheGoldenFileSays) {
  Golden(signed_bytes(sample_vote().statement))
      .digest("signature", sample_vote().signature)
      .expect_in("consensus/vote_signed.hex");
}

TEST(Certificate, ComesBack) {
  EXPECT_EQ(decode_certificate(encode_certificate(sample_certificate())).value(),
            sample_certificate());
}

TEST(Certificate, RefusesMoreVotesThanThereMayBeNodes) {
  Certificate certificate = sample_certificate();
  certificate.votes.resize(limits::kValidatorsMax + 1);

  EXPECT_FALSE(decode_certificate(encode_certificate(certificate)).ok());
}

}  // namespace
}  // namespace tally::test
