// Tables of a trial.
#include "app/trial_report.h"

#include <tally/base/bytes.h>
#include <tally/base/grouped.h>
#include <tally/config/text.h>

#include "app/table.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace tally::app {
namespace {

using Json = nlohmann::ordered_json;
using MemberRow = std::pair<const std::string*, const MemberTally*>;

std::string money_text(std::int64_t minor_units, std::uint8_t exponent) {
  std::int64_t unit = 1;
  for (std::uint8_t i = 0; i < exponent; ++i)
    unit *= 10;
  std::string text = grouped(static_cast<std::uint64_t>(minor_units / unit));
  if (exponent == 0) return text;
  const std::string rest = std::to_string(minor_units % unit);
  return text + "." + std::string(exponent - rest.size(), '0') + rest;
}

/// What the points would pay for at the issuer's own tills.
std::int64_t worth(std::uint64_t points, const Programme& programme) {
  return muldiv(static_cast<std::int64_t>(points), programme.redeem.price_money.minor_units(),
                programme.redeem.price_points.value(), Rounding::Floor)
      .value_or(0);
}

/// "0.99" of a hundred, rounded down.
std::string percent_text(std::int64_t part, std::int64_t whole) {
  const std::int64_t hundredths =
      whole == 0 ? 0 : muldiv(part, 10'000, whole, Rounding::Floor).value_or(0);
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + "." + std::string(2 - rest.size(), '0') + rest;
}

std::string day_text(Timestamp at) {
  return config::text_of(at).substr(0, std::string_view("2026-03-29").size());
}

std::string tier_name(std::uint8_t tier, const Programme& programme) {
  const auto& tiers = programme.tiers.tiers;
  return tier < tiers.size() ? tiers[tier].name : std::to_string(tier);
}

std::vector<std::uint64_t> members_by_tier(const TrialSummary& summary,
                                           const Programme& programme) {
  std::vector<std::uint64_t> counts(programme.tiers.tiers.size());
  for (const auto& [name, member] : summary.members)
    if (member.tier < counts.size()) ++counts[member.tier];
  return counts;
}

std::vector<MemberRow> top_members(const TrialSummary& summary, std::size_t top) {
  std::vector<MemberRow> rows;
  for (const auto& [name, member] : summary.members)
    rows.emplace_back(&name, &member);
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(top, rows.size()));
  std::partial_sort(rows.begin(), end, rows.end(), [](const MemberRow& a, const MemberRow& b) {
    return std::pair(b.second->points, *a.first) < std::pair(a.second->points, *b.first);
  });
  rows.erase(end, rows.end());
  return rows;
}

std::string head_text(const TrialSummary& summary, const TrialShown& shown) {
  const std::string currency(as_text(shown.programme.currency.view()));
  const auto money = [&](std::int64_t minor) {
    return money_text(minor, shown.exponent) + " " + currency;
  };
  const std::int64_t cost = worth(summary.points, shown.programme);
  std::string text = grouped(summary.purchases) + " purchases of " +
                     grouped(summary.members.size()) + " members, " + day_text(summary.first) +
                     " to " + day_text(summary.last) + ": " + money(summary.total) + ", of which " +
                     money(summary.eligible) + " count\n" + grouped(summary.points) +
                     " points, worth " + money(cost) + ": " + percent_text(cost, summary.eligible) +
                     " % of what counts\n";
  if (summary.elsewhere > 0)
    text += grouped(summary.elsewhere) + " purchases at other merchants gave nothing\n";
  if (summary.refused > 0)
    text += grouped(summary.refused) + " purchases would be refused: AMOUNT_OVERFLOW\n";
  return text;
}

std::string rules_text(const TrialSummary& summary) {
  Table table({"rule", "times", "points", "members", "budget left"});
  for (const RuleTally& rule : summary.rules)
    table.add({rule.id, grouped(rule.given), grouped(rule.points), grouped(rule.members),
               rule.budget_left.has_value()
                   ? grouped(static_cast<std::uint64_t>(rule.budget_left->value()))
                   : std::string()});
  return table.text();
}

/// A column for each reason that there was.
std::string reasons_text(const TrialSummary& summary) {
  std::vector<std::size_t> reasons;
  for (std::size_t reason = 1; reason < kReasons; ++reason)
    if (std::any_of(summary.rules.begin(), summary.rules.end(),
                    [&](const RuleTally& rule) { return rule.reasons.at(reason) > 0; }))
      reasons.push_back(reason);
  if (reasons.empty()) return {};
  std::vector<std::string> headings = {"why less or nothing", "asked"};
  for (const std::size_t reason : reasons)
    headings.emplace_back(name_of(static_cast<RuleReason>(reason)));
  Table table(std::move(headings));
  for (const RuleTally& rule : summary.rules) {
    std::vector<std::string> row = {rule.id, grouped(rule.asked)};
    for (const std::size_t reason : reasons)
      row.push_back(grouped(rule.reasons.at(reason)));
    table.add(std::move(row));
  }
  return "\n" + table.text();
}

std::string tiers_text(const TrialSummary& summary, const Programme& programme) {
  if (programme.tiers.tiers.empty()) return {};
  Table table({"tier at the end", "members"});
  const std::vector<std::uint64_t> counts = members_by_tier(summary, programme);
  for (std::size_t tier = 0; tier < counts.size(); ++tier)
    table.add({programme.tiers.tiers[tier].name, grouped(counts[tier])});
  return "\n" + table.text();
}

std::string top_text(const TrialSummary& summary, const TrialShown& shown) {
  if (shown.top == 0 || summary.members.empty()) return {};
  const bool tiers = !shown.programme.tiers.tiers.empty();
  std::vector<std::string> headings = {"most points", "purchases", "total", "points"};
  if (tiers) headings.emplace_back("tier");
  Table table(std::move(headings));
  for (const auto& [name, member] : top_members(summary, shown.top)) {
    std::vector<std::string> row = {printable(*name), grouped(member->purchases),
                                    money_text(member->total, shown.exponent),
                                    grouped(member->points)};
    if (tiers) row.push_back(tier_name(member->tier, shown.programme));
    table.add(std::move(row));
  }
  return "\n" + table.text();
}

Json json_of(const RuleTally& rule) {
  Json reasons = Json::object();
  for (std::size_t reason = 0; reason < kReasons; ++reason)
    if (rule.reasons.at(reason) > 0)
      reasons[std::string(name_of(static_cast<RuleReason>(reason)))] = rule.reasons.at(reason);
  Json json = {{"rule", rule.id},
               {"title", rule.title},
               {"asked", rule.asked},
               {"times", rule.given},
               {"points", rule.points},
               {"members", rule.members},
               {"reasons", std::move(reasons)}};
  if (rule.budget_left.has_value()) json["budget_left"] = rule.budget_left->value();
  return json;
}

}  // namespace

