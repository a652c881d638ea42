// How much of the thread a peer may take, by the pauses that it is given. No clock is read.
#include <tally/net/fair_share.h>

#include <gtest/gtest.h>

#include <tally/net/peer_links.h>

#include <random>
#include <vector>

namespace tally::net::test {
namespace {

using std::chrono::milliseconds;
using Cost = FairShare::Cost;

constexpr Cost kHour = std::chrono::hours(1);
const FairShare::Time kStart{std::chrono::hours(1'000)};

/// A peer alone on the thread that always has a frame of `cost` ready; what it took in an hour.
Cost taken_in_an_hour(std::size_t faulty, Cost cost) {
  FairShare share(faulty);
  FairShare::Time now = kStart;
  Cost taken{};
  while (now < kStart + kHour) {
    now += cost;
    taken += cost;
    now += share.spend(cost, now);
  }
  return taken;
}

TEST(FairShare, ALiarsPartOfTheThreadIsBounded) {
  for (const std::size_t faulty : {1U, 2U, 3U, 4U, 5U})
    for (const Cost cost :
         {Cost(500), Cost(10'000), Cost(45'000), Cost(300'000), Cost(1'100'000)}) {
      const auto part = kHour / static_cast<std::int64_t>(2 * faulty);
      EXPECT_LE(taken_in_an_hour(faulty, cost), part + FairShare::kBurst + cost)
          << "f=" << faulty << " cost=" << cost.count();
    }
}

TEST(FairShare, ACorrectBusyPeerWithinItsPartNeverWaits) {
  for (const std::size_t faulty : {1U, 2U, 5U}) {
    FairShare share(faulty);
    std::mt19937 random(7);
    FairShare::Time now = kStart;
    for (int i = 0; i < 100'000; ++i) {
      const Cost cost(random() % 20'000);
      now += cost * static_cast<std::int64_t>(2 * faulty);
      EXPECT_EQ(share.spend(cost, now), milliseconds::zero()) << "f=" << faulty << " frame " << i;
    }
  }
}

TEST(FairShare, ABurstIsFree) {
  FairShare share(5);
  FairShare::Time now = kStart;
  for (Cost spent{}; spent < FairShare::kBurst; spent += milliseconds(10))
    EXPECT_EQ(share.spend(milliseconds(10), now), milliseconds::zero());

  EXPECT_EQ(share.spend(milliseconds(10), now), milliseconds(100)) << "10 ms, ten times";
}

TEST(FairShare, APauseIsServedOnANewLinkToo) {
  FairShare share(1);
  const milliseconds pause = share.spend(milliseconds(1'250), kStart);

  EXPECT_EQ(pause, milliseconds(2'000));
  EXPECT_EQ(share.pause(kStart + milliseconds(500)), milliseconds(1'500));
  EXPECT_EQ(share.pause(kStart + milliseconds(2'000)), milliseconds::zero());
}

TEST(FairShare, NoPauseIsLongerThanALinkStandsSilence) {
  FairShare share(5);

  EXPECT_EQ(share.spend(std::chrono::minutes(10), kStart), FairShare::kPauseMax);
  EXPECT_EQ(share.spend(std::chrono::minutes(10), kStart), FairShare::kPauseMax);
  EXPECT_LT(FairShare::kPauseMax.count(),
            static_cast<std::int64_t>(LinkTimes().silence.milliseconds()));
}

TEST(FairShare, WhereNobodyIsAssumedToLieNobodyWaits) {
  FairShare share(0);

  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(share.spend(milliseconds(1'000), kStart), milliseconds::zero());
}

}  // namespace
}  // namespace tally::net::test
