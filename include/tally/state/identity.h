// Who is who: commitments, cards, pools, merges, guardians (design/loyalty.md §13, §14).
#pragma once

#include <tally/model/account_actions.h>
#include <tally/state/hold.h>

#include <optional>
#include <vector>

namespace tally::state {

/// Who has this identity in the programme: the last who enrolled with it. nullopt: nobody yet.
[[nodiscard]] Result<std::optional<MemberId>> find_commitment(const StateView&, MerchantId,
                                                              const Hash& commitment);
[[nodiscard]] Result<void> put_commitment(StateDelta&, MerchantId, const Hash& commitment,
                                          const MemberId&);
/// As all decode_… here, from a record's bytes. Corrupt: they are none.
[[nodiscard]] Result<MemberId> decode_commitment(ByteView bytes);

/// FORMAT: stored; docs/formats.md §3, as all that follow.
struct TokenRecord {
  MemberId member;
  bool blocked = false;  ///< for good
  friend bool operator==(const TokenRecord&, const TokenRecord&) = default;
};
[[nodiscard]] Result<std::optional<TokenRecord>> find_token(const StateView&, MerchantId,
                                                            const TokenId&);
[[nodiscard]] Result<void> put_token(StateDelta&, MerchantId, const TokenId&, const TokenRecord&);
[[nodiscard]] Result<TokenRecord> decode_token(ByteView bytes);

/// Who is in the pool, ascending. Empty: there is no such pool.
[[nodiscard]] Result<std::vector<MemberId>> find_pool(const StateView&, MerchantId, const PoolId&);
/// A pool that nobody is in leaves state.
[[nodiscard]] Result<void> put_pool(StateDelta&, MerchantId, const PoolId&,
                                    const std::vector<MemberId>& members);
[[nodiscard]] Result<std::vector<MemberId>> decode_pool(ByteView bytes);

/// What an unmerge must know.
struct MergedRecord {
  MemberId target;
  Timestamp merged_at;
  std::vector<LotId> lots;  ///< that the source brought, waiting ones too; ascending
  Bytes source_before;      ///< account records as they stood before the merge, encoded
  Bytes target_before;
  Bytes target_after;  ///< the target's record just after
  /// What paid a debt at once: whose lot it was before, and how much of it.
  std::vector<HeldPiece> settled;
  friend bool operator==(const MergedRecord&, const MergedRecord&) = default;
};
[[nodiscard]] Result<std::optional<MergedRecord>> find_merged(const StateView&,
                                                              const AccountId& source);
[[nodiscard]] Result<void> put_merged(StateDelta&, const AccountId& source, const MergedRecord&);
[[nodiscard]] Result<void> erase_merged(StateDelta&, const AccountId& source);
[[nodiscard]] Result<MergedRecord> decode_merged(ByteView bytes);

/// Who may replace a member's key.
struct Guardians {
  std::vector<crypto::PublicKey> keys;  ///< ascending by key id; empty: the custodian alone
  std::uint8_t needed = 0;
  Duration delay;
  friend bool operator==(const Guardians&, const Guardians&) = default;
};
/// A member's own keys, who may replace them, and whether that is under way.
struct RecoveryRecord {
  std::vector<KeyId> keys;  ///< that were registered for the member; ascending
  Guardians guardians;
  std::optional<Guardians> next;  ///< takes the place of `guardians` at `next_from`
  Timestamp next_from;
  std::optional<crypto::PublicKey> key;     ///< of the recovery under way
  std::vector<KeyId> approved;              ///< by whom; ascending
  Timestamp ready_at = Timestamp::never();  ///< the last approval that was needed + the delay
  bool cancelled = false;                   ///< the owner has objected to `key`
  friend bool operator==(const RecoveryRecord&, const RecoveryRecord&) = default;
};
[[nodiscard]] Result<std::optional<RecoveryRecord>> find_recovery(const StateView&,
                                                                  const MemberId&);
[[nodiscard]] Result<void> put_recovery(StateDelta&, const MemberId&, const RecoveryRecord&);
[[nodiscard]] Result<RecoveryRecord> decode_recovery(ByteView bytes);

/// What one operator's key has adjusted on a local day, by itself.
struct AdjustedRecord {
  std::int64_t day = 0;
  Points points;
  friend bool operator==(const AdjustedRecord&, const AdjustedRecord&) = default;
};
[[nodiscard]] Result<AdjustedRecord> find_adjusted(const StateView&, MerchantId, const KeyId&);
[[nodiscard]] Result<void> put_adjusted(StateDelta&, MerchantId, const KeyId&,
                                        const AdjustedRecord&);
[[nodiscard]] Result<AdjustedRecord> decode_adjusted(ByteView bytes);

/// Whether the opening lot of this ref was opened in the programme: each opens once, for ever.
[[nodiscard]] Result<bool> is_opened(const StateView&, MerchantId, std::string_view ref);
[[nodiscard]] Result<void> put_opened(StateDelta&, MerchantId, std::string_view ref);

}  // namespace tally::state
