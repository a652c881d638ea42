// Accounts: FEFO order, pages that split and go, and what their record remembers.
#include <tally/state/account.h>

#include "support/builders.h"
#include "support/full_programme.h"
#include "support/memory_view.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::state {
namespace {

using test::MemoryView;
using test::points;

const AccountId kAccount{test::member(1), test::kCafe};

Lot a_lot(std::uint64_t expires_at, std::uint64_t earned_at, std::uint32_t index,
          std::int64_t amount = 10) {
  Lot lot;
  lot.id = LotId{Position{Height(1), index}, 0};
  lot.first_owner = kAccount.member;
  lot.programme_version = 1;
  lot.earned_at = Timestamp(earned_at);
  lot.available_at = lot.earned_at;
  lot.expires_at = Timestamp(expires_at);
  lot.original = points(amount);
  lot.remaining = points(amount);
  lot.funder = {FunderKind::Brand, "milk"};
  return lot;
}

/// An account on a view of its own, stored and loaded again between steps.
class AccountTest : public testing::Test {
 protected:
  Account load() { return Account::load(view_, kAccount).value().value(); }
  void store(Account& account) {
    StateDelta delta(view_);
    ASSERT_TRUE(account.store(delta).ok());
    view_.commit(delta, Height());
  }
  Account open() {
    Account account = Account::open(view_, kAccount, test::kStart);
    store(account);
    return load();
  }
  std::size_t stored_pages() const {
    return static_cast<std::size_t>(
        std::count_if(view_.records().begin(), view_.records().end(),
                      [](const auto& record) { return record.first.kind() == RecordKind::Lots; }));
  }
  AccountRecord record() const {
    return decode_account(view_.records().at(account_key(kAccount))).value();
  }

