// The rule language: a source becomes a checked tree, a tree gives a value.
#pragma once

#include <tally/base/limits.h>
#include <tally/model/expression.h>
#include <tally/model/points_actions.h>
#include <tally/model/programme.h>
#include <tally/rules/mistake.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tally::rules {

/// Where an expression stands, which decides the names that it sees (design/rule-language.md §3).
enum class Site : std::uint8_t {
  Base,  ///< the programme's base, a counter's `when`
  Purchase,
  Activated,
  Enrol,
  Attested,
  TierUp,
};
[[nodiscard]] Site site_of(Trigger trigger);

/// What publication asks of a source beyond CEL. Only the official cases of CEL, which know no
/// such limits, are read with others (design/rule-language.md §12).
struct SourceLimits {
  std::size_t text_bytes = limits::kRuleTextBytesMax;
  bool control_characters = false;  ///< whether they may stand outside escapes
};

/// The names of an expression, beside the language's own. Borrows.
struct Scope {
  Site site = Site::Base;
  bool lines = false;  ///< whether the programme keeps lines; else LINES_OFF
  std::span<const Counter> counters;
  std::span<const Parameter> params;
  SourceLimits source_limits = {};
};

/// Parses, checks and prices `source`, which must give `type`. All limits of
/// design/rule-language.md §7 for one expression hold. The mistakes are in order of position; a
/// lexical or syntactic one ends the search, type mistakes are told together where they are
/// independent.
[[nodiscard]] tl::expected<Expression, Mistakes> compile_expression(std::string_view source,
                                                                    const Scope& scope,
                                                                    ValueType type);
/// The same of whichever type `source` has.
[[nodiscard]] tl::expected<Expression, Mistakes> compile_expression(std::string_view source,
                                                                    const Scope& scope);

// What is known when an expression is evaluated. All of it borrows.
struct TransactionFacts {
  std::int64_t event_time = 0;  ///< milliseconds
  std::string_view merchant;
  std::string_view channel;
  std::string_view store;
  std::string_view currency;
  std::int64_t total = 0;
  std::int64_t eligible = 0;
  std::int64_t points_value = 0;
  std::span<const std::string> pay_methods;
  std::string_view ref;
  std::span<const BasketLine> lines;
};

struct MemberFacts {
  std::int64_t tier = 0;
  std::int64_t tqp = 0;
  std::int64_t enrolled_at = 0;
  std::optional<std::int64_t> last_activity_at;
  std::int64_t purchases_total = 0;
  std::int64_t activations_total = 0;
  std::span<const std::string> segs;
  std::span<const std::string> passes;
  std::optional<std::string_view> referrer;  ///< as 32 hexadecimal digits
  std::int64_t tier_before = 0;
};

/// A counter's value for this transaction; of Stamps also whether it filled the card.
struct CounterFact {
  std::optional<std::int64_t> value;  ///< absent: of DaysSince, no such purchase
  bool full = false;
  friend bool operator==(const CounterFact&, const CounterFact&) = default;
};

struct Facts {
  TransactionFacts tx;
  MemberFacts m;
  std::int64_t base_points = 0;
  std::span<const CounterFact> counters;  ///< beside Scope::counters, place by place
  std::span<const Parameter> params;
  std::span<const UtcOffset> utc_offsets;
};

/// design/rule-language.md §6. CostExceeded: the proof of publication was wrong (RULE_COST).
enum class RunError : std::uint8_t { Overflow = 1, Index = 2, Muldiv = 3, CostExceeded = 4 };
[[nodiscard]] std::string_view name_of(RunError error);  ///< "OVERFLOW", "RULE_COST"

template <typename T>
struct Evaluated {
  std::optional<RunError> error;
  T value{};
  std::uint32_t cost = 0;  ///< measured, at most the expression's static cost
};

/// No allocation. REQUIRES: made by compile_expression of that type, for this scope.
[[nodiscard]] Evaluated<bool> evaluate_bool(const Expression& expression, const Facts& facts);
[[nodiscard]] Evaluated<std::int64_t> evaluate_int(const Expression& expression,
                                                   const Facts& facts);
[[nodiscard]] Evaluated<std::string_view> evaluate_string(const Expression& expression,
                                                          const Facts& facts);

}  // namespace tally::rules
