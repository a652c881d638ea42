// The text of a rule: its code points, its places, and what may not stand in it at all.
#pragma once

#include <tally/rules/expression.h>
#include <tally/rules/mistake.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tally::rules {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;  ///< bytes; 0: these are no UTF-8
};
/// At byte `at` of `text`. REQUIRES: at < text.size()
[[nodiscard]] CodePoint code_point_at(std::string_view text, std::size_t at);
/// REQUIRES: a scalar value: no surrogate, at most U+10FFFF
void append_utf8(std::string& text, char32_t value);

/// The first thing for which no lexer need look at `source`: its length, bytes that are no UTF-8,
/// control characters and marks of direction, which show people another text than the one read.
[[nodiscard]] std::optional<Mistake> check_source(std::string_view source,
                                                  const SourceLimits& limits);

/// Sets line and column from the offset.
void place(Mistake& mistake, std::string_view source);

/// `text` in quotes, shortened, in one line: what a mistake may show of a source.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace tally::rules
