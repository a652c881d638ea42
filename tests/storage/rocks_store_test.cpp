// The ledger on disk: crashes, damage, what is refused at opening, and what a block costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tally/storage/rocks_store.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "storage/blocks.h"
#include "support/raw_ledger.h"
#include "support/temp_folder.h"

namespace tally::storage {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const crypto::Hash kChain = test::fixed_of<Hash>(1);

Result<std::unique_ptr<Store>> try_open(const std::string& folder,
                                        OpenMode mode = OpenMode::ReadWrite) {
  return open_rocks_store(folder, kChain, mode);
}
std::unique_ptr<Store> open(const std::string& folder, OpenMode mode = OpenMode::ReadWrite) {
  Result<std::unique_ptr<Store>> store = try_open(folder, mode);
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
  return std::move(store).value();
}

Height height_of(const Store& store) {
  return store.snapshot().value()->height();
}

Bytes read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

void write(const fs::path& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << as_text(bytes);
}

std::vector<fs::path> files_in(const std::string& folder, const std::string& suffix) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().ends_with(suffix)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Some accounts and receipts a block, so that each family has entries.
BlockContent some_content(std::uint64_t n) {
  return {.write =
              [n](state::StateDelta& delta) {
                for (std::uint64_t i = 0; i < 20; ++i) {
                  put_account(delta, i, 1'000 * n + i);
                  delta.put_request(test::fixed_of<RequestKey>(100 * n + i), {});
                }
              },
          .receipts = 5};
}

/// A ledger in `folder`, open, whose heights up to `tabled` are in tables and the others, up to
/// `height`, in the write-ahead log alone.
std::unique_ptr<Store> make_ledger(const std::string& folder, std::uint64_t tabled,
                                   std::uint64_t height) {
  std::unique_ptr<Store> store = open(folder, OpenMode::Create);
  for (std::uint64_t n = 0; n <= height; ++n) {
    commit_next(*store, some_content(n));
    if (n != tabled) continue;
    store.reset();
    store = open(folder);  // what the log held goes to tables here
  }
  return store;
}

/// Name and size of each file; of one that goes away meanwhile, 0.
std::map<std::string, std::uintmax_t> sizes_in(const std::string& folder) {
  std::map<std::string, std::uintmax_t> sizes;
  for (const fs::path& path : files_in(folder, "")) {
    std::error_code gone;
    sizes[path.filename()] = fs::file_size(path, gone);
  }
  return sizes;
}

/// What a process that is killed now would leave. RocksDB drops old files on a thread of its own,
/// and a copy takes time, so one counts only if the folder stood still meanwhile.
void copy_as_killed(const std::string& folder, const std::string& copy) {
  constexpr int kTries = 1'000;
  for (int i = 0; i < kTries; ++i) {
    const auto before = sizes_in(folder);
    fs::remove_all(copy);
    std::error_code failed;
    fs::copy(folder, copy, failed);
    if (!failed && sizes_in(folder) == before && sizes_in(copy) == before) return;
  }
  FAIL() << folder << " never stands still";
}

TEST(RocksStore, OpensOnlyWhatIsThereAndCreatesOnlyWhatIsNot) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";

  EXPECT_EQ(try_open(ledger).error().code, ErrorCode::NotFound);
  EXPECT_EQ(try_open(ledger, OpenMode::ReadOnly).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(fs::exists(ledger)) << "nothing is created by looking";
  EXPECT_TRUE(try_open(ledger, OpenMode::Create).ok());
  EXPECT_EQ(try_open(ledger, OpenMode::Create).error().code, ErrorCode::Conflict);
  EXPECT_EQ(fs::status(ledger).permissions(), fs::perms::owner_all);
  EXPECT_TRUE(try_open(ledger).ok());
}

TEST(RocksStore, RefusesAnotherChainFormatOrFamilies) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  make_ledger(ledger, 0, 1).reset();
  const auto after = [&](const std::function<Result<void>(test::RawLedger&)>& damage) {
    const std::string copy = folder / "copy";
    fs::remove_all(copy);
    fs::copy(ledger, copy);
    EXPECT_TRUE(damage(*test::RawLedger::open(copy).value()).ok());
    const Result<std::unique_ptr<Store>> store = try_open(copy);
    EXPECT_FALSE(store.ok());
    EXPECT_THAT(store.error().message, HasSubstr(copy));
    return store.error().code;
  };

  EXPECT_EQ(open_rocks_store(ledger, test::fixed_of<Hash>(2), OpenMode::ReadWrite).error().code,
            ErrorCode::Conflict);
  EXPECT_EQ(after([](auto& raw) { return raw.add_family("passes"); }), ErrorCode::Conflict);
  EXPECT_EQ(after([](auto& raw) { return raw.drop_family("due"); }), ErrorCode::Corrupt);
  EXPECT_EQ(after([](auto& raw) {
              return raw.put("meta", {"format", std::string("\0\0\0\1", 4)});
            }),
            ErrorCode::Conflict);
  EXPECT_EQ(after([](auto& raw) { return raw.erase("meta", "chain"); }), ErrorCode::Corrupt);
  EXPECT_EQ(after([](auto& raw) { return raw.put("meta", {"tip", "short"}); }), ErrorCode::Corrupt);
  EXPECT_EQ(after([](auto& raw) { return raw.erase("meta", "tip"); }), ErrorCode::Corrupt)
      << "blocks above no height at all";
  EXPECT_EQ(
      after([](auto& raw) { return raw.erase("headers", raw.entry("headers", 1).value().key); }),
      ErrorCode::Corrupt);
}

TEST(RocksStore, HoldsEveryCommitAfterAKill) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  const std::unique_ptr<Store> store = make_ledger(ledger, 2, 2);

