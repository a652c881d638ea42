// A transaction's encoding and the hashes over it. FORMAT: hashed, signed; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/transaction.h>

#include "model/id_parts.h"

namespace tally {
namespace {

constexpr std::uint8_t kConsent = 1;
constexpr std::uint8_t kConsentToken = 2;  // one with terms

/// All but the consents: what consents are signed over.
void encode_without_consents(codec::Writer& out, const Transaction& transaction) {
  out.number(transaction.merchant);
  out.bytes(transaction.request_id);
  out.optional(transaction.order_id, [](codec::Writer& w, const Bytes& id) { w.bytes(id); });
  out.timestamp(transaction.valid_until);
  out.fixed(transaction.asking_key);
  encode(out, transaction.action);
}

void encode_terms(codec::Writer& out, const ConsentTerms& terms) {
  out.fixed(terms.member);
  out.number(terms.programme);
  out.number(terms.acceptor);
  encode(out, terms.points_max);
  out.timestamp(terms.until);
  out.fixed(terms.nonce);
}

ConsentTerms decode_terms(codec::Reader& in) {
  ConsentTerms terms;
  terms.member = in.fixed<MemberId>();
  terms.programme = in.number<MerchantId>();
  terms.acceptor = in.number<MerchantId>();
  decode(in, terms.points_max);
  terms.until = in.timestamp();
  terms.nonce = in.fixed<ConsentNonce>();
  return terms;
}

void encode_consent(codec::Writer& out, const Consent& consent) {
  out.u8(consent.terms.has_value() ? kConsentToken : kConsent);
  encode(out, consent.key);
  if (consent.terms.has_value())
    encode_terms(out, *consent.terms);
  else
    out.boolean(false);  // no WebAuthn part
  out.fixed(consent.signature);
}

Consent decode_consent(codec::Reader& in) {
  const std::uint8_t what = in.u8();
  if (what != kConsent && what != kConsentToken)
    in.fail("a consent starts with 1 or 2; got " + std::to_string(what));
  Consent consent;
  decode(in, consent.key);
  if (what == kConsentToken)
    consent.terms = decode_terms(in);
  else if (in.boolean())
    in.fail("WebAuthn consents are not supported in this version");
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

Hash token_digest(const ChainId& chain, const ConsentTerms& terms) {
  codec::Writer out;
  out.fixed(chain);
  encode_terms(out, terms);
  return crypto::tagged_hash("consent-token", out.view());
}

Result<void> verify_consents(const ChainId& chain, const Transaction& transaction) {
  if (transaction.consents.empty()) return {};
  const Hash over_transaction = consent_digest(chain, transaction);
  for (const Consent& consent : transaction.consents) {
    const Hash digest =
        consent.terms.has_value() ? token_digest(chain, *consent.terms) : over_transaction;
    if (!crypto::verify(consent.key, digest.view(), consent.signature))
      return Error{ErrorCode::BadSignature, "consent of key " + to_hex(consent.key.id().view()) +
                                                " is not its signature over this transaction"};
  }
  return {};
}

}  // namespace tally
