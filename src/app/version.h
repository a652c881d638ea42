// What --version says.
#pragma once

#include <string>
#include <string_view>

namespace tally::app {

/// Program, version, commit, build and protocol, each on a line.
[[nodiscard]] std::string version_text(std::string_view program);
/// "0.1.0"
[[nodiscard]] std::string_view version_number();

}  // namespace tally::app
