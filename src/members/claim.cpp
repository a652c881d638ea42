// Claim: an account that was opened by a card alone gets its identity, once.
#include <tally/members/members.h>

#include "members/accounts.h"
#include "members/identities.h"

namespace tally::members {

Result<Outcome> preclaim(const Claim& action, const TransactionContext& context,
                         const StateView& view) {
  const AccountId id{action.member, action.programme};
  TRY(const Found found, find_open(id, context, view));
  if (found.outcome != Outcome::Accepted) return found.outcome;
  if (found.head.commitment.has_value()) return Outcome::AlreadyEnrolled;
  return check_identity(action.programme, action.commitment, view);
}

Result<Outcome> apply(const Claim& action, const TransactionContext&, StateDelta& delta,
                      Receipt& receipt) {
  const AccountId id{action.member, action.programme};
  TRY(auto account, state::Account::load(delta, id));
  CHECK(account.has_value());
  TRY(const bool taken, take_identity(id, account->head, action.commitment, delta));
  if (!taken) return Outcome::AmountOverflow;
  account->enter(receipt);
  TRY_VOID(account->store(delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
