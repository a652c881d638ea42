// Transactions as people and scripts write them: JSON, one document or one a line.
#pragma once

#include "app/fault_kinds.h"

#include <tally/model/transaction.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// What stands in for fields that were left out.
struct TransactionDefaults {
  std::optional<MerchantId> merchant;
  Timestamp valid_until;
};

struct InputTransaction {
  Transaction transaction;
  std::uint64_t line = 0;        ///< of the input
  bool made_request_id = false;  ///< none was given: a random one stands there now
};

/// One that nobody has used: 16 random bytes.
[[nodiscard]] Bytes fresh_request_id();

/// The documents of `text`, `name` being its file: one that spans lines, or one a line; CLI-014
/// with line and column for the first that is not JSON, with the field for what it must not say.
[[nodiscard]] OrFaults<std::vector<InputTransaction>> transactions_from(
    std::string_view text, const std::string& name, const TransactionDefaults& defaults);

}  // namespace tally::app
