// Freeze and Unfreeze: what a member may not do with their points for a while. Earning, returns and
// expiry go on (design/loyalty.md §14).
#include <tally/members/members.h>

#include "members/accounts.h"

namespace tally::members {
namespace {

using state::AccountState;

template <typename Fields>
Result<Outcome> check_known(const Fields& action, const TransactionContext& context,
                            const StateView& view) {
  TRY(const Found found, find_open(AccountId{action.member, action.programme}, context, view));
  return found.outcome;
}

template <typename Fields>
Result<Outcome> set_state(const Fields& action, AccountState state, StateDelta& delta,
                          Receipt& receipt) {
  const AccountId id{action.member, action.programme};
  TRY_VOID(
      change_account(id, delta, receipt, [&](state::AccountHead& head) { head.state = state; }));
  return Outcome::Accepted;
}

}  // namespace

Result<Outcome> preclaim(const Freeze& action, const TransactionContext& context,
                         const StateView& view) {
  return check_known(action, context, view);
}

Result<Outcome> apply(const Freeze& action, const TransactionContext&, StateDelta& delta,
                      Receipt& receipt) {
  const bool is_fraud = action.kind == FreezeKind::Fraud;
  return set_state(action, is_fraud ? AccountState::Fraud : AccountState::Soft, delta, receipt);
}

Result<Outcome> preclaim(const Unfreeze& action, const TransactionContext& context,
                         const StateView& view) {
  return check_known(action, context, view);
}

Result<Outcome> apply(const Unfreeze& action, const TransactionContext&, StateDelta& delta,
                      Receipt& receipt) {
  return set_state(action, AccountState::Open, delta, receipt);
}

}  // namespace tally::members
