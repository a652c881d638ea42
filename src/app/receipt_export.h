// A ledger's receipts as lines of JSON, for whoever counts them with tools of their own.
#pragma once

#include "app/fault_kinds.h"
#include "app/files.h"

#include <tally/audit/audit.h>

namespace tally::app {

/// One line for each receipt up to `newest`, in the ledger's order: `ledger_time`, in ms, of its
/// block, `transaction` (none of what fell due) and `receipt`, as docs/api.md has them. What `file`
/// cannot take are faults; the error is that of `blocks`, or Corrupt: other transactions than
/// receipts.
[[nodiscard]] Result<Faults> write_receipts(const audit::BlockSource& blocks, Height newest,
                                            NewFile& file);

}  // namespace tally::app
