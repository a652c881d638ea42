// A transaction in a line, for who reads a failure.
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/transaction.h>

#include <string>

namespace tally::test {

[[nodiscard]] std::string story_of(const Transaction& transaction);
[[nodiscard]] std::string story_of(const Receipt& receipt);

}  // namespace tally::test
