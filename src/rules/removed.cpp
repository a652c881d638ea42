// design/rule-language.md §5.
#include "rules/removed.h"

#include <algorithm>
#include <array>
#include <span>

namespace tally::rules {
namespace {

struct RemovedName {
  std::string_view name;
  Reason reason;
};

constexpr std::array<RemovedName, 13> kFunctions = {{
    {"dyn", Reason::NoDyn},
    {"type", Reason::NoType},
    {"int", Reason::NoConversion},
    {"uint", Reason::NoConversion},
    {"double", Reason::NoConversion},
    {"string", Reason::NoConversion},
    {"bytes", Reason::NoConversion},
    {"bool", Reason::NoConversion},
    {"timestamp", Reason::NoTimestamp},
    {"duration", Reason::NoTimestamp},
    {"matches", Reason::NoStringFunction},
    {"contains", Reason::NoStringFunction},
    {"endsWith", Reason::NoStringFunction},
}};

constexpr std::array<RemovedName, 24> kMethods = {{
    {"matches", Reason::NoStringFunction},     {"contains", Reason::NoStringFunction},
    {"endsWith", Reason::NoStringFunction},    {"charAt", Reason::NoStringFunction},
    {"indexOf", Reason::NoStringFunction},     {"lastIndexOf", Reason::NoStringFunction},
    {"join", Reason::NoStringFunction},        {"lowerAscii", Reason::NoStringFunction},
    {"upperAscii", Reason::NoStringFunction},  {"replace", Reason::NoStringFunction},
    {"reverse", Reason::NoStringFunction},     {"split", Reason::NoStringFunction},
    {"substring", Reason::NoStringFunction},   {"trim", Reason::NoStringFunction},
    {"format", Reason::NoStringFunction},      {"map", Reason::NoListBuilding},
    {"filter", Reason::NoListBuilding},        {"transformList", Reason::NoListBuilding},
    {"transformMap", Reason::NoListBuilding},  {"transformMapEntry", Reason::NoListBuilding},
    {"existsOne", Reason::NoTwoVariableMacro}, {"orValue", Reason::NoOptional},
    {"hasValue", Reason::NoOptional},          {"optMap", Reason::NoOptional},
}};

constexpr std::array<RemovedName, 11> kNames = {{
    {"bool", Reason::NoType},
    {"int", Reason::NoType},
    {"uint", Reason::NoType},
    {"double", Reason::NoType},
    {"string", Reason::NoType},
    {"bytes", Reason::NoType},
    {"list", Reason::NoType},
    {"map", Reason::NoType},
    {"type", Reason::NoType},
    {"null_type", Reason::NoType},
    {"optional", Reason::NoOptional},
}};

std::optional<Reason> find(std::span<const RemovedName> names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const RemovedName& removed) { return removed.name == name; });
  if (found == names.end()) return std::nullopt;
  return found->reason;
}

/// getHours, getFullYear and the like.
bool reads_a_timestamp(std::string_view method) {
  return method.size() > 3 && method.starts_with("get") && method[3] >= 'A' && method[3] <= 'Z';
}

struct Instead {
  Reason reason;
  std::string_view expected;
  std::string_view fix;
};

constexpr std::array<Instead, 21> kInstead = {{
    {Reason::NoDouble, "an integer",
     "use integers: minor units, and muldiv(a, n, d) for a fraction"},
    {Reason::NoDivision, "muldiv, muldiv_up, muldiv_half or muldiv_even", "write muldiv(a, n, d)"},
    {Reason::NoUint, "an int", "leave out the u"},
    {Reason::NoBytes, "a string", "leave out the b"},
    {Reason::NoMap, "a conditional, or a list", "write a == k ? v : w"},
    {Reason::NoMessage, "a name of the language", "read the fields of tx, m, base, c or p"},
    {Reason::NoNull, "has", "write has(e.f)"},
    {Reason::NoDyn, "an expression of one type", "leave out dyn()"},
    {Reason::NoType, "an expression of one type", "leave it out: types are known"},
    {Reason::NoConversion, "a value of its own type", "leave out the conversion"},
    {Reason::NoTimestamp, "milliseconds",
     "use hour(t), dow(t), dom(t), month(t) or days_between(a, b)"},
    {Reason::NoStringFunction, "startsWith, == or in", "write s.startsWith(t)"},
    {Reason::NoConcatenation, "+ on ints", "compare the parts one by one"},
    {Reason::NoListBuilding, "sum, max, exists, all or exists_one",
     "write list.sum(x, condition, value)"},
    {Reason::NoTwoVariableMacro, "a macro of one variable", "write list.exists(x, condition)"},
    {Reason::NoNestedMacro, "in, size or cel.bind", "write v in list"},
    {Reason::NoNamespace, "a name without a dot before it", "leave out the dot"},
    {Reason::NoQuotedField, "a field's name", "leave out the backquotes"},
    {Reason::NoOptional, "has", "write has(e.f) && e.f"},
    {Reason::ZeroDivisor, "a divisor of at least 1", "write 1 or more"},
    {Reason::Unguarded, "has of the same field before it", "write has(e.f) && …"},
}};

const Instead* instead_of(Reason reason) {
  const auto* found = std::find_if(kInstead.begin(), kInstead.end(), [&](const Instead& instead) {
    return instead.reason == reason;
  });
  return found == kInstead.end() ? nullptr : found;
}

}  // namespace

std::optional<Reason> removed_function(std::string_view name) {
  return find(kFunctions, name);
}

std::optional<Reason> removed_method(std::string_view name) {
  if (reads_a_timestamp(name)) return Reason::NoTimestamp;
  return find(kMethods, name);
}

std::optional<Reason> removed_name(std::string_view name) {
  return find(kNames, name);
}

std::string expected_instead(Reason reason) {
  const Instead* instead = instead_of(reason);
  return instead == nullptr ? std::string() : std::string(instead->expected);
}

std::string fix_of(Reason reason) {
  const Instead* instead = instead_of(reason);
  return instead == nullptr ? std::string() : std::string(instead->fix);
}

}  // namespace tally::rules
