// Unmerge: both accounts as before if nothing happened; else what is left of each lot goes back.
#include "members/members_fixture.h"

#include <rapidcheck/gtest.h>

namespace tally::members {
namespace {

using state::Account;
using state::AccountHead;
using state::AccountState;
using test::a_card_block;
using test::a_claim;
using test::a_freeze;
using test::a_merge;
using test::an_unmerge;
using test::card;
using test::member;
using test::points;

using Lots = std::vector<std::pair<std::uint32_t, std::int64_t>>;

constexpr Timestamp kSoon = test::kStart.plus(kDay);
constexpr Timestamp kLater = kSoon.plus(kDay);

/// All of an account but where its receipts stand.
struct Whole {
  AccountHead head;
  std::vector<state::Lot> lots;
  std::vector<state::PendingLot> waiting;
  std::vector<state::Lot> expired;
  friend bool operator==(const Whole&, const Whole&) = default;
};

class Unmerging : public MembersFixture {
 protected:
  Outcome merge() { return run_by_two(a_merge()); }
  Outcome unmerge() { return run_by_two(an_unmerge()); }
  Whole whole(std::uint64_t n) const {
    Account read = account(n);
    Whole all{read.head, read.all_lots().value(), read.all_pending().value(),
              read.all_expired().value()};
    all.head.last_receipt.reset();
    return all;
  }
  /// Takes points of the account's lots in their order, as a redemption would.
  void redeem(std::uint64_t n, std::int64_t amount) {
    write([&](StateDelta& delta) {
      Receipt spent;
      spent.position = Position{Height(2), index++};
      auto books = state::Books::open(delta, test::kCafe, now, spent).value();
      auto account = Account::load(delta, account_id(n)).value().value();
      EXPECT_TRUE(books.take(LineKind::Redeemed, account, points(amount), 100).value().has_value());
      ++account.head.redemptions;
      EXPECT_TRUE(books.close(account, delta).ok());
      EXPECT_TRUE(books.close(delta).ok());
    });
  }
};

TEST_F(Unmerging, RestoresBothAccounts_M06) {
  plant(1, {.lots = {{1, 50, kSoon}, {2, 150}}, .waiting = {{3, 20, kLater}}});
  plant(2, {.lots = {{4, 300, kLater}}});
  change(1, [](auto& head) {
    head.standing.purchases = 4;
    head.standing.tier = {1, 2024, points(1'200), points(5), kLater, false};
    head.standing.segments = {"staff"};
    head.redemptions = 2;
    head.adjusted_day = 19'700;
    head.adjusted = points(30);
  });
  change(2, [](auto& head) {
    head.standing.purchases = 9;
    head.standing.tier = {0, 2024, points(700), points(0)};
    head.state = AccountState::Soft;
  });
  const auto before = std::pair(whole(1), whole(2));
  const state::Totals sums = totals();

  ASSERT_EQ(merge(), Outcome::Accepted);
  ASSERT_NE(whole(2), before.second);
  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(whole(1), before.first);
  EXPECT_EQ(whole(2), before.second);
  EXPECT_EQ(totals(), sums);
  EXPECT_EQ(state::find_token(view, test::kCafe, card(1)).value()->member, member(1));
  EXPECT_EQ(state::find_commitment(view, test::kCafe, crypto::sha256(member(1).view())).value(),
            member(1));
  EXPECT_EQ(state::find_merged(view, account_id(1)).value(), std::nullopt);
}

TEST_F(Unmerging, UndoesWhatTheMergeSettled_M06) {
  for (const bool source_owes : {true, false}) {
    plant(1, source_owes ? Given{.debt = 45} : Given{.lots = {{1, 30, kSoon}, {2, 100}}});
    plant(2, source_owes ? Given{.lots = {{1, 30, kSoon}, {2, 100}}} : Given{.debt = 45});
    const auto before = std::pair(whole(1), whole(2));
    const state::Totals sums = totals();

    ASSERT_EQ(merge(), Outcome::Accepted);
    ASSERT_EQ(unmerge(), Outcome::Accepted);

    EXPECT_EQ(whole(1), before.first);
    EXPECT_EQ(whole(2), before.second);
    EXPECT_EQ(totals(), sums);
  }
}

TEST_F(Unmerging, GivesBackTheRestOfEachLot_M06) {
  plant(1, {.lots = {{1, 50, kSoon}, {2, 150}}});
  plant(2, {.lots = {{3, 300, kLater}}});
  ASSERT_EQ(merge(), Outcome::Accepted);
  redeem(2, 330);  // lot 1 whole, 280 of lot 3

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(lots(1), (Lots{{2, 150}}));
  EXPECT_EQ(lots(2), (Lots{{3, 20}}));
  EXPECT_EQ(head(1).state, AccountState::Open);
  EXPECT_EQ(head(1).alias_of, std::nullopt);
  EXPECT_EQ(head(2).redemptions, 1U);
}

TEST_F(Unmerging, LeavesWhatCameSinceToTheTarget_M06) {
  plant(1, {.lots = {{1, 50}}});
  plant(2);
  change(1, [](auto& head) { head.standing.purchases = 3; });
  ASSERT_EQ(merge(), Outcome::Accepted);
  change(2, [](auto& head) { head.standing.purchases += 2; });
  write([&](StateDelta& delta) {
    Receipt earned;
    earned.position = Position{Height(2), index++};
    auto books = state::Books::open(delta, test::kCafe, now, earned).value();
    auto target = Account::load(delta, account_id(2)).value().value();
    state::Lot lot;
    lot.id = LotId{earned.position, 0};
    lot.expires_at = Timestamp::never();
    lot.original = lot.remaining = points(7);
    EXPECT_TRUE(books.post(LineKind::Earned, target, &lot, points(7), "base"));
    EXPECT_TRUE(books.add_lot(target, lot).value());
    EXPECT_TRUE(books.close(target, delta).ok());
    EXPECT_TRUE(books.close(delta).ok());
  });

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(available(1), 50);
  EXPECT_EQ(available(2), 7);
  EXPECT_EQ(head(1).standing.purchases, 3U);
  EXPECT_EQ(head(2).standing.purchases, 2U);
}

// A debt that the target's spending left to be paid goes back to who brought it.
TEST_F(Unmerging, GivesBackADebtThatNothingHasPaid) {
  plant(1, {.debt = 45});
  plant(2, {.debt = 5});
  ASSERT_EQ(merge(), Outcome::Accepted);
  change(2, [](auto& head) { head.standing.purchases = 1; });

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(head(1).debt, points(45));
  EXPECT_EQ(head(2).debt, points(5));
}

TEST_F(Unmerging, IsForThirtyDays) {
  plant(1);
  plant(2);
  ASSERT_EQ(merge(), Outcome::Accepted);

  now = test::kStart.plus(Duration(30 * kDayMs));
  EXPECT_EQ(unmerge(), Outcome::TooLate);
  now = test::kStart.plus(Duration(30 * kDayMs - 1));
  EXPECT_EQ(unmerge(), Outcome::Accepted);
  EXPECT_EQ(unmerge(), Outcome::TooLate);
}

TEST_F(Unmerging, TakesTheWordThatAMergeTakes) {
  plant(1);
  plant(2);
  ASSERT_EQ(merge(), Outcome::Accepted);

  EXPECT_EQ(run(an_unmerge()), Outcome::ApprovalsMissing);
  EXPECT_EQ(run(an_unmerge().consented_by(own_key(1), chain.id)), Outcome::ApprovalsMissing);
  EXPECT_EQ(run(an_unmerge().consented_by(own_key(1), chain.id).consented_by(own_key(2), chain.id)),
            Outcome::Accepted);
}

TEST_F(Unmerging, NeedsATargetThatStandsAndHoldsNothing) {
  plant(1);
  plant(2);
  EXPECT_EQ(unmerge(), Outcome::TooLate);
  EXPECT_EQ(run_by_two(an_unmerge().source(member(8))), Outcome::UnknownMember);
  ASSERT_EQ(merge(), Outcome::Accepted);

  change(2, [](auto& head) { head.holds_asked = 1; });
  EXPECT_EQ(unmerge(), Outcome::HoldsOpen);
  change(2, [](auto& head) { head.holds_asked = 0, head.state = AccountState::Closed; });
  EXPECT_EQ(unmerge(), Outcome::MemberClosed);
}

TEST_F(Unmerging, LeavesABlockedCardBlocked) {
  plant(1);
  plant(2);
  ASSERT_EQ(merge(), Outcome::Accepted);
  ASSERT_EQ(run(a_card_block().card(card(1))), Outcome::Accepted);

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_TRUE(head(1).tokens.empty());
  EXPECT_EQ(head(2).tokens, std::vector<TokenId>{card(2)});
  EXPECT_TRUE(state::find_token(view, test::kCafe, card(1)).value()->blocked);
}

TEST_F(Unmerging, TakesABorrowedIdentityBack) {
  plant(1);
  plant(2);
  change(2, [](auto& head) { head.commitment.reset(); });
  ASSERT_EQ(merge(), Outcome::Accepted);
  EXPECT_EQ(run(a_claim().of(member(2)).commitment(Hash())), Outcome::AlreadyEnrolled);

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(head(1).commitment, crypto::sha256(member(1).view()));
  EXPECT_EQ(head(2).commitment, std::nullopt);
}

// Who was frozen as one person stays frozen as two.
TEST_F(Unmerging, KeepsAFreezeThatCameSince) {
  plant(1);
  plant(2);
  ASSERT_EQ(merge(), Outcome::Accepted);
  ASSERT_EQ(run(a_freeze().of(member(2)).kind(FreezeKind::Fraud)), Outcome::Accepted);

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(head(1).state, AccountState::Fraud);
  EXPECT_EQ(head(2).state, AccountState::Fraud);
}

TEST_F(Unmerging, GivesIdleLotsTheirOwnDateUnlessTheMemberWasActive) {
  for (const bool was_active : {false, true}) {
    plant(1, {.lots = {{1, 50, kSoon, true}}});
    plant(2, {.lots = {{2, 60, kLater, true}}});
    ASSERT_EQ(merge(), Outcome::Accepted);
    const Timestamp active = kLater.plus(kDay);
    if (was_active) change(2, [&](auto& head) { head.idle_at = active; });

    ASSERT_EQ(unmerge(), Outcome::Accepted);

    EXPECT_EQ(head(1).idle_at, was_active ? active : kSoon);
    EXPECT_EQ(head(2).idle_at, was_active ? active : kLater);
  }
}

// Points that came since under the source's date: without one they would never expire.
TEST_F(Unmerging, LeavesADateToIdleLotsThatCameSince) {
  plant(1, {.lots = {{1, 50, kSoon, true}}});
  plant(2);
  ASSERT_EQ(merge(), Outcome::Accepted);
  write([&](StateDelta& delta) {
    Receipt given;
    given.position = Position{Height(2), index++};
    auto books = state::Books::open(delta, test::kCafe, now, given).value();
    auto account = Account::load(delta, account_id(2)).value().value();
    state::Lot lot;
    lot.id = LotId{given.position, 0};
    lot.expires_at = account.head.idle_at;
    lot.original = lot.remaining = points(10);
    lot.idle = true;
    EXPECT_TRUE(books.post(LineKind::AdjustedUp, account, &lot, lot.remaining));
    EXPECT_TRUE(books.add_lot(account, lot).value());
    EXPECT_TRUE(books.close(account, delta).ok());
    EXPECT_TRUE(books.close(delta).ok());
  });

  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(lots(2).size(), 1U);
  EXPECT_EQ(head(1).idle_at, kSoon);
  EXPECT_EQ(head(2).idle_at, kSoon);
}

TEST_F(Unmerging, RemembersWhoseLotsExpired) {
  plant(1);
  plant(2);
  for (const std::uint64_t n : {1U, 2U})
    write([&](StateDelta& delta) {
      auto account = Account::load(delta, account_id(n)).value().value();
      state::Lot lot;
      lot.id = LotId{Position{Height(1), static_cast<std::uint32_t>(n)}, 0};
      lot.expires_at = test::kStart.minus(kDay);
      lot.original = lot.remaining = points(static_cast<std::int64_t>(n));
      EXPECT_TRUE(account.remember_expired(lot).ok());
      EXPECT_TRUE(account.store(delta).ok());
    });
  const auto before = std::pair(whole(1), whole(2));

  ASSERT_EQ(merge(), Outcome::Accepted);
  EXPECT_EQ(whole(2).expired.size(), 2U);
  EXPECT_TRUE(whole(1).expired.empty());
  ASSERT_EQ(unmerge(), Outcome::Accepted);

  EXPECT_EQ(whole(1), before.first);
  EXPECT_EQ(whole(2), before.second);
}

TEST_F(Unmerging, GivesTheTierBackThatOnlyTheMergeReached) {
  Programme programme = test::a_programme();
  programme.tiers.tiers = {{"BASE", points(0)}, {"SILVER", points(1'000)}};
  publish(test::kCafe, programme);
  for (const std::int64_t since : {99, 100}) {
    plant(1);
    plant(2);
    change(1, [](auto& head) { head.standing.tier = {0, 2024, points(600), points(0)}; });
    change(2, [](auto& head) { head.standing.tier = {0, 2024, points(900), points(0)}; });
    ASSERT_EQ(merge(), Outcome::Accepted);
    ASSERT_EQ(head(2).standing.tier.tier, 1);
    change(2, [&](auto& head) { head.standing.tier.qualifying = points(1'500 + since); });

    ASSERT_EQ(unmerge(), Outcome::Accepted);

    EXPECT_EQ(head(2).standing.tier.qualifying, points(900 + since));
    EXPECT_EQ(head(2).standing.tier.tier, since == 100 ? 1 : 0);
    EXPECT_EQ(head(1).standing.tier.tier, 0);
  }
}

// Whatever the two had: a merge that nothing followed leaves no trace but its receipts.
RC_GTEST_FIXTURE_PROP(Unmerging, IsAMergesInverse, ()) {
  const auto account = [](std::uint32_t number) {
    Given given;
    const bool owes = *rc::gen::inRange(0, 4) == 0;
    if (owes) given.debt = *rc::gen::inRange<std::int64_t>(1, 500);
    const std::size_t lots = owes ? 0 : *rc::gen::inRange<std::size_t>(0, 70);
    for (std::size_t i = 0; i < lots; ++i) {
      const auto days = *rc::gen::inRange<std::uint64_t>(1, 400);
      const bool idle = *rc::gen::inRange(0, 5) == 0;
      const Timestamp date = idle ? test::kStart.plus(Duration(77 * kDayMs))
                                  : test::kStart.plus(Duration(days * kDayMs));
      given.lots.push_back({++number, *rc::gen::inRange<std::int64_t>(1, 99), date, idle});
    }
    const auto waiting = *rc::gen::inRange<std::size_t>(0, 4);
    for (std::size_t i = 0; i < waiting; ++i)
      given.waiting.push_back({++number, *rc::gen::inRange<std::int64_t>(1, 99), kLater});
    return given;
  };
  plant(1, account(0));
  plant(2, account(1'000));
  const auto before = std::pair(whole(1), whole(2));
  const state::Totals sums = totals();

  RC_ASSERT(merge() == Outcome::Accepted);
  RC_ASSERT(unmerge() == Outcome::Accepted);

  RC_ASSERT(whole(1) == before.first);
  RC_ASSERT(whole(2) == before.second);
  RC_ASSERT(totals() == sums);
}

}  // namespace
}  // namespace tally::members
