// A programme as the text of its file.
#include <tally/base/bytes.h>
#include <tally/config/programme_file.h>
#include <tally/config/text.h>

#include "config/programme_reader.h"

namespace tally::config {
namespace {

/// A string that may hold anything.
std::string quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string all = "\"";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '"' || c == '\\') {
      all.push_back('\\');
      all.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      all.append("\\u00");
      all.push_back(kDigits[byte >> 4U]);
      all.push_back(kDigits[byte & 15U]);
    } else {
      all.push_back(c);
    }
  }
  return all + "\"";
}

/// An expression stands as it is wherever TOML has a string for it, so that a place in it is a
/// place in the file.
std::string expression(std::string_view source) {
  bool plain = source.find("'''") == std::string_view::npos;
  for (const char c : source) {
    const auto byte = static_cast<std::uint8_t>(c);
    plain = plain && (c == '\t' || c == '\n' || (byte >= 0x20 && byte != 0x7f));
  }
  if (!plain) return quoted(source);
  const bool one_line = source.find('\n') == std::string_view::npos;
  if (one_line && source.find('\'') == std::string_view::npos)
    return "'" + std::string(source) + "'";
  // A newline right after the quotes is not part of the string.
  return (one_line ? "'''" : "'''\n") + std::string(source) + "'''";
}

