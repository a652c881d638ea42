// Recover: a member's key is replaced by others' word, after a delay in which its owner may object
// (design/loyalty.md §14).
#include <tally/members/members.h>

#include <tally/base/limits.h>
#include <tally/state/consent.h>
#include <tally/state/identity.h>

#include "members/accounts.h"
#include "members/keys_of_member.h"

#include <algorithm>
#include <set>

namespace tally::members {
namespace {

using state::Guardians;
using state::RecoveryRecord;

/// Where nobody has set another one: a custodian's, and that of the first guardians.
constexpr Duration kDelay(limits::kRecoverMsMin);

Duration delay_of(const Guardians& guardians) {
  return guardians.keys.empty() ? kDelay : guardians.delay;
}

bool is_guardian(const Guardians& guardians, const KeyId& key) {
  return std::any_of(guardians.keys.begin(), guardians.keys.end(),
                     [&](const crypto::PublicKey& guardian) { return guardian.id() == key; });
}

/// The record as it counts at `now`: a change of guardians whose delay is over has come. What
/// former guardians approved counts no more.
Result<RecoveryRecord> recovery_at(const MemberId& member, Timestamp now, const StateView& view) {
  TRY(const auto found, state::find_recovery(view, member));
  RecoveryRecord record = found.value_or(RecoveryRecord());
  if (!record.next.has_value() || now < record.next_from) return record;
  record.guardians = *record.next;
  record.next.reset();
  std::erase_if(record.approved,
                [&](const KeyId& key) { return !is_guardian(record.guardians, key); });
  if (record.approved.size() < record.guardians.needed) record.ready_at = Timestamp::never();
  return record;
}

/// The merchants that keep the member's accounts. None: nobody keeps them, since the member has a
/// key of their own, or has no account.
Result<std::set<MerchantId>> custodians_of(const MemberId& member, const StateView& view) {
  TRY(const std::vector<AccountId> accounts, accounts_of(member, view));
  std::set<MerchantId> custodians;
  for (const AccountId& id : accounts) {
    TRY(const auto head, state::find_head(view, id));
    if (head->own_key) return std::set<MerchantId>();
    if (state::check_open(*head) == Outcome::Accepted) custodians.insert(id.programme);
  }
  return custodians;
}

/// Whether those who approved are enough: so many guardians; without any an operator of each
/// merchant that keeps an account, since the new key will speak for all of them.
Result<bool> is_approved(const MemberId& member, const Guardians& guardians,
                         const std::vector<KeyId>& approved, const StateView& view) {
  if (!guardians.keys.empty()) return approved.size() >= guardians.needed;
  TRY(std::set<MerchantId> missing, custodians_of(member, view));
  if (missing.empty()) return false;
  for (const KeyId& id : approved) {
    TRY(const auto key, state::find_key(view, id));
    if (key.has_value()) missing.erase(key->merchant);
  }
  return missing.empty();
}

/// Whether a key that signed may approve.
Result<bool> may_approve(const crypto::PublicKey& signer, const RecoveryRecord& record,
                         const std::set<MerchantId>& custodians, Timestamp now,
                         const StateView& view) {
  if (!record.guardians.keys.empty()) return is_guardian(record.guardians, signer.id());
  TRY(const auto key, state::find_key(view, signer.id()));
  return key.has_value() && state::is_voice(key->role, key->purpose) && key->in_force(now) &&
         custodians.contains(key->merchant);
}

/// Whose approvals the transaction carries, ascending: by consent, or by asking.
Result<std::vector<KeyId>> approvals_in(const MemberId& member, const RecoveryRecord& record,
                                        const TransactionContext& context, const StateView& view) {
  TRY(const std::set<MerchantId> custodians, custodians_of(member, view));
  std::vector<crypto::PublicKey> signers{context.asking->key};
  for (const Consent& consent : context.transaction->consents)
    if (!consent.terms.has_value()) signers.push_back(consent.key);  // a token is no such word
  std::set<KeyId> approving;
  for (const crypto::PublicKey& signer : signers) {
    TRY(const bool may, may_approve(signer, record, custodians, context.ledger_time, view));
    if (may) approving.insert(signer.id());
  }
  return std::vector<KeyId>(approving.begin(), approving.end());
}

/// Enters the transaction's approvals into `record`. Another key than the one under way begins
/// anew, but a recovery that waits for its delay alone gives way only to as many as made it.
Result<Outcome> approve(const Recover& action, const TransactionContext& context,
                        const StateView& view, RecoveryRecord& record) {
  TRY(const std::vector<KeyId> approved, approvals_in(action.member, record, context, view));
  if (approved.empty()) return Outcome::ApprovalsMissing;
  const bool is_same = record.key == action.key;
  if (is_same && record.cancelled) return Outcome::Cancelled;
  TRY(const bool enough_alone, is_approved(action.member, record.guardians, approved, view));
  const bool waits = record.ready_at != Timestamp::never() && !record.cancelled;
  if (!is_same && waits && !enough_alone) return Outcome::ApprovalsMissing;

  if (!is_same) {
    record.key = action.key;
    record.approved.clear();
    record.ready_at = Timestamp::never();
    record.cancelled = false;
  }
  std::vector<KeyId> all;
  std::set_union(record.approved.begin(), record.approved.end(), approved.begin(), approved.end(),
                 std::back_inserter(all));
  record.approved = std::move(all);
  TRY(const bool enough, is_approved(action.member, record.guardians, record.approved, view));
  if (enough && record.ready_at == Timestamp::never())
    record.ready_at = context.ledger_time.plus(delay_of(record.guardians));
  return Outcome::Accepted;
}

Result<Outcome> check_new_key(const Recover& action, const StateView& view) {
  TRY(const auto known, state::find_key(view, action.key->id()));
  return known.has_value() ? Outcome::KeyAlreadyRegistered : Outcome::Accepted;
}

Result<Outcome> check_approve(const Recover& action, const TransactionContext& context,
                              const StateView& view) {
  TRY(const std::vector<AccountId> accounts, accounts_of(action.member, view));
  if (accounts.empty()) return Outcome::UnknownMember;
  TRY(const Outcome key, check_new_key(action, view));
  if (key != Outcome::Accepted) return key;
  TRY(RecoveryRecord record, recovery_at(action.member, context.ledger_time, view));
  return approve(action, context, view, record);
}

Result<Outcome> check_execute(const Recover& action, Timestamp now, const StateView& view) {
  TRY(const RecoveryRecord record, recovery_at(action.member, now, view));
  if (record.key != action.key) return Outcome::ApprovalsMissing;
  if (record.cancelled) return Outcome::Cancelled;
  TRY(const bool enough, is_approved(action.member, record.guardians, record.approved, view));
  if (!enough || record.ready_at == Timestamp::never()) return Outcome::ApprovalsMissing;
  if (now < record.ready_at) return Outcome::TooEarly;
  return check_new_key(action, view);
}

/// Inside the delay alone: then the new key is the member's, who may register or revoke as ever.
Outcome check_cancel(const RecoveryRecord& record, Timestamp now) {
  if (record.cancelled) return Outcome::Cancelled;
  const bool is_open = record.key.has_value() && now < record.ready_at;
  return is_open ? Outcome::Accepted : Outcome::TooLate;
}

Result<Outcome> check_own(const Recover& action, const TransactionContext& context,
                          const StateView& view) {
  TRY(const bool consents, state::has_consent(view, context, action.member));
  if (!consents) return Outcome::ConsentRequired;
  if (action.step == RecoverStep::SetGuardians) return Outcome::Accepted;
  TRY(const RecoveryRecord record, recovery_at(action.member, context.ledger_time, view));
  return check_cancel(record, context.ledger_time);
}

/// The member has a key of their own from now on, wherever a merchant has kept the account.
Result<void> end_custody(const MemberId& member, StateDelta& delta, Receipt& receipt) {
  TRY(const std::vector<AccountId> accounts, accounts_of(member, delta));
  for (const AccountId& id : accounts) {
    TRY(const auto head, state::find_head(delta, id));
    if (head->own_key || state::check_open(*head) != Outcome::Accepted) continue;
    TRY_VOID(change_account(id, delta, receipt, [](state::AccountHead& h) { h.own_key = true; }));
  }
  return {};
}

Result<void> replace_keys(const Recover& action, Timestamp now, StateDelta& delta,
                          Receipt& receipt) {
  TRY(RecoveryRecord record, recovery_at(action.member, now, delta));
  TRY_VOID(end_keys(record.keys, now, delta));
  record.key.reset();
  record.approved.clear();
  record.ready_at = Timestamp::never();
  TRY_VOID(state::put_recovery(delta, action.member, record));
  state::KeyRecord key;
  key.key = *action.key;
  key.role = Role::Member;
  key.member = action.member;
  key.valid_from = now;
  TRY_VOID(put_member_key(key, now, delta));
  return end_custody(action.member, delta, receipt);
}

}  // namespace

Result<Outcome> preclaim(const Recover& action, const TransactionContext& context,
                         const StateView& view) {
  CHECK(context.asking != nullptr);
  switch (action.step) {
    case RecoverStep::Approve:
      return check_approve(action, context, view);
    case RecoverStep::Execute:
      return check_execute(action, context.ledger_time, view);
    case RecoverStep::SetGuardians:
    case RecoverStep::Cancel:
      return check_own(action, context, view);
  }
  CHECK(false);
}

Result<Outcome> apply(const Recover& action, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  const Timestamp now = context.ledger_time;
  if (action.step == RecoverStep::Execute) {
    TRY_VOID(replace_keys(action, now, delta, receipt));
    return Outcome::Accepted;
  }
  TRY(RecoveryRecord record, recovery_at(action.member, now, delta));
  if (action.step == RecoverStep::SetGuardians) {
    record.next = Guardians{action.guardians, action.needed, action.delay};
    record.next_from = now.plus(delay_of(record.guardians));
  }
  if (action.step == RecoverStep::Cancel) record.cancelled = true;
  if (action.step == RecoverStep::Approve) TRY_VOID(approve(action, context, delta, record));
  TRY_VOID(state::put_recovery(delta, action.member, record));
  return Outcome::Accepted;
}

}  // namespace tally::members
