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

/// About half a megabyte, by `merchant`, under a key of its own.
Bytes a_large_submission(MerchantId merchant, std::uint64_t n, std::uint64_t key) {
  std::vector<Transaction> transactions;
  for (std::uint64_t i = 0; i < 1'000; ++i)
    transactions.push_back(a_publication().by(merchant).request(n * 10'000 + i).build());
  return seal_submission(an_epoch(1).chain, std::move(transactions), key_from_seed(key));
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

TEST(Mempool, OriginsTakeTurnsInAMerchantsTurn) {
  LoneOrdering primary(node(0));
  std::vector<Bytes> own;
  for (std::uint64_t i = 1; i <= 3; ++i)
    own.push_back(a_submission(kCafe, i));
  const Bytes of_peer = a_submission(kCafe, 11);
  for (const Bytes& bytes : own)
    (void)primary.submit(bytes);
  (void)primary.share(of_peer, node(2));

  (void)primary.tick();

  EXPECT_EQ(proposed(primary), (std::vector<Bytes>{own[0], of_peer, own[1], own[2]}));
}

TEST(Mempool, NobodyHoldsBackByBringingToo) {
  LoneOrdering primary(node(0));
  const Bytes wanted = a_submission(kCafe, 1);
  for (std::uint64_t i = 11; i <= 13; ++i)
    (void)primary.share(a_submission(kCafe, i), node(3));
  (void)primary.share(wanted, node(3));
  (void)primary.share(wanted, node(2));
  EXPECT_EQ(primary.status().pool_submissions, 4U);

  (void)primary.tick();

  const std::vector<Bytes> block = proposed(primary);
  ASSERT_EQ(block.size(), 4U) << "once, though it waits in two queues";
  EXPECT_EQ(block[0], wanted) << "first of what node 2 brought";
}

TEST(Mempool, LargeOnesAreNotPassedByForEver) {
  Epoch epoch = an_epoch(4);
  epoch.proposal_transactions_max = 4;
  LoneOrdering primary(node(0), epoch);
  const auto of_four = [&](MerchantId merchant, std::uint64_t n) {
    std::vector<Transaction> transactions;
    for (std::uint64_t i = 0; i < 4; ++i)
      transactions.push_back(
          an_earn().by(merchant).request(n + i).valid_until(kStart.plus(kDay)).build());
    return seal_submission(epoch.chain, std::move(transactions), key_from_seed(merchant.value()));
  };
  const std::vector<Bytes> large = {of_four(kBakery, 100), of_four(MerchantId(3), 200)};
  for (std::uint64_t i = 1; i <= 20; ++i)
    (void)primary.submit(a_submission(kCafe, i));
  for (const Bytes& bytes : large)
    (void)primary.submit(bytes);

  std::vector<std::vector<Bytes>> blocks;
  (void)primary.tick();
  for (std::size_t i = 0; i < 5; ++i) {
    blocks.push_back(proposed(primary));
    ASSERT_FALSE(blocks.back().empty());
    primary.finish(primary.all<PrePrepare>().at(0).proposal);
  }

  EXPECT_EQ(blocks[1], std::vector<Bytes>{large[0]}) << "cut off last time, so first";
  EXPECT_EQ(blocks[2], std::vector<Bytes>{large[1]});
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

  (void)backup.share(bytes, node(2));
  EXPECT_TRUE(backup.sent.empty());
  EXPECT_EQ(backup.status().pool_submissions, 1U);

  (void)backup.submit(bytes);
  EXPECT_EQ(backup.all<SharedSubmission>().size(), 1U) << "the peer may have told nobody else";
  EXPECT_EQ(backup.status().pool_submissions, 1U);
}

TEST(Mempool, ForwardsToThePrimaryWhatWaits) {
  LoneOrdering backup(node(1));
  const Bytes own = a_submission(kCafe, 1);
  const Bytes of_peer = a_submission(kBakery, 1);
  (void)backup.submit(own);
  (void)backup.share(of_peer, node(2));
  (void)backup.tick(Duration(499));
  EXPECT_TRUE(backup.all<SharedSubmission>().empty()) << "not before a third of the timeout";

  (void)backup.tick(Duration(1));

  const auto forwarded = backup.all<SharedSubmission>();
  ASSERT_EQ(forwarded.size(), 2U);
  EXPECT_EQ(forwarded[0].bytes, own);
  EXPECT_EQ(forwarded[1].bytes, of_peer);
  for (const auto& [to, message] : backup.sent)
    if (std::holds_alternative<SharedSubmission>(message)) {
      EXPECT_EQ(to, node(0));
    }
  (void)backup.tick(Duration(499));
  EXPECT_TRUE(backup.all<SharedSubmission>().empty()) << "not each tick";
}

TEST(Mempool, ForwardsWhatEachOriginBroughtAndNotMuchAtOnce) {
  LoneOrdering backup(node(1), a_wide_epoch());
  for (std::uint64_t i = 0; i < 2; ++i)
    (void)backup.share(a_large_submission(kCafe, i, 100 + i), node(3));
  const Bytes own = a_submission(kBakery, 1);
  const Bytes of_peer = a_submission(kBakery, 2);
  (void)backup.submit(own);
  (void)backup.share(of_peer, node(2));

  (void)backup.tick();
  auto forwarded = backup.all<SharedSubmission>();
  ASSERT_EQ(forwarded.size(), 2U);
  EXPECT_EQ(forwarded[0].bytes, own);
  EXPECT_GT(forwarded[1].bytes.size(), 256U << 10) << "one of each origin, however large";
  (void)backup.tick();
  forwarded = backup.all<SharedSubmission>();

  ASSERT_EQ(forwarded.size(), 2U) << "and the next time the next origin's";
  EXPECT_EQ(forwarded[1].bytes, of_peer);
}

/// From nodes that know of no block.
std::vector<ViewChange> changes_to(const Epoch& epoch, View view,
                                   const std::vector<std::size_t>& signers) {
  std::vector<ViewChange> changes;
  for (const std::size_t signer : signers)
    changes.push_back(a_view_change(epoch, view, node(signer)));
  return changes;
}

TEST(Mempool, KeepsThemAcrossViews) {
  LoneOrdering backup(node(2));
  LoneOrdering next_primary(node(1));
  const Bytes bytes = a_submission(kCafe, 1);
  (void)backup.submit(bytes);
  (void)next_primary.share(bytes, node(2));
  const auto changes = changes_to(backup.epoch, View(1), {0, 1, 3});

  (void)backup.hear(a_new_view(backup.epoch, View(1), changes), node(1));

  EXPECT_EQ(backup.status().view, View(1));
  EXPECT_EQ(backup.status().pool_submissions, 1U);
  ASSERT_EQ(backup.all<SharedSubmission>().size(), 1U) << "at once, to the new primary";
  for (const auto& [to, message] : backup.sent)
    if (std::holds_alternative<SharedSubmission>(message)) {
      EXPECT_EQ(to, node(1));
    }

  for (const ViewChange& change : changes_to(backup.epoch, View(1), {0, 2, 3}))
    (void)next_primary.hear(change, change.signer);
  if (proposed(next_primary).empty()) (void)next_primary.tick();
  EXPECT_EQ(next_primary.status().view, View(1));
  EXPECT_EQ(proposed(next_primary), std::vector<Bytes>{bytes});
}

TEST(Mempool, OfferedToAllByANodeThatIsAloneInAViewChange) {
  LoneOrdering backup(node(2));
  (void)backup.submit(a_submission(kCafe, 1));
  for (const ViewChange& change : changes_to(backup.epoch, View(1), {0, 3}))
    (void)backup.hear(change, change.signer);
  ASSERT_TRUE(backup.status().changing);

  (void)backup.tick();

  ASSERT_EQ(backup.all<SharedSubmission>().size(), 1U);
  for (const auto& [to, message] : backup.sent)
    if (std::holds_alternative<SharedSubmission>(message)) {
      EXPECT_EQ(to, std::nullopt) << "it knows no primary";
    }
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

TEST(Mempool, TakesNothingThatWasPastItsValidityInABlock) {
  LoneOrdering backup(node(1));
  const Bytes past = a_submission(kCafe, 1, backup.now.utc);
  const Bytes good = a_submission(kCafe, 2, backup.now.utc.plus(kHour));
  backup.now.utc = backup.now.utc.plus(Duration(1));
  backup.finish(backup.next({}));

  (void)backup.submit(past);
  EXPECT_TRUE(backup.all<SharedSubmission>().empty());
  (void)backup.share(past, node(2));
  (void)backup.share(good, node(2));

  EXPECT_EQ(backup.status().pool_submissions, 1U);
}

/// How many large ones of `merchant` get in, each under another key; `peer`: who brings them.
std::size_t fill(LoneOrdering& node, MerchantId merchant, std::optional<NodeIndex> peer,
                 std::uint64_t first) {
  std::size_t admitted = 0;
  for (std::size_t before = node.status().pool_submissions;; ++admitted) {
    const Bytes bytes = a_large_submission(merchant, first + admitted, 1'000 + admitted);
    (void)(peer.has_value() ? node.share(bytes, *peer) : node.submit(bytes));
    if (node.status().pool_submissions == before + admitted) return admitted;
  }
}

TEST(Mempool, EachMerchantHasAShare) {
  LoneOrdering backup(node(1), a_wide_epoch());

  const std::size_t of_cafe = fill(backup, kCafe, std::nullopt, 0);

  EXPECT_GE(of_cafe, 1U);
  EXPECT_LE(backup.status().pool_bytes, limits::kMempoolBytes / 4 / 2 / 4);
  const std::size_t of_bakery = fill(backup, kBakery, std::nullopt, 100);
  EXPECT_GT(of_bakery, 2 * of_cafe) << "the merchant whose node it is";
  (void)backup.submit(a_submission(MerchantId(3), 1));
  EXPECT_FALSE(backup.sent.empty()) << "another's share";
}

TEST(Mempool, APeersSpamFillsNothingButItsOwnPart) {
  LoneOrdering backup(node(1), a_wide_epoch());
  std::size_t spam = 0;
  for (std::uint32_t merchant = 1; merchant <= 5; ++merchant)
    spam += fill(backup, MerchantId(merchant), node(3), 1'000 * merchant);
  EXPECT_GT(spam, 10U);
  EXPECT_LE(backup.status().pool_bytes, limits::kMempoolBytes / 4);

  (void)backup.share(a_submission(MerchantId(4), 1), node(2));
  (void)backup.submit(a_submission(MerchantId(4), 2));

  EXPECT_EQ(backup.status().pool_submissions, spam + 2) << "whichever merchant the spam claims";
}

TEST(Mempool, AKeyHasAQuarterOfAShare) {
  LoneOrdering backup(node(1), a_wide_epoch());
  std::size_t admitted = 0;
  for (std::uint64_t i = 0; i < 10; ++i) {
    (void)backup.submit(a_large_submission(kBakery, i, 7));
    if (!backup.sent.empty()) ++admitted;
  }

  EXPECT_GE(admitted, 2U);
  EXPECT_LE(backup.status().pool_bytes, limits::kMempoolBytes / 4 / 2 / 4);
  (void)backup.submit(a_large_submission(kBakery, 11, 8));
  EXPECT_FALSE(backup.sent.empty()) << "another key";
}

TEST(Mempool, InventedMerchantsShareOneShare) {
  LoneOrdering backup(node(1), a_wide_epoch());
  for (std::uint32_t i = 0; i < 12; ++i)
    (void)backup.submit(a_large_submission(MerchantId(1'000 + i), i, 100 + i));

  EXPECT_GT(backup.status().pool_bytes, 0U);
  EXPECT_LE(backup.status().pool_bytes, limits::kMempoolBytes / 4 / 2 / 4);
}

}  // namespace
}  // namespace tally::test
