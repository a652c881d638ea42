// What a merchant took or gave of another one's points. FORMAT: stored; docs/formats.md §3.
#include <tally/state/taken.h>

#include <tally/model/points_actions.h>

#include "state/stored.h"

namespace tally::state {
namespace {

Result<void> put_taken(StateDelta& delta, MerchantId issuer, MerchantId merchant,
                       const TakenRecord& record) {
  codec::Writer out = begin_record();
  out.i64(record.day);
  tally::encode(out, record.on_day);
  out.u32(record.cycle);
  tally::encode(out, record.in_cycle);
  return delta.put(taken_key(issuer, merchant), std::move(out).take());
}

Points on_day(const TakenRecord& record, std::int64_t day) {
  return record.day == day ? record.on_day : Points();
}

Points in_cycle(const TakenRecord& record, std::uint32_t cycle) {
  return record.cycle == cycle ? record.in_cycle : Points();
}

/// Past all the points that there are, a count stays where it is: no limit is above it.
Points sum_or_most(Points a, Points b) {
  return checked_add(a, b).value_or(Points::from(kPointsMax).value());
}

bool fits(Points before, Points more, Points limit) {
  const auto sum = checked_add(before, more);
  return sum.has_value() && *sum <= limit;
}

}  // namespace

Result<TakenRecord> find_taken(const StateView& view, MerchantId issuer, MerchantId merchant) {
  TRY(const std::optional<Bytes> bytes, view.find(taken_key(issuer, merchant)));
  return bytes.has_value() ? decode_taken(*bytes) : TakenRecord();
}

Result<TakenRecord> decode_taken(ByteView bytes) {
  return decode_record<TakenRecord>(bytes, "taken", [](codec::Reader& in, TakenRecord& r) {
    r.day = in.i64();
    tally::decode(in, r.on_day);
    r.cycle = in.u32();
    tally::decode(in, r.in_cycle);
  });
}

Result<bool> may_take(const StateView& view, MerchantId issuer, MerchantId merchant,
                      std::int64_t day, Points points, Points a_day) {
  if (a_day.is_zero()) return true;
  TRY(const TakenRecord record, find_taken(view, issuer, merchant));
  return fits(on_day(record, day), points, a_day);
}

Result<void> note_taken(StateDelta& delta, MerchantId issuer, MerchantId merchant, std::int64_t day,
                        Points points) {
  TRY(TakenRecord record, find_taken(delta, issuer, merchant));
  record.on_day = sum_or_most(on_day(record, day), points);
  record.day = day;
  return put_taken(delta, issuer, merchant, record);
}

Result<bool> may_give(const StateView& view, MerchantId issuer, MerchantId merchant,
                      std::uint32_t cycle, Points points, Points a_cycle) {
  TRY(const TakenRecord record, find_taken(view, issuer, merchant));
  return fits(in_cycle(record, cycle), points, a_cycle);
}

Result<void> note_given(StateDelta& delta, MerchantId issuer, MerchantId merchant,
                        std::uint32_t cycle, Points points) {
  TRY(TakenRecord record, find_taken(delta, issuer, merchant));
  record.in_cycle = sum_or_most(in_cycle(record, cycle), points);
  record.cycle = cycle;
  return put_taken(delta, issuer, merchant, record);
}

}  // namespace tally::state