  for (std::uint64_t n = 3; n < 8; ++n) {
    const state::Block block = commit_next(*store, some_content(n));
    const std::string copy = folder / std::to_string(n);
    copy_as_killed(ledger, copy);
    const std::unique_ptr<Store> killed = open(copy);
    EXPECT_EQ(height_of(*killed), Height(n));
    EXPECT_EQ(killed->snapshot().value()->block(Height(n)).value().receipts, block.receipts);
  }
}

/// Name, bytes and time of each file.
std::map<std::string, std::pair<Bytes, fs::file_time_type>> listing(const std::string& folder) {
  std::map<std::string, std::pair<Bytes, fs::file_time_type>> all;
  for (const fs::path& path : files_in(folder, ""))
    all[path.filename()] = {read(path), fs::last_write_time(path)};
  return all;
}

TEST(RocksStore, ReadOnlySeesTheWriteAheadLogAndWritesNothing) {
  const test::TempFolder folder;
  const std::unique_ptr<Store> live = make_ledger(folder / "ledger", 2, 5);
  const std::string copy = folder / "copy";
  copy_as_killed(folder / "ledger", copy);
  const auto before = listing(copy);

  {
    const std::unique_ptr<Store> store = open(copy, OpenMode::ReadOnly);
    const auto snapshot = store->snapshot().value();
    EXPECT_EQ(snapshot->height(), Height(5));
    for (std::uint64_t n = 0; n <= 5; ++n)
      EXPECT_TRUE(snapshot->block(Height(n)).ok());
    EXPECT_EQ(snapshot->due(state::DueClass::Own, Timestamp::never(), 100).value().size(), 20U);
  }
  EXPECT_TRUE(verify_files(copy).ok());

  EXPECT_TRUE(listing(copy) == before);
}

TEST(RocksStore, DropsATornTailAloneAndRefusesAFlippedLog) {
  const test::TempFolder folder;
  const std::unique_ptr<Store> live = make_ledger(folder / "ledger", 2, 6);
  const std::string copy = folder / "copy";
  const auto with_log = [&](const std::function<void(Bytes&)>& damage) {
    copy_as_killed(folder / "ledger", copy);
    const fs::path log = files_in(copy, ".log").back();
    Bytes bytes = read(log);
    damage(bytes);
    write(log, bytes);
    return log.string();
  };

  const std::string torn = with_log([](Bytes& bytes) { bytes.resize(bytes.size() - 50); });
  EXPECT_THAT(verify_files(copy).error().message, HasSubstr(torn));
  EXPECT_EQ(height_of(*open(copy)), Height(5));
  EXPECT_TRUE(verify_files(copy).ok()) << "the start has dropped the torn tail";

  with_log([](Bytes& bytes) { bytes[bytes.size() / 2] ^= 1U; });
  EXPECT_EQ(try_open(copy).error().code, ErrorCode::Corrupt);
  with_log([](Bytes& bytes) { bytes[bytes.size() - 10] ^= 1U; });
  EXPECT_EQ(try_open(copy).error().code, ErrorCode::Corrupt);
}

