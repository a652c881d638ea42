// From a source to its syntax tree.
#pragma once

#include "rules/source.h"
#include "rules/syntax.h"

#include <string_view>

#include <tl/expected.hpp>

namespace tally::rules {

/// The grammar of design/rule-language.md §1, with what else CEL's grammar has, so that it can be
/// refused by its name. Its first mistake ends it. Stack and time are bounded by the limits of §7.
/// The tree borrows `source`.
[[nodiscard]] tl::expected<Syntax, Mistake> parse(std::string_view source,
                                                  const SourceLimits& limits);

}  // namespace tally::rules
