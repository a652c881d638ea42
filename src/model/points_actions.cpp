// The encodings of what belongs to points. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "model/id_parts.h"
#include "model/programme_parts.h"

namespace tally {
namespace {

void encode_basket_line(codec::Writer& out, const BasketLine& line) {
  out.text(line.sku);
  out.text(line.brand);
  encode_names(out, line.cats);
  out.i64(line.quantity);
  encode(out, line.net);
  encode(out, line.tax);
}

BasketLine decode_basket_line(codec::Reader& in) {
  BasketLine line;
  line.sku = in.text(limits::kShortNameBytesMax);
  line.brand = in.text(limits::kShortNameBytesMax);
  line.cats = decode_names(in, limits::kCategoriesMax);
  line.quantity = in.i64();
  decode(in, line.net);
  decode(in, line.tax);
  return line;
}

}  // namespace

void encode(codec::Writer& out, const Earn& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_optional(out, action.token);
  out.fixed(action.currency);
  encode(out, action.total);
  encode(out, action.tax);
  encode(out, action.excluded);
  encode(out, action.paid_by_points);
  out.timestamp(action.event_time);
  out.text(action.channel);
  out.text(action.store);
  encode_names(out, action.pay_methods);
  out.text(action.ref);
  out.list(action.lines, encode_basket_line);
}

void decode(codec::Reader& in, Earn& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.token = decode_optional<TokenId>(in);
  decode(in, action.currency);
  decode(in, action.total);
  decode(in, action.tax);
  decode(in, action.excluded);
  decode(in, action.paid_by_points);
  action.event_time = in.timestamp();
  action.channel = in.text(limits::kChannelBytesMax);
  action.store = in.text(limits::kShortNameBytesMax);
  action.pay_methods = decode_names(in, limits::kPayMethodsMax);
  action.ref = in.text(limits::kRefBytesMax);
  action.lines = in.list<BasketLine>(limits::kLinesMax, decode_basket_line);
}

void encode(codec::Writer& out, const Redeem& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_optional(out, action.token);
  out.fixed(action.currency);
  encode(out, action.basket);
  encode(out, action.excluded);
  out.u8(static_cast<std::uint8_t>(action.mode));
  encode(out, action.points);
}

void decode(codec::Reader& in, Redeem& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.token = decode_optional<TokenId>(in);
  decode(in, action.currency);
  decode(in, action.basket);
  decode(in, action.excluded);
  action.mode = decode_between(in, RedeemMode::Exactly, RedeemMode::Reward);
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

void encode(codec::Writer& out, const Attest& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_optional(out, action.token);
  out.timestamp(action.event_time);
  out.text(action.channel);
  out.text(action.store);
  out.text(action.ref);
}

void decode(codec::Reader& in, Attest& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.token = decode_optional<TokenId>(in);
  action.event_time = in.timestamp();
  action.channel = in.text(limits::kChannelBytesMax);
  action.store = in.text(limits::kShortNameBytesMax);
  action.ref = in.text(limits::kRefBytesMax);
}

void encode(codec::Writer& out, const PublishCampaign& action) {
  out.u32(action.version);
  out.number(action.active_from);
  encode_enum(out, action.change);
  out.text(action.id);
  out.optional(action.campaign, [](codec::Writer& w, const Campaign& c) { encode(w, c); });
}

void decode(codec::Reader& in, PublishCampaign& action) {
  action.version = in.u32();
  action.active_from = in.number<Height>();
  action.change = decode_between(in, CampaignChange::Add, CampaignChange::End);
  action.id = decode_name(in);
  action.campaign = in.optional<Campaign>([](codec::Reader& r) {
    Campaign campaign;
    decode(r, campaign);
    return campaign;
  });
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
