// NodeFolder: one node's data folder of four, and a certified history to fill it with.
#pragma once

#include <gtest/gtest.h>
#include <tally/node/ledger.h>
#include <tally/node/recover.h>
#include <tally/node/recovery.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "support/certified_ledger.h"
#include "support/temp_folder.h"

namespace tally::test {

class NodeFolder {
 public:
  NodeFolder() : chain(a_genesis(4)), history(chain) {
    CHECK(node::init_data(path(), chain.genesis, kCafe).ok());
  }

  [[nodiscard]] std::string path() const { return folder_ / "data"; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path() + "/" + name; }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(*this / name);
  }
  void move(const std::string& from, const std::string& to) const {
    std::filesystem::rename(*this / from, *this / to);
  }

  [[nodiscard]] Result<node::NodeParts> open() const {
    return node::open_data(path(), chain.genesis, kCafe, copy(chain.keys[0].consensus),
                           copy(chain.keys[0].gateway));
  }
  [[nodiscard]] node::FolderOwner owner() const {
    return {chain.genesis, kCafe, chain.keys[0].consensus.public_key()};
  }
  [[nodiscard]] node::RecoveryPlan plan(const node::RecoveryWish& wish = {}) const {
    return node::plan_recovery(path(), owner(), wish).value();
  }

  /// Block `height` of the history, as a peer sends it.
  [[nodiscard]] node::ExecuteTask block(Height height) const {
    const storage::StoredBlock stored = history.snapshot()->block(height).value();
    return {stored.proposal,
            std::nullopt,
            consensus::CertifiedHeader{stored.header, stored.certificate.value()},
            {}};
  }
  /// A run of the node through the next `blocks` heights: votes, blocks and certificates.
  void run(std::uint64_t blocks) {
    node::NodeParts parts = open().value();
    const auto ledger = node::Ledger::open(std::move(parts.store)).value();
    for (std::uint64_t i = 0; i < blocks; ++i) {
      const Height height = ledger->newest().height.next();
      while (history.newest().height < height)
        history.add({});
      node::ExecuteTask task = block(height);
      const consensus::CertifiedHeader certified = *task.expected;
      consensus::VoteStatement prepare{chain.id, {},     consensus::Phase::Prepare,
                                       {},       height, proposal_digest(task.proposal)};
      const crypto::PrivateKey& key = chain.keys[0].consensus;
      append(parts.vote_log,
             {consensus::Voted{{prepare, NodeIndex(0), key.sign(signed_bytes(prepare))}}});
      task.log = parts.vote_log.position();
      CHECK(ledger->commit(task).ok());
      append(parts.vote_log, {consensus::ExecutedRecord{height, header_digest(certified.header)}});
      append(parts.vote_log, {consensus::Stable{certified}});
    }
  }

  /// The next height executed as consensus orders it; its block certificate never came.
  void run_uncertified() {
    history.add({});
    node::NodeParts parts = open().value();
    const auto ledger = node::Ledger::open(std::move(parts.store)).value();
    const storage::StoredBlock stored =
        history.snapshot()->block(ledger->newest().height.next()).value();
    CHECK(ledger->commit({stored.proposal, stored.commit, std::nullopt, parts.vote_log.position()})
              .ok());
    append(parts.vote_log,
           {consensus::ExecutedRecord{stored.header.height, header_digest(stored.header)}});
  }
  /// `header` with the votes of the three other nodes.
  [[nodiscard]] consensus::CertifiedHeader certified(const consensus::Header& header) const {
    const consensus::VoteStatement statement = checkpoint_statement(header);
    consensus::CertifiedHeader found{header, {statement, {}}};
    for (std::uint16_t i = 1; i < 4; ++i)
      found.certificate.votes.push_back(
          {NodeIndex(i), chain.keys[i].consensus.sign(signed_bytes(statement))});
    return found;
  }

  static crypto::PrivateKey copy(const crypto::PrivateKey& key) {
    return crypto::PrivateKey::from_pem(key.to_pem()).value();
  }

  TestChain chain;
  CertifiedLedger history;

 private:
  static void append(storage::VoteLog& log, const std::vector<consensus::VoteRecord>& records) {
    CHECK(log.append_and_sync(records).ok());
  }

  TempFolder folder_;
};

/// Whether the log's records say that its node is on its way back, and what they say.
[[nodiscard]] inline std::optional<consensus::Learner> learner_in(
    const std::vector<consensus::VoteRecord>& records) {
  std::optional<consensus::Learner> found;
  for (const consensus::VoteRecord& record : records)
    if (const auto* learner = std::get_if<consensus::Learner>(&record)) found = *learner;
  return found;
}

}  // namespace tally::test
