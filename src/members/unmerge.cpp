// Unmerge: what is left of a merge goes back, for 30 days (design/loyalty.md §14).
#include <tally/members/members.h>

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

constexpr Duration kTimeToUnmerge(30 * kDay.milliseconds());

/// The two accounts under change, and how they stood around the merge.
struct Parting {
  Books& books;
  Account& source;
  Account& target;
  const MergedRecord& record;
  AccountHead source_before;
  AccountHead target_before;
  AccountHead target_after;
};

bool was_brought(const Parting& parting, const LotId& lot) {
  return std::binary_search(parting.record.lots.begin(), parting.record.lots.end(), lot);
}

/// Whether no transaction and no due entry has touched the target since.
bool is_untouched(const Parting& parting) {
  return parting.target.head.last_receipt == parting.target_after.last_receipt;
}

bool move(Parting& parting, LineKind left, LineKind joined, const state::Lot* lot, Points points) {
  return parting.books.post(left, parting.target, lot, points) &&
         parting.books.post(joined, parting.source, lot, points);
}

/// What remains of the lots that the source brought, those that have become available since too.
Result<bool> return_lots(Parting& parting) {
  TRY(const std::vector<state::Lot> lots, parting.target.all_lots());
  std::vector<state::Lot> kept;
  for (const state::Lot& held : lots) {
    // In the same order: to look each up by its id would read all pages for each.
    TRY_VOID(parting.target.take_from_first(held.remaining));
    if (!was_brought(parting, held.id)) {
      kept.push_back(held);
      continue;
    }
    state::Lot lot = held;
    if (lot.idle) lot.expires_at = parting.source.head.idle_at;
    if (!parting.books.post(LineKind::LeftAvailable, parting.target, &held, held.remaining) ||
        !parting.books.post(LineKind::JoinedAvailable, parting.source, &lot, lot.remaining))
      return false;
    TRY_VOID(parting.source.add_lot(lot));
  }
  for (const state::Lot& lot : kept)
    TRY_VOID(parting.target.add_lot(lot));
  return true;
}

Result<bool> return_waiting(Parting& parting) {
  TRY(const std::vector<state::PendingLot> waiting, parting.target.all_pending());
  for (const state::PendingLot& pending : waiting) {
    if (!was_brought(parting, pending.lot.id)) continue;
    const Points points = pending.lot.remaining;
    TRY_VOID(parting.target.take_pending(state::pending_key(pending), points));
    TRY_VOID(parting.source.add_pending(pending));
    if (!move(parting, LineKind::LeftPending, LineKind::JoinedPending, &pending.lot, points))
      return false;
  }
  parting.source.head.shares_activations = parting.source_before.shares_activations;
  return true;
}

/// Whether points wait that another merchant is going to owe for: some may have come since.
Result<bool> has_funded(Account& account) {
  TRY(const std::vector<state::PendingLot> waiting, account.all_pending());
  return std::ranges::any_of(
      waiting, [](const state::PendingLot& pending) { return pending.reserved.has_value(); });
}

Result<void> return_expired(Parting& parting) {
  TRY(const std::vector<state::Lot> lots, parting.target.take_expired_since(Timestamp()));
  for (const state::Lot& lot : lots) {
    Account& owner = was_brought(parting, lot.id) ? parting.source : parting.target;
    TRY_VOID(owner.remember_expired(lot));
  }
  return {};
}

/// What paid a debt at the merge comes back to who brought it, and the debt to who owed it. The
/// lots that have lost their date since expire at once.
Result<bool> undo_settlement(Parting& parting, ExpiryRule rule) {
  rule.grace_days = 0;
  const MemberId& source = parting.source.id().member;
  for (const state::HeldPiece& piece : parting.record.settled) {
    Account& owner = piece.owner == source ? parting.source : parting.target;
    TRY(const bool back,
        parting.books.bring_back(LineKind::JoinedAvailable, owner, piece.lot, piece.points, rule));
    if (!back) return false;
  }
  for (const state::HeldPiece& piece : parting.record.settled) {
    Account& debtor = piece.owner == source ? parting.target : parting.source;
    if (!parting.books.post(LineKind::JoinedDebt, debtor, nullptr, piece.points)) return false;
  }
  return true;
}

/// Of a debt that nothing has paid yet what the source owed; its lots, which are back, pay first.
Result<bool> return_debt(Parting& parting) {
  const Points owed = parting.source_before.debt;
  const Points debt = smaller(owed, parting.target.head.debt);
  if (debt.is_zero()) return true;
  return move(parting, LineKind::LeftDebt, LineKind::JoinedDebt, nullptr, debt);
}

/// A date that has moved since counts for both: the person was active. Who had none keeps the one
/// of the merge if anything has happened since: what has become available may be idle, and must
/// expire.
void part_idle_dates(Parting& parting) {
  AccountHead& target = parting.target.head;
  const Timestamp merged = target.idle_at;
  const bool has_moved = merged != parting.target_after.idle_at;
  const bool untouched = is_untouched(parting);
  const auto date_of = [&](Timestamp before) {
    return has_moved || (before == Timestamp::never() && !untouched) ? merged : before;
  };
  parting.source.head.idle_at = date_of(parting.source_before.idle_at);
  target.idle_at = date_of(parting.target_before.idle_at);
}

