// May this key ask for this? Default deny (design/security.md §5).
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/transaction_context.h>

#include "execution/key_cache.h"

namespace tally::execution {

/// Who stands behind a transaction: the key that signed its submission, or that would ask.
struct Asker {
  KeyId key;
  bool has_signed = true;  ///< false only in simulation, where any key on the ledger may ask
};

/// The key whose role and limits count, in force at `now`; nullptr: there is none that may ask.
/// A node's gateway key seals for TLS keys of its merchant and asks for nothing itself; any other
/// signer asks for itself. So an asking key of purpose sign has signed (or simulates).
[[nodiscard]] Result<const state::KeyRecord*> find_asking(KeyCache& keys,
                                                          const state::StateView& view,
                                                          const Asker& asker,
                                                          const Transaction& transaction,
                                                          Timestamp now);

/// Whether the ids of requests to `transaction`'s merchant are this key's to use: it is that
/// merchant's, or a member's that moves their own. What anybody else sends uses none up: else a
/// stranger who sees a request could have it refused for good, by sending it first.
[[nodiscard]] Result<bool> may_take_request_id(const state::KeyRecord& key,
                                               const Transaction& transaction,
                                               const state::StateView& view);

/// Accepted, NotPermitted, UnknownMerchant or ConsentRequired: role and kind, merchant, programme,
/// whose card or account it changes, and what the transaction names against the key's limit. What a
/// rule computes is held against it later.
[[nodiscard]] Result<Outcome> authorise(const state::TransactionContext& context,
                                        const state::StateView& view);

/// Whether what `receipt` moves is within the key's limit.
[[nodiscard]] bool is_within_limit(const KeyLimits& limits, const Receipt& receipt);

}  // namespace tally::execution
