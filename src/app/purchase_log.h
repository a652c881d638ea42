// A log of purchases as a merchant has it, CDNOW's layout or CSV, read whole and checked before
// anything is done with it.
#pragma once

#include "app/decimal.h"
#include "app/fault_kinds.h"

#include <tally/base/time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

enum class LogFormat : std::uint8_t { Cdnow, Csv };

/// Which column of a CSV means what; empty: the log has none of it.
struct ColumnMap {
  std::string member = "member";
  std::string time = "time";
  std::string amount = "amount";
  std::string merchant;  ///< a merchant's name or id; without it all rows are of one merchant
  std::string tax;
  std::string excluded;
};

/// One row. `row` counts data rows from 1: with the file's digest it is the purchase's identity.
struct Purchase {
  std::uint64_t row = 0;
  std::uint64_t line = 0;
  std::string merchant;  ///< as it stands in the log; empty without such a column
  std::string customer;
  Timestamp time;
  Decimal total;
  Decimal tax;
  Decimal excluded;
};

/// "member=card,time=sold_at,amount=total": CLI-009 for another word, one without its column, or
/// one given twice.
[[nodiscard]] OrFaults<ColumnMap> column_map_from(std::string_view text);

/// Every row of `text`, or the first fault with file:line. `map` is for CSV alone.
[[nodiscard]] OrFaults<std::vector<Purchase>> purchases_from(std::string_view text,
                                                             LogFormat format, const ColumnMap& map,
                                                             const std::string& file);

/// RFC 3339 with Z or an offset ("2026-03-29T01:00:00+01:00", the T may be a space), or a day,
/// "2026-03-29" and "20260329", whose purchases stand at 12:00 UTC. Malformed, also before 1970.
[[nodiscard]] Result<Timestamp> log_time_from(std::string_view text);

}  // namespace tally::app
