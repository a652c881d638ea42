// Amounts as people write them: major units with a point, by integers only.
#pragma once

#include <tally/base/micro_units.h>

#include <cstdint>
#include <string>

namespace tally::app {

/// "12.34" of 1,234 minor units with two places; "-0.05"; "1234" where there are none.
/// REQUIRES: exponent ≤ 6
[[nodiscard]] std::string amount_text(std::int64_t minor_units, std::uint8_t exponent);

/// All six places: "0.980000". What is owed between cycles is exact, and is shown so.
[[nodiscard]] std::string amount_text(MicroUnits amount);

/// A price of a point without noughts behind: "0.008", "1.0". REQUIRES: at least 0
[[nodiscard]] std::string price_text(std::int64_t micro_units);

/// Parts per million as per cent: "72.5%" of 725,000.
[[nodiscard]] std::string percent_text(std::int64_t ppm);

}  // namespace tally::app
