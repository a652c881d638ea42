// BlockHistory: the past as one transaction of a block sees it, what ran before it in the block
// included.
#pragma once

#include <tally/state/history.h>

#include "execution/block_execution.h"

namespace tally::execution {

/// Borrows `block`, and reads what stands there when it is asked.
class BlockHistory final : public state::History {
 public:
  explicit BlockHistory(const BlockExecution& block) : block_(block) {}

  [[nodiscard]] Result<std::optional<state::Past>> find_past(
      const Position& position) const override;
  [[nodiscard]] Result<std::optional<Receipt>> find_receipt(
      const Position& position) const override;
  [[nodiscard]] Result<Timestamp> find_time(Height height) const override;

 private:
  const BlockExecution& block_;
};

}  // namespace tally::execution
