// The kinds of transaction that belong to members and keys: their fields.
#pragma once

#include <tally/base/time.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/crypto/signature.h>
#include <tally/model/keys.h>

#include <optional>
#include <string>
#include <vector>

namespace tally {

/// Opens an account of `member` in `programme`. `commitment` is HMAC-SHA-256 of the normalised
/// identity under that person's pepper: one person, one commitment (design/loyalty.md §14).
/// With a key of the member's own, the transaction carries that key's consent, which shows that
/// somebody holds it. An account may be opened by a card alone, and claimed later.
struct Enrol {
  MerchantId programme;
  MemberId member;
  std::optional<Hash> commitment;  ///< this or the token, or both
  std::optional<TokenId> token;    ///< a first card
  std::optional<crypto::PublicKey> member_key;
  std::optional<MemberId> referrer;  ///< a member of the same programme who enrolled earlier
  friend bool operator==(const Enrol&, const Enrol&) = default;
};

/// Puts a key on the ledger: for a merchant (terminal, operator, auditor) or for a member.
struct RegisterKey {
  crypto::PublicKey key;
  Role role = Role::Terminal;
  Purpose purpose = Purpose::Sign;
  std::optional<MemberId> member;  ///< set for, and only for, Role::Member
  std::string name;  ///< by which a campaign's `attestor` means it, [a-z0-9-], at most 32; or empty
  KeyLimits limits;
  Timestamp valid_from;
  Timestamp valid_until = Timestamp::never();
  friend bool operator==(const RegisterKey&, const RegisterKey&) = default;
};

/// Adds members to a segment of the sending merchant's programme, and removes others
/// (design/loyalty.md §22). All or nothing.
struct PublishSegment {
  MerchantId programme;
  std::string segment;           ///< [a-z0-9-], 1 … 32
  std::vector<MemberId> add;     ///< ascending, each once, in none of both lists twice
  std::vector<MemberId> remove;  ///< both together 1 … 1,000
  friend bool operator==(const PublishSegment&, const PublishSegment&) = default;
};

/// Moves ledger time forward, on development chains only (architecture, decision 16).
struct AdvanceClock {
  Duration by;  ///< above 0
  friend bool operator==(const AdvanceClock&, const AdvanceClock&) = default;
};

void encode(codec::Writer& out, const Enrol& action);
void encode(codec::Writer& out, const RegisterKey& action);
void encode(codec::Writer& out, const PublishSegment& action);
void encode(codec::Writer& out, const AdvanceClock& action);
void decode(codec::Reader& in, Enrol& action);
void decode(codec::Reader& in, RegisterKey& action);
void decode(codec::Reader& in, PublishSegment& action);
void decode(codec::Reader& in, AdvanceClock& action);

/// `kind u8, bytes`: the encoding of a key wherever one stands.
void encode(codec::Writer& out, const crypto::PublicKey& key);
void decode(codec::Reader& in, crypto::PublicKey& key);
void encode(codec::Writer& out, const KeyLimits& limits);
void decode(codec::Reader& in, KeyLimits& limits);

}  // namespace tally
