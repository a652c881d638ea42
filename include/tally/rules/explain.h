// Explanation: why a receipt says what it says, as data. Each rule that was asked is evaluated
// again from the recorded facts; so an explanation is right for ever, and shows a receipt that is
// wrong.
#pragma once

#include <tally/model/receipt.h>
#include <tally/rules/evaluate.h>
#include <tally/rules/expression.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tally::rules {

/// What a campaign asks of an occasion, in the order in which it is asked.
enum class Condition : std::uint8_t {
  Schedule = 1,
  Tier = 2,
  Merchant = 3,
  Store = 4,
  Channel = 5,
  Attestor = 6,
  When = 7,
};
inline constexpr std::array kEnvelopeConditions = {Condition::Schedule, Condition::Tier,
                                                   Condition::Merchant, Condition::Store,
                                                   Condition::Channel,  Condition::Attestor};

/// monostate: it is absent.
using FactValue =
    std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

/// A name of the language as an expression reads it: "tx.eligible" = 6000. Of `lines` it is their
/// number, "size(lines)"; what a line holds stands in the transaction.
struct FactRead {
  std::string name;
  FactValue value;
  std::optional<LocalTime> local;  ///< of an instant
  friend bool operator==(const FactRead&, const FactRead&) = default;
};

/// muldiv(AMOUNT, points, per), the commonest award: points for each so much of it.
struct PlainRate {
  enum class Of : std::uint8_t { Eligible = 1, BasePoints = 2 };
  Of of = Of::Eligible;
  std::int64_t points = 1;
  std::int64_t per = 1;
  friend bool operator==(const PlainRate&, const PlainRate&) = default;
};

/// An expression, and what evaluating it again gives.
struct ExplainedExpression {
  RuleSource source;
  std::optional<RunError> error;
  std::optional<std::int64_t> value;  ///< of `when` 0 or 1; none: it failed, or nobody asks
  std::vector<FactRead> reads;        ///< each name once, in the order of the text
  std::optional<PlainRate> rate;
  bool fixed = false;  ///< it is a number, and nothing else
  friend bool operator==(const ExplainedExpression&, const ExplainedExpression&) = default;
};

/// A limit that may have been the one that cut.
struct BindingCap {
  Cap cap;
  bool times = false;  ///< of times, not of points
  friend bool operator==(const BindingCap&, const BindingCap&) = default;
};

struct FundedPoints {
  Funder who;
  Points points;
  friend bool operator==(const FundedPoints&, const FundedPoints&) = default;
};

struct NamedTier {
  std::uint8_t number = 0;
  std::string name;  ///< empty: the programme has no tiers
  friend bool operator==(const NamedTier&, const NamedTier&) = default;
};

/// The base, or one campaign.
struct ExplainedRule {
  RuleResult result;                    ///< as the receipt has it
  std::optional<Campaign> campaign;     ///< as published; none of the base
  std::optional<GroupMode> group_mode;  ///< of its group, if it has one
  NamedTier tier;                       ///< as the envelope saw it
  std::vector<Condition> failed;        ///< all that kept it out; a schedule alone may be enough
  std::optional<ExplainedExpression> when;
  ExplainedExpression award;
  std::string chosen;                   ///< of Group: the campaign that its group chose
  std::vector<BindingCap> binding;      ///< of a cap: those that may have left `headroom`
  std::vector<FundedPoints> funders;    ///< of what was given, in the order written
  std::optional<Timestamp> expires_at;  ///< never() where it never does; of 0 points none
  std::optional<CivilDate> last_day;    ///< the local day on which they are good for the last time
  bool agrees = false;                  ///< evaluating again gives what the receipt says
  friend bool operator==(const ExplainedRule&, const ExplainedRule&) = default;
};

/// design/loyalty.md §6, step 2, in minor units; all above 0 but the amount.
struct EligibleAmount {
  Money total;
  Money tax;  ///< what was taken off; 0 where the programme counts it
  Money excluded;
  Money paid_by_points;
  Money amount;
  friend bool operator==(const EligibleAmount&, const EligibleAmount&) = default;
};

struct Explanation {
  Outcome outcome = Outcome::Accepted;  ///< refused: then no rule gave anything
  std::uint32_t programme_version = 0;
  Trigger trigger = Trigger::Purchase;
  LocalTime event_time;
  std::string merchant;  ///< where it happened, as the next four
  std::string store;
  std::string channel;
  std::string signed_by;
  std::optional<EligibleAmount> eligible;  ///< of a purchase
  NamedTier tier_before;
  NamedTier tier_after;
  std::vector<ExplainedRule> rules;  ///< in the order of evaluation
  bool agrees = true;                ///< all of them do
  friend bool operator==(const Explanation&, const Explanation&) = default;
};

/// Of a receipt of an earn, an enrolment or an attested action: `occasion` is what happened, as it
/// was for `evaluate`; what the receipt's facts hold (what points paid) is taken from there, and
/// budgets, quotes and other merchants are not asked. REQUIRES: `rules` is the version that the
/// facts name.
[[nodiscard]] Explanation explain(const RuleSet& rules, const Occasion& occasion,
                                  const Receipt& receipt);

/// The names that `expression` reads, with their values.
[[nodiscard]] std::vector<FactRead> facts_read(const Expression& expression,
                                               const Programme& programme, const Facts& facts);

}  // namespace tally::rules
