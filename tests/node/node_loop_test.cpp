// Four whole nodes: what all order, execute and certify.
#include "node/cluster.h"

namespace tally::test {
namespace {

constexpr std::size_t kNodes = 4;

Transaction an_enrolment(std::uint64_t n, MerchantId merchant) {
  return an_enrol()
      .by(merchant)
      .at(merchant)
      .of(member(n + 1))  // no member has the id 0
      .request(1'000 + n)
      .valid_until(clock_now().plus(kHour))
      .build();
}

/// One of `n` … `n + count − 1` at a time to each node in turn, but not to `without`.
void submit_enrolments(Cluster& cluster, std::uint64_t n, std::uint64_t count,
                       std::optional<std::size_t> without = std::nullopt) {
  for (std::uint64_t i = 0; i < count; ++i) {
    std::size_t to = (n + i) % kNodes;
    if (without == to) to = 0;
    const MerchantId merchant = cluster.chain.genesis.content.founders[to].merchant;
    cluster.submit(to, {an_enrolment(n + i, merchant)});
  }
}

void publish_programmes(Cluster& cluster) {
  for (std::size_t i = 0; i < kNodes; ++i) {
    const MerchantId merchant = cluster.chain.genesis.content.founders[i].merchant;
    cluster.submit(i, {a_publication()
                           .by(merchant)
                           .programme(a_programme("Points " + std::to_string(i), merchant))
                           .request(1)
                           .valid_until(clock_now().plus(kHour))
                           .build()});
  }
  ASSERT_TRUE(cluster.wait_until([&] { return cluster.answered(0, Outcome::Accepted) == kNodes; }));
}

Height height_of(Cluster& cluster, std::size_t i) {
  return cluster.at(i)->status().executed;
}

/// Every node holds every block up to `height`, the same ones, each with its block certificate.
bool all_hold(Cluster& cluster, Height height) {
  const auto first = cluster.at(0)->snapshot().value();
  if (first->height() < height) return false;  // a later snapshot of a node may have it already
  for (std::size_t i = 0; i < kNodes; ++i) {
    const auto snapshot = cluster.at(i)->snapshot().value();
    if (snapshot->height() < height) return false;
    for (Height h(1); h <= height; h = h.next()) {
      EXPECT_EQ(header_digest(snapshot->header(h).value()), header_digest(first->header(h).value()))
          << "node " << i << " height " << h.value();
      const auto certificate = snapshot->certificate(h).value();
      if (!certificate.has_value()) return false;
    }
  }
  return true;
}

TEST(NodeLoop, FourNodesOrderExecuteAndCertifyTheSame) {
  Cluster cluster(kNodes);
  publish_programmes(cluster);

  submit_enrolments(cluster, 0, 300);

  for (std::size_t i = 0; i < kNodes; ++i)
    EXPECT_TRUE(cluster.wait_until([&] {
      return cluster.answered(i, Outcome::Accepted) == 300 + kNodes;
    })) << "node "
        << i << " waits for " << cluster.at(i)->status().waiting_for << ", answered "
        << cluster.answered(i, Outcome::Accepted);
  const Height height = height_of(cluster, 0);
  EXPECT_TRUE(cluster.wait_until([&] { return all_hold(cluster, height); }));
  EXPECT_EQ(cluster.halted(), std::nullopt);
}

TEST(NodeLoop, ANodeThatStoppedCatchesUp) {
  Cluster cluster(kNodes);
  publish_programmes(cluster);
  submit_enrolments(cluster, 0, 50);
  ASSERT_TRUE(cluster.wait_until([&] { return cluster.answered(0, Outcome::Accepted) > 20; }));

  cluster.stop(2);
  submit_enrolments(cluster, 50, 100, 2);
  ASSERT_TRUE(cluster.wait_until([&] { return cluster.answered(0, Outcome::Accepted) >= 100; }));
  cluster.start(2);

  const Height height = height_of(cluster, 0);
  EXPECT_TRUE(cluster.wait_until([&] { return all_hold(cluster, height); }))
      << cluster.at(2)->status().waiting_for << " of " << height.value();
  EXPECT_EQ(cluster.halted(), std::nullopt);
}

TEST(NodeLoop, ThePrimaryMayStopAndComeBack) {
  Cluster cluster(kNodes);
  publish_programmes(cluster);

  submit_enrolments(cluster, 0, 40);
  cluster.stop(0);
  cluster.start(0);
  submit_enrolments(cluster, 40, 40);

  const Height height(height_of(cluster, 1).value() + 3);
  EXPECT_TRUE(cluster.wait_until([&] { return all_hold(cluster, height); }))
      << cluster.at(1)->status().waiting_for;
  EXPECT_EQ(cluster.halted(), std::nullopt);
}

TEST(NodeLoop, ServesAPeerThatIsNeverSatisfiedNoMoreThanItsShare) {
  Cluster cluster(kNodes);
  ASSERT_TRUE(cluster.wait_until([&] { return all_hold(cluster, Height(1)); }));
  const std::shared_ptr<node::NodeLoop> serving = cluster.at(0);
  const Bytes question = encode_message(consensus::FetchBlocks{Height(1), Height(1)});
  const auto blocks_for = [&](std::uint16_t peer) {
    const auto frames = serving->on_frame(NodeIndex(peer), question).value();
    const auto answer = consensus::decode_message(frames.at(0).bytes).value();
    return std::get<consensus::CertifiedBlocks>(answer).blocks.size();
  };

  std::size_t served = 0;
  while (served < 50'000 && blocks_for(1) == 1)
    ++served;

  EXPECT_GE(served, 500U) << "enough for any honest one";
  EXPECT_LT(served, 50'000U) << "and then it is told that there are none";
  EXPECT_EQ(blocks_for(2), 1U) << "the others lack nothing";
}

TEST(NodeLoop, AnIdleNetworkGoesOnInEmptyBlocks) {
  Cluster cluster(kNodes);

  EXPECT_TRUE(cluster.wait_until([&] { return all_hold(cluster, Height(2)); }));

  EXPECT_EQ(cluster.halted(), std::nullopt);
}

}  // namespace
}  // namespace tally::test