TEST(RocksStore, LostLogLeavesAWholeLowerHeight) {
  const test::TempFolder folder;
  const std::unique_ptr<Store> live = make_ledger(folder / "ledger", 2, 6);
  const std::string copy = folder / "copy";
  copy_as_killed(folder / "ledger", copy);
  for (const fs::path& log : files_in(copy, ".log"))
    fs::remove(log);

  const std::unique_ptr<Store> store = open(copy);

  // The vote log knows that more was executed; what is left must at least hang together.
  const auto snapshot = store->snapshot().value();
  EXPECT_EQ(snapshot->height(), Height(2));
  EXPECT_TRUE(snapshot->block(Height(2)).ok());
}

TEST(RocksStore, NamesWhatIsMissing) {
  const test::TempFolder folder;
  make_ledger(folder / "ledger", 2, 6).reset();
  const std::string copy = folder / "copy";
  for (const char* name : {"CURRENT", "MANIFEST", ".sst"}) {
    fs::remove_all(copy);
    fs::copy(folder / "ledger", copy);
    for (const fs::path& path : files_in(copy, ""))
      if (path.filename().string().find(name) != std::string::npos) fs::remove(path);

    EXPECT_EQ(try_open(copy).error().code, ErrorCode::Corrupt) << name;
    EXPECT_THAT(try_open(copy).error().message, HasSubstr(name));
    EXPECT_EQ(verify_files(copy).error().code, ErrorCode::Corrupt) << name;
    EXPECT_THAT(verify_files(copy).error().message, HasSubstr(name));
  }
}

/// Every byte at both ends of a file, where heads and footers are, and some in between.
std::vector<std::size_t> places_in(const Bytes& bytes) {
  std::vector<std::size_t> places;
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (i < 6 || i + 12 >= bytes.size()) places.push_back(i);
  for (int i = 0; i < 8; ++i)
    places.push_back(random() % bytes.size());
  return places;
}

TEST(RocksStore, VerifyNamesTheFileOfAnyFlippedByte) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  make_ledger(ledger, 3, 6).reset();  // so that no file is half made or about to go
  ASSERT_TRUE(verify_files(ledger).ok());
  std::map<std::string, int> kinds;

  for (const fs::path& path : files_in(ledger, "")) {
    const std::string name = path.filename();
    const bool matters = name == "CURRENT" || name.starts_with("MANIFEST") ||
                         path.extension() == ".sst" || path.extension() == ".log";
    const Bytes bytes = read(path);
    if (!matters || bytes.empty()) continue;  // LOCK, IDENTITY and OPTIONS hold nothing of ours
    ++kinds[path.has_extension() ? path.extension().string() : name];
    for (const std::size_t place : places_in(bytes)) {
      Bytes flipped = bytes;
      flipped[place] ^= 0x04U;
      write(path, flipped);
      const Result<void> verified = verify_files(ledger);
      ASSERT_FALSE(verified.ok()) << path << " at " << place;
      EXPECT_EQ(verified.error().code, ErrorCode::Corrupt) << verified.error().message;
      EXPECT_THAT(verified.error().message, HasSubstr(name)) << place;
    }
    write(path, bytes);
  }

  EXPECT_TRUE(verify_files(ledger).ok());
  EXPECT_EQ(kinds.size(), 4U);
}

TEST(RocksStore, ReportsAnyFlippedByteOfABlocksBody) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  make_ledger(ledger, 0, 2).reset();

  for (const std::string family : {"bodies", "receipts"}) {
    const std::size_t size = test::flip_stored_byte(ledger, family, 0, 0).value().size;
    ASSERT_TRUE(test::flip_stored_byte(ledger, family, 0, 0).ok()) << "and back";
    for (std::size_t offset = 0; offset < size; offset += 1 + size / 8) {
      ASSERT_TRUE(test::flip_stored_byte(ledger, family, 0, offset).ok());
      {
        const auto store = open(ledger, OpenMode::ReadOnly);
        const Result<StoredBlock> block = store->snapshot().value()->block(Height(1));
        ASSERT_FALSE(block.ok()) << family << " " << offset;
        EXPECT_EQ(block.error().code, ErrorCode::Corrupt);
        EXPECT_THAT(block.error().message, AllOf(HasSubstr(family + " 1"), HasSubstr("height 2")));
      }
      ASSERT_TRUE(test::flip_stored_byte(ledger, family, 0, offset).ok());
    }
  }
}

