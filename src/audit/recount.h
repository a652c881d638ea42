// Recount: every account's lots, added up and held against heads and totals.
#pragma once

#include <tally/audit/audit.h>

#include <map>
#include <vector>

namespace tally::audit {

/// Counts all lots of all accounts in `records` (the same state as `view`).
/// Corrupt: the account or programme whose sums do not agree, and both sides.
[[nodiscard]] Result<std::vector<ProgrammeReport>> recount(
    const Genesis& genesis, const state::StateView& view,
    const std::map<state::RecordKey, Bytes>& records);

}  // namespace tally::audit
