// The encoding of a programme. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/programme.h>

#include "model/programme_parts.h"

namespace tally {
namespace {

void encode_earn_rules(codec::Writer& out, const EarnRules& earn) {
  encode_source(out, earn.base);
  out.boolean(earn.counts_tax);
  encode_names(out, earn.excluded_cats);
  encode(out, earn.pending);
  encode_caps(out, earn.cap_points);
}

void decode_earn_rules(codec::Reader& in, EarnRules& earn) {
  earn.base = decode_source(in);
  earn.counts_tax = in.boolean();
  earn.excluded_cats = decode_names(in, limits::kListedNamesMax);
  decode(in, earn.pending);
  earn.cap_points = decode_caps(in);
}

void encode_redeem(codec::Writer& out, const RedeemRule& redeem) {
  encode(out, redeem.price_points);
  encode(out, redeem.price_money);
  encode(out, redeem.minimum);
  encode(out, redeem.step);
  out.u8(redeem.max_percent);
  out.boolean(redeem.mixed);
  encode(out, redeem.consent_above);
  encode_names(out, redeem.excluded_cats);
}

void decode_redeem(codec::Reader& in, RedeemRule& redeem) {
  decode(in, redeem.price_points);
  decode(in, redeem.price_money);
  decode(in, redeem.minimum);
  decode(in, redeem.step);
  redeem.max_percent = in.u8();
  redeem.mixed = in.boolean();
  decode(in, redeem.consent_above);
  redeem.excluded_cats = decode_names(in, limits::kListedNamesMax);
}

void encode_returns(codec::Writer& out, const ReturnsRule& returns) {
  out.u64(returns.window.milliseconds());
  encode_enum(out, returns.clawback);
  out.optional(returns.debt_limit, [](codec::Writer& w, Points points) { encode(w, points); });
}

void decode_returns(codec::Reader& in, ReturnsRule& returns) {
  returns.window = Duration(in.u64());
  returns.clawback = decode_between(in, Clawback::OnlyPending, Clawback::Unlimited);
  returns.debt_limit = in.optional<Points>([](codec::Reader& r) {
    Points points;
    decode(r, points);
    return points;
  });
}

void encode_transfer(codec::Writer& out, const TransferRule& transfer) {
  out.boolean(transfer.enabled);
  encode(out, transfer.fee_min);
  out.u16(transfer.fee_basis_points);
  out.u32(transfer.per_day);
  out.u64(transfer.cooling_off.milliseconds());
}

void decode_transfer(codec::Reader& in, TransferRule& transfer) {
  transfer.enabled = in.boolean();
  decode(in, transfer.fee_min);
  transfer.fee_basis_points = in.u16();
  transfer.per_day = in.u32();
  transfer.cooling_off = Duration(in.u64());
}

void encode_switches(codec::Writer& out, const Programme& programme) {
  out.u64(programme.hold.ttl.milliseconds());
  out.u64(programme.hold.ttl_max.milliseconds());
  encode_returns(out, programme.returns);
  encode_transfer(out, programme.transfer);
  out.boolean(programme.pool.enabled);
  out.u8(programme.pool.members_max);
  out.boolean(programme.exchange.enabled);
  out.u16(programme.exchange.fee_basis_points);
  encode(out, programme.adjust.alone_per_day);
}

void decode_switches(codec::Reader& in, Programme& programme) {
  programme.hold.ttl = Duration(in.u64());
  programme.hold.ttl_max = Duration(in.u64());
  decode_returns(in, programme.returns);
  decode_transfer(in, programme.transfer);
  programme.pool.enabled = in.boolean();
  programme.pool.members_max = in.u8();
  programme.exchange.enabled = in.boolean();
  programme.exchange.fee_basis_points = in.u16();
  decode(in, programme.adjust.alone_per_day);
}

void encode_velocity(codec::Writer& out, const VelocityLimit& limit) {
  encode_enum(out, limit.what);
  encode_enum(out, limit.window);
  out.u64(limit.times);
  encode(out, limit.points);
  out.boolean(limit.flags);
}

VelocityLimit decode_velocity(codec::Reader& in) {
  VelocityLimit limit;
  limit.what = decode_between(in, VelocityWhat::Earn, VelocityWhat::Transfer);
  limit.window = decode_between(in, Period::Transaction, Period::Ever);
  limit.times = in.u64();
  decode(in, limit.points);
  limit.flags = in.boolean();
  return limit;
}

void encode_tiers(codec::Writer& out, const TierRules& rules) {
  encode_enum(out, rules.window);
  out.u32(rules.valid_months);
  encode_enum(out, rules.post);
  encode_enum(out, rules.downgrade);
  out.u32(rules.grace_days);
  out.boolean(rules.immediate_on_refund);
  out.list(rules.tiers, [](codec::Writer& w, const Tier& tier) {
    w.text(tier.name);
    encode(w, tier.threshold);
  });
}

void decode_tiers(codec::Reader& in, TierRules& rules) {
  rules.window = decode_between(in, TierWindow::CalendarYear, TierWindow::CalendarYear);
  rules.valid_months = in.u32();
  rules.post = decode_between(in, Posting::Earn, Posting::Activation);
  rules.downgrade = decode_between(in, Downgrade::OneDown, Downgrade::Recompute);
  rules.grace_days = in.u32();
  rules.immediate_on_refund = in.boolean();
  rules.tiers = in.list<Tier>(limits::kTiersMax, [](codec::Reader& r) {
    Tier tier;
    tier.name = decode_name(r);
    decode(r, tier.threshold);
    return tier;
  });
}

void encode_partner(codec::Writer& out, const Partner& partner) {
  out.text(partner.merchant);
  out.boolean(partner.issuer_funds_base);
  encode(out, partner.points_per_cycle);
}

Partner decode_partner(codec::Reader& in) {
  Partner partner;
  partner.merchant = decode_name(in);
  partner.issuer_funds_base = in.boolean();
  decode(in, partner.points_per_cycle);
  return partner;
}

void encode_counter(codec::Writer& out, const Counter& counter) {
  out.text(counter.name);
  encode_enum(out, counter.kind);
  encode_enum(out, counter.unit);
  out.u32(counter.size);
  out.text(counter.merchant);
  encode_enum(out, counter.post);
  encode_source(out, counter.when);
}

Counter decode_counter(codec::Reader& in) {
  Counter counter;
  counter.name = decode_name(in);
  counter.kind = decode_between(in, CounterKind::Streak, CounterKind::DistinctMerchants);
  counter.unit = decode_between(in, Period::Transaction, Period::Ever);
  counter.size = in.u32();
  counter.merchant = decode_name(in);
  counter.post = decode_between(in, Posting::Earn, Posting::Activation);
  counter.when = decode_source(in);
  return counter;
}

void encode_group(codec::Writer& out, const Group& group) {
  out.text(group.name);
  out.u32(group.order);
  encode_enum(out, group.mode);
}

Group decode_group(codec::Reader& in) {
  Group group;
  group.name = decode_name(in);
  group.order = in.u32();
  group.mode = decode_between(in, GroupMode::First, GroupMode::Stack);
  return group;
}

void encode_offset(codec::Writer& out, const UtcOffset& offset) {
  out.timestamp(offset.from);
  out.u16(static_cast<std::uint16_t>(offset.minutes));  // two's complement
}

UtcOffset decode_offset(codec::Reader& in) {
  const Timestamp from = in.timestamp();
  return UtcOffset{from, static_cast<std::int16_t>(in.u16())};
}

}  // namespace

void encode(codec::Writer& out, const Programme& programme) {
  out.text(programme.id);
  out.text(programme.merchant);
  out.text(programme.name);
  out.fixed(programme.currency);
  out.boolean(programme.lines);
  out.u64(programme.offline_window.milliseconds());
  out.fixed(programme.terms_sha256);
  out.list(programme.utc_offsets, encode_offset);
  encode_earn_rules(out, programme.earn);
  encode(out, programme.expiry);
  encode_redeem(out, programme.redeem);
  encode_switches(out, programme);
  out.list(programme.velocity, encode_velocity);
  encode_tiers(out, programme.tiers);
  out.list(programme.partners, encode_partner);
  out.list(programme.counters, encode_counter);
  out.list(programme.groups, encode_group);
  out.list(programme.campaigns, [](codec::Writer& w, const Campaign& c) { encode(w, c); });
}

void decode(codec::Reader& in, Programme& programme) {
  programme.id = decode_name(in);
  programme.merchant = decode_name(in);
  programme.name = in.text(limits::kTextBytesMax);
  decode(in, programme.currency);
  programme.lines = in.boolean();
  programme.offline_window = Duration(in.u64());
  programme.terms_sha256 = in.fixed<Hash>();
  programme.utc_offsets = in.list<UtcOffset>(limits::kUtcOffsetsMax, decode_offset);
  decode_earn_rules(in, programme.earn);
  decode(in, programme.expiry);
  decode_redeem(in, programme.redeem);
  decode_switches(in, programme);
  programme.velocity = in.list<VelocityLimit>(limits::kVelocityLimitsMax, decode_velocity);
  decode_tiers(in, programme.tiers);
  programme.partners = in.list<Partner>(limits::kPartnersMax, decode_partner);
  programme.counters = in.list<Counter>(limits::kCountersMax, decode_counter);
  programme.groups = in.list<Group>(limits::kGroupsMax, decode_group);
  programme.campaigns = in.list<Campaign>(limits::kCampaignsMax, [](codec::Reader& r) {
    Campaign campaign;
    decode(r, campaign);
    return campaign;
  });
}

std::string text_of(const Funder& funder) {
  switch (funder.kind) {
    case FunderKind::Issuer:
      return "issuer";
    case FunderKind::Merchant:
      return "merchant:" + funder.name;
    case FunderKind::Brand:
      break;
  }
  return "brand:" + funder.name;
}

}  // namespace tally
