// Fault: what is wrong with what a person gave us, in the one form that every program prints.
#pragma once

#include <tally/base/result.h>

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tally::config {

/// What a process ends with; docs/cli.md explains each.
enum class ExitCode : std::uint8_t {
  Well = 0,
  Bug = 1,
  Usage = 2,
  Configuration = 3,
  Genesis = 4,
  Keys = 5,
  Directory = 6,
  Corrupt = 7,
  Halt = 8,
  Resources = 9,
  Remote = 10,
};

/// A number that means one fault for ever, and what it says. docs/cli.md lists them all.
struct FaultKind {
  std::string_view number;  ///< "CFG-012"
  ExitCode exit;
  std::string_view what;  ///< "unknown key"
};

/// One fault. Text from outside stands in it printable already; an empty part is left out.
struct Fault {
  FaultKind kind;
  std::string got;
  std::string expected;
  std::string where;  ///< "node.toml:12:1", or the path of a field or file
  std::string fix;    ///< one action
};

/// All that is wrong, in the order in which it was found; empty: nothing is.
using Faults = std::vector<Fault>;

/// A character of a file, both from 1 on, columns in code points; 0 and 0: of no place in it.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};
/// A fault whose place is known as a number too, so that others can be put between them.
struct PlacedFault {
  Place place;
  Fault fault;
};
/// In the order of their places; what has none, a missing key, comes last.
[[nodiscard]] Faults in_order(std::vector<PlacedFault> faults);

/// A value, or why there is none.
template <typename T>
using OrFaults = tl::expected<T, Faults>;

[[nodiscard]] inline tl::unexpected<Faults> fail(Fault fault) {
  return tl::unexpected<Faults>(Faults{std::move(fault)});
}
[[nodiscard]] inline tl::unexpected<Faults> fail(Faults faults) {
  return tl::unexpected<Faults>(std::move(faults));
}

/// "error E-CFG-012: unknown key; got …; expected …; at …; fix: …", without the program's name.
[[nodiscard]] std::string line_of(const Fault& fault);
/// The same fields as one JSON object on one line: code, exit, what, got, expected, at, fix.
[[nodiscard]] std::string json_of(const Fault& fault);
/// Of the first fault: checks run in a fixed order, so it is the same every time.
[[nodiscard]] ExitCode exit_code_of(const Faults& faults);

/// A failure of the world told as a fault of `kind`: the error's message stands as what was got.
[[nodiscard]] Fault fault_from(const FaultKind& kind, const Error& error, std::string where = "",
                               std::string fix = "");

/// Every number that this module gives, in order; the programs add their own.
[[nodiscard]] std::span<const FaultKind> fault_kinds();

}  // namespace tally::config
