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

/// Opens ledger and vote log, and refuses what does not fit together (design/bad-inputs.md DIR):
/// NotFound: not initialised. Conflict: another chain, node or genesis. Corrupt: the ledger is
/// below what the vote log says was executed, or the log is lost or older than the ledger (until
/// there are learners, such a node must not start). REQUIRES: DataLock is held.
[[nodiscard]] Result<NodeParts> open_data(const std::string& folder, const SignedGenesis& genesis,
                                          MerchantId merchant, crypto::PrivateKey consensus_key,
                                          crypto::PrivateKey gateway_key);

}  // namespace tally::node
