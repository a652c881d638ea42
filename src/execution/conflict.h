// Conflict: how a request differs from the one that has its id (design/loyalty.md §20).
#pragma once

#include <tally/model/transaction.h>

namespace tally::execution {

/// The first field that differs: "kind", "order_id", or a field of the action by its name in
/// transactions as text. "merchant" and "request_id" are the same. REQUIRES: the requests' digests
/// differ.
[[nodiscard]] const char* first_difference(const Transaction& known, const Transaction& other);

}  // namespace tally::execution
