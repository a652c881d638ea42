// A merchant's operators: found by the merchant, so that two of them can be asked for and the last
// one stays.
#pragma once

#include <tally/members/members.h>
#include <tally/state/consent.h>

namespace tally::members {

using state::is_voice;

/// Whether the merchant may have one more voice: of those on the ledger fewer than
/// limits::kMerchantOperatorsMax are not over at `now`.
[[nodiscard]] Result<bool> has_room_for_voice(MerchantId merchant, Timestamp now,
                                              const StateView& view);
/// Writes a key's record, and lists it with its merchant where it is a voice; forgets those that
/// are over. REQUIRES: has_room_for_voice; the key names a merchant of the consortium.
[[nodiscard]] Result<void> put_merchant_key(const state::KeyRecord& key, Timestamp now,
                                            StateDelta& delta);
/// How many voices its merchant has beside `key`, in force at `now`, that last as long.
[[nodiscard]] Result<std::size_t> voices_beside(const state::KeyRecord& key, Timestamp now,
                                                const StateView& view);

}  // namespace tally::members
