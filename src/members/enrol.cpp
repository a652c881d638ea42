// Enrol: an account for a member, under a commitment to who they are (design/loyalty.md §14).
#include <tally/members/members.h>

#include <tally/base/check.h>
#include <tally/state/account.h>
#include <tally/state/consent.h>
#include <tally/state/programme_record.h>

namespace tally::members {
namespace {

/// What the ledger knows of a member beside the programme that enrols them.
struct Elsewhere {
  bool has_account = false;
  bool has_own_key = false;
};

Result<Elsewhere> look_elsewhere(const Enrol& action, const StateView& view) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  Elsewhere elsewhere;
  for (const MerchantId programme : merchants) {
    if (programme == action.programme) continue;
    const AccountId id{action.member, programme};
    TRY(const std::optional<Bytes> account, view.find(state::account_key(id)));
    if (!account.has_value()) continue;
    TRY(const state::AccountHead head, state::decode_account_head(*account));
    elsewhere.has_account = true;
    elsewhere.has_own_key = elsewhere.has_own_key || head.own_key;
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

/// A member of the same programme, who enrolled earlier: an account that is there already.
Result<bool> is_referrer_known(const Enrol& action, const StateView& view) {
  if (!action.referrer.has_value()) return true;
  TRY(const auto account,
      view.find(state::account_key(AccountId{*action.referrer, action.programme})));
  return account.has_value();
}

bool is_signing_key_of(const state::KeyRecord& key, const MemberId& member) {
  return key.role == Role::Member && key.purpose == Purpose::Sign && key.member == member;
}

}  // namespace

Result<Outcome> preclaim(const Enrol& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const programme, context.rules->in_force(view, action.programme, context.height));
  if (programme == nullptr) return Outcome::UnknownProgramme;
  TRY(const auto taken, view.find(state::commitment_key(action.programme, action.commitment)));
  if (taken.has_value()) return Outcome::AlreadyEnrolled;
  const AccountId id{action.member, action.programme};
  TRY(const auto account, view.find(state::account_key(id)));
  if (account.has_value()) return Outcome::AlreadyEnrolled;
  TRY(const bool knows_referrer, is_referrer_known(action, view));
  if (!knows_referrer) return Outcome::InvalidReferrer;
  TRY(const bool agrees, member_agrees(action, context, view));
  if (!agrees) return Outcome::ConsentRequired;
  if (!action.member_key.has_value()) return Outcome::Accepted;
  TRY(const auto key, state::find_key(view, action.member_key->id()));
  if (key.has_value() && !is_signing_key_of(*key, action.member))
    return Outcome::KeyAlreadyRegistered;
  return Outcome::Accepted;
}

Result<Outcome> apply(const Enrol& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY_VOID(delta.put(state::commitment_key(action.programme, action.commitment),
                     to_bytes(action.member.view())));
  const AccountId id{action.member, action.programme};
  state::Account account = state::Account::open(delta, id, context.ledger_time);
  account.head.own_key = action.member_key.has_value();
  account.head.standing.referrer = action.referrer;
  account.enter(receipt);
  TRY_VOID(account.store(delta));

  TRY(state::Totals totals, state::totals(delta, action.programme));
  ++totals.members;
  TRY_VOID(state::put_totals(delta, action.programme, totals));

  if (!action.member_key.has_value()) return Outcome::Accepted;
  TRY(const auto known, state::find_key(delta, action.member_key->id()));
  if (known.has_value()) return Outcome::Accepted;
  state::KeyRecord key;
  key.key = *action.member_key;
  key.role = Role::Member;
  key.member = action.member;
  key.valid_from = context.ledger_time;
  TRY_VOID(state::put_key(delta, key));
  return Outcome::Accepted;
}

}  // namespace tally::members
