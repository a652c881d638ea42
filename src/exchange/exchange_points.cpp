// ExchangePoints: a member's points of one programme become points of another, for which the one's
// issuer owes the other's (design/loyalty.md §16).
#include <tally/base/calendar.h>
#include <tally/base/check.h>
#include <tally/exchange/exchange.h>
#include <tally/rules/evaluate.h>
#include <tally/state/books.h>
#include <tally/state/consent.h>
#include <tally/state/exchange_rate.h>
#include <tally/state/exposure.h>
#include <tally/state/heads.h>
#include <tally/state/issuer.h>
#include <tally/state/quote.h>
#include <tally/state/taken.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace tally::exchange {
namespace {

using state::Account;
using state::AccountHead;
using state::Books;
using state::Exchanged;
using state::Lot;
using state::Piece;
using state::ProgrammeRecord;

/// What an exchange comes to.
struct Terms {
  Outcome outcome = Outcome::Accepted;  ///< a refusal: nothing else counts
  Exchanged exchanged;
  Points asked;             ///< that have to be available; an offer may not need them all
  Currency currency;        ///< of what is owed
  MicroUnits owed;          ///< by the issuer of the points that are given
  Points acceptor_per_day;  ///< by the issuer's quote
};

Terms refused(Outcome outcome) {
  Terms terms;
  terms.outcome = outcome;
  return terms;
}

/// Whether both programmes do business at all, and exchange points.
Result<Outcome> check_programmes(const ExchangePoints& action, const TransactionContext& context,
                                 const StateView& view) {
  bool enabled = true;
  for (const MerchantId issuer : {action.programme, action.into}) {
    TRY(const auto merchant, state::find_merchant(view, issuer));
    if (!merchant.has_value()) return Outcome::UnknownMerchant;
    TRY(const auto* const programme, context.rules->in_force(view, issuer, context.height));
    if (programme == nullptr) return Outcome::UnknownProgramme;
    enabled = enabled && programme->rules.programme.exchange.enabled;
  }
  if (!enabled) return Outcome::NotEnabled;
  TRY(const auto from, state::find_issuer(view, action.programme));
  const Outcome may_leave = state::check_may_leave(from);
  if (may_leave != Outcome::Accepted) return may_leave;
  TRY(const auto into, state::find_issuer(view, action.into));
  return state::check_may_issue(into);
}

/// The member's account of the other programme, in which they may have been merged into another.
Result<AccountId> account_into(const ExchangePoints& action, const StateView& view) {
  return state::account_now(view, AccountId{action.member, action.into});
}

Result<Outcome> check_accounts(const ExchangePoints& action, const StateView& view) {
  TRY(const auto from, state::find_head(view, AccountId{action.member, action.programme}));
  if (!from.has_value()) return Outcome::UnknownMember;
  const Outcome may_spend = state::check_may_spend(*from);
  if (may_spend != Outcome::Accepted) return may_spend;
  if (!from->debt.is_zero()) return Outcome::DebtOutstanding;
  TRY(const AccountId into_id, account_into(action, view));
  TRY(const auto into, state::find_head(view, into_id));
  if (!into.has_value()) return Outcome::UnknownMember;
  return state::check_open(*into);  // a frozen member may receive, as it may earn
}

std::optional<Exchanged> exchange_at(const ExchangePoints& action, const Rate& rate,
                                     std::uint32_t fee_bp) {
  return action.mode == ExchangeMode::In ? state::exchange_in(action.points, rate, fee_bp)
                                         : state::exchange_out(action.points, rate, fee_bp);
}

/// What is owed is priced by the issuer's quote, whatever the rate.
Result<Terms> terms_of(const ExchangePoints& action, const Programme& programme,
                       const StateView& view, Timestamp now) {
  TRY(const auto quote, state::find_quote(view, action.programme, now));
  if (!quote.has_value()) return refused(Outcome::RateNotAvailable);
  TRY(const auto rate, state::rate_between(view, action.programme, action.into, now));
  if (!rate.has_value()) return refused(Outcome::RateNotAvailable);
  const auto exchanged = exchange_at(action, *rate, programme.exchange.fee_basis_points);
  if (!exchanged.has_value()) return refused(Outcome::AmountOverflow);
  if (exchanged->credit.is_zero()) return refused(Outcome::BelowMinUnit);
  const auto owed = price_of(exchanged->charge, quote->bid);
  if (!owed.has_value()) return refused(Outcome::AmountOverflow);
  Terms terms;
  terms.exchanged = *exchanged;
  terms.asked = action.mode == ExchangeMode::In
                    ? action.points
                    : checked_add(exchanged->charge, exchanged->fee).value();
  terms.currency = quote->currency;
  terms.owed = *owed;
  terms.acceptor_per_day = quote->acceptor_per_day;
  return terms;
}

std::int64_t civil_day(const Programme& programme, Timestamp now) {
  return local_day(programme.utc_offsets, now);
}

/// What the issuer has agreed to take back there today, and what it may come to owe.
Result<Outcome> check_limits(const ExchangePoints& action, const Terms& terms,
                             const Programme& programme, const StateView& view, Timestamp now) {
  TRY(const bool may_take,
      state::may_take(view, action.programme, action.into, civil_day(programme, now),
                      terms.exchanged.charge, terms.acceptor_per_day));
  if (!may_take) return Outcome::AcceptorLimitExceeded;
  TRY(const MicroUnits room,
      state::room_of(view, action.programme, terms.currency, state::DebtorAs::Issuer));
  return terms.owed > room ? Outcome::IssuerCapExceeded : Outcome::Accepted;
}

/// When points that come now expire by the programme's rule. Points from elsewhere are no activity
/// of the member's: by inactivity they get the date of a lot earned now, and keep it.
Timestamp date_by_rule(const Programme& programme, Timestamp now) {
  return programme.expiry.kind == ExpiryKind::Inactivity
             ? rules::idle_at(programme.expiry, programme.utc_offsets, now)
             : rules::expires_at(programme.expiry, programme.utc_offsets, now);
}

/// What the charged pieces give, in their order: of each what it adds to the credit of all so far.
/// Those that agree in their dates make one lot. `plain` is what all have in common, with the
/// programme's own date. One whose date is past already, because clocks turned back over midnight,
/// is made all the same: it pays debt, and falls due at once.
std::vector<Lot> lots_of(const std::vector<Piece>& charged, const Exchanged& exchanged,
                         const Lot& plain, Position transaction) {
  using Key = std::tuple<Timestamp, Timestamp, bool>;
  std::map<Key, Lot> merged;
  Points charged_so_far;
  Points credited;
  for (const Piece& piece : charged) {
    charged_so_far = checked_add(charged_so_far, piece.points).value();  // at most the charge
    const Points so_far = state::credited_so_far(exchanged, charged_so_far);
    const Points added = checked_subtract(so_far, credited).value();
    credited = so_far;
    if (added.is_zero()) continue;
    const Timestamp expires_at = std::min(piece.lot.expires_at, plain.expires_at);
    const Key key{expires_at, piece.lot.earned_at, piece.lot.late_date};
    Lot& lot = merged.try_emplace(key, plain).first->second;
    std::tie(lot.expires_at, lot.earned_at, lot.late_date) = key;
    lot.original = checked_add(lot.original, added).value();  // at most the credit
    lot.remaining = lot.original;
  }
  CHECK(credited == exchanged.credit);
  std::vector<Lot> lots;
  for (auto& [key, lot] : merged) {
    lot.id = LotId{transaction, static_cast<std::uint16_t>(lots.size())};
    lots.push_back(lot);
  }
  return lots;
}

/// The pieces charged; the fee comes from the lots that follow. nullopt: they lie in more lots than
/// a receipt bears.
Result<std::optional<std::vector<Piece>>> give_up(Account& account, const Exchanged& exchanged,
                                                  const TransactionContext& context, Books& books) {
  const std::size_t lots_max =
      context.block_is_full ? state::kLotsTakenInFullBlock : state::kLotsTakenMax;
  TRY(auto charged, books.take(LineKind::ExchangedOut, account, exchanged.charge, lots_max));
  if (!charged.has_value()) return charged;
  TRY(const auto fee, books.take(LineKind::Fee, account, exchanged.fee, lots_max));
  if (!fee.has_value()) return std::optional<std::vector<Piece>>();
  return charged;
}

/// False: the account is full, or a sum leaves its range.
Result<bool> receive(Account& account, const std::vector<Lot>& lots, Books& books) {
  if (account.is_full()) return false;
  for (const Lot& lot : lots) {
    if (!books.post(LineKind::ExchangedIn, account, &lot, lot.original)) return false;
    TRY(const bool was_added, books.add_lot(account, lot));
    if (!was_added) return false;
  }
  return true;
}

/// What the lots of `into` have in common, made at `now`; its issuer has been paid for them.
Lot plain_lot(const Account& account, const ProgrammeRecord& into, Timestamp now) {
  Lot lot;
  lot.first_owner = account.id().member;
  lot.programme_version = into.version;
  lot.available_at = now;
  lot.expires_at = date_by_rule(into.rules.programme, now);
  return lot;
}

/// Moves the points out of the one account and into the other.
Result<Outcome> move_points(const ExchangePoints& action, const Exchanged& exchanged,
                            const TransactionContext& context, StateDelta& delta,
                            Receipt& receipt) {
  TRY(auto from, Account::load(delta, AccountId{action.member, action.programme}));
  TRY(const AccountId into_id, account_into(action, delta));
  TRY(auto into, Account::load(delta, into_id));
  CHECK(from.has_value());
  CHECK(into.has_value());
  const Timestamp now = context.ledger_time;
  TRY(Books given, Books::open(delta, action.programme, now, receipt));
  TRY(Books taken, Books::open(delta, action.into, now, receipt));

  TRY(const auto charged, give_up(*from, exchanged, context, given));
  if (!charged.has_value()) return Outcome::InsufficientAvailable;
  TRY(const auto* const record, context.rules->in_force(delta, action.into, context.height));
  CHECK(record != nullptr);
  const Lot plain = plain_lot(*into, *record, now);
  TRY(const bool was_received,
      receive(*into, lots_of(*charged, exchanged, plain, receipt.position), taken));
  if (!was_received) return Outcome::AmountOverflow;

  TRY_VOID(given.close(*from, delta));
  TRY_VOID(taken.close(*into, delta));
  TRY_VOID(given.close(delta));
  TRY_VOID(taken.close(delta));
  return Outcome::Accepted;
}

}  // namespace

