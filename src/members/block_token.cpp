// BlockToken: a lost card names nobody any more, for good; the points stay.
#include <tally/members/members.h>

#include <tally/state/identity.h>

#include "members/accounts.h"

namespace tally::members {

Result<Outcome> preclaim(const BlockToken& action, const TransactionContext&,
                         const StateView& view) {
  TRY(const auto record, state::find_token(view, action.programme, action.token));
  if (!record.has_value()) return Outcome::UnknownToken;
  return record->blocked ? Outcome::TokenBlocked : Outcome::Accepted;
}

Result<Outcome> apply(const BlockToken& action, const TransactionContext&, StateDelta& delta,
                      Receipt& receipt) {
  TRY(auto record, state::find_token(delta, action.programme, action.token));
  CHECK(record.has_value());
  record->blocked = true;
  TRY_VOID(state::put_token(delta, action.programme, action.token, *record));
  const AccountId id{record->member, action.programme};
  TRY_VOID(change_account(id, delta, receipt, [&](state::AccountHead& head) {
    std::erase(head.tokens, action.token);
  }));
  return Outcome::Accepted;
}

}  // namespace tally::members
