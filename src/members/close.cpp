// Close: an account ends. What it has is forfeited, what it owes is written off
// (design/loyalty.md §14).
#include <tally/members/members.h>

#include <tally/base/limits.h>
#include <tally/state/books.h>
#include <tally/state/exposure.h>

#include "members/accounts.h"

namespace tally::members {
namespace {

using state::Account;
using state::Books;

/// All of an account's lots: they are forfeited once, so nobody can make many lines of them.
constexpr std::size_t kLotsOfAccountMax = limits::kLotPagesMax * limits::kLotsInPage;

/// A waiting lot goes, and with it what its funder would have owed for it.
Result<bool> forfeit_waiting(Books& books, Account& account, const state::PendingLot& pending,
                             StateDelta& delta) {
  const Points points = pending.lot.remaining;
  TRY_VOID(account.take_pending(state::pending_key(pending), points));
  if (!books.post(LineKind::ForfeitedPending, account, &pending.lot, points)) return false;
  return pending.reserved.has_value() ? state::reserve(delta, *pending.reserved, points, -1)
                                      : Result<bool>(true);
}

Result<Outcome> forfeit(Books& books, Account& account, bool block_is_full, StateDelta& delta) {
  const std::size_t lots_max = block_is_full ? state::kLotsTakenInFullBlock : kLotsOfAccountMax;
  TRY(const auto lots, books.take(LineKind::Forfeited, account, account.head.available, lots_max));
  if (!lots.has_value()) return block_is_full ? Outcome::BlockFull : Outcome::AmountOverflow;
  TRY(const std::vector<state::PendingLot> waiting, account.all_pending());
  if (lots->size() + waiting.size() > lots_max) return Outcome::BlockFull;
  for (const state::PendingLot& pending : waiting) {
    TRY(const bool is_forfeited, forfeit_waiting(books, account, pending, delta));
    if (!is_forfeited) return Outcome::AmountOverflow;
  }
  const Points debt = account.head.debt;
  if (!debt.is_zero() && !books.post(LineKind::WrittenOff, account, nullptr, debt))
    return Outcome::AmountOverflow;
  return Outcome::Accepted;
}

}  // namespace

Result<Outcome> preclaim(const Close& action, const TransactionContext& context,
                         const StateView& view) {
  const AccountId id{action.member, action.programme};
  TRY(const Found found, find_open(id, context, view));
  if (found.outcome != Outcome::Accepted) return found.outcome;
  return has_open_holds(found.head) ? Outcome::HoldsOpen : Outcome::Accepted;
}

Result<Outcome> apply(const Close& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  const AccountId id{action.member, action.programme};
  TRY(auto account, Account::load(delta, id));
  CHECK(account.has_value());
  TRY(auto books, Books::open(delta, action.programme, context.ledger_time, receipt));
  TRY(const Outcome forfeited, forfeit(books, *account, context.block_is_full, delta));
  if (forfeited != Outcome::Accepted) return forfeited;
  TRY_VOID(account->forget_expired_before(Timestamp::never()));
  TRY_VOID(leave_pool(id, account->head, delta));
  account->head.state = state::AccountState::Closed;
  account->head.idle_at = Timestamp::never();
  account->head.standing.tier = TierStanding();
  TRY_VOID(books.close(*account, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
