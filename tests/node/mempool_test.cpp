// The mempool, as ordering shows it: what is proposed, forwarded, forgotten.
#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::SharedSubmission;

/// What the primary proposed in the last round; nothing: it did not.
std::vector<Bytes> proposed(const LoneOrdering& primary) {
  const auto fresh = primary.all<PrePrepare>();
  if (fresh.empty()) return {};
  std::vector<Bytes> submissions;
  const auto views = decode_payload(fresh.at(0).proposal.payload).value();
  for (const ByteView bytes : views)
    submissions.push_back(to_bytes(bytes));
  return submissions;
}

/// About 2.5 MB, by `merchant`.
Bytes a_large_submission(MerchantId merchant, std::uint64_t n) {
  std::vector<Transaction> transactions;
  for (std::uint64_t i = 0; i < 8'000; ++i)
    transactions.push_back(a_publication().by(merchant).request(n * 10'000 + i).build());
  return seal_submission(an_epoch(1).chain, std::move(transactions), key_from_seed(1));
}

Epoch a_wide_epoch() {
  Epoch epoch = an_epoch(4);
  epoch.proposal_bytes_max = limits::kProposalBytesMax;
  epoch.proposal_transactions_max = limits::kProposalTransactionsMax;
  return epoch;
}

TEST(Mempool, MerchantsTakeTurns) {
  LoneOrdering primary(node(0));
  const Bytes a1 = a_submission(kCafe, 1);
  const Bytes a2 = a_submission(kCafe, 2);
  const Bytes a3 = a_submission(kCafe, 3);
  const Bytes b1 = a_submission(kBakery, 1);
  for (const Bytes& bytes : {a1, a2, a3, b1})
    (void)primary.submit(bytes);

  (void)primary.tick();

  EXPECT_EQ(proposed(primary), (std::vector<Bytes>{a1, b1, a2, a3}));
}

TEST(Mempool, KeepsToTheSizeOfAProposal) {
  Epoch epoch = an_epoch(4);
  epoch.proposal_transactions_max = 2;
  LoneOrdering primary(node(0), epoch);
  const Bytes one = a_submission(kCafe, 1);
  const Bytes two = a_submission(kCafe, 2);
  const Bytes three = a_submission(kCafe, 3);
  for (const Bytes& bytes : {one, two, three})
    (void)primary.submit(bytes);
  (void)primary.tick();
  EXPECT_EQ(proposed(primary), (std::vector<Bytes>{one, two}));

  primary.finish(primary.all<PrePrepare>().at(0).proposal);

  EXPECT_EQ(proposed(primary), std::vector<Bytes>{three});
}

TEST(Mempool, TakesNothingTwice) {
  LoneOrdering primary(node(0));
  const Bytes bytes = a_submission(kCafe, 1);
  (void)primary.submit(bytes);
  EXPECT_EQ(primary.all<SharedSubmission>().size(), 1U);
  (void)primary.submit(bytes);
  EXPECT_EQ(primary.all<SharedSubmission>().size(), 0U);
  (void)primary.tick();
  EXPECT_EQ(proposed(primary).size(), 1U);
  primary.finish(primary.all<PrePrepare>().at(0).proposal);

  (void)primary.submit(bytes);

  EXPECT_TRUE(primary.sent.empty()) << "it is in a block";
  EXPECT_EQ(primary.status().pool_submissions, 0U);
}

TEST(Mempool, SharesWhatACallerBroughtAndNotWhatAPeerDid) {
  LoneOrdering backup(node(1));
  const Bytes bytes = a_submission(kCafe, 1);

  (void)backup.handle(
      node::SharedByPeer{node(2), verify_submission(bytes, backup.epoch.chain).value()});

  EXPECT_TRUE(backup.sent.empty());
  EXPECT_EQ(backup.status().pool_submissions, 1U);
}

TEST(Mempool, ForwardsToThePrimaryWhatWaits) {
  LoneOrdering backup(node(1));
  const Bytes bytes = a_submission(kCafe, 1);
  (void)backup.submit(bytes);
  (void)backup.tick(Duration(1'999));
  EXPECT_TRUE(backup.all<SharedSubmission>().empty());

  (void)backup.tick(Duration(1));

  ASSERT_EQ(backup.all<SharedSubmission>().size(), 1U);
  for (const auto& [to, message] : backup.sent)
    if (std::holds_alternative<SharedSubmission>(message)) {
      EXPECT_EQ(to, node(0));
    }
  (void)backup.tick();
  EXPECT_TRUE(backup.all<SharedSubmission>().empty()) << "not each tick";
}

TEST(Mempool, ProposesNothingThatIsPastItsValidity) {
  LoneOrdering primary(node(0));
  const Bytes past = a_submission(kCafe, 1, primary.now.utc);
  const Bytes good = a_submission(kCafe, 2, primary.now.utc.plus(kHour));
  (void)primary.submit(past);
  (void)primary.submit(good);

  (void)primary.tick(Duration(1));

  EXPECT_EQ(proposed(primary), std::vector<Bytes>{good}) << "backups would refuse the proposal";
}

TEST(Mempool, WhatIsPastItsValidityLeavesWithTheNextBlock) {
  LoneOrdering primary(node(0));
  (void)primary.submit(a_submission(kCafe, 1, primary.now.utc));
  (void)primary.tick(Duration(1));
  EXPECT_TRUE(primary.all<PrePrepare>().empty()) << "an empty block comes in its time, not before";
  (void)primary.tick(Duration(1'000));
  ASSERT_EQ(primary.all<PrePrepare>().size(), 1U);

  primary.finish(primary.all<PrePrepare>().at(0).proposal);

  EXPECT_EQ(primary.status().pool_submissions, 0U);
}

TEST(Mempool, EachMerchantHasAShare) {
  LoneOrdering backup(node(1), a_wide_epoch());
  std::uint64_t n = 0;
  const auto fill = [&](MerchantId merchant) {
    std::size_t admitted = 0;
    for (;; ++admitted) {
      (void)backup.submit(a_large_submission(merchant, ++n));
      if (backup.sent.empty()) return admitted;
    }
  };

  const std::size_t of_cafe = fill(kCafe);

  EXPECT_GE(of_cafe, 3U);
  EXPECT_LE(backup.status().pool_bytes, limits::kMempoolBytes / 5);
  (void)backup.submit(a_submission(kBakery, 1));
  EXPECT_FALSE(backup.sent.empty()) << "another's share";
}

TEST(Mempool, InventedMerchantsShareOneShare) {
  LoneOrdering backup(node(1), a_wide_epoch());
  for (std::uint32_t i = 0; i < 12; ++i)
    (void)backup.submit(a_large_submission(MerchantId(1'000 + i), i));

  EXPECT_GT(backup.status().pool_bytes, 0U);
  EXPECT_LE(backup.status().pool_bytes, limits::kMempoolBytes / 5);
}

}  // namespace
}  // namespace tally::test
