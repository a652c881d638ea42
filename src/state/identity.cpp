// Records of who is who. FORMAT: stored; docs/formats.md §3.
#include <tally/state/identity.h>

#include <tally/model/points_actions.h>

#include "state/stored.h"

namespace tally::state {
namespace {

void encode_guardians(codec::Writer& out, const Guardians& guardians) {
  out.list(guardians.keys,
           [](codec::Writer& w, const crypto::PublicKey& key) { tally::encode(w, key); });
  out.u8(guardians.needed);
  out.u64(guardians.delay.milliseconds());
}

crypto::PublicKey decode_key(codec::Reader& in) {
  crypto::PublicKey key;
  tally::decode(in, key);
  return key;
}

Guardians decode_guardians(codec::Reader& in) {
  Guardians guardians;
  guardians.keys = decode_list<crypto::PublicKey>(in, decode_key);
  require_ascending(in, guardians.keys, [](const crypto::PublicKey& key) { return key.id(); });
  guardians.needed = in.u8();
  guardians.delay = Duration(in.u64());
  return guardians;
}

}  // namespace

Result<std::optional<MemberId>> find_commitment(const StateView& view, MerchantId programme,
                                                const Hash& commitment) {
  TRY(const std::optional<Bytes> bytes, view.find(commitment_key(programme, commitment)));
  return decode_found(bytes, decode_commitment);
}

// A member's id alone, without a format: as it was before there were other records.
Result<MemberId> decode_commitment(ByteView bytes) {
  if (bytes.size() == MemberId::kSize) return MemberId::from_view(bytes);
  return Error{ErrorCode::Corrupt, "commitment: got " + std::to_string(bytes.size()) +
                                       " bytes; expected " + std::to_string(MemberId::kSize)};
}

Result<void> put_commitment(StateDelta& delta, MerchantId programme, const Hash& commitment,
                            const MemberId& member) {
  return delta.put(commitment_key(programme, commitment), to_bytes(member.view()));
}

Result<std::optional<TokenRecord>> find_token(const StateView& view, MerchantId programme,
                                              const TokenId& token) {
  TRY(const std::optional<Bytes> bytes, view.find(token_key(programme, token)));
  return decode_found(bytes, decode_token);
}

Result<TokenRecord> decode_token(ByteView bytes) {
  return decode_record<TokenRecord>(bytes, "token", [](codec::Reader& in, TokenRecord& r) {
    r.member = in.fixed<MemberId>();
    r.blocked = in.boolean();
  });
}

Result<void> put_token(StateDelta& delta, MerchantId programme, const TokenId& token,
                       const TokenRecord& record) {
  codec::Writer out = begin_record();
  out.fixed(record.member);
  out.boolean(record.blocked);
  return delta.put(token_key(programme, token), std::move(out).take());
}

Result<std::vector<MemberId>> find_pool(const StateView& view, MerchantId programme,
                                        const PoolId& pool) {
  TRY(const std::optional<Bytes> bytes, view.find(pool_key(programme, pool)));
  if (!bytes.has_value()) return std::vector<MemberId>();
  return decode_pool(*bytes);
}

Result<std::vector<MemberId>> decode_pool(ByteView bytes) {
  using Members = std::vector<MemberId>;
  return decode_record<Members>(bytes, "pool", [](codec::Reader& in, Members& members) {
    members = decode_list<MemberId>(in, decode_fixed<MemberId>);
    require_ascending(in, members, [](const MemberId& member) { return member; });
    if (members.empty()) in.fail("nobody in it");
  });
}

Result<void> put_pool(StateDelta& delta, MerchantId programme, const PoolId& pool,
                      const std::vector<MemberId>& members) {
  if (members.empty()) return delta.erase(pool_key(programme, pool));
  codec::Writer out = begin_record();
  out.list(members, encode_fixed<MemberId>);
  return delta.put(pool_key(programme, pool), std::move(out).take());
}

Result<std::optional<MergedRecord>> find_merged(const StateView& view, const AccountId& source) {
  TRY(const std::optional<Bytes> bytes, view.find(merged_key(source)));
  return decode_found(bytes, decode_merged);
}

Result<MergedRecord> decode_merged(ByteView bytes) {
  return decode_record<MergedRecord>(bytes, "merge", [](codec::Reader& in, MergedRecord& r) {
    r.target = in.fixed<MemberId>();
    r.merged_at = in.timestamp();
    r.lots = decode_list<LotId>(in, decode_lot_id);
    require_ascending(in, r.lots, [](const LotId& id) { return id; });
    for (Bytes* account : {&r.source_before, &r.target_before, &r.target_after})
      *account = to_bytes(in.bytes(in.remaining()));
    r.settled = decode_list<HeldPiece>(in, decode_held_piece);
  });
}

Result<void> put_merged(StateDelta& delta, const AccountId& source, const MergedRecord& record) {
  codec::Writer out = begin_record();
  out.fixed(record.target);
  out.timestamp(record.merged_at);
  out.list(record.lots, encode_lot_id);
  for (const Bytes* account : {&record.source_before, &record.target_before, &record.target_after})
    out.bytes(*account);
  out.list(record.settled, encode_held_piece);
  return delta.put(merged_key(source), std::move(out).take());
}

Result<void> erase_merged(StateDelta& delta, const AccountId& source) {
  return delta.erase(merged_key(source));
}

Result<std::optional<RecoveryRecord>> find_recovery(const StateView& view, const MemberId& member) {
  TRY(const std::optional<Bytes> bytes, view.find(recovery_key(member)));
  return decode_found(bytes, decode_recovery);
}

Result<RecoveryRecord> decode_recovery(ByteView bytes) {
  return decode_record<RecoveryRecord>(bytes, "recovery", [](codec::Reader& in, RecoveryRecord& r) {
    r.keys = decode_list<KeyId>(in, decode_fixed<KeyId>);
    require_ascending(in, r.keys, [](const KeyId& key) { return key; });
    r.guardians = decode_guardians(in);
    r.next = in.optional<Guardians>(decode_guardians);
    r.next_from = in.timestamp();
    r.key = in.optional<crypto::PublicKey>(decode_key);
    r.approved = decode_list<KeyId>(in, decode_fixed<KeyId>);
    require_ascending(in, r.approved, [](const KeyId& key) { return key; });
    r.ready_at = in.timestamp();
    r.cancelled = in.boolean();
  });
}

Result<void> put_recovery(StateDelta& delta, const MemberId& member, const RecoveryRecord& record) {
  codec::Writer out = begin_record();
  out.list(record.keys, encode_fixed<KeyId>);
  encode_guardians(out, record.guardians);
  out.optional(record.next, encode_guardians);
  out.timestamp(record.next_from);
  out.optional(record.key,
               [](codec::Writer& w, const crypto::PublicKey& key) { tally::encode(w, key); });
  out.list(record.approved, encode_fixed<KeyId>);
  out.timestamp(record.ready_at);
  out.boolean(record.cancelled);
  return delta.put(recovery_key(member), std::move(out).take());
}

Result<AdjustedRecord> find_adjusted(const StateView& view, MerchantId merchant, const KeyId& key) {
  TRY(const std::optional<Bytes> bytes, view.find(adjusted_key(merchant, key)));
  if (!bytes.has_value()) return AdjustedRecord();
  return decode_adjusted(*bytes);
}

Result<AdjustedRecord> decode_adjusted(ByteView bytes) {
  return decode_record<AdjustedRecord>(bytes, "adjusted", [](codec::Reader& in, AdjustedRecord& r) {
    r.day = in.i64();
    tally::decode(in, r.points);
  });
}

Result<void> put_adjusted(StateDelta& delta, MerchantId merchant, const KeyId& key,
                          const AdjustedRecord& record) {
  codec::Writer out = begin_record();
  out.i64(record.day);
  tally::encode(out, record.points);
  return delta.put(adjusted_key(merchant, key), std::move(out).take());
}

Result<bool> is_opened(const StateView& view, MerchantId programme, std::string_view ref) {
  TRY(const std::optional<Bytes> bytes, view.find(opening_key(programme, ref)));
  return bytes.has_value();
}

Result<void> put_opened(StateDelta& delta, MerchantId programme, std::string_view ref) {
  return delta.put(opening_key(programme, ref), begin_record().take());
}

}  // namespace tally::state
