// The kinds of transaction that belong to members and keys.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

namespace tally::edge {
namespace {

Result<KeyLimits> limits_of(const v1::KeyLimits& message) {
  TRY_VOID(require_known(message));
  KeyLimits limits;
  TRY(limits.points_max, amount<Points>("points_max", message.points_max()));
  limits.backdate_max = Duration(message.backdate_max_ms());
  TRY(limits.consent_max, amount<Points>("consent_max", message.consent_max()));
  return limits;
}

template <typename Digits>
Result<std::vector<MemberId>> members_of(const std::string& field, const Digits& digits) {
  std::vector<MemberId> members;
  for (const std::string& one : digits) {
    TRY(const MemberId member,
        fixed<MemberId>(field + "[" + std::to_string(members.size()) + "]", one));
    members.push_back(member);
  }
  return members;
}

}  // namespace

Result<Enrol> from_proto(const v1::Enrol& message) {
  TRY_VOID(require_known(message));
  Enrol action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.member, fixed<MemberId>("member", message.member()));
  if (!message.commitment().empty()) {
    TRY(const Hash commitment, fixed<Hash>("commitment", message.commitment()));
    action.commitment = commitment;
  }
  if (!message.token().empty()) {
    TRY(const TokenId token, fixed<TokenId>("token", message.token()));
    action.token = token;
  }
  if (message.has_member_key()) {
    TRY(const crypto::PublicKey key, within("member_key", from_proto(message.member_key())));
    action.member_key = key;
  }
  if (!message.referrer().empty()) {
    TRY(const MemberId referrer, fixed<MemberId>("referrer", message.referrer()));
    action.referrer = referrer;
  }
  return action;
}

void to_proto(const Enrol& action, v1::Enrol& message) {
  message.set_programme(action.programme.value());
  message.set_member(hex(action.member.view()));
  if (action.commitment.has_value()) message.set_commitment(hex(action.commitment->view()));
  if (action.token.has_value()) message.set_token(hex(action.token->view()));
  if (action.member_key.has_value()) to_proto(*action.member_key, *message.mutable_member_key());
  if (action.referrer.has_value()) message.set_referrer(hex(action.referrer->view()));
}

Result<RegisterKey> from_proto(const v1::RegisterKey& message) {
  TRY_VOID(require_known(message));
  RegisterKey action;
  if (!message.has_key()) return missing("key", "a public key");
  TRY(action.key, within("key", from_proto(message.key())));
  action.role = static_cast<Role>(message.role());
  if (message.role() < 1 || message.role() > 5 || !is_known(action.role))
    return wrong("role", std::to_string(message.role()),
                 "ROLE_TERMINAL, ROLE_OPERATOR, ROLE_MEMBER or ROLE_AUDITOR");
  action.purpose = static_cast<Purpose>(message.purpose());
  if (message.purpose() < 1 || message.purpose() > 2 || !is_known(action.purpose))
    return wrong("purpose", std::to_string(message.purpose()), "PURPOSE_SIGN or PURPOSE_TLS");
  if (!message.member().empty()) {
    TRY(const MemberId member, fixed<MemberId>("member", message.member()));
    action.member = member;
  }
  if (message.has_limits()) {
    TRY(action.limits, within("limits", limits_of(message.limits())));
  }
  action.valid_from = Timestamp(message.valid_from());
  if (message.has_valid_until()) action.valid_until = Timestamp(message.valid_until());
  action.name = message.name();
  return action;
}

void to_proto(const RegisterKey& action, v1::RegisterKey& message) {
  to_proto(action.key, *message.mutable_key());
  message.set_role(static_cast<v1::Role>(action.role));
  message.set_purpose(static_cast<v1::Purpose>(action.purpose));
  if (action.member.has_value()) message.set_member(hex(action.member->view()));
  message.mutable_limits()->set_points_max(action.limits.points_max.value());
  message.mutable_limits()->set_backdate_max_ms(action.limits.backdate_max.milliseconds());
  message.mutable_limits()->set_consent_max(action.limits.consent_max.value());
  message.set_valid_from(action.valid_from.milliseconds());
  if (action.valid_until != Timestamp::never())
    message.set_valid_until(action.valid_until.milliseconds());
  message.set_name(action.name);
}

Result<PublishSegment> from_proto(const v1::PublishSegment& message) {
  TRY_VOID(require_known(message));
  PublishSegment action;
  TRY(action.programme, merchant("programme", message.programme()));
  action.segment = message.segment();
  TRY(action.add, members_of("add", message.add()));
  TRY(action.remove, members_of("remove", message.remove()));
  return action;
}

void to_proto(const PublishSegment& action, v1::PublishSegment& message) {
  message.set_programme(action.programme.value());
  message.set_segment(action.segment);
  for (const MemberId& member : action.add)
    message.add_add(hex(member.view()));
  for (const MemberId& member : action.remove)
    message.add_remove(hex(member.view()));
}

Result<AdvanceClock> from_proto(const v1::AdvanceClock& message) {
  TRY_VOID(require_known(message));
  return AdvanceClock{Duration(message.by_ms())};
}

void to_proto(const AdvanceClock& action, v1::AdvanceClock& message) {
  message.set_by_ms(action.by.milliseconds());
}

Result<crypto::PublicKey> from_proto(const v1::PublicKey& message) {
  TRY_VOID(require_known(message));
  if (message.kind() != v1::KEY_KIND_ED25519 && message.kind() != v1::KEY_KIND_P256)
    return wrong("kind", std::to_string(message.kind()), "KEY_KIND_ED25519 or KEY_KIND_P256");
  const bool is_p256 = message.kind() == v1::KEY_KIND_P256;
  const std::string_view expected =
      is_p256 ? "a compressed point, 66 hexadecimal digits" : "64 hexadecimal digits";
  if (message.key().empty()) return missing("key", expected);
  if (message.key().size() != (is_p256 ? 66U : 64U))
    return wrong("key", std::to_string(message.key().size()) + " characters", expected);
  const Result<Bytes> bytes = bytes_from_hex(message.key());
  if (!bytes.ok()) return wrong("key", "\"" + printable(message.key()) + "\"", expected);
  auto key = crypto::PublicKey::from_bytes(
      is_p256 ? crypto::KeyKind::P256 : crypto::KeyKind::Ed25519, *bytes);
  if (!key.ok()) return with_context("key", key.error());
  return key;
}

void to_proto(const crypto::PublicKey& key, v1::PublicKey& message) {
  message.set_kind(key.kind() == crypto::KeyKind::P256 ? v1::KEY_KIND_P256 : v1::KEY_KIND_ED25519);
  message.set_key(hex(key.bytes()));
}

}  // namespace tally::edge
