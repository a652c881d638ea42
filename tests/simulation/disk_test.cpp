// What the simulated disk keeps, and what it may lose.
#include "simulation/disk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tally::sim {
namespace {

const std::string kFile = "votes/a";

Bytes filled(std::size_t size, std::uint8_t with) {
  return Bytes(size, with);
}

/// A synced file of 700 bytes with its name, and 700 more that are not synced.
std::unique_ptr<storage::File> half_synced(SimDisk& disk) {
  auto file = disk.open(kFile, true).value();
  EXPECT_TRUE(file->append(filled(700, 1)).ok());
  EXPECT_TRUE(file->sync().ok());
  EXPECT_TRUE(disk.sync_folder("votes").ok());
  EXPECT_TRUE(file->append(filled(700, 2)).ok());
  return file;
}

TEST(SimDisk, KeepsWhatWasSyncedAtEveryPowerCut) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimDisk disk{Random(seed)};
    (void)half_synced(disk);

    disk.cut_power();

    const Bytes found = disk.read(kFile, 10'000).value();
    ASSERT_GE(found.size(), 700U);
    EXPECT_TRUE(std::all_of(found.begin(), found.begin() + 700, [](auto b) { return b == 1; }));
  }
}

TEST(SimDisk, LosesTearsAndGarblesTheRest) {
  std::set<Bytes> endings;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimDisk disk{Random(seed)};
    (void)half_synced(disk);

    disk.cut_power();

    const Bytes found = disk.read(kFile, 10'000).value();
    endings.insert(Bytes(found.begin() + 700, found.end()));
  }

  EXPECT_TRUE(endings.contains(Bytes()));
  EXPECT_TRUE(endings.contains(filled(700, 2)));
  EXPECT_GT(endings.size(), 20U);
}

TEST(SimDisk, CutsTheRestOffWhereRocksDbStandsOnIt) {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimDisk disk(Random(seed), Unsynced::CutOff);
    (void)half_synced(disk);

    disk.cut_power();

    const Bytes found = disk.read(kFile, 10'000).value();
    ASSERT_GE(found.size(), 700U);
    EXPECT_TRUE(std::all_of(found.begin() + 700, found.end(), [](auto b) { return b == 2; }));
    sizes.insert(found.size());
  }

  EXPECT_TRUE(sizes.contains(700));
  EXPECT_TRUE(sizes.contains(1'400));
  EXPECT_GT(sizes.size(), 20U);
}

TEST(SimDisk, HasTheOldFileOrTheNewOneAfterAReplacement) {
  std::size_t old = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk{Random(seed)};
    (void)half_synced(disk);
    auto next = disk.open("votes/b", true).value();
    ASSERT_TRUE(next->append(filled(10, 3)).ok());
    ASSERT_TRUE(next->sync().ok());

    ASSERT_TRUE(disk.replace("votes/b", kFile).ok());
    disk.cut_power();

    const Bytes found = disk.read(kFile, 10'000).value();
    if (found.size() >= 700)
      ++old;
    else
      EXPECT_EQ(found, filled(10, 3));
  }

  EXPECT_GT(old, 20U);
  EXPECT_LT(old, 80U);
}

TEST(SimDisk, KeepsAllWhenTheProcessAloneDies) {
  SimDisk disk{Random(1)};
  (void)half_synced(disk);

  disk.kill_process();

  EXPECT_EQ(disk.read(kFile, 10'000).value().size(), 1'400U);
}

TEST(SimDisk, MayLoseANameWithoutItsFoldersSync) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk{Random(seed)};
    auto file = disk.open(kFile, true).value();
    ASSERT_TRUE(file->append(filled(10, 1)).ok());
    ASSERT_TRUE(file->sync().ok());

    disk.cut_power();

    if (!disk.read(kFile, 10'000).ok()) ++lost;
  }

  EXPECT_GT(lost, 20U);
  EXPECT_LT(lost, 80U);
}

TEST(SimDisk, CutsThePowerAtTheArmedChange) {
  SimDisk disk{Random(1)};
  auto file = half_synced(disk);
  disk.arm(2, DiskFault::Cut);

  EXPECT_TRUE(file->append(filled(10, 3)).ok());
  EXPECT_FALSE(file->sync().ok());
  EXPECT_TRUE(disk.is_cut());
  EXPECT_FALSE(file->append(filled(10, 3)).ok());
}

TEST(SimDisk, MakesNothingDurableWhenASyncFails) {
  SimDisk disk{Random(1)};
  auto file = half_synced(disk);
  std::size_t told = 0;
  disk.on_durable = [&told](ByteView bytes) { told += bytes.size(); };
  disk.arm(1, DiskFault::SyncFails);

  EXPECT_FALSE(file->sync().ok());
  EXPECT_EQ(told, 0U);
  EXPECT_EQ(disk.durable_image().files.at(kFile).size(), 700U);
}

}  // namespace
}  // namespace tally::sim