/// Lines of `key = value`, in the order in which they are added.
class Lines {
 public:
  void header(std::string_view name) { text_.append("\n").append(name).append("\n"); }
  void raw(std::string_view key, std::string_view value) {
    text_.append(key).append(" = ").append(value).append("\n");
  }
  void text(std::string_view key, std::string_view value) { raw(key, quoted(value)); }
  void text_unless_empty(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  void rule(std::string_view key, std::string_view source) {
    if (!source.empty()) raw(key, expression(source));
  }
  template <typename Integer>
  void number(std::string_view key, Integer value) {
    raw(key, std::to_string(value));
  }
  void points(std::string_view key, Points value) { number(key, value.value()); }
  void boolean(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void duration(std::string_view key, Duration value) { text(key, config::text_of(value)); }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    std::string all;
    for (const std::string& value : values)
      all += (all.empty() ? "[" : ", ") + quoted(value);
    if (!all.empty()) raw(key, all + "]");
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string text_of(const std::vector<Cap>& caps) {
  std::string text;
  for (const Cap& cap : caps)
    text += (text.empty() ? "{ " : ", ") + word_of(period_words(), cap.period) + " = " +
            std::to_string(cap.limit);
  return text + " }";
}

void add_caps(Lines& lines, std::string_view key, const std::vector<Cap>& caps) {
  if (!caps.empty()) lines.raw(key, text_of(caps));
}

void add_pending(Lines& lines, const Pending& pending) {
  if (!pending.by_event) return lines.duration("pending", pending.span);
  lines.text("pending", "event");
  lines.duration("event_timeout", pending.span);
}

std::string text_of(const CivilDate& date) {
  const auto days = static_cast<std::uint64_t>(days_from_civil(date));
  return config::text_of(Timestamp(days * kDay.milliseconds())).substr(0, 10);
}

/// The keys of an expiry rule, as "key = value".
std::vector<std::string> parts_of(const ExpiryRule& rule) {
  std::vector<std::string> parts = {"kind = " + quoted(word_of(expiry_words(), rule.kind))};
  if (rule.kind == ExpiryKind::Rolling || rule.kind == ExpiryKind::Inactivity) {
    parts.push_back("months = " + std::to_string(rule.months));
    parts.push_back("round = " + quoted(word_of(rounding_words(), rule.rounding)));
  }
  if (rule.kind == ExpiryKind::Fixed) {
    std::string dates;
    for (const CivilDate& date : rule.dates)
      dates += (dates.empty() ? "" : ", ") + text_of(date);
    parts.push_back("dates = [" + dates + "]");
    parts.push_back("min_days = " + std::to_string(rule.min_days));
  }
  return parts;
}

void add_head(Lines& lines, const Programme& programme, std::uint32_t version) {
  lines.header("[programme]");
  lines.text("id", programme.id);
  lines.text("merchant", programme.merchant);
  lines.number("version", version);
  lines.text("name", programme.name);
  lines.text("currency", as_text(programme.currency.view()));
  lines.raw("value", "{ points = " + std::to_string(programme.redeem.price_points.value()) +
                         ", minor = " + std::to_string(programme.redeem.price_money.minor_units()) +
                         " }");
  lines.text("lines", programme.lines ? "pseudonymous" : "totals");
  lines.duration("offline_window", programme.offline_window);
  if (!programme.terms_sha256.is_zero())
    lines.text("terms_sha256", to_hex(programme.terms_sha256.view()));
  for (const UtcOffset& offset : programme.utc_offsets) {
    lines.header("[[offset]]");
    lines.raw("from", config::text_of(offset.from));
    lines.number("minutes", offset.minutes);
  }
}

void add_earn(Lines& lines, const EarnRules& earn) {
  lines.header("[earn]");
  lines.rule("base", earn.base);
  lines.text("tax", earn.counts_tax ? "included" : "excluded");
  lines.texts("excluded_cats", earn.excluded_cats);
  add_pending(lines, earn.pending);
  add_caps(lines, "cap_points", earn.cap_points);
}

void add_expiry(Lines& lines, const ExpiryRule& expiry) {
  lines.header("[expiry]");
  for (const std::string& part : parts_of(expiry))
    lines.raw(part.substr(0, part.find(" = ")), part.substr(part.find(" = ") + 3));
  if (expiry.kind == ExpiryKind::Never) return;
  lines.number("grace_days", expiry.grace_days);
  if (expiry.reinstate != Reinstatement())
    lines.raw("reinstate", "{ window_days = " + std::to_string(expiry.reinstate.window_days) +
                               ", valid_days = " + std::to_string(expiry.reinstate.valid_days) +
                               " }");
}

void add_redeem(Lines& lines, const Programme& programme) {
  const RedeemRule& redeem = programme.redeem;
  lines.header("[redeem]");
  lines.points("min", redeem.minimum);
  lines.points("step", redeem.step);
  lines.number("max_percent", redeem.max_percent);
  lines.boolean("mixed", redeem.mixed);
  if (redeem.consent_above != *Points::from(kPointsMax))
    lines.points("consent_above", redeem.consent_above);
  lines.texts("excluded_cats", redeem.excluded_cats);
  lines.header("[hold]");
  lines.duration("ttl", programme.hold.ttl);
  lines.duration("ttl_max", programme.hold.ttl_max);
  lines.header("[returns]");
  lines.duration("window", programme.returns.window);
  lines.text("clawback", word_of(clawback_words(), programme.returns.clawback));
  if (programme.returns.debt_limit) lines.points("debt_limit", *programme.returns.debt_limit);
}

void add_exchanges(Lines& lines, const Programme& programme) {
  const TransferRule& transfer = programme.transfer;
  lines.header("[transfer]");
  lines.boolean("enabled", transfer.enabled);
  lines.raw("fee", "{ bp = " + std::to_string(transfer.fee_basis_points) +
                       ", min = " + std::to_string(transfer.fee_min.value()) + " }");
  lines.number("per_day", transfer.per_day);
  lines.duration("cooling_off", transfer.cooling_off);
  lines.header("[pool]");
  lines.boolean("enabled", programme.pool.enabled);
  lines.number("members_max", programme.pool.members_max);
  lines.header("[exchange]");
  lines.boolean("enabled", programme.exchange.enabled);
  lines.raw("fee", "{ bp = " + std::to_string(programme.exchange.fee_basis_points) + " }");
  lines.header("[adjust]");
  lines.points("alone_per_day", programme.adjust.alone_per_day);
  for (const VelocityLimit& limit : programme.velocity) {
    lines.header("[[velocity]]");
    lines.text("what", word_of(velocity_words(), limit.what));
    lines.text("window", word_of(period_words(), limit.window));
    if (limit.times > 0) lines.number("times", limit.times);
    if (!limit.points.is_zero()) lines.points("points", limit.points);
    lines.text("mode", limit.flags ? "FLAG" : "BLOCK");
  }
}

void add_tiers(Lines& lines, const TierRules& rules) {
  if (rules == TierRules()) return;
  lines.header("[tiers]");
  lines.text("window", "calendar_year");
  if (rules.valid_months == 0)
    lines.text("valid", "end_of_next_year");
  else
    lines.raw("valid", "{ months = " + std::to_string(rules.valid_months) + " }");
  lines.text("post", word_of(posting_words(), rules.post));
  lines.text("downgrade", word_of(downgrade_words(), rules.downgrade));
  lines.number("grace_days", rules.grace_days);
  lines.text("on_refund", rules.immediate_on_refund ? "IMMEDIATE" : "AT_REVIEW");
  for (const Tier& tier : rules.tiers) {
    lines.header("[[tier]]");
    lines.text("name", tier.name);
    lines.points("threshold", tier.threshold);
  }
}

void add_counter(Lines& lines, const Counter& counter) {
  lines.header("[[counter]]");
  lines.text("name", counter.name);
  lines.text("kind", word_of(counter_words(), counter.kind));
  switch (counter.kind) {
    case CounterKind::Streak:
      lines.text("unit", word_of(period_words(), counter.unit));
      break;
    case CounterKind::Visits:
    case CounterKind::DistinctMerchants:
      lines.number("days", counter.size);
      break;
    case CounterKind::Stamps:
      lines.number("size", counter.size);
      break;
    case CounterKind::DaysSince:
      lines.text("merchant", counter.merchant);
      break;
  }
  lines.text("post", word_of(posting_words(), counter.post));
  lines.rule("when", counter.when);
}

void add_declarations(Lines& lines, const Programme& programme) {
  for (const Partner& partner : programme.partners) {
    lines.header("[[partner]]");
    lines.text("merchant", partner.merchant);
    lines.text("base_funded_by", partner.issuer_funds_base ? "issuer" : "partner");
    if (!partner.points_per_cycle.is_zero())
      lines.points("points_per_cycle", partner.points_per_cycle);
  }
  for (const Counter& counter : programme.counters)
    add_counter(lines, counter);
  for (const Group& group : programme.groups) {
    lines.header("[[group]]");
    lines.text("name", group.name);
    lines.number("order", group.order);
    lines.text("mode", word_of(group_words(), group.mode));
  }
}

void add_funders(Lines& lines, const std::vector<FunderShare>& funders) {
  const bool whole = funders.size() == 1 && funders.front() == FunderShare{funders.front().who};
  if (whole) return lines.text("funder", tally::text_of(funders.front().who));
  std::string all;
  for (const FunderShare& share : funders)
    all += (all.empty() ? "[{ who = " : ", { who = ") + quoted(tally::text_of(share.who)) +
           ", share = [" + std::to_string(share.numerator) + ", " +
           std::to_string(share.denominator) + "] }";
  lines.raw("funder", all + "]");
}

void add_params(Lines& lines, const std::vector<Parameter>& params) {
  std::string all;
  for (const Parameter& parameter : params) {
    all += (all.empty() ? "{ " : ", ") + parameter.name + " = ";
    if (const auto* flag = std::get_if<bool>(&parameter.value)) all += *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&parameter.value))
      all += std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&parameter.value)) all += quoted(*text);
  }
  if (!all.empty()) lines.raw("params", all + " }");
}

