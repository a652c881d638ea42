// Trial: what a rule set would have given over a log of purchases, member by member, from plain
// values: no ledger is asked, and none is changed.
//
// Members enrol at their first purchase. Block time is event time, so nothing is late. Points that
// would wait activate at their time, those at the end of the log too. Rows at the programme's
// merchant and at its partners earn; others are only counted by counters that ask for them. A
// merchant that funds is taken to have a quote in force. Nobody has a referrer or a segment,
// nothing is returned, and points are neither redeemed nor do they expire.
#pragma once

#include "app/trial_log.h"

#include <tally/rules/evaluate.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

inline constexpr std::size_t kReasons = 10;  ///< of RuleReason
static_assert(static_cast<std::size_t>(RuleReason::RateNotAvailable) + 1 == kReasons);

/// What one rule came to: the base, or a campaign.
struct RuleTally {
  std::string id;
  std::string title;
  std::uint64_t asked = 0;  ///< times
  std::uint64_t given = 0;  ///< times that it gave something
  std::uint64_t points = 0;
  std::uint64_t members = 0;                      ///< that got something from it
  std::optional<Points> budget_left;              ///< none: it has no budget
  std::array<std::uint64_t, kReasons> reasons{};  ///< by RuleReason
};

struct MemberTally {
  std::uint64_t purchases = 0;
  std::int64_t total = 0;     ///< minor units
  std::int64_t eligible = 0;  ///< minor units
  std::uint64_t points = 0;
  std::uint8_t tier = 0;               ///< at the end
  std::vector<std::uint64_t> by_rule;  ///< beside TrialSummary::rules
};

struct TrialSummary {
  std::uint64_t purchases = 0;  ///< that earned, with 0 points too
  std::uint64_t elsewhere = 0;  ///< at merchants where the programme gives nothing
  std::uint64_t refused = 0;    ///< AMOUNT_OVERFLOW
  std::int64_t total = 0;       ///< minor units
  std::int64_t eligible = 0;
  std::uint64_t points = 0;
  Timestamp first;
  Timestamp last;
  std::vector<RuleTally> rules;  ///< the base, then in the order of evaluation
  std::map<std::string, MemberTally, std::less<>> members;  ///< by their names in the log
};

class Trial {
 public:
  /// Budgets are as if nothing had been spent.
  explicit Trial(RuleSet rules);
  ~Trial();

  /// REQUIRES: not before the last one
  void serve(const TrialPurchase& purchase);
  /// What still waited activates. Nothing else may follow.
  [[nodiscard]] TrialSummary finish();

 private:
  struct Customer;
  struct Waiting;

  [[nodiscard]] bool earns_at(const std::string& merchant) const;
  Customer& customer_of(const TrialPurchase& purchase);
  void enrol(Customer& customer, const TrialPurchase& purchase);
  void activate_until(Timestamp now);
  void review_until(Customer& customer, Timestamp now) const;
  [[nodiscard]] rules::Awarded happen(Customer& customer, rules::Occasion occasion,
                                      bool activation);
  void wait(Customer& customer, const TrialPurchase& purchase, const rules::Awarded& awarded);
  void tally(Customer& customer, const rules::Awarded& awarded);

  const RuleSet rules_;
  const bool enrols_;                ///< some campaign asks for enrolments
  std::vector<std::size_t> places_;  ///< in the summary, of each campaign
  std::vector<Points> spent_;
  TrialSummary summary_;
  std::map<std::string, Customer, std::less<>> customers_;
  std::multimap<Timestamp, Waiting> waiting_;
};

}  // namespace tally::app
