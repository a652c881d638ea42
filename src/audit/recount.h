// Recount: every account's lots and holds, added up and held against heads and totals.
#pragma once

#include <tally/audit/audit.h>

#include <map>
#include <vector>

namespace tally::audit {

/// Counts all lots, waiting lots and pieces of holds in `records` (the same state as `view`), and
/// looks up that pools and their members name each other.
/// Corrupt: the account or programme whose sums do not agree, and both sides.
[[nodiscard]] Result<std::vector<ProgrammeReport>> recount(
    const Genesis& genesis, const state::StateView& view,
    const std::map<state::RecordKey, Bytes>& records);

}  // namespace tally::audit
