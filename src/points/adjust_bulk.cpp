// Adjust in bulk: many members, one reason, two operators, all or nothing (design/loyalty.md §6).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/state/books.h>

#include "points/corrections.h"
#include "points/lots.h"

namespace tally::points {
namespace {

using state::Account;
using state::Books;

/// What a dry run tells.
struct BulkTotals {
  std::optional<Points> moved = Points();  ///< nullopt: more than points can be
  Points settled;
  friend bool operator==(const BulkTotals&, const BulkTotals&) = default;
};

void count(const AdjustedMember& each, AdjustDirection direction, Points debt, BulkTotals& totals) {
  if (totals.moved.has_value()) totals.moved = checked_add(*totals.moved, each.points);
  if (direction == AdjustDirection::Debit || !totals.moved.has_value()) return;
  const auto settled = checked_add(totals.settled, smaller(each.points, debt));
  CHECK(settled.has_value());  // at most what is moved
  totals.settled = *settled;
}

/// One member's part. `lots_left` bounds what all of them together take from.
Result<Outcome> adjust_one(const AdjustedMember& each, std::uint16_t entry, const AdjustBulk& bulk,
                           const state::ProgrammeRecord& record, const TransactionContext& context,
                           std::size_t& lots_left, Account& account, Books& books) {
  if (bulk.direction == AdjustDirection::Debit) {
    TRY(const auto taken, books.take(LineKind::AdjustedDown, account, each.points, lots_left));
    if (!taken.has_value()) return Outcome::InsufficientAvailable;
    lots_left -= taken->size();
    return Outcome::Accepted;
  }
  if (account.is_full()) return Outcome::AmountOverflow;
  const state::Lot lot = given_lot(each.points, record, context, entry, account);
  if (!books.post(LineKind::AdjustedUp, account, &lot, each.points)) return Outcome::AmountOverflow;
  TRY(const bool added, books.add_lot(account, lot));
  return added ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace

Result<Outcome> preclaim(const AdjustBulk& bulk, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, bulk.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const Outcome agreed, check_two_operators(view, context, bulk.programme));
  if (agreed != Outcome::Accepted) return agreed;
  if (context.rules->is_spent(bulk.programme)) return Outcome::BlockFull;
  context.rules->charge(bulk.programme, kCostOfAccount * bulk.members.size());
  BulkTotals totals;
  for (const AdjustedMember& each : bulk.members) {
    TRY(const Corrected member, find_corrected(view, AccountId{each.member, bulk.programme}));
    if (member.outcome != Outcome::Accepted) return member.outcome;
    if (bulk.direction == AdjustDirection::Debit && each.points > member.head.available)
      return Outcome::InsufficientAvailable;
    count(each, bulk.direction, member.head.debt, totals);
  }
  if (!totals.moved.has_value()) return Outcome::AmountOverflow;
  return totals == BulkTotals{bulk.moved, bulk.settled} ? Outcome::Accepted : Outcome::TotalsDiffer;
}

Result<Outcome> apply(const AdjustBulk& bulk, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  if (context.block_is_full) return Outcome::BlockFull;
  TRY(const auto* const record, context.rules->in_force(delta, bulk.programme, context.height));
  CHECK(record != nullptr);
  TRY(Books books, Books::open(delta, bulk.programme, context.ledger_time, receipt));
  std::size_t lots_left = lots_max_in(context);
  std::uint16_t entry = 0;
  for (const AdjustedMember& each : bulk.members) {
    TRY(auto account, Account::load(delta, AccountId{each.member, bulk.programme}));
    CHECK(account.has_value());
    TRY(const Outcome adjusted,
        adjust_one(each, entry++, bulk, *record, context, lots_left, *account, books));
    if (adjusted != Outcome::Accepted) return adjusted;
    TRY_VOID(books.close(*account, delta));
  }
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
