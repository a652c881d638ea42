// What CEL has and this language has not: why a name is refused, and what to write instead.
#pragma once

#include <tally/rules/mistake.h>

#include <optional>
#include <string>
#include <string_view>

namespace tally::rules {

/// The reason for which a function, a method or a type of CEL is refused; none: CEL has no such.
[[nodiscard]] std::optional<Reason> removed_function(std::string_view name);
[[nodiscard]] std::optional<Reason> removed_method(std::string_view name);
[[nodiscard]] std::optional<Reason> removed_name(std::string_view name);

/// What stands in for it: "muldiv".
[[nodiscard]] std::string expected_instead(Reason reason);
/// One action: "write muldiv(a, n, d)". Empty for a reason that says enough.
[[nodiscard]] std::string fix_of(Reason reason);

}  // namespace tally::rules
