// RevokeKey: from this block on a key signs nothing.
#include <tally/members/members.h>

#include <tally/base/check.h>
#include <tally/state/consent.h>

#include "members/keys_of_member.h"

namespace tally::members {
namespace {

using state::KeyRecord;

/// An operator of the same merchant, by another key, which lasts as long: so a merchant always
/// keeps one that can register the next. What sits in a till cannot end anything.
bool may_end(const KeyRecord& key, const KeyRecord& asking) {
  if (asking.role != Role::Operator || asking.merchant != key.merchant) return false;
  if (key.role != Role::Operator) return true;
  return asking.key != key.key && asking.valid_until >= key.valid_until;
}

}  // namespace

Result<Outcome> preclaim(const RevokeKey& action, const TransactionContext& context,
                         const StateView& view) {
  CHECK(context.asking != nullptr);
  TRY(const auto key, state::find_key(view, action.key));
  // A node's key is its validator's: it changes with the consortium.
  if (!key.has_value() || key->role == Role::Node) return Outcome::NotPermitted;
  if (!key->member.has_value())
    return may_end(*key, *context.asking) ? Outcome::Accepted : Outcome::NotPermitted;
  TRY(const bool consents, state::has_consent(view, context, *key->member));
  return consents ? Outcome::Accepted : Outcome::ConsentRequired;
}

Result<Outcome> apply(const RevokeKey& action, const TransactionContext& context, StateDelta& delta,
                      Receipt&) {
  TRY_VOID(end_keys({action.key}, context.ledger_time, delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
