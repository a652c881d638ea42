// Each transaction has one receipt, in the same order; between them stand those of what fell due.
#include "api/transactions.h"

namespace tally::api {
namespace {

/// The payload was checked when it was ordered.
Result<std::vector<OrderedTransaction>> ordered(const consensus::Proposal& proposal) {
  std::vector<OrderedTransaction> transactions;
  if (proposal.payload.empty()) return transactions;
  TRY(const std::vector<ByteView> submissions, decode_payload(proposal.payload));
  for (const ByteView bytes : submissions) {
    TRY(Submission submission, decode_submission(bytes));
    for (Transaction& transaction : submission.transactions) {
      const KeyId asking =
          transaction.asking_key.is_zero() ? submission.key.id() : transaction.asking_key;
      transactions.push_back({std::move(transaction), asking});
    }
  }
  return transactions;
}

}  // namespace

Result<std::vector<std::optional<OrderedTransaction>>> transactions_of(
    const storage::StoredBlock& block) {
  TRY(std::vector<OrderedTransaction> transactions, ordered(block.proposal));
  std::vector<std::optional<OrderedTransaction>> beside;
  std::size_t next = 0;
  for (const Receipt& receipt : block.receipts) {
    std::optional<OrderedTransaction>& place = beside.emplace_back();
    if (receipt.kind == ActionKind::Due) continue;
    if (next == transactions.size())
      return Error{ErrorCode::Corrupt, "a block with more receipts than transactions"};
    place = std::move(transactions[next++]);
  }
  return beside;
}

}  // namespace tally::api
