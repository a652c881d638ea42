// The encoding of a programme. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/programme.h>

namespace tally {
namespace {

void encode_base(codec::Writer& out, const BaseRule& base) {
  encode(out, base.points);
  encode(out, base.per);
  out.boolean(base.counts_tax);
}

void decode_base(codec::Reader& in, BaseRule& base) {
  decode(in, base.points);
  decode(in, base.per);
  base.counts_tax = in.boolean();
}

void encode_expiry(codec::Writer& out, const ExpiryRule& expiry) {
  out.u8(static_cast<std::uint8_t>(expiry.kind));
  out.u32(expiry.months);
  out.u8(static_cast<std::uint8_t>(expiry.rounding));
}

void decode_expiry(codec::Reader& in, ExpiryRule& expiry) {
  expiry.kind = in.enumeration_u8<ExpiryKind>(
      [](ExpiryKind kind) { return kind == ExpiryKind::Never || kind == ExpiryKind::Rolling; });
  expiry.months = in.u32();
  decode(in, expiry.rounding);
}

void encode_redeem(codec::Writer& out, const RedeemRule& redeem) {
  encode(out, redeem.price_points);
  encode(out, redeem.price_money);
  encode(out, redeem.minimum);
  encode(out, redeem.step);
  out.u8(redeem.max_percent);
  out.boolean(redeem.mixed);
  encode(out, redeem.consent_above);
}

void decode_redeem(codec::Reader& in, RedeemRule& redeem) {
  decode(in, redeem.price_points);
  decode(in, redeem.price_money);
  decode(in, redeem.minimum);
  decode(in, redeem.step);
  redeem.max_percent = in.u8();
  redeem.mixed = in.boolean();
  decode(in, redeem.consent_above);
}

void encode_transfer(codec::Writer& out, const TransferRule& transfer) {
  out.boolean(transfer.enabled);
  encode(out, transfer.fee_min);
  out.u16(transfer.fee_basis_points);
  out.u64(transfer.cooling_off.milliseconds());
}

void decode_transfer(codec::Reader& in, TransferRule& transfer) {
  transfer.enabled = in.boolean();
  decode(in, transfer.fee_min);
  transfer.fee_basis_points = in.u16();
  transfer.cooling_off = Duration(in.u64());
}

}  // namespace

void encode(codec::Writer& out, const Programme& programme) {
  out.text(programme.name);
  out.fixed(programme.currency);
  encode_base(out, programme.base);
  encode_expiry(out, programme.expiry);
  encode_redeem(out, programme.redeem);
  encode_transfer(out, programme.transfer);
  out.u64(programme.offline_window.milliseconds());
  out.list(programme.utc_offsets, [](codec::Writer& w, const UtcOffset& offset) {
    w.timestamp(offset.from);
    w.u16(static_cast<std::uint16_t>(offset.minutes));  // two's complement
  });
}

void decode(codec::Reader& in, Programme& programme) {
  programme.name = in.text(limits::kTextBytesMax);
  decode(in, programme.currency);
  decode_base(in, programme.base);
  decode_expiry(in, programme.expiry);
  decode_redeem(in, programme.redeem);
  decode_transfer(in, programme.transfer);
  programme.offline_window = Duration(in.u64());
  programme.utc_offsets = in.list<UtcOffset>(limits::kUtcOffsetsMax, [](codec::Reader& r) {
    const Timestamp from = r.timestamp();
    return UtcOffset{from, static_cast<std::int16_t>(r.u16())};
  });
}

void decode(codec::Reader& in, MonthRounding& rounding) {
  rounding = in.enumeration_u8<MonthRounding>(
      [](MonthRounding value) { return value <= MonthRounding::EndOfYear; });
}

}  // namespace tally
