// Consent: whether a member agreed to a transaction, by a key of their own.
#pragma once

#include <tally/state/transaction_context.h>

namespace tally::state {

/// Whether `member` signed: the asking key is theirs, or a consent in the transaction is by a key
/// of theirs that is on the ledger to sign, in force at ledger time. The signatures themselves were
/// checked before the transaction was ordered (VerifiedSubmission).
[[nodiscard]] Result<bool> has_consent(const StateView& view, const TransactionContext& context,
                                       const MemberId& member);

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
