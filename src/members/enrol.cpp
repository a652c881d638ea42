// Enrol: an account for a member, under a commitment to who they are (design/loyalty.md §14).
#include <tally/members/members.h>

#include <tally/state/consent.h>

#include "members/accounts.h"
#include "members/identities.h"
#include "members/keys_of_member.h"

namespace tally::members {
namespace {

/// What the ledger knows of a member beside the programme that enrols them.
struct Elsewhere {
  bool has_account = false;
  bool has_own_key = false;
};

Result<Elsewhere> look_elsewhere(const Enrol& action, const StateView& view) {
  TRY(const std::vector<AccountId> accounts, accounts_of(action.member, view));
  Elsewhere elsewhere;
  for (const AccountId& id : accounts) {
    TRY(const auto head, state::find_head(view, id));
    if (id.programme == action.programme || !head.has_value()) continue;
    elsewhere.has_account = true;
    elsewhere.has_own_key = elsewhere.has_own_key || head->own_key;
  }
  return elsewhere;
}

/// A member's key speaks for all accounts of that member. So no merchant may bring a first key for
/// a member of another one, nor slip an account under a key that did not agree.
Result<bool> member_agrees(const Enrol& action, const TransactionContext& context,
                           const StateView& view) {
  const bool brings_key = action.member_key.has_value();
  if (brings_key && !state::carries_signature_of(*context.transaction, *action.member_key))
    return false;
  TRY(const Elsewhere elsewhere, look_elsewhere(action, view));
  if (!elsewhere.has_own_key && !(elsewhere.has_account && brings_key)) return true;
  return state::has_consent(view, context, action.member);
}

/// A member of the same programme, who enrolled earlier: an account that is there already, and that
/// has not ended. Who enrols anew after closing their account is not their own referrer.
Result<bool> is_referrer_known(const Enrol& action, const StateView& view) {
  if (!action.referrer.has_value()) return true;
  TRY(const auto head, state::find_head(view, AccountId{*action.referrer, action.programme}));
  return head.has_value() && state::check_open(*head) == Outcome::Accepted;
}

/// Nobody else has the identity and the card.
Result<Outcome> check_names(const Enrol& action, const StateView& view) {
  if (action.commitment.has_value()) {
    TRY(const Outcome free, check_identity(action.programme, *action.commitment, view));
    if (free != Outcome::Accepted) return free;
  }
  if (!action.token.has_value()) return Outcome::Accepted;
  return check_card(action.programme, *action.token, view);
}

bool is_signing_key_of(const state::KeyRecord& key, const MemberId& member) {
  return key.role == Role::Member && key.purpose == Purpose::Sign && key.member == member;
}

/// Whether the key may be this member's: it has no record, or it is theirs.
Result<Outcome> check_key(const Enrol& action, const StateView& view) {
  if (!action.member_key.has_value()) return Outcome::Accepted;
  TRY(const auto key, state::find_key(view, action.member_key->id()));
  const bool is_free = !key.has_value() || is_signing_key_of(*key, action.member);
  return is_free ? Outcome::Accepted : Outcome::KeyAlreadyRegistered;
}

Result<void> register_first_key(const Enrol& action, const TransactionContext& context,
                                StateDelta& delta) {
  TRY(const auto known, state::find_key(delta, action.member_key->id()));
  if (known.has_value()) return {};
  state::KeyRecord key;
  key.key = *action.member_key;
  key.role = Role::Member;
  key.member = action.member;
  key.valid_from = context.ledger_time;
  return put_member_key(key, context.ledger_time, delta);
}

}  // namespace

Result<Outcome> preclaim(const Enrol& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const programme, context.rules->in_force(view, action.programme, context.height));
  if (programme == nullptr) return Outcome::UnknownProgramme;
  TRY(const auto account, view.find(state::account_key({action.member, action.programme})));
  if (account.has_value()) return Outcome::AlreadyEnrolled;
  TRY(const Outcome free, check_names(action, view));
  if (free != Outcome::Accepted) return free;
  TRY(const bool knows_referrer, is_referrer_known(action, view));
  if (!knows_referrer) return Outcome::InvalidReferrer;
  TRY(const bool agrees, member_agrees(action, context, view));
  if (!agrees) return Outcome::ConsentRequired;
  return check_key(action, view);
}

Result<Outcome> apply(const Enrol& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  const AccountId id{action.member, action.programme};
  state::Account account = state::Account::open(delta, id, context.ledger_time);
  TRY(const Elsewhere elsewhere, look_elsewhere(action, delta));
  account.head.own_key = action.member_key.has_value() || elsewhere.has_own_key;
  account.head.standing.referrer = action.referrer;
  if (action.commitment.has_value()) {
    TRY(const bool taken, take_identity(id, account.head, *action.commitment, delta));
    if (!taken) return Outcome::AmountOverflow;
  }
  if (action.token.has_value()) TRY_VOID(take_card(id, account.head, *action.token, delta));
  account.enter(receipt);
  TRY_VOID(account.store(delta));

  TRY(state::Totals totals, state::totals(delta, action.programme));
  ++totals.members;
  TRY_VOID(state::put_totals(delta, action.programme, totals));
  if (action.member_key.has_value()) TRY_VOID(register_first_key(action, context, delta));
  return Outcome::Accepted;
}

}  // namespace tally::members
