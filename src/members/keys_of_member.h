// A member's own keys: found by the member, so that a recovery can end them.
#pragma once

#include <tally/members/members.h>

namespace tally::members {

/// Whether the member may have one more: of those on the ledger fewer than limits::kMemberKeysMax
/// are not over at `now`.
[[nodiscard]] Result<bool> has_room_for_key(const MemberId& member, Timestamp now,
                                            const StateView& view);
/// Writes a key's record and lists it as its member's; forgets those that are over.
/// REQUIRES: has_room_for_key; the key names a member.
[[nodiscard]] Result<void> put_member_key(const state::KeyRecord& key, Timestamp now,
                                          StateDelta& delta);
/// Those of `keys` that are not over at `now`.
[[nodiscard]] Result<std::vector<KeyId>> keys_left(const std::vector<KeyId>& keys, Timestamp now,
                                                   const StateView& view);
/// Ends each of `keys` at `now`; one that is over stays as it was.
[[nodiscard]] Result<void> end_keys(const std::vector<KeyId>& keys, Timestamp now,
                                    StateDelta& delta);

}  // namespace tally::members
