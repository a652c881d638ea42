// What the fields of enrolments, keys, cards, freezes, merges, recoveries and pools show to be
// wrong.
#include <tally/base/limits.h>

#include "model/check_fields.h"

namespace tally {

Result<void> check_fields(const Enrol& action) {
  TRY_VOID(check_account(action.programme, action.member));
  if (!action.commitment.has_value() && !action.token.has_value())
    return fault("commitment", "neither it nor a token", "an identity, a first card, or both");
  if (!action.referrer.has_value()) return {};
  if (*action.referrer == action.member)
    return fault("referrer", "the member who enrols", "another member, or none");
  return check_member("referrer", *action.referrer);
}

Result<void> check_fields(const RegisterKey& action) {
  if (action.role == Role::Node)
    return fault("role", "node", "another one: a node's keys stand in genesis");
  const bool is_member = action.role == Role::Member;
  if (action.member.has_value() != is_member)
    return fault("member", is_member ? "none" : "a member",
                 is_member ? "the member whose key it is" : "none: the key is a merchant's");
  if (!action.name.empty()) TRY_VOID(check_short_id("name", action.name));
  const std::uint64_t backdate = action.limits.backdate_max.milliseconds();
  if (action.role != Role::Operator)
    TRY_VOID(require(backdate == 0, "limits.backdate_max", backdate, "0: only operators backdate"));
  TRY_VOID(require_range("limits.backdate_max", backdate, 0, limits::kBackdateMsMax));
  const Points consent = action.limits.consent_max;
  if (action.role != Role::Operator)
    TRY_VOID(require(consent.is_zero(), "limits.consent_max",
                     static_cast<std::uint64_t>(consent.value()),
                     "0: only operators consent for members in their custody"));
  return require(action.valid_from < action.valid_until, "valid_until",
                 action.valid_until.milliseconds(), "a time after valid_from");
}

Result<void> check_fields(const LinkToken& action) {
  return check_account(action.programme, action.member);
}

Result<void> check_fields(const BlockToken& action) {
  return check_programme_id(action.programme);
}

Result<void> check_fields(const Claim& action) {
  return check_account(action.programme, action.member);
}

Result<void> check_fields(const RevokeKey& action) {
  if (!action.key.is_zero()) return {};
  return fault("key", "zeros", "the id of a key");
}

Result<void> check_fields(const Freeze& action) {
  return check_account(action.programme, action.member);
}

Result<void> check_fields(const Unfreeze& action) {
  return check_account(action.programme, action.member);
}

Result<void> check_fields(const Merge& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_member("source", action.source));
  TRY_VOID(check_member("target", action.target));
  if (action.source == action.target)
    return fault("target", "the source, " + to_hex(action.target.view()), "another member");
  return {};
}

Result<void> check_fields(const Unmerge& action) {
  TRY_VOID(check_programme_id(action.programme));
  return check_member("source", action.source);
}

Result<void> check_fields(const Close& action) {
  return check_account(action.programme, action.member);
}

namespace {

Result<void> check_guardians(const Recover& action) {
  TRY_VOID(require_range("guardians", action.guardians.size(), 1, limits::kGuardiansMax));
  TRY_VOID(check_ascending("guardians", action.guardians,
                           [](const crypto::PublicKey& key) { return key.id(); }));
  TRY_VOID(require_range("needed", action.needed, 1, action.guardians.size()));
  return require_range("delay", action.delay.milliseconds(), limits::kRecoverMsMin,
                       limits::kRecoverMsMax);
}

Result<void> check_no_guardians(const Recover& action) {
  TRY_VOID(require_range("guardians", action.guardians.size(), 0, 0));
  TRY_VOID(require_range("needed", action.needed, 0, 0));
  return require_range("delay", action.delay.milliseconds(), 0, 0);
}

}  // namespace

/// A step has its own fields and no others: what nobody reads could say anything.
Result<void> check_fields(const Recover& action) {
  TRY_VOID(check_member("member", action.member));
  const bool names_key = action.step == RecoverStep::Approve || action.step == RecoverStep::Execute;
  if (action.key.has_value() != names_key)
    return fault("key", names_key ? "none" : "a key",
                 names_key ? "the member's new key" : "none in this step");
  return action.step == RecoverStep::SetGuardians ? check_guardians(action)
                                                  : check_no_guardians(action);
}

Result<void> check_fields(const Pool& action) {
  TRY_VOID(check_account(action.programme, action.member));
  if (!action.pool.is_zero()) return {};
  return fault("pool", "zeros", "the id of a pool, 16 random bytes");
}

}  // namespace tally
