// Whether a member agreed, or operators.
#include <tally/state/consent.h>

#include <algorithm>
#include <set>

namespace tally::state {
namespace {

bool speaks_for(const KeyRecord& key, const MemberId& member, Timestamp now) {
  return key.role == Role::Member && key.purpose == Purpose::Sign && key.member == member &&
         key.in_force(now);
}

bool is_voice_of(const KeyRecord& key, MerchantId merchant, Timestamp now) {
  return is_voice(key.role, key.purpose) && key.merchant == merchant && key.in_force(now);
}

}  // namespace

bool is_voice(Role role, Purpose purpose) {
  return role == Role::Operator && purpose == Purpose::Sign;
}

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

Result<std::size_t> operators_agreeing(const StateView& view, const TransactionContext& context,
                                       MerchantId merchant) {
  CHECK(context.transaction != nullptr);
  CHECK(context.asking != nullptr);
  const Timestamp now = context.ledger_time;
  std::set<KeyId> agreeing;
  if (is_voice_of(*context.asking, merchant, now)) agreeing.insert(context.asking->key.id());
  for (const Consent& consent : context.transaction->consents) {
    TRY(const std::optional<KeyRecord> key, find_key(view, consent.key.id()));
    if (key.has_value() && is_voice_of(*key, merchant, now)) agreeing.insert(key->key.id());
  }
  return agreeing.size();
}

}  // namespace tally::state
