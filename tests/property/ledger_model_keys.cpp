// The model's keys: members register, revoke, and have theirs replaced by guardians or custodians.
#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {

// --- Keys: one has one record for ever, and an ended one signs nothing. ---

void LedgerModel::judge(const RegisterKey& action, const ModelCall& call,
                        ModelAnswer& answer) const {
  if (key_owners_.contains(action.key.id())) answer.must.insert(Outcome::KeyAlreadyRegistered);
  if (!signed_by(call, *action.member)) answer.must.insert(Outcome::ConsentRequired);
}

void LedgerModel::apply(const RegisterKey& action, const ModelCall&) {
  accounts_.at(*action.member).keys.insert(action.key.id());
  key_owners_[action.key.id()] = *action.member;
}

void LedgerModel::judge(const RevokeKey& action, const ModelCall& call, ModelAnswer& answer) const {
  const auto owner = key_owners_.find(action.key);
  if (owner == key_owners_.end())
    answer.must.insert(Outcome::NotPermitted);
  else if (!signed_by(call, owner->second))
    answer.must.insert(Outcome::ConsentRequired);
}

void LedgerModel::apply(const RevokeKey& action, const ModelCall&) {
  accounts_.at(key_owners_.at(action.key)).keys.erase(action.key);
}

// --- Recovery. ---

ModelRecovery LedgerModel::recovery_at(const MemberId& member, Ms now) const {
  const auto found = recoveries_.find(member);
  if (found == recoveries_.end()) return {};
  ModelRecovery recovery = found->second;
  if (!recovery.next.has_value() || now < recovery.next_from) return recovery;
  recovery.guardians = *recovery.next;
  recovery.next.reset();
  std::erase_if(recovery.approved,
                [&](const KeyId& key) { return !recovery.guardians.keys.contains(key); });
  if (recovery.approved.size() < recovery.guardians.needed) recovery.ready_at = kNeverMs;
  return recovery;
}

bool LedgerModel::is_custodial(const MemberId& member) const {
  const ModelAccount* account = find(member);
  return account != nullptr && !account->own_key && !account->closed && !account->alias.has_value();
}

std::set<KeyId> LedgerModel::approvals(const Recover& action, const ModelRecovery& recovery,
                                       const ModelCall& call) const {
  std::set<KeyId> all{call.signer};
  for (const Consent& consent : call.transaction->consents)
    all.insert(consent.key.id());
  const auto& guardians = recovery.guardians.keys;
  std::erase_if(all, [&](const KeyId& key) {
    if (!guardians.empty()) return !guardians.contains(key);
    return !is_custodial(action.member) || !operators_.contains(key);
  });
  return all;
}

bool LedgerModel::is_enough(const Recover& action, const ModelRecovery& recovery,
                            const std::set<KeyId>& approved) const {
  if (!recovery.guardians.keys.empty()) return approved.size() >= recovery.guardians.needed;
  return is_custodial(action.member) && !approved.empty();
}

void LedgerModel::judge_approval(const Recover& action, const ModelCall& call,
                                 ModelAnswer& answer) const {
  if (find(action.member) == nullptr) answer.must.insert(Outcome::UnknownMember);
  if (key_owners_.contains(action.key->id())) answer.must.insert(Outcome::KeyAlreadyRegistered);
  const ModelRecovery recovery = recovery_at(action.member, call.now);
  const std::set<KeyId> approved = approvals(action, recovery, call);
  if (approved.empty()) answer.must.insert(Outcome::ApprovalsMissing);
  const bool same = recovery.key == action.key->id();
  if (same && recovery.cancelled) answer.must.insert(Outcome::Cancelled);
  // What enough have approved gives way to as many alone (docs/members.md, "A lost key").
  const bool waits = recovery.ready_at != kNeverMs && !recovery.cancelled;
  if (!same && waits && !is_enough(action, recovery, approved))
    answer.must.insert(Outcome::ApprovalsMissing);
}

void LedgerModel::judge_execution(const Recover& action, const ModelCall& call,
                                  ModelAnswer& answer) const {
  const ModelRecovery recovery = recovery_at(action.member, call.now);
  if (key_owners_.contains(action.key->id())) answer.must.insert(Outcome::KeyAlreadyRegistered);
  if (recovery.key != action.key->id()) {
    answer.must.insert(Outcome::ApprovalsMissing);
    return;
  }
  if (recovery.cancelled) answer.must.insert(Outcome::Cancelled);
  if (recovery.ready_at == kNeverMs || !is_enough(action, recovery, recovery.approved))
    answer.must.insert(Outcome::ApprovalsMissing);
  else if (call.now < recovery.ready_at)
    answer.must.insert(Outcome::TooEarly);
}

void LedgerModel::judge(const Recover& action, const ModelCall& call, ModelAnswer& answer) const {
  if (action.step == RecoverStep::Approve) return judge_approval(action, call, answer);
  if (action.step == RecoverStep::Execute) return judge_execution(action, call, answer);
  if (!signed_by(call, action.member)) answer.must.insert(Outcome::ConsentRequired);
  if (action.step == RecoverStep::SetGuardians) return;
  const ModelRecovery recovery = recovery_at(action.member, call.now);
  if (recovery.cancelled)
    answer.must.insert(Outcome::Cancelled);
  else if (!recovery.key.has_value() || call.now >= recovery.ready_at)
    answer.must.insert(Outcome::TooLate);
}

void LedgerModel::apply(const Recover& action, const ModelCall& call) {
  ModelRecovery recovery = recovery_at(action.member, call.now);
  if (action.step == RecoverStep::Cancel) recovery.cancelled = true;
  if (action.step == RecoverStep::SetGuardians) {
    ModelGuardians next{{}, action.needed, action.delay.milliseconds()};
    for (const crypto::PublicKey& key : action.guardians)
      next.keys.insert(key.id());
    recovery.next = std::move(next);
    recovery.next_from = call.now + recovery.guardians.delay;
  }
  if (action.step == RecoverStep::Approve) {
    const std::set<KeyId> approved = approvals(action, recovery, call);
    if (recovery.key != action.key->id()) {
      recovery.key = action.key->id();
      recovery.approved.clear();
      recovery.ready_at = kNeverMs;
      recovery.cancelled = false;
    }
    recovery.approved.insert(approved.begin(), approved.end());
    if (recovery.ready_at == kNeverMs && is_enough(action, recovery, recovery.approved))
      recovery.ready_at = call.now + recovery.guardians.delay;
  }
  if (action.step == RecoverStep::Execute) {
    ModelAccount& account = accounts_.at(action.member);
    account.keys = {*recovery.key};
    account.own_key = account.own_key || is_custodial(action.member);
    key_owners_[*recovery.key] = action.member;
    recovery.key.reset();
    recovery.approved.clear();
    recovery.ready_at = kNeverMs;
  }
  recoveries_[action.member] = std::move(recovery);
}

}  // namespace tally::test
