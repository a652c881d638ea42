// What of an order has come back: its record. FORMAT: stored; docs/formats.md §3.
#include <tally/state/returned.h>

#include <tally/base/limits.h>

#include "state/stored.h"

namespace tally::state {
namespace {

void encode_line(codec::Writer& out, const ReturnedLine& line) {
  out.u16(line.number);
  out.i64(line.quantity);
  tally::encode(out, line.net);
  tally::encode(out, line.tax);
}

ReturnedLine decode_line(codec::Reader& in) {
  ReturnedLine line;
  line.number = in.u16();
  line.quantity = in.i64();
  tally::decode(in, line.net);
  tally::decode(in, line.tax);
  return line;
}

void encode_claimed(codec::Writer& out, const ClaimedLine& line) {
  tally::encode(out, line.claimed);
  tally::encode(out, line.recovered);
}

ClaimedLine decode_claimed(codec::Reader& in) {
  ClaimedLine line;
  tally::decode(in, line.claimed);
  tally::decode(in, line.recovered);
  return line;
}

void encode_redemption(codec::Writer& out, const RedemptionReturned& part) {
  encode_position(out, part.redemption);
  tally::encode(out, part.points);
}

RedemptionReturned decode_redemption(codec::Reader& in) {
  RedemptionReturned part;
  part.redemption = decode_position(in);
  tally::decode(in, part.points);
  return part;
}

}  // namespace

Result<std::optional<ReturnRecord>> find_return(const StateView& view, MerchantId merchant,
                                                const OrderKey& order) {
  TRY(const std::optional<Bytes> bytes, view.find(return_key(merchant, order)));
  return decode_found(bytes, decode_return);
}

Result<ReturnRecord> find_returned(const StateView& view, MerchantId merchant,
                                   const OrderKey& order, Timestamp first) {
  TRY(auto record, find_return(view, merchant, order));
  if (!record.has_value() || record->latest < first) return ReturnRecord();
  return std::move(*record);
}

Result<ReturnRecord> decode_return(ByteView bytes) {
  return decode_record<ReturnRecord>(bytes, "return", [](codec::Reader& in, ReturnRecord& r) {
    r.began = in.timestamp();
    r.latest = in.timestamp();
    for (Money* money : {&r.total, &r.tax, &r.excluded})
      tally::decode(in, *money);
    r.lines = in.list<ReturnedLine>(limits::kLinesMax, decode_line);
    require_ascending(in, r.lines, [](const ReturnedLine& line) { return line.number; });
    r.claimed = decode_list<ClaimedLine>(in, decode_claimed);
    r.given_back = decode_list<RedemptionReturned>(in, decode_redemption);
    require_ascending(in, r.given_back, [](const auto& part) { return part.redemption; });
    tally::decode(in, r.value_given_back);
  });
}

Result<void> put_return(StateDelta& delta, MerchantId merchant, const OrderKey& order,
                        const ReturnRecord& record) {
  codec::Writer out = begin_record();
  out.timestamp(record.began);
  out.timestamp(record.latest);
  for (const Money money : {record.total, record.tax, record.excluded})
    tally::encode(out, money);
  out.list(record.lines, encode_line);
  out.list(record.claimed, encode_claimed);
  out.list(record.given_back, encode_redemption);
  tally::encode(out, record.value_given_back);
  return delta.put(return_key(merchant, order), std::move(out).take());
}

}  // namespace tally::state
