// Adjust: an operator gives points to a member, or takes some, with a reason (design/loyalty.md
// §6).
#include <tally/points/points.h>

#include <tally/base/calendar.h>
#include <tally/base/check.h>
#include <tally/state/books.h>
#include <tally/state/consent.h>
#include <tally/state/identity.h>

#include "points/corrections.h"
#include "points/lots.h"

namespace tally::points {
namespace {

using state::Account;
using state::AccountHead;
using state::AdjustedRecord;
using state::Books;

std::int64_t today(const Programme& programme, const TransactionContext& context) {
  return local_day(programme.utc_offsets, context.ledger_time);
}

/// What was adjusted on `day`, with `more`; nullopt: more than points can be.
std::optional<Points> adjusted_on(std::int64_t day, const AdjustedRecord& before, Points more) {
  return checked_add(before.day == day ? before.points : Points(), more);
}

AdjustedRecord adjusted_of(const AccountHead& head) {
  return AdjustedRecord{head.adjusted_day, head.adjusted};
}

bool is_within(std::optional<Points> adjusted, const AdjustRule& rule) {
  return adjusted.has_value() && *adjusted <= rule.alone_per_day;
}

Result<bool> is_alone(const Adjust& adjust, const TransactionContext& context,
                      const StateView& view) {
  TRY(const std::size_t agreeing, state::operators_agreeing(view, context, adjust.programme));
  return agreeing < 2;
}

/// What one operator may do alone is counted by operator and by member.
Result<Outcome> check_approvals(const Adjust& adjust, const Programme& programme,
                                const AccountHead& head, const TransactionContext& context,
                                const StateView& view) {
  TRY(const bool alone, is_alone(adjust, context, view));
  if (!alone) return Outcome::Accepted;
  const std::int64_t day = today(programme, context);
  TRY(const AdjustedRecord of_operator,
      state::find_adjusted(view, adjust.programme, context.asking->key.id()));
  const bool within =
      is_within(adjusted_on(day, of_operator, adjust.points), programme.adjust) &&
      is_within(adjusted_on(day, adjusted_of(head), adjust.points), programme.adjust);
  return within ? Outcome::Accepted : Outcome::ApprovalsMissing;
}

Result<void> note_alone(const Adjust& adjust, const Programme& programme, AccountHead& head,
                        const TransactionContext& context, StateDelta& delta) {
  const std::int64_t day = today(programme, context);
  const KeyId key = context.asking->key.id();
  TRY(const AdjustedRecord before, state::find_adjusted(delta, adjust.programme, key));
  const auto of_operator = adjusted_on(day, before, adjust.points);
  const auto of_member = adjusted_on(day, adjusted_of(head), adjust.points);
  CHECK(of_operator.has_value());
  CHECK(of_member.has_value());
  head.adjusted_day = day;
  head.adjusted = *of_member;
  return state::put_adjusted(delta, adjust.programme, key, {day, *of_operator});
}

Result<Outcome> give(const Adjust& adjust, const state::ProgrammeRecord& record,
                     const TransactionContext& context, Account& account, Books& books) {
  if (account.is_full()) return Outcome::AmountOverflow;
  const state::Lot lot = given_lot(adjust.points, record, context, 0, account);
  if (!books.post(LineKind::AdjustedUp, account, &lot, adjust.points))
    return Outcome::AmountOverflow;
  TRY(const bool added, books.add_lot(account, lot));
  return added ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace

Result<Outcome> preclaim(const Adjust& adjust, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, adjust.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  TRY(const Corrected member, find_corrected(view, AccountId{adjust.member, adjust.programme}));
  if (member.outcome != Outcome::Accepted) return member.outcome;
  TRY(const Outcome approved,
      check_approvals(adjust, record->rules.programme, member.head, context, view));
  if (approved != Outcome::Accepted) return approved;
  const bool takes = adjust.direction == AdjustDirection::Debit;
  return takes && adjust.points > member.head.available ? Outcome::InsufficientAvailable
                                                        : Outcome::Accepted;
}

Result<Outcome> apply(const Adjust& adjust, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, adjust.programme, context.height));
  CHECK(record != nullptr);
  TRY(auto account, Account::load(delta, AccountId{adjust.member, adjust.programme}));
  CHECK(account.has_value());
  TRY(Books books, Books::open(delta, adjust.programme, context.ledger_time, receipt));
  if (adjust.direction == AdjustDirection::Credit) {
    TRY(const Outcome given, give(adjust, *record, context, *account, books));
    if (given != Outcome::Accepted) return given;
  } else {
    TRY(const auto taken,
        books.take(LineKind::AdjustedDown, *account, adjust.points, lots_max_in(context)));
    if (!taken.has_value()) return Outcome::InsufficientAvailable;
  }
  TRY(const bool alone, is_alone(adjust, context, delta));
  if (alone) TRY_VOID(note_alone(adjust, record->rules.programme, account->head, context, delta));
  TRY_VOID(books.close(*account, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
