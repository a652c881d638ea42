// Merge: two accounts of one person become one (design/loyalty.md §14).
#include <tally/members/members.h>

#include <tally/base/limits.h>
#include <tally/state/books.h>
#include <tally/state/identity.h>

#include "members/accounts.h"
#include "members/identities.h"
#include "members/standing.h"

#include <algorithm>
#include <tuple>

namespace tally::members {
namespace {

using state::Account;
using state::AccountHead;
using state::Books;
using state::MergedRecord;

/// The two accounts under change, and what an unmerge will have to know.
struct Merging {
  Books& books;
  Account& source;
  Account& target;
  MergedRecord record;
};

bool has_room(const Account& target, std::size_t lots) {
  return lots == 0 || !target.is_full();
}

/// Lots with their dates; they pay what the target owes. False: too many, or a sum overflows.
Result<bool> move_lots(Merging& merging, std::size_t lots_max) {
  TRY(const auto pieces, merging.books.take(LineKind::LeftAvailable, merging.source,
                                            merging.source.head.available, lots_max));
  if (!pieces.has_value() || !has_room(merging.target, pieces->size())) return false;
  for (const state::Piece& piece : *pieces) {
    state::Lot lot = piece.lot;
    if (lot.idle) lot.expires_at = merging.target.head.idle_at;
    const Points debt = merging.target.head.debt;
    if (!merging.books.post(LineKind::JoinedAvailable, merging.target, &lot, piece.points))
      return false;
    TRY(const bool added, merging.books.add_lot(merging.target, lot));
    if (!added) return false;
    const Points settled = checked_subtract(debt, merging.target.head.debt).value();
    if (!settled.is_zero())
      merging.record.settled.push_back({merging.source.id().member, lot, settled});
    merging.record.lots.push_back(lot.id);
  }
  return true;
}

Result<bool> move_waiting(Merging& merging, std::size_t lots_max) {
  TRY(const std::vector<state::PendingLot> waiting, merging.source.all_pending());
  if (waiting.size() > lots_max || !has_room(merging.target, waiting.size())) return false;
  for (const state::PendingLot& pending : waiting) {
    const Points points = pending.lot.remaining;
    merging.record.lots.push_back(pending.lot.id);
    TRY_VOID(merging.source.take_pending(state::pending_key(pending), points));
    TRY_VOID(merging.target.add_pending(pending));
    if (!merging.books.post(LineKind::LeftPending, merging.source, &pending.lot, points) ||
        !merging.books.post(LineKind::JoinedPending, merging.target, &pending.lot, points))
      return false;
  }
  merging.target.head.shares_activations |= merging.source.head.shares_activations;
  return true;
}

/// The debt, which the target's lots pay at once.
Result<bool> move_debt(Merging& merging, std::size_t lots_max) {
  const Points debt = merging.source.head.debt;
  if (debt.is_zero()) return true;
  if (!merging.books.post(LineKind::LeftDebt, merging.source, nullptr, debt) ||
      !merging.books.post(LineKind::JoinedDebt, merging.target, nullptr, debt))
    return false;
  const Points settled = smaller(merging.target.head.debt, merging.target.head.available);
  TRY(const auto pieces, merging.books.take(LineKind::Settled, merging.target, settled, lots_max));
  if (!pieces.has_value()) return false;
  for (const state::Piece& piece : *pieces)
    merging.record.settled.push_back({merging.target.id().member, piece.lot, piece.points});
  return true;
}

/// What may still be reinstated.
Result<void> move_expired(Merging& merging) {
  TRY(const std::vector<state::Lot> lots, merging.source.take_expired_since(Timestamp()));
  for (const state::Lot& lot : lots) {
    merging.record.lots.push_back(lot.id);
    TRY_VOID(merging.target.remember_expired(lot));
  }
  return {};
}

/// The idle lots of both expire together: the person was active when either was. So of the two
/// dates the later counts; an account without one has nothing that expires so.
Timestamp later_date(Timestamp one, Timestamp other) {
  if (one == Timestamp::never()) return other;
  return other == Timestamp::never() ? one : std::max(one, other);
}

void join_velocity(std::vector<state::VelocityUse>& to,
                   const std::vector<state::VelocityUse>& from) {
  const auto key = [](const state::VelocityUse& use) {
    return std::tuple(use.what, use.window, use.merchant);
  };
  for (const state::VelocityUse& use : from) {
    const auto at = std::lower_bound(to.begin(), to.end(), use,
                                     [&](const auto& a, const auto& b) { return key(a) < key(b); });
    if (at == to.end() || key(*at) != key(use)) {
      to.insert(at, use);
    } else if (use.place > at->place) {
      *at = use;
    } else if (use.place == at->place) {
      at->times = std::max(at->times, use.times);
      at->points = std::max(at->points, use.points);
    }
  }
}

/// Of what an operator moved alone on a day: the larger of one day, else the later day.
void join_adjusted(AccountHead& to, const AccountHead& from) {
  if (from.adjusted_day < to.adjusted_day) return;
  if (from.adjusted_day == to.adjusted_day) to.adjusted = std::max(to.adjusted, from.adjusted);
  if (from.adjusted_day > to.adjusted_day) to.adjusted = from.adjusted;
  to.adjusted_day = from.adjusted_day;
}

/// Whom the source was known as names the target from now on.
Result<void> move_names(Merging& merging, StateDelta& delta) {
  const AccountId target = merging.target.id();
  AccountHead& from = merging.source.head;
  AccountHead& to = merging.target.head;
  for (const TokenId& token : from.tokens)
    TRY_VOID(take_card(target, to, token, delta));
  from.tokens.clear();
  if (!from.commitment.has_value()) return {};
  TRY_VOID(state::put_commitment(delta, target.programme, *from.commitment, target.member));
  if (!to.commitment.has_value()) to.commitment = from.commitment;
  return {};
}

bool join_heads(const Programme& programme, Timestamp now, Merging& merging) {
  AccountHead& from = merging.source.head;
  AccountHead& to = merging.target.head;
  if (!join(programme, now, to.standing, from.standing)) return false;
  // Nobody is awarded for having brought themselves.
  if (to.standing.referrer == merging.source.id().member) to.standing.referrer.reset();
  to.redemptions += from.redemptions;
  to.state = std::max(to.state, from.state);
  join_velocity(to.velocity, from.velocity);
  join_adjusted(to, from);

  from.redemptions = 0;
  from.state = state::AccountState::Merged;
  from.alias_of = merging.target.id().member;
  from.idle_at = Timestamp::never();
  from.velocity.clear();
  from.standing = Standing();
  return true;
}

Result<bool> move_points(Merging& merging, std::size_t lots_max) {
  merging.target.head.idle_at =
      later_date(merging.target.head.idle_at, merging.source.head.idle_at);
  TRY(const bool lots, move_lots(merging, lots_max));
  if (!lots) return false;
  TRY(const bool waiting, move_waiting(merging, lots_max));
  if (!waiting) return false;
  TRY(const bool debt, move_debt(merging, lots_max));
  if (!debt) return false;
  TRY_VOID(move_expired(merging));
  std::vector<LotId>& lots_moved = merging.record.lots;
  std::sort(lots_moved.begin(), lots_moved.end());
  lots_moved.erase(std::unique(lots_moved.begin(), lots_moved.end()), lots_moved.end());
  return true;
}

Result<MergedRecord> record_of(const Merge& action, Timestamp now, const StateView& view) {
  MergedRecord record;
  record.target = action.target;
  record.merged_at = now;
  TRY(const auto source, view.find(state::account_key({action.source, action.programme})));
  TRY(const auto target, view.find(state::account_key({action.target, action.programme})));
  record.source_before = source.value();
  record.target_before = target.value();
  return record;
}

/// Once both accounts are written.
Result<void> remember(MergedRecord record, const Merge& action, StateDelta& delta) {
  TRY(const auto target, delta.find(state::account_key({action.target, action.programme})));
  record.target_after = target.value();
  return state::put_merged(delta, {action.source, action.programme}, record);
}

}  // namespace

Result<Outcome> preclaim(const Merge& action, const TransactionContext& context,
                         const StateView& view) {
  const AccountId source{action.source, action.programme};
  TRY(const Found from, find_open(source, context, view));
  if (from.outcome != Outcome::Accepted) return from.outcome;
  TRY(const Found to, find_open({action.target, action.programme}, context, view));
  if (to.outcome != Outcome::Accepted) return to.outcome;
  TRY(const bool is_agreed, is_merge_agreed(source, action.target, context, view));
  if (!is_agreed) return Outcome::ApprovalsMissing;
  if (has_open_holds(from.head)) return Outcome::HoldsOpen;
  if (from.head.tokens.size() + to.head.tokens.size() > limits::kTokensMax)
    return Outcome::TooManyTokens;
  if (both(from.head.standing.segments, to.head.standing.segments).size() > limits::kSegmentsMax)
    return Outcome::TooManySegments;
  if (context.rules->is_spent(action.programme)) return Outcome::BlockFull;
  TRY_VOID(charge_pages({action.source, action.target}, action.programme, context, view));
  return Outcome::Accepted;
}

Result<Outcome> apply(const Merge& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const programme,
      context.rules->in_force(delta, action.programme, context.height));
  CHECK(programme != nullptr);
  TRY(auto source, Account::load(delta, {action.source, action.programme}));
  TRY(auto target, Account::load(delta, {action.target, action.programme}));
  CHECK(source.has_value());
  CHECK(target.has_value());
  TRY(auto books, Books::open(delta, action.programme, context.ledger_time, receipt));
  TRY(auto record, record_of(action, context.ledger_time, delta));
  Merging merging{books, *source, *target, std::move(record)};

  const bool is_full = context.block_is_full;
  TRY(const bool moved,
      move_points(merging, is_full ? state::kLotsTakenInFullBlock : state::kLotsTakenMax));
  context.rules->charge(action.programme, kCostOfMovedLot * (merging.record.lots.size() + 1));
  if (!moved) return is_full ? Outcome::BlockFull : Outcome::InsufficientAvailable;
  TRY_VOID(leave_pool(source->id(), source->head, delta));
  TRY_VOID(move_names(merging, delta));
  if (!join_heads(programme->rules.programme, context.ledger_time, merging))
    return Outcome::AmountOverflow;
  TRY_VOID(books.close(*source, delta));
  TRY_VOID(books.close(*target, delta));
  TRY_VOID(books.close(delta));
  TRY_VOID(remember(std::move(merging.record), action, delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
