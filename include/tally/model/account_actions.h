// The kinds of transaction that change who a member is on the ledger: cards, keys, freezes, merges,
// recovery, pools (design/loyalty.md §13, §14).
#pragma once

#include <tally/model/members_actions.h>

namespace tally {

/// One more card of a member.
struct LinkToken {
  MerchantId programme;
  MemberId member;
  TokenId token;
  friend bool operator==(const LinkToken&, const LinkToken&) = default;
};

/// Ends a lost card for good; the points stay.
struct BlockToken {
  MerchantId programme;
  TokenId token;
  friend bool operator==(const BlockToken&, const BlockToken&) = default;
};

/// Adds the identity to an account that was opened by a card alone. Once.
struct Claim {
  MerchantId programme;
  MemberId member;
  Hash commitment;
  friend bool operator==(const Claim&, const Claim&) = default;
};

/// Ends a key: from this block on it signs nothing.
struct RevokeKey {
  KeyId key;
  friend bool operator==(const RevokeKey&, const RevokeKey&) = default;
};

/// FORMAT: hashed and stored.
enum class FreezeKind : std::uint8_t { Soft = 1, Fraud = 2 };

/// No redeem, hold, transfer or exchange; for fraud no capture either.
struct Freeze {
  MerchantId programme;
  MemberId member;
  FreezeKind kind = FreezeKind::Soft;
  friend bool operator==(const Freeze&, const Freeze&) = default;
};

struct Unfreeze {
  MerchantId programme;
  MemberId member;
  friend bool operator==(const Unfreeze&, const Unfreeze&) = default;
};

/// All that is `source`'s becomes `target`'s; what names `source` later goes to `target`.
struct Merge {
  MerchantId programme;
  MemberId source;
  MemberId target;
  friend bool operator==(const Merge&, const Merge&) = default;
};

/// Within 30 days.
struct Unmerge {
  MerchantId programme;
  MemberId source;
  friend bool operator==(const Unmerge&, const Unmerge&) = default;
};

/// Ends an account: its points are forfeited, its debt is written off.
struct Close {
  MerchantId programme;
  MemberId member;
  friend bool operator==(const Close&, const Close&) = default;
};

/// FORMAT: hashed and stored.
enum class RecoverStep : std::uint8_t {
  SetGuardians = 1,  ///< by a key of the member's own; it takes effect after the delay
  Approve = 2,       ///< consents by guardians, or the custodian's operator, for `key`
  Execute = 3,       ///< once the delay is over
  Cancel = 4,        ///< by a key of the member's own, within the delay
};

/// A member's key is replaced by others' word, after a delay in which its owner may object.
struct Recover {
  MemberId member;
  RecoverStep step = RecoverStep::Approve;
  std::vector<crypto::PublicKey> guardians;  ///< of SetGuardians: 1 … 7, ascending by key id
  std::uint8_t needed = 0;                   ///< of SetGuardians: 1 … their number; else 0
  Duration delay;                            ///< of SetGuardians: 48 h … 30 d; else 0
  std::optional<crypto::PublicKey> key;      ///< of Approve and Execute: the new one
  friend bool operator==(const Recover&, const Recover&) = default;
};

/// FORMAT: hashed and stored.
enum class PoolChange : std::uint8_t { Join = 1, Leave = 2 };

/// Who joins a pool that is there needs one of its members' signature beside the own.
struct Pool {
  MerchantId programme;
  MemberId member;
  PoolChange change = PoolChange::Join;
  PoolId pool;  ///< of a first member: of a pool that is not there yet
  friend bool operator==(const Pool&, const Pool&) = default;
};

void encode(codec::Writer& out, const LinkToken& action);
void encode(codec::Writer& out, const BlockToken& action);
void encode(codec::Writer& out, const Claim& action);
void encode(codec::Writer& out, const RevokeKey& action);
void encode(codec::Writer& out, const Freeze& action);
void encode(codec::Writer& out, const Unfreeze& action);
void encode(codec::Writer& out, const Merge& action);
void encode(codec::Writer& out, const Unmerge& action);
void encode(codec::Writer& out, const Close& action);
void encode(codec::Writer& out, const Recover& action);
void encode(codec::Writer& out, const Pool& action);
void decode(codec::Reader& in, LinkToken& action);
void decode(codec::Reader& in, BlockToken& action);
void decode(codec::Reader& in, Claim& action);
void decode(codec::Reader& in, RevokeKey& action);
void decode(codec::Reader& in, Freeze& action);
void decode(codec::Reader& in, Unfreeze& action);
void decode(codec::Reader& in, Merge& action);
void decode(codec::Reader& in, Unmerge& action);
void decode(codec::Reader& in, Close& action);
void decode(codec::Reader& in, Recover& action);
void decode(codec::Reader& in, Pool& action);

}  // namespace tally
