// TestLedger: a chain of blocks through execute_block on a view in memory, without votes, disk or
// signatures (execution checks none: what it gets was verified).
//
//   TestLedger ledger;                                   // the café's programme is in force
//   ledger.at(kStart.plus(kHour));
//   const Receipt receipt = ledger.run(an_earn().total(500).build());
#pragma once

#include <tally/execution/execute.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace tally::test {

class TestLedger {
 public:
  /// Transactions signed by one key: one submission.
  struct Signed {
    const crypto::PublicKey* key = nullptr;
    std::vector<Transaction> transactions;
  };

  /// Genesis alone.
  explicit TestLedger(TestChain a_chain)
      : chain(std::move(a_chain)), root(chain.genesis.content.parameters.state_buckets) {
    auto genesis = execution::execute_genesis(chain.genesis.content, view, root).value();
    root.apply(std::move(genesis.root));
    view.commit(genesis.delta, Height());
    header = genesis.header;
    time = header.time;
  }
  /// Four merchants, and `programme` of the café in force from block 2 on.
  explicit TestLedger(const Programme& programme = a_programme()) : TestLedger(a_genesis(4)) {
    CHECK(run(a_publication()
                  .programme(programme)
                  .request(1'000'000)
                  .valid_until(time.plus(kHour))
                  .build())
              .outcome == Outcome::Accepted);
  }

  /// The time of the next proposals.
  TestLedger& at(Timestamp t) { return time = t, *this; }
  /// Ledger time of the block that comes next.
  [[nodiscard]] Timestamp next_time() const {
    const Duration offset = state::clock(view).value().offset;
    return std::max(time, header.time.plus(Duration(1))).plus(offset);
  }

  [[nodiscard]] const crypto::PublicKey& operator_of(MerchantId merchant) const {
    return chain.keys[merchant.value() - 1].operator_key.public_key();
  }
  [[nodiscard]] const crypto::PublicKey& gateway_of(MerchantId merchant) const {
    return chain.keys[merchant.value() - 1].gateway.public_key();
  }

  /// A block of one transaction by its merchant's operator; its own receipt.
  Receipt run(const Transaction& transaction) {
    return run(operator_of(transaction.merchant), transaction);
  }
  Receipt run(const crypto::PublicKey& key, const Transaction& transaction) {
    return run_block({{&key, {transaction}}}).back();
  }
  /// A block; all of its receipts, in order.
  std::vector<Receipt> run_block(const std::vector<Signed>& submissions) {
    auto result = execute(submissions).value();
    return commit(std::move(result));
  }
  [[nodiscard]] Result<execution::BlockResult> execute(
      const std::vector<Signed>& submissions) const {
    return execution::execute_block(propose(submissions), header, view, root, limits);
  }
  std::vector<Receipt> commit(execution::BlockResult result) {
    root.apply(std::move(result.root));
    view.commit(result.delta, result.block);
    header = result.block.header;
    return std::move(result.block.receipts);
  }

  [[nodiscard]] consensus::Proposal propose(const std::vector<Signed>& submissions) const {
    std::vector<Bytes> encoded;
    for (const Signed& each : submissions)
      encoded.push_back(encode_submission({chain.id, *each.key, each.transactions, {}}));
    const std::vector<ByteView> views(encoded.begin(), encoded.end());
    consensus::Proposal proposal;
    proposal.chain = chain.id;
    proposal.height = header.height.next();
    proposal.time = time;
    proposal.payload = encode_payload(views);
    return proposal;
  }

  /// Enrols member `n` at `merchant`, in a block of its own.
  void enrol(std::uint64_t n, MerchantId merchant = kCafe) {
    const auto enrolment = an_enrol()
                               .by(merchant)
                               .at(merchant)
                               .of(member(n))
                               .request(2'000'000 + n)
                               .valid_until(next_time().plus(kHour));
    CHECK(run(enrolment.build()).outcome == Outcome::Accepted);
  }

  [[nodiscard]] std::optional<state::AccountHead> head(std::uint64_t n,
                                                       MerchantId programme = kCafe) const {
    const auto account = load(n, programme);
    if (!account.has_value()) return std::nullopt;
    return account->head;
  }
  [[nodiscard]] std::int64_t available(std::uint64_t n) const {
    return head(n).value().available.value();
  }
  [[nodiscard]] std::vector<state::Lot> lots(std::uint64_t n) const {
    return load(n, kCafe).value().all_lots().value();
  }

  TestChain chain;
  MemoryView view;
  state::StateRoot root;
  consensus::Header header;
  Timestamp time;
  execution::ExecutionLimits limits;

 private:
  [[nodiscard]] std::optional<state::Account> load(std::uint64_t n, MerchantId programme) const {
    return state::Account::load(view, AccountId{member(n), programme}).value();
  }
};

}  // namespace tally::test
