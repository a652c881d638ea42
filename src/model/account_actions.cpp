// The encodings of what changes who a member is. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/account_actions.h>

#include "model/id_parts.h"
#include "model/programme_parts.h"

namespace tally {
namespace {

crypto::PublicKey decode_key(codec::Reader& in) {
  crypto::PublicKey key;
  decode(in, key);
  return key;
}

}  // namespace

void encode(codec::Writer& out, const LinkToken& action) {
  out.number(action.programme);
  out.fixed(action.member);
  out.fixed(action.token);
}

void decode(codec::Reader& in, LinkToken& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.token = in.fixed<TokenId>();
}

void encode(codec::Writer& out, const BlockToken& action) {
  out.number(action.programme);
  out.fixed(action.token);
}

void decode(codec::Reader& in, BlockToken& action) {
  action.programme = in.number<MerchantId>();
  action.token = in.fixed<TokenId>();
}

void encode(codec::Writer& out, const Claim& action) {
  out.number(action.programme);
  out.fixed(action.member);
  out.fixed(action.commitment);
}

void decode(codec::Reader& in, Claim& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.commitment = in.fixed<Hash>();
}

void encode(codec::Writer& out, const RevokeKey& action) {
  out.fixed(action.key);
}

void decode(codec::Reader& in, RevokeKey& action) {
  action.key = in.fixed<KeyId>();
}

void encode(codec::Writer& out, const Freeze& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_enum(out, action.kind);
}

void decode(codec::Reader& in, Freeze& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.kind = decode_between(in, FreezeKind::Soft, FreezeKind::Fraud);
}

void encode(codec::Writer& out, const Unfreeze& action) {
  out.number(action.programme);
  out.fixed(action.member);
}

void decode(codec::Reader& in, Unfreeze& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
}

void encode(codec::Writer& out, const Merge& action) {
  out.number(action.programme);
  out.fixed(action.source);
  out.fixed(action.target);
}

void decode(codec::Reader& in, Merge& action) {
  action.programme = in.number<MerchantId>();
  action.source = in.fixed<MemberId>();
  action.target = in.fixed<MemberId>();
}

void encode(codec::Writer& out, const Unmerge& action) {
  out.number(action.programme);
  out.fixed(action.source);
}

void decode(codec::Reader& in, Unmerge& action) {
  action.programme = in.number<MerchantId>();
  action.source = in.fixed<MemberId>();
}

void encode(codec::Writer& out, const Close& action) {
  out.number(action.programme);
  out.fixed(action.member);
}

void decode(codec::Reader& in, Close& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
}

void encode(codec::Writer& out, const Recover& action) {
  out.fixed(action.member);
  encode_enum(out, action.step);
  out.list(action.guardians, [](codec::Writer& w, const auto& key) { encode(w, key); });
  out.u8(action.needed);
  out.u64(action.delay.milliseconds());
  out.optional(action.key, [](codec::Writer& w, const auto& key) { encode(w, key); });
}

void decode(codec::Reader& in, Recover& action) {
  action.member = in.fixed<MemberId>();
  action.step = decode_between(in, RecoverStep::SetGuardians, RecoverStep::Cancel);
  action.guardians = in.list<crypto::PublicKey>(limits::kGuardiansMax, decode_key);
  action.needed = in.u8();
  action.delay = Duration(in.u64());
  action.key = in.optional<crypto::PublicKey>(decode_key);
}

void encode(codec::Writer& out, const Pool& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_enum(out, action.change);
  out.fixed(action.pool);
}

void decode(codec::Reader& in, Pool& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.change = decode_between(in, PoolChange::Join, PoolChange::Leave);
  action.pool = in.fixed<PoolId>();
}

}  // namespace tally
