// Changes that the consortium decides together, in words that whoever approves them can read.
#pragma once

#include "app/settlement_reads.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace tally::app {

/// "cap of grocer in EUR: 1000.00".
[[nodiscard]] std::string words_of(const Change& change, const Consortium& consortium);

/// A merchant's last proposal, as the ledger has it.
struct WaitingChange {
  MerchantId proposer;
  state::ChangeRecord record;
};
/// By proposer. Adds to `consortium` the places of currencies that they name.
[[nodiscard]] Result<std::vector<WaitingChange>> read_changes(const state::StateView& view,
                                                              Consortium& consortium);

/// All there is to know of one, on several lines.
[[nodiscard]] std::string text_of(const WaitingChange& change, const Consortium& consortium);
[[nodiscard]] nlohmann::ordered_json json_of(const WaitingChange& change,
                                             const Consortium& consortium);

}  // namespace tally::app
