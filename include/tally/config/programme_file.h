// programme.toml: a merchant's programme as its staff write it.
#pragma once

#include <tally/config/fault.h>
#include <tally/model/programme.h>

#include <string>
#include <string_view>

namespace tally::config {

/// Reads and checks a file: every fault of it at once. What it returns can be published.
[[nodiscard]] OrFaults<Programme> read_programme(const std::string& path);
[[nodiscard]] OrFaults<Programme> parse_programme(std::string_view text, const std::string& file);

}  // namespace tally::config
