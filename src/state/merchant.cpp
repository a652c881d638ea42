// A merchant's record. FORMAT: stored; docs/formats.md §3.
#include <tally/base/limits.h>
#include <tally/state/consortium.h>

#include "state/stored.h"

namespace tally::state {

Result<std::optional<MerchantRecord>> find_merchant(const StateView& view, MerchantId merchant) {
  TRY(const std::optional<Bytes> bytes, view.find(merchant_key(merchant)));
  if (!bytes.has_value()) return std::optional<MerchantRecord>();
  TRY(MerchantRecord record, decode_merchant_record(*bytes));
  return std::optional<MerchantRecord>(std::move(record));
}

Result<MerchantRecord> decode_merchant_record(ByteView bytes) {
  return decode_record<MerchantRecord>(bytes, "merchant", [](codec::Reader& in, MerchantRecord& r) {
    r.name = in.text(limits::kNameBytesMax);
    r.gateway_key = in.fixed<KeyId>();
    r.programme_version = in.u32();
    r.operators = in.list<KeyId>(limits::kMerchantOperatorsMax,
                                 [](codec::Reader& list) { return list.fixed<KeyId>(); });
    require_ascending(in, r.operators, [](const KeyId& id) { return id; });
    r.had_second_operator = in.boolean();
  });
}

Result<std::optional<MerchantId>> find_merchant_named(const StateView& view,
                                                      std::string_view name) {
  TRY(const std::vector<MerchantId> all, merchants(view));
  for (const MerchantId merchant : all) {
    TRY(const std::optional<MerchantRecord> record, find_merchant(view, merchant));
    if (record.has_value() && record->name == name) return std::optional<MerchantId>(merchant);
  }
  return std::optional<MerchantId>();
}

Result<void> put_merchant(StateDelta& delta, MerchantId merchant, const MerchantRecord& record) {
  codec::Writer out = begin_record();
  out.text(record.name);
  out.fixed(record.gateway_key);
  out.u32(record.programme_version);
  out.list(record.operators, [](codec::Writer& w, const KeyId& id) { w.fixed(id); });
  out.boolean(record.had_second_operator);
  return delta.put(merchant_key(merchant), std::move(out).take());
}

}  // namespace tally::state
