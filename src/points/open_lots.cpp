// Open lots: points that members had before the ledger began, with their dates
// (design/loyalty.md §6).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/state/books.h>
#include <tally/state/identity.h>

#include "points/corrections.h"

#include <map>

namespace tally::points {
namespace {

using state::Account;
using state::Books;
using state::Lot;

Result<Outcome> check_opening(const OpeningLot& opening, MerchantId programme,
                              const TransactionContext& context, const StateView& view) {
  if (opening.earned_at > context.ledger_time) return Outcome::EventInFuture;
  if (opening.expires_at <= context.ledger_time) return Outcome::TooLate;
  TRY(const Corrected member, find_corrected(view, AccountId{opening.member, programme}));
  if (member.outcome != Outcome::Accepted) return member.outcome;
  TRY(const bool opened, state::is_opened(view, programme, opening.ref));
  return opened ? Outcome::DuplicateRef : Outcome::Accepted;
}

Lot lot_of(const OpeningLot& opening, const LotId& id, std::uint32_t version, Timestamp now) {
  Lot lot;
  lot.id = id;
  lot.first_owner = opening.member;
  lot.programme_version = version;
  lot.earned_at = opening.earned_at;
  lot.available_at = now;
  lot.expires_at = opening.expires_at;
  lot.original = opening.points;
  lot.remaining = opening.points;
  return lot;
}

/// The accounts of one transaction, each loaded once.
using Accounts = std::map<MemberId, Account>;

Result<Account*> account_of(const MemberId& member, MerchantId programme, const StateView& view,
                            Accounts& accounts) {
  const auto known = accounts.find(member);
  if (known != accounts.end()) return &known->second;
  TRY(auto account, Account::load(view, AccountId{member, programme}));
  CHECK(account.has_value());
  return &accounts.emplace(member, std::move(*account)).first->second;
}

}  // namespace

Result<Outcome> preclaim(const OpenLots& open, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, open.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const Outcome agreed, check_two_operators(view, context, open.programme));
  if (agreed != Outcome::Accepted) return agreed;
  if (context.rules->is_spent(open.programme)) return Outcome::BlockFull;
  context.rules->charge(open.programme, kCostOfAccount * open.lots.size());
  for (const OpeningLot& opening : open.lots) {
    TRY(const Outcome checked, check_opening(opening, open.programme, context, view));
    if (checked != Outcome::Accepted) return checked;
  }
  return Outcome::Accepted;
}

Result<Outcome> apply(const OpenLots& open, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  if (context.block_is_full) return Outcome::BlockFull;
  TRY(const auto* const record, context.rules->in_force(delta, open.programme, context.height));
  CHECK(record != nullptr);
  TRY(Books books, Books::open(delta, open.programme, context.ledger_time, receipt));
  Accounts accounts;
  std::uint16_t entry = 0;
  for (const OpeningLot& opening : open.lots) {
    TRY(Account* const account, account_of(opening.member, open.programme, delta, accounts));
    if (account->is_full()) return Outcome::AmountOverflow;
    const LotId id{context.position(), entry++};
    const Lot lot = lot_of(opening, id, record->version, context.ledger_time);
    if (!books.post(LineKind::Opened, *account, &lot, lot.remaining))
      return Outcome::AmountOverflow;
    TRY(const bool added, books.add_lot(*account, lot));
    if (!added) return Outcome::AmountOverflow;
    TRY_VOID(state::put_opened(delta, open.programme, opening.ref));
  }
  for (auto& [member, account] : accounts)
    TRY_VOID(books.close(account, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