TEST(RocksStore, ReportsAnyFlippedByteOfABlocksPlaces) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  commit_next(*make_ledger(ledger, 0, 1), {.receipts = 5});
  const auto fault = [&]() -> std::optional<Error> {
    const auto store = open(ledger, OpenMode::ReadOnly);
    const auto snapshot = store->snapshot().value();
    for (std::uint32_t i = 0; i < 5; ++i)
      if (const auto past = snapshot->find_past({Height(2), i}); !past.ok()) return past.error();
    return std::nullopt;
  };
  ASSERT_FALSE(fault().has_value());
  const std::size_t size = test::flip_stored_byte(ledger, "places", 1, 0).value().size;
  ASSERT_TRUE(test::flip_stored_byte(ledger, "places", 1, 0).ok()) << "and back";

  for (std::size_t offset = 0; offset < size; ++offset) {
    ASSERT_TRUE(test::flip_stored_byte(ledger, "places", 1, offset).ok());
    const std::optional<Error> found = fault();
    ASSERT_TRUE(found.has_value()) << offset;
    EXPECT_EQ(found->code, ErrorCode::Corrupt);
    EXPECT_THAT(found->message, HasSubstr("height 2"));
    ASSERT_TRUE(test::flip_stored_byte(ledger, "places", 1, offset).ok());
  }
}

TEST(RocksStore, ReportsAMissingPiece) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  commit_next(*make_ledger(ledger, 0, 1), {.receipts = 600});
  const std::string height("\0\0\0\0\0\0\0\2", 8);

  for (const std::string family : {"bodies", "receipts", "places"}) {
    const std::string copy = folder / family;
    fs::copy(ledger, copy);
    ASSERT_TRUE(test::RawLedger::open(copy)
                    .value()
                    ->erase(family, height + std::string("\0\0\0\1", 4))
                    .ok());
    const auto snapshot = open(copy)->snapshot().value();

    std::size_t corrupt = 0;
    for (std::uint32_t i = 0; i < 600; ++i) {
      const auto past = snapshot->find_past({Height(2), i});
      if (past.ok()) continue;
      EXPECT_EQ(past.error().code, ErrorCode::Corrupt);
      ++corrupt;
    }
    EXPECT_GT(corrupt, 0U) << family;
    EXPECT_EQ(snapshot->block(Height(2)).error().code, ErrorCode::Corrupt) << family;
  }
}

TEST(RocksStore, ReportsDerivedEntriesThatDoNotDecode) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  make_ledger(ledger, 0, 1).reset();
  {
    const auto raw = test::RawLedger::open(ledger).value();
    ASSERT_TRUE(raw->put("requests", {"short key", "x"}).ok());
    ASSERT_TRUE(raw->put("orders", {std::string(32, 'k'), "x"}).ok());
    ASSERT_TRUE(raw->put("due", {"1234567", ""}).ok());
  }

  const auto snapshot = open(ledger)->snapshot().value();
  const auto all = [](const auto&...) { return true; };

  EXPECT_EQ(snapshot->for_each_request(all).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(snapshot->for_each_order(all).error().code, ErrorCode::Corrupt);
  EXPECT_THAT(snapshot->for_each_due(all).error().message, HasSubstr("due 31323334353637"));
  EXPECT_EQ(snapshot->due(state::DueClass::Own, Timestamp::never(), 1'000).error().code,
            ErrorCode::Corrupt);
}

/// Puts and erasures that a block of `n` earns writes.
std::uint64_t changes_of_earn_block(std::uint64_t n) {
  const test::TempFolder folder;
  const std::string ledger = folder / "ledger";
  const auto count = [&] { return test::RawLedger::open(ledger).value()->changes(); };
  std::unique_ptr<Store> store = open(ledger, OpenMode::Create);
  commit_next(*store, {.write = [n](state::StateDelta& delta) {
    for (std::uint64_t i = 0; i < n; ++i)
      put_account(delta, i, 1'000);
  }});
  store.reset();
  const std::uint64_t before = count();
  store = open(ledger);
  commit_next(*store, {.write =
                           [n](state::StateDelta& delta) {
                             for (std::uint64_t i = 0; i < n; ++i) {
                               spend_one(delta, i);
                               delta.put_request(test::fixed_of<RequestKey>(i), {});
                             }
                             // Written back as it was, which costs nothing.
                             const auto key = state::account_key(an_account(0));
                             const auto bytes = delta.find(key).value().value();
                             ASSERT_TRUE(delta.put(key, bytes).ok());
                           },
                       .receipts = static_cast<std::uint32_t>(n)});
  store.reset();
  return count() - before;
}

TEST(RocksStore, AnEarnCostsTwoPuts) {
  constexpr std::uint64_t kEachBlock = 5;  // header, body, receipts, places, tip

  EXPECT_EQ(changes_of_earn_block(1), 2 + kEachBlock);
  EXPECT_EQ(changes_of_earn_block(50), 100 + kEachBlock);
}

}  // namespace
}  // namespace tally::storage
