// What the commands of tally settlement ask, and tally settlement advice beside them.
#pragma once

#include "app/connection.h"
#include "app/frame.h"

#include <tally/model/ids.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

struct SettlementOptions {
  std::optional<std::uint32_t> cycle;
  std::string currency;
  ConnectionOptions connection;
};
CLI::Option* add_cycle_option(CLI::App& command, SettlementOptions& options);
/// Only asked for where a cycle has more than one.
void add_currency_option(CLI::App& command, SettlementOptions& options);

/// CLI-009: not three capitals.
[[nodiscard]] OrFaults<Currency> currency_named(const std::string& text);
/// CLI-008: --currency is missing, and these it could be.
[[nodiscard]] Fault several_currencies(const std::vector<Currency>& currencies);

/// Into the group `tally settlement`.
void add_settlement_advice(Frame& frame, CLI::App& group);

}  // namespace tally::app
