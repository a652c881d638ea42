// The contract of Store and Snapshot, which every store keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tally/storage/memory_store.h>
#include <tally/storage/rocks_store.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "storage/blocks.h"
#include "support/temp_folder.h"

namespace tally::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A store that lives through a restart of its process.
class Memory {
 public:
  std::unique_ptr<Store> store = make_memory_store();
  void restart() {}
};

class Rocks {
 public:
  Rocks() { open(OpenMode::Create); }
  void restart() {
    store.reset();
    open(OpenMode::ReadWrite);
  }

 private:
  void open(OpenMode mode) {
    store = std::move(open_rocks_store(folder_ / "ledger", test::fixed_of<Hash>(1), mode)).value();
  }
  test::TempFolder folder_;

 public:
  std::unique_ptr<Store> store;  // goes before its folder
};

template <typename Kind>
class StoreContract : public testing::Test {
 protected:
  [[nodiscard]] Store& store() { return *kind_.store; }
  [[nodiscard]] std::unique_ptr<const Snapshot> snapshot() {
    return std::move(store().snapshot()).value();
  }
  state::Block commit(const BlockContent& content = {}) { return commit_next(store(), content); }
  state::Block change(const std::function<void(state::StateDelta&)>& write) {
    return commit_next(store(), {.write = write});
  }

  Kind kind_;
};

using Kinds = testing::Types<Memory, Rocks>;
TYPED_TEST_SUITE(StoreContract, Kinds);

std::vector<std::pair<std::uint64_t, state::RecordKey>> pairs(
    const std::vector<state::DueEntry>& entries) {
  std::vector<std::pair<std::uint64_t, state::RecordKey>> all;
  for (const state::DueEntry& entry : entries)
    all.emplace_back(entry.deadline.milliseconds(), entry.account);
  return all;
}

std::pair<std::uint64_t, state::RecordKey> due_at(std::uint64_t deadline, std::uint64_t account) {
  return {deadline, state::account_key(an_account(account))};
}

std::vector<std::pair<std::uint64_t, state::RecordKey>> due(const Snapshot& snapshot,
                                                            std::uint64_t until,
                                                            std::size_t most = 100) {
  return pairs(snapshot.due(state::DueClass::Own, Timestamp(until), most).value());
}

