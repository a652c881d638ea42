// The encodings of what belongs to members and keys. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/members_actions.h>
#include <tally/model/points_actions.h>

#include "model/id_parts.h"

namespace tally {
namespace {

constexpr std::size_t kPublicKeyBytesMax = 33;  // a compressed P-256 point

void encode_members(codec::Writer& out, const std::vector<MemberId>& members) {
  out.list(members, [](codec::Writer& w, const MemberId& member) { w.fixed(member); });
}

std::vector<MemberId> decode_members(codec::Reader& in) {
  return in.list<MemberId>(limits::kSegmentMembersMax,
                           [](codec::Reader& r) { return r.fixed<MemberId>(); });
}

bool is_known_kind(crypto::KeyKind kind) {
  return kind == crypto::KeyKind::Ed25519 || kind == crypto::KeyKind::P256;
}

}  // namespace

void encode(codec::Writer& out, const Enrol& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_optional(out, action.commitment);
  encode_optional(out, action.token);
  out.optional(action.member_key, [](codec::Writer& w, const auto& key) { encode(w, key); });
  encode_optional(out, action.referrer);
}

void decode(codec::Reader& in, Enrol& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.commitment = decode_optional<Hash>(in);
  action.token = decode_optional<TokenId>(in);
  action.member_key = in.optional<crypto::PublicKey>([](codec::Reader& r) {
    crypto::PublicKey key;
    decode(r, key);
    return key;
  });
  action.referrer = decode_optional<MemberId>(in);
}

void encode(codec::Writer& out, const RegisterKey& action) {
  encode(out, action.key);
  out.u8(static_cast<std::uint8_t>(action.role));
  out.u8(static_cast<std::uint8_t>(action.purpose));
  encode_optional(out, action.member);
  out.text(action.name);
  encode(out, action.limits);
  out.timestamp(action.valid_from);
  out.timestamp(action.valid_until);
}

void decode(codec::Reader& in, RegisterKey& action) {
  decode(in, action.key);
  action.role = in.enumeration_u8<Role>([](Role role) { return is_known(role); });
  action.purpose = in.enumeration_u8<Purpose>([](Purpose purpose) { return is_known(purpose); });
  action.member = decode_optional<MemberId>(in);
  action.name = in.text(limits::kShortNameBytesMax);
  decode(in, action.limits);
  action.valid_from = in.timestamp();
  action.valid_until = in.timestamp();
}

void encode(codec::Writer& out, const PublishSegment& action) {
  out.number(action.programme);
  out.text(action.segment);
  encode_members(out, action.add);
  encode_members(out, action.remove);
}

void decode(codec::Reader& in, PublishSegment& action) {
  action.programme = in.number<MerchantId>();
  action.segment = in.text(limits::kShortNameBytesMax);
  action.add = decode_members(in);
  action.remove = decode_members(in);
}

void encode(codec::Writer& out, const AdvanceClock& action) {
  out.u64(action.by.milliseconds());
}

void decode(codec::Reader& in, AdvanceClock& action) {
  action.by = Duration(in.u64());
}

void encode(codec::Writer& out, const crypto::PublicKey& key) {
  out.u8(static_cast<std::uint8_t>(key.kind()));
  out.bytes(key.bytes());
}

void decode(codec::Reader& in, crypto::PublicKey& key) {
  const auto kind = in.enumeration_u8<crypto::KeyKind>(is_known_kind);
  const ByteView bytes = in.bytes(kPublicKeyBytesMax);
  if (in.failed()) return;
  auto checked = crypto::PublicKey::from_bytes(kind, bytes);
  if (!checked.ok()) return in.fail("public key: " + checked.error().message);
  key = *checked;
}

void encode(codec::Writer& out, const KeyLimits& limits) {
  encode(out, limits.points_max);
  out.u64(limits.backdate_max.milliseconds());
  encode(out, limits.consent_max);
}

void decode(codec::Reader& in, KeyLimits& limits) {
  decode(in, limits.points_max);
  limits.backdate_max = Duration(in.u64());
  decode(in, limits.consent_max);
}

}  // namespace tally
