// A block in: what falls due, each transaction in order, the roots over it all.
#include <tally/execution/execute.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/crypto/merkle.h>

#include "execution/block_execution.h"
#include "execution/header.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace tally::execution {
namespace {

/// What a payload held, beside the receipts of its transactions.
struct Contents {
  std::vector<SubmissionDigest> submissions;
  std::vector<Hash> transaction_leaves;
};

/// Rising strictly, whatever the primary's clock said: a null proposal says 0.
Timestamp header_time(const Proposal& proposal, const Header& parent) {
  return std::max(proposal.time, parent.time.plus(Duration(1)));
}

Result<void> execute_submission(BlockExecution& block, ByteView bytes, Contents& contents) {
  TRY(const Submission submission, decode_submission(bytes));
  contents.submissions.push_back(submission_digest(bytes));
  const Asker asker{submission.key.id()};
  std::vector<std::size_t> sizes;
  for (const Transaction& transaction : submission.transactions) {
    codec::Writer out;
    encode(out, transaction);
    sizes.push_back(out.size());
    contents.transaction_leaves.push_back(crypto::merkle_leaf(out.view()));
  }
  // The encoding is canonical: they stand in a row, before the signature.
  const std::size_t all = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  auto start = static_cast<std::size_t>(bytes.data() - block.payload.data()) + bytes.size() -
               crypto::Signature::kSize - all;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    block.under_way = {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(sizes[i])};
    TRY_VOID(execute_transaction(block, asker, submission.transactions[i]));
    start += sizes[i];
  }
  return {};
}

Result<Contents> execute_payload(BlockExecution& block, const Proposal& proposal) {
  Contents contents;
  if (proposal.kind == consensus::ProposalKind::Null) return contents;
  TRY(std::vector<ByteView> submissions, decode_payload(proposal.payload));
  // As a container without an order gives them, in one order here and in another there.
  if (canary(107) && canary_clock() % 2 == 1) std::ranges::reverse(submissions);
  for (const ByteView bytes : submissions) {
    const Result<void> executed = execute_submission(block, bytes, contents);
    if (!executed.ok())
      return with_context("block " + std::to_string(block.height.value()), executed.error());
  }
  return contents;
}

}  // namespace

Result<BlockResult> execute_block(const Proposal& proposal, const Header& parent,
                                  const LedgerView& before, const StateRoot& root,
                                  const ExecutionLimits& limits) {
  CHECK(proposal.height == parent.height.next());
  CHECK(proposal.chain == parent.chain);
  TRY(BlockExecution block, begin_block(parent, header_time(proposal, parent), before, limits));
  block.payload = proposal.payload;
  TRY_VOID(run_shared_entries(block, parent));
  TRY_VOID(run_own_entries(block));
  TRY_VOID(run_endings(block));
  TRY(Contents contents, execute_payload(block, proposal));
  TRY(SealedHeader sealed, seal_header(block, proposal, parent, contents.transaction_leaves, root));
  const bool behind = block.ledger_time < block.proposed_time;
  return BlockResult{Block{std::move(sealed.header), proposal, std::move(block.receipts),
                           std::move(contents.submissions), std::move(block.transactions)},
                     std::move(block.delta), std::move(sealed.root), behind};
}

}  // namespace tally::execution
