// BlockPast: past transactions and receipts, from whole blocks of a source.
#pragma once

#include <tally/audit/audit.h>
#include <tally/state/history.h>

#include <map>
#include <optional>
#include <vector>

namespace tally::audit {

/// Keeps the blocks that it read last. What it says is the source's word: ReplayState holds it
/// against what was replayed.
class BlockPast final : public state::History {
 public:
  explicit BlockPast(const BlockSource& blocks) : blocks_(blocks) {}

  [[nodiscard]] Result<std::optional<state::Past>> find_past(
      const Position& position) const override;
  [[nodiscard]] Result<std::optional<Receipt>> find_receipt(
      const Position& position) const override;
  [[nodiscard]] Result<Timestamp> find_time(Height height) const override;

 private:
  struct Read {
    Timestamp ledger_time;
    std::vector<Receipt> receipts;
    std::vector<std::optional<Transaction>> transactions;  ///< of each receipt
  };
  [[nodiscard]] Result<const Read*> read(Height height) const;

  const BlockSource& blocks_;
  mutable std::map<Height, Read> read_;
  mutable std::vector<Height> order_;  ///< in which they were read
};

}  // namespace tally::audit
