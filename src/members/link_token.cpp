// LinkToken: one more card of a member.
#include <tally/members/members.h>

#include <tally/base/limits.h>

#include "members/accounts.h"
#include "members/identities.h"

namespace tally::members {

Result<Outcome> preclaim(const LinkToken& action, const TransactionContext& context,
                         const StateView& view) {
  const AccountId id{action.member, action.programme};
  TRY(const Found found, find_open(id, context, view));
  if (found.outcome != Outcome::Accepted) return found.outcome;
  TRY(const Outcome free, check_card(action.programme, action.token, view));
  if (free != Outcome::Accepted) return free;
  const bool has_room = found.head.tokens.size() < limits::kTokensMax;
  return has_room ? Outcome::Accepted : Outcome::TooManyTokens;
}

Result<Outcome> apply(const LinkToken& action, const TransactionContext&, StateDelta& delta,
                      Receipt& receipt) {
  const AccountId id{action.member, action.programme};
  TRY(auto account, state::Account::load(delta, id));
  CHECK(account.has_value());
  TRY_VOID(take_card(id, account->head, action.token, delta));
  account->enter(receipt);
  TRY_VOID(account->store(delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
