// Whether a member agreed.
#include <tally/state/consent.h>

#include <algorithm>

namespace tally::state {
namespace {

bool speaks_for(const KeyRecord& key, const MemberId& member, Timestamp now) {
  return key.role == Role::Member && key.purpose == Purpose::Sign && key.member == member &&
         key.in_force(now);
}

}  // namespace

Result<bool> has_consent(const StateView& view, const TransactionContext& context,
                         const MemberId& member) {
  CHECK(context.transaction != nullptr);
  CHECK(context.asking != nullptr);
  if (speaks_for(*context.asking, member, context.ledger_time)) return true;
  for (const Consent& consent : context.transaction->consents) {
    TRY(const std::optional<KeyRecord> key, find_key(view, consent.key.id()));
    if (key.has_value() && speaks_for(*key, member, context.ledger_time)) return true;
  }
  return false;
}

bool carries_signature_of(const Transaction& transaction, const crypto::PublicKey& key) {
  return std::any_of(transaction.consents.begin(), transaction.consents.end(),
                     [&](const Consent& consent) { return consent.key == key; });
}

}  // namespace tally::state
