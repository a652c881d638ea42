// Reading: what rules see, from the recorded facts and the transaction alone, so that who evaluates
// again sees the same.
#pragma once

#include <tally/rules/evaluate.h>
#include <tally/rules/expression.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tally::rules {

/// The member's side of it, as it was before. Counters are the caller's; so is `tier_after`.
[[nodiscard]] RuleFacts facts_before(const Programme& programme, const Occasion& occasion,
                                     const MemberBefore& member);

/// Facts in the form that expressions read. Borrows all that it is made of.
class Reading {
 public:
  Reading(const Programme& programme, const Occasion& occasion, const RuleFacts& recorded);
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  [[nodiscard]] const Facts& facts() const { return facts_; }
  [[nodiscard]] std::uint8_t tier() const { return static_cast<std::uint8_t>(facts_.m.tier); }

  void see_base(Points points) { facts_.base_points = points.value(); }
  void see_params(const std::vector<Parameter>& params) { facts_.params = params; }
  void see_tiers(std::uint8_t before, std::uint8_t now);
  void see_counters(const std::vector<CounterValue>& values);

 private:
  std::string referrer_;
  std::vector<CounterFact> counters_;
  Facts facts_;
};

/// What the rules of a receipt saw, each in its turn. Borrows as Reading does.
class Retracing {
 public:
  Retracing(const Programme& programme, const Occasion& occasion, const RuleFacts& recorded);

  /// What the base gave, before caps: counters, campaigns and tiers come after it.
  void see_base(Points points) { reading_.see_base(points); }
  /// What `campaign` saw: its parameters, and counters and tier as of its trigger. To be called for
  /// each result in the receipt's order: for each step of a tier there is one.
  void see(const RuleResult& result, const Campaign& campaign);

  [[nodiscard]] const Facts& facts() const { return reading_.facts(); }
  [[nodiscard]] std::uint8_t tier() const { return reading_.tier(); }

 private:
  const RuleFacts& recorded_;
  Reading reading_;
  std::map<std::string, std::uint8_t> steps_;  ///< of TIER_UP for each tier, by campaign
};

}  // namespace tally::rules
