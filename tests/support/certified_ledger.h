// CertifiedLedger: a chain of really executed, really certified blocks in a memory store.
#pragma once

#include <tally/execution/execute.h>
#include <tally/state/consortium.h>
#include <tally/storage/memory_store.h>

#include <memory>
#include <vector>

#include "support/builders.h"

namespace tally::test {

/// Every block is executed by execution, signed by the founders of `chain` and committed to the
/// store, as a node does it; only the agreement on the order is left out.
class CertifiedLedger {
 public:
  explicit CertifiedLedger(const TestChain& chain)
      : chain_(chain),
        epoch_(state::epoch_of(chain.genesis.content)),
        store_(storage::make_memory_store()),
        root_(chain.genesis.content.parameters.state_buckets) {
    const auto empty = store_->snapshot().value();
    auto genesis = execution::execute_genesis(chain.genesis.content, *empty, root_).value();
    parent_ = genesis.header;
    const state::Block block{genesis.header, {}, {}, {}};
    CHECK(store_->commit({&block, nullptr, {}}, genesis.delta).ok());
    root_.apply(std::move(genesis.root));
  }

  /// The next block, of `transactions` under the first founder's operator key, a second later.
  std::vector<Receipt> add(std::vector<Transaction> transactions) {
    consensus::Proposal proposal;
    proposal.chain = chain_.id;
    proposal.height = parent_.height.next();
    proposal.time = parent_.time.plus(Duration(1'000));
    if (!transactions.empty()) {
      const Bytes submission =
          seal_submission(chain_.id, std::move(transactions), chain_.keys.front().operator_key);
      const ByteView one = submission;
      proposal.payload = encode_payload(std::span(&one, 1));
    }
    const auto view = store_->snapshot().value();
    auto result = execution::execute_block(proposal, parent_, *view, root_).value();
    const consensus::Certificate commit =
        certify({chain_.id, epoch_.number, consensus::Phase::Commit, View(), proposal.height,
                 consensus::proposal_digest(proposal)});
    CHECK(store_->commit({&result.block, &commit, {}}, result.delta).ok());
    parent_ = result.block.header;
    CHECK(store_->put_certificate(certify(consensus::checkpoint_statement(parent_))).ok());
    root_.apply(std::move(result.root));
    return result.block.receipts;
  }

  [[nodiscard]] std::unique_ptr<const storage::Snapshot> snapshot() const {
    return store_->snapshot().value();
  }
  [[nodiscard]] const consensus::Header& newest() const { return parent_; }

 private:
  consensus::Certificate certify(const consensus::VoteStatement& statement) const {
    consensus::Certificate certificate{statement, {}};
    for (std::uint16_t i = 0; i < epoch_.quorum().quorum(); ++i)
      certificate.votes.push_back(
          {NodeIndex(i), chain_.keys[i].consensus.sign(consensus::signed_bytes(statement))});
    return certificate;
  }

  const TestChain& chain_;
  consensus::Epoch epoch_;
  std::unique_ptr<storage::Store> store_;
  state::StateRoot root_;
  consensus::Header parent_;
};

}  // namespace tally::test
