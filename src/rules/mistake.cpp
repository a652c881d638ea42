// The names of reasons.
#include <tally/rules/mistake.h>

#include <tally/base/check.h>

#include <array>

namespace tally::rules {
namespace {

constexpr std::array<std::string_view, 32> kNames = {
    "",
    "NO_DOUBLE",
    "NO_DIVISION",
    "NO_UINT",
    "NO_BYTES",
    "NO_MAP",
    "NO_MESSAGE",
    "NO_NULL",
    "NO_DYN",
    "NO_TYPE",
    "NO_CONVERSION",
    "NO_TIMESTAMP",
    "NO_STRING_FUNCTION",
    "NO_CONCATENATION",
    "NO_LIST_BUILDING",
    "NO_TWO_VARIABLE_MACRO",
    "NO_NESTED_MACRO",
    "NO_NAMESPACE",
    "NO_QUOTED_FIELD",
    "NO_OPTIONAL",
    "UNKNOWN_NAME",
    "SYNTAX",
    "TYPE",
    "UNGUARDED",
    "ZERO_DIVISOR",
    "LINES_OFF",
    "EMPTY_RULE",
    "TOO_LARGE",
    "TOO_DEEP",
    "TOO_COSTLY",
    "BAD_ENVELOPE",
    "WINDOW_TOO_LONG",
};

}  // namespace

std::string_view name_of(Reason reason) {
  const auto place = static_cast<std::size_t>(reason);
  CHECK(place >= 1 && place < kNames.size());
  return kNames[place];
}

}  // namespace tally::rules
