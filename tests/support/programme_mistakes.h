// Programmes with one thing changed, and what rules::compile says of them.
#pragma once

#include <tally/rules/programme.h>

#include "support/builders.h"

#include <gtest/gtest.h>
#include <functional>
#include <string>
#include <vector>

namespace tally::test {

/// With tiers, two groups, a counter and three campaigns, of which `change` makes what is tested.
[[nodiscard]] inline Programme programme_with(const std::function<void(Programme&)>& change) {
  Programme programme = a_programme();
  programme.earn.cap_points = {{Period::Day, 1'000}};
  programme.tiers.tiers = {{"BASE", Points()}, {"GOLD", points(100)}};
  programme.groups = {{"promo", 20, GroupMode::Stack}, {"status", 10, GroupMode::First}};
  programme.counters = {
      {"week_streak", CounterKind::Streak, Period::Week, 0, "", Posting::Earn, ""}};
  programme.campaigns = {a_campaign("a", "base.points"), a_campaign("b", "base.points"),
                         a_campaign("c", "base.points")};
  programme.campaigns[0].group = "promo";
  programme.campaigns[1].group = "status";
  change(programme);
  return programme;
}

[[nodiscard]] inline Programme campaign_with(const std::function<void(Campaign&)>& change) {
  return programme_with([&](Programme& programme) { change(programme.campaigns[0]); });
}

[[nodiscard]] inline std::vector<std::string> mistakes_of(const Programme& programme) {
  const auto rules = rules::compile(programme);
  std::vector<std::string> lines;
  if (rules) return lines;
  for (const rules::Mistake& mistake : rules.error()) {
    EXPECT_FALSE(mistake.expected.empty()) << mistake.field;
    lines.push_back(std::string(rules::name_of(mistake.reason)) + " " + mistake.field + ": " +
                    mistake.got);
  }
  return lines;
}

[[nodiscard]] inline std::vector<std::string> of_campaign(
    const std::function<void(Campaign&)>& change) {
  return mistakes_of(campaign_with(change));
}

[[nodiscard]] inline std::vector<std::string> of_programme(
    const std::function<void(Programme&)>& change) {
  return mistakes_of(programme_with(change));
}

}  // namespace tally::test
