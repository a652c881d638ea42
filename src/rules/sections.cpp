// The sections of a programme, its campaigns apart (design/loyalty.md, design/rule-language.md §9).
#include "rules/checks.h"

#include <tally/base/limits.h>
#include <tally/rules/expression.h>

#include <algorithm>
#include <set>

namespace tally::rules {
namespace {

std::string number(Points points) {
  return std::to_string(points.value());
}

bool is_written(CivilDate date) {
  return date.year >= 1970 && date.year <= 9999 && civil_from_days(days_from_civil(date)) == date;
}

bool is_currency(const Currency& currency) {
  const ByteView code = currency.view();
  return std::all_of(code.begin(), code.end(), [](auto byte) {
    const auto letter = static_cast<char>(byte);
    return letter >= 'A' && letter <= 'Z';
  });
}

void check_head(Findings& findings, const Programme& programme) {
  findings.require(is_id(programme.id), "id", shown(programme.id), "1 to 32 of a-z, 0-9 and -");
  // The greatest length of tx.merchant, by which costs are computed.
  findings.name("merchant", programme.merchant, limits::kShortNameBytesMax);
  findings.name("name", programme.name, limits::kTextBytesMax);
  findings.require(is_currency(programme.currency), "currency", "another code",
                   "three letters of ISO 4217, as EUR");
  findings.at_most("offline_window", programme.offline_window, limits::kOfflineWindowMsMax);
  const auto& offsets = programme.utc_offsets;
  findings.range("utc_offsets", offsets.size(), 0, limits::kUtcOffsetsMax);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::string field = entry("utc_offsets", i);
    const std::uint64_t from = offsets[i].from.milliseconds();
    findings.require(from <= limits::kLocalMsMax, field + "from", "another time",
                     "a time before the year 10000");
    findings.require(i == 0 || offsets[i - 1].from < offsets[i].from, field + "from",
                     "a time not after the one before", "rising times");
    findings.require(offsets[i].minutes >= -1'440 && offsets[i].minutes <= 1'440, field + "minutes",
                     std::to_string(offsets[i].minutes), "-1440 to 1440");
  }
}

Expression compiled(Findings& findings, const std::string& field, std::string_view source,
                    const Scope& scope, ValueType type) {
  tl::expected<Expression, Mistakes> tree = compile_expression(source, scope, type);
  if (tree) return std::move(*tree);
  findings.expression(field, std::move(tree.error()));
  return {};
}

Expression check_earn(Findings& findings, const Programme& programme) {
  const EarnRules& earn = programme.earn;
  const Scope scope{Site::Base, programme.lines, {}, {}};
  Expression base = compiled(findings, "earn.base", earn.base, scope, ValueType::Int);
  findings.names("earn.excluded_cats", earn.excluded_cats, limits::kListedNamesMax,
                 limits::kShortNameBytesMax);
  check_pending(findings, "earn.pending", earn.pending);
  check_caps(findings, "earn.cap_points", earn.cap_points, Period::Transaction);
  return base;
}

void check_redeem(Findings& findings, const RedeemRule& redeem) {
  findings.require(!redeem.price_points.is_zero(), "redeem.price_points", "0", "above 0");
  findings.require(redeem.price_money > Money(), "redeem.price_money", "0", "above 0");
  findings.require(!redeem.minimum.is_zero(), "redeem.minimum", "0", "above 0");
  findings.require(!redeem.step.is_zero(), "redeem.step", "0", "above 0");
  if (!redeem.step.is_zero()) {
    // Without such an amount nothing could ever be redeemed.
    const std::int64_t step = redeem.step.value();
    const std::int64_t steps = (redeem.minimum.value() + step - 1) / step;
    findings.require(steps <= kPointsMax / step, "redeem.minimum", number(redeem.minimum),
                     "at most the largest multiple of the step");
  }
  findings.range("redeem.max_percent", redeem.max_percent, 1, 100);
  findings.names("redeem.excluded_cats", redeem.excluded_cats, limits::kListedNamesMax,
                 limits::kShortNameBytesMax);
}

void check_hold(Findings& findings, const HoldRule& hold) {
  findings.require(hold.ttl > Duration(), "hold.ttl", "0", "above 0");
  findings.require(hold.ttl <= hold.ttl_max, "hold.ttl", "more than ttl_max", "at most ttl_max");
  findings.at_most("hold.ttl_max", hold.ttl_max, limits::kHoldMsMax);
}

void check_returns(Findings& findings, const ReturnsRule& returns) {
  if (returns.window.milliseconds() > limits::kReturnsMsMax)
    findings.add(Reason::WindowTooLong, "returns.window",
                 std::to_string(returns.window.milliseconds()) + "ms", "at most 400d");
  if (returns.clawback == Clawback::Unlimited) return;
  findings.require(returns.debt_limit == Points(), "returns.debt_limit",
                   returns.debt_limit ? number(*returns.debt_limit) : "none",
                   "0: only UNLIMITED makes debts", "clawback = \"UNLIMITED\"");
}

void check_exchanges(Findings& findings, const Programme& programme) {
  findings.range("transfer.fee_basis_points", programme.transfer.fee_basis_points, 0, 10'000);
  findings.at_most("transfer.cooling_off", programme.transfer.cooling_off,
                   limits::kCoolingOffMsMax);
  findings.range("pool.members_max", programme.pool.members_max, 2, limits::kPoolMembersMax);
  findings.range("exchange.fee_basis_points", programme.exchange.fee_basis_points, 0, 10'000);
  findings.range("velocity", programme.velocity.size(), 0, limits::kVelocityLimitsMax);
  for (std::size_t i = 0; i < programme.velocity.size(); ++i) {
    const VelocityLimit& limit = programme.velocity[i];
    const std::string field = entry("velocity", i);
    findings.require(limit.window >= Period::Hour && limit.window <= Period::Month,
                     field + "window", "another period", "hour, day, week or month");
    findings.require((limit.times == 0) != limit.points.is_zero(), field + "times",
                     limit.times == 0 ? "neither times nor points" : "times and points",
                     "one of them, above 0");
    findings.require(!limit.flags || limit.what == VelocityWhat::Earn, field + "flags", "FLAG",
                     "BLOCK: only what is earned can wait for a review");
  }
}

void check_tiers(Findings& findings, const TierRules& rules) {
  findings.range("tiers.valid_months", rules.valid_months, 0, limits::kExpiryMonthsMax);
  findings.range("tiers.grace_days", rules.grace_days, 0, limits::kTierGraceDaysMax);
  findings.range("tiers.tiers", rules.tiers.size(), 0, limits::kTiersMax);
  std::set<std::string> names;
  for (std::size_t i = 0; i < rules.tiers.size(); ++i) {
    const Tier& tier = rules.tiers[i];
    const std::string field = entry("tiers.tiers", i);
    findings.name(field + "name", tier.name, limits::kShortNameBytesMax);
    findings.require(names.insert(tier.name).second, field + "name", shown(tier.name),
                     "each tier once");
    if (i == 0)
      findings.require(tier.threshold.is_zero(), field + "threshold", number(tier.threshold),
                       "0: everybody has the lowest tier");
    else
      findings.require(rules.tiers[i - 1].threshold < tier.threshold, field + "threshold",
                       number(tier.threshold), "more than the tier before");
  }
}

void check_partners(Findings& findings, const Programme& programme) {
  findings.range("partners", programme.partners.size(), 0, limits::kPartnersMax);
  std::set<std::string> names = {programme.merchant};
  for (std::size_t i = 0; i < programme.partners.size(); ++i) {
    const Partner& partner = programme.partners[i];
    const std::string field = entry("partners", i);
    findings.name(field + "merchant", partner.merchant, limits::kShortNameBytesMax);
    findings.require(names.insert(partner.merchant).second, field + "merchant",
                     shown(partner.merchant), "another merchant than the issuer, each once");
    findings.require(partner.issuer_funds_base != partner.points_per_cycle.is_zero(),
                     field + "points_per_cycle", number(partner.points_per_cycle),
                     partner.issuer_funds_base ? "above 0: the issuer funds what it hands out"
                                               : "0: the partner funds what it hands out");
  }
}

void check_counter_kind(Findings& findings, const Counter& counter, const std::string& field) {
  const bool streak = counter.kind == CounterKind::Streak;
  findings.require(streak ? counter.unit >= Period::Day && counter.unit <= Period::Month
                          : counter.unit == Period::Day,
                   field + "unit", "another period", streak ? "day, week or month" : "day");
  switch (counter.kind) {
    case CounterKind::Visits:
    case CounterKind::DistinctMerchants:
      findings.range(field + "size", counter.size, 1, limits::kVisitDaysMax);
      break;
    case CounterKind::Stamps:
      findings.range(field + "size", counter.size, 1, limits::kStampsMax);
      break;
    case CounterKind::Streak:
    case CounterKind::DaysSince:
      findings.range(field + "size", counter.size, 0, 0);
      break;
  }
  if (counter.kind == CounterKind::DaysSince)
    findings.name(field + "merchant", counter.merchant, limits::kShortNameBytesMax);
  else
    findings.require(counter.merchant.empty(), field + "merchant", shown(counter.merchant),
                     "none: only days_since has one");
}

std::vector<Expression> check_counters(Findings& findings, const Programme& programme) {
  std::vector<Expression> trees;
  findings.range("counters", programme.counters.size(), 0, limits::kCountersMax);
  std::set<std::string> names;
  std::uint64_t visit_days = 0;
  std::uint64_t kept_days = 0;
  const std::uint64_t late_days = programme.offline_window.milliseconds() / kDay.milliseconds() + 2;
  for (std::size_t i = 0; i < programme.counters.size(); ++i) {
    const Counter& counter = programme.counters[i];
    const std::string field = entry("counters", i);
    findings.require(is_rule_name(counter.name), field + "name", shown(counter.name),
                     "1 to 32 letters, digits and _, no word of the language");
    bool is_new = names.insert(counter.name).second;
    if (counter.kind == CounterKind::Stamps)
      is_new = names.insert(counter.name + "_full").second && is_new;
    findings.require(is_new, field + "name", shown(counter.name),
                     "each name once; a stamp card has NAME and NAME_full");
    check_counter_kind(findings, counter, field);
    if (counter.kind == CounterKind::Visits) visit_days += counter.size;
    const bool keeps_days = counter.kind == CounterKind::Visits ||
                            (counter.kind == CounterKind::DaysSince && !counter.when.empty());
    if (keeps_days) kept_days += counter.size + late_days;
    const Scope scope{Site::Base, programme.lines, {}, {}};
    trees.push_back(counter.when.empty()
                        ? Expression()
                        : compiled(findings, field + "when", counter.when, scope, ValueType::Bool));
  }
  findings.require(visit_days <= limits::kVisitDaysSumMax, "counters", std::to_string(visit_days),
                   "visits counters of at most 732 days together");
  // Each account keeps them, and each of its transactions reads and writes them.
  findings.require(kept_days <= std::uint64_t{2} * limits::kVisitDaysSumMax, "counters",
                   std::to_string(kept_days),
                   "at most 1464 days that an account must keep: those of visits, and for each "
                   "counter the offline window");
  return trees;
}

void check_groups(Findings& findings, const std::vector<Group>& groups) {
  findings.range("groups", groups.size(), 0, limits::kGroupsMax);
  std::set<std::string> names;
  std::set<std::uint32_t> orders;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::string field = entry("groups", i);
    findings.name(field + "name", groups[i].name, limits::kShortNameBytesMax);
    findings.require(names.insert(groups[i].name).second, field + "name", shown(groups[i].name),
                     "each group once");
    findings.require(orders.insert(groups[i].order).second, field + "order",
                     std::to_string(groups[i].order), "each order once");
  }
}

void check_dates(Findings& findings, const std::string& field, const ExpiryRule& rule) {
  findings.range(field + ".dates", rule.dates.size(), 1, limits::kExpiryDatesMax);
  for (std::size_t i = 0; i < rule.dates.size(); ++i) {
    const std::string place = field + ".dates[" + std::to_string(i) + "]";
    findings.require(is_written(rule.dates[i]), place, "no such date", "a date from 1970 to 9999");
    findings.require(i == 0 || rule.dates[i - 1] < rule.dates[i], place,
                     "a date not after the one before", "rising dates");
  }
  findings.range(field + ".min_days", rule.min_days, 1, limits::kRuleDaysMax);
}

}  // namespace

void check_caps(Findings& findings, const std::string& field, const std::vector<Cap>& caps,
                Period first) {
  for (std::size_t i = 0; i < caps.size(); ++i) {
    const std::string place = entry(field, i);
    const bool fits = caps[i].period >= first && caps[i].period != Period::Hour;
    findings.require(fits, place + "period", "another period",
                     first == Period::Transaction ? "tx, day, week, month, year or ever"
                                                  : "day, week, month, year or ever");
    findings.require(i == 0 || caps[i - 1].period < caps[i].period, place + "period",
                     "a period not after the one before", "rising periods, each once");
    findings.range(place + "limit", caps[i].limit, 1, static_cast<std::uint64_t>(kPointsMax));
  }
}

void check_expiry(Findings& findings, const std::string& field, const ExpiryRule& rule) {
  if (rule.kind == ExpiryKind::Rolling || rule.kind == ExpiryKind::Inactivity) {
    findings.range(field + ".months", rule.months, 1, limits::kExpiryMonthsMax);
  } else {
    findings.require(rule.months == 0, field + ".months", std::to_string(rule.months),
                     "0: of rolling and inactivity alone");
    findings.require(rule.rounding == MonthRounding::None, field + ".rounding", "a rounding",
                     "NONE: of rolling and inactivity alone");
  }
  if (rule.kind == ExpiryKind::Fixed) {
    check_dates(findings, field, rule);
  } else {
    findings.require(rule.dates.empty(), field + ".dates", "dates", "none: of fixed alone");
    findings.require(rule.min_days == 0, field + ".min_days", std::to_string(rule.min_days),
                     "0: of fixed alone");
  }
  const bool expires = rule.kind != ExpiryKind::Never;
  findings.range(field + ".grace_days", rule.grace_days, 0, expires ? limits::kRuleDaysMax : 0);
  const Reinstatement& back = rule.reinstate;
  const std::uint32_t most = expires ? limits::kRuleDaysMax : 0;
  findings.range(field + ".reinstate.window_days", back.window_days, 0, most);
  findings.range(field + ".reinstate.valid_days", back.valid_days, 0, most);
  findings.require((back.window_days == 0) == (back.valid_days == 0), field + ".reinstate",
                   "one of window_days and valid_days", "both above 0, or none");
}

void check_pending(Findings& findings, const std::string& field, const Pending& pending) {
  findings.at_most(field, pending.span, limits::kPendingMsMax);
  findings.require(!pending.by_event || pending.span > Duration(), field, "event_timeout of 0",
                   "above 0: without the event, points activate after it");
}

void check_sections(Findings& findings, RuleSet& rules) {
  const Programme& programme = rules.programme;
  check_head(findings, programme);
  rules.base = check_earn(findings, programme);
  check_expiry(findings, "expiry", programme.expiry);
  check_redeem(findings, programme.redeem);
  check_hold(findings, programme.hold);
  check_returns(findings, programme.returns);
  check_exchanges(findings, programme);
  check_tiers(findings, programme.tiers);
  check_partners(findings, programme);
  rules.counters = check_counters(findings, programme);
  check_groups(findings, programme.groups);
}

}  // namespace tally::rules
