// Builders of what changes who a member is: cards, keys, freezes, merges, recovery, pools.
#pragma once

#include <tally/crypto/hash.h>

#include "support/transaction_builder.h"

#include <algorithm>
#include <vector>

namespace tally::test {

class LinkTokenBuilder : public TransactionBuilder<LinkTokenBuilder, LinkToken> {
 public:
  LinkTokenBuilder() { at(kCafe).of(member(1)).card(test::card(1)); }
  LinkTokenBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  LinkTokenBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  LinkTokenBuilder& card(const TokenId& token) { return fields_.token = token, *this; }
};

class BlockTokenBuilder : public TransactionBuilder<BlockTokenBuilder, BlockToken> {
 public:
  BlockTokenBuilder() { at(kCafe).card(test::card(1)); }
  BlockTokenBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  BlockTokenBuilder& card(const TokenId& token) { return fields_.token = token, *this; }
};

class ClaimBuilder : public TransactionBuilder<ClaimBuilder, Claim> {
 public:
  ClaimBuilder() { at(kCafe).of(member(1)); }
  ClaimBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  /// The commitment becomes one of this member's own, the one that an enrolment would have.
  ClaimBuilder& of(const MemberId& member) {
    fields_.member = member;
    return fields_.commitment = crypto::sha256(member.view()), *this;
  }
  ClaimBuilder& commitment(const Hash& hash) { return fields_.commitment = hash, *this; }
};

class RevokeKeyBuilder : public TransactionBuilder<RevokeKeyBuilder, RevokeKey> {
 public:
  RevokeKeyBuilder() { key(fixed_of<KeyId>(1)); }
  RevokeKeyBuilder& key(const KeyId& key) { return fields_.key = key, *this; }
};

class FreezeBuilder : public TransactionBuilder<FreezeBuilder, Freeze> {
 public:
  FreezeBuilder() { at(kCafe).of(member(1)); }
  FreezeBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  FreezeBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  FreezeBuilder& kind(FreezeKind kind) { return fields_.kind = kind, *this; }
};

class UnfreezeBuilder : public TransactionBuilder<UnfreezeBuilder, Unfreeze> {
 public:
  UnfreezeBuilder() { at(kCafe).of(member(1)); }
  UnfreezeBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  UnfreezeBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
};

class MergeBuilder : public TransactionBuilder<MergeBuilder, Merge> {
 public:
  MergeBuilder() { at(kCafe).source(member(1)).into(member(2)); }
  MergeBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  MergeBuilder& source(const MemberId& member) { return fields_.source = member, *this; }
  MergeBuilder& into(const MemberId& member) { return fields_.target = member, *this; }
};

class UnmergeBuilder : public TransactionBuilder<UnmergeBuilder, Unmerge> {
 public:
  UnmergeBuilder() { at(kCafe).source(member(1)); }
  UnmergeBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  UnmergeBuilder& source(const MemberId& member) { return fields_.source = member, *this; }
};

class CloseBuilder : public TransactionBuilder<CloseBuilder, Close> {
 public:
  CloseBuilder() { at(kCafe).of(member(1)); }
  CloseBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  CloseBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
};

/// By default an approval, which wants its key.
class RecoverBuilder : public TransactionBuilder<RecoverBuilder, Recover> {
 public:
  RecoverBuilder() { of(member(1)); }
  RecoverBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  /// Sorted as the ledger wants them.
  RecoverBuilder& guardians(std::vector<crypto::PublicKey> keys, std::uint8_t needed,
                            Duration delay) {
    std::sort(keys.begin(), keys.end(),
              [](const auto& a, const auto& b) { return a.id() < b.id(); });
    fields_.step = RecoverStep::SetGuardians;
    fields_.guardians = std::move(keys);
    return fields_.needed = needed, fields_.delay = delay, *this;
  }
  RecoverBuilder& approve(const crypto::PublicKey& key) {
    return fields_.step = RecoverStep::Approve, fields_.key = key, *this;
  }
  RecoverBuilder& execute(const crypto::PublicKey& key) {
    return fields_.step = RecoverStep::Execute, fields_.key = key, *this;
  }
  RecoverBuilder& cancel() {
    return fields_.step = RecoverStep::Cancel, fields_.key = std::nullopt, *this;
  }
};

class PoolBuilder : public TransactionBuilder<PoolBuilder, Pool> {
 public:
  PoolBuilder() { at(kCafe).of(member(1)).join(pool(1)); }
  PoolBuilder& at(MerchantId programme) { return fields_.programme = programme, *this; }
  PoolBuilder& of(const MemberId& member) { return fields_.member = member, *this; }
  PoolBuilder& join(const PoolId& pool) {
    return fields_.change = PoolChange::Join, fields_.pool = pool, *this;
  }
  PoolBuilder& leave(const PoolId& pool) {
    return fields_.change = PoolChange::Leave, fields_.pool = pool, *this;
  }
};

[[nodiscard]] inline LinkTokenBuilder a_card_link() {
  return {};
}
[[nodiscard]] inline BlockTokenBuilder a_card_block() {
  return {};
}
[[nodiscard]] inline ClaimBuilder a_claim() {
  return {};
}
[[nodiscard]] inline RevokeKeyBuilder a_key_revocation() {
  return {};
}
[[nodiscard]] inline FreezeBuilder a_freeze() {
  return {};
}
[[nodiscard]] inline UnfreezeBuilder an_unfreeze() {
  return {};
}
[[nodiscard]] inline MergeBuilder a_merge() {
  return {};
}
[[nodiscard]] inline UnmergeBuilder an_unmerge() {
  return {};
}
[[nodiscard]] inline CloseBuilder a_close() {
  return {};
}
[[nodiscard]] inline RecoverBuilder a_recovery() {
  return {};
}
[[nodiscard]] inline PoolBuilder a_pool_change() {
  return {};
}

}  // namespace tally::test
