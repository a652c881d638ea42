// The programmes of a local network's merchants, the same as config/programme-*.toml: `tally`
// works wherever it is installed.
#pragma once

#include <span>
#include <string_view>

namespace tally::app {

struct SampleProgramme {
  std::string_view name;
  std::string_view text;
};

[[nodiscard]] std::span<const SampleProgramme> sample_programmes();

}  // namespace tally::app
