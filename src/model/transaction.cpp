// A transaction's encoding and the hashes over it. FORMAT: hashed, signed; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/transaction.h>

#include "model/id_parts.h"

namespace tally {
namespace {

// Beside a consent a member's custodian will be able to put a ConsentToken (2).
constexpr std::uint8_t kConsent = 1;
constexpr std::uint8_t kConsentToken = 2;

/// All but the consents: what consents are signed over.
void encode_without_consents(codec::Writer& out, const Transaction& transaction) {
  out.number(transaction.merchant);
  out.bytes(transaction.request_id);
  out.optional(transaction.order_id, [](codec::Writer& w, const Bytes& id) { w.bytes(id); });
  out.timestamp(transaction.valid_until);
  out.fixed(transaction.asking_key);
  encode(out, transaction.action);
}

void encode_consent(codec::Writer& out, const Consent& consent) {
  out.u8(kConsent);
  encode(out, consent.key);
  out.boolean(false);  // no WebAuthn part
  out.fixed(consent.signature);
}

Consent decode_consent(codec::Reader& in) {
  const std::uint8_t what = in.u8();
  if (what == kConsentToken) in.fail("consent tokens are not supported in this version");
  if (what != kConsent) in.fail("a consent starts with 1; got " + std::to_string(what));
  Consent consent;
  decode(in, consent.key);
  if (in.boolean()) in.fail("WebAuthn consents are not supported in this version");
  consent.signature = in.fixed<crypto::Signature>();
  return consent;
}

}  // namespace

void encode(codec::Writer& out, const Transaction& transaction) {
  encode_without_consents(out, transaction);
  out.list(transaction.consents, encode_consent);
}

Transaction decode_transaction(codec::Reader& in) {
  Transaction transaction;
  transaction.merchant = in.number<MerchantId>();
  transaction.request_id = decode_request_id(in);
  transaction.order_id = in.optional<Bytes>(decode_request_id);
  transaction.valid_until = in.timestamp();
  transaction.asking_key = in.fixed<KeyId>();
  transaction.action = decode_action(in);
  if (transaction.order_id.has_value() && !may_have_order(kind_of(transaction.action)))
    in.fail("only earn, redeem and hold have an order id");
  transaction.consents = in.list<Consent>(limits::kConsentsMax, decode_consent);
  return transaction;
}

Hash request_digest(const Transaction& transaction) {
  codec::Writer out;
  out.number(transaction.merchant);
  out.bytes(transaction.request_id);
  out.optional(transaction.order_id, [](codec::Writer& w, const Bytes& id) { w.bytes(id); });
  encode(out, transaction.action);
  return crypto::tagged_hash("request", out.view());
}

Hash consent_digest(const ChainId& chain, const Transaction& transaction) {
  codec::Writer out;
  out.fixed(chain);
  encode_without_consents(out, transaction);
  return crypto::tagged_hash("consent", out.view());
}

}  // namespace tally
