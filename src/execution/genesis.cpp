// Genesis: the state that a chain starts from.
#include <tally/execution/execute.h>

#include <tally/state/consortium.h>

namespace tally::execution {

Result<GenesisResult> execute_genesis(const Genesis& genesis, const StateView& empty,
                                      const StateRoot& empty_root) {
  StateDelta delta(empty);
  TRY_VOID(state::write_genesis(genesis, delta));
  state::RootUpdate root = empty_root.prepare(delta);
  TRY(const auto validators, state::validators(delta));
  Header header = state::genesis_header(genesis_hash(genesis), genesis.time, root.root,
                                        consensus::validators_hash(validators));
  return GenesisResult{std::move(header), std::move(delta), std::move(root)};
}

}  // namespace tally::execution
