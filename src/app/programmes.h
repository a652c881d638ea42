// Programmes: which one a command means, and what its ledger says of it.
#pragma once

#include "app/connection.h"
#include "app/sender.h"

#include <string>

namespace tally::app {

/// The merchant whose programme `text` names, by number or, in a local network, by name. Empty
/// text: that of the caller's own merchant. CLI-009: there is none of that name.
[[nodiscard]] OrFaults<MerchantId> programme_named(const std::string& text,
                                                   const ConnectionOptions& options,
                                                   std::optional<MerchantId> own);

/// What amounts of a programme are in.
struct ProgrammeFacts {
  std::string name;
  Currency currency;
  std::uint8_t exponent = 2;
};

/// Of the programme in force, by the node's word: who lies here only has what is sent refused.
/// NET-004: the merchant has published none.
[[nodiscard]] OrFaults<ProgrammeFacts> programme_facts(const Sender& sender, MerchantId programme);

/// A member id as a person gives it. CLI-009.
[[nodiscard]] OrFaults<MemberId> member_named(const std::string& text);

}  // namespace tally::app
