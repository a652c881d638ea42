// Identities and cards: who has them, and what an account that takes one over inherits
// (design/loyalty.md §14).
#pragma once

#include <tally/members/members.h>
#include <tally/state/account.h>

namespace tally::members {

/// AlreadyEnrolled: an account that has not ended has this identity. REQUIRES: see find_open.
[[nodiscard]] Result<Outcome> check_identity(MerchantId programme, const Hash& commitment,
                                             const StateView& view);
/// Gives the account the identity; what a closed account of the same person has used of caps for
/// ever, it has used too: a sign-up bonus comes once. False: a sum would pass 2^53 − 1.
[[nodiscard]] Result<bool> take_identity(const AccountId& id, state::AccountHead& head,
                                         const Hash& commitment, StateDelta& delta);

/// TokenInUse, also of a closed account's card, or TokenBlocked.
[[nodiscard]] Result<Outcome> check_card(MerchantId programme, const TokenId& token,
                                         const StateView& view);
[[nodiscard]] Result<void> take_card(const AccountId& id, state::AccountHead& head,
                                     const TokenId& token, StateDelta& delta);

}  // namespace tally::members
