// What receipts and lots both say: places in the ledger, and who pays.
#pragma once

#include <tally/base/result.h>
#include <tally/model/programme.h>

#include <string>

namespace tally::v1 {
class Position;
}  // namespace tally::v1

namespace tally::edge {

void put(const Position& position, v1::Position& message);
[[nodiscard]] Position position_of(const v1::Position& message);

/// Empty: of a line that nobody funds.
[[nodiscard]] Result<Funder> funder_of(const std::string& text);

}  // namespace tally::edge
