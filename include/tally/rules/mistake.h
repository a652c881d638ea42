// Mistake: why a rule or a programme is refused at publication, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::rules {

/// design/rule-language.md §5. The names are what receipts, scripts and documents say.
enum class Reason : std::uint8_t {
  NoDouble = 1,
  NoDivision,
  NoUint,
  NoBytes,
  NoMap,
  NoMessage,
  NoNull,
  NoDyn,
  NoType,
  NoConversion,
  NoTimestamp,
  NoStringFunction,
  NoConcatenation,
  NoListBuilding,
  NoTwoVariableMacro,
  NoNestedMacro,
  NoNamespace,
  NoQuotedField,
  NoOptional,
  UnknownName,
  Syntax,
  Type,
  Unguarded,
  ZeroDivisor,
  LinesOff,
  EmptyRule,
  TooLarge,
  TooDeep,
  TooCostly,
  BadEnvelope,
  WindowTooLong,
};
[[nodiscard]] std::string_view name_of(Reason reason);  ///< "NO_DIVISION"

/// One mistake. Its place is in the source of the expression where there is one: byte `offset`,
/// and `line` and `column` from 1, columns in code points; all 0 for a mistake of the envelope.
struct Mistake {
  Reason reason = Reason::Syntax;
  std::string field;  ///< "campaigns[3].when", "earn.base", "groups[0].order"
  std::size_t offset = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string got;
  std::string expected;
  std::string fix;  ///< one action; may be empty
  friend bool operator==(const Mistake&, const Mistake&) = default;
};
using Mistakes = std::vector<Mistake>;

}  // namespace tally::rules
