// The roots of a block, in the order in which they depend on each other.
#include "execution/header.h"

#include <tally/crypto/merkle.h>
#include <tally/state/receipt_log.h>

namespace tally::execution {
namespace {

Hash receipts_root(const std::vector<Receipt>& receipts) {
  std::vector<Hash> leaves;
  leaves.reserve(receipts.size());
  for (const Receipt& receipt : receipts)
    leaves.push_back(receipt_leaf(receipt));
  return crypto::merkle_root(leaves);
}

/// This block's own leaf stands under its own state root: so that root covers every receipt so far.
Result<void> append_to_log(BlockExecution& block, const Hash& root) {
  TRY(crypto::MerklePeaks log, state::receipt_log(block.delta));
  log.append(state::receipt_log_leaf(block.height, block.ledger_time, root));
  return state::put_receipt_log(block.delta, log);
}

}  // namespace

Result<SealedHeader> seal_header(BlockExecution& block, const consensus::Proposal& proposal,
                                 const consensus::Header& parent,
                                 std::span<const Hash> transaction_leaves,
                                 const state::StateRoot& root) {
  SealedHeader sealed;
  consensus::Header& header = sealed.header;
  header.chain = proposal.chain;
  header.epoch = proposal.epoch;
  header.height = block.height;
  header.parent = consensus::header_digest(parent);
  header.time = block.time;
  header.ledger_time = block.ledger_time;
  header.proposal = consensus::proposal_digest(proposal);
  header.transactions_root = crypto::merkle_root(transaction_leaves);
  header.receipts_root = receipts_root(block.receipts);
  TRY_VOID(append_to_log(block, header.receipts_root));
  TRY(const auto validators, state::validators(block.delta));
  header.validators = consensus::validators_hash(validators);
  sealed.root = root.prepare(block.delta);
  header.state_root = sealed.root.root;
  return sealed;
}

}  // namespace tally::execution
