// Recovery: a node's folder, made once and checked at every start.
#pragma once

#include <tally/model/genesis.h>
#include <tally/node/node_loop.h>
#include <tally/storage/file.h>

#include <string>

namespace tally::node {

/// Makes DATA/{FORMAT, IDENTITY, genesis, votes/, ledger/, evidence/, bundles/, LOCK} with genesis
/// as height 0. Conflict: the folder is not empty. REQUIRES: check_genesis passed it.
[[nodiscard]] Result<void> init_data(const std::string& folder, const SignedGenesis& genesis,
                                     MerchantId merchant);

/// The operating system's lock on a data folder, held as long as this lives.
class DataLock {
 public:
  /// Unavailable: locked, by which process.
  [[nodiscard]] static Result<DataLock> take(const std::string& folder);
  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&& other) noexcept;
  ~DataLock();

 private:
  explicit DataLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

/// Opens ledger and vote log, and judges how they fit together (design/bad-inputs.md DIR). A lost
/// vote log, or one older than the ledger, makes way for a learner's. NotFound: not initialised.
/// Conflict: another chain, node or genesis. Corrupt: damage, or a ledger below what the vote log
/// says was executed. Diverged: the node has halted, and nobody recovered it. REQUIRES: DataLock is
/// held.
[[nodiscard]] Result<NodeParts> open_data(const std::string& folder, const SignedGenesis& genesis,
                                          MerchantId merchant, crypto::PrivateKey consensus_key,
                                          crypto::PrivateKey gateway_key);

}  // namespace tally::node
