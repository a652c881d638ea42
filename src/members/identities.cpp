// Identities and cards: who has them, and who takes them over.
#include "members/identities.h"

#include <tally/state/heads.h>
#include <tally/state/identity.h>

#include "members/standing.h"

#include <algorithm>

namespace tally::members {
namespace {

/// The commitment names who brought it; accounts that were merged since are those of their target.
Result<std::optional<state::AccountHead>> holder_of(MerchantId programme, const Hash& commitment,
                                                    const StateView& view) {
  TRY(const auto member, state::find_commitment(view, programme, commitment));
  if (!member.has_value()) return std::optional<state::AccountHead>();
  TRY(const AccountId holder, state::account_now(view, {*member, programme}));
  return state::find_head(view, holder);
}

}  // namespace

Result<Outcome> check_identity(MerchantId programme, const Hash& commitment,
                               const StateView& view) {
  TRY(const auto holder, holder_of(programme, commitment, view));
  const bool is_taken = holder.has_value() && holder->state != state::AccountState::Closed;
  return is_taken ? Outcome::AlreadyEnrolled : Outcome::Accepted;
}

Result<bool> take_identity(const AccountId& id, state::AccountHead& head, const Hash& commitment,
                           StateDelta& delta) {
  TRY(const auto former, holder_of(id.programme, commitment, delta));
  if (former.has_value() && !add_caps_for_ever(head.standing, former->standing)) return false;
  head.commitment = commitment;
  TRY_VOID(state::put_commitment(delta, id.programme, commitment, id.member));
  return true;
}

Result<Outcome> check_card(MerchantId programme, const TokenId& token, const StateView& view) {
  TRY(const auto record, state::find_token(view, programme, token));
  if (!record.has_value()) return Outcome::Accepted;
  return record->blocked ? Outcome::TokenBlocked : Outcome::TokenInUse;
}

Result<void> take_card(const AccountId& id, state::AccountHead& head, const TokenId& token,
                       StateDelta& delta) {
  const auto at = std::lower_bound(head.tokens.begin(), head.tokens.end(), token);
  if (at == head.tokens.end() || *at != token) head.tokens.insert(at, token);
  return state::put_token(delta, id.programme, token, {id.member, false});
}

}  // namespace tally::members
