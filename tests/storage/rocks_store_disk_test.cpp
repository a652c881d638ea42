// The ledger on a disk that loses what was not synced, fails and fills up: RocksDB itself, on files
// in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tally/storage/rocks_store.h>

#include <memory>
#include <string>

#include "storage/blocks.h"
#include "support/lying_files.h"
#include "support/rocks_on_files.h"

namespace tally::storage {
namespace {

using test::LyingFiles;
using test::RocksOnFiles;

const crypto::Hash kChain = test::fixed_of<Hash>(1);
constexpr const char* kLedger = "data/ledger";

/// A process with a ledger open. Its end writes nothing, as a kill.
struct Process {
  explicit Process(LyingFiles& files, OpenMode mode = OpenMode::ReadWrite) : under(files) {
    auto opened = open_rocks_store_at(under.place(), kLedger, kChain, mode);
    if (opened.ok())
      store = std::move(opened).value();
    else
      why = opened.error();
    under.work();
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { under.stop(); }

  /// Blocks and their certificates till one is refused; true: none was.
  bool write(std::uint64_t from, std::uint64_t until) {
    if (store == nullptr) return false;
    for (std::uint64_t n = from; n <= until; ++n) {
      const auto snapshot = std::move(store->snapshot()).value();
      const state::Block block = next_block(*snapshot, 2);
      state::StateDelta delta(*snapshot);
      put_account(delta, n, 1'000);
      const Result<void> done = store->commit(CommittedBlock{&block, nullptr, {n, {}}}, delta);
      if (done.ok()) committed = Height(n);
      if (!done.ok() || !store->put_certificate(block_certificate(block.header)).ok()) return false;
    }
    return true;
  }
  [[nodiscard]] Height height() const { return store->snapshot().value()->height(); }

  RocksOnFiles under;
  std::unique_ptr<Store> store;
  Error why{};
  std::optional<Height> committed;
};

/// A disk on which a ledger of height 2 was made, and a process that opened it was killed.
LyingFiles a_disk() {
  LyingFiles files;
  {
    Process first(files, OpenMode::Create);
    EXPECT_TRUE(first.store != nullptr) << first.why.message;
    EXPECT_TRUE(first.write(0, 2));
  }
  return files.after_power_cut({});
}

/// That each block up to `height` can be read, and that the next one can be written.
void expect_whole(Process& process, Height height) {
  ASSERT_EQ(process.height(), height);
  const auto snapshot = process.store->snapshot().value();
  for (std::uint64_t n = 1; n <= height.value(); ++n)
    EXPECT_TRUE(snapshot->block(Height(n)).ok()) << n;
  EXPECT_EQ(process.store->log_position().sequence, height.value());
  EXPECT_TRUE(process.write(height.value() + 1, height.value() + 1));
}

/// What an opening and four blocks change, before each of which the power may go.
std::size_t changes_of_a_run() {
  LyingFiles files = a_disk();
  const std::size_t before = files.changes();
  Process process(files);
  EXPECT_TRUE(process.write(3, 6));
  return files.changes() - before;
}

TEST(RocksStoreDisk, HoldsEveryCommittedBlockWheneverThePowerGoes) {
  const std::size_t changes = changes_of_a_run();
  ASSERT_GT(changes, 20U);
  const LyingFiles disk = a_disk();
  for (const std::size_t kept : {std::size_t{0}, std::size_t{100}, std::size_t{1} << 30}) {
    for (const bool keeps_names : {false, true}) {
      for (std::size_t n = 0; n <= changes; ++n) {
        LyingFiles files = disk.copy();
        files.fail_after(n, "the power is gone");
        Height acknowledged(2);
        {
          Process process(files);
          (void)process.write(3, 6);
          if (process.committed.has_value()) acknowledged = *process.committed;
        }

        LyingFiles after = files.after_power_cut({.kept_bytes = kept, .keeps_names = keeps_names});
        Process restarted(after);

        ASSERT_TRUE(restarted.store != nullptr)
            << "change " << n << " kept " << kept << " " << restarted.why.message;
        // The block that was being written may be there, and none after it.
        EXPECT_GE(restarted.height(), acknowledged) << n;
        EXPECT_LE(restarted.height(), acknowledged.next()) << n;
        expect_whole(restarted, restarted.height());
      }
    }
  }
}

TEST(RocksStoreDisk, LosesUnsyncedCertificatesAndNoBlock) {
  LyingFiles files = a_disk();
  {
    Process process(files);
    ASSERT_TRUE(process.write(3, 4));
  }

  LyingFiles after = files.after_power_cut({});
  Process restarted(after);

  ASSERT_TRUE(restarted.store != nullptr) << restarted.why.message;
  const auto snapshot = restarted.store->snapshot().value();
  EXPECT_EQ(snapshot->height(), Height(4));
  EXPECT_TRUE(snapshot->certificate(Height(3)).value().has_value()) << "synced with block 4";
  EXPECT_FALSE(snapshot->certificate(Height(4)).value().has_value());
}

TEST(RocksStoreDisk, KeepsWhatAKilledProcessWroteAndDidNotSync) {
  LyingFiles files = a_disk();
  {
    Process process(files);
    ASSERT_TRUE(process.write(3, 3));
  }

  Process restarted(files);

  ASSERT_TRUE(restarted.store != nullptr) << restarted.why.message;
  EXPECT_TRUE(restarted.store->snapshot().value()->certificate(Height(3)).value().has_value());
}

/// After the first refusal each write is refused, though the disk is well again; a restart finds
/// what was acknowledged.
void expect_final(LyingFiles& files, Process& process) {
  ASSERT_TRUE(process.store != nullptr);
  EXPECT_FALSE(process.write(3, 6));
  const Height acknowledged = process.committed.value_or(Height(2));
  EXPECT_LT(acknowledged, Height(6));
  files.fail_after(std::numeric_limits<std::size_t>::max(), "");
  EXPECT_FALSE(process.write(acknowledged.value() + 1, acknowledged.value() + 1));
  process.under.stop();
  process.store.reset();

  LyingFiles after = files.after_power_cut({});
  Process restarted(after);

  ASSERT_TRUE(restarted.store != nullptr) << restarted.why.message;
  EXPECT_GE(restarted.height(), acknowledged);
  expect_whole(restarted, restarted.height());
}

TEST(RocksStoreDisk, AFailedSyncIsFinal) {
  for (std::size_t nth = 1; nth <= 4; ++nth) {
    LyingFiles files = a_disk();
    Process process(files);
    files.fail_sync(nth);
    expect_final(files, process);
  }
}

TEST(RocksStoreDisk, AFullDiskIsFinalAndLeavesNothingHalfWritten) {
  for (std::size_t nth = 0; nth <= 10; ++nth) {
    LyingFiles files = a_disk();
    Process process(files);
    files.fail_after(nth, "No space left on device");
    expect_final(files, process);
  }
}

TEST(RocksStoreDisk, SaysWhatTheDiskSaid) {
  LyingFiles files = a_disk();
  Process process(files);
  ASSERT_TRUE(process.store != nullptr) << process.why.message;
  files.fail_after(0, "No space left on device");

  const auto snapshot = std::move(process.store->snapshot()).value();
  const state::Block block = next_block(*snapshot, 0);
  const Result<void> done =
      process.store->commit(CommittedBlock{&block, nullptr, {}}, state::StateDelta(*snapshot));

  EXPECT_EQ(done.error().code, ErrorCode::Io);
  EXPECT_THAT(done.error().message, testing::HasSubstr("No space left on device"));
}

TEST(RocksStoreDisk, RefusesAByteThatChangedAfterItWasSynced) {
  LyingFiles files = a_disk();
  std::string log;
  const std::vector<std::string> names = files.list(kLedger).value();
  for (const std::string& name : names)
    if (name.ends_with(".log")) log = std::string(kLedger) + "/" + name;
  ASSERT_GT(files.bytes(log).size(), 300U);
  const std::size_t size = files.bytes(log).size();
  // Of the first record as of the last: none may be taken for a torn tail.
  for (const std::size_t place : {std::size_t{20}, size / 2, size - 5}) {
    LyingFiles damaged = files.copy();
    damaged.bytes(log)[place] ^= 1U;

    const Process process(damaged);

    EXPECT_TRUE(process.store == nullptr) << place;
    EXPECT_EQ(process.why.code, ErrorCode::Corrupt) << process.why.message;
  }
}

}  // namespace
}  // namespace tally::storage
