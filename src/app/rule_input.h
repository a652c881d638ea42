// What a rule is tried over: facts as people write them in JSON, for `tally rule eval`.
#pragma once

#include "app/fault_kinds.h"

#include <tally/rules/expression.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// Owns what Scope and Facts borrow. What a document leaves out is 0, empty or absent.
class RuleInput {
 public:
  [[nodiscard]] rules::Scope scope(rules::Site site) const;
  [[nodiscard]] rules::Facts facts() const;

  // As the language names them (design/rule-language.md §3).
  std::int64_t event_time = 0;
  std::string merchant;
  std::string channel;
  std::string store;
  std::string currency;
  std::int64_t total = 0;
  std::int64_t eligible = 0;
  std::int64_t points_value = 0;
  std::vector<std::string> pay_methods;
  std::string ref;
  std::vector<BasketLine> lines;
  rules::MemberFacts member;  ///< but for its texts, which are these:
  std::vector<std::string> segs;
  std::vector<std::string> passes;
  std::optional<std::string> referrer;
  std::int64_t base_points = 0;
  std::vector<Counter> counters;
  std::vector<rules::CounterFact> counted;
  std::vector<Parameter> params;
  std::vector<UtcOffset> offsets;
};

/// One object with any of `tx`, `lines`, `m`, `base`, `c`, `p` and `offsets`, fields as in a rule.
/// A counter of `c` is an int; true or false where its name ends in `_full`; and one that may be
/// absent where its name begins with `days_since` or it is null. CLI-014 for what does not fit.
[[nodiscard]] OrFaults<RuleInput> rule_input_from(std::string_view text, const std::string& name);

}  // namespace tally::app
