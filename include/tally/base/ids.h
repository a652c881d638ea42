// The ordinals that every module speaks of.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/strong.h>

#include <cstdint>

namespace tally {

/// A block's number, and PBFT's sequence number. Genesis is 0, the first block 1.
using Height = StrongInteger<struct HeightTag, std::uint64_t>;
/// PBFT's view number; its primary is node `view mod n`.
using View = StrongInteger<struct ViewTag, std::uint64_t>;
/// A span of heights with one validator set.
using EpochNumber = StrongInteger<struct EpochTag, std::uint64_t>;
/// An index into the epoch's validator set, 0 … n−1.
using NodeIndex = StrongInteger<struct NodeIndexTag, std::uint16_t>;
/// A merchant of the consortium, and its programme: 1 … 2^32−1; 0 names nobody.
using MerchantId = StrongInteger<struct MerchantTag, std::uint32_t>;

/// A member of the whole consortium: 128 random bits.
using MemberId = FixedBytes<struct MemberTag, 16>;
/// SHA-256 of a public key's SPKI in DER.
using KeyId = FixedBytes<struct KeyIdTag, 32>;

}  // namespace tally
