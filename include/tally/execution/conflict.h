// Conflict: how a request differs from the one that has its id (design/loyalty.md §20).
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/history.h>

#include <optional>
#include <string>

namespace tally::execution {

/// The first field that differs: "kind", "order_id", or a field of the action by its name in
/// transactions as text. "merchant" and "request_id" are the same. REQUIRES: the requests' digests
/// differ.
[[nodiscard]] const char* first_difference(const Transaction& known, const Transaction& other);
/// The same of a conflict, as its answer names it: "action" where the body of the first request's
/// block is not kept any more, once no return and no validity reaches it.
[[nodiscard]] std::string conflict_field(const std::optional<state::Past>& known,
                                         const Transaction& other);

}  // namespace tally::execution
