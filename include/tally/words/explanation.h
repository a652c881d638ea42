// Explanations in words: a line for each rule, for a member, a cashier or a merchant's staff.
#pragma once

#include <tally/rules/explain.h>
#include <tally/words/catalogue.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tally::words {

/// Borrows.
struct Style {
  const Catalogue& catalogue;
  std::uint8_t exponent = 2;  ///< decimal places of the programme's currency
};

/// What became of one rule: "Happy hour gave 60 of 100 points: the member's limit for the day
/// leaves 60."
[[nodiscard]] std::string line_of(const rules::ExplainedRule& rule,
                                  const rules::Explanation& explanation, const Style& style);

/// The total, a line for each rule that was asked, what the member's tier became, and how long the
/// points are good.
[[nodiscard]] std::vector<std::string> lines_of(const rules::Explanation& explanation,
                                                const Style& style);

}  // namespace tally::words
