// Consent: whether a member agreed to a transaction, by a key of their own.
#pragma once

#include <tally/state/transaction_context.h>

namespace tally::state {

/// Whether `member` signed: the asking key is theirs, or a consent in the transaction is by a key
/// of theirs that is on the ledger to sign, in force at ledger time. The signatures themselves were
/// checked before the transaction was ordered (VerifiedSubmission).
[[nodiscard]] Result<bool> has_consent(const StateView& view, const TransactionContext& context,
                                       const MemberId& member);

/// What a token has to allow: that the account's member spends so many points at the sending
/// merchant, which is not the issuer.
struct SpendElsewhere {
  AccountId account;
  Points points;
};
/// Accepted: the member signed, or a token in the transaction allows it that has not been used: one
/// by a key of the member's, or, while the account is in the issuer's custody, by an operator's key
/// with a right to as many points (KeyLimits::consent_max). Else ConsentRequired or ConsentUsed.
[[nodiscard]] Result<Outcome> check_consent_elsewhere(const StateView& view,
                                                      const TransactionContext& context,
                                                      const SpendElsewhere& what);
/// Uses up the token that check_consent_elsewhere accepted; none, where the member signed.
[[nodiscard]] Result<void> use_consent_elsewhere(StateDelta& delta,
                                                 const TransactionContext& context,
                                                 const SpendElsewhere& what);

/// Whether a consent in `transaction` is by `key`, which need not be on the ledger yet: that
/// somebody holds it.
[[nodiscard]] bool carries_signature_of(const Transaction& transaction,
                                        const crypto::PublicKey& key);

/// Whether a key's signature is the voice of an operator. One of purpose tls is none: it signs
/// nothing, and what it asks a gateway seals.
[[nodiscard]] bool is_voice(Role role, Purpose purpose);

/// How many operators of `merchant` agree, each key counted once: the asking key and those of
/// consents, as far as they are operators' on the ledger, to sign, and in force.
[[nodiscard]] Result<std::size_t> operators_agreeing(const StateView& view,
                                                     const TransactionContext& context,
                                                     MerchantId merchant);

}  // namespace tally::state
