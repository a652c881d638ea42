// Deeds: the transactions that rules judge, and whose they are.
#pragma once

#include <tally/model/action.h>

#include <optional>

namespace tally {

/// The account of who bought, enrolled, or did what was attested; nullopt: rules judge no
/// transaction of this kind.
[[nodiscard]] std::optional<AccountId> account_of_deed(const Action& action);

}  // namespace tally
