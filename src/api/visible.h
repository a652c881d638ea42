// Visible: what of the ledger a caller may see (design/security.md §5, "own").
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/record.h>

#include "api/caller.h"

namespace tally::api {

/// Terminal and operator: accounts of their merchant's programme. Member: its own, in every
/// programme. Auditor: all.
[[nodiscard]] bool may_see(const Caller& caller, const AccountId& account);
/// Accounts as above; totals and commitments: their merchant's staff and auditors; what the
/// consortium shares (parameters, merchants, keys, published programmes): everybody on the ledger.
[[nodiscard]] bool may_see(const Caller& caller, const state::RecordKey& key);
/// Whether one of the accounts, or of the obligations, that `receipt` touches may be seen, or the
/// cycle that it settles.
[[nodiscard]] bool touches_visible(const Caller& caller, const Receipt& receipt);

/// `receipt` without the lines of accounts that the caller may not see, without rules and facts of
/// a member whose account is one of them, and without what other merchants owe each other.
struct VisibleReceipt {
  Receipt receipt;
  bool withheld = false;  ///< whether something was left out
};
[[nodiscard]] VisibleReceipt visible_part(const Caller& caller, Receipt receipt);

}  // namespace tally::api
