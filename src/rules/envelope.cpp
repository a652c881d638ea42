// The envelope of a campaign: what is enforced around its expressions
// (design/rule-language.md §8, §11).
#include "rules/checks.h"

#include <tally/base/limits.h>
#include <tally/rules/expression.h>

#include "rules/constant.h"

#include <algorithm>
#include <numeric>

namespace tally::rules {
namespace {

/// One campaign among the others of its programme.
class Envelope {
 public:
  Envelope(Findings& findings, const Programme& programme, std::size_t place)
      : findings_(findings),
        programme_(programme),
        campaign_(programme.campaigns[place]),
        field_(entry("campaigns", place)) {}

  CampaignTrees check(const Campaign* before) {
    check_names(before);
    check_schedule();
    check_reach();
    CampaignTrees trees;
    trees.when = expression("when", campaign_.when, ValueType::Bool);
    trees.award = award("award", campaign_.award);
    caps("", campaign_.cap_points, campaign_.cap_times);
    if (campaign_.budget)
      findings_.require(!campaign_.budget->points.is_zero(), field_ + "budget.points", "0",
                        "above 0", "leave the budget out");
    check_funders();
    check_overrides();
    trees.referrer = check_referrer();
    check_trigger();
    check_params();
    return trees;
  }

 private:
  void check_names(const Campaign* before) {
    findings_.require(is_id(campaign_.id), field_ + "id", shown(campaign_.id),
                      "1 to 32 of a-z, 0-9 and -");
    if (before != nullptr && before->id == campaign_.id)  // RUL-06
      findings_.require(false, field_ + "id", shown(campaign_.id), "each id once", "rename one");
    else
      findings_.require(before == nullptr || before->id < campaign_.id, field_ + "id",
                        shown(campaign_.id), "campaigns ascending by id");
    findings_.range(field_ + "title", campaign_.title.size(), 0, limits::kTextBytesMax);
  }

  void check_schedule() {
    const auto is_written = [](const std::optional<LocalTime>& time) {
      return !time || (time->value() >= 0 &&
                       time->value() <= static_cast<std::int64_t>(limits::kLocalMsMax));
    };
    constexpr const char* kDates = "a date from 1970 to 9999";
    findings_.require(is_written(campaign_.starts), field_ + "starts", "another date", kDates);
    findings_.require(is_written(campaign_.ends), field_ + "ends", "another date", kDates);
    const bool bounded = campaign_.starts && campaign_.ends;
    if (!bounded || !is_written(campaign_.starts) || !is_written(campaign_.ends)) return;
    findings_.require(*campaign_.starts < *campaign_.ends, field_ + "ends",
                      "an end that is not after the start", "a later one");
    const std::int64_t span = campaign_.ends->value() - campaign_.starts->value();
    findings_.require(span <= static_cast<std::int64_t>(limits::kCampaignMsMax), field_ + "ends",
                      "a validity of more than five years", "at most five years");
  }

  void check_reach() {
    findings_.names(field_ + "tiers", campaign_.tiers, limits::kTiersMax,
                    limits::kShortNameBytesMax);
    for (std::size_t i = 0; i < campaign_.tiers.size(); ++i)
      declared(field_ + "tiers[" + std::to_string(i) + "]", programme_.tiers.tiers,
               campaign_.tiers[i], "a [[tier]]");
    findings_.names(field_ + "merchants", campaign_.merchants, limits::kListedNamesMax,
                    limits::kShortNameBytesMax);
    findings_.names(field_ + "stores", campaign_.stores, limits::kListedNamesMax,
                    limits::kShortNameBytesMax);
    findings_.names(field_ + "channels", campaign_.channels, limits::kListedNamesMax,
                    limits::kChannelBytesMax);
    if (!campaign_.group.empty())
      declared(field_ + "group", programme_.groups, campaign_.group, "a [[group]]");
  }

  template <typename Entries>
  void declared(const std::string& field, const Entries& entries, const std::string& name,
                std::string_view what) {
    const bool found = std::any_of(entries.begin(), entries.end(),
                                   [&](const auto& each) { return each.name == name; });
    findings_.require(found, field, shown(name),
                      std::string(what) + " that the programme declares");
  }

  Expression expression(const char* key, const std::string& source, ValueType type) {
    if (source.empty()) return {};
    const Scope scope{site_of(campaign_.trigger), programme_.lines, programme_.counters,
                      campaign_.params};
    tl::expected<Expression, Mistakes> tree = compile_expression(source, scope, type);
    if (tree) return std::move(*tree);
    findings_.expression(field_ + key, std::move(tree.error()));
    return {};
  }

  Expression award(const char* key, const std::string& source) {
    findings_.require(!source.empty(), field_ + key, "no award", "an int", "add it");  // RUL-08
    Expression tree = expression(key, source, ValueType::Int);
    const auto value = constant_value(tree, campaign_.params, programme_.utc_offsets);
    if (value && *value < 0)  // RUL-11
      findings_.require(false, field_ + key, std::to_string(*value), "0 or more");
    return tree;
  }

  /// RUL-12: limits above 0, and none that the programme's would always cut.
  void caps(const char* prefix, const std::vector<Cap>& points, const std::vector<Cap>& times) {
    const std::string field = field_ + prefix + "cap_points";
    check_caps(findings_, field, points, Period::Transaction);
    for (std::size_t i = 0; i < points.size(); ++i)
      for (const Cap& cap : programme_.earn.cap_points)
        findings_.require(cap.period != points[i].period || points[i].limit <= cap.limit,
                          entry(field, i) + "limit", std::to_string(points[i].limit),
                          "at most the programme's " + std::to_string(cap.limit));
    check_caps(findings_, field_ + prefix + "cap_times", times, Period::Day);
  }

