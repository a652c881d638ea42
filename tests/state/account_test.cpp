// Accounts: FEFO order, pages that split and go, and what their record remembers.
#include <tally/state/account.h>

#include <tally/base/limits.h>

#include "support/builders.h"
#include "support/full_records.h"
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

PendingLot a_waiting_lot(std::uint64_t available_at, std::uint32_t index) {
  PendingLot pending;
  pending.lot = a_lot(0, 1, index);
  pending.lot.available_at = Timestamp(available_at);
  pending.lot.expires_at = Timestamp::never();
  pending.campaign = "ten";
  return pending;
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
  EXPECT_EQ(load().head.deadlines, Deadlines());
}

// One expiry; L8 earned first, L7 and L9 at one time. Take 25: L8 10, L7 10, L9 5.
TEST_F(AccountTest, L06_TakesFirstWhatExpiresFirstThenWhatWasEarnedFirstThenTheLowerId) {
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
  EXPECT_EQ(record().head.deadlines.own, Timestamp(5'000));
}

TEST_F(AccountTest, FallsDueWhenAPointExpiresOrATierIsReviewed) {
  Account account = open();
  account.head.standing.tier.valid_until = Timestamp(4'000);
  store(account);
  EXPECT_EQ(record().head.deadlines.own, Timestamp(4'000));

  account = load();
  ASSERT_TRUE(account.add_lot(a_lot(5'000, 1, 1)).ok());
  store(account);
  EXPECT_EQ(record().head.deadlines.own, Timestamp(4'000));

  account = load();
  ASSERT_TRUE(account.add_lot(a_lot(3'000, 1, 2)).ok());
  store(account);
  EXPECT_EQ(record().head.deadlines.own, Timestamp(3'000));
}

// 64 lots in one page; one more between the 10th and the 11th; then the first 33 are used up.
TEST_F(AccountTest, L16_SplitsAPageOf65Into33And32AndDropsTheEmptyOne) {
  Account account = open();
  for (std::uint32_t i = 1; i <= 64; ++i)
    ASSERT_TRUE(account.add_lot(a_lot(1'000 + 10 * i, 1, i)).ok());
  store(account);
  EXPECT_EQ(stored_pages(), 0U);
  EXPECT_EQ(record().dated.first_page.size(), 64U);

  account = load();
  ASSERT_TRUE(account.add_lot(a_lot(1'105, 1, 65)).ok());
  store(account);
  EXPECT_EQ(record().dated.first_page.size(), 33U);
  ASSERT_EQ(stored_pages(), 1U);
  EXPECT_EQ(decode_lots_page(view_.records().at(lots_key(kAccount, 1)))->lots.size(), 32U);
  EXPECT_EQ(record().dated.first_page[10].id.transaction.index, 65U);

  account = load();
  for (int i = 0; i < 33; ++i)
    ASSERT_TRUE(account.take_from_first(points(10)).ok());
  store(account);
  EXPECT_EQ(stored_pages(), 0U);
  EXPECT_EQ(record().dated.first_page.size(), 32U);
  EXPECT_TRUE(record().dated.further.empty());
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
  account.head = test::a_full_head();
  ASSERT_TRUE(account.add_pending(a_waiting_lot(9'000, 1)).ok());
  store(account);

  EXPECT_EQ(load().head, account.head);
  EXPECT_EQ(decode_account_head(view_.records().at(account_key(kAccount))).value(), account.head);
  EXPECT_EQ(decode_deadlines(view_.records().at(account_key(kAccount))).value(),
            account.head.deadlines);
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
  EXPECT_EQ(decode_deadlines(ByteView(bytes).first(20)).error().code, ErrorCode::Corrupt);
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

TEST_F(AccountTest, CallsAPageOfAnotherListCorrupt) {
  Account account = open();
  for (std::uint32_t i = 0; i < 65; ++i)
    ASSERT_TRUE(account.add_lot(a_lot(1'000 + i, 1, i)).ok());
  store(account);
  Bytes page = view_.records().at(lots_key(kAccount, 1));
  page[1] = static_cast<std::uint8_t>(LotList::Expired);
  view_.plant(lots_key(kAccount, 1), page);

  EXPECT_EQ(load().all_lots().error().code, ErrorCode::Corrupt);
}

TEST_F(AccountTest, ShowsIdleLotsWithTheDateOfTheAccount) {
  Account account = open();
  account.head.idle_at = Timestamp(5'000);
  Lot idle = a_lot(77, 1, 1);
  idle.idle = true;
  ASSERT_TRUE(account.add_lot(idle).ok());
  ASSERT_TRUE(account.add_lot(a_lot(6'000, 1, 2)).ok());
  store(account);
  EXPECT_EQ(record().head.deadlines.own, Timestamp(5'000));
  EXPECT_EQ(record().idle.first_page.at(0).expires_at, Timestamp::never());

  account = load();
  EXPECT_EQ(account.first_lot().value()->expires_at, Timestamp(5'000));
  account.head.idle_at = Timestamp(7'000);
  EXPECT_EQ(account.first_lot().value()->id.transaction.index, 2U);
  EXPECT_THAT(account.all_lots().value(),
              testing::ElementsAre(testing::Field(&Lot::expires_at, Timestamp(6'000)),
                                   testing::Field(&Lot::expires_at, Timestamp(7'000))));
  ASSERT_TRUE(account.take_from_first(points(10)).ok());
  store(account);

  EXPECT_EQ(record().head.deadlines.own, Timestamp(7'000));
  EXPECT_EQ(load().take_from(idle.id, points(4)).value()->lot.expires_at, Timestamp(7'000));
}

TEST_F(AccountTest, JoinsPiecesOfOneLot) {
  Account account = open();
  Lot lot = a_lot(900, 1, 1, 100);
  ASSERT_TRUE(account.add_lot(lot).ok());
  ASSERT_TRUE(account.take_from_first(points(70)).ok());
  lot.remaining = points(60);
  lot.late_date = true;

  ASSERT_TRUE(account.add_lot(lot).ok());

  const Lot joined = account.first_lot().value().value();
  EXPECT_EQ(joined.remaining, points(90));
  EXPECT_EQ(joined.original, points(100));
  EXPECT_TRUE(joined.late_date);
  EXPECT_EQ(account.all_lots()->size(), 1U);
}

TEST_F(AccountTest, TakesFromALotByItsIdAtMostWhatItHas) {
  Account account = open();
  for (std::uint32_t i = 0; i < 130; ++i)
    ASSERT_TRUE(account.add_lot(a_lot(1'000 + i, 1, i)).ok());
  const LotId id{Position{Height(1), 100}, 0};

  EXPECT_EQ(account.take_from(id, points(4)).value()->points, points(4));
  const auto rest = account.take_from(id, points(9)).value();

  EXPECT_EQ(rest->points, points(6));
  EXPECT_EQ(rest->lot.remaining, points(6));
  EXPECT_EQ(rest->lot.original, points(10));
  EXPECT_FALSE(account.take_from(id, points(1)).value().has_value());
  EXPECT_EQ(account.all_lots()->size(), 129U);
}

TEST_F(AccountTest, TakesFirstFromThePartOfALotThatExpiresFirst) {
  Account account = open();
  account.head.idle_at = Timestamp(5'000);
  Lot part = a_lot(6'000, 1, 7, 3);
  ASSERT_TRUE(account.add_lot(part).ok());
  part.expires_at = Timestamp(8'000);
  ASSERT_TRUE(account.add_lot(part).ok());
  part.idle = true;
  ASSERT_TRUE(account.add_lot(part).ok());

  // As who moves all parts of it does: by what all_lots shows.
  const std::vector<Lot> parts = account.all_lots().value();
  ASSERT_EQ(parts.size(), 3U);
  for (const Lot& each : parts)
    EXPECT_EQ(account.take_from(part.id, each.remaining).value()->lot, each);
  EXPECT_TRUE(account.all_lots()->empty());
}

TEST_F(AccountTest, IsFullByThePagesOfAllItsLists) {
  Account account = open();
  std::uint32_t index = 0;
  while (!account.is_full()) {
    ASSERT_LT(index, 35'000U);
    if (index % 2 == 0)
      ASSERT_TRUE(account.add_lot(a_lot(1'000 + index, 1, index)).ok());
    else
      ASSERT_TRUE(account.add_pending(a_waiting_lot(1'000 + index, index)).ok());
    ++index;
  }

  // Pages that are filled in order keep 33 lots each.
  EXPECT_GT(index, 33U * 1'000U);
  store(account);
  EXPECT_EQ(stored_pages(), limits::kLotPagesMax - 1);
  EXPECT_TRUE(load().is_full());
}

TEST_F(AccountTest, ActivatesByTimeAndThenById) {
  Account account = open();
  ASSERT_TRUE(account.add_pending(a_waiting_lot(5'000, 3)).ok());
  ASSERT_TRUE(account.add_pending(a_waiting_lot(5'000, 2)).ok());
  PendingLot review = a_waiting_lot(0, 1);
  review.lot.available_at = Timestamp::never();
  review.waits_for = WaitsFor::Review;
  ASSERT_TRUE(account.add_pending(review).ok());
  PendingLot second_of_two = a_waiting_lot(4'000, 2);
  second_of_two.lot.id.entry = 1;
  ASSERT_TRUE(account.add_pending(second_of_two).ok());
  store(account);

  account = load();
  EXPECT_EQ(account.head.deadlines.own, Timestamp(4'000));
  EXPECT_EQ(account.first_pending().value(), second_of_two);
  EXPECT_EQ(account.all_pending()->back(), review);
  EXPECT_THAT(account.pending_of(Position{Height(1), 2}).value(),
              testing::ElementsAre(a_waiting_lot(5'000, 2), second_of_two));
  ASSERT_TRUE(account.take_pending(pending_key(second_of_two), points(4)).ok());
  EXPECT_EQ(account.first_pending().value()->lot.remaining, points(6));
  ASSERT_TRUE(account.take_pending(pending_key(second_of_two), points(6)).ok());
  EXPECT_EQ(account.first_pending().value(), a_waiting_lot(5'000, 2));
}

TEST_F(AccountTest, HasADeadlineOfItsOwnAndOneThatTouchesOthers) {
  Account account = open();
  ASSERT_TRUE(account.add_lot(a_lot(9'000, 1, 1)).ok());
  ASSERT_TRUE(account.add_pending(a_waiting_lot(8'000, 2)).ok());
  account.head.holds = {{Timestamp(7'000), test::fixed_of<HoldId>(1), true},
                        {Timestamp(8'500), test::fixed_of<HoldId>(2), false}};
  account.head.shares_activations = true;
  store(account);
  EXPECT_EQ(record().head.deadlines, (Deadlines{Timestamp(8'500), Timestamp(7'000)}));
  EXPECT_EQ(record().head.deadlines.earliest(), Timestamp(7'000));

  account = load();
  account.head.holds.erase(account.head.holds.begin());
  store(account);
  EXPECT_EQ(record().head.deadlines, (Deadlines{Timestamp(8'500), Timestamp(8'000)}));

  account = load();
  account.head.shares_activations = false;
  store(account);
  EXPECT_EQ(record().head.deadlines, (Deadlines{Timestamp(8'000), Timestamp::never()}));
}

TEST_F(AccountTest, SharesNoActivationsOnceNothingWaits) {
  Account account = open();
  ASSERT_TRUE(account.add_pending(a_waiting_lot(8'000, 2)).ok());
  account.head.shares_activations = true;
  store(account);
  ASSERT_TRUE(load().head.shares_activations);

  account = load();
  ASSERT_TRUE(
      account.take_pending({Timestamp(8'000), {Position{Height(1), 2}, 0}}, points(10)).ok());
  store(account);

  EXPECT_FALSE(load().head.shares_activations);
  EXPECT_EQ(load().head.deadlines, Deadlines());
}

TEST_F(AccountTest, RemembersWhatExpiredUntilItIsForgottenOrTaken) {
  Account account = open();
  for (std::uint32_t day = 1; day <= 200; ++day)
    ASSERT_TRUE(account.remember_expired(a_lot(1'000 * day, 1, day)).ok());
  store(account);
  EXPECT_EQ(record().head.deadlines, Deadlines());
  EXPECT_FALSE(load().first_lot().value().has_value());

  account = load();
  ASSERT_TRUE(account.forget_expired_before(Timestamp(100'000)).ok());
  store(account);
  EXPECT_EQ(load().all_expired()->size(), 101U);
  EXPECT_EQ(load().all_expired()->front().expires_at, Timestamp(100'000));

  account = load();
  EXPECT_EQ(account.take_expired_since(Timestamp(199'001)).value(),
            std::vector<Lot>{a_lot(200'000, 1, 200)});
  store(account);
  EXPECT_TRUE(load().all_expired()->empty());
  EXPECT_EQ(stored_pages(), 0U);
}

// Whatever the dates: the first lot is the least by what an idle lot shows for its date.
RC_GTEST_FIXTURE_PROP(AccountTest, TakesInFefoOrderOverDatedAndIdleLots, ()) {
  Account account = open();
  account.head.idle_at = Timestamp(*rc::gen::inRange<std::uint64_t>(1, 60));
  std::vector<Lot> model;
  const auto count = *rc::gen::inRange<std::uint32_t>(0, 200);
  for (std::uint32_t i = 0; i < count; ++i) {
    Lot lot = a_lot(*rc::gen::inRange<std::uint64_t>(1, 60), *rc::gen::inRange<std::uint64_t>(1, 4),
                    i, 1 + i % 4);
    lot.idle = *rc::gen::arbitrary<bool>();
    RC_ASSERT(account.add_lot(lot).ok());
    if (lot.idle) lot.expires_at = account.head.idle_at;
    model.push_back(lot);
  }
  if (*rc::gen::arbitrary<bool>()) {
    store(account);
    account = load();
  }
  std::sort(model.begin(), model.end(),
            [](const Lot& a, const Lot& b) { return fefo_key(a) < fefo_key(b); });
  RC_ASSERT(account.all_lots().value() == model);
  for (const Lot& lot : model) {
    RC_ASSERT(account.first_lot().value() == std::optional<Lot>(lot));
    RC_ASSERT(account.take_from_first(lot.remaining).ok());
  }
  RC_ASSERT(!account.first_lot().value().has_value());
}

}  // namespace
}  // namespace tally::state
