// Shape: the static type of an expression, with the bounds from which its cost follows.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::rules {

enum class Type : std::uint8_t {
  Unknown,  ///< of a part that is refused already: it fits everywhere, so one mistake is told once
  Bool,
  Int,
  Text,
  Bools,
  Ints,
  Texts,
  Line,
  Lines,
  Transaction,
  Member,
  Base,
  Counters,
  Parameters,
};
[[nodiscard]] std::string_view name_of(Type type);  ///< "bool", "list(string)"

struct Shape {
  Type type = Type::Unknown;
  std::uint32_t bytes = 0;   ///< the greatest length of a string, or of a list's strings
  std::uint32_t length = 0;  ///< the greatest length of a list
};

[[nodiscard]] bool is_scalar(Type type);
[[nodiscard]] bool is_list(Type type);
/// REQUIRES: is_list
[[nodiscard]] Shape element_of(const Shape& list);
/// REQUIRES: is_scalar
[[nodiscard]] Type list_of(Type element);
/// What either may be. REQUIRES: one type
[[nodiscard]] Shape either(const Shape& a, const Shape& b);

// The costs of design/rule-language.md §7, of static bounds and of what is met alike.
inline constexpr std::uint64_t kNodeCost = 1;
inline constexpr std::uint64_t kMuldivCost = 4;
inline constexpr std::uint64_t kTimeCost = 9;
inline constexpr std::uint64_t kMacroCost = 2;
/// Of each element, beside the predicate and the value.
inline constexpr std::uint64_t kElementCost = 1;

/// CEIL(bytes / 8): what going through a string adds.
[[nodiscard]] constexpr std::uint64_t words_of(std::uint64_t bytes) {
  return (bytes + 7) / 8;
}
/// Of comparing two values; the shorter decides.
[[nodiscard]] std::uint64_t compare_cost(const Shape& a, const Shape& b);

}  // namespace tally::rules
