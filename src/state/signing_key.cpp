// A key's record. FORMAT: stored; docs/formats.md §3.
#include <tally/base/limits.h>
#include <tally/state/consortium.h>

#include "state/stored.h"

namespace tally::state {

Result<std::optional<KeyRecord>> find_key(const StateView& view, const KeyId& id) {
  TRY(const std::optional<Bytes> bytes, view.find(signing_key_key(id)));
  if (!bytes.has_value()) return std::optional<KeyRecord>();
  TRY(KeyRecord record, decode_key_record(*bytes));
  return std::optional<KeyRecord>(std::move(record));
}

Result<KeyRecord> decode_key_record(ByteView bytes) {
  return decode_record<KeyRecord>(bytes, "key", [](codec::Reader& in, KeyRecord& r) {
    decode(in, r.key);
    r.role = in.enumeration_u8<Role>([](Role role) { return is_known(role); });
    r.purpose = in.enumeration_u8<Purpose>([](Purpose purpose) { return is_known(purpose); });
    r.merchant = in.number<MerchantId>();
    r.member = in.optional<MemberId>([](codec::Reader& m) { return m.fixed<MemberId>(); });
    r.name = in.text(limits::kShortNameBytesMax);
    decode(in, r.limits);
    r.valid_from = in.timestamp();
    r.valid_until = in.timestamp();
  });
}

Result<void> put_key(StateDelta& delta, const KeyRecord& record) {
  codec::Writer out = begin_record();
  encode(out, record.key);
  out.u8(static_cast<std::uint8_t>(record.role));
  out.u8(static_cast<std::uint8_t>(record.purpose));
  out.number(record.merchant);
  out.optional(record.member, [](codec::Writer& w, const MemberId& member) { w.fixed(member); });
  out.text(record.name);
  encode(out, record.limits);
  out.timestamp(record.valid_from);
  out.timestamp(record.valid_until);
  return delta.put(signing_key_key(record.key.id()), std::move(out).take());
}

}  // namespace tally::state
