// JSON of transactions and receipts, for files and for people: Protobuf's JSON mapping of
// proto/tally/v1, with its field names as they stand there.
#pragma once

#include <tally/model/receipt.h>
#include <tally/model/transaction.h>

#include <string>
#include <string_view>

namespace tally::v1 {
class Explanation;
class SimulateResponse;
}  // namespace tally::v1

namespace tally::edge {

/// One JSON object. Unknown and repeated fields, a second document and what check_form refuses are
/// Malformed; the message names the field.
[[nodiscard]] Result<Transaction> transaction_from_json(std::string_view text);

/// With `readable` on several lines, else on one.
[[nodiscard]] std::string transaction_to_json(const Transaction& transaction, bool readable);
/// An Answer: the receipt, and whether it is of an earlier submission.
[[nodiscard]] std::string answer_to_json(const Receipt& receipt, bool replayed, bool readable);

/// As the server answers it, words and all.
[[nodiscard]] std::string explanation_to_json(const v1::Explanation& explanation);
[[nodiscard]] std::string simulation_to_json(const v1::SimulateResponse& response);

}  // namespace tally::edge