state::RequestRecord a_request(std::uint64_t height) {
  state::RequestRecord record;
  record.position = {Height(height), 7};
  record.ledger_time = test::kStart;
  record.request_digest = test::fixed_of<Hash>(height);
  record.kind = ActionKind::Redeem;
  record.outcome = Outcome::CoolingOff;
  record.own_order = true;
  record.value = test::money(1'234);
  return record;
}

TYPED_TEST(StoreContract, HoldsNothingBeforeGenesis) {
  const auto snapshot = this->snapshot();

  EXPECT_EQ(snapshot->height(), Height(0));
  EXPECT_EQ(snapshot->header(Height(0)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(snapshot->find(a_key("x")).value(), std::nullopt);
  EXPECT_THAT(due(*snapshot, ~0ULL), IsEmpty());
  EXPECT_EQ(this->store().log_position(), LogPosition());
}

TYPED_TEST(StoreContract, GivesGenesisBack) {
  const state::Block genesis =
      this->change([](state::StateDelta& delta) { put_record(delta, "x", {1}); });

  const auto snapshot = this->snapshot();
  const StoredBlock block = snapshot->block(Height(0)).value();

  EXPECT_EQ(snapshot->height(), Height(0));
  EXPECT_EQ(block.header, genesis.header);
  EXPECT_EQ(block.proposal, consensus::Proposal());
  EXPECT_THAT(block.receipts, IsEmpty());
  EXPECT_EQ(snapshot->find(a_key("x")).value(), Bytes{1});
  EXPECT_EQ(snapshot->header(Height(1)).error().code, ErrorCode::NotFound);
}

TYPED_TEST(StoreContract, GivesABlockBackAsItWas) {
  this->commit();
  const state::Block committed = this->commit({.receipts = 5});
  const state::Block fetched = this->commit({.receipts = 0, .has_commit = false});

  const auto snapshot = this->snapshot();
  const StoredBlock first = snapshot->block(Height(1)).value();
  const StoredBlock second = snapshot->block(Height(2)).value();

  EXPECT_EQ(first.header, committed.header);
  EXPECT_EQ(first.proposal, committed.proposal);
  EXPECT_EQ(first.receipts, committed.receipts);
  ASSERT_TRUE(first.commit.has_value());
  EXPECT_EQ(first.commit->statement.digest, committed.header.proposal);
  EXPECT_EQ(first.certificate, std::nullopt);
  EXPECT_EQ(second.header, fetched.header);
  EXPECT_EQ(second.commit, std::nullopt);
  EXPECT_EQ(snapshot->header(Height(1)).value(), committed.header);
  EXPECT_EQ(snapshot->submissions(Height(1)).value(), committed.submissions);
}

TYPED_TEST(StoreContract, FindsOneReceipt) {
  this->commit();
  const state::Block block = this->commit({.receipts = 7});

  const auto snapshot = this->snapshot();

  for (std::uint32_t i = 0; i < 7; ++i)
    EXPECT_EQ(snapshot->receipt({Height(1), i}).value(), block.receipts[i]);
  EXPECT_EQ(snapshot->receipt({Height(1), 7}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(snapshot->receipt({Height(1), ~0U}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(snapshot->receipt({Height(2), 0}).error().code, ErrorCode::NotFound);
}

TYPED_TEST(StoreContract, FindsOneTransactionWithItsReceipt) {
  this->commit();
  const state::Block block = this->commit({.receipts = 600});
  this->kind_.restart();

  const auto snapshot = this->snapshot();

  for (std::uint32_t i = 0; i < 600; ++i) {
    const Position position{Height(1), i};
    EXPECT_EQ(snapshot->find_receipt(position).value(), block.receipts[i]);
    const auto past = snapshot->find_past(position).value();
    ASSERT_EQ(past.has_value(), !is_of_what_fell_due(position)) << i;
    if (!past.has_value()) continue;
    EXPECT_EQ(past->transaction, transaction_of(position));
    EXPECT_EQ(past->receipt, block.receipts[i]);
  }
  for (const Position none : {Position{Height(1), 600}, Position{Height(1), ~0U},
                              Position{Height(2), 0}, Position{Height(), 0}}) {
    EXPECT_EQ(snapshot->find_past(none).value(), std::nullopt);
    EXPECT_EQ(snapshot->find_receipt(none).value(), std::nullopt);
  }
}

TYPED_TEST(StoreContract, KnowsTheBlockTimeOfEachHeight) {
  const state::Block genesis = this->commit();
  const state::Block block = this->commit();

  EXPECT_EQ(this->snapshot()->find_time(Height(0)).value(), genesis.header.ledger_time);
  EXPECT_EQ(this->snapshot()->find_time(Height(1)).value(), block.header.ledger_time);
  EXPECT_EQ(this->snapshot()->find_time(Height(2)).error().code, ErrorCode::NotFound);
}

TYPED_TEST(StoreContract, KeepsBlockCertificates) {
  this->commit();
  const state::Block block = this->commit();
  const consensus::Certificate certificate = block_certificate(block.header);

  ASSERT_TRUE(this->store().put_certificate(certificate).ok());
  this->kind_.restart();
  const auto after = this->snapshot();

  EXPECT_EQ(after->certificate(Height(1)).value(), certificate);
  EXPECT_EQ(after->block(Height(1)).value().certificate, certificate);
  EXPECT_EQ(after->certificate(Height(2)).value(), std::nullopt);
}

TYPED_TEST(StoreContract, ChangesAndErasesRecords) {
  this->change([](state::StateDelta& delta) {
    put_record(delta, "a", {1});
    put_record(delta, "b", {2});
    put_record(delta, "c", {});
  });
  this->change([](state::StateDelta& delta) {
    put_record(delta, "a", {9, 9});
    ASSERT_TRUE(delta.erase(a_key("b")).ok());
    ASSERT_TRUE(delta.erase(a_key("never there")).ok());
  });

  const auto snapshot = this->snapshot();
  std::vector<std::pair<state::RecordKey, Bytes>> all;
  const Result<void> visited =
      snapshot->for_each_record([&](const state::RecordKey& key, ByteView bytes) {
        all.emplace_back(key, to_bytes(bytes));
        return true;
      });

  EXPECT_TRUE(visited.ok());
  EXPECT_THAT(all, ElementsAre(std::pair(a_key("a"), Bytes{9, 9}), std::pair(a_key("c"), Bytes())));
  EXPECT_EQ(snapshot->find(a_key("b")).value(), std::nullopt);
  EXPECT_EQ(snapshot->find(a_key("c")).value(), Bytes());
}

TYPED_TEST(StoreContract, VisitsUntilToldToStop) {
  this->change([](state::StateDelta& delta) {
    for (std::uint64_t n = 1; n <= 5; ++n) {
      put_account(delta, n, 100 + n);
      delta.put_request(test::fixed_of<RequestKey>(n), a_request(n));
      delta.put_order(test::fixed_of<OrderKey>(n), {});
    }
  });
  const auto snapshot = this->snapshot();
  int left = 0;
  const auto two = [&left](const auto&...) { return --left > 0; };

  for (const auto& visit :
       std::vector<std::function<Result<void>()>>{[&] { return snapshot->for_each_record(two); },
                                                  [&] { return snapshot->for_each_request(two); },
                                                  [&] { return snapshot->for_each_order(two); },
                                                  [&] { return snapshot->for_each_due(two); }}) {
    left = 2;
    EXPECT_TRUE(visit().ok());
    EXPECT_EQ(left, 0);
  }
}

TYPED_TEST(StoreContract, KeepsRequestsAndOrders) {
  const state::OrderPart part{{Height(3), 7}, test::kStart};
  const state::OrderHold hold{{Height(4), 8}, test::kStart.plus(kHour), test::money(78)};
  const state::OrderRecord order{test::kStart,    part,        {part, part}, {part},
                                 test::money(77), {hold, hold}};
  this->change([&](state::StateDelta& delta) {
    delta.put_request(test::fixed_of<RequestKey>(1), a_request(1));
    delta.put_request(test::fixed_of<RequestKey>(2), a_request(2));
    delta.put_order(test::fixed_of<OrderKey>(1), order);
  });
  this->change([&](state::StateDelta& delta) {
    delta.put_request(test::fixed_of<RequestKey>(1), a_request(3));
  });
  this->kind_.restart();

  const auto snapshot = this->snapshot();
  std::vector<state::RequestRecord> all;
  const Result<void> visited =
      snapshot->for_each_request([&](const RequestKey&, const state::RequestRecord& record) {
        all.push_back(record);
        return true;
      });

  EXPECT_TRUE(visited.ok());
  EXPECT_THAT(all, ElementsAre(a_request(3), a_request(2)));
  EXPECT_EQ(snapshot->find_request(test::fixed_of<RequestKey>(1)).value(), a_request(3));
  EXPECT_EQ(snapshot->find_request(test::fixed_of<RequestKey>(9)).value(), std::nullopt);
  EXPECT_EQ(snapshot->find_order(test::fixed_of<OrderKey>(1)).value(), order);
  EXPECT_EQ(snapshot->find_order(test::fixed_of<OrderKey>(2)).value(), std::nullopt);
}

TYPED_TEST(StoreContract, ListsWhatFallsDueByDeadlineThenKey) {
  this->change([](state::StateDelta& delta) {
    put_account(delta, 1, 300);
    put_account(delta, 4, 200);
    put_account(delta, 3, 200);
    put_account(delta, 2, 70'000'000'000);
    put_account(delta, 5, Timestamp::never().milliseconds());
  });

  const auto snapshot = this->snapshot();

  EXPECT_THAT(due(*snapshot, 199), IsEmpty());
  EXPECT_THAT(due(*snapshot, 200), ElementsAre(due_at(200, 3), due_at(200, 4)));
  EXPECT_THAT(due(*snapshot, 300, 2), ElementsAre(due_at(200, 3), due_at(200, 4)));
  EXPECT_THAT(due(*snapshot, 300, 0), IsEmpty());
  EXPECT_THAT(due(*snapshot, ~0ULL), ElementsAre(due_at(200, 3), due_at(200, 4), due_at(300, 1),
                                                 due_at(70'000'000'000, 2)));
}

TYPED_TEST(StoreContract, KeepsWhatTouchesSeveralAccountsInAListOfItsOwn) {
  this->change([](state::StateDelta& delta) {
    put_account(delta, 1, 300);
    put_shared_hold(delta, 2, 400, 150);
  });

  const auto snapshot = this->snapshot();
  const auto shared = [&](std::uint64_t until) {
    return pairs(snapshot->due(state::DueClass::Shared, Timestamp(until), 100).value());
  };

  EXPECT_THAT(due(*snapshot, ~0ULL), ElementsAre(due_at(300, 1), due_at(400, 2)));
  EXPECT_THAT(shared(149), IsEmpty());
  EXPECT_THAT(shared(~0ULL), ElementsAre(due_at(150, 2)));
}

TYPED_TEST(StoreContract, MovesDueEntriesWithTheirAccounts) {
  this->change([](state::StateDelta& delta) {
    put_account(delta, 1, 100);
    put_account(delta, 2, 200);
    put_account(delta, 3, 300);
    put_account(delta, 4, 400);
  });
  this->change([](state::StateDelta& delta) {
    put_account(delta, 1, 500);
    put_account(delta, 2, Timestamp::never().milliseconds());
    ASSERT_TRUE(delta.erase(state::account_key(an_account(3))).ok());
    spend_one(delta, 4);
  });
  this->change([](state::StateDelta& delta) { put_account(delta, 2, 600); });
  this->kind_.restart();

  std::vector<state::DueEntry> all;
  const auto snapshot = this->snapshot();
  ASSERT_TRUE(snapshot
                  ->for_each_due([&](state::DueClass, const state::DueEntry& entry) {
                    all.push_back(entry);
                    return true;
                  })
                  .ok());

  EXPECT_THAT(pairs(all), ElementsAre(due_at(400, 4), due_at(500, 1), due_at(600, 2)));
  EXPECT_EQ(due(*snapshot, ~0ULL), pairs(all));
}

TYPED_TEST(StoreContract, FindsWhatIsDueHoweverDeadlinesMove) {
  constexpr std::uint64_t kAccounts = 7;
  std::map<std::uint64_t, std::uint64_t> deadlines;  // of each account
  const auto expected = [&] {
    std::vector<std::pair<std::uint64_t, state::RecordKey>> entries;
    for (const auto& [account, deadline] : deadlines)
      entries.push_back(due_at(deadline, account));
    std::ranges::sort(entries);
    return entries;
  };
  auto before = this->snapshot();
  auto due_before = expected();
  for (std::uint64_t block = 1; block <= 60; ++block) {
    this->change([&](state::StateDelta& delta) {
      for (const std::uint64_t turn : {block, block * 3 + 1}) {
        const std::uint64_t account = turn % kAccounts + 1;
        const std::uint64_t deadline = 100 + turn * 37 % 200;  // now earlier than all, now later
        deadlines[account] = deadline;
        put_account(delta, account, deadline);
      }
    });
    if (block % 13 == 0) this->kind_.restart();

    auto now = this->snapshot();
    ASSERT_EQ(due(*now, ~0ULL), expected()) << block;
    if (block % 13 != 0) {
      ASSERT_EQ(due(*before, ~0ULL), due_before) << block;
    }
    before = std::move(now);
    due_before = expected();
    if (block % 13 == 12) before.reset();  // the store restarts, which nothing may hold open
  }
}

TYPED_TEST(StoreContract, SnapshotStaysWhileCommitsGoOn) {
  this->change([](state::StateDelta& delta) {
    put_record(delta, "a", {1});
    put_record(delta, "b", {2});
    put_account(delta, 1, 100);
    delta.put_request(test::fixed_of<RequestKey>(1), a_request(1));
    delta.put_order(test::fixed_of<OrderKey>(1), {});
  });
  const state::Block first = this->commit({.receipts = 2});
  const auto old = this->snapshot();

  for (std::uint8_t i = 3; i < 6; ++i)
    this->change([&](state::StateDelta& delta) {
      put_record(delta, "a", {i});
      ASSERT_TRUE(delta.erase(a_key("b")).ok());
      put_record(delta, "c", {i});
      put_account(delta, 1, std::uint64_t{100} * i);
      delta.put_request(test::fixed_of<RequestKey>(1), a_request(i));
      delta.put_order(test::fixed_of<OrderKey>(1), {test::kStart, {}, {}, {}, test::money(9), {}});
    });
  ASSERT_TRUE(this->store().put_certificate(block_certificate(first.header)).ok());

  EXPECT_EQ(old->height(), Height(1));
  EXPECT_EQ(old->find(a_key("a")).value(), Bytes{1});
  EXPECT_EQ(old->find(a_key("b")).value(), Bytes{2});
  EXPECT_EQ(old->find(a_key("c")).value(), std::nullopt);
  EXPECT_THAT(due(*old, ~0ULL), ElementsAre(due_at(100, 1)));
  EXPECT_EQ(old->find_request(test::fixed_of<RequestKey>(1)).value(), a_request(1));
  EXPECT_EQ(old->find_order(test::fixed_of<OrderKey>(1)).value(), state::OrderRecord());
  EXPECT_EQ(old->header(Height(2)).error().code, ErrorCode::NotFound);
  EXPECT_EQ(old->certificate(Height(1)).value(), std::nullopt);
  EXPECT_EQ(old->block(Height(1)).value().receipts, first.receipts);
  const auto now = this->snapshot();
  EXPECT_EQ(now->height(), Height(4));
  EXPECT_EQ(now->find(a_key("a")).value(), Bytes{5});
  EXPECT_THAT(due(*now, ~0ULL), ElementsAre(due_at(500, 1)));
}

TYPED_TEST(StoreContract, SnapshotOutlivesItsStore) {
  this->change([](state::StateDelta& delta) { put_record(delta, "a", {1}); });
  const auto snapshot = this->snapshot();

  this->kind_.store.reset();

  EXPECT_EQ(snapshot->find(a_key("a")).value(), Bytes{1});
}

TYPED_TEST(StoreContract, RemembersWhereTheVoteLogEnded) {
  const LogPosition position{77, test::fixed_of<Hash>(5)};
  this->commit();
  this->commit({.log = position});

  EXPECT_EQ(this->store().log_position(), position);
  this->kind_.restart();
  EXPECT_EQ(this->store().log_position(), position);
}

TYPED_TEST(StoreContract, GoesOnAfterARestart) {
  this->commit();
  const state::Block before = this->commit({.receipts = 3});
  this->kind_.restart();
  const state::Block after = this->commit({.receipts = 2});

  const auto snapshot = this->snapshot();

  EXPECT_EQ(snapshot->height(), Height(2));
  EXPECT_EQ(snapshot->block(Height(1)).value().receipts, before.receipts);
  EXPECT_EQ(snapshot->block(Height(2)).value().receipts, after.receipts);
  EXPECT_EQ(after.header.parent, consensus::header_digest(before.header));
}

TYPED_TEST(StoreContract, StopsOnABlockThatDoesNotFollow) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  this->commit();
  const auto snapshot = this->snapshot();
  const state::StateDelta delta(*snapshot);
  state::Block too_high = next_block(*snapshot, 0);
  too_high.header.height = Height(2);
  state::Block orphan = next_block(*snapshot, 0);
  orphan.header.parent = test::fixed_of<Hash>(9);

  EXPECT_DEATH((void)this->store().commit({&too_high, nullptr, {}}, delta), "height");
  EXPECT_DEATH((void)this->store().commit({&orphan, nullptr, {}}, delta), "parent");
}

TYPED_TEST(StoreContract, IsReadByManyThreadsWhileItGrows) {
  this->change([](state::StateDelta& delta) { put_record(delta, "n", {0}); });
  std::atomic<bool> done = false;
  const auto read = [&] {
    while (!done) {
      const auto snapshot = this->snapshot();
      const auto number = static_cast<std::uint8_t>(snapshot->height().value());
      EXPECT_EQ(snapshot->find(a_key("n")).value(), Bytes{number});
      EXPECT_EQ(snapshot->block(snapshot->height()).value().header.height, snapshot->height());
      EXPECT_EQ(due(*snapshot, ~0ULL).size(), number == 0 ? 0U : 1U);
    }
  };
  std::thread first(read);
  std::thread second(read);

  for (std::uint8_t n = 1; n <= 50; ++n)
    this->change([n](state::StateDelta& delta) {
      put_record(delta, "n", {n});
      put_account(delta, 1, n);
    });
  done = true;
  first.join();
  second.join();

  EXPECT_EQ(this->snapshot()->height(), Height(50));
}

}  // namespace
}  // namespace tally::storage
