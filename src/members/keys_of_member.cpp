// A member's own keys, listed in the record of who may replace them.
#include "members/keys_of_member.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/state/identity.h>

#include <algorithm>

namespace tally::members {
namespace {

Result<state::RecoveryRecord> recovery_of(const MemberId& member, const StateView& view) {
  TRY(auto record, state::find_recovery(view, member));
  return record.value_or(state::RecoveryRecord());
}

}  // namespace

Result<std::vector<KeyId>> keys_left(const std::vector<KeyId>& keys, Timestamp now,
                                     const StateView& view) {
  std::vector<KeyId> left;
  for (const KeyId& id : keys) {
    TRY(const auto key, state::find_key(view, id));
    if (key.has_value() && key->valid_until > now) left.push_back(id);
  }
  return left;
}

Result<bool> has_room_for_key(const MemberId& member, Timestamp now, const StateView& view) {
  TRY(const state::RecoveryRecord record, recovery_of(member, view));
  if (record.keys.size() < limits::kMemberKeysMax) return true;
  TRY(const std::vector<KeyId> left, keys_left(record.keys, now, view));
  return left.size() < limits::kMemberKeysMax;
}

Result<void> put_member_key(const state::KeyRecord& key, Timestamp now, StateDelta& delta) {
  CHECK(key.member.has_value());
  TRY_VOID(state::put_key(delta, key));
  TRY(state::RecoveryRecord record, recovery_of(*key.member, delta));
  TRY(record.keys, keys_left(record.keys, now, delta));
  const KeyId id = key.key.id();
  record.keys.insert(std::lower_bound(record.keys.begin(), record.keys.end(), id), id);
  return state::put_recovery(delta, *key.member, record);
}

Result<void> end_keys(const std::vector<KeyId>& keys, Timestamp now, StateDelta& delta) {
  for (const KeyId& id : keys) {
    TRY(auto key, state::find_key(delta, id));
    CHECK(key.has_value());
    if (key->valid_until <= now) continue;
    key->valid_until = now;
    TRY_VOID(state::put_key(delta, *key));
  }
  return {};
}

}  // namespace tally::members
