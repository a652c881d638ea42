// Arguments, checked against what a program declares, before CLI11 converts them: so that each
// mistake has our number, names what is near, and nothing is ever "last one wins".
#pragma once

#include "app/fault_kinds.h"

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

/// What the arguments ask for.
struct Asked {
  const CLI::App* command = nullptr;  ///< the deepest one that was named
  bool help = false;
  bool version = false;
  bool json_errors = false;
  std::optional<Fault> fault;  ///< the first mistake; help and version go before it
};

/// `arguments`: without the program's name. What an option takes is read from its declaration;
/// one with the type name JSON may hold line ends.
[[nodiscard]] Asked check_arguments(const CLI::App& program,
                                    const std::vector<std::string>& arguments);

/// "tally localnet start": the command with all that stands above it.
[[nodiscard]] std::string full_name(const CLI::App& command);

}  // namespace tally::app
