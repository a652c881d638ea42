// Evaluation: one deed on its way through the steps of design/loyalty.md §6.
#pragma once

#include <tally/rules/evaluate.h>
#include <tally/rules/expression.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/caps.h"
#include "rules/counters.h"
#include "rules/groups.h"
#include "rules/reading.h"

namespace tally::rules {

/// Of a rule that was not asked yet: nothing limits it, and nothing is given.
[[nodiscard]] inline RuleResult unasked(std::string source, Trigger trigger) {
  RuleResult result;
  result.source = std::move(source);
  result.trigger = trigger;
  result.headroom = kNoLimit;
  return result;
}

/// Lives for one call, and is run once. Every step answers whether the deed goes on: after false
/// its outcome is a refusal, and nothing else of it counts.
class Evaluation {
 public:
  /// Borrows its arguments.
  Evaluation(const RuleSet& rules, const Occasion& occasion, const MemberBefore& member,
             const std::optional<Standing>& referrer);

  [[nodiscard]] Awarded run();             ///< of an occasion as it happens
  [[nodiscard]] Awarded run_activation();  ///< of what was pending

 private:
  /// One tier on the way up.
  struct TierStep {
    std::uint8_t before;  ///< the whole way
    std::uint8_t now;
    std::uint8_t step;  ///< before < step ≤ now
  };
  /// Whose caps are met, and who is paid: the member, or its referrer.
  struct Payee {
    CapOwner caps;
    Standing& standing;
    Points& withheld;  ///< by funders that cannot pay: goes to no other line of this transaction
  };

  // evaluate.cpp: the steps in their order.
  [[nodiscard]] bool happen();
  [[nodiscard]] bool earn_base(Points& points);
  [[nodiscard]] bool count(Posting post, std::vector<CounterValue>& values);
  [[nodiscard]] bool activate(const std::vector<CounterValue>& before);
  [[nodiscard]] bool raise_tier();
  [[nodiscard]] bool may_count(Timestamp block_time_of_earn) const;
  [[nodiscard]] Awarded finish(bool goes_on);

  // campaigns.cpp: the campaigns of one trigger, steps 4 to 8.
  [[nodiscard]] bool run_campaigns(Trigger trigger, const TierStep* step = nullptr);
  [[nodiscard]] bool ask(Candidate& candidate);
  [[nodiscard]] bool ask_award(const Expression& award, RuleResult& result);
  void limit(const Payee& payee, std::uint16_t place, RuleResult& result) const;
  void limit_by_programme(const Payee& payee, RuleResult& result) const;
  [[nodiscard]] bool pay_referrer(const Candidate& paid);
  void pay(const Payee& payee, std::uint16_t place, RuleResult& result);
  void pay_parts(const Payee& payee, std::optional<std::uint16_t> place,
                 std::span<const FunderShare> shares, RuleResult& result);
  void charge_budget(std::uint16_t place, RuleResult& result);
  [[nodiscard]] RuleReason charge_funder(const Funder& who, Points points);
  [[nodiscard]] bool posts_now(const Campaign& campaign) const;

  template <typename T>
  [[nodiscard]] bool goes_on(const Evaluated<T>& evaluated);
  [[nodiscard]] bool refuse(Outcome outcome);

  const RuleSet& rules_;
  const Programme& programme_;
  const Occasion& occasion_;
  const PeriodPlaces places_;
  const Deed deed_;
  Awarded awarded_;  ///< its standing is the member's as it becomes
  Standing referrer_;
  const bool has_referrer_;
  bool referrer_paid_ = false;
  std::vector<Points> spent_;          ///< of budgets, this deed included
  std::vector<FunderRoom> rooms_;      ///< of funders, less this deed's lines
  std::vector<std::uint16_t> resets_;  ///< places of campaigns whose counters go to 0
  Points withheld_;
  Points withheld_of_referrer_;
  Points qualifying_;  ///< to be posted
  Reading reading_;    ///< of awarded_.facts: stands after it
};

template <typename T>
bool Evaluation::goes_on(const Evaluated<T>& evaluated) {
  awarded_.cost += evaluated.cost;
  if (evaluated.error == RunError::Overflow) return refuse(Outcome::AmountOverflow);
  if (evaluated.error == RunError::CostExceeded) return refuse(Outcome::RuleCost);
  return true;
}

}  // namespace tally::rules
