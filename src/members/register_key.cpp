// RegisterKey: a key of a merchant's staff or device, or a further key of a member's.
#include <tally/members/members.h>

#include <tally/state/consent.h>

#include "members/keys_of_member.h"
#include "members/keys_of_merchant.h"

namespace tally::members {
namespace {

Result<Outcome> check_voice(const RegisterKey& action, const TransactionContext& context,
                            const StateView& view) {
  if (!is_voice(action.role, action.purpose)) return Outcome::Accepted;
  TRY(const bool has_room,
      has_room_for_voice(context.transaction->merchant, context.ledger_time, view));
  return has_room ? Outcome::Accepted : Outcome::NotPermitted;
}

}  // namespace

Result<Outcome> preclaim(const RegisterKey& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto known, state::find_key(view, action.key.id()));
  if (known.has_value()) return Outcome::KeyAlreadyRegistered;
  if (!action.member.has_value()) return check_voice(action, context, view);
  TRY(const bool consents, state::has_consent(view, context, *action.member));
  if (!consents) return Outcome::ConsentRequired;
  TRY(const bool has_room, has_room_for_key(*action.member, context.ledger_time, view));
  return has_room ? Outcome::Accepted : Outcome::NotPermitted;
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