std::string text_of(const TrialSummary& summary, const TrialShown& shown) {
  return head_text(summary, shown) + "\n" + rules_text(summary) + reasons_text(summary) +
         tiers_text(summary, shown.programme) + top_text(summary, shown);
}

std::string json_of(const TrialSummary& summary, const TrialShown& shown) {
  const Programme& programme = shown.programme;
  Json json = {{"purchases", summary.purchases},
               {"elsewhere", summary.elsewhere},
               {"refused", summary.refused},
               {"members", summary.members.size()},
               {"first", summary.first.milliseconds()},
               {"last", summary.last.milliseconds()},
               {"currency", std::string(as_text(programme.currency.view()))},
               {"total", summary.total},
               {"eligible", summary.eligible},
               {"points", summary.points},
               {"worth", worth(summary.points, programme)},
               {"rules", Json::array()},
               {"tiers", Json::array()},
               {"top", Json::array()}};
  for (const RuleTally& rule : summary.rules)
    json["rules"].push_back(json_of(rule));
  const std::vector<std::uint64_t> counts = members_by_tier(summary, programme);
  for (std::size_t tier = 0; tier < counts.size(); ++tier)
    json["tiers"].push_back(
        {{"name", programme.tiers.tiers[tier].name}, {"members", counts[tier]}});
  for (const auto& [name, member] : top_members(summary, shown.top))
    json["top"].push_back({{"member", *name},
                           {"purchases", member->purchases},
                           {"total", member->total},
                           {"points", member->points},
                           {"tier", member->tier}});
  // What a log calls its members need not be UTF-8.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string members_csv(const TrialSummary& summary, const TrialShown& shown) {
  std::string csv = "member,purchases,total,eligible,points,tier";
  for (const RuleTally& rule : summary.rules)
    csv += "," + rule.id;
  csv += "\n";
  for (const auto& [name, member] : summary.members) {
    csv += csv_field(name) + "," + std::to_string(member.purchases) + "," +
           std::to_string(member.total) + "," + std::to_string(member.eligible) + "," +
           std::to_string(member.points) + "," + tier_name(member.tier, shown.programme);
    for (const std::uint64_t points : member.by_rule)
      csv += "," + std::to_string(points);
    csv += "\n";
  }
  return csv;
}

}  // namespace tally::app
