// The names that an expression may use (design/rule-language.md §3, §4).
#pragma once

#include <tally/rules/expression.h>

#include "rules/node_kind.h"
#include "rules/shape.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::rules {

struct NameInfo {
  std::string_view name;
  NameNumber number;
  Shape shape;
};
/// A global name at `site`; none: it is not seen there.
[[nodiscard]] const NameInfo* find_name(std::string_view name, Site site);

struct FieldInfo {
  std::string_view name;
  Type of;  ///< Transaction, Line, Member or Base
  FieldNumber number;
  Shape shape;
  bool may_be_absent;
};
[[nodiscard]] const FieldInfo* find_field(Type of, std::string_view name, Site site);
/// REQUIRES: a number of the table
[[nodiscard]] const FieldInfo& field_of(FieldNumber number);
/// "m" of Type::Member.
[[nodiscard]] std::string_view name_of_owner(Type of);

struct FunctionInfo {
  std::string_view name;
  NodeKind kind;
  std::uint8_t arguments_min;
  std::uint8_t arguments_max;
  std::uint64_t cost;
};
/// A function over ints that gives an int.
[[nodiscard]] const FunctionInfo* find_function(std::string_view name);

/// A counter as the language names it: NAME, or NAME_full of stamps.
struct CounterName {
  std::uint16_t place = 0;
  bool full = false;
  bool may_be_absent = false;
};
[[nodiscard]] std::optional<CounterName> find_counter(std::span<const Counter> counters,
                                                      std::string_view name);

/// Everything that could have been meant, for the nearest of it.
[[nodiscard]] std::vector<std::string> global_names(Site site);
[[nodiscard]] std::vector<std::string> function_names();
[[nodiscard]] std::vector<std::string> method_names();
[[nodiscard]] std::vector<std::string> field_names(Type of, const Scope& scope);

/// The one of `candidates` that is fewest changes away from `name`; empty: there is none.
[[nodiscard]] std::string nearest(std::string_view name,
                                  const std::vector<std::string>& candidates);

}  // namespace tally::rules
