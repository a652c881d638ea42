// Transaction: one action under a request id, with the consents that it needs.
#pragma once

#include <tally/model/action.h>

#include <optional>
#include <span>
#include <vector>

namespace tally {

/// What a token allows, once: that so many points at most are redeemed or held elsewhere. It is
/// signed before there is a transaction (design/loyalty.md §16).
struct ConsentTerms {
  MemberId member;
  MerchantId programme;  ///< whose points
  MerchantId acceptor;   ///< another merchant, where they may be spent
  Points points_max;     ///< above 0
  Timestamp until;       ///< from then on it allows nothing
  ConsentNonce nonce;    ///< random: tells two tokens of equal terms apart
  friend bool operator==(const ConsentTerms&, const ConsentTerms&) = default;
};

/// A signature inside a transaction. Without terms it is over consent_digest, so it holds for one
/// `valid_until` only; with terms it is a token, over token_digest. FORMAT: between key and
/// signature of one without terms stands an optional WebAuthn part, always absent in this version.
struct Consent {
  crypto::PublicKey key;
  crypto::Signature signature;
  std::optional<ConsentTerms> terms = std::nullopt;
  friend bool operator==(const Consent&, const Consent&) = default;
};

/// FORMAT: hashed, signed, stored; docs/formats.md §1.
struct Transaction {
  MerchantId merchant;
  Bytes request_id;               ///< 16 … 64 bytes, unique for the merchant
  std::optional<Bytes> order_id;  ///< 16 … 64 bytes; only earn, redeem and hold have one
  Timestamp valid_until;          ///< in ledger time
  KeyId asking_key;               ///< whose limits count; zero: the key that signed
  Action action;
  std::vector<Consent> consents;
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

void encode(codec::Writer& out, const Transaction& transaction);
[[nodiscard]] Transaction decode_transaction(codec::Reader& in);

/// H("request": merchant, request id, order id, action): what "the same bytes" means.
[[nodiscard]] Hash request_digest(const Transaction& transaction);
/// H("consent": chain, the transaction without its consents): what a member signs.
[[nodiscard]] Hash consent_digest(const ChainId& chain, const Transaction& transaction);
/// H("consent-token": chain, terms): what a custodian signs, or a member.
[[nodiscard]] Hash token_digest(const ChainId& chain, const ConsentTerms& terms);
/// Whether each consent of the transaction is its key's signature. BadSignature: names the key.
[[nodiscard]] Result<void> verify_consents(const ChainId& chain, const Transaction& transaction);

/// What the text of a transaction alone shows to be wrong, beyond its encoding: an amount of zero
/// where that means nothing, a transfer to oneself, parts above their total, a programme whose
/// rules cannot be. The same at the door and in the static check of a proposal.
/// Malformed: names the field, what came and what was expected.
[[nodiscard]] Result<void> check_form(const Transaction& transaction);

}  // namespace tally
