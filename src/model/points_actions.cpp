// The encodings of what belongs to points. FORMAT: stored; docs/formats.md §1.
#include <tally/model/points_actions.h>

namespace tally {

void encode(codec::Writer& out, const Earn& action) {
  out.number(action.programme);
  out.fixed(action.member);
  out.fixed(action.currency);
  encode(out, action.total);
  encode(out, action.tax);
  encode(out, action.excluded);
  encode(out, action.paid_by_points);
  out.timestamp(action.event_time);
}

void decode(codec::Reader& in, Earn& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  decode(in, action.currency);
  decode(in, action.total);
  decode(in, action.tax);
  decode(in, action.excluded);
  decode(in, action.paid_by_points);
  action.event_time = in.timestamp();
}

void encode(codec::Writer& out, const Redeem& action) {
  out.number(action.programme);
  out.fixed(action.member);
  out.fixed(action.currency);
  encode(out, action.basket);
  encode(out, action.excluded);
  out.u8(static_cast<std::uint8_t>(action.mode));
  encode(out, action.points);
}

void decode(codec::Reader& in, Redeem& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  decode(in, action.currency);
  decode(in, action.basket);
  decode(in, action.excluded);
  action.mode = in.enumeration_u8<RedeemMode>(
      [](RedeemMode mode) { return mode == RedeemMode::Exactly || mode == RedeemMode::UpTo; });
  decode(in, action.points);
}

void encode(codec::Writer& out, const Transfer& action) {
  out.number(action.programme);
  out.fixed(action.from);
  out.fixed(action.to);
  encode(out, action.points);
}

void decode(codec::Reader& in, Transfer& action) {
  action.programme = in.number<MerchantId>();
  action.from = in.fixed<MemberId>();
  action.to = in.fixed<MemberId>();
  decode(in, action.points);
}

void encode(codec::Writer& out, const PublishProgramme& action) {
  out.u32(action.version);
  out.number(action.active_from);
  encode(out, action.programme);
}

void decode(codec::Reader& in, PublishProgramme& action) {
  action.version = in.u32();
  action.active_from = in.number<Height>();
  decode(in, action.programme);
}

void encode(codec::Writer& out, Points points) {
  out.u64(static_cast<std::uint64_t>(points.value()));
}

void decode(codec::Reader& in, Points& points) {
  const std::uint64_t value = in.u64();
  if (value > static_cast<std::uint64_t>(kPointsMax)) return in.fail("points of 2^53 or more");
  points = *Points::from(static_cast<std::int64_t>(value));
}

void encode(codec::Writer& out, Money money) {
  out.u64(static_cast<std::uint64_t>(money.minor_units()));
}

void decode(codec::Reader& in, Money& money) {
  const std::uint64_t value = in.u64();
  if (value >= std::uint64_t{1} << 53U) return in.fail("money of 2^53 or more");
  money = *Money::from(static_cast<std::int64_t>(value));
}

void decode(codec::Reader& in, Currency& currency) {
  currency = in.fixed<Currency>();
  if (in.failed()) return;
  for (const std::uint8_t letter : currency.array())
    if (letter < 'A' || letter > 'Z') return in.fail("a currency is three upper-case letters");
}

}  // namespace tally