  MemoryView view_;
};

TEST_F(AccountTest, IsAbsentUntilItIsStored) {
  EXPECT_FALSE(Account::load(view_, kAccount).value().has_value());

  open();

  EXPECT_EQ(load().head.enrolled_at, test::kStart);
  EXPECT_EQ(load().head.earliest_deadline, Timestamp::never());
}

// L06: one expiry; L8 earned first, L7 and L9 at one time. Take 25: L8 10, L7 10, L9 5.
TEST_F(AccountTest, TakesFirstWhatExpiresFirstThenWhatWasEarnedFirstThenTheLowerId) {
  Account account = open();
  ASSERT_TRUE(account.add_lot(a_lot(900, 200, 9)).ok());
  ASSERT_TRUE(account.add_lot(a_lot(900, 200, 7)).ok());
  ASSERT_TRUE(account.add_lot(a_lot(900, 100, 8)).ok());

  ASSERT_TRUE(account.take_from_first(points(10)).ok());
  ASSERT_TRUE(account.take_from_first(points(10)).ok());
  ASSERT_TRUE(account.take_from_first(points(5)).ok());

  const std::vector<Lot> lots = account.all_lots().value();
  ASSERT_EQ(lots.size(), 1U);
  EXPECT_EQ(lots[0].id.transaction.index, 9U);
  EXPECT_EQ(lots[0].remaining, points(5));
  EXPECT_EQ(lots[0].original, points(10));
}

TEST_F(AccountTest, PutsLotsThatNeverExpireLast) {
  Account account = open();
  Lot never = a_lot(0, 1, 1);
  never.expires_at = Timestamp::never();
  ASSERT_TRUE(account.add_lot(never).ok());
  ASSERT_TRUE(account.add_lot(a_lot(5'000, 2, 2)).ok());

  store(account);

  EXPECT_EQ(load().first_lot().value()->id.transaction.index, 2U);
  EXPECT_EQ(record().head.earliest_deadline, Timestamp(5'000));
}

TEST_F(AccountTest, FallsDueWhenAPointExpiresOrATierIsReviewed) {
  Account account = open();
  account.head.standing.tier.valid_until = Timestamp(4'000);
  store(account);
  EXPECT_EQ(record().head.earliest_deadline, Timestamp(4'000));

  account = load();
  ASSERT_TRUE(account.add_lot(a_lot(5'000, 1, 1)).ok());
  store(account);
  EXPECT_EQ(record().head.earliest_deadline, Timestamp(4'000));

  account = load();
  ASSERT_TRUE(account.add_lot(a_lot(3'000, 1, 2)).ok());
  store(account);
  EXPECT_EQ(record().head.earliest_deadline, Timestamp(3'000));
}

// L16: 64 lots in one page; one more between the 10th and the 11th; then the first 33 are used up.
TEST_F(AccountTest, SplitsAPageOf65Into33And32AndDropsTheEmptyOne) {
  Account account = open();
  for (std::uint32_t i = 1; i <= 64; ++i)
    ASSERT_TRUE(account.add_lot(a_lot(1'000 + 10 * i, 1, i)).ok());
  store(account);
  EXPECT_EQ(stored_pages(), 0U);
  EXPECT_EQ(record().first_page.size(), 64U);

  account = load();
  ASSERT_TRUE(account.add_lot(a_lot(1'105, 1, 65)).ok());
  store(account);
  EXPECT_EQ(record().first_page.size(), 33U);
  ASSERT_EQ(stored_pages(), 1U);
  EXPECT_EQ(decode_lots_page(view_.records().at(lots_key(kAccount, 1)))->size(), 32U);
  EXPECT_EQ(record().first_page[10].id.transaction.index, 65U);

  account = load();
  for (int i = 0; i < 33; ++i)
    ASSERT_TRUE(account.take_from_first(points(10)).ok());
  store(account);
  EXPECT_EQ(stored_pages(), 0U);
  EXPECT_EQ(record().first_page.size(), 32U);
  EXPECT_TRUE(record().further.empty());
}

TEST_F(AccountTest, NeverUsesAPageNumberAgain) {
  Account account = open();
  for (std::uint32_t round = 0; round < 3; ++round) {
    for (std::uint32_t i = 0; i < 65; ++i)
      ASSERT_TRUE(account.add_lot(a_lot(1'000 + i, 1, 100 * round + i)).ok());
    store(account);
    EXPECT_EQ(record().next_page, round + 2);
    account = load();
    while (account.first_lot().value().has_value())
      ASSERT_TRUE(account.take_from_first(points(10)).ok());
    store(account);
    account = load();
  }
}

TEST_F(AccountTest, ListsTheReceiptBeforeAndBecomesTheLatest) {
  Account account = open();
  Receipt first;
  first.position = Position{Height(1), 4};
  Receipt second;
  second.position = Position{Height(2), 0};

  account.enter(first);
  account.enter(second);

  ASSERT_EQ(first.previous.size(), 1U);
  EXPECT_EQ(first.previous[0].account, kAccount);
  EXPECT_EQ(first.previous[0].position, std::nullopt);
  EXPECT_EQ(second.previous[0].position, first.position);
  EXPECT_EQ(account.head.last_receipt, second.position);
}

TEST_F(AccountTest, ListsAccountsInOrder) {
  Account high = Account::open(view_, AccountId{test::member(2), test::kCafe}, test::kStart);
  Account low = Account::open(view_, kAccount, test::kStart);
  Receipt receipt;

  high.enter(receipt);
  low.enter(receipt);

  EXPECT_EQ(receipt.previous[0].account, low.id());
  EXPECT_EQ(receipt.previous[1].account, high.id());
}

TEST_F(AccountTest, KeepsItsHeadOverARoundTrip) {
  Account account = open();
  account.head.available = points(1);
  account.head.held = points(2);
  account.head.pending = points(3);
  account.head.debt = points(4);
  account.head.standing = test::a_full_standing();
  account.head.redemptions = 6;
  account.head.own_key = true;
  account.head.last_receipt = Position{Height(7), 8};
  store(account);

  EXPECT_EQ(load().head, account.head);
  EXPECT_EQ(decode_account_head(view_.records().at(account_key(kAccount))).value(), account.head);
}

TEST_F(AccountTest, CallsDamagedBytesCorrupt) {
  open();
  Bytes bytes = view_.records().at(account_key(kAccount));
  bytes.push_back(0);
  view_.plant(account_key(kAccount), bytes);
  EXPECT_EQ(Account::load(view_, kAccount).error().code, ErrorCode::Corrupt);

  bytes[0] = 9;
  EXPECT_EQ(decode_account(bytes).error().code, ErrorCode::Corrupt);
  EXPECT_EQ(decode_account_head(ByteView(bytes).first(20)).error().code, ErrorCode::Corrupt);
}

TEST_F(AccountTest, CallsAMissingPageCorrupt) {
  Account account = open();
  for (std::uint32_t i = 0; i < 65; ++i)
    ASSERT_TRUE(account.add_lot(a_lot(1'000 + i, 1, i)).ok());
  store(account);
  StateDelta delta(view_);
  ASSERT_TRUE(delta.erase(lots_key(kAccount, 1)).ok());
  view_.commit(delta, Height());

  EXPECT_EQ(load().all_lots().error().code, ErrorCode::Corrupt);
}

// Whatever comes and goes: the pages together are a sorted list, and none passes 64.
RC_GTEST_FIXTURE_PROP(AccountTest, IsASortedListWhateverComesAndGoes, ()) {
  Account account = open();
  std::vector<Lot> model;
  const auto rounds = *rc::gen::inRange(1, 8);
  std::uint32_t index = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto added = *rc::gen::inRange(0, 90);
    const auto expiries = *rc::gen::container<std::vector<int>>(static_cast<std::size_t>(added),
                                                                rc::gen::inRange(1, 60));
    for (const int expiry : expiries) {
      const Lot lot = a_lot(static_cast<std::uint64_t>(expiry), index % 3, index, 1 + index % 4);
      ++index;
      RC_ASSERT(account.add_lot(lot).ok());
      model.push_back(lot);
    }
    std::sort(model.begin(), model.end(),
              [](const Lot& a, const Lot& b) { return fefo_key(a) < fefo_key(b); });
    const auto taken = *rc::gen::inRange<std::size_t>(0, model.size() + 1);
    for (std::size_t i = 0; i < taken; ++i) {
      RC_ASSERT(account.first_lot().value() == std::optional<Lot>(model[0]));
      RC_ASSERT(account.take_from_first(model[0].remaining).ok());
      model.erase(model.begin());
    }
    store(account);
    account = load();
    RC_ASSERT(account.all_lots().value() == model);
    const AccountRecord stored = record();
    RC_ASSERT(stored.further.size() == stored_pages());
    for (const PageRef& ref : stored.further) {
      const auto page = decode_lots_page(view_.records().at(lots_key(kAccount, ref.page))).value();
      RC_ASSERT(!page.empty());
      RC_ASSERT(fefo_key(page.front()) == ref.first);
    }
  }
}

}  // namespace
}  // namespace tally::state
