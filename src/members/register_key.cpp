// RegisterKey: a key of a merchant's staff or device, or a further key of a member's.
#include <tally/members/members.h>

#include <tally/base/check.h>
#include <tally/state/consent.h>

#include "members/keys_of_member.h"
#include "members/keys_of_merchant.h"

namespace tally::members {
namespace {

/// Nobody gives a key more than their own has. No limit of points, 0, is the highest there is.
bool raises(const KeyLimits& wanted, const KeyLimits& own) {
  const bool more_points = !own.points_max.is_zero() &&
                           (wanted.points_max.is_zero() || wanted.points_max > own.points_max);
  return more_points || wanted.backdate_max > own.backdate_max ||
         wanted.consent_max > own.consent_max;
}

/// What one operator may register without another (design/security.md §5). A key of purpose tls is
/// no voice, yet it opens every method of an operator, and outlives the key that registered it. So
/// it takes two as well; a merchant of one operator needs none, who submits what they sign.
bool takes_one(const RegisterKey& action, const state::KeyRecord& asking,
               const state::MerchantRecord& merchant) {
  if (raises(action.limits, asking.limits)) return false;
  if (action.role == Role::Terminal) return true;
  return is_voice(action.role, action.purpose) && is_voice(asking.role, asking.purpose) &&
         !merchant.had_second_operator;
}

/// The one registration that is made alone cannot be made again: a key that signs later, or stops
/// signing earlier than the one that asks, would waste it.
bool is_lasting(const RegisterKey& action, const TransactionContext& context) {
  return action.valid_from <= context.ledger_time &&
         action.valid_until >= context.asking->valid_until;
}

Result<Outcome> check_merchants_key(const RegisterKey& action, const TransactionContext& context,
                                    const StateView& view) {
  CHECK(context.asking != nullptr);
  const MerchantId id = context.transaction->merchant;
  TRY(const auto merchant, state::find_merchant(view, id));
  if (!merchant.has_value()) return Outcome::UnknownMerchant;
  if (!takes_one(action, *context.asking, *merchant)) {
    TRY(const std::size_t agreeing, state::operators_agreeing(view, context, id));
    if (agreeing < 2) return Outcome::ApprovalsMissing;
  }
  if (!is_voice(action.role, action.purpose)) return Outcome::Accepted;
  if (!merchant->had_second_operator && !is_lasting(action, context)) return Outcome::NotPermitted;
  TRY(const bool has_room, has_room_for_voice(id, context.ledger_time, view));
  return has_room ? Outcome::Accepted : Outcome::NotPermitted;
}

Result<Outcome> check_members_key(const MemberId& member, const TransactionContext& context,
                                  const StateView& view) {
  TRY(const bool consents, state::has_consent(view, context, member));
  if (!consents) return Outcome::ConsentRequired;
  TRY(const bool has_room, has_room_for_key(member, context.ledger_time, view));
  return has_room ? Outcome::Accepted : Outcome::NotPermitted;
}

}  // namespace

Result<Outcome> preclaim(const RegisterKey& action, const TransactionContext& context,
                         const StateView& view) {
  // A node's key is its validator's: it changes with the consortium.
  if (action.role == Role::Node) return Outcome::NotPermitted;
  TRY(const auto known, state::find_key(view, action.key.id()));
  if (known.has_value()) return Outcome::KeyAlreadyRegistered;
  if (action.valid_until <= context.ledger_time) return Outcome::TooLate;
  return action.member.has_value() ? check_members_key(*action.member, context, view)
                                   : check_merchants_key(action, context, view);
}

Result<Outcome> apply(const RegisterKey& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  state::KeyRecord key;
  key.key = action.key;
  key.role = action.role;
  key.purpose = action.purpose;
  key.member = action.member;
  key.name = action.name;
  if (!action.member.has_value()) key.merchant = context.transaction->merchant;
  key.limits = action.limits;
  key.valid_from = action.valid_from;
  key.valid_until = action.valid_until;
  if (action.member.has_value())
    TRY_VOID(put_member_key(key, context.ledger_time, delta));
  else
    TRY_VOID(put_merchant_key(key, context.ledger_time, delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
