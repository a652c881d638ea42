// Blocks from a node.
#include "app/remote_blocks.h"

namespace tally::app {

audit::BlockSource blocks_of(client::Client& client) {
  return [&client](Height height) -> Result<storage::StoredBlock> {
    TRY(client::RemoteBlock block, client.block(height));
    if (!block.proposal.has_value() && height > Height())
      return Error{ErrorCode::Refused, "the node kept the proposal back: who asks is no auditor"};
    storage::StoredBlock stored;
    stored.header = std::move(block.header);
    if (block.proposal.has_value()) stored.proposal = std::move(*block.proposal);
    stored.receipts = std::move(block.receipts);
    stored.certificate = std::move(block.certificate);
    return stored;
  };
}

}  // namespace tally::app
