// A merchant's operators' signing keys, listed in its own record.
#include "members/keys_of_merchant.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "members/keys_of_member.h"

#include <algorithm>

namespace tally::members {

Result<bool> has_room_for_voice(MerchantId merchant, Timestamp now, const StateView& view) {
  TRY(const auto record, state::find_merchant(view, merchant));
  if (!record.has_value()) return false;
  TRY(const std::vector<KeyId> left, keys_left(record->operators, now, view));
  return left.size() < limits::kMerchantOperatorsMax;
}

Result<void> put_merchant_key(const state::KeyRecord& key, Timestamp now, StateDelta& delta) {
  TRY_VOID(state::put_key(delta, key));
  if (!is_voice(key.role, key.purpose)) return {};
  TRY(auto merchant, state::find_merchant(delta, key.merchant));
  CHECK(merchant.has_value());
  TRY(merchant->operators, keys_left(merchant->operators, now, delta));
  std::vector<KeyId>& listed = merchant->operators;
  const KeyId id = key.key.id();
  listed.insert(std::lower_bound(listed.begin(), listed.end(), id), id);
  merchant->had_second_operator = true;  // the first one is genesis's
  return state::put_merchant(delta, key.merchant, *merchant);
}

Result<std::size_t> voices_beside(const state::KeyRecord& key, Timestamp now,
                                  const StateView& view) {
  TRY(const auto merchant, state::find_merchant(view, key.merchant));
  CHECK(merchant.has_value());
  std::size_t voices = 0;
  for (const KeyId& id : merchant->operators) {
    if (id == key.key.id()) continue;
    TRY(const auto other, state::find_key(view, id));
    if (other.has_value() && other->in_force(now) && other->valid_until >= key.valid_until)
      ++voices;
  }
  return voices;
}

}  // namespace tally::members
