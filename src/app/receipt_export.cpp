// Blocks to lines of JSON.
#include "app/receipt_export.h"

#include <tally/edge/json.h>
#include <tally/model/submission.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using nlohmann::ordered_json;

Result<std::vector<Transaction>> transactions_of(const consensus::Proposal& proposal) {
  std::vector<Transaction> all;
  if (proposal.payload.empty()) return all;
  TRY(const std::vector<ByteView> submissions, decode_payload(proposal.payload));
  for (const ByteView bytes : submissions) {
    TRY(Submission submission, decode_submission(bytes));
    std::ranges::move(submission.transactions, std::back_inserter(all));
  }
  return all;
}

std::string line_of(Timestamp ledger_time, const Transaction* transaction, const Receipt& receipt) {
  ordered_json line = {{"ledger_time", ledger_time.milliseconds()}};
  if (transaction != nullptr)
    line["transaction"] = ordered_json::parse(edge::transaction_to_json(*transaction, false));
  ordered_json answer = ordered_json::parse(edge::answer_to_json(receipt, false, false));
  line["receipt"] = std::move(answer.at("receipt"));
  return line.dump() + "\n";
}

Error not_as_many(Height height) {
  return Error{ErrorCode::Corrupt, "height " + std::to_string(height.value()) +
                                       ": transactions and their receipts are not as many"};
}

/// What fell due has no transaction; all others have theirs in the proposal's order.
Result<std::string> lines_of(const storage::StoredBlock& block) {
  TRY(const std::vector<Transaction> transactions, transactions_of(block.proposal));
  std::string lines;
  auto next = transactions.begin();
  for (const Receipt& receipt : block.receipts) {
    const bool is_due = receipt.kind == ActionKind::Due;
    if (!is_due && next == transactions.end()) return not_as_many(block.header.height);
    lines += line_of(block.header.ledger_time, is_due ? nullptr : &*next++, receipt);
  }
  if (next != transactions.end()) return not_as_many(block.header.height);
  return lines;
}

}  // namespace

Result<Faults> write_receipts(const audit::BlockSource& blocks, Height newest, NewFile& file) {
  for (Height height(1); height <= newest; height = height.next()) {
    TRY(const storage::StoredBlock block, blocks(height));
    TRY(const std::string lines, lines_of(block));
    if (Faults faults = file.add(lines); !faults.empty()) return faults;
  }
  return file.finish();
}

}  // namespace tally::app
