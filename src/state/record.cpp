// The keys of records, and the bucket that each falls into. FORMAT: stored; docs/formats.md §3.
#include <tally/state/record.h>

#include <tally/base/check.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>

#include <bit>

namespace tally::state {
namespace {

codec::Writer begin_key(RecordKind kind) {
  codec::Writer out;
  out.u8(static_cast<std::uint8_t>(kind));
  return out;
}

RecordKey finish_key(codec::Writer&& out) {
  return RecordKey{std::move(out).take()};
}

codec::Writer begin_account_key(RecordKind kind, const AccountId& account) {
  codec::Writer out = begin_key(kind);
  out.fixed(account.member);
  out.number(account.programme);
  return out;
}

/// Of what a merchant knows by fixed bytes, mostly a hash.
template <typename Fixed>
RecordKey named_key(RecordKind kind, MerchantId merchant, const Fixed& name) {
  codec::Writer out = begin_key(kind);
  out.number(merchant);
  out.fixed(name);
  return finish_key(std::move(out));
}

}  // namespace

RecordKey consortium_key(std::string_view name) {
  codec::Writer out = begin_key(RecordKind::Consortium);
  out.raw(as_bytes(name));
  return finish_key(std::move(out));
}

RecordKey merchant_key(MerchantId merchant) {
  codec::Writer out = begin_key(RecordKind::Merchant);
  out.number(merchant);
  return finish_key(std::move(out));
}

RecordKey signing_key_key(const KeyId& key) {
  codec::Writer out = begin_key(RecordKind::Key);
  out.fixed(key);
  return finish_key(std::move(out));
}

RecordKey programme_key(MerchantId merchant, std::uint32_t version) {
  codec::Writer out = begin_key(RecordKind::Programme);
  out.number(merchant);
  out.u32(version);
  return finish_key(std::move(out));
}

RecordKey totals_key(MerchantId merchant) {
  codec::Writer out = begin_key(RecordKind::Totals);
  out.number(merchant);
  return finish_key(std::move(out));
}

RecordKey commitment_key(MerchantId programme, const Hash& commitment) {
  return named_key(RecordKind::Commitment, programme, commitment);
}

RecordKey campaign_key(MerchantId merchant, std::string_view campaign) {
  codec::Writer out = begin_key(RecordKind::Campaign);
  out.number(merchant);
  out.raw(as_bytes(campaign));
  return finish_key(std::move(out));
}

RecordKey ref_key(MerchantId merchant, std::string_view ref) {
  return named_key(RecordKind::Ref, merchant, crypto::tagged_hash("ref", as_bytes(ref)));
}

RecordKey opening_key(MerchantId merchant, std::string_view ref) {
  return named_key(RecordKind::Opening, merchant, crypto::tagged_hash("ref", as_bytes(ref)));
}

RecordKey hold_key(const HoldId& hold) {
  codec::Writer out = begin_key(RecordKind::Hold);
  out.fixed(hold);
  return finish_key(std::move(out));
}

RecordKey return_key(MerchantId merchant, const OrderKey& order) {
  return named_key(RecordKind::Return, merchant, order);
}

RecordKey token_key(MerchantId programme, const TokenId& token) {
  return named_key(RecordKind::Token, programme, token);
}

RecordKey pool_key(MerchantId programme, const PoolId& pool) {
  return named_key(RecordKind::Pool, programme, pool);
}

RecordKey merged_key(const AccountId& source) {
  return finish_key(begin_account_key(RecordKind::Merged, source));
}

RecordKey recovery_key(const MemberId& member) {
  codec::Writer out = begin_key(RecordKind::Recovery);
  out.fixed(member);
  return finish_key(std::move(out));
}

RecordKey adjusted_key(MerchantId merchant, const KeyId& key) {
  return named_key(RecordKind::Adjusted, merchant, key);
}

RecordKey account_key(const AccountId& account) {
  return finish_key(begin_account_key(RecordKind::Account, account));
}

RecordKey lots_key(const AccountId& account, std::uint32_t page) {
  codec::Writer out = begin_account_key(RecordKind::Lots, account);
  out.u32(page);
  return finish_key(std::move(out));
}

RecordKey quote_key(MerchantId issuer) {
  codec::Writer out = begin_key(RecordKind::Quote);
  out.number(issuer);
  return finish_key(std::move(out));
}

RecordKey rate_key(MerchantId from, MerchantId into) {
  codec::Writer out = begin_key(RecordKind::Rate);
  out.number(from);
  out.number(into);
  return finish_key(std::move(out));
}

RecordKey exposure_key(MerchantId debtor, Currency currency) {
  codec::Writer out = begin_key(RecordKind::Exposure);
  out.number(debtor);
  out.fixed(currency);
  return finish_key(std::move(out));
}

RecordKey owed_key(Currency currency, std::uint32_t cycle, MerchantId debtor, MerchantId creditor) {
  codec::Writer out = begin_key(RecordKind::Owed);
  out.fixed(currency);
  out.u32(cycle);
  out.number(debtor);
  out.number(creditor);
  return finish_key(std::move(out));
}

RecordKey cycle_key(std::uint32_t cycle) {
  codec::Writer out = begin_key(RecordKind::Cycle);
  out.u32(cycle);
  return finish_key(std::move(out));
}

RecordKey issuer_key(MerchantId issuer) {
  codec::Writer out = begin_key(RecordKind::Issuer);
  out.number(issuer);
  return finish_key(std::move(out));
}

RecordKey taken_key(MerchantId issuer, MerchantId merchant) {
  codec::Writer out = begin_key(RecordKind::Taken);
  out.number(issuer);
  out.number(merchant);
  return finish_key(std::move(out));
}

RecordKey consents_key(const AccountId& account) {
  return finish_key(begin_account_key(RecordKind::Consents, account));
}

RecordKey change_key(MerchantId proposer) {
  codec::Writer out = begin_key(RecordKind::Change);
  out.number(proposer);
  return finish_key(std::move(out));
}

std::optional<AccountId> account_of(const RecordKey& key) {
  constexpr std::size_t kOwnerBytes = MemberId::kSize + sizeof(MerchantId::Underlying);
  if (key.bytes.empty()) return std::nullopt;
  std::size_t size = 1 + kOwnerBytes;
  if (key.kind() == RecordKind::Lots)
    size += sizeof(std::uint32_t);
  else if (key.kind() != RecordKind::Account)
    return std::nullopt;
  if (key.bytes.size() != size) return std::nullopt;
  codec::Reader in(ByteView(key.bytes).subspan(1));
  AccountId account;
  account.member = in.fixed<MemberId>();
  account.programme = in.number<MerchantId>();
  return account;
}

RecordKey first_account_key(const std::optional<AccountId>& after) {
  if (!after.has_value()) return finish_key(begin_key(RecordKind::Account));
  RecordKey key = account_key(*after);
  key.bytes.push_back(0);  // all keys of accounts are as long, so the next one stands behind it
  return key;
}

std::uint32_t bucket_of(const RecordKey& key, std::uint64_t buckets) {
  CHECK(std::has_single_bit(buckets));
  const std::optional<AccountId> account = account_of(key);
  const Hash hash = account.has_value() ? crypto::tagged_hash("bucket", account->member.view())
                                        : crypto::tagged_hash("bucket", key.bytes);
  codec::Reader in(hash.view());
  const std::uint64_t first_bits = in.u32();
  return static_cast<std::uint32_t>(first_bits * buckets >> 32U);
}

}  // namespace tally::state