void add_limits(Lines& lines, const Campaign& campaign) {
  add_caps(lines, "cap_points", campaign.cap_points);
  if (campaign.cap_times == std::vector<Cap>{{Period::Ever, 1}})
    lines.boolean("once", true);
  else
    add_caps(lines, "cap_times", campaign.cap_times);
  if (campaign.budget)
    lines.raw("budget",
              "{ points = " + std::to_string(campaign.budget->points.value()) + ", exhausted = " +
                  (campaign.budget->all_or_nothing ? "\"ALL_OR_NOTHING\" }" : "\"PARTIAL\" }"));
  add_funders(lines, campaign.funders);
}

std::string text_of(const ReferrerAward& referrer) {
  std::string all = "{ award = " + expression(referrer.award);
  if (!referrer.cap_points.empty()) all += ", cap_points = " + text_of(referrer.cap_points);
  if (!referrer.cap_times.empty()) all += ", cap_times = " + text_of(referrer.cap_times);
  return all + " }";
}

void add_campaign(Lines& lines, const Campaign& campaign) {
  lines.header("[[campaign]]");
  lines.text("id", campaign.id);
  lines.text_unless_empty("title", campaign.title);
  lines.text("on", word_of(trigger_words(), campaign.trigger));
  if (campaign.state != CampaignState::Active)
    lines.text("state", word_of(state_words(), campaign.state));
  lines.text_unless_empty("group", campaign.group);
  lines.number("priority", campaign.priority);
  if (campaign.starts) lines.raw("starts", config::text_of(*campaign.starts));
  if (campaign.ends) lines.raw("ends", config::text_of(*campaign.ends));
  lines.texts("tiers", campaign.tiers);
  lines.texts("merchants", campaign.merchants);
  lines.texts("stores", campaign.stores);
  lines.texts("channels", campaign.channels);
  lines.rule("when", campaign.when);
  lines.rule("award", campaign.award);
  add_limits(lines, campaign);
  if (campaign.expires) {
    std::string all;
    for (const std::string& part : parts_of(*campaign.expires))
      all += (all.empty() ? "{ " : ", ") + part;
    lines.raw("expires", all + " }");
  }
  if (campaign.pending) add_pending(lines, *campaign.pending);
  if (campaign.qualifying) lines.boolean("qualifying", true);
  lines.text_unless_empty("resets", campaign.resets);
  if (campaign.referrer) lines.raw("referrer", text_of(*campaign.referrer));
  lines.text_unless_empty("attestor", campaign.attestor);
  if (campaign.each_step) lines.boolean("each_step", true);
  add_params(lines, campaign.params);
}

}  // namespace

std::string word_of(Trigger trigger) {
  return word_of(trigger_words(), trigger);
}

std::string word_of(CampaignState state) {
  return word_of(state_words(), state);
}

std::string text_of(LocalTime time) {
  std::string text = text_of(Timestamp(static_cast<std::uint64_t>(time.value())));
  text.pop_back();  // the Z: this is no time of UTC
  return text;
}

std::string text_of(const Programme& programme, std::uint32_t version) {
  Lines lines;
  lines.raw("format", "1");
  add_head(lines, programme, version);
  add_earn(lines, programme.earn);
  add_expiry(lines, programme.expiry);
  add_redeem(lines, programme);
  add_exchanges(lines, programme);
  add_tiers(lines, programme.tiers);
  add_declarations(lines, programme);
  for (const Campaign& campaign : programme.campaigns)
    add_campaign(lines, campaign);
  return lines.take();
}

}  // namespace tally::config
