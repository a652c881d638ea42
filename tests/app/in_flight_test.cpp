// Pieces of work at once.
#include "app/in_flight.h"

#include <gtest/gtest.h>

#include <mutex>
#include <set>

namespace tally::app {
namespace {

TEST(InFlight, DoesEachPieceOnce) {
  std::mutex mutex;
  std::multiset<std::size_t> done;
  InFlight asked;
  asked.count = 100;
  asked.at_once = 8;
  asked.work = [&](std::size_t piece) {
    const std::lock_guard lock(mutex);
    done.insert(piece);
    return Faults();
  };

  EXPECT_TRUE(run_in_flight(asked).empty());

  EXPECT_EQ(done.size(), 100U);
  EXPECT_EQ(std::set<std::size_t>(done.begin(), done.end()).size(), 100U);
}

TEST(InFlight, StartsNothingAfterAFault) {
  std::atomic<std::size_t> started = 0;
  InFlight asked;
  asked.count = 1'000'000;
  asked.at_once = 4;
  asked.work = [&](std::size_t piece) {
    ++started;
    return piece == 3 ? Faults{Fault{kBadInput, "three", "", "", ""}} : Faults();
  };

  const Faults faults = run_in_flight(asked);

  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults.front().got, "three");
  EXPECT_LT(started, 1'000'000U);
}

TEST(InFlight, StopsWhereItIsTold) {
  std::atomic<bool> stop = false;
  std::atomic<std::size_t> started = 0;
  InFlight asked;
  asked.count = 1'000'000;
  asked.stop = &stop;
  asked.work = [&](std::size_t) {
    if (++started == 10) stop = true;
    return Faults();
  };

  EXPECT_TRUE(run_in_flight(asked).empty());

  EXPECT_EQ(started, 10U);
}

TEST(InFlight, OfNothingIsOverAtOnce) {
  InFlight asked;
  asked.work = [](std::size_t) { return Faults(); };

  EXPECT_TRUE(run_in_flight(asked).empty());
}

}  // namespace
}  // namespace tally::app
