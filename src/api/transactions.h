// A block's transactions beside its receipts.
#pragma once

#include <tally/model/submission.h>
#include <tally/storage/store.h>

#include <optional>
#include <vector>

namespace tally::api {

/// A transaction as it was ordered, and whose limits counted.
struct OrderedTransaction {
  Transaction transaction;
  KeyId asking;
};

/// One for each receipt of `block`; none for what fell due. Corrupt: they do not fit together.
[[nodiscard]] Result<std::vector<std::optional<OrderedTransaction>>> transactions_of(
    const storage::StoredBlock& block);

}  // namespace tally::api