/// The cards of before name the source again, those that were not blocked in the meantime.
Result<void> return_names(Parting& parting, StateDelta& delta) {
  AccountHead& from = parting.target.head;
  AccountHead& to = parting.source.head;
  for (const TokenId& token : parting.source_before.tokens) {
    if (std::erase(from.tokens, token) == 0) continue;
    TRY_VOID(take_card(parting.source.id(), to, token, delta));
  }
  if (!to.commitment.has_value()) return {};
  if (from.commitment == to.commitment) from.commitment = parting.target_before.commitment;
  const AccountId& source = parting.source.id();
  return state::put_commitment(delta, source.programme, *to.commitment, source.member);
}

void part_heads(const Programme& programme, Timestamp now, Parting& parting) {
  AccountHead& source = parting.source.head;
  AccountHead& target = parting.target.head;
  const AccountHead& before = parting.target_before;
  const AccountHead& after = parting.target_after;
  target.standing = part(programme, now, target.standing, parting.source_before.standing,
                         before.standing, after.standing);
  target.redemptions -= std::min(target.redemptions, parting.source_before.redemptions);
  // Whoever froze or freed the target since did not mean the time before the merge.
  source.state = target.state == after.state ? parting.source_before.state : target.state;
  if (target.state == after.state) target.state = before.state;
  if (target.velocity == after.velocity) target.velocity = before.velocity;
  if (std::tie(target.adjusted_day, target.adjusted) ==
      std::tie(after.adjusted_day, after.adjusted)) {
    target.adjusted_day = before.adjusted_day;
    target.adjusted = before.adjusted;
  }

  source.alias_of.reset();
  source.standing = parting.source_before.standing;
  source.redemptions = parting.source_before.redemptions;
  source.velocity = parting.source_before.velocity;
}

Result<bool> return_points(Parting& parting, const ExpiryRule& rule) {
  const bool untouched = is_untouched(parting);
  part_idle_dates(parting);
  TRY(const bool lots, return_lots(parting));
  if (!lots) return false;
  TRY(const bool waiting, return_waiting(parting));
  if (!waiting) return false;
  TRY_VOID(return_expired(parting));
  TRY(const bool debt, return_debt(parting));
  if (!debt || !untouched) return debt;
  TRY(const bool is_funded, has_funded(parting.target));
  parting.target.head.shares_activations = parting.target_before.shares_activations || is_funded;
  return undo_settlement(parting, rule);
}

Result<AccountHead> head_in(const Bytes& record) {
  return state::decode_account_head(record);
}

}  // namespace

Result<Outcome> preclaim(const Unmerge& action, const TransactionContext& context,
                         const StateView& view) {
  const AccountId source{action.source, action.programme};
  TRY(const auto* const programme, context.rules->in_force(view, action.programme, context.height));
  if (programme == nullptr) return Outcome::UnknownProgramme;
  TRY(const auto head, state::find_head(view, source));
  if (!head.has_value()) return Outcome::UnknownMember;
  TRY(const auto record, state::find_merged(view, source));
  if (!record.has_value()) return Outcome::TooLate;
  TRY(const bool is_agreed, is_merge_agreed(source, record->target, context, view));
  if (!is_agreed) return Outcome::ApprovalsMissing;
  if (context.ledger_time >= record->merged_at.plus(kTimeToUnmerge)) return Outcome::TooLate;
  TRY(const Found target, find_open({record->target, action.programme}, context, view));
  if (target.outcome != Outcome::Accepted) return target.outcome;
  // A hold has the lots that it took with it; they would come back to the target alone.
  if (has_open_holds(target.head)) return Outcome::HoldsOpen;
  if (context.block_is_full || context.rules->is_spent(action.programme)) return Outcome::BlockFull;
  TRY_VOID(charge_pages({action.source, record->target}, action.programme, context, view));
  return Outcome::Accepted;
}

Result<Outcome> apply(const Unmerge& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  const AccountId id{action.source, action.programme};
  TRY(const auto* const programme,
      context.rules->in_force(delta, action.programme, context.height));
  CHECK(programme != nullptr);
  TRY(const auto record, state::find_merged(delta, id));
  CHECK(record.has_value());
  TRY(auto source, Account::load(delta, id));
  TRY(auto target, Account::load(delta, {record->target, action.programme}));
  CHECK(source.has_value());
  CHECK(target.has_value());
  TRY(auto books, Books::open(delta, action.programme, context.ledger_time, receipt));
  TRY(auto source_before, head_in(record->source_before));
  TRY(auto target_before, head_in(record->target_before));
  TRY(auto target_after, head_in(record->target_after));
  Parting parting{books,
                  *source,
                  *target,
                  *record,
                  std::move(source_before),
                  std::move(target_before),
                  std::move(target_after)};

  const Programme& rules = programme->rules.programme;
  context.rules->charge(action.programme, kCostOfMovedLot * (record->lots.size() + 1));
  TRY(const bool returned, return_points(parting, rules.expiry));
  if (!returned) return Outcome::AmountOverflow;
  TRY_VOID(return_names(parting, delta));
  part_heads(rules, context.ledger_time, parting);
  TRY_VOID(books.close(*source, delta));
  TRY_VOID(books.close(*target, delta));
  TRY_VOID(books.close(delta));
  TRY_VOID(state::erase_merged(delta, id));
  return Outcome::Accepted;
}

}  // namespace tally::members
