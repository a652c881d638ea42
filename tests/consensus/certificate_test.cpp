// What a certificate proves, and what it must not be made of.
#include <gmock/gmock.h>

#include "support/consensus_builders.h"

namespace tally::test {
namespace {

using consensus::assemble_certificate;
using consensus::check_certificate;
using ::testing::HasSubstr;

const Epoch kEpoch = an_epoch(4);
const VoteStatement kStatement =
    a_statement(kEpoch, Phase::Commit, Height(7), fixed_of<Hash>(1), View(2));
const Certificate kGood = certificate_of(kEpoch, kStatement);

/// Why `certificate` is refused; "" if it is not.
std::string fault(const Certificate& certificate) {
  const Result<void> checked = check_certificate(kEpoch, certificate);
  return checked.ok() ? "" : checked.error().message;
}

TEST(Certificate, IsGood) {
  EXPECT_EQ(fault(kGood), "");
}

TEST(Certificate, CountsEachSignerOnce) {
  std::vector<Vote> votes(5, a_vote(kStatement, node(1)));
  votes.push_back(a_vote(kStatement, node(0)));

  EXPECT_EQ(assemble_certificate(kEpoch, kStatement, votes), std::nullopt);

  votes.push_back(a_vote(kStatement, node(3)));
  const auto certificate = assemble_certificate(kEpoch, kStatement, votes);
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(certificate->votes.size(), 3U);
  EXPECT_EQ(fault(*certificate), "");
}

TEST(Certificate, TakesExactlyAQuorumOfTheLowestSigners) {
  std::vector<Vote> votes;
  for (const std::size_t i : {3U, 1U, 0U, 2U})
    votes.push_back(a_vote(kStatement, node(i)));

  EXPECT_EQ(assemble_certificate(kEpoch, kStatement, votes), kGood);
}

TEST(Certificate, RefusesOtherSlotsVotes) {
  VoteStatement others[] = {kStatement, kStatement, kStatement, kStatement, kStatement, kStatement};
  others[0].phase = Phase::Prepare;
  others[1].view = View(3);
  others[2].height = Height(8);
  others[3].digest = fixed_of<Hash>(2);
  others[4].epoch = EpochNumber(1);
  others[5].chain = fixed_of<Hash>(3);

  for (const VoteStatement& other : others) {
    const std::vector<Vote> votes = {a_vote(kStatement, node(0)), a_vote(kStatement, node(1)),
                                     a_vote(other, node(2))};
    EXPECT_EQ(assemble_certificate(kEpoch, kStatement, votes), std::nullopt);

    Certificate moved = kGood;
    moved.statement = other;
    EXPECT_NE(fault(moved), "");
    Certificate mixed = kGood;
    mixed.votes[2].signature = votes[2].signature;
    EXPECT_THAT(fault(mixed), HasSubstr("does not verify"));
  }
}

TEST(Certificate, IsNotMadeOfStrangersVotes) {
  const std::vector<Vote> votes = {a_vote(kStatement, node(0)), a_vote(kStatement, node(1)),
                                   a_vote(kStatement, node(4))};

  EXPECT_EQ(assemble_certificate(kEpoch, kStatement, votes), std::nullopt);
}

TEST(Certificate, RefusesTooFewVotes) {
  Certificate certificate = kGood;
  certificate.votes.pop_back();

  EXPECT_THAT(fault(certificate), HasSubstr("2 votes; expected at least 3"));
  EXPECT_NE(fault(Certificate{kStatement, {}}), "");
}

TEST(Certificate, RefusesUnsortedAndRepeatedSigners) {
  Certificate unsorted = kGood;
  std::swap(unsorted.votes[0], unsorted.votes[1]);
  Certificate repeated = kGood;
  repeated.votes[2] = repeated.votes[1];

  EXPECT_THAT(fault(unsorted), HasSubstr("ascend strictly"));
  EXPECT_THAT(fault(repeated), HasSubstr("ascend strictly"));
}

TEST(Certificate, RefusesForeignSigners) {
  Certificate certificate = kGood;
  certificate.votes[2] = {node(4), a_vote(kStatement, node(4)).signature};

  EXPECT_THAT(fault(certificate), HasSubstr("signer 4 is no member"));
}

TEST(Certificate, RefusesAWrongSignatureAmongMoreThanEnough) {
  Certificate certificate = kGood;
  certificate.votes.push_back({node(3), a_vote(kStatement, node(2)).signature});

  EXPECT_THAT(fault(certificate), HasSubstr("signature of node 3"));
}

TEST(Certificate, OfABlockBindsTheWholeHeader) {
  const Header header = execute(genesis_of(kEpoch), a_proposal(kEpoch, Height(1), kStart));
  const Certificate certificate = certified(kEpoch, header).certificate;
  Header others[] = {header, header, header, header, header, header};
  others[0].state_root = fixed_of<Hash>(9);
  others[1].receipts_root = fixed_of<Hash>(9);
  others[2].ledger_time = kStart.plus(kDay);
  others[3].parent = fixed_of<Hash>(9);
  others[4].protocol = 2;
  others[5].validators = fixed_of<Hash>(9);

  EXPECT_TRUE(check_block_certificate(kEpoch, header, certificate).ok());
  for (const Header& other : others)
    EXPECT_FALSE(check_block_certificate(kEpoch, other, certificate).ok());
  EXPECT_FALSE(check_block_certificate(kEpoch, header, kGood).ok());
}

TEST(Certificate, OfABlockHasNoView) {
  VoteStatement in_a_view = checkpoint_statement(genesis_of(kEpoch));
  in_a_view.view = View(1);

  EXPECT_THAT(fault(certificate_of(kEpoch, in_a_view)), HasSubstr("belongs to no view"));
}

}  // namespace
}  // namespace tally::test
