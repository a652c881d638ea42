// The encoding of a campaign, and of the parts that it shares with its programme.
// FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "model/programme_parts.h"

namespace tally {
namespace {

enum class ParameterKind : std::uint8_t { Bool = 1, Int = 2, Text = 3 };

void encode_parameter(codec::Writer& out, const Parameter& parameter) {
  out.text(parameter.name);
  if (const auto* flag = std::get_if<bool>(&parameter.value)) {
    encode_enum(out, ParameterKind::Bool);
    out.boolean(*flag);
  } else if (const auto* number = std::get_if<std::int64_t>(&parameter.value)) {
    encode_enum(out, ParameterKind::Int);
    out.i64(*number);
  } else {
    encode_enum(out, ParameterKind::Text);
    out.text(std::get<std::string>(parameter.value));
  }
}

Parameter decode_parameter(codec::Reader& in) {
  Parameter parameter;
  parameter.name = decode_name(in);
  switch (decode_between(in, ParameterKind::Bool, ParameterKind::Text)) {
    case ParameterKind::Bool:
      parameter.value = in.boolean();
      break;
    case ParameterKind::Int:
      parameter.value = in.i64();
      break;
    case ParameterKind::Text:
      parameter.value = in.text(limits::kRuleTextBytesMax);
      break;
  }
  return parameter;
}

void encode_local_time(codec::Writer& out, LocalTime time) {
  out.i64(time.value());
}

LocalTime decode_local_time(codec::Reader& in) {
  return LocalTime(in.i64());
}

void encode_share(codec::Writer& out, const FunderShare& share) {
  encode(out, share.who);
  out.u32(share.numerator);
  out.u32(share.denominator);
}

FunderShare decode_share(codec::Reader& in) {
  FunderShare share;
  decode(in, share.who);
  share.numerator = in.u32();
  share.denominator = in.u32();
  return share;
}

void encode_budget(codec::Writer& out, const Budget& budget) {
  encode(out, budget.points);
  out.boolean(budget.all_or_nothing);
}

Budget decode_budget(codec::Reader& in) {
  Budget budget;
  decode(in, budget.points);
  budget.all_or_nothing = in.boolean();
  return budget;
}

void encode_referrer(codec::Writer& out, const ReferrerAward& referrer) {
  encode_source(out, referrer.award);
  encode_caps(out, referrer.cap_points);
  encode_caps(out, referrer.cap_times);
}

ReferrerAward decode_referrer(codec::Reader& in) {
  ReferrerAward referrer;
  referrer.award = decode_source(in);
  referrer.cap_points = decode_caps(in);
  referrer.cap_times = decode_caps(in);
  return referrer;
}

template <typename T>
void encode_part(codec::Writer& out, const T& part) {
  encode(out, part);
}

template <typename T>
T decode_part(codec::Reader& in) {
  T part;
  decode(in, part);
  return part;
}

/// When and to whom it applies.
void encode_reach(codec::Writer& out, const Campaign& campaign) {
  encode_enum(out, campaign.trigger);
  encode_enum(out, campaign.state);
  out.optional(campaign.starts, encode_local_time);
  out.optional(campaign.ends, encode_local_time);
  encode_names(out, campaign.tiers);
  encode_names(out, campaign.merchants);
  encode_names(out, campaign.stores);
  encode_names(out, campaign.channels);
  out.text(campaign.group);
  out.u32(static_cast<std::uint32_t>(campaign.priority));  // two's complement
}

void decode_reach(codec::Reader& in, Campaign& campaign) {
  campaign.trigger = decode_between(in, Trigger::Purchase, Trigger::TierUp);
  campaign.state = decode_between(in, CampaignState::Active, CampaignState::Ended);
  campaign.starts = in.optional<LocalTime>(decode_local_time);
  campaign.ends = in.optional<LocalTime>(decode_local_time);
  campaign.tiers = decode_names(in, limits::kTiersMax);
  campaign.merchants = decode_names(in, limits::kListedNamesMax);
  campaign.stores = decode_names(in, limits::kListedNamesMax);
  campaign.channels = decode_names(in, limits::kListedNamesMax);
  campaign.group = decode_name(in);
  campaign.priority = static_cast<std::int32_t>(in.u32());
}

}  // namespace

void encode(codec::Writer& out, const Campaign& campaign) {
  out.text(campaign.id);
  out.text(campaign.title);
  encode_reach(out, campaign);
  encode_source(out, campaign.when);
  encode_source(out, campaign.award);
  encode_caps(out, campaign.cap_points);
  encode_caps(out, campaign.cap_times);
  out.optional(campaign.budget, encode_budget);
  out.list(campaign.funders, encode_share);
  out.optional(campaign.expires, encode_part<ExpiryRule>);
  out.optional(campaign.pending, encode_part<Pending>);
  out.boolean(campaign.qualifying);
  out.text(campaign.resets);
  out.optional(campaign.referrer, encode_referrer);
  out.text(campaign.attestor);
  out.boolean(campaign.each_step);
  out.list(campaign.params, encode_parameter);
}

void decode(codec::Reader& in, Campaign& campaign) {
  campaign.id = decode_name(in);
  campaign.title = in.text(limits::kTextBytesMax);
  decode_reach(in, campaign);
  campaign.when = decode_source(in);
  campaign.award = decode_source(in);
  campaign.cap_points = decode_caps(in);
  campaign.cap_times = decode_caps(in);
  campaign.budget = in.optional<Budget>(decode_budget);
  campaign.funders = in.list<FunderShare>(limits::kFundersMax, decode_share);
  campaign.expires = in.optional<ExpiryRule>(decode_part<ExpiryRule>);
  campaign.pending = in.optional<Pending>(decode_part<Pending>);
  campaign.qualifying = in.boolean();
  campaign.resets = decode_name(in);
  campaign.referrer = in.optional<ReferrerAward>(decode_referrer);
  campaign.attestor = decode_name(in);
  campaign.each_step = in.boolean();
  campaign.params = in.list<Parameter>(limits::kParametersMax, decode_parameter);
}

void encode(codec::Writer& out, const Funder& funder) {
  encode_enum(out, funder.kind);
  out.text(funder.name);
}

void decode(codec::Reader& in, Funder& funder) {
  funder.kind = decode_between(in, FunderKind::Issuer, FunderKind::Brand);
  funder.name = decode_name(in);
}

void encode_caps(codec::Writer& out, const std::vector<Cap>& caps) {
  out.list(caps, [](codec::Writer& w, const Cap& cap) {
    encode_enum(w, cap.period);
    w.u64(cap.limit);
  });
}

std::vector<Cap> decode_caps(codec::Reader& in) {
  return in.list<Cap>(static_cast<std::size_t>(Period::Ever), [](codec::Reader& r) {
    Cap cap;
    cap.period = decode_between(r, Period::Transaction, Period::Ever);
    cap.limit = r.u64();
    return cap;
  });
}

void encode(codec::Writer& out, const Pending& pending) {
  out.boolean(pending.by_event);
  out.u64(pending.span.milliseconds());
}

void decode(codec::Reader& in, Pending& pending) {
  pending.by_event = in.boolean();
  pending.span = Duration(in.u64());
}

void encode(codec::Writer& out, const ExpiryRule& expiry) {
  encode_enum(out, expiry.kind);
  out.u32(expiry.months);
  encode_enum(out, expiry.rounding);
  out.list(expiry.dates,
           [](codec::Writer& w, const CivilDate& date) { w.i64(days_from_civil(date)); });
  out.u32(expiry.min_days);
  out.u32(expiry.grace_days);
  out.u32(expiry.reinstate.window_days);
  out.u32(expiry.reinstate.valid_days);
}

void decode(codec::Reader& in, ExpiryRule& expiry) {
  constexpr std::int64_t kDaysMax = 2'932'896;  // 31 December 9999
  expiry.kind = decode_between(in, ExpiryKind::Never, ExpiryKind::Inactivity);
  expiry.months = in.u32();
  decode(in, expiry.rounding);
  expiry.dates = in.list<CivilDate>(limits::kExpiryDatesMax, [](codec::Reader& r) {
    const std::int64_t days = r.i64();
    if (days < 0 || days > kDaysMax) r.fail("a date before 1970, or beyond the year 9999");
    return r.failed() ? CivilDate() : civil_from_days(days);
  });
  expiry.min_days = in.u32();
  expiry.grace_days = in.u32();
  expiry.reinstate.window_days = in.u32();
  expiry.reinstate.valid_days = in.u32();
}

void decode(codec::Reader& in, MonthRounding& rounding) {
  rounding = decode_between(in, MonthRounding::None, MonthRounding::EndOfYear);
}

}  // namespace tally
