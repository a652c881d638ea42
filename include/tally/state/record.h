// Records: a kind, an owner and bytes. All state that a header covers is records.
#pragma once

#include <tally/base/bytes.h>
#include <tally/model/ids.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tally::state {

/// FORMAT: stored under the root; docs/formats.md. Numbers are never used again.
enum class RecordKind : std::uint8_t {
  Consortium = 1,  ///< a name: parameters, validators, clock, receipt-log
  Merchant = 2,    ///< merchant id
  Key = 3,         ///< key id
  Programme = 4,   ///< merchant id, version
  Totals = 5,      ///< merchant id: the programme's double-entry totals
  Commitment = 6,  ///< programme, commitment
  Account = 7,     ///< member id, programme
  Lots = 8,        ///< member id, programme, page
  Campaign = 9,    ///< merchant id, campaign id: what it has given
  Ref = 10,        ///< merchant id, hash of the ref: an attested action that has counted
};

/// Kind byte and owner: the order of keys is the order of their bytes.
struct RecordKey {
  Bytes bytes;  ///< kind u8, then the owner
  [[nodiscard]] RecordKind kind() const { return static_cast<RecordKind>(bytes.at(0)); }
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

[[nodiscard]] RecordKey consortium_key(std::string_view name);
[[nodiscard]] RecordKey merchant_key(MerchantId merchant);
[[nodiscard]] RecordKey signing_key_key(const KeyId& key);
[[nodiscard]] RecordKey programme_key(MerchantId merchant, std::uint32_t version);
[[nodiscard]] RecordKey totals_key(MerchantId merchant);
[[nodiscard]] RecordKey commitment_key(MerchantId programme, const Hash& commitment);
[[nodiscard]] RecordKey account_key(const AccountId& account);
[[nodiscard]] RecordKey campaign_key(MerchantId merchant, std::string_view campaign);
[[nodiscard]] RecordKey ref_key(MerchantId merchant, std::string_view ref);
[[nodiscard]] RecordKey lots_key(const AccountId& account, std::uint32_t page);

/// Whose account a key of kind Account or Lots belongs to; nullopt: another kind, or no such key.
[[nodiscard]] std::optional<AccountId> account_of(const RecordKey& key);

/// The bucket of `key` among `buckets` (a power of two): the first bits of H("bucket": key), of
/// H("bucket": member id) for accounts and lots, so that all of a member's points lie together.
[[nodiscard]] std::uint32_t bucket_of(const RecordKey& key, std::uint64_t buckets);

}  // namespace tally::state
