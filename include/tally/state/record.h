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
  Hold = 11,       ///< hold id
  Return = 12,     ///< merchant id, order key: what of an order came back
  Token = 13,      ///< programme, token
  Pool = 14,       ///< programme, pool
  Merged = 15,     ///< member id of the source, programme: what an unmerge must know
  Recovery = 16,   ///< member id: guardians, and a recovery under way
  Adjusted = 17,   ///< merchant id, key id: what an operator has adjusted today
  Opening = 18,    ///< merchant id, hash of the ref: an opening lot that was opened
  Quote = 19,      ///< merchant id: what the issuer pays and takes for its points
  Rate = 20,       ///< merchant id, merchant id: a rate that two issuers published
  Exposure = 21,   ///< merchant id, currency: what a debtor owes and may owe
  Owed = 22,       ///< currency, cycle, debtor, creditor: what arose in the cycle
  Cycle = 23,      ///< number of a closed cycle: positions, payments
  Issuer = 24,     ///< merchant id of one that is suspended, or leaves
  Taken = 25,      ///< issuer, merchant: what that one took or gave of its points lately
  Consents = 26,   ///< member id, programme: tokens that were used and have not run out
  Change = 27,     ///< merchant id: its proposal that waits for approvals, or for its height
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
[[nodiscard]] RecordKey hold_key(const HoldId& hold);
[[nodiscard]] RecordKey return_key(MerchantId merchant, const OrderKey& order);
[[nodiscard]] RecordKey token_key(MerchantId programme, const TokenId& token);
[[nodiscard]] RecordKey pool_key(MerchantId programme, const PoolId& pool);
[[nodiscard]] RecordKey merged_key(const AccountId& source);
[[nodiscard]] RecordKey recovery_key(const MemberId& member);
[[nodiscard]] RecordKey adjusted_key(MerchantId merchant, const KeyId& key);
[[nodiscard]] RecordKey opening_key(MerchantId merchant, std::string_view ref);
[[nodiscard]] RecordKey quote_key(MerchantId issuer);
[[nodiscard]] RecordKey rate_key(MerchantId from, MerchantId into);
[[nodiscard]] RecordKey exposure_key(MerchantId debtor, Currency currency);
[[nodiscard]] RecordKey owed_key(Currency currency, std::uint32_t cycle, MerchantId debtor,
                                 MerchantId creditor);
[[nodiscard]] RecordKey cycle_key(std::uint32_t cycle);
[[nodiscard]] RecordKey issuer_key(MerchantId issuer);
[[nodiscard]] RecordKey taken_key(MerchantId issuer, MerchantId merchant);
[[nodiscard]] RecordKey consents_key(const AccountId& account);
[[nodiscard]] RecordKey change_key(MerchantId proposer);

/// Whose account a key of kind Account or Lots belongs to; nullopt: another kind, or no such key.
[[nodiscard]] std::optional<AccountId> account_of(const RecordKey& key);

/// Where a walk over the accounts' records begins that goes on after `after`: no account stands
/// before this key that it has not seen.
[[nodiscard]] RecordKey first_account_key(const std::optional<AccountId>& after);

/// The bucket of `key` among `buckets` (a power of two): the first bits of H("bucket": key), of
/// H("bucket": member id) for accounts and lots, so that all of a member's points lie together.
[[nodiscard]] std::uint32_t bucket_of(const RecordKey& key, std::uint64_t buckets);

}  // namespace tally::state
