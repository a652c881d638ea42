// Pool: members join their points of one programme, and part again (design/loyalty.md §13).
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/books.h>
#include <tally/state/consent.h>
#include <tally/state/identity.h>
#include <tally/state/programme_record.h>

#include "points/heads.h"
#include "points/lots.h"
#include "points/transfers.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Account;
using state::AccountHead;
using Members = std::vector<MemberId>;

/// Whether one of the pool signs: who joins may spend what is theirs. A frozen member lets nobody
/// in.
Result<bool> is_let_in(const Members& members, const Pool& pool, const TransactionContext& context,
                       const StateView& view) {
  if (members.empty()) return true;
  for (const MemberId& member : members) {
    TRY(const auto head, find_head(view, AccountId{member, pool.programme}));
    CHECK(head.has_value());
    if (check_may_spend(*head) != Outcome::Accepted) continue;
    TRY(const bool consents, state::has_consent(view, context, member));
    if (consents) return true;
  }
  return false;
}

Result<Outcome> check_join(const Pool& pool, const AccountHead& head, const Programme& programme,
                           const TransactionContext& context, const StateView& view) {
  if (!programme.pool.enabled) return Outcome::NotEnabled;
  if (head.pool.has_value()) return Outcome::AlreadyInPool;
  TRY(const Members members, state::find_pool(view, pool.programme, pool.pool));
  if (members.size() >= programme.pool.members_max) return Outcome::PoolFull;
  TRY(const bool let_in, is_let_in(members, pool, context, view));
  if (!let_in) return Outcome::ConsentRequired;
  return check_sender(head, programme, Points(), context);
}

Outcome check_leave(const Pool& pool, const AccountHead& head) {
  const Outcome open = check_open(head);
  if (open != Outcome::Accepted) return open;
  if (head.pool != pool.pool) return Outcome::UnknownPool;
  return head.holds.empty() ? Outcome::Accepted : Outcome::HoldsOpen;
}

/// In, where it is not there, or out, where it is.
Result<void> change_members(const Pool& pool, StateDelta& delta) {
  TRY(Members members, state::find_pool(delta, pool.programme, pool.pool));
  const auto at = std::lower_bound(members.begin(), members.end(), pool.member);
  const bool is_there = at != members.end() && *at == pool.member;
  CHECK(is_there == (pool.change == PoolChange::Leave));
  if (is_there)
    members.erase(at);
  else
    members.insert(at, pool.member);
  return state::put_pool(delta, pool.programme, pool.pool, members);
}

}  // namespace

Result<Outcome> preclaim(const Pool& pool, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, pool.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const bool consents, state::has_consent(view, context, pool.member));
  if (!consents) return Outcome::ConsentRequired;
  TRY(const auto head, find_head(view, AccountId{pool.member, pool.programme}));
  if (!head.has_value()) return Outcome::UnknownMember;
  // A pool outlives the switch: who is in one may leave, whatever the programme says by then.
  if (pool.change == PoolChange::Leave) return check_leave(pool, *head);
  return check_join(pool, *head, record->rules.programme, context, view);
}

Result<Outcome> apply(const Pool& pool, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, pool.programme, context.height));
  CHECK(record != nullptr);
  const Programme& programme = record->rules.programme;
  TRY(auto account, Account::load(delta, AccountId{pool.member, pool.programme}));
  CHECK(account.has_value());
  TRY(auto books, state::Books::open(delta, pool.programme, context.ledger_time, receipt));
  if (pool.change == PoolChange::Join) {
    const Points fee = transfer_fee(programme.transfer, Points());
    TRY(const auto paid, books.take(LineKind::Fee, *account, fee, lots_max_in(context)));
    if (!paid.has_value()) return Outcome::InsufficientAvailable;
    count_transfer(account->head, programme, Points(), context);
    account->head.pool = pool.pool;
  } else {
    account->head.pool.reset();
  }
  TRY_VOID(change_members(pool, delta));
  TRY_VOID(books.close(*account, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