Result<Outcome> preclaim(const ExchangePoints& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const Outcome exchanges, check_programmes(action, context, view));
  if (exchanges != Outcome::Accepted) return exchanges;
  // A token lets points be spent at a merchant, not turned into others: that is the member's alone.
  TRY(const bool consents, state::has_consent(view, context, action.member));
  if (!consents) return Outcome::ConsentRequired;
  TRY(const Outcome may, check_accounts(action, view));
  if (may != Outcome::Accepted) return may;
  TRY(const auto* const record, context.rules->in_force(view, action.programme, context.height));
  CHECK(record != nullptr);
  const Programme& programme = record->rules.programme;
  TRY(const Terms terms, terms_of(action, programme, view, context.ledger_time));
  if (terms.outcome != Outcome::Accepted) return terms.outcome;
  TRY(const auto head, state::find_head(view, AccountId{action.member, action.programme}));
  if (terms.asked > head->available) return Outcome::InsufficientAvailable;
  return check_limits(action, terms, programme, view, context.ledger_time);
}

Result<Outcome> apply(const ExchangePoints& action, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, action.programme, context.height));
  CHECK(record != nullptr);
  const Programme& programme = record->rules.programme;
  const Timestamp now = context.ledger_time;
  TRY(const Terms terms, terms_of(action, programme, delta, now));
  CHECK(terms.outcome == Outcome::Accepted);
  TRY(const Outcome moved, move_points(action, terms.exchanged, context, delta, receipt));
  if (moved != Outcome::Accepted) return moved;
  TRY_VOID(state::note_taken(delta, action.programme, action.into, civil_day(programme, now),
                             terms.exchanged.charge));
  const Obligation obligation{
      action.programme, action.into, terms.currency, terms.owed, ObligationReason::Exchanged,
      std::nullopt};
  TRY(const bool is_owed, state::owe(delta, receipt, obligation, now));
  return is_owed ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace tally::exchange
