// Accounts of the café whose points were moved by the books, for tests of what holds for them.
#pragma once

#include <tally/state/books.h>
#include <tally/state/hold.h>
#include <tally/state/programme_record.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <functional>
#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace tally::test {

class PostedAccounts : public testing::Test {
 protected:
  using Account = state::Account;
  using Books = state::Books;
  using Posting = std::function<void(Account&, Books&)>;

  static AccountId account_id(std::uint64_t n) { return {member(n), kCafe}; }
  /// What becomes of a delta: tests that check it do so here.
  virtual void commit(const state::StateDelta& delta) { view.commit(delta, Height(1)); }

  void enrol(std::uint64_t n) {
    state::StateDelta delta(view);
    Account account = Account::open(delta, account_id(n), Timestamp(1));
    EXPECT_TRUE(account.store(delta).ok());
    state::Totals sums = state::totals(delta, kCafe).value();
    ++sums.members;
    EXPECT_TRUE(state::put_totals(delta, kCafe, sums).ok());
    commit(delta);
  }
  state::Lot a_lot(std::int64_t amount, Timestamp expires_at) {
    state::Lot lot;
    lot.id = LotId{Position{Height(1), next_lot_++}, 0};
    lot.expires_at = expires_at;
    lot.original = points(amount);
    lot.remaining = lot.original;
    return lot;
  }
  void earn(Account& account, Books& books, std::int64_t amount, Timestamp expires_at) {
    const state::Lot lot = a_lot(amount, expires_at);
    EXPECT_TRUE(books.post(LineKind::Earned, account, &lot, lot.remaining));
    EXPECT_TRUE(books.add_lot(account, lot).value());
  }
  void pend(Account& account, Books& books, std::int64_t amount, Timestamp available_at) {
    state::PendingLot pending;
    pending.lot = a_lot(amount, Timestamp::never());
    pending.lot.available_at = available_at;
    EXPECT_TRUE(books.post(LineKind::Pended, account, &pending.lot, pending.lot.remaining));
    EXPECT_TRUE(account.add_pending(pending).ok());
  }
  /// Moves points of member n's account; its receipt is the newest of `receipts`.
  state::StateDelta posted(std::uint64_t n, const Posting& posting) {
    state::StateDelta delta(view);
    Receipt receipt;
    receipt.position = Position{Height(2), static_cast<std::uint32_t>(receipts.size())};
    auto account = Account::load(delta, account_id(n)).value();
    Books books = Books::open(delta, kCafe, Timestamp(1), receipt).value();
    posting(*account, books);
    EXPECT_TRUE(books.close(*account, delta).ok());
    EXPECT_TRUE(books.close(delta).ok());
    receipts.push_back(receipt);
    return delta;
  }
  void post(std::uint64_t n, const Posting& posting) { commit(posted(n, posting)); }

  /// All records as they would be with the delta.
  std::map<state::RecordKey, Bytes> records_with(const state::StateDelta& delta) const {
    std::map<state::RecordKey, Bytes> records = view.records();
    for (const auto& [key, change] : delta.records())
      if (change.after.has_value())
        records[key] = *change.after;
      else
        records.erase(key);
    return records;
  }

  using HoldChange = std::function<void(state::HoldRecord&, Account&)>;
  /// Member 1 holds 50 points of the first lot.
  state::StateDelta a_hold(const HoldChange& change = {}) {
    state::HoldRecord hold;
    hold.account = account_id(1);
    hold.deadline = Timestamp(3'000);
    hold.points = points(50);
    state::StateDelta delta = posted(1, [&](Account& account, Books& books) {
      const auto pieces = books.take(LineKind::Held, account, points(50), 9).value().value();
      hold.pieces = {{account.id().member, pieces[0].lot, points(50)}};
      account.head.holds = {{hold.deadline, hold_id, false}};
      account.head.holds_asked = 1;
      if (change) change(hold, account);
    });
    EXPECT_TRUE(state::put_hold(delta, hold_id, hold).ok());
    return delta;
  }
  /// It is resolved, and all of it released.
  state::StateDelta a_release(state::HoldState how, const HoldChange& change = {}) {
    state::HoldRecord hold = state::find_hold(view, hold_id).value().value();
    state::StateDelta delta = posted(1, [&](Account& account, Books& books) {
      EXPECT_TRUE(books
                      .bring_back(LineKind::Released, account, hold.pieces[0].lot,
                                  hold.pieces[0].points, ExpiryRule())
                      .value());
      account.head.holds.clear();
      account.head.holds_asked = 0;
      hold.state = how;
      hold.pieces.clear();
      if (change) change(hold, account);
    });
    EXPECT_TRUE(state::put_hold(delta, hold_id, hold).ok());
    return delta;
  }

  const HoldId hold_id = fixed_of<HoldId>(1);
  MemoryView view;
  std::vector<Receipt> receipts;

 private:
  std::uint32_t next_lot_ = 0;
};

}  // namespace tally::test
