// How a hold ends: what is captured is paid, the rest goes back to its owners.
#include "points/holds.h"

#include <tally/base/check.h>
#include <tally/state/books.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>

#include "points/funding.h"
#include "points/lots.h"

#include <map>
#include <set>
#include <utility>

namespace tally::points {
namespace {

using state::Account;
using state::Books;
using state::HeldPiece;
using state::HoldRecord;
using state::HoldState;

using Accounts = std::map<MemberId, Account>;

std::set<MemberId> members_of(const HoldRecord& hold) {
  std::set<MemberId> members{hold.account.member};
  for (const HeldPiece& piece : hold.pieces)
    members.insert(piece.owner);
  return members;
}

Result<Accounts> load_accounts(const HoldRecord& hold, const StateView& view) {
  Accounts accounts;
  for (const MemberId& member : members_of(hold)) {
    TRY(auto account, Account::load(view, AccountId{member, hold.account.programme}));
    CHECK(account.has_value());
    accounts.emplace(member, std::move(*account));
  }
  return accounts;
}

/// Posts the first `points` of the pieces as paid, and leaves in `pieces` what remains of them.
/// False: a sum would leave its range.
bool capture(std::vector<HeldPiece>& pieces, Points points, Accounts& accounts, Books& books) {
  for (HeldPiece& piece : pieces) {
    const Points captured = smaller(points, piece.points);
    if (captured.is_zero()) break;
    Account& owner = accounts.at(piece.owner);
    if (!books.post(LineKind::Captured, owner, &piece.lot, captured)) return false;
    piece.points = checked_subtract(piece.points, captured).value();
    points = checked_subtract(points, captured).value();
  }
  CHECK(points.is_zero());
  return true;
}

Result<bool> release(const std::vector<HeldPiece>& pieces, const ExpiryRule& rule,
                     Accounts& accounts, Books& books) {
  for (const HeldPiece& piece : pieces) {
    if (piece.points.is_zero()) continue;
    Account& owner = accounts.at(piece.owner);
    TRY(const bool is_back,
        books.bring_back(LineKind::Released, owner, piece.lot, piece.points, rule));
    if (!is_back) return false;
  }
  return true;
}

void forget(const HoldId& id, const HoldRecord& hold, Accounts& accounts) {
  for (auto& [member, account] : accounts)
    std::erase_if(account.head.holds, [&](const state::OpenHold& open) { return open.hold == id; });
  state::AccountHead& asker = accounts.at(hold.account.member).head;
  CHECK(asker.holds_asked > 0);
  --asker.holds_asked;
}

/// What was reserved at the issuer's is free; what was captured is owed now, at the hold's price.
Result<bool> settle(const HoldRecord& hold, const Resolution& how, StateDelta& delta,
                    Receipt& receipt) {
  if (!hold.reserved.has_value()) return true;
  TRY(const bool is_free, state::reserve(delta, *hold.reserved, hold.points, -1));
  if (!is_free) return false;
  return owe_for(*hold.reserved, how.captured, ObligationReason::Redeemed, how.at, delta, receipt);
}

HoldRecord resolved(HoldRecord hold, const Resolution& how) {
  hold.state = how.state;
  hold.leaves_at = how.at.plus(how.programme->returns.window);
  hold.pieces.clear();
  return hold;
}

Result<bool> is_of_another(MerchantId sender, MerchantId programme, ByteView request_id,
                           Timestamp now, const StateView& view) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId merchant : merchants) {
    if (merchant == sender) continue;
    TRY(const auto hold, state::find_hold(view, request_key(merchant, request_id)));
    if (hold.has_value() && hold->account.programme == programme && hold->leaves_at > now)
      return true;
  }
  return false;
}

Outcome check_unresolved(const HoldRecord& hold, Timestamp now) {
  if (hold.leaves_at <= now) return Outcome::UnknownHold;
  if (hold.state == HoldState::TimedOut) return Outcome::HoldExpired;
  if (hold.state != HoldState::Open) return Outcome::HoldAlreadyResolved;
  return hold.deadline <= now ? Outcome::HoldExpired : Outcome::Accepted;
}

/// In a block whose receipts are full, a hold of many lots waits for the next one.
bool is_too_long_now(const HoldRecord& hold, const TransactionContext& context) {
  return hold.pieces.size() > lots_max_in(context);
}

}  // namespace

Result<std::vector<AccountId>> accounts_of_hold(const StateView& view, const HoldId& id) {
  std::vector<AccountId> accounts;
  TRY(const auto hold, state::find_hold(view, id));
  if (!hold.has_value() || hold->state != HoldState::Open) return accounts;
  for (const MemberId& member : members_of(*hold))
    accounts.push_back(AccountId{member, hold->account.programme});
  return accounts;
}

Result<NamedHold> find_named_hold(MerchantId programme, ByteView request_id,
                                  const TransactionContext& context, const StateView& view) {
  const MerchantId sender = context.transaction->merchant;
  NamedHold named;
  named.id = request_key(sender, request_id);
  TRY(auto hold, state::find_hold(view, named.id));
  if (!hold.has_value() || hold->account.programme != programme) {
    TRY(const bool anothers,
        is_of_another(sender, programme, request_id, context.ledger_time, view));
    named.outcome = anothers ? Outcome::NotPermitted : Outcome::UnknownHold;
    return named;
  }
  named.outcome = check_unresolved(*hold, context.ledger_time);
  if (named.outcome == Outcome::Accepted && is_too_long_now(*hold, context))
    named.outcome = Outcome::BlockFull;
  named.record = std::move(*hold);
  return named;
}

Result<bool> resolve(const HoldId& id, HoldRecord hold, const Resolution& how, StateDelta& delta,
                     Receipt& receipt) {
  CHECK(hold.state == HoldState::Open);
  CHECK(how.captured <= hold.points);
  TRY(Books books, Books::open(delta, hold.account.programme, how.at, receipt));
  TRY(Accounts accounts, load_accounts(hold, delta));
  if (!capture(hold.pieces, how.captured, accounts, books)) return false;
  TRY(const bool is_released, release(hold.pieces, how.programme->expiry, accounts, books));
  if (!is_released) return false;

  forget(id, hold, accounts);
  if (!how.captured.is_zero()) {
    // After the release: what had expired meanwhile does not live again by this.
    state::AccountHead& asker = accounts.at(hold.account.member).head;
    note_activity(asker, *how.programme, how.at);
    ++asker.redemptions;
    ++books.totals.redemptions;
  }
  receipt.hold = id;
  TRY(const bool is_settled, settle(hold, how, delta, receipt));
  if (!is_settled) return false;
  for (auto& [member, account] : accounts)
    TRY_VOID(books.close(account, delta));
  TRY_VOID(books.close(delta));
  TRY_VOID(state::put_hold(delta, id, resolved(std::move(hold), how)));
  return true;
}

Result<void> time_out(const HoldId& id, const DueContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(auto hold, state::find_hold(delta, id));
  CHECK(hold.has_value());
  // By the version of that instant, whatever block runs it.
  TRY(const auto* const record,
      context.rules->in_force_at(delta, *context.history, hold->account.programme, hold->deadline));
  CHECK(record != nullptr);
  Resolution how;
  how.state = HoldState::TimedOut;
  how.at = hold->deadline;
  how.programme = &record->rules.programme;
  TRY(const bool is_resolved, resolve(id, std::move(*hold), how, delta, receipt));
  // Held points are part of what was issued (I1), so no sum overflows as they become available.
  CHECK(is_resolved);
  return {};
}

}  // namespace tally::points
