// The names by which transactions, orders, lots and accounts are known.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/ids.h>
#include <tally/crypto/hash.h>

#include <compare>
#include <cstdint>

namespace tally {

using crypto::Hash;

/// The genesis hash: the chain that a signature or a message belongs to.
using ChainId = Hash;
/// H("request-key": merchant, request id).
using RequestKey = FixedBytes<struct RequestKeyTag, 32>;
/// H("order-key": merchant, order id).
using OrderKey = FixedBytes<struct OrderKeyTag, 32>;

/// One member's points of one programme; a programme bears its merchant's id.
struct AccountId {
  MemberId member;
  MerchantId programme;
  friend auto operator<=>(const AccountId&, const AccountId&) = default;
};

/// Where in the ledger a receipt stands: block, and place in the block.
struct Position {
  Height height;
  std::uint32_t index = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// The transaction that made a lot, and which of its lots.
struct LotId {
  Position transaction;
  std::uint16_t entry = 0;
  friend auto operator<=>(const LotId&, const LotId&) = default;
};

/// A commitment to a card or an app of a member's: the ledger never sees its number.
using TokenId = FixedBytes<struct TokenTag, 32>;
/// A pool of members of one programme: random bits.
using PoolId = FixedBytes<struct PoolTag, 16>;
/// Random bits of a consent token.
using ConsentNonce = FixedBytes<struct ConsentNonceTag, 16>;
/// A hold: the request key of the transaction that placed it.
using HoldId = RequestKey;

/// ISO 4217, three upper-case letters.
using Currency = FixedBytes<struct CurrencyTag, 3>;

[[nodiscard]] RequestKey request_key(MerchantId merchant, ByteView request_id);
[[nodiscard]] OrderKey order_key(MerchantId merchant, ByteView order_id);

}  // namespace tally
