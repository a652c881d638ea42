// The passed-over rule: a censor is complained of, a correct primary never, whatever the spam.
#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using consensus::SharedSubmission;

constexpr MerchantId kThird{3};

/// Valid for as long as these tests run.
Bytes lasting(MerchantId merchant, std::uint64_t request, std::size_t transactions = 1) {
  std::vector<Transaction> all;
  for (std::uint64_t i = 0; i < transactions; ++i)
    all.push_back(an_earn()
                      .by(merchant)
                      .request(request * 10'000 + i)
                      .valid_until(kStart.plus(kDay))
                      .build());
  return seal_submission(an_epoch(1).chain, std::move(all), key_from_seed(merchant.value()));
}

Epoch a_small_epoch() {
  Epoch epoch = an_epoch(4);
  epoch.proposal_transactions_max = 4;
  return epoch;
}

/// Time passes in ticks, as it does for a node.
void wait(LoneOrdering& node, Duration span) {
  for (std::uint64_t passed = 0; passed < span.milliseconds(); passed += 500)
    (void)node.tick(Duration(500));
}

/// A backup, and a primary that orders what the test says.
struct Censored {
  explicit Censored(Epoch epoch = an_epoch(4)) : backup(node(1), std::move(epoch)) {
    (void)backup.submit(wanted);
  }
  void order(const std::vector<Bytes>& submissions) {
    (void)backup.tick(Duration(100));
    backup.finish(backup.next(submissions));
  }
  [[nodiscard]] bool passed_over() const { return backup.status().passed_over; }

  Bytes wanted = lasting(kBakery, 1);
  LoneOrdering backup;
};

TEST(PassedOver, ABlockHadRoom) {
  Censored it;
  wait(it.backup, Duration(4'500));
  it.order({lasting(kCafe, 1)});
  EXPECT_FALSE(it.passed_over()) << "in 5 s it may come yet";
  wait(it.backup, it.backup.epoch.passed_over);

  it.order({lasting(kCafe, 2)});

  EXPECT_TRUE(it.passed_over());
  it.order({it.wanted});
  EXPECT_FALSE(it.passed_over()) << "the cause is gone";
}

TEST(PassedOver, FullBlocksOfOthersExplainAWaitForSomeTime) {
  Censored it(a_small_epoch());
  wait(it.backup, it.backup.epoch.passed_over);
  for (std::uint64_t i = 1; i <= 4; ++i) {
    it.order({lasting(kCafe, i, 4)});
    EXPECT_FALSE(it.passed_over()) << "others had their turn, block " << i;
  }

  it.order({lasting(kCafe, 5, 4)});

  EXPECT_TRUE(it.passed_over()) << "each other merchant had one, and the unknown";
}

TEST(PassedOver, ABlockOfTheMerchantsBeginsTheCountAgain) {
  Censored it(a_small_epoch());
  const Bytes older = lasting(kBakery, 2, 4);
  (void)it.backup.share(older, node(2));
  wait(it.backup, it.backup.epoch.passed_over);
  for (std::uint64_t i = 1; i <= 4; ++i)
    it.order({lasting(kCafe, i, 4)});
  it.order({older});
  for (std::uint64_t i = 5; i <= 8; ++i)
    it.order({lasting(kCafe, i, 4)});

  EXPECT_FALSE(it.passed_over());
}

TEST(PassedOver, LaterOnesOfTheMerchantCameFirst) {
  Censored it(a_small_epoch());
  wait(it.backup, Duration(5'500));
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const Bytes later = lasting(kBakery, 1 + i, 4);
    (void)it.backup.share(later, node(3));
    it.order({later});
    EXPECT_FALSE(it.passed_over()) << "of each other origin one may come first";
  }
  const Bytes later = lasting(kBakery, 5, 4);
  (void)it.backup.share(later, node(3));

  it.order({later});

  EXPECT_TRUE(it.passed_over());
}

TEST(PassedOver, NotOnceItExpired) {
  LoneOrdering backup(node(1));
  (void)backup.submit(a_submission(kBakery, 1, backup.now.utc.plus(Duration(5'500))));
  wait(backup, Duration(6'000));

  backup.finish(backup.next({lasting(kCafe, 1)}));

  EXPECT_FALSE(backup.status().passed_over);
  EXPECT_EQ(backup.status().pool_submissions, 0U) << "and it is gone, by header time";
}

TEST(PassedOver, NotBeforeThePrimaryWasAskedForIt) {
  LoneOrdering backup(node(1));
  (void)backup.share(lasting(kBakery, 1), node(2));
  (void)backup.tick(Duration(6'000));  // one tick alone, in which it is forwarded

  backup.finish(backup.next({lasting(kCafe, 1)}));

  EXPECT_FALSE(backup.status().passed_over);
}

TEST(PassedOver, WhatWasNotAdmittedHasNoTimer) {
  Epoch epoch = an_epoch(4);
  LoneOrdering backup(node(1), epoch);
  const Bytes committed = lasting(kBakery, 1);
  backup.finish(backup.next({committed}));
  (void)backup.submit(committed);
  wait(backup, Duration(6'000));

  backup.finish(backup.next({lasting(kCafe, 1)}));

  EXPECT_FALSE(backup.status().passed_over);
}

TEST(Mempool, CensorGoesSpammerCannot) {
  Censored it;
  wait(it.backup, Duration(5'500));
  it.order({lasting(kCafe, 1)});
  (void)it.backup.tick();

  const auto complaints = it.backup.all<Complaint>();
  ASSERT_FALSE(complaints.empty());
  EXPECT_EQ(complaints[0].reason, consensus::Reason::PassedOver);
  const Height stable = it.backup.status().stable;
  (void)it.backup.hear(
      a_complaint(it.backup.epoch, View(), node(2), stable, consensus::Reason::PassedOver),
      node(2));
  EXPECT_EQ(it.backup.all<ViewChange>().size(), 1U) << "two of four nodes say so";

  Censored spammed;
  spammed.order({spammed.wanted});
  for (std::uint64_t i = 0; i < 50; ++i)
    (void)spammed.backup.submit(spammed.wanted);
  wait(spammed.backup, Duration(6'000));
  spammed.order({lasting(kCafe, 1)});
  (void)spammed.backup.tick();
  EXPECT_TRUE(spammed.backup.all<Complaint>().empty());
}

/// A correct primary and a backup, linked, with a spammer beside them; the test plays the rest.
class Pair {
 public:
  Pair() : primary(node(0), epoch()), backup(node(1), epoch()) {}

  /// Half a second: both get a tick, and what they say reaches the other.
  void pass() {
    (void)backup.tick();
    carry();
    (void)primary.tick();
    look();
    if (proposed_.has_value()) {
      const Proposal proposal = *std::exchange(proposed_, std::nullopt);
      backup.finish(proposal);
      carry();
      primary.finish(proposal);
      look();
      ++blocks;
      const auto submissions = decode_payload(proposal.payload).value();
      for (const ByteView bytes : submissions)
        ordered.insert(to_bytes(bytes));
    }
    if (backup.status().passed_over) complained = true;
  }
  void submit(const Bytes& bytes) {
    (void)backup.submit(bytes);
    carry();
  }

  LoneOrdering primary;
  LoneOrdering backup;
  std::set<Bytes> ordered;
  std::size_t blocks = 0;
  bool complained = false;

 private:
  static Epoch epoch() {
    Epoch epoch = a_small_epoch();
    epoch.idle_block = Duration(60'000);
    return epoch;
  }
  void carry() {
    for (const SharedSubmission& shared : backup.all<SharedSubmission>())
      (void)primary.share(shared.bytes, node(1)), look();
  }
  void look() {
    const auto fresh = primary.all<PrePrepare>();
    if (!fresh.empty()) proposed_ = fresh.front().proposal;
  }
  std::optional<Proposal> proposed_;
};

TEST(PassedOver, SpamInAnothersNameMakesNoPrimaryPassOver) {
  Pair pair;
  std::set<Bytes> wanted;
  std::uint64_t spam = 1'000;
  for (std::uint64_t round = 0; round < 60; ++round) {
    // Node 3 claims to be the bakery: to the primary alone, to the backup alone, to both; it
    // brings what the backup's callers want too, behind its spam.
    for (int i = 0; i < 3; ++i)
      (void)pair.primary.share(lasting(kBakery, ++spam, 4), node(3));
    (void)pair.backup.share(lasting(kBakery, ++spam, 4), node(3));
    const Bytes to_both = lasting(kThird, ++spam, 4);
    (void)pair.primary.share(to_both, node(3));
    (void)pair.backup.share(to_both, node(3));
    if (round % 10 == 0) {
      const Bytes bytes = lasting(kBakery, round + 1);
      (void)pair.primary.share(bytes, node(3));
      pair.submit(bytes);
      if (round <= 30) wanted.insert(bytes);
    }
    pair.pass();
  }

  EXPECT_FALSE(pair.complained);
  EXPECT_GT(pair.blocks, 50U);
  for (const Bytes& bytes : wanted)
    EXPECT_TRUE(pair.ordered.contains(bytes)) << "and what is wanted comes through";
}

}  // namespace
}  // namespace tally::test
