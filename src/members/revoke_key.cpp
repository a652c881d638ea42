// RevokeKey: from this block on a key signs nothing.
#include <tally/members/members.h>

#include <tally/base/check.h>
#include <tally/state/consent.h>

#include "members/keys_of_member.h"
#include "members/keys_of_merchant.h"

namespace tally::members {
namespace {

using state::KeyRecord;

/// Till keys by one operator of the same merchant, all others by two: else a thief with one key
/// ends the other and stands alone. Everybody may give up their own, a voice only while two others
/// go on: a thief with a copy of one of two would leave a merchant that can register nobody.
Result<Outcome> check_merchants_key(const KeyRecord& key, const TransactionContext& context,
                                    const StateView& view) {
  const KeyRecord& asking = *context.asking;
  if (asking.role != Role::Operator || asking.merchant != key.merchant)
    return Outcome::NotPermitted;
  std::size_t others = 2;  // of what is no voice
  if (is_voice(key.role, key.purpose)) {
    TRY(others, voices_beside(key, context.ledger_time, view));
    if (others == 0) return Outcome::NotPermitted;
  }
  const bool is_own = asking.key == key.key;
  if (key.role == Role::Terminal || (is_own && others >= 2)) return Outcome::Accepted;
  TRY(const std::size_t agreeing, state::operators_agreeing(view, context, key.merchant));
  return agreeing >= 2 ? Outcome::Accepted : Outcome::ApprovalsMissing;
}

}  // namespace

Result<Outcome> preclaim(const RevokeKey& action, const TransactionContext& context,
                         const StateView& view) {
  CHECK(context.asking != nullptr);
  TRY(const auto key, state::find_key(view, action.key));
  // A node's key is its validator's: it changes with the consortium.
  if (!key.has_value() || key->role == Role::Node) return Outcome::NotPermitted;
  if (!key->member.has_value()) return check_merchants_key(*key, context, view);
  TRY(const bool consents, state::has_consent(view, context, *key->member));
  return consents ? Outcome::Accepted : Outcome::ConsentRequired;
}

Result<Outcome> apply(const RevokeKey& action, const TransactionContext& context, StateDelta& delta,
                      Receipt&) {
  TRY_VOID(end_keys({action.key}, context.ledger_time, delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