  /// RUL-13. The sums have parts of at most 10^9, as each share has, so that a split of any award
  /// is exact in 128 bits.
  void check_funders() {
    const std::string field = field_ + "funders";
    findings_.range(field, campaign_.funders.size(), 1, limits::kFundersMax);
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 1;
    bool fits = true;
    for (std::size_t i = 0; i < campaign_.funders.size(); ++i) {
      const FunderShare& share = campaign_.funders[i];
      check_funder(entry(field, i), share.who);
      const bool proper = share.numerator >= 1 && share.denominator >= 1 &&
                          share.numerator <= limits::kShareMax &&
                          share.denominator <= limits::kShareMax &&
                          std::gcd(share.numerator, share.denominator) == 1;
      findings_.require(proper, entry(field, i) + "numerator", share_text(share),
                        "a reduced fraction of 1 to 10^9");
      const std::uint64_t common = proper ? std::lcm(denominator, share.denominator) : 0;
      fits = fits && proper && common <= limits::kShareMax;
      if (!fits) continue;
      numerator =
          numerator * (common / denominator) + share.numerator * (common / share.denominator);
      denominator = common;
    }
    if (!fits)
      findings_.require(false, field, "shares without a common denominator up to 10^9",
                        "shares that add up to 1");
    else
      findings_.require(numerator == denominator, field,
                        "shares of " + std::to_string(numerator) + "/" +
                            std::to_string(denominator) + " together",
                        "shares that add up to 1");
  }

  static std::string share_text(const FunderShare& share) {
    return std::to_string(share.numerator) + "/" + std::to_string(share.denominator);
  }

  void check_funder(const std::string& field, const Funder& who) {
    if (who.kind == FunderKind::Issuer) {
      findings_.require(who.name.empty(), field + "who", shown(who.name), "none: the issuer");
      return;
    }
    findings_.name(field + "who", who.name, limits::kShortNameBytesMax);
    const bool other = who.kind == FunderKind::Brand || who.name != programme_.merchant;
    findings_.require(other, field + "who", "the issuer by its name", "issuer", "write \"issuer\"");
  }

  void check_overrides() {
    if (campaign_.expires) {
      const ExpiryRule& rule = *campaign_.expires;
      check_expiry(findings_, field_ + "expires", rule);
      findings_.require(rule.kind != ExpiryKind::Inactivity, field_ + "expires.kind", "inactivity",
                        "a date of its own: inactivity is a member's, in all of a programme");
      findings_.require(rule.grace_days == 0 && rule.reinstate == Reinstatement(),
                        field_ + "expires.grace_days", "grace or reinstatement",
                        "none: they are the programme's");
    }
    if (campaign_.pending) check_pending(findings_, field_ + "pending", *campaign_.pending);
    if (campaign_.resets.empty()) return;
    const auto& counters = programme_.counters;
    const auto found = std::find_if(counters.begin(), counters.end(), [&](const Counter& counter) {
      return counter.name == campaign_.resets;
    });
    if (found == counters.end())
      return findings_.require(false, field_ + "resets", shown(campaign_.resets),
                               "a [[counter]] that the programme declares");
    // The other two are read off purchases, some of them other merchants'.
    const bool own =
        found->kind != CounterKind::DaysSince && found->kind != CounterKind::DistinctMerchants;
    findings_.require(own, field_ + "resets", shown(campaign_.resets),
                      "a streak, visits or stamps counter");
  }

  Expression check_referrer() {
    if (!campaign_.referrer) return {};
    const bool known =
        campaign_.trigger == Trigger::Activated || campaign_.trigger == Trigger::Enrol;
    findings_.require(known, field_ + "referrer", "another trigger", "ACTIVATED or ENROL");
    Expression tree = award("referrer.award", campaign_.referrer->award);
    caps("referrer.", campaign_.referrer->cap_points, campaign_.referrer->cap_times);
    return tree;
  }

  void check_trigger() {
    const bool attested = campaign_.trigger == Trigger::Attested;
    findings_.range(field_ + "attestor", campaign_.attestor.size(), 0, limits::kNameBytesMax);
    findings_.require(attested || campaign_.attestor.empty(), field_ + "attestor",
                      shown(campaign_.attestor), "none: of ATTESTED alone");
    findings_.require(campaign_.trigger == Trigger::TierUp || !campaign_.each_step,
                      field_ + "each_step", "true", "false: of TIER_UP alone");
  }

  void check_params() {
    findings_.range(field_ + "params", campaign_.params.size(), 0, limits::kParametersMax);
    for (std::size_t i = 0; i < campaign_.params.size(); ++i) {
      const Parameter& parameter = campaign_.params[i];
      const std::string field = field_ + "params." + parameter.name;
      findings_.require(is_rule_name(parameter.name), field, shown(parameter.name),
                        "1 to 32 letters, digits and _, no word of the language");
      findings_.require(i == 0 || campaign_.params[i - 1].name < parameter.name, field,
                        shown(parameter.name), "names ascending, each once");
      if (const auto* text = std::get_if<std::string>(&parameter.value))
        findings_.range(field, text->size(), 0, limits::kRuleTextBytesMax);
    }
  }

  Findings& findings_;
  const Programme& programme_;
  const Campaign& campaign_;
  std::string field_;
};

}  // namespace

CampaignTrees check_campaign(Findings& findings, const Programme& programme, std::size_t place) {
  const Campaign* before = place == 0 ? nullptr : &programme.campaigns[place - 1];
  return Envelope(findings, programme, place).check(before);
}

}  // namespace tally::rules
