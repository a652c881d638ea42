// Properties of whole networks, over many seeds. TALLY_SEED=n runs that seed alone, TALLY_SEEDS=n
// that many; the names of failures hold the seed.
#include <cstdlib>

#include "support/replica_network.h"

namespace tally::test {
namespace {

constexpr std::size_t kSizes[] = {1, 4, 5, 7};
constexpr Faults kChaos{.loss = 100,
                        .duplication = 100,
                        .crash_before_sync = 8,
                        .crash_after_sync = 8,
                        .crash_in_ledger = 20,
                        .delay_max_ms = 200};

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Runs `story(nodes, seed)` for each size and many seeds, until one fails.
template <typename Story>
void for_seeds(std::uint64_t seeds, Story story) {
  const std::uint64_t only = number_of("TALLY_SEED", 0);
  const std::uint64_t count = number_of("TALLY_SEEDS", seeds);
  for (std::uint64_t seed = only == 0 ? 1 : only; seed <= (only == 0 ? count : only); ++seed)
    for (const std::size_t nodes : kSizes) {
      SCOPED_TRACE("nodes " + std::to_string(nodes) + ", TALLY_SEED=" + std::to_string(seed));
      story(nodes, seed);
      if (::testing::Test::HasFailure()) return;
    }
}

void expect_progress(ReplicaNetwork& network) {
  const Height goal(network.highest().value() + 3);
  EXPECT_TRUE(network.run_until(goal, 60'000)) << network.describe();
}

TEST(Network, GrowsWithoutFaults) {
  for_seeds(1, [](std::size_t nodes, std::uint64_t seed) {
    ReplicaNetwork network(nodes, seed);
    EXPECT_TRUE(network.run_until(Height(20), 60'000)) << network.describe();
  });
}

TEST(Network, AgreesThroughChaosAndGoesOnAfterIt) {
  for_seeds(6, [](std::size_t nodes, std::uint64_t seed) {
    ReplicaNetwork network(nodes, seed);
    network.set(kChaos);
    network.run_for(20'000);
    network.heal();
    expect_progress(network);
  });
}

TEST(Network, GoesOnWithBackupsDeadForEver) {
  for_seeds(4, [](std::size_t nodes, std::uint64_t seed) {
    ReplicaNetwork network(nodes, seed);
    network.set(kChaos);
    network.run_for(4'000 + seed % 7 * 1'000);
    for (std::size_t i = 1; i <= consensus::Quorum(nodes).faulty(); ++i)
      network.kill(nodes - i);
    network.run_for(5'000);
    network.heal();
    expect_progress(network);
  });
}

TEST(Network, GoesOnAmongLyingBackups) {
  for_seeds(4, [](std::size_t nodes, std::uint64_t seed) {
    ReplicaNetwork network(nodes, seed);
    network.set(kChaos);
    for (std::size_t i = 1; i <= consensus::Quorum(nodes).faulty(); ++i)
      network.corrupt(nodes - i);
    network.run_for(10'000);
    network.heal();
    expect_progress(network);
  });
}

TEST(Network, AgreesUnderALyingPrimary) {
  for_seeds(4, [](std::size_t nodes, std::uint64_t seed) {
    ReplicaNetwork network(nodes, seed);
    network.run_for(2'000);
    if (consensus::Quorum(nodes).faulty() > 0) network.corrupt(0);
    network.set(kChaos);
    network.run_for(10'000);
    network.heal();
    network.run_for(10'000);
  });
}

}  // namespace
}  // namespace tally::test
