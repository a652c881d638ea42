// Constant: what an expression gives whatever happens.
#pragma once

#include <tally/model/expression.h>
#include <tally/model/programme.h>

#include <cstdint>
#include <optional>
#include <span>

namespace tally::rules {

/// The value of an expression of type int or bool (0 or 1) that reads nothing but the campaign's
/// own parameters; none where it reads something else, errs, or is empty.
[[nodiscard]] std::optional<std::int64_t> constant_value(const Expression& expression,
                                                         std::span<const Parameter> params,
                                                         std::span<const UtcOffset> offsets);

}  // namespace tally::rules
