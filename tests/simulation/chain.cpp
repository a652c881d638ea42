// Keys are made once a process, the genesis of a plan once a run.
#include "simulation/chain.h"

#include <tally/execution/execute.h>
#include <tally/state/consortium.h>
#include <tally/storage/memory_store.h>

#include "simulation/level2.h"

#include <map>

namespace tally::sim {
namespace {

class Borrowed final : public storage::Store {
 public:
  explicit Borrowed(std::shared_ptr<storage::Store> store) : store_(std::move(store)) {}
  Result<void> commit(const storage::CommittedBlock& committed,
                      const state::StateDelta& delta) override {
    return store_->commit(committed, delta);
  }
  Result<void> put_certificate(const consensus::Certificate& certificate) override {
    return store_->put_certificate(certificate);
  }
  Result<std::unique_ptr<const storage::Snapshot>> snapshot() const override {
    return store_->snapshot();
  }
  storage::LogPosition log_position() const override { return store_->log_position(); }

 private:
  std::shared_ptr<storage::Store> store_;
};

crypto::PrivateKey copy(const crypto::PrivateKey& key) {
  return crypto::PrivateKey::from_pem(key.to_pem()).value();
}

test::TestChain copy(const test::TestChain& chain) {
  test::TestChain copied;
  copied.genesis = chain.genesis;
  for (const test::FounderKeys& keys : chain.keys)
    copied.keys.push_back(
        {copy(keys.consensus), copy(keys.peer_tls), copy(keys.gateway), copy(keys.operator_key)});
  return copied;
}

/// The consortium of `nodes`, with its keys; a run changes the parameters and signs again.
const test::TestChain& founders(std::size_t nodes) {
  static std::map<std::size_t, test::TestChain> made;
  auto found = made.find(nodes);
  if (found == made.end())
    found = made.emplace(nodes, test::a_genesis(static_cast<std::uint32_t>(nodes))).first;
  return found->second;
}

}  // namespace

std::unique_ptr<storage::Store> borrow(std::shared_ptr<storage::Store> store) {
  return std::make_unique<Borrowed>(std::move(store));
}

Chain::Chain(const Plan& plan)
    : chain_(copy(founders(plan.nodes))), nothing_(storage::make_memory_store()) {
  Genesis& content = chain_.genesis.content;
  content.parameters = plan.parameters;
  test::sign_again(chain_);
  epoch_ = state::epoch_of(content);
  epoch_.window = plan.window;

  empty_ = nothing_->snapshot().value();
  const state::StateRoot root(content.parameters.state_buckets);
  execution::GenesisResult result = execution::execute_genesis(content, *empty_, root).value();
  block_ = state::Block{result.header, {}, {}, {}};
  delta_.emplace(std::move(result.delta));
  if (plan.level == 2) ledger_ = new_ledger(*this);
}

std::shared_ptr<storage::Store> Chain::make_store() const {
  std::shared_ptr<storage::Store> store = storage::make_memory_store();
  found(*store);
  return store;
}

void Chain::found(storage::Store& store) const {
  CHECK(store.commit(storage::CommittedBlock{&block_, nullptr, {}}, *delta_).ok());
}

crypto::PrivateKey Chain::consensus_key(NodeIndex node) const {
  return copy(chain_.keys.at(node.value()).consensus);
}
crypto::PrivateKey Chain::gateway_key(NodeIndex node) const {
  return copy(chain_.keys.at(node.value()).gateway);
}

}  // namespace tally::sim
