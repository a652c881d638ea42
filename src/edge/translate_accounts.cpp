// The kinds of transaction that change who a member is.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

#include <limits>

namespace tally::edge {

Result<LinkToken> from_proto(const v1::LinkToken& message) {
  TRY_VOID(require_known(message));
  LinkToken action;
  TRY_VOID(read_account(message, action));
  TRY(action.token, fixed<TokenId>("token", message.token()));
  return action;
}

void to_proto(const LinkToken& action, v1::LinkToken& message) {
  put_account(action, message);
  message.set_token(hex(action.token.view()));
}

Result<BlockToken> from_proto(const v1::BlockToken& message) {
  TRY_VOID(require_known(message));
  BlockToken action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.token, fixed<TokenId>("token", message.token()));
  return action;
}

void to_proto(const BlockToken& action, v1::BlockToken& message) {
  message.set_programme(action.programme.value());
  message.set_token(hex(action.token.view()));
}

Result<Claim> from_proto(const v1::Claim& message) {
  TRY_VOID(require_known(message));
  Claim action;
  TRY_VOID(read_account(message, action));
  TRY(action.commitment, fixed<Hash>("commitment", message.commitment()));
  return action;
}

void to_proto(const Claim& action, v1::Claim& message) {
  put_account(action, message);
  message.set_commitment(hex(action.commitment.view()));
}

Result<RevokeKey> from_proto(const v1::RevokeKey& message) {
  TRY_VOID(require_known(message));
  TRY(const KeyId key, fixed<KeyId>("key", message.key()));
  return RevokeKey{key};
}

void to_proto(const RevokeKey& action, v1::RevokeKey& message) {
  message.set_key(hex(action.key.view()));
}

Result<Freeze> from_proto(const v1::Freeze& message) {
  TRY_VOID(require_known(message));
  Freeze action;
  TRY_VOID(read_account(message, action));
  TRY(action.kind, enumerated("kind", message.kind(), FreezeKind::Fraud,
                              "FREEZE_KIND_SOFT or FREEZE_KIND_FRAUD"));
  return action;
}

void to_proto(const Freeze& action, v1::Freeze& message) {
  put_account(action, message);
  message.set_kind(static_cast<v1::FreezeKind>(action.kind));
}

Result<Unfreeze> from_proto(const v1::Unfreeze& message) {
  TRY_VOID(require_known(message));
  Unfreeze action;
  TRY_VOID(read_account(message, action));
  return action;
}

void to_proto(const Unfreeze& action, v1::Unfreeze& message) {
  put_account(action, message);
}

Result<Merge> from_proto(const v1::Merge& message) {
  TRY_VOID(require_known(message));
  Merge action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.source, fixed<MemberId>("source", message.source()));
  TRY(action.target, fixed<MemberId>("target", message.target()));
  return action;
}

void to_proto(const Merge& action, v1::Merge& message) {
  message.set_programme(action.programme.value());
  message.set_source(hex(action.source.view()));
  message.set_target(hex(action.target.view()));
}

Result<Unmerge> from_proto(const v1::Unmerge& message) {
  TRY_VOID(require_known(message));
  Unmerge action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.source, fixed<MemberId>("source", message.source()));
  return action;
}

void to_proto(const Unmerge& action, v1::Unmerge& message) {
  message.set_programme(action.programme.value());
  message.set_source(hex(action.source.view()));
}

Result<Close> from_proto(const v1::Close& message) {
  TRY_VOID(require_known(message));
  Close action;
  TRY_VOID(read_account(message, action));
  return action;
}

void to_proto(const Close& action, v1::Close& message) {
  put_account(action, message);
}

Result<Recover> from_proto(const v1::Recover& message) {
  TRY_VOID(require_known(message));
  Recover action;
  TRY(action.member, fixed<MemberId>("member", message.member()));
  TRY(action.step, enumerated("step", message.step(), RecoverStep::Cancel,
                              "RECOVER_STEP_SET_GUARDIANS, _APPROVE, _EXECUTE or _CANCEL"));
  for (int i = 0; i < message.guardians_size(); ++i) {
    TRY(const crypto::PublicKey guardian,
        within("guardians[" + std::to_string(i) + "]", from_proto(message.guardians(i))));
    action.guardians.push_back(guardian);
  }
  if (message.needed() > std::numeric_limits<std::uint8_t>::max())
    return wrong("needed", std::to_string(message.needed()), "0 to 255");
  action.needed = static_cast<std::uint8_t>(message.needed());
  action.delay = Duration(message.delay_ms());
  if (message.has_key()) {
    TRY(const crypto::PublicKey key, within("key", from_proto(message.key())));
    action.key = key;
  }
  return action;
}

void to_proto(const Recover& action, v1::Recover& message) {
  message.set_member(hex(action.member.view()));
  message.set_step(static_cast<v1::RecoverStep>(action.step));
  for (const crypto::PublicKey& guardian : action.guardians)
    to_proto(guardian, *message.add_guardians());
  message.set_needed(action.needed);
  message.set_delay_ms(action.delay.milliseconds());
  if (action.key.has_value()) to_proto(*action.key, *message.mutable_key());
}

Result<Pool> from_proto(const v1::Pool& message) {
  TRY_VOID(require_known(message));
  Pool action;
  TRY_VOID(read_account(message, action));
  TRY(action.change, enumerated("change", message.change(), PoolChange::Leave,
                                "POOL_CHANGE_JOIN or POOL_CHANGE_LEAVE"));
  TRY(action.pool, fixed<PoolId>("pool", message.pool()));
  return action;
}

void to_proto(const Pool& action, v1::Pool& message) {
  put_account(action, message);
  message.set_change(static_cast<v1::PoolChange>(action.change));
  message.set_pool(hex(action.pool.view()));
}

}  // namespace tally::edge
