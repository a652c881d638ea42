// The sections of a programme file, its campaigns apart.
#include <tally/base/bytes.h>
#include <tally/base/limits.h>

#include "config/programme_reader.h"

namespace tally::config {
namespace {

constexpr Duration kOfflineWindow{3 * 86'400'000};
constexpr Duration kEventTimeout{30ULL * 86'400'000};
constexpr Duration kHoldTtl{15 * 60'000};
constexpr Duration kHoldTtlMax{7 * 86'400'000};
constexpr Duration kReturnsWindow{90ULL * 86'400'000};
constexpr Duration kCoolingOff{7 * 86'400'000};

/// What points are worth at the own shop: { points, minor }.
void read_value(TomlTable& table, RedeemRule& redeem) {
  TomlTable value = table.table("value");
  redeem.price_points = *Points::from(value.integer("points", 0, kPointsMax).value_or(0));
  redeem.price_money = *Money::from(value.integer("minor", 0, kPointsMax).value_or(0));
  value.finish();
}

void read_currency(TomlTable& table, Currency& currency) {
  const std::optional<std::string> code = table.text("currency");
  if (!code) return;
  if (code->size() == Currency::kSize)
    currency = Currency::from_view(as_bytes(*code));
  else
    table.fault(kProgrammeKinds.bad_form, "currency", "\"" + printable(*code) + "\"",
                "three letters of ISO 4217");
}

void read_programme_table(TomlTable& root, Programme& programme, std::uint32_t& version) {
  TomlTable table = root.table("programme");
  programme.id = table.text("id").value_or("");
  programme.merchant = table.text("merchant").value_or("");
  version = static_cast<std::uint32_t>(table.integer("version", 1, 0xffff'ffff).value_or(1));
  programme.name = table.text("name").value_or("");
  read_currency(table, programme.currency);
  read_value(table, programme.redeem);
  const Words<bool> lines = {{false, "totals"}, {true, "pseudonymous"}};
  programme.lines = read_optional_word(table, "lines", lines, false);
  programme.offline_window = read_duration(table, "offline_window", kOfflineWindow);
  if (table.has("terms_sha256")) {
    const std::optional<std::string> hex = table.text("terms_sha256");
    const Result<Hash> terms = hex ? fixed_from_hex<Hash>(*hex) : Hash();
    if (terms.ok())
      programme.terms_sha256 = *terms;
    else
      table.fault(kProgrammeKinds.bad_form, "terms_sha256", terms.error().message,
                  "32 bytes in hex, as sha256sum prints them");
  }
  table.finish();
}

std::vector<UtcOffset> read_offsets(TomlTable& root) {
  std::vector<UtcOffset> offsets;
  for (TomlTable& table : root.tables("offset", limits::kUtcOffsetsMax)) {
    UtcOffset offset;
    offset.from = table.time("from").value_or(Timestamp());
    offset.minutes = static_cast<std::int16_t>(table.integer("minutes", -1'440, 1'440).value_or(0));
    table.finish();
    offsets.push_back(offset);
  }
  return offsets;
}

EarnRules read_earn(TomlTable& root) {
  TomlTable table = root.table("earn");
  EarnRules rules;
  rules.base = table.text("base").value_or("");
  const Words<bool> tax = {{false, "excluded"}, {true, "included"}};
  rules.counts_tax = read_optional_word(table, "tax", tax, false);
  rules.excluded_cats = read_texts(table, "excluded_cats", limits::kListedNamesMax);
  if (table.has("pending")) rules.pending = read_pending(table, "pending");
  rules.cap_points = read_caps(table, "cap_points", Period::Transaction);
  table.finish();
  return rules;
}

void read_redeem(TomlTable& root, RedeemRule& rule) {
  TomlTable table = root.table("redeem");
  rule.minimum = read_points(table, "min", 1);
  rule.step = read_points(table, "step", 1);
  rule.max_percent = static_cast<std::uint8_t>(read_integer(table, "max_percent", 0, 255, 100));
  rule.mixed = read_boolean(table, "mixed", true);
  rule.consent_above = read_points(table, "consent_above", kPointsMax);
  rule.excluded_cats = read_texts(table, "excluded_cats", limits::kListedNamesMax);
  table.finish();
}

HoldRule read_hold(TomlTable& root) {
  TomlTable table = root.table("hold");
  const HoldRule rule{read_duration(table, "ttl", kHoldTtl),
                      read_duration(table, "ttl_max", kHoldTtlMax)};
  table.finish();
  return rule;
}

ReturnsRule read_returns(TomlTable& root) {
  TomlTable table = root.table("returns");
  ReturnsRule rule;
  rule.window = read_duration(table, "window", kReturnsWindow);
  rule.clawback = read_optional_word(table, "clawback", clawback_words(), Clawback::WithinBalance);
  if (table.has("debt_limit") || rule.clawback != Clawback::Unlimited)
    rule.debt_limit = read_points(table, "debt_limit", 0);
  table.finish();
  return rule;
}

TransferRule read_transfer(TomlTable& root) {
  TomlTable table = root.table("transfer");
  TransferRule rule;
  rule.enabled = read_boolean(table, "enabled", false);
  TomlTable fee = table.table("fee");
  rule.fee_basis_points = static_cast<std::uint16_t>(read_integer(fee, "bp", 0, 10'000, 0));
  rule.fee_min = read_points(fee, "min", 0);
  fee.finish();
  rule.per_day = read_u32(table, "per_day", 2);
  rule.cooling_off = read_duration(table, "cooling_off", kCoolingOff);
  table.finish();
  return rule;
}

PoolRule read_pool(TomlTable& root) {
  TomlTable table = root.table("pool");
  PoolRule rule;
  rule.enabled = read_boolean(table, "enabled", false);
  rule.members_max = static_cast<std::uint8_t>(read_integer(table, "members_max", 0, 255, 7));
  table.finish();
  return rule;
}

ExchangeRule read_exchange(TomlTable& root) {
  TomlTable table = root.table("exchange");
  ExchangeRule rule;
  rule.enabled = read_boolean(table, "enabled", false);
  TomlTable fee = table.table("fee");
  rule.fee_basis_points = static_cast<std::uint16_t>(read_integer(fee, "bp", 0, 10'000, 0));
  fee.finish();
  table.finish();
  return rule;
}

AdjustRule read_adjust(TomlTable& root) {
  TomlTable table = root.table("adjust");
  AdjustRule rule;
  rule.alone_per_day = read_points(table, "alone_per_day", 1'000);
  table.finish();
  return rule;
}

std::vector<VelocityLimit> read_velocity(TomlTable& root) {
  std::vector<VelocityLimit> velocity;
  for (TomlTable& table : root.tables("velocity", limits::kVelocityLimitsMax)) {
    VelocityLimit limit;
    limit.what = read_word(table, "what", velocity_words(), VelocityWhat::Earn);
    limit.window = read_word(table, "window", period_words(), Period::Day);
    limit.times = static_cast<std::uint64_t>(read_integer(table, "times", 0, kPointsMax, 0));
    limit.points = read_points(table, "points", 0);
    limit.flags = read_optional_word(table, "mode", {{false, "BLOCK"}, {true, "FLAG"}}, false);
    table.finish();
    velocity.push_back(limit);
  }
  return velocity;
}

TierRules read_tiers(TomlTable& root) {
  TomlTable table = root.table("tiers");
  TierRules rules;
  rules.window = read_optional_word(table, "window", {{TierWindow::CalendarYear, "calendar_year"}},
                                    TierWindow::CalendarYear);
  if (table.is_text("valid")) {
    (void)table.word("valid", {"end_of_next_year"});
  } else {
    TomlTable valid = table.table("valid");
    if (valid.exists()) {
      constexpr std::int64_t kMost = limits::kExpiryMonthsMax;
      rules.valid_months =
          static_cast<std::uint32_t>(valid.integer("months", 1, kMost).value_or(1));
    }
    valid.finish();
  }
  rules.post = read_optional_word(table, "post", posting_words(), Posting::Activation);
  rules.downgrade = read_optional_word(table, "downgrade", downgrade_words(), Downgrade::OneDown);
  rules.grace_days = read_u32(table, "grace_days", 0);
  rules.immediate_on_refund =
      read_optional_word(table, "on_refund", {{false, "AT_REVIEW"}, {true, "IMMEDIATE"}}, false);
  table.finish();
  for (TomlTable& tier : root.tables("tier", limits::kTiersMax)) {
    rules.tiers.push_back({tier.text("name").value_or(""),
                           *Points::from(tier.integer("threshold", 0, kPointsMax).value_or(0))});
    tier.finish();
  }
  return rules;
}

std::vector<Partner> read_partners(TomlTable& root) {
  std::vector<Partner> partners;
  for (TomlTable& table : root.tables("partner", limits::kPartnersMax)) {
    Partner partner;
    partner.merchant = table.text("merchant").value_or("");
    // A limit is what the issuer's funding needs, so a limit says who funds.
    const bool limited = table.has("points_per_cycle");
    const Words<bool> funders = {{true, "issuer"}, {false, "partner"}};
    partner.issuer_funds_base = read_optional_word(table, "base_funded_by", funders, limited);
    partner.points_per_cycle = read_points(table, "points_per_cycle", 0);
    table.finish();
    partners.push_back(partner);
  }
  return partners;
}

std::vector<Group> read_groups(TomlTable& root) {
  std::vector<Group> groups;
  for (TomlTable& table : root.tables("group", limits::kGroupsMax)) {
    Group group;
    group.name = table.text("name").value_or("");
    group.order = static_cast<std::uint32_t>(table.integer("order", 0, 0xffff'ffff).value_or(0));
    group.mode = read_word(table, "mode", group_words(), GroupMode::Stack);
    table.finish();
    groups.push_back(group);
  }
  return groups;
}

}  // namespace

Pending read_pending(TomlTable& table, const char* key) {
  const std::optional<std::string> written = table.text(key);
  if (!written) return {};
  if (*written == "event") return {true, read_duration(table, "event_timeout", kEventTimeout)};
  return {false, table.duration(key).value_or(Duration())};
}

ExpiryRule read_expiry(TomlTable& table, bool is_campaigns) {
  ExpiryRule rule;
  // A campaign's says by its keys what it is.
  const ExpiryKind kind = table.has("dates") ? ExpiryKind::Fixed : ExpiryKind::Rolling;
  rule.kind = is_campaigns ? read_optional_word(table, "kind", expiry_words(), kind)
                           : read_word(table, "kind", expiry_words(), ExpiryKind::Never);
  if (rule.kind == ExpiryKind::Rolling || rule.kind == ExpiryKind::Inactivity) {
    rule.months = static_cast<std::uint32_t>(
        table.integer("months", 1, limits::kExpiryMonthsMax).value_or(1));
    rule.rounding = read_optional_word(table, "round", rounding_words(), MonthRounding::None);
  }
  if (rule.kind == ExpiryKind::Fixed) {
    rule.dates = table.dates("dates", limits::kExpiryDatesMax).value_or(std::vector<CivilDate>());
    rule.min_days = read_u32(table, "min_days", 1);
  }
  if (is_campaigns || rule.kind == ExpiryKind::Never) return rule;
  rule.grace_days = read_u32(table, "grace_days", 0);
  TomlTable reinstate = table.table("reinstate");
  if (reinstate.exists()) {
    constexpr std::int64_t kMost = 0xffff'ffff;
    const auto days = [&](const char* key) {
      return static_cast<std::uint32_t>(reinstate.integer(key, 0, kMost).value_or(0));
    };
    rule.reinstate = {days("window_days"), days("valid_days")};
  }
  reinstate.finish();
  return rule;
}

void read_sections(TomlTable& root, Programme& programme, std::uint32_t& version) {
  read_programme_table(root, programme, version);
  programme.utc_offsets = read_offsets(root);
  programme.earn = read_earn(root);
  TomlTable expiry = root.table("expiry");
  programme.expiry = read_expiry(expiry, false);
  expiry.finish();
  read_redeem(root, programme.redeem);
  programme.hold = read_hold(root);
  programme.returns = read_returns(root);
  programme.transfer = read_transfer(root);
  programme.pool = read_pool(root);
  programme.exchange = read_exchange(root);
  programme.adjust = read_adjust(root);
  programme.velocity = read_velocity(root);
  programme.tiers = read_tiers(root);
  programme.partners = read_partners(root);
  programme.counters = read_counters(root);
  programme.groups = read_groups(root);
}

}  // namespace tally::config
