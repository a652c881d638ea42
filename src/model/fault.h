// How the checks of this module say no: the field, what came, what was expected.
#pragma once

#include <tally/base/result.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tally {

/// "field: got X; expected Y", as Malformed.
[[nodiscard]] inline Error fault(std::string_view field, std::string_view got,
                                 std::string_view expected) {
  return malformed(std::string(field) + ": got " + std::string(got) + "; expected " +
                   std::string(expected));
}

/// Text is built only on failure: these checks stand in the path of every transaction.
[[nodiscard]] inline Result<void> require(bool holds, std::string_view field, std::uint64_t got,
                                          std::string_view expected) {
  if (holds) return {};
  return fault(field, std::to_string(got), expected);
}

[[nodiscard]] inline Result<void> require_range(std::string_view field, std::uint64_t got,
                                                std::uint64_t least, std::uint64_t most) {
  if (got >= least && got <= most) return {};
  return fault(field, std::to_string(got), std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace tally
